"""Room is found by moving others, and never at the cost of a promise."""

from __future__ import annotations

from dataclasses import replace

from dispatch.checker import check, check_successor
from dispatch.model import Load
from dispatch.objective import Weights
from dispatch.room import can_carry, only_some_can_carry, with_room
from dispatch.state import DayState
from tests.builders.small_days import a_small_day, planned


def test_who_fits_some_vehicles_only() -> None:
    shifts = a_small_day(1, 2, 2).plan.shifts  # a bus with a ramp and a car
    assert [can_carry(shift, Load(0, 1, 0), frozenset({"ramp"})) for shift in shifts] == [True, False]
    assert only_some_can_carry(shifts, Load(0, 1, 0), frozenset({"ramp"}))
    assert not only_some_can_carry(shifts, Load(1), frozenset())
    assert not only_some_can_carry(shifts, Load(9), frozenset()), "nobody can: room is of no use"


def test_everybody_keeps_a_lawful_place_and_some_find_one() -> None:
    moved = 0
    for seed in range(12):
        day = a_small_day(seed, 9, 2)
        plan, left_out = planned(day)
        for request in left_out:
            found = with_room(plan, request, day.travel_s, Weights(), seed=seed)
            if found is None:
                continue
            moved += 1
            assert found.requests == plan.requests
            assert check(found, day.travel_s) == []
            assert check_successor(plan, found) == []
            assert DayState(found, day.travel_s, Weights()).quote(request)[0], "now it fits"
            assert with_room(plan, request, day.travel_s, Weights(), seed=seed) == found, "the same again"
    assert moved >= 3


def test_no_room_where_there_is_none() -> None:
    day = a_small_day(3, 4, 1)
    plan, _ = planned(day)
    impossible = replace(next(iter(day.plan.requests.values())), id="late", load=Load(30), apart_from=frozenset())
    assert with_room(plan, impossible, day.travel_s, Weights()) is None
