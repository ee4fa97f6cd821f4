"""Feasts are days: each with its next date, and none of them is today."""

from __future__ import annotations

from datetime import date

import pytest

from accessibility.language.feasts import first_advent, take_feasts
from accessibility.language.said import listen

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Heiligabend um 14 Uhr", date(2026, 12, 24)),
        ("am Heiligen Abend", date(2026, 12, 24)),
        ("am ersten Weihnachtsfeiertag", date(2026, 12, 25)),
        ("2. Weihnachtstag", date(2026, 12, 26)),
        ("Silvester", date(2026, 12, 31)),
        ("Neujahr", date(2027, 1, 1)),
        ("an Heilige Drei Könige", date(2027, 1, 6)),
        ("Karfreitag", date(2027, 3, 26)),
        ("Ostermontag", date(2027, 3, 29)),
        ("Christi Himmelfahrt", date(2027, 5, 6)),
        ("Pfingstmontag", date(2027, 5, 17)),
        ("am Tag der Deutschen Einheit", date(2027, 10, 3)),
        ("Reformationstag", date(2027, 10, 31)),
        ("am zweiten Advent", date(2026, 12, 6)),
        ("4. Advent", date(2026, 12, 20)),
        ("Totensonntag", date(2027, 11, 21)),
        ("Buß- und Bettag", date(2027, 11, 17)),
        ("Rosenmontag", date(2027, 2, 8)),
    ],
)
def test_a_feast_is_its_next_day(text: str, day: date) -> None:
    (said,) = take_feasts(listen(text), TODAY)
    assert said.dates == ((day, 1.0),)


def test_weihnachten_alone_is_asked() -> None:
    (said,) = take_feasts(listen("an Weihnachten um 10"), TODAY)
    assert {day for day, _share in said.dates} == {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)}


def test_on_the_second_day_of_christmas_the_first_ones_are_over() -> None:
    (said,) = take_feasts(listen("Weihnachten"), date(2026, 12, 26))
    assert said.dates == ((date(2026, 12, 26), 1.0),)
    (eve,) = take_feasts(listen("Heiligabend"), date(2026, 12, 26))
    assert eve.dates == ((date(2027, 12, 24), 1.0),)


@pytest.mark.parametrize("text", ["Oster Straße", "zum Nikolausstift", "Silvesterweg 3", "morgen Abend"])
def test_what_is_no_feast_stays(text: str) -> None:
    assert take_feasts(listen(text), TODAY) == []


def test_the_fourth_sunday_in_advent_may_be_christmas_eve() -> None:
    assert first_advent(2023) == date(2023, 12, 3)
    assert first_advent(2022) == date(2022, 11, 27)
