"""A fleet under way, for thousands of requests: the engine's arrays kept and altered in place, the past cut away.

Vehicles drive exactly as planned: they leave just in time for the next event's planned second, and from then on are on their
way to it. A route keeps of its past only what its future depends on: the start of the shift, who is aboard, where the vehicle
was last. So a quote costs what the open rides cost, however long the day is.
"""

from __future__ import annotations

import numpy as np

from dispatch._compiled import compiled
from dispatch.improvement import Limits, improve
from dispatch.insertion import Insertion, search
from dispatch.layout import (
    COLUMNS,
    DWELL,
    I32,
    I64,
    INFINITE,
    KIND,
    LATEST,
    LOCATION,
    S_TIME,
    scratch_for,
)
from dispatch.model import EventKind, Plan, Request, Route, Shift, StopEvent
from dispatch.objective import Weights
from dispatch.positions import PROFILE_ROWS, insert_into, profile_route
from dispatch.rows import feature_bits, fleet_tables, request_rows, shift_rows
from dispatch.schedule import drive_s, evaluate

FIRST_WIDTH = 32
LONG_PAST = 8  # done events from which on the past is cut away
NO_ONE = np.zeros(0, dtype=np.int64)
_PICKUP = int(EventKind.PICKUP)


class LiveFleet:
    """Vehicles, their open rides, and what they have done.

    Parameters
    ----------
    shifts
        Without breaks, free to end anywhere (`end_location` None).
    travel_s
        int32[n_locations, n_locations], driving seconds.
    weights
        The objective's.

    Raises
    ------
    ValueError
        For a shift with breaks or a depot to return to.
    """

    def __init__(self, shifts: tuple[Shift, ...], travel_s: I32, weights: Weights) -> None:
        if any(shift.breaks or shift.end_location is not None for shift in shifts):
            raise ValueError("a live fleet knows no breaks and no way home")
        self.shifts, self.weights = shifts, weights
        self.travel_s: I32 = np.ascontiguousarray(travel_s, dtype=np.int32)
        self.slack: I64 = np.array([weights.slack, weights.slack_target_s], dtype=np.int64)
        self.timed = weights.wait > 0 or weights.excess_ride > 0 or weights.slack > 0
        self.bits = feature_bits(shifts, {})
        n = len(shifts)
        self.events: I64 = np.zeros((2 * n + 1024, COLUMNS), dtype=np.int64)
        self.n_events = 2 * n
        for v, shift in enumerate(shifts):
            self.events[2 * v : 2 * v + 2] = shift_rows(shift)
        self.configurations, self.configuration_start, self.features = fleet_tables(shifts, self.bits)
        start_s = np.array([shift.start_s for shift in shifts], dtype=np.int64)
        self.routes: I64 = np.zeros((n, FIRST_WIDTH), dtype=np.int64)
        self.routes[:, 0], self.routes[:, 1] = np.arange(n) * 2, np.arange(n) * 2 + 1
        self.times: I64 = np.zeros((n, FIRST_WIDTH), dtype=np.int64)
        self.times[:, :2] = start_s[:, None]
        self.lengths: I64 = np.full(n, 2, dtype=np.int64)
        self.done: I64 = np.ones(n, dtype=np.int64)
        self.locked: I64 = np.ones(n, dtype=np.int64)
        self.ready_s: I64 = start_s.copy()
        self.costs: I64 = np.zeros(n, dtype=np.int64)
        self.row_of: dict[str, int] = {}
        self.requests: dict[str, Request] = {}
        self._id_of: list[str] = []
        # Shift, event row, second: what was done, in any order of shifts.
        self.log: I64 = np.zeros((1024, 3), dtype=np.int64)
        self.n_log = 0
        self.now_s = -(1 << 40)
        self._widen(FIRST_WIDTH)
        for v in range(n):
            self._settle(v)

    def _widen(self, width: int) -> None:
        n, old = len(self.shifts), self.routes.shape[1]
        for name in ("routes", "times"):
            wider = np.zeros((n, width), dtype=np.int64)
            wider[:, :old] = getattr(self, name)
            setattr(self, name, wider)
        self.profiles: I64 = np.zeros((n, PROFILE_ROWS, width), dtype=np.int64)
        self.scratch = scratch_for(width + 2)
        self.pairs: I64 = np.empty((width * width, 3), dtype=np.int64)
        for v in range(n):
            self._profile(v)

    def _profile(self, v: int) -> None:
        profile_route(
            self.routes[v], int(self.lengths[v]), self.events, self.travel_s, int(self.done[v]), self.times[v],
            int(self.ready_s[v]), self.profiles[v],
        )  # fmt: skip

    def _settle(self, v: int) -> None:
        """Best times, cost and profile of a route after its order has changed."""
        n = int(self.lengths[v])
        cost, _ = evaluate(
            self.routes[v], n, self.events, self.travel_s, int(self.done[v]), self.times[v], int(self.ready_s[v]),
            self.weights.drive, self.slack, self.timed, INFINITE, self.scratch,
        )  # fmt: skip
        assert cost < INFINITE  # only lawful orders are settled
        self.costs[v] = cost
        self.times[v, self.done[v] : n] = self.scratch[S_TIME, self.done[v] : n]
        self._profile(v)

    def advance(self, now_s: int) -> None:
        """Let all vehicles do what they had planned to do up to this second."""
        self.now_s = now_s
        most = self.n_log + int(self.lengths.sum())
        if most > len(self.log):
            self.log = np.concatenate((self.log, np.zeros((most, 3), dtype=np.int64)))
        self.n_log = _advance(
            now_s, self.routes, self.lengths, self.times, self.events, self.travel_s, self.done, self.locked, self.ready_s,
            self.costs, self.profiles, self.weights.drive, self.slack, self.timed, self.scratch, self.log, self.n_log,
        )  # fmt: skip

    def _write_rows(self, row: int, request: Request) -> None:
        if row + 2 > len(self.events):
            self.events = np.concatenate((self.events, np.zeros_like(self.events)))
        self.events[row : row + 2] = request_rows(request, self.travel_s, self.weights, self.bits)

    def quote(self, request: Request) -> Insertion | None:
        """The cheapest way to serve a request from now on, or None."""
        self._write_rows(self.n_events, request)
        found = np.zeros((1, 7), dtype=np.int64)
        effort = np.zeros(3, dtype=np.int64)
        count = search(
            self.routes, self.lengths, self.profiles, self.costs, self.events, self.travel_s, self.configurations,
            self.configuration_start, self.features, self.done, self.locked, self.times, self.ready_s, self.weights.drive,
            self.slack, self.timed, self.n_events, NO_ONE, found, self.pairs, self.scratch, effort,
        )  # fmt: skip
        if count == 0:
            return None
        cost, v, i, j, extra_s, pickup_s, delivery_s = (int(value) for value in found[0])
        return Insertion(self.shifts[v].id, i, j, cost, extra_s, pickup_s, delivery_s)

    def accept(self, request: Request, insertion: Insertion) -> None:
        """Serve a request as its quote of this second said. Raises ValueError for an id that is taken."""
        if request.id in self.row_of:
            raise ValueError(f"request {request.id} is served already")
        v = next(v for v, shift in enumerate(self.shifts) if shift.id == insertion.shift_id)
        row, n = self.n_events, int(self.lengths[v])
        self._write_rows(row, request)
        self.n_events += 2
        self.row_of[request.id], self.requests[request.id] = row, request
        self._id_of.append(request.id)
        if n + 2 > self.routes.shape[1]:
            self._widen(2 * self.routes.shape[1])
        order = self.routes[v, :n].copy()
        self.lengths[v] = insert_into(
            order, n, row, insertion.pickup_position, insertion.delivery_position, self.routes[v]
        )
        self._settle(v)

    def improve(self, limits: Limits, seed: int, cores: int = 1) -> None:
        """Search for a better plan of what is open."""
        found = improve(self._open_plan(), self.travel_s, self.weights, limits, seed=seed, cores=cores)
        longest = max(len(route.events) for route in found.plan.routes)
        if longest + 2 > self.routes.shape[1]:
            self._widen(2 * longest)
        for v, route in enumerate(found.plan.routes):
            for k, event in enumerate(route.events):
                self.routes[v, k] = self._row(v, event)
            self.lengths[v] = len(route.events)
            self._settle(v)

    def _row(self, v: int, event: StopEvent) -> int:
        if event.request_id is not None:
            return self.row_of[event.request_id] + (event.kind is EventKind.DELIVERY)
        return 2 * v + (event.kind is EventKind.END)

    def _request_id(self, row: int) -> str | None:
        k = (row - 2 * len(self.shifts)) // 2
        return self._id_of[k] if k >= 0 else None

    def _events_of(self, rows: I64, times: I64, location: int) -> tuple[StopEvent, ...]:
        events = []
        for row, second in zip(rows.tolist(), times.tolist(), strict=True):
            place = int(self.events[row, LOCATION])
            location = place if place >= 0 else location
            kind, dwell_s = EventKind(int(self.events[row, KIND])), int(self.events[row, DWELL])
            events.append(StopEvent(kind, location, second, dwell_s, self._request_id(row)))
        return tuple(events)

    def _open_plan(self) -> Plan:
        routes: list[Route] = []
        requests: dict[str, Request] = {}
        for v, shift in enumerate(self.shifts):
            n = int(self.lengths[v])
            events = self._events_of(self.routes[v, :n], self.times[v, :n], shift.start_location)
            routes.append(Route(shift.id, events, int(self.done[v]), int(self.locked[v]), int(self.ready_s[v])))
            requests |= {event.request_id: self.requests[event.request_id] for event in events if event.request_id}
        return Plan(self.shifts, tuple(routes), requests)

    def finished_plan(self) -> Plan:
        """The whole day as it was driven, nothing of it marked as past, so that the checker judges every second of it."""
        self.advance(1 << 40)
        log = self.log[: self.n_log]
        routes = []
        for v, shift in enumerate(self.shifts):
            own = log[log[:, 0] == v]
            begun = StopEvent(EventKind.START, shift.start_location, shift.start_s)
            events = (begun, *self._events_of(own[:, 1], own[:, 2], shift.start_location))
            last = events[-1]
            over = StopEvent(EventKind.END, last.location, last.start_s + last.dwell_s)
            routes.append(Route(shift.id, (*events, over), 0, 1))
        return Plan(self.shifts, tuple(routes), dict(self.requests))


