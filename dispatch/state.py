"""A plan made ready for the compiled code, and the plan's few operations: quote, insert, remove, re-time.

A `DayState` never changes after it is built, so that many threads may quote from one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dispatch.insertion import Insertion, SearchEffort, search
from dispatch.layout import (
    COLUMNS,
    DWELL,
    I32,
    I64,
    INFINITE,
    KIND,
    LOCATION,
    S_TIME,
    scratch_for,
)
from dispatch.model import EventKind, Plan, Request, Route, Shift, StopEvent
from dispatch.objective import Weights
from dispatch.positions import (
    PROFILE_ROWS,
    insert_into,
    profile_route,
    remove_from,
)
from dispatch.rows import feature_bits, fleet_tables, request_rows, shift_rows
from dispatch.schedule import evaluate


class InfeasiblePlan(ValueError):
    """A route of the plan given has no lawful schedule; says which."""


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """What has happened and what is fixed, per shift: int64[n_shifts] each, `actual_s` int64[n_shifts, width]."""

    done: I64
    locked: I64
    ready_s: I64
    actual_s: I64


class DayState:
    """A plan, the travel times and the weights, compiled.

    Parameters
    ----------
    plan
        A lawful plan: every route has a schedule.
    travel_s
        int32[n_locations, n_locations], driving seconds, C-contiguous.
    weights
        The objective's.

    Raises
    ------
    InfeasiblePlan
        If a route has no lawful schedule, or an event belongs to no request of the plan.
    """

    def __init__(self, plan: Plan, travel_s: I32, weights: Weights) -> None:
        self.plan = plan
        self.travel_s: I32 = np.ascontiguousarray(travel_s, dtype=np.int32)
        self.weights = weights
        self.slack: I64 = np.array([weights.slack, weights.slack_target_s], dtype=np.int64)
        self.timed = weights.wait > 0 or weights.excess_ride > 0 or weights.slack > 0
        self.bits = feature_bits(plan.shifts, plan.requests)
        self._number = {request_id: r for r, request_id in enumerate(plan.requests)}
        self._ids = tuple(plan.requests)
        self._lay_events()
        self.configurations, self.configuration_start, self.features = fleet_tables(plan.shifts, self.bits)
        self._lay_routes()

    def _lay_events(self) -> None:
        blocks = [
            request_rows(request, self.travel_s, self.weights, self.bits) for request in self.plan.requests.values()
        ]
        row = 2 * len(blocks)
        self._first_row: list[int] = []
        for shift in self.plan.shifts:
            rows = shift_rows(shift)
            self._first_row.append(row)
            row += len(rows)
            blocks.append(rows)
        self.events: I64 = np.ascontiguousarray(np.concatenate(blocks)) if blocks else np.zeros((0, COLUMNS), np.int64)

    def _lay_routes(self) -> None:
        routes = self.plan.routes
        longest = max((len(route.events) for route in routes), default=2)
        width = longest + 2
        self.routes: I64 = np.zeros((len(routes), width), dtype=np.int64)
        self.lengths: I64 = np.array([len(route.events) for route in routes], dtype=np.int64)
        actual_s = np.zeros((len(routes), width), dtype=np.int64)
        for v, route in enumerate(routes):
            for k, event in enumerate(route.events):
                self.routes[v, k] = self._event_number(v, event)
                actual_s[v, k] = event.start_s
        self.facts = RouteFacts(
            done=np.array([route.done for route in routes], dtype=np.int64),
            locked=np.array([route.locked for route in routes], dtype=np.int64),
            ready_s=np.array([route.ready_s for route in routes], dtype=np.int64),
            actual_s=actual_s,
        )
        self.costs: I64 = np.zeros(len(routes), dtype=np.int64)
        self.driving: I64 = np.zeros(len(routes), dtype=np.int64)
        self.profiles: I64 = np.zeros((len(routes), PROFILE_ROWS, width), dtype=np.int64)
        scratch = scratch_for(width)
        for v in range(len(routes)):
            self.costs[v], self.driving[v] = self._evaluate(v, self.routes[v], int(self.lengths[v]), scratch)
            if self.costs[v] >= INFINITE:
                raise InfeasiblePlan(f"the route of shift {routes[v].shift_id} has no lawful schedule")
            profile_route(
                self.routes[v], self.lengths[v], self.events, self.travel_s, self.facts.done[v],
                self.facts.actual_s[v], self.facts.ready_s[v], self.profiles[v],
            )  # fmt: skip

    def _event_number(self, v: int, event: StopEvent) -> int:
        if event.request_id is not None:
            number = self._number.get(event.request_id)
            if number is None:
                raise InfeasiblePlan(
                    f"shift {self.plan.shifts[v].id} serves {event.request_id}, which is not in the plan"
                )
            return 2 * number + (event.kind is EventKind.DELIVERY)
        if event.kind is EventKind.START:
            return self._first_row[v]
        if event.kind is EventKind.BREAK:
            return self._first_row[v] + 1 + (event.break_index or 0)
        return self._first_row[v] + 1 + len(self.plan.shifts[v].breaks)

    def _evaluate(self, v: int, order: I64, n: int, scratch: I64) -> tuple[int, int]:
        cost, driving = evaluate(
            order, n, self.events, self.travel_s, self.facts.done[v], self.facts.actual_s[v], self.facts.ready_s[v],
            self.weights.drive, self.slack, self.timed, INFINITE, scratch,
        )  # fmt: skip
        return int(cost), int(driving)

    def first_row(self, v: int) -> int:
        """The event row of a shift's START; its breaks and its END follow."""
        return self._first_row[v]

    def cost_of(self, v: int, order: I64) -> int:
        """Cost of another order of events in shift number `v`; INFINITE if it is unlawful."""
        return self._evaluate(v, order, len(order), scratch_for(len(order)))[0]

    @property
    def cost(self) -> int:
        """Cost of the plan without its unserved requests."""
        return int(self.costs.sum())

    def number_of(self, request_id: str) -> int:
        """The row pair that a request owns in the event table."""
        return self._number[request_id]

    def apart_events(self, request: Request) -> I64:
        """Pick-up events of those whom a request must not meet; either side may have asked."""
        others = {other for other in request.apart_from if other in self._number}
        others |= {other.id for other in self.plan.requests.values() if request.id in other.apart_from}
        return np.array(sorted(2 * self._number[other] for other in others), dtype=np.int64)

    def quote(self, request: Request, k: int = 1) -> tuple[tuple[Insertion, ...], SearchEffort]:
        """The best `k` ways to serve a request that is not in the plan, cheapest first; none if it cannot be served."""
        rows = request_rows(request, self.travel_s, self.weights, self.bits)
        events = np.concatenate((self.events, rows))
        width = self.routes.shape[1]
        found = np.zeros((k, 7), dtype=np.int64)
        effort = np.zeros(3, dtype=np.int64)
        apart = self.apart_events(request)
        count = search(
            self.routes, self.lengths, self.profiles.copy() if len(apart) else self.profiles, self.costs, events,
            self.travel_s, self.configurations, self.configuration_start, self.features, self.facts.done,
            self.facts.locked, self.facts.actual_s, self.facts.ready_s, self.weights.drive, self.slack, self.timed,
            len(events) - 2, apart, found, np.empty((width * width, 3), dtype=np.int64), scratch_for(width + 2), effort,
        )  # fmt: skip
        insertions = tuple(
            Insertion(self.plan.shifts[v].id, int(i), int(j), int(cost), int(extra), int(pickup_s), int(delivery_s))
            for cost, v, i, j, extra, pickup_s, delivery_s in found[:count]
        )
        return insertions, SearchEffort(*map(int, effort))

    def timed_route(self, v: int, order: I64, n: int) -> Route | None:
        """The route of shift number `v` in this order, with its best times; None if there is no lawful schedule."""
        old = self.plan.routes[v]
        scratch = scratch_for(max(n, self.routes.shape[1]))
        cost, _ = self._evaluate(v, order, n, scratch)
        if cost >= INFINITE:
            return None
        rows = {int(self.routes[v, k]): event for k, event in enumerate(old.events)}
        here = old.events[0].location
        stop_events = []
        for k in range(n):
            number = int(order[k])
            event = rows.get(number) or self._new_event(number)
            here = event.location if self.events[number, LOCATION] >= 0 else here
            stop_events.append(replace(event, start_s=int(scratch[S_TIME, k]), location=here))
        return replace(old, events=tuple(stop_events))

    def _new_event(self, number: int) -> StopEvent:
        kind = EventKind(int(self.events[number, KIND]))
        return StopEvent(
            kind=kind,
            location=int(self.events[number, LOCATION]),
            start_s=0,
            dwell_s=int(self.events[number, DWELL]),
            request_id=self._ids[number // 2],
        )


def best_insertions(state: DayState, request: Request, k: int = 1) -> tuple[Insertion, ...]:
    """The best `k` ways to serve a request, cheapest first (see `DayState.quote`)."""
    return state.quote(request, k)[0]


def empty_plan(shifts: tuple[Shift, ...], travel_s: I32) -> Plan:
    """A plan in which every shift drives only from its depot to its depot, with its breaks."""
    routes = []
    for shift in shifts:
        events = [StopEvent(EventKind.START, shift.start_location, shift.start_s)]
        for index, rest in enumerate(shift.breaks):
            events.append(
                StopEvent(EventKind.BREAK, shift.start_location, rest.earliest_s, rest.duration_s, break_index=index)
            )
        end_location = shift.start_location if shift.end_location is None else shift.end_location
        events.append(StopEvent(EventKind.END, end_location, shift.start_s))
        routes.append(Route(shift.id, tuple(events)))
    return retimed(Plan(shifts, tuple(routes), {}), travel_s, Weights())


def retimed(plan: Plan, travel_s: I32, weights: Weights) -> Plan:
    """The same orders with their best times. Raises InfeasiblePlan where there are none."""
    state = DayState(plan, travel_s, weights)
    routes = []
    for v in range(len(plan.routes)):
        route = state.timed_route(v, state.routes[v], int(state.lengths[v]))
        assert route is not None  # the state was built, so the route is lawful
        routes.append(route)
    return replace(plan, routes=tuple(routes))


def insert(plan: Plan, request: Request, insertion: Insertion, travel_s: I32, weights: Weights) -> Plan:
    """The plan with the request served as the insertion says. Raises InfeasiblePlan if it does not fit there."""
    v = _shift_number(plan, insertion.shift_id)
    if request.id in plan.requests:
        raise InfeasiblePlan(f"request {request.id} is in the plan already")
    state = _route_state(plan, v, travel_s, weights, request)
    n = int(state.lengths[0])
    order = np.zeros(n + 2, dtype=np.int64)
    m = insert_into(
        state.routes[0],
        n,
        2 * state.number_of(request.id),
        insertion.pickup_position,
        insertion.delivery_position,
        order,
    )
    route = state.timed_route(0, order, m)
    if route is None:
        raise InfeasiblePlan(f"request {request.id} does not fit into shift {insertion.shift_id} there")
    return _with_route(plan, v, route, {**plan.requests, request.id: request})


def remove(plan: Plan, request_id: str, travel_s: I32, weights: Weights) -> Plan:
    """The plan without a request; the rest of its route is timed anew.

    Where the rider's leaving brings a boarding and an alighting together at one stop, those who leave go first if the
    windows allow it. Raises KeyError if the plan does not serve the request, InfeasiblePlan if the vehicle is already on
    its way to it or it has happened.
    """
    v = next(
        (v for v, route in enumerate(plan.routes) for event in route.events if event.request_id == request_id), None
    )
    if v is None:
        raise KeyError(request_id)
    route_before = plan.routes[v]
    if any(event.request_id == request_id for event in route_before.events[: route_before.locked]):
        raise InfeasiblePlan(f"request {request_id} is being served already")
    state = _route_state(plan, v, travel_s, weights)
    order = np.zeros(int(state.lengths[0]), dtype=np.int64)
    n = remove_from(state.routes[0], int(state.lengths[0]), 2 * state.number_of(request_id), order)
    for trial in _orders_without(order[:n], int(route_before.locked), state.events):
        route = state.timed_route(0, trial, n)
        if route is not None:
            requests = {key: value for key, value in plan.requests.items() if key != request_id}
            return _with_route(plan, v, route, requests)
    raise InfeasiblePlan(f"without request {request_id} the break of shift {plan.shifts[v].id} would come too late")


def _orders_without(order: I64, locked: int, events: I64) -> Iterator[I64]:
    """The order left, the best form of it first: those who leave go first; else as it is; else with breaks elsewhere.

    A break happens where the vehicle then stands. Without the ride before it that may be farther from the next stop, so
    that the order as it is may have become unlawful.
    """
    swapped = _alighting_first(order, locked, events)
    if (swapped != order).any():
        yield swapped
    yield order
    for at in np.flatnonzero(events[order, KIND] == EventKind.BREAK):
        if at < locked:
            continue
        rest = np.delete(order, at)
        for place in sorted(range(max(locked, 1), len(rest)), key=lambda place: abs(place - int(at))):
            yield np.insert(rest, place, order[at])


def _alighting_first(order: I64, locked: int, events: I64) -> I64:
    swapped = order.copy()
    for _ in range(len(order)):
        for k in range(max(1, locked + 1), len(order)):
            before, after = swapped[k - 1], swapped[k]
            boards_first = (events[before, KIND], events[after, KIND]) == (EventKind.PICKUP, EventKind.DELIVERY)
            if boards_first and events[before, LOCATION] == events[after, LOCATION] and after != before + 1:
                swapped[k - 1], swapped[k] = swapped[k], swapped[k - 1]
    return swapped


def _shift_number(plan: Plan, shift_id: str) -> int:
    for v, shift in enumerate(plan.shifts):
        if shift.id == shift_id:
            return v
    raise InfeasiblePlan(f"the plan has no shift {shift_id}")


def _route_state(plan: Plan, v: int, travel_s: I32, weights: Weights, extra: Request | None = None) -> DayState:
    """A state of one route alone, so that a change costs what one route costs."""
    ids = {event.request_id for event in plan.routes[v].events if event.request_id is not None}
    requests = {request_id: plan.requests[request_id] for request_id in sorted(ids)}
    if extra is not None:
        requests[extra.id] = extra
    return DayState(Plan((plan.shifts[v],), (plan.routes[v],), requests), travel_s, weights)


def _with_route(plan: Plan, v: int, route: Route, requests: dict[str, Request]) -> Plan:
    routes = (*plan.routes[:v], route, *plan.routes[v + 1 :])
    # A fixed order of requests makes "insert, then remove" give back an equal plan.
    return Plan(plan.shifts, routes, requests)
