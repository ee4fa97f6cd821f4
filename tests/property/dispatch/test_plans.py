"""Laws of plans: a promise never breaks, whatever is inserted, removed, improved or driven."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dispatch.benchmark.instances import Geometry, rural_geometry, rural_request, rural_shifts
from dispatch.checker import check, check_successor, least_start_times
from dispatch.improvement import Limits, improve
from dispatch.model import EventKind, Plan, Request, Route, StopEvent
from dispatch.objective import Weights, objective
from dispatch.state import DayState, InfeasiblePlan, empty_plan, insert, remove, retimed

WEIGHTS = Weights()


def a_day(seed: int, vehicles: int, requests: int, places: int = 12) -> tuple[Plan, Geometry, np.random.Generator]:
    """A small day in which as many of the requests are served as fit; few places, so that people share stops."""
    rng = np.random.default_rng(seed)
    geometry = rural_geometry(places, rng, width_km=25.0)
    plan = empty_plan(rural_shifts(vehicles, geometry), geometry.travel_s)
    for number in range(requests):
        plan = served_if_possible(plan, crowded(rural_request(number, geometry, rng), rng), geometry)
    return plan, geometry, rng


def crowded(request: Request, rng: np.random.Generator) -> Request:
    """The request moved into the same two hours as the others, so that rides meet."""
    earliest_s = 8 * 3600 + int(rng.integers(0, 7200))
    shift_s = earliest_s - request.pickup_earliest_s
    return replace(
        request,
        pickup_earliest_s=earliest_s,
        pickup_latest_s=request.pickup_latest_s + shift_s,
        delivery_latest_s=request.delivery_latest_s + shift_s,
    )


def served_if_possible(plan: Plan, request: Request, geometry: Geometry) -> Plan:
    found, _effort = DayState(plan, geometry.travel_s, WEIGHTS).quote(request)
    return insert(plan, request, found[0], geometry.travel_s, WEIGHTS) if found else plan


def cheapest_by_trying_everything(plan: Plan, request: Request, geometry: Geometry) -> int | None:
    """Least extra cost over all shifts and positions, with nothing but the model, the checker and the schedule."""
    before = objective(plan, geometry.travel_s, WEIGHTS).cost
    best: int | None = None
    for v, (shift, route) in enumerate(zip(plan.shifts, plan.routes, strict=True)):
        for i in range(route.locked - 1, len(route.events) - 1):
            for j in range(i, len(route.events) - 1):
                trial = with_request(route, request, i, j)
                requests = {**plan.requests, request.id: request}
                if (
                    boards_before_others_leave(trial)
                    or least_start_times(shift, trial, requests, geometry.travel_s) is None
                ):
                    continue
                routes = (*plan.routes[:v], trial, *plan.routes[v + 1 :])
                timed = retimed(Plan(plan.shifts, routes, requests), geometry.travel_s, WEIGHTS)
                if check(timed, geometry.travel_s):
                    continue
                extra = objective(timed, geometry.travel_s, WEIGHTS).cost - before
                best = extra if best is None else min(best, extra)
    return best


def with_request(route: Route, request: Request, i: int, j: int) -> Route:
    events: list[StopEvent] = []
    for k, event in enumerate(route.events):
        events.append(event)
        if k == i:
            events.append(StopEvent(EventKind.PICKUP, request.pickup_location, 0, request.pickup_dwell_s, request.id))
        if k == j:
            events.append(
                StopEvent(EventKind.DELIVERY, request.delivery_location, 0, request.delivery_dwell_s, request.id)
            )
    here = events[0].location
    placed = []
    for event in events:  # a break is taken wherever the vehicle then stands
        here = here if event.kind is EventKind.BREAK else event.location
        placed.append(replace(event, location=here))
    return replace(route, events=tuple(placed))


def boards_before_others_leave(route: Route) -> bool:
    """The order that the engine does not offer: boarding before others leave at the same stop."""
    return any(
        first.kind is EventKind.PICKUP and second.kind is EventKind.DELIVERY and first.location == second.location
        for first, second in zip(route.events, route.events[1:], strict=False)
    )


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), vehicles=st.integers(1, 2), requests=st.integers(0, 5))
def test_a_quote_is_the_cheapest_of_all_positions(seed: int, vehicles: int, requests: int) -> None:
    plan, geometry, rng = a_day(seed, vehicles, requests)
    request = crowded(rural_request(99, geometry, rng), rng)
    found, effort = DayState(plan, geometry.travel_s, WEIGHTS).quote(request, 3)
    expected = cheapest_by_trying_everything(plan, request, geometry)
    assert (found[0].cost if found else None) == expected
    assert list(found) == sorted(found, key=lambda each: each.cost)
    assert effort.evaluated <= effort.candidates <= effort.pairs
    for each in found:
        after = insert(plan, request, each, geometry.travel_s, WEIGHTS)
        assert check(after, geometry.travel_s) == []
        costs = [objective(which, geometry.travel_s, WEIGHTS).cost for which in (plan, after)]
        assert costs[1] - costs[0] == each.cost
        times = {e.kind: e.start_s for r in after.routes for e in r.events if e.request_id == request.id}
        assert (times[EventKind.PICKUP], times[EventKind.DELIVERY]) == (each.pickup_s, each.delivery_s)


@given(seed=st.integers(0, 2**32 - 1), vehicles=st.integers(1, 3), requests=st.integers(0, 12))
def test_removing_what_was_inserted_gives_the_former_plan_back(seed: int, vehicles: int, requests: int) -> None:
    plan, geometry, rng = a_day(seed, vehicles, requests)
    request = crowded(rural_request(99, geometry, rng), rng)
    after = served_if_possible(plan, request, geometry)
    if request.id in after.requests:
        assert remove(after, request.id, geometry.travel_s, WEIGHTS) == plan


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_improvement_is_never_dearer_keeps_everybody_and_repeats_itself(seed: int) -> None:
    plan, geometry, _rng = a_day(seed, 3, 18)
    first = improve(plan, geometry.travel_s, WEIGHTS, Limits(iterations=60), seed=seed % 97)
    again = improve(plan, geometry.travel_s, WEIGHTS, Limits(iterations=60), seed=seed % 97)
    assert first.plan == again.plan
    assert first.cost_after <= first.cost_before
    assert objective(first.plan, geometry.travel_s, WEIGHTS).cost == first.cost_after
    assert check(first.plan, geometry.travel_s) == []
    assert check_successor(plan, first.plan) == []


def test_riders_who_must_not_meet_never_do() -> None:
    plan, geometry, rng = a_day(5, 1, 0)
    first = crowded(rural_request(1, geometry, rng), rng)
    twin = replace(first, id="twin", apart_from=frozenset({first.id}))
    plan = served_if_possible(plan, first, geometry)
    plan = served_if_possible(plan, twin, geometry)
    assert check(plan, geometry.travel_s) == []
    assert (
        improve(plan, geometry.travel_s, WEIGHTS, Limits(iterations=30)).cost_after
        <= objective(plan, geometry.travel_s, WEIGHTS).cost
    )


def test_a_request_that_nobody_can_serve_gets_no_quote() -> None:
    plan, geometry, rng = a_day(1, 1, 0)
    request = replace(rural_request(1, geometry, rng), features=frozenset({"flying"}))
    assert DayState(plan, geometry.travel_s, WEIGHTS).quote(request)[0] == ()


def test_limits_say_one_thing() -> None:
    with pytest.raises(ValueError, match="either"):
        Limits()
    with pytest.raises(ValueError, match="either"):
        Limits(seconds=1.0, iterations=1)


class ADayInTheOffice(RuleBasedStateMachine):
    """Bookings, cancellations, improvements and driving in any order; the checker never finds a fault."""

    @initialize(seed=st.integers(0, 2**32 - 1))
    def morning(self, seed: int) -> None:
        self.plan, self.geometry, self.rng = a_day(seed, 2, 0)
        self.number = 0

    def _follow(self, after: Plan, gone: frozenset[str] = frozenset()) -> None:
        faults = [fault for fault in check_successor(self.plan, after) if fault.request_id not in gone]
        assert faults == []
        self.plan = after

    @rule()
    def somebody_books(self) -> None:
        self.number += 1
        request = crowded(rural_request(self.number, self.geometry, self.rng), self.rng)
        self._follow(served_if_possible(self.plan, request, self.geometry))

    @precondition(lambda self: self.plan.requests)
    @rule(which=st.integers(0, 10_000))
    def somebody_cancels(self, which: int) -> None:
        ids = sorted(self.plan.requests)
        request_id = ids[which % len(ids)]
        try:
            after = remove(self.plan, request_id, self.geometry.travel_s, WEIGHTS)
        except InfeasiblePlan:
            locked = {e.request_id for route in self.plan.routes for e in route.events[: route.locked]}
            assert request_id in locked
            return
        self._follow(after, frozenset({request_id}))

    @rule(seed=st.integers(0, 1000))
    def the_plan_is_improved(self, seed: int) -> None:
        found = improve(self.plan, self.geometry.travel_s, WEIGHTS, Limits(iterations=10), seed=seed)
        assert found.cost_after <= found.cost_before
        self._follow(found.plan)

    @rule(which=st.integers(0, 1), steps=st.integers(1, 3))
    def a_vehicle_drives(self, which: int, steps: int) -> None:
        """The next events happen as planned, and the one after them is locked: the vehicle is on its way there."""
        route = self.plan.routes[which]
        done = min(len(route.events) - 1, route.done + steps)
        last = route.events[done - 1]
        driven = replace(route, done=done, locked=max(route.locked, done + 1), ready_s=last.start_s + last.dwell_s)
        routes = list(self.plan.routes)
        routes[which] = driven
        self._follow(replace(self.plan, routes=tuple(routes)))

    @invariant()
    def no_promise_is_broken(self) -> None:
        if hasattr(self, "plan"):
            assert check(self.plan, self.geometry.travel_s) == []
            DayState(self.plan, self.geometry.travel_s, WEIGHTS)


ADayInTheOffice.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestADayInTheOffice = ADayInTheOffice.TestCase
