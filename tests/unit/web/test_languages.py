"""A rider's language stands in the address; staff's pages and the API have one address and are German."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from backend.web.languages import html_lang, in_language


@pytest.mark.parametrize(
    ("address", "language", "there"),
    [
        ("/", "en", "/en/"),
        ("/en/", "de", "/"),
        ("/en/", "de-simple", "/de-simple/"),
        ("/fahrt/?wunsch=7", "en", "/en/fahrt/?wunsch=7"),
        ("/de-simple/fahrt/meine/", "de", "/fahrt/meine/"),
        ("/en/gibt/es/nicht/", "de-simple", "/de-simple/gibt/es/nicht/"),
        ("/entfernt/", "en", "/en/entfernt/"),
    ],
)
def test_an_address_leads_to_the_same_page_in_another_language(address: str, language: str, there: str) -> None:
    assert in_language(address, language) == there
    assert in_language(there, language) == there


@pytest.mark.parametrize(("prefix", "lang"), [("", "de"), ("/en", "en"), ("/de-simple", "de")])
def test_the_prefix_chooses_the_language_and_stays_in_links(visitor: Client, prefix: str, lang: str) -> None:
    page = visitor.get(f"{prefix}/fahrt/", headers={"Accept-Language": "fr"}).content.decode()
    assert re.search(r'<html lang="([^"]+)"', page)[1] == lang
    assert f'href="{prefix}/fahrt/meine/"' in page
    assert f'data-source="{prefix}/fahrt/orte/"' in page


def test_every_page_links_to_itself_in_each_language_also_after_an_error(visitor: Client) -> None:
    page = visitor.get("/en/fahrt/meine/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    answers = [page, visitor.post("/en/fahrt/meine/", {"csrfmiddlewaretoken": token}), visitor.get("/en/nirgends/")]
    assert [answer.status_code for answer in answers] == [200, 422, 404]
    for answer, path in zip(answers, ("/fahrt/meine/", "/fahrt/meine/", "/nirgends/"), strict=True):
        text = answer.content.decode()
        for code, name in (("de-simple", "Leichte Sprache"), ("de", "Deutsch"), ("en", "English")):
            href = in_language(path, code)
            assert re.search(rf'<a href="{href}" lang="{html_lang(code)}" hreflang="{code}"[^>]*>{name}</a>', text), (
                href
            )


def test_staff_pages_and_the_api_have_one_address_and_are_german(visitor: Client) -> None:
    for path in ("/anmelden/", "/komponenten/"):
        page = visitor.get(path, headers={"Accept-Language": "en"})
        assert '<html lang="de"' in page.content.decode()
        assert "hreflang" not in page.content.decode()
        assert visitor.get(f"/en{path}").status_code == 404
    assert visitor.get("/en/api/v1/districts/").status_code == 404
    assert visitor.get("/en/sw.js").status_code == 404


def test_what_has_no_translation_is_german(visitor: Client) -> None:
    for language in ("en", "de-simple"):
        with translation.override(language):
            assert translation.gettext("Diesen Satz sagt niemand.") == "Diesen Satz sagt niemand."
            assert reverse("web:wish") == f"/{language}/fahrt/"
            assert reverse("staff:login") == "/anmelden/"


def test_an_unknown_language_is_an_unknown_page(visitor: Client) -> None:
    assert visitor.get("/fr/fahrt/").status_code == 404
    assert visitor.get("/de/fahrt/").status_code == 404