@compiled
def _advance(
    now_s: int,
    routes: I64,
    lengths: I64,
    times: I64,
    events: I64,
    travel_s: I32,
    done: I64,
    locked: I64,
    ready_s: I64,
    costs: I64,
    profiles: I64,
    drive_weight: int,
    slack: I64,
    timed: bool,
    scratch: I64,
    log: I64,
    n_log: int,
) -> int:
    """See `LiveFleet.advance`; returns the new length of the log."""
    for v in range(routes.shape[0]):
        while done[v] < lengths[v] - 1:
            k = done[v]
            event = routes[v, k]
            if times[v, k] > now_s:
                break
            log[n_log, 0] = v
            log[n_log, 1] = event
            log[n_log, 2] = times[v, k]
            n_log += 1
            done[v] = k + 1
            locked[v] = max(locked[v], k + 1)
            ready_s[v] = times[v, k] + events[event, DWELL]
        k = done[v]
        if k == lengths[v] - 1 and now_s > events[routes[v, k], LATEST]:
            # Over: an end still to come could lie neither after its shift nor before now, and no plan would be lawful.
            k += 1
            done[v] = k
            locked[v] = k
        under_way = False
        if k < lengths[v] - 1:
            here = events[routes[v, k - 1], LOCATION]
            leave_s = times[v, k] - drive_s(travel_s, here, events[routes[v, k], LOCATION])
            under_way = locked[v] > k or leave_s < now_s
            if under_way:
                locked[v] = k + 1
                ready_s[v] = max(ready_s[v], leave_s)
        if not under_way:
            ready_s[v] = max(ready_s[v], now_s)
        if k > LONG_PAST:
            _cut_past(v, routes, lengths, times, events, done, locked)
            costs[v], _ = evaluate(
                routes[v], lengths[v], events, travel_s, done[v], times[v], ready_s[v], drive_weight, slack, timed, INFINITE,
                scratch,
            )  # fmt: skip
        profile_route(routes[v], lengths[v], events, travel_s, done[v], times[v], ready_s[v], profiles[v])
    return n_log


@compiled
def _cut_past(v: int, routes: I64, lengths: I64, times: I64, events: I64, done: I64, locked: I64) -> None:
    """Keep of what is done: the start, the boardings of those aboard, the last event, and its boarding if it let off."""
    past = done[v]
    last = routes[v, past - 1]
    kept = 1
    for k in range(1, past):
        event = routes[v, k]
        keep = k == past - 1
        if events[event, KIND] == _PICKUP and not keep:
            keep = event + 1 == last
            aboard = True
            for q in range(k + 1, past):
                if routes[v, q] == event + 1:
                    aboard = False
            keep = keep or aboard
        if keep:
            routes[v, kept] = event
            times[v, kept] = times[v, k]
            kept += 1
    gone = past - kept
    for k in range(past, lengths[v]):
        routes[v, k - gone] = routes[v, k]
        times[v, k - gone] = times[v, k]
    lengths[v] -= gone
    done[v] -= gone
    locked[v] -= gone
