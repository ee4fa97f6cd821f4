"""The same ride on many days, as people say it."""

from __future__ import annotations

from datetime import date

import pytest

from accessibility.language.series import only_once, series_said, until_said

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "weekdays", "every_weeks", "first"),
    [
        ("jeden Dienstag um neun von Klötze nach Salzwedel", (1,), 1, "2026-11-24"),
        ("immer dienstags und freitags um 9", (1, 4), 1, "2026-11-24"),
        ("montags, mittwochs und freitags um halb acht", (0, 2, 4), 1, "2026-11-25"),
        ("jede Woche am Donnerstag", (3,), 1, "2026-11-26"),
        ("werktags um sieben", (0, 1, 2, 3, 4), 1, "2026-11-24"),
        ("von Montag bis Freitag um sieben", (0, 1, 2, 3, 4), 1, "2026-11-24"),
        ("jeden Tag um acht", (0, 1, 2, 3, 4, 5, 6), 1, "2026-11-24"),
        ("alle zwei Wochen am Sonnabend", (5,), 2, "2026-11-28"),
        ("jeden zweiten Mittwoch um zehn", (2,), 2, "2026-11-25"),
        ("jeden Di 9:00 Kalbe nach Klötze", (1,), 1, "2026-11-24"),
        ("immer Mo + Mi um 7:30", (0, 2), 1, "2026-11-25"),
        ("jd. Do u. Fr 8 Uhr", (3, 4), 1, "2026-11-26"),
        ("Mo-Fr 7:30", (0, 1, 2, 3, 4), 1, "2026-11-24"),
        ("alle 2 Wochen Fr 10 Uhr", (4,), 2, "2026-11-27"),
        ("jeden Montag um acht", (0,), 1, "2026-11-30"),  # today's may be over already
    ],
)
def test_a_series_is_heard(text: str, weekdays: tuple[int, ...], every_weeks: int, first: str) -> None:
    said = series_said(text, MONDAY)
    assert said is not None
    assert (said.weekdays, said.every_weeks) == (weekdays, every_weeks)
    assert f"am {first}" in said.text


@pytest.mark.parametrize(
    "text",
    [
        "am Dienstag um neun",
        "nächsten Dienstag",
        "übermorgen um acht",
        "Dienstag in zwei Wochen",
        "ich bin jeden Abend müde",
        "Di 9:00 von Kalbe nach Klötze",
        "immer so um neun",
        "",
    ],
)
def test_one_ride_is_no_series(text: str) -> None:
    assert series_said(text, MONDAY) is None


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("vier Wochen lang", "2026-12-21"),
        ("zwei Monate", "2027-01-18"),
        ("bis zum 20. Dezember", "2026-12-20"),
        ("bis zum 20.12.", "2026-12-20"),
        ("bis Ende Februar", "2027-02-28"),
        ("bis Weihnachten", "2026-12-23"),
        ("bis Heiligabend", "2026-12-24"),
        ("bis 8.12.26", "2026-12-08"),
        ("bis zum 31.12.2029", "2029-12-31"),
        ("bis zum 4. Advent", "2026-12-20"),
        ("bis Ostermontag", "2027-03-29"),
        ("bis zum 31. Januar", "2027-01-31"),
        ("bis zum 31. Februar", None),
        ("ich weiß nicht", None),
    ],
)
def test_its_end_is_heard(text: str, last: str | None) -> None:
    found = until_said(text, date(2026, 11, 24))
    assert (found.isoformat() if found else None) == last


def test_its_end_leaves_the_text() -> None:
    said = series_said("jeden Dienstag um neun von Klötze nach Gardelegen Krankenhaus, vier Wochen lang", MONDAY)
    assert said is not None
    assert "woche" not in said.text
    assert said.until == date(2026, 12, 21)


def test_once_is_once() -> None:
    assert only_once("nein, nur dieses eine Mal")
    assert not only_once("ja, jeden Dienstag")
