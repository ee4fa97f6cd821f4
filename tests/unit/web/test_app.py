"""The app that can be installed: its manifest, its worker, its page without a network; and nobody's page is kept."""

from __future__ import annotations

import json
import re

from django.contrib.staticfiles.finders import find
from django.test import Client

from tests.builders.pages import ask, book, choose


def test_the_manifest_says_what_an_installed_app_needs(visitor: Client) -> None:
    answer = visitor.get("/app.webmanifest")
    manifest = json.loads(answer.content)
    assert answer["Content-Type"].startswith("application/manifest+json")
    assert (manifest["lang"], manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "de", "/", "/", "standalone",
    )  # fmt: skip
    assert {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]} >= {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in manifest["icons"]:
        assert find(icon["src"].removeprefix("/static/")), icon


def test_the_worker_is_served_from_the_root_and_asked_for_anew(visitor: Client) -> None:
    answer = visitor.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    shell = json.loads(re.match(r"const SHELL = (.*);\n", answer.content.decode())[1])
    assert "/ohne-internet/" in shell["files"]
    for file in shell["files"]:
        assert visitor.get(file).status_code == 200 if file.endswith("/") else find(file.removeprefix("/static/")), file
    again = visitor.get("/sw.js", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_without_a_network_names_nobody(visitor: Client) -> None:
    code = book(visitor, *choose(visitor, ask(visitor)))
    kept = Client().get("/ohne-internet/").content.decode()
    assert code not in kept
    assert "Erika" not in kept
    assert "csrfmiddlewaretoken" not in kept


def test_what_belongs_to_a_person_is_kept_by_no_cache(visitor: Client) -> None:
    assert "no-store" not in visitor.get("/")["Cache-Control"]
    request_id = ask(visitor)
    offer_id = choose(visitor, request_id)[1]
    pages = ["/", "/fahrt/", f"/fahrt/angebote/{request_id}/", f"/fahrt/angebote/{request_id}/{offer_id}/"]
    code = book(visitor, request_id, offer_id)
    pages += [f"/fahrt/buchung/{code}/", f"/fahrt/buchung/{code}/absagen/", f"/fahrt/buchung/{code}/aendern/"]
    for path in pages:
        control = visitor.get(path)["Cache-Control"]
        assert "no-store" in control, path
        assert "private" in control, path


def test_a_device_remembers_the_ride_and_not_the_person(visitor: Client) -> None:
    code = book(visitor, *choose(visitor, ask(visitor, needs=["blind", "arm"])))
    page = visitor.get(f"/fahrt/buchung/{code}/")
    ride = json.loads(page.context["kept_ride"])
    assert ride["code"] == code
    assert re.fullmatch(r"zwischen \d+:\d\d und \d+:\d\d\sUhr", ride["window"])
    assert ride["phone_text"] == "03901 304030"
    text = page.context["kept_ride"]
    for private in ("Erika", "blind", "arm", "112233"):
        assert private not in text
