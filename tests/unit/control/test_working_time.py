"""§§ 3, 4 and 5 ArbZG: what a shift and a driver's days may be."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from backend.control.working_time import Duty, duty_faults, hours_text, shift_faults
from fixtures.working_time import longest_stretch, rests_in_time
from tests.builders.district import BERLIN

H = 3600


def faults(start: float, end: float, *breaks: tuple[float, float, int]) -> list[str]:
    """Hours of the clock; breaks as (earliest hour, latest hour, minutes)."""
    rests = [(int(a * H), int(b * H), minutes * 60) for a, b, minutes in breaks]
    return [fault.field_name for fault in shift_faults(int(start * H), int(end * H), rests)]


@pytest.mark.parametrize(
    ("shift", "wrong"),
    [
        ((6, 12), []),
        ((6, 12.01), ["breaks"]),
        ((6, 12.5, (9, 10, 30)), []),
        ((6, 12.5, (9, 10, 29)), ["breaks"]),
        ((6, 15.5, (9, 11, 30)), []),
        ((6, 15.6, (9, 11, 30)), ["breaks"]),
        ((6, 15.75, (9, 11, 45)), []),
        ((4.75, 14, (8, 10.75, 45)), []),
        ((6, 16.75, (10, 11, 45)), []),
        ((6, 17, (9, 10, 30), (13, 14, 15)), ["end"]),
        ((6, 15, (12.5, 13, 45)), ["breaks"]),
        ((6, 15, (9, 13, 45)), ["breaks"]),
        ((6, 15, (8, 9, 15), (11, 12, 30)), []),
        ((6, 15, (8, 9, 10), (11, 12, 35)), ["breaks"]),
        ((6, 15, (8, 9, 30), (9, 10, 30)), ["breaks"]),
        ((6, 12, (11.8, 11.9, 30)), ["breaks"]),
        ((6, 12, (5, 5.5, 30)), ["breaks"]),
        ((12, 6), ["end"]),
        ((6, 6), ["end"]),
        ((24, 30.5, (26, 27, 30)), ["end"]),
    ],
)
def test_a_shift(shift: tuple, wrong: list[str]) -> None:
    assert faults(*shift) == wrong


def test_the_longest_stretch_is_the_worst_that_the_windows_allow() -> None:
    assert longest_stretch(0, 10 * H, [(4 * H, 6 * H, 1800)]) == 6 * H
    assert longest_stretch(0, 10 * H, [(3 * H, 4 * H, 1800)]) == 6 * H + 1800


def duty(day: int, begin: float, end: float, shift: str = "a", work: float | None = None) -> Duty:
    first = date(2026, 11, day)
    midnight = datetime(2026, 11, day, tzinfo=BERLIN)
    worked = work if work is not None else end - begin
    return Duty(first, shift, midnight + timedelta(hours=begin), midnight + timedelta(hours=end), int(worked * H))


def test_days_with_rest_between_them_are_lawful() -> None:
    assert not list(duty_faults([duty(24, 6, 14), duty(25, 6, 14), duty(26, 14, 22)]))


def test_eleven_hours_lie_between_two_days() -> None:
    (fault,) = duty_faults([duty(25, 6, 12), duty(24, 15, 20)])
    assert fault == "Mi, 25.11.2026: Zwischen 20:00 Uhr und 6:00 Uhr liegen keine 11 Stunden Ruhe."
    assert not list(duty_faults([duty(24, 14, 19), duty(25, 6, 12)]))


def test_nobody_drives_two_buses_at_once() -> None:
    (fault,) = duty_faults([duty(24, 6, 12, "a", 4), duty(24, 11, 15, "b", 4)])
    assert fault == "Di, 24.11.2026: Die Dienste a und b überschneiden sich."


def test_two_shifts_of_a_day_count_together() -> None:
    (fault,) = duty_faults([duty(24, 5, 11), duty(24, 13, 18)])
    assert fault == "Di, 24.11.2026: zusammen 11 Stunden Arbeit. Erlaubt sind 10 Stunden."


def test_hours_in_words() -> None:
    assert hours_text(9 * H + 900) == "9 Stunden 15 Minuten"
    assert hours_text(8 * H) == "8 Stunden"


@pytest.mark.parametrize(
    ("end", "breaks", "fits"),
    [
        (12, [], True),
        (12.1, [], False),
        (14, [(9, 11, 30)], True),
        (16, [(9, 11, 30)], True),  # at eleven; at nine it would not do
        (18, [(9, 11, 30)], False),
        (18, [(9, 11, 30), (14, 15, 15)], True),
        (14, [(12.5, 13, 30)], False),
    ],
)
def test_breaks_fit_if_there_is_one_lawful_time_for_them(
    end: float, breaks: list[tuple[float, float, int]], fits: bool
) -> None:
    rests = [(int(a * H), int(b * H), minutes * 60) for a, b, minutes in breaks]
    assert rests_in_time(6 * H, int(end * H), rests) is fits
