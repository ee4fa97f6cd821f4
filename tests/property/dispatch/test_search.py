"""Laws of the search: whatever the day, it loses nobody, costs no more, moves nothing that is fixed, and repeats itself.

On small days it is held against the proved optimum. A failing day is kept as a file that replays (tests/builders/failures.py).
"""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.case_file import Call, Case
from dispatch.checker import check, check_successor
from dispatch.event_graph import TooLarge
from dispatch.exact import NotSolved, solve_exactly
from dispatch.improvement import Improvement, Limits, Progress, improve
from dispatch.model import EventKind, Plan
from dispatch.objective import Weights, objective
from dispatch.ortools_solver import improve_with_ortools
from dispatch.replay import improvement_faults
from dispatch.state import empty_plan
from tests.builders.failures import kept_on_failure
from tests.builders.small_days import SmallDay, a_small_day

WEIGHTS = Weights()
SEEDS = st.integers(0, 2**32 - 1)
DAYS = st.builds(
    a_small_day, SEEDS, st.integers(1, 9), st.integers(1, 3), alike=st.booleans(), shared_stops=st.booleans(),
    driven=st.booleans(),
)  # fmt: skip


def a_case(day: SmallDay, call: Call) -> Case:
    return Case("a law of the search", call, day.plan, day.travel_s, WEIGHTS, all_served=False)


def improved(day: SmallDay, call: Call) -> Improvement:
    limits = Limits(iterations=call.iterations)
    return improve(day.plan, day.travel_s, WEIGHTS, limits, seed=call.seed, cores=call.cores)


@settings(max_examples=150)
@given(day=DAYS, seed=st.integers(0, 99), iterations=st.integers(1, 150), cores=st.integers(1, 2))
def test_it_breaks_no_law_whatever_the_day(day: SmallDay, seed: int, iterations: int, cores: int) -> None:
    call = Call("improve", seed=seed, iterations=iterations, cores=cores)
    with kept_on_failure(a_case(day, call)):
        found = improved(day, call)
        assert improvement_faults(a_case(day, call), found.plan, found.cost_before, found.cost_after) == []


@settings(max_examples=25)
@given(day=DAYS, seed=st.integers(0, 99), iterations=st.sampled_from([1, 7, 120, 2500]), cores=st.integers(1, 2))
def test_the_same_seed_iterations_and_cores_give_the_same_plan(
    day: SmallDay, seed: int, iterations: int, cores: int
) -> None:
    call = Call("improve", seed=seed, iterations=iterations, cores=cores)
    with kept_on_failure(a_case(day, call)):
        first, second = improved(day, call), improved(day, call)
        assert (first.plan, first.cost_after) == (second.plan, second.cost_after)


@settings(max_examples=40)
@given(day=DAYS, seed=st.integers(0, 99), cores=st.integers(1, 2))
def test_an_improved_plan_can_be_improved_again(day: SmallDay, seed: int, cores: int) -> None:
    call = Call("improve", seed=seed, iterations=40, cores=cores)
    once = improved(day, call)
    again = SmallDay(once.plan, day.travel_s)
    with kept_on_failure(a_case(again, call)):
        twice = improved(again, call)
        assert twice.cost_before == once.cost_after
        assert improvement_faults(a_case(again, call), twice.plan, twice.cost_before, twice.cost_after) == []


@settings(max_examples=25)
@given(day=DAYS, seed=st.integers(0, 99), cores=st.integers(1, 2))
def test_who_watches_sees_costs_fall_and_work_grow(day: SmallDay, seed: int, cores: int) -> None:
    seen: list[Progress] = []
    found = improve(day.plan, day.travel_s, WEIGHTS, Limits(iterations=1200), seed=seed, cores=cores, watch=seen.append)
    costs = [found.cost_before, *(progress.cost for progress in seen)]
    assert costs == sorted(costs, reverse=True)
    for before, after in itertools.pairwise(seen):
        assert before.iterations <= after.iterations
        assert before.seconds <= after.seconds
    if seen:
        assert (seen[-1].cost, seen[-1].iterations) == (found.cost_after, found.iterations)


# --- Deadlines


def test_the_deadline_is_kept_within_a_tenth() -> None:
    """Counted in processor seconds of this thread, which other work on the machine does not lengthen."""
    day = a_small_day(1, 40, 6)
    improve(day.plan, day.travel_s, WEIGHTS, Limits(iterations=2500))  # everything is compiled before the clock runs
    for seconds in (0.3, 1.0):
        found = improve(day.plan, day.travel_s, WEIGHTS, Limits(seconds=seconds), clock=time.thread_time)
        assert 0.5 * seconds <= found.seconds <= 1.1 * seconds


@settings(max_examples=20)
@given(day=DAYS, cores=st.integers(1, 2), looks=st.integers(20, 400))
def test_few_looks_at_the_clock_come_after_the_deadline(day: SmallDay, cores: int, looks: int) -> None:
    """A clock that goes on by one at each look: the search may not work on after the deadline without looking up."""
    clock = itertools.count()
    found = improve(
        day.plan, day.travel_s, WEIGHTS, Limits(seconds=float(looks)), cores=cores, clock=lambda: float(next(clock))
    )
    assert found.seconds <= looks + 4 + 2 * cores
    assert objective(found.plan, day.travel_s, WEIGHTS).cost == found.cost_after <= found.cost_before


