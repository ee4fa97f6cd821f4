"""One typed line fills the fields; what it leaves open stays open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accessibility.desk import Party, Place
from backend.control.callers import Caller, caller_of
from backend.districts.models import District
from backend.riders.selectors import UsualRide
from backend.web.phone_line import Line, Reader
from backend.web.quotes import end_text
from tests.builders.accounts import PHONE
from tests.builders.district import BERLIN, KLOETZE, MARKT, a_booking, a_desk, a_wish, at

NOW = at("7:00")


def read(
    district: District, text: str, phone: str = "", usual: UsualRide | None = None, day: date | None = None
) -> Line:
    caller: Caller = caller_of(district, phone, NOW)
    desk = a_desk()
    reader = Reader(
        caller=caller,
        usual=usual or caller.usual,
        find=lambda text, *, limit=8: desk.find_places(district.pk, text, limit=limit),
        end_text=lambda place: end_text(district.pk, place),
        now=NOW,
        zone=BERLIN,
        lead=timedelta(hours=1),
        day=day,
    )
    return reader.read(text, of_one_ride=day is not None)


def test_a_whole_wish(district: District) -> None:
    line = read(district, "morgen 8 Uhr von Salzwedel Markt nach Klötze Busbahnhof, 2 Personen, eine im Rollstuhl")
    assert line.problems == {}
    got = line.fields
    assert (got["origin_id"], got["destination_id"]) == (f"stop:{MARKT}", f"stop:{KLOETZE}")
    assert (got["day"], got["time"], got["adults"], got["wheelchairs"]) == ("2026-11-25", "08:00", 2, 1)


def test_what_is_not_said_stays_empty(district: District) -> None:
    got = read(district, "morgen nach Klötze Busbahnhof").fields
    assert (got["origin"], got["time"], got["day"]) == ("", "", "2026-11-25")


def test_an_unknown_place_is_handed_on_to_be_asked(district: District) -> None:
    got = read(district, "morgen 8 Uhr von Xyzdorf nach Klötze Busbahnhof").fields
    assert got["origin_id"] == ""


def test_who_rides_is_as_usual_unless_the_line_says_otherwise(district: District) -> None:
    usual = UsualRide(Party(adults=1, walking_frames=1), frozenset({"slow"}))
    got = read(district, "morgen 8 Uhr von Salzwedel Markt nach Klötze Busbahnhof", usual=usual).fields
    assert (got["walking_frames"], got["needs"]) == (1, ["slow"])
    got = read(district, "morgen 8 Uhr von Salzwedel Markt nach Klötze Busbahnhof, 3 Personen", usual=usual).fields
    assert (got["adults"], got["walking_frames"], got["needs"]) == (3, 0, ["slow"])


@pytest.mark.parametrize(
    ("said", "day", "time"),
    [
        ("um 9:30", "2026-11-29", "09:30"),  # not today, although half past nine is still to come
        ("halb zehn", "2026-11-29", "09:30"),
        ("erst um 6", "2026-11-29", ""),  # morning or evening is asked, on that day
        ("am Montag um 9:30", "2026-11-30", "09:30"),
        ("heute um 9:30", "2026-11-24", "09:30"),
    ],
)
def test_a_change_is_about_the_day_of_the_booking_unless_it_names_one(
    district: District, said: str, day: str, time: str
) -> None:
    got = read(district, said, day=date(2026, 11, 29)).fields
    assert got.get("day", "2026-11-29") == day
    assert time in got["time"]


@pytest.fixture
def known(district: District) -> District:
    a_booking(a_desk(), a_wish(when="8:30", party=Party(adults=2)))
    return district


def test_a_digit_is_the_same_ride_again(known: District) -> None:
    got = read(known, "1", PHONE).fields
    assert (got["origin_id"], got["destination_id"], got["adults"]) == (f"stop:{MARKT}", f"stop:{KLOETZE}", 2)
    assert (got["day"], got["time"]) == ("2026-11-24", "08:30")


def test_a_digit_with_a_time(known: District) -> None:
    got = read(known, "1 morgen 9 Uhr", PHONE).fields
    assert (got["day"], got["time"]) == ("2026-11-25", "09:00")


def test_a_digit_and_back(known: District) -> None:
    got = read(known, "1 zurück 15 Uhr", PHONE).fields
    assert (got["origin_id"], got["destination_id"], got["time"]) == (f"stop:{KLOETZE}", f"stop:{MARKT}", "15:00")


def test_when_somebody_wants_to_go_back_is_asked(known: District) -> None:
    assert read(known, "1 zurück", PHONE).fields["time"] == ""


def test_a_line_that_begins_with_a_number_of_people_is_no_digit(known: District) -> None:
    got = read(known, "2 Personen morgen 9 Uhr von Klötze Busbahnhof nach Salzwedel Markt", PHONE).fields
    assert (got["origin_id"], got["adults"], got["time"]) == (f"stop:{KLOETZE}", 2, "09:00")


def test_a_digit_that_nobody_has_is_no_ride(known: District) -> None:
    assert read(known, "7", PHONE).fields["origin"] == ""


@pytest.mark.parametrize("text", ["", "   ", "?" * 1000, "1" * 300, "\x00\x01", "١ مرحبا", "1\n2\n3", "🚌" * 200])
def test_anything_can_be_typed(known: District, text: str) -> None:
    assert isinstance(read(known, text, PHONE), Line)


def test_places_of_bookings_have_names(known: District) -> None:
    assert end_text(known.pk, Place(stop_id=MARKT)) == "Salzwedel, Markt"


def test_a_series_with_its_days_and_the_way_back(district: District) -> None:
    line = read(
        district,
        "jeden Dienstag um neun Uhr bis Weihnachten von Salzwedel Markt nach Klötze Busbahnhof, um zwölf zurück",
    )
    assert line.is_series
    assert line.back == "um zwölf zurück"
    got = line.fields
    assert (got["weekdays"], got["every_weeks"], got["first"], got["until"]) == (["1"], "1", "2026-12-01", "2026-12-23")
    assert (got["origin_id"], got["destination_id"], got["time"]) == (f"stop:{MARKT}", f"stop:{KLOETZE}", "09:00")


def test_who_rides_is_heard_behind_the_way_back(district: District) -> None:
    line = read(district, "morgen 8 Uhr von Salzwedel Markt nach Klötze Busbahnhof, um zwölf zurück, 3 Personen")
    assert (line.back, line.fields["adults"], line.is_series) == ("um zwölf zurück", 3, False)


def test_a_digit_on_many_days(known: District) -> None:
    got = read(known, "1 montags und mittwochs um acht Uhr, 4 Wochen lang", PHONE).fields
    assert (got["weekdays"], got["first"], got["until"], got["time"]) == (
        ["0", "2"],
        "2026-11-25",
        "2026-12-22",
        "08:00",
    )
    assert (got["origin_id"], got["adults"]) == (f"stop:{MARKT}", 2)


@pytest.mark.parametrize("said", ["morgen 3:00 von Salzwedel Markt nach Klötze Busbahnhof", "1 morgen 3:00"])
def test_of_a_half_open_time_only_the_figures_are_asked(known: District, said: str) -> None:
    got = read(known, said, PHONE).fields
    assert (got["time"], got["day"]) == ("3:00", "2026-11-25")
