"""A rider signs in, looks, keeps, and leaves: with the keyboard alone, without JavaScript, by passkey, by a provider."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from oidc_provider_mock import run_server_in_thread
from oidc_provider_mock._storage import User
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT, OpenPage, Server, serving
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import book
from tests.browser.test_booking import press, tab_to

CODE = re.compile(r"Rufbus: (\d{6})")
_people = count(1)


def an_address() -> str:
    """Nobody's yet."""
    return f"testfahrgast-{next(_people)}@example.org"


def code_for(page: Page, contact: str) -> str:
    """What the rider reads in the message; here in the demo's mailbox, in a tab of its own."""
    mailbox = page.context.new_page()
    mailbox.goto("/demo-postfach/")
    text = mailbox.locator("li.card", has_text=contact).first.inner_text()
    mailbox.close()
    found = CODE.search(text)
    assert found, text
    return found[1]


def sign_in(page: Page, contact: str) -> None:
    page.goto("/konto/anmelden/")
    page.get_by_label("Telefon oder E-Mail").fill(contact)
    page.get_by_role("button", name="Code senden").click()
    page.get_by_label("Code", exact=True).fill(code_for(page, contact))
    page.get_by_role("button", name="Weiter").click()
    page.wait_for_url("**/konto/")


def complete(server: Server, code: str) -> None:
    """Let a booked ride be driven, as a driver's app will."""
    script = (
        "import django, sys; django.setup()\n"
        "from django.utils import timezone\n"
        "from backend.bookings.models import Booking\n"
        "Booking.objects.filter(code=sys.argv[1]).update(state='completed', ended_at=timezone.now())"
    )
    subprocess.run([sys.executable, "-c", script, code], env=environment_of(server), cwd=ROOT, check=True)


