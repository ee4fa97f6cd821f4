"""Kept German texts are said in the language of the page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from backend.bookings.rewording import reword
from tests.builders.pages import OWN_ORIGIN, a_wish_form, ask, hidden_fields

NB = "\u00a0"


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("Dieses Angebot gilt nicht mehr.", "This offer is no longer valid."),
        ("Frei ist noch ein Platz ab 8:05 Uhr.", "A seat is still free from 8:05."),
        ("Möglich ist es ab Di, 24.11.2026, 8:05 Uhr.", "It is possible from Tue 24 Nov 2026, 8:05."),
        ("Der Rufbus fährt an diesem Tag: 5:00 bis 23:00 Uhr.", "The Rufbus runs on this day: 5:00 to 23:00."),
        ("1 Kind", "1 child"),
        ("3 Kinder", "3 children"),
        ("2 Personen, bis 20 km", "2 people, up to 20 km"),
        ("Gruppe: 15 % weniger", "Group: 15 % less"),
        ("Kleinbus", "Minibus"),
        (
            "Nächste Haltestelle: Klötze, ZOB, 450 m zu Fuß.",
            "Nearest stop: Klötze, ZOB, 450 m on foot.",
        ),
        ("Das steht in keinem Katalog.", "Das steht in keinem Katalog."),
        ("", ""),
    ],
)
def test_a_kept_text_is_found_again_with_what_stands_in_it(german: str, english: str) -> None:
    with translation.override("en"):
        assert reword(german).replace(NB, " ") == english
    with translation.override("de"):
        assert reword(german) == german


def test_a_text_that_is_english_already_stays(visitor: Client) -> None:
    with translation.override("en"):
        assert reword("A seat is still free from 8:05.") == "A seat is still free from 8:05."


def test_a_refusal_is_kept_once_and_read_in_every_language(visitor: Client) -> None:
    """Asked for in English, read in German and in Leichte Sprache."""
    request_id = ask(visitor, prefix="/en", time="23:30")
    readings = {
        prefix: visitor.get(f"{prefix}/fahrt/angebote/{request_id}/").content.decode()
        for prefix in ("", "/en", "/de-simple")
    }
    assert "Um diese Zeit fährt der Rufbus nicht." in readings[""]
    assert "The Rufbus does not run at this time." in readings["/en"]
    assert "Um diese Zeit fährt der Rufbus nicht." in readings["/de-simple"]
    assert "It is possible from" in readings["/en"]
    assert "Möglich ist es ab" in readings[""]


def test_what_the_desk_finds_wrong_is_said_in_the_language_of_the_form(visitor: Client) -> None:
    form = {**hidden_fields(visitor.get("/en/fahrt/")), **a_wish_form()}
    same = {"destination": form["origin"], "destination_id": form["origin_id"]}
    answer = visitor.post("/en/fahrt/", {**form, **same}, headers=OWN_ORIGIN)
    assert answer.status_code == 422
    assert "Start and destination are the same. Please choose another destination." in answer.content.decode()
