"""The virtual day: people who booked by hand are driven as booked, and a busy machine makes no bus late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.models import ServiceDay
from backend.driving.virtual.chance import AS_BOOKED, Chance
from backend.driving.virtual.day import BEHIND, DrivenDay
from backend.driving.virtual.driver import VirtualDriver
from backend.operations.dayclock import now_on
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, at


def test_who_booked_by_hand_is_there_and_keeps_the_ride() -> None:
    assert {Chance(seed).conduct("Anna Beispiel", f"code-{seed}") for seed in range(300)} == {AS_BOOKED}


def test_some_of_the_demos_own_riders_are_late_absent_or_change_their_mind() -> None:
    drawn = [Chance(1).conduct(f"Testperson {number}", f"code-{number}") for number in range(500)]
    assert any(conduct.absent for conduct in drawn)
    assert any(conduct.late_s for conduct in drawn)
    assert any(conduct.cancels for conduct in drawn)
    assert AS_BOOKED in drawn


@pytest.mark.django_db
def test_the_clock_stands_while_the_drivers_are_behind_and_goes_on_when_they_are_not() -> None:
    a_district(BusOnDuty())
    a_booking(a_desk())
    day = ServiceDay.objects.select_related("district").get()
    run = DrivenDay("http://127.0.0.1:1", day, 1, 3600.0, lambda _line: None)
    run.now = begun = at("08:00")
    run._let_the_clock_go()
    run.clock_begun -= 2 * BEHIND.total_seconds() / run.speed  # as after so long a call
    run._let_time_go_to(begun)
    stood_at = run.now
    assert stood_at - begun > BEHIND
    assert now_on(day) == stood_at, "all ask the same clock, and it stands"
    run._let_time_go_to(begun + timedelta(seconds=1))
    assert run.now == now_on(day) == stood_at
    run._let_time_go_to(stood_at + timedelta(seconds=1))
    assert run.now > stood_at
    assert now_on(day) > stood_at


def test_a_broken_bus_stands_at_the_nearer_stop_calls_for_help_and_goes_no_further() -> None:
    taps: list[str] = []
    driver = VirtualDriver("bus-1", 0, None, None, Chance(1), lambda _a, _b: 60.0, lambda _a, _b, _s: (0.0, 0.0))  # type: ignore[arg-type]
    driver._tap = lambda _now, kind, **_said: taps.append(kind)  # type: ignore[method-assign, assignment]
    driver.halts.add(("fruh", "start"))
    driver.shift = {"shifts": [{"code": "fruh", "visits": []}]}
    driver.leg = ("A", "B", at("08:00"), at("08:10"))
    assert driver.breaks_down(at("08:08")) == ("B", "fruh")
    assert taps == ["help"]
    assert driver.step(at("08:09")) is None
    assert driver.is_over
