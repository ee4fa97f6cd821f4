"""How times, days, money and people are written on the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from accessibility.desk import Party
from backend.web import display
from backend.web.district import days_text, deadline_text
from fixtures.rules import OrderDeadline

NB = "\u00a0"


def test_a_clock_time_has_no_leading_zero_and_follows_the_district() -> None:
    assert display.clock_text(datetime(2026, 11, 24, 7, 5, tzinfo=UTC)) == f"8:05{NB}Uhr"
    assert display.clock_text(datetime(2026, 7, 1, 6, 5, tzinfo=UTC)) == f"8:05{NB}Uhr"  # summer time


def test_a_promise_is_a_window() -> None:
    first, last = datetime(2026, 11, 24, 7, 5, tzinfo=UTC), datetime(2026, 11, 24, 7, 15, tzinfo=UTC)
    assert display.window_text(first, last) == f"zwischen 8:05 und 8:15{NB}Uhr"


def test_a_day_is_the_local_one() -> None:
    assert display.day_text(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == "Di, 24.11.2026"
    assert display.day_long_text(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == "Dienstag, 24.11.2026"
    with override("en"):
        assert display.day_long_text(date(2026, 11, 24)) == "Tuesday 24 Nov 2026"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 24), "Heute, Di, 24.11.2026"),
        (date(2026, 11, 26), "Übermorgen, Do, 26.11.2026"),
        (date(2026, 11, 27), "Fr, 27.11.2026"),
    ],
)
def test_days_to_choose_are_said_from_today(day: date, text: str) -> None:
    assert display.day_choice_text(day, date(2026, 11, 24)) == text


@pytest.mark.parametrize(
    ("cents", "text"), [(150, "1,50"), (0, "0,00"), (5, "0,05"), (-50, "−0,50"), (123_456, "1.234,56")]
)
def test_money(cents: int, text: str) -> None:
    assert display.money_text(cents) == f"{text}{NB}€"


def test_seconds_past_midnight_name_the_next_day() -> None:
    assert display.clock_of_seconds(29_100) == "8:05"
    assert display.clock_of_seconds(86_400 + 300) == "0:05 (Folgetag)"


def test_a_walk_is_rounded_and_told_in_minutes() -> None:
    assert display.walk_text(180) == "etwa 200 m zu Fuß, 3 Minuten"
    assert display.walk_text(30) == "etwa 50 m zu Fuß, 1 Minute"


@pytest.mark.parametrize(("number", "text"), [("+493901304030", "03901 304030"), ("nicht lesbar", "nicht lesbar")])
def test_phone_numbers_as_germans_write_them(number: str, text: str) -> None:
    assert display.phone_text(number) == text


def test_a_party_in_one_line() -> None:
    assert display.party_text(Party(adults=1)) == "1 erwachsene Person"
    assert display.party_text(Party(adults=2, children=1, wheelchairs=1)) == "2 Erwachsene, 1 Kind, 1 Rollstuhl"


@pytest.mark.parametrize(
    ("days", "text"),
    [({0, 1, 2, 3, 4}, "Mo bis Fr"), ({5, 6}, "Sa, So"), (set(range(7)), "täglich"), ({0, 2, 4}, "Mo, Mi, Fr")],
)
def test_days_of_the_week(days: set[int], text: str) -> None:
    assert days_text(frozenset(days)) == text


def test_a_deadline_past_midnight() -> None:
    text = deadline_text(OrderDeadline(from_s=75_600, to_s=104_400, by_s=72_000))
    assert text == "Fahrten von 21:00 bis 5:00 Uhr: am selben Tag bis 20:00 Uhr"
