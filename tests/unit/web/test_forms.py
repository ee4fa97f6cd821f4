"""What people type: times, places that are certain, ambiguous or unknown, and where an error leads."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from accessibility.desk import Anchor, InvalidInput, Place, PlaceHit
from backend.web.forms import WishForm, bookable_days
from backend.web.passenger_form import PassengerForm
from backend.web.placenames import resolve
from backend.web.sending import key_of

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN)


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
    return WishForm(
        typed, find_places=lambda text: HITS.get(text, ()), days=bookable_days(TODAY, 14), today=TODAY, now=NOW
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("8:05", "08:05"), ("8", "08:00"), ("0805", "08:05"), ("8.05 Uhr", "08:05"), ("805", "08:05"), ("05:30", "05:30")],
)
def test_figures_of_a_clock_are_the_chosen_days_and_nothing_to_tell(typed: str, meant: str) -> None:
    form = a_form(time=typed)
    assert form.is_valid(), form.errors
    assert form.wish("altmark", BERLIN).when.isoformat() == f"2026-11-25T{meant}:00+01:00"
    assert not form.is_spoken


@pytest.mark.parametrize(
    ("typed", "when", "anchor"),
    [
        ("halb neun", "2026-11-25T08:30:00+01:00", Anchor.DEPART),  # on the chosen day
        ("Viertel neun", "2026-11-25T08:15:00+01:00", Anchor.DEPART),
        ("übermorgen 8 Uhr", "2026-11-26T08:00:00+01:00", Anchor.DEPART),
        ("Dienstag in einer Woche um 9", "2026-12-01T09:00:00+01:00", Anchor.DEPART),  # said on a Tuesday
        ("um 14 Uhr beim Arzt sein", "2026-11-25T14:00:00+01:00", Anchor.ARRIVE),
        ("in zwei Stunden", "2026-11-24T12:00:00+01:00", Anchor.DEPART),
        ("3", "2026-11-25T15:00:00+01:00", Anchor.DEPART),
        ("tomorrow 2 pm", "2026-11-25T14:00:00+01:00", Anchor.DEPART),
    ],
)
def test_words_count_as_much_as_figures_and_are_told_again(typed: str, when: str, anchor: Anchor) -> None:
    form = a_form(time=typed)
    assert form.is_valid(), form.errors
    wish = form.wish("altmark", BERLIN)
    assert (wish.when.isoformat(), wish.anchor) == (when, anchor)
    assert form.is_spoken


def test_an_ambiguous_time_is_asked_back_and_the_answer_counts() -> None:
    form = a_form(time="halb sieben")
    assert not form.is_valid()
    labels = [(option.label.replace("\u00a0", " "), option.remark) for option in form.time_options]
    assert labels == [("Morgen, Mi, 25.11.2026, 6:30 Uhr", "morgens"), ("Morgen, Mi, 25.11.2026, 18:30 Uhr", "abends")]
    assert form.problems[0].target == "f-time_option_1"
    assert "halb sieben" in form.problems[0].text
    answered = a_form(time="halb sieben", time_choice=form.time_options[1].value)
    assert answered.is_valid(), answered.errors
    assert answered.wish("altmark", BERLIN).when.isoformat() == "2026-11-25T18:30:00+01:00"


def test_an_old_answer_does_not_outlive_its_words() -> None:
    form = a_form(time="halb neun", time_choice="2026-11-25T18:30:00+01:00")
    assert form.is_valid(), form.errors
    assert form.wish("altmark", BERLIN).when.isoformat() == "2026-11-25T08:30:00+01:00"


def test_a_time_that_is_past_today_is_asked_not_moved() -> None:
    form = a_form(day="2026-11-24", time="8:05")
    assert not form.is_valid()
    assert [option.value[:16] for option in form.time_options] == ["2026-11-24T20:05", "2026-11-25T08:05"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("24:30", "8:05, halb neun"),
        ("8:60", "8:05, halb neun"),
        ("12345", "8:05, halb neun"),
        ("8:5", "8:05, halb neun"),
        ("８９", "8:05, halb neun"),
        ("irgendwann", "8:05, halb neun"),
        ("am Freitag", "morgen 8 Uhr"),
        ("31.11. um 8", "nicht"),
        ("gestern um 8 Uhr", "vorbei"),
        ("", "halb neun"),
    ],
)
def test_what_is_no_time_gets_an_example(typed: str, told: str) -> None:
    form = a_form(time=typed)
    assert not form.is_valid()
    assert told in form.errors["time"][0]


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


def test_guesses_are_not_put_forward_as_what_was_meant() -> None:
    guesses = (a_hit("Rathausturm", "Salzwedel", score=0.67), a_hit("Kastanienhof", "Salzwedel", id_="9", score=0.66))
    outcome = resolve("Krankenhaus Salzwedel", "", guesses)
    assert outcome.problem.startswith("„Krankenhaus Salzwedel“ kennen wir nicht.")
    assert len(outcome.matches) == 2


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
    keys = [key_of("k", form.wish("altmark", BERLIN)) for form in (first, again, corrected)]
    assert keys[0] == keys[1] != keys[2]
