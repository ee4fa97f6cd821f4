"""What people type: times, places that are certain, ambiguous or unknown, and where an error leads."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from accessibility.desk import Anchor, InvalidInput, Place, PlaceHit
from backend.web.forms import ClockField, PassengerForm, WishForm, bookable_days
from backend.web.placenames import resolve
from backend.web.views.booking import _key

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 24)


def a_hit(name: str, village: str = "Klötze", score: float = 0.8, kind: str = "stop", id_: str = "1") -> PlaceHit:
    return PlaceHit(id_, kind, name, village, 52.6, 11.2, score)


HITS = {
    "Klötze, ZOB": (a_hit("ZOB", id_="7", score=1.0), a_hit("Nord", id_="8", score=0.95)),
    "Bahnhof": (a_hit("Bahnhof", "Salzwedel", id_="1"), a_hit("Bahnhof", "Gardelegen", id_="2")),
}


def a_form(**changes: object) -> WishForm:
    typed = {
        "origin": "Klötze, ZOB",
        "destination": "Bahnhof",
        "destination_id": "stop:2",
        "anchor": "depart",
        "day": "2026-11-25",
        "time": "8:05",
        "adults": "1",
        "concession": "none",
        "key": "k",
        **changes,
    }
    return WishForm(typed, find_places=lambda text: HITS.get(text, ()), days=bookable_days(TODAY, 14), today=TODAY)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("8:05", time(8, 5)), ("8", time(8)), ("0805", time(8, 5)), ("8.05 Uhr", time(8, 5)), ("23:59:00", time(23, 59))],
)
def test_a_time_as_people_write_it(typed: str, meant: time) -> None:
    assert ClockField().clean(typed) == meant


@pytest.mark.parametrize("typed", ["24:00", "8:60", "halb neun", "12345", "-1", "8:5", "８９"])
def test_what_is_no_time_gets_an_example(typed: str) -> None:
    with pytest.raises(ValidationError, match="8:05"):
        ClockField().clean(typed)


def test_a_whole_form_becomes_a_wish() -> None:
    form = a_form(wheelchairs="1", needs=["ramp"])
    assert form.is_valid(), form.errors
    wish = form.wish("altmark", BERLIN)
    assert wish.origin == Place(stop_id="7")
    assert wish.destination == Place(stop_id="2")
    assert wish.when.isoformat() == "2026-11-25T08:05:00+01:00"
    assert wish.anchor is Anchor.DEPART
    assert (wish.party.adults, wish.party.wheelchairs, wish.needs) == (1, 1, frozenset({"ramp"}))


def test_an_ambiguous_place_is_asked_back_and_the_error_leads_to_the_first_answer() -> None:
    form = a_form(destination_id="")
    assert not form.is_valid()
    assert [match.label for match in form.matches["destination"]] == ["Salzwedel, Bahnhof", "Gardelegen, Bahnhof"]
    assert form.problems[0].target == "f-destination_match_1"


def test_an_old_choice_does_not_outlive_its_text() -> None:
    assert (
        resolve("Klötze, ZOB", "stop:2", HITS["Klötze, ZOB"]).chosen
        == resolve("Klötze, ZOB", "", HITS["Klötze, ZOB"]).chosen
    )


def test_a_made_up_choice_is_no_choice() -> None:
    assert resolve("Bahnhof", "stop:999", HITS["Bahnhof"]).chosen is None


def test_nobody_rides_alone_in_a_second_wheelchair() -> None:
    assert not a_form(wheelchairs="2").is_valid()
    assert not a_form(adults="0").is_valid()


@pytest.mark.parametrize(
    ("desk_field", "form_field"),
    [("when", "time"), ("party.wheelchairs", "wheelchairs"), ("origin.stop_id", "origin"), ("district", None)],
)
def test_the_desks_problem_stands_at_its_field(desk_field: str, form_field: str | None) -> None:
    form = a_form()
    assert form.is_valid()
    form.add_desk_problem(InvalidInput(desk_field, "Das geht nicht."))
    assert "Das geht nicht." in form.errors[form_field or "__all__"]


def test_a_passenger_can_be_reached() -> None:
    assert not PassengerForm({"name": "Erika", "key": "k"}).is_valid()
    assert PassengerForm({"name": "Erika", "email": "e@example.org", "key": "k"}).is_valid()


def test_the_same_press_is_one_call_and_a_correction_another() -> None:
    first, again, corrected = a_form(), a_form(), a_form(time="9:00")
    assert all(form.is_valid() for form in (first, again, corrected))
    keys = [_key("k", form.wish("altmark", BERLIN)) for form in (first, again, corrected)]
    assert keys[0] == keys[1] != keys[2]