# --- Edges


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("limits", [Limits(iterations=50), Limits(seconds=0.05)])
def test_a_day_without_requests_stays_as_it_is(limits: Limits, cores: int) -> None:
    day = a_small_day(1, 1, 2)
    plan = empty_plan(day.plan.shifts, day.travel_s)
    found = improve(plan, day.travel_s, WEIGHTS, limits, cores=cores)
    assert found.plan == plan
    assert found.cost_after == found.cost_before == objective(plan, day.travel_s, WEIGHTS).cost


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("why", ["feature", "load", "window", "ride"])
def test_requests_that_nobody_can_serve_stay_unserved(why: str, cores: int) -> None:
    day = a_small_day(2, 5, 2)
    impossible = {}
    for name, request in day.plan.requests.items():
        changed = {
            "feature": replace(request, features=frozenset({"wings"})),
            "load": replace(request, load=replace(request.load, seats=99)),
            "window": replace(request, delivery_latest_s=request.pickup_earliest_s),
            "ride": replace(request, max_ride_s=0),
        }
        impossible[name] = changed[why]
    plan = replace(day.plan, requests=impossible)
    for limits in (Limits(iterations=60), Limits(seconds=0.05)):
        found = improve(plan, day.travel_s, WEIGHTS, limits, cores=cores)
        assert objective(found.plan, day.travel_s, WEIGHTS).unserved == 5
        assert found.cost_after == found.cost_before
        assert check(found.plan, day.travel_s, all_served=False) == []


@settings(max_examples=40)
@given(seed=SEEDS, cores=st.integers(1, 2))
def test_riders_aboard_leave_the_vehicle_that_they_are_in(seed: int, cores: int) -> None:
    day = a_small_day(seed, 6, 2, driven=True)
    aboard = {r: v for v in range(2) for r in _aboard(day.plan, v)}
    assume(aboard)
    found = improve(day.plan, day.travel_s, WEIGHTS, Limits(iterations=60), cores=cores)
    for request_id, v in aboard.items():
        kinds = [event.kind for event in found.plan.routes[v].events if event.request_id == request_id]
        assert kinds == [EventKind.PICKUP, EventKind.DELIVERY]


def _aboard(plan: Plan, v: int) -> set[str]:
    riders: set[str] = set()
    for event in plan.routes[v].events[: plan.routes[v].locked]:
        riders ^= {event.request_id} if event.request_id else set()
    return riders


# --- Against proved optima


@settings(max_examples=60)
@given(
    seed=SEEDS, requests=st.integers(4, 7), vehicles=st.integers(1, 3), alike=st.booleans(), driven=st.booleans(),
    cores=st.integers(1, 2),
)  # fmt: skip
def test_it_reaches_the_proved_optimum_of_a_small_day(
    seed: int, requests: int, vehicles: int, alike: bool, driven: bool, cores: int
) -> None:
    day = a_small_day(seed, requests, vehicles, alike=alike, driven=driven)
    best = proved_cost(day)
    for iterations in (500, 5_000, 50_000):  # nearly always the first
        call = Call("improve", iterations=iterations, cores=cores)
        with kept_on_failure(a_case(day, call)):
            cost = improved(day, call).cost_after
            assert cost >= best, "cheaper than any lawful plan"
            assert cost == best or iterations < 50_000
        if cost == best:
            break


def proved_cost(day: SmallDay) -> int:
    best = solve_exactly(day.plan, day.travel_s, WEIGHTS, alights_first=False, keep_served=True)
    assert best.proved
    return best.cost


@cache
def a_proved_day(seed: int) -> tuple[SmallDay, int]:
    """One of the days that are the same every time, and its proved cost."""
    day = a_small_day(seed, 4 + seed % 4, 1 + seed // 4 % 3, alike=bool(seed & 1), driven=bool(seed & 2))
    return day, proved_cost(day)


@pytest.mark.parametrize(("iterations", "missed_at_most"), [(50, 8), (5_000, 2)])
def test_few_iterations_suffice_for_nearly_all_small_days(iterations: int, missed_at_most: int) -> None:
    """The same 200 days every time; run with `-s` to see the figure that docs/decisions/0305 states."""
    missed = 0
    for seed in range(200):
        day, best = a_proved_day(seed)
        missed += improved(day, Call("improve", iterations=iterations)).cost_after > best
    print(f"{iterations} iterations: {200 - missed} of 200 proved optima reached")
    assert missed <= missed_at_most


@settings(max_examples=40)
@given(day=DAYS, cores=st.integers(1, 2))
def test_it_never_goes_below_a_proved_bound(day: SmallDay, cores: int) -> None:
    try:
        best = solve_exactly(day.plan, day.travel_s, WEIGHTS, alights_first=False, seconds=5.0, most_states=5000)
    except (TooLarge, NotSolved):
        assume(False)
    call = Call("improve", iterations=200, cores=cores)
    with kept_on_failure(a_case(day, call)):
        assert improved(day, call).cost_after >= best.bound - 1.0


@settings(max_examples=8)
@given(seed=SEEDS, requests=st.integers(4, 7), vehicles=st.integers(1, 3))
def test_ortools_never_goes_below_it_either_and_stays_lawful(seed: int, requests: int, vehicles: int) -> None:
    day = a_small_day(seed, requests, vehicles)
    start = improve(day.plan, day.travel_s, WEIGHTS, Limits(iterations=1)).plan
    served = {event.request_id for route in start.routes for event in route.events if event.request_id}
    start = replace(start, requests={name: request for name, request in start.requests.items() if name in served})
    best = solve_exactly(start, day.travel_s, WEIGHTS, all_served=True, alights_first=False)
    found = improve_with_ortools(start, day.travel_s, WEIGHTS, 0.1)
    assert found.cost_before >= found.cost_after >= best.cost
    assert objective(found.plan, day.travel_s, WEIGHTS).cost == found.cost_after
    assert check(found.plan, day.travel_s) == []
    assert check_successor(start, found.plan) == []
