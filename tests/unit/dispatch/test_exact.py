"""The exact method agrees with constraint programming, with trying everything, and with optima that others proved."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.checker import check, check_successor
from dispatch.event_graph import TooLarge
from dispatch.exact import NoLawfulPlan, NotSolved, solve_exactly
from dispatch.model import EventKind, Load, Plan, Request, Shift, Vehicle
from dispatch.objective import Weights, objective
from dispatch.state import empty_plan
from tests.builders.small_days import a_small_day
from tests.oracles import by_cp_sat, by_trying_all

WEIGHTS = Weights()
SCALE = 10_000
PROVED = [*(f"darp_a/a{name}" for name in ("2-16", "3-24", "4-40")), *(f"darp_b/b{name}" for name in ("2-16", "4-40"))]


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1), requests=st.integers(1, 5), vehicles=st.integers(1, 2), alike=st.booleans(),
    shared_stops=st.booleans(), driven=st.booleans(), alights_first=st.booleans(),
)  # fmt: skip
def test_it_costs_what_constraint_programming_proves(
    seed: int, requests: int, vehicles: int, alike: bool, shared_stops: bool, driven: bool, alights_first: bool
) -> None:
    day = a_small_day(seed, requests, vehicles, alike=alike, shared_stops=shared_stops, driven=driven)
    found = solve_exactly(day.plan, day.travel_s, WEIGHTS, alights_first=alights_first)
    expected = by_cp_sat.least_cost(day.plan, day.travel_s, WEIGHTS, alights_first=alights_first)
    assume(expected is not None)
    assert (found.cost, found.proved) == (expected, True)
    assert found.bound == pytest.approx(found.cost, abs=1.0)
    assert check(found.plan, day.travel_s, all_served=False) == []
    assert check_successor(day.plan, found.plan) == []


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32 - 1), requests=st.integers(1, 3), shared_stops=st.booleans())
def test_it_costs_what_trying_every_order_of_every_split_finds(seed: int, requests: int, shared_stops: bool) -> None:
    day = a_small_day(seed, requests, 2, shared_stops=shared_stops)
    found = solve_exactly(day.plan, day.travel_s, WEIGHTS, alights_first=False)
    assert found.cost == by_trying_all.least_cost(day.plan, day.travel_s, WEIGHTS)


def test_trying_everything_agrees_on_four_riders() -> None:
    day = a_small_day(8, 4, 2)
    expected = by_trying_all.least_cost(day.plan, day.travel_s, WEIGHTS)
    assert solve_exactly(day.plan, day.travel_s, WEIGHTS, alights_first=False).cost == expected
    assert by_cp_sat.least_cost(day.plan, day.travel_s, WEIGHTS, alights_first=False) == expected


@pytest.mark.parametrize("name", PROVED)
def test_it_proves_the_optimum_of_public_instances(name: str, benchmarks: Path) -> None:
    family, instance = name.split("/")
    with (benchmarks / family / "best_known.csv").open() as file:
        known = {row["instance"]: float(row["best_known_cost"]) for row in csv.DictReader(file)}
    plan, travel = a_public_day((benchmarks / f"{name}.txt").read_text())
    found = solve_exactly(plan, travel, Weights(drive=1, wait=0, excess_ride=0, slack=0), all_served=True)
    assert found.proved
    assert found.cost / SCALE == pytest.approx(known[instance], abs=0.011)  # the list cuts the third digit off
    assert check(found.plan, travel) == []


def a_public_day(text: str) -> tuple[Plan, np.ndarray]:
    """A file of the families a and b, read here once more so that an error of the reader cannot hide; minutes x SCALE."""
    (vehicles, n, longest, places, ride), *rows = [
        [float(field) for field in line.split()] for line in text.splitlines()
    ]
    xy = np.array([row[1:3] for row in rows[:-1]])
    distance = np.linalg.norm(xy[:, None] - xy[None, :], axis=2)
    travel = np.ceil(np.round(distance * SCALE, 6)).astype(np.int32)
    windows = [[round(field * SCALE) for field in row[5:7]] for row in rows]
    dwell = [round(row[3] * SCALE) for row in rows]
    requests = {}
    for p in range(1, round(n) + 1):
        d = p + round(n)
        request = Request(
            str(p), p, d, *windows[p], *windows[d], round(ride * SCALE), Load(round(rows[p][4])), dwell[p], dwell[d]
        )
        requests[request.id] = request
    bus = Vehicle("bus", (Load(round(places)),))
    shifts = tuple(Shift(str(v), bus, 0, 0, *windows[0], (), round(longest * SCALE)) for v in range(round(vehicles)))
    return replace(empty_plan(shifts, travel), requests=requests), travel


def one_rider(*, max_ride_s: int, duration_s: int | None = None) -> tuple[Plan, np.ndarray]:
    travel_s = np.array([[0, 100, 200], [100, 0, 100], [200, 100, 0]], dtype=np.int32)
    bus = Vehicle("bus", (Load(1),))
    shifts = (Shift("shift", bus, 0, 0, 0, 5000, (), duration_s),)
    request = Request("r", 1, 2, 1000, 1200, 1300, 1400, max_ride_s, Load(1))
    return replace(empty_plan(shifts, travel_s), requests={"r": request}), travel_s


def test_a_ride_that_nobody_can_give_is_left_out_or_refused() -> None:
    plan, travel_s = one_rider(max_ride_s=99)
    assert objective(solve_exactly(plan, travel_s, WEIGHTS).plan, travel_s, WEIGHTS).unserved == 1
    with pytest.raises(NoLawfulPlan, match="r has no lawful times"):
        solve_exactly(plan, travel_s, WEIGHTS, all_served=True)


def test_a_shift_may_begin_as_late_as_its_longest_duration_asks() -> None:
    for duration_s, served in ((399, False), (400, True)):
        plan, travel_s = one_rider(max_ride_s=100, duration_s=duration_s)
        found = solve_exactly(plan, travel_s, WEIGHTS)
        assert (objective(found.plan, travel_s, WEIGHTS).unserved == 0) is served
        assert check(found.plan, travel_s, all_served=False) == []


def test_it_says_when_the_day_is_too_large_or_the_time_too_short() -> None:
    day = a_small_day(3, 7, 2)
    with pytest.raises(TooLarge, match="more than 20 states"):
        solve_exactly(day.plan, day.travel_s, WEIGHTS, most_states=20)
    wide = a_small_day(4, 16, 3, alike=True)
    with pytest.raises(NotSolved):
        solve_exactly(wide.plan, wide.travel_s, WEIGHTS, seconds=0.0, all_served=True)


def test_a_driven_day_keeps_who_is_aboard() -> None:
    days = (a_small_day(seed, 5, 2, driven=True) for seed in range(40))
    day = next(each for each in days if _somebody_is_aboard(each.plan))
    found = solve_exactly(day.plan, day.travel_s, WEIGHTS)
    assert check_successor(day.plan, found.plan) == []
    assert check(found.plan, day.travel_s, all_served=False) == []


def _somebody_is_aboard(plan: Plan) -> bool:
    return any(
        sum({EventKind.PICKUP: 1, EventKind.DELIVERY: -1}.get(event.kind, 0) for event in route.events[: route.locked])
        for route in plan.routes
    )


def test_whom_the_plan_serves_can_be_kept_though_another_were_cheaper() -> None:
    days = (a_small_day(seed, 6, 2, driven=True) for seed in range(200))
    for day in days:
        free = solve_exactly(day.plan, day.travel_s, WEIGHTS)
        kept = solve_exactly(day.plan, day.travel_s, WEIGHTS, keep_served=True)
        assert kept.cost >= free.cost
        assert _served(day.plan) <= _served(kept.plan)
        if kept.cost > free.cost:
            break
    assert not _served(day.plan) <= _served(free.plan)


def _served(plan: Plan) -> set[str]:
    return {event.request_id for route in plan.routes for event in route.events if event.request_id is not None}