def environment_of(server: Server) -> dict[str, str]:
    environment = {**os.environ, "RUFBUS_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    environment.pop("RUFBUS_DATABASE", None)
    return environment


def test_signs_in_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page, contact = open_page("/"), an_address()
    tab_to(page, "Anmelden")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Anmelden", level=1)).to_be_focused()
    tab_to(page, "Telefon oder E-Mail")
    page.keyboard.type(contact)
    tab_to(page, "Code senden")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Code eingeben")).to_be_focused()
    code = code_for(page, contact)
    page.bring_to_front()
    tab_to(page, "Code")
    page.keyboard.type(f"{(int(code) + 1) % 1_000_000:06d}")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Dieser Code stimmt nicht.")
    expect(page).to_have_title(re.compile("^Fehler: "))
    tab_to(page, "Code: Dieser Code stimmt nicht")
    press(page, "Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.get_by_label("Code", exact=True).press("Control+a")
    page.keyboard.type(code)
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Mein Konto", level=1)).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Sie sind angemeldet.")


def test_signs_in_without_javascript_and_finds_the_rides(open_page: OpenPage, server: Server) -> None:
    guest = open_page("/fahrt/")
    code = book(guest, server.day, at="10:00", phone="03901 111001")
    page = open_page("/konto/anmelden/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_be_hidden()
    sign_in(page, "03901 111001")
    page.locator(".ride", has_text=code).get_by_role("link").click()
    expect(page.locator(".booking-code")).to_have_text(code)


def test_a_passkey_is_made_and_used(browser: Browser, open_page: OpenPage, server: Server) -> None:
    """On "localhost": a passkey belongs to a name, not to an address of numbers."""
    named = server.url.replace("127.0.0.1", "localhost")
    page, contact = open_page("/konto/anmelden/", base_url=named), an_address()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, contact)
    page.goto("/konto/anmeldung/")
    page.get_by_role("link", name="Passkey anlegen").click()
    page.get_by_label("Name des Geräts").fill("Mein Telefon")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_text("Mein Telefon", exact=True)).to_be_visible()
    page.get_by_role("button", name="Abmelden").click()

    page.goto("/konto/anmelden/?next=/konto/daten/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("heading", name="Meine Daten", level=1)).to_be_visible()
    page.goto("/konto/anmeldung/")
    expect(page.get_by_text(contact)).to_be_visible()

    page.get_by_role("button", name=re.compile("Löschen.*Mein Telefon")).click()
    expect(page.get_by_role("status")).to_contain_text("Der Passkey ist gelöscht.")
    page.get_by_role("button", name="Abmelden").click()
    page.goto("/konto/anmelden/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("status")).to_contain_text("Diesen Passkey kennen wir nicht. Nehmen Sie den Code.")

    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": added["authenticatorId"]})
    empty = {**options, "isUserVerified": False}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": empty})
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("Der Passkey hat nicht geklappt. Nehmen Sie den Code.")


@pytest.fixture(scope="module")
def with_provider(server: Server) -> Iterator[str]:
    """The program once more, on the same data, with an identity provider on the loopback."""
    person = User(sub="person-browser", claims={"name": "Testfahrgast 8"})
    with run_server_in_thread(user_claims=[person]) as provider:
        environment = environment_of(server) | {
            "RUFBUS_OIDC_ISSUER": f"http://localhost:{provider.server_port}",
            "RUFBUS_OIDC_CLIENT_ID": "rufbus",
            "RUFBUS_OIDC_CLIENT_SECRET": "nur-zum-testen",
        }
        with serving(server.data, environment) as url:
            yield url


def test_signs_in_by_an_identity_provider(open_page: OpenPage, with_provider: str) -> None:
    page = open_page("/konto/anmelden/", base_url=with_provider)
    page.route(
        lambda url: "://127.0.0.1" not in url and "://localhost" not in url, lambda route: route.fulfill(body="")
    )
    assert_accessible(page, "sign-in with a provider")
    page.get_by_role("button", name="Mit BundID anmelden").click()
    page.get_by_role("button", name="person-browser").click()
    expect(page.get_by_role("heading", name="Guten Tag, Testfahrgast 8")).to_be_visible()
    assert_accessible(page, "an account without a contact")
    page.get_by_role("button", name="Abmelden").click()
    page.goto("/konto/anmelden/")
    page.get_by_role("button", name="Mit BundID anmelden").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("status")).to_contain_text("Die Anmeldung hat nicht geklappt.")


def test_keeps_a_favourite_prints_a_receipt_takes_the_data_and_deletes(open_page: OpenPage, server: Server) -> None:
    """At 320 px, with axe on every page and state."""
    page = open_page("/konto/anmelden/", viewport={"width": 320, "height": 700}, reduced_motion="reduce")
    contact = "03901 111002"

    def check(state: str) -> None:
        assert_accessible(page, state)
        assert_fits(page, state)

    check("sign-in")
    page.get_by_role("button", name="Code senden").click()
    check("sign-in with errors")
    page.get_by_label("Telefon oder E-Mail").fill(contact)
    page.get_by_role("button", name="Code senden").click()
    check("code")
    page.get_by_role("button", name="Weiter").click()
    check("code with errors")
    page.goto("/demo-postfach/")
    check("mailbox")
    page.goto("/konto/code/")
    page.get_by_label("Code", exact=True).fill(code_for(page, contact))
    page.get_by_role("button", name="Weiter").click()
    page.wait_for_url("**/konto/")
    check("empty account")
    page.goto("/konto/fahrten/")
    check("empty history")

    page.goto("/fahrt/")
    driven = book(page, server.day, at="11:00", phone=contact)
    page.goto("/fahrt/")
    coming = book(
        page, server.day, at="15:00", phone=contact
    )  # so late that nobody is asked whether it is the same ride
    complete(server, driven)
    page.goto("/konto/")
    check("account with rides")
    page.goto("/konto/fahrten/")
    check("history")
    page.get_by_role("button", name="Beleg ausstellen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Beleg ALTMARK-")
    check("receipt")
    page.get_by_role("link", name="Belege des Monats").click()
    check("receipts of a month")

    page.goto("/konto/lieblingsfahrten/")
    check("no favourites")
    page.get_by_role("link", name="Neue Lieblingsfahrt").click()
    check("new favourite")
    page.get_by_role("button", name="Speichern").click()
    check("favourite with errors")
    page.get_by_label("Wie soll die Fahrt heißen?").fill("Zum Arzt")
    page.get_by_label("Von", exact=True).fill("Klötze, ZOB")
    page.get_by_label("Nach", exact=True).fill("Gardelegen, Krankenhaus")
    page.get_by_label("Erwachsene").select_option("1")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("heading", name="Zum Arzt")).to_be_visible()
    check("favourites")
    for path in ("/konto/angaben/", "/konto/erreichen/", "/konto/anmeldung/", "/konto/daten/", "/darstellung/"):
        page.goto(path)
        check(path)
    page.goto("/konto/passkey/neu/")
    check("new passkey")

    page.goto("/konto/daten/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Meine Daten herunterladen").click()
    document = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert {ride["code"] for ride in document["rides"]} == {driven, coming}

    page.get_by_role("link", name="Konto und Daten löschen").click()
    expect(page.get_by_text(coming)).to_be_visible()
    check("asked before deleting")
    page.get_by_role("button", name="Endgültig löschen").click()
    check("delete with errors")
    page.get_by_label("Sagen Sie alle Fahrten ab.").check()
    page.get_by_label("Ja, mein Konto und meine Daten löschen").check()
    page.get_by_role("button", name="Endgültig löschen").click()
    expect(page.get_by_role("heading", name="Ihre Daten sind gelöscht")).to_be_focused()
    number = page.locator(".booking-code").inner_text()
    check("deletion receipt")
    page.goto("/demo-postfach/")
    expect(page.locator("li.card").first).to_contain_text(number)
    page.goto("/konto/")
    expect(page.get_by_role("heading", name="Anmelden", level=1)).to_be_visible()


def test_the_account_in_dark_with_high_contrast_and_large_type(open_page: OpenPage) -> None:
    page = open_page("/darstellung/", viewport={"width": 320, "height": 700}, color_scheme="dark")
    page.get_by_label("Größere Schrift").check()
    page.get_by_label("Stärkere Kontraste").check()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_contain_text("So sehen die Seiten jetzt aus.")
    expect(page.locator("html")).to_have_css("font-size", "24px")
    sign_in(page, an_address())
    for path in (
        "/konto/",
        "/konto/lieblingsfahrten/neu/",
        "/konto/erreichen/",
        "/konto/anmeldung/",
        "/konto/daten/loeschen/",
    ):
        page.goto(path)
        assert_accessible(page, f"{path} dark, high contrast")
        assert_fits(page, f"{path} large type")
