"""One search with its own chance and memory; several of them side by side use several cores.

An island begins where the plan stands and is given its temperature from outside, so that all cool together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dispatch.layout import DWELL, EARLIEST, I32, I64, INFINITE, LATEST, LIMIT, LOCATION, NO_LIMIT, scratch_for
from dispatch.partition import Columns
from dispatch.pool import Pool, add_column, pool_for
from dispatch.positions import PROFILE_ROWS
from dispatch.recreate import Memory, Problem, Room, Routes
from dispatch.search import cost_of, search_neighbourhoods
from dispatch.state import DayState

NEAR = 100  # how many of the most alike requests are known for each
MOST_ADDED = 400  # most requests that one route may gain
POOL_COLUMNS = 60_000
LOOK_EVERY_S = 0.05  # how often an island looks at the clock


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the search walks. Values chosen by measurement, see docs/decisions/0303.

    Attributes
    ----------
    hot, cold
        Temperature at the beginning and the end, in costs of one average ride.
    mean_removed
        How many rides an iteration takes out, on average.
    blink
        Chance that a route is looked at only in part.
    pool_within
        Routes of plans at most this much dearer than the best, as a share, are kept for set partitioning.
    """

    hot: float = 1.0
    cold: float = 0.03
    mean_removed: float = 8.0
    blink: float = 0.02
    pool_within: float = 0.05


def problem_of(state: DayState) -> Problem:
    """What all islands share: the compiled day, which requests may move, and which are alike."""
    n_requests = len(state.plan.requests)
    width = max(state.routes.shape[1], int(state.lengths.max(initial=2)) + 2 * min(n_requests, MOST_ADDED))
    actual_s = np.zeros((len(state.lengths), width), dtype=np.int64)
    known = min(width, state.facts.actual_s.shape[1])
    actual_s[:, :known] = state.facts.actual_s[:, :known]
    fixed = np.zeros(n_requests, dtype=np.bool_)
    for v, n in enumerate(state.lengths):
        for event in state.routes[v, : min(int(n), int(state.facts.locked[v]))]:
            if event < 2 * n_requests:
                fixed[event // 2] = True
    movable = np.flatnonzero(~fixed).astype(np.int64)
    events = state.events.copy()
    if not state.timed:
        tighten(events, movable, state.travel_s)
    apart_start, apart_items = _apart_rows(state)
    return Problem(
        events=events,
        travel_s=state.travel_s,
        configurations=state.configurations,
        configuration_start=state.configuration_start,
        features=state.features,
        apart_start=apart_start,
        apart_items=apart_items,
        done=state.facts.done,
        locked=state.facts.locked,
        actual_s=actual_s,
        ready_s=state.facts.ready_s,
        drive_weight=state.weights.drive,
        slack=state.slack,
        timed=state.timed,
        left_out=_left_out(state),
        movable=movable,
        fixed=fixed,
        near=most_alike(events, movable, n_requests, state.travel_s),
    )


def tighten(events: I64, movable: I64, travel_s: I32) -> None:
    """Narrow each request's windows to what the direct drive and the ride limit leave, in place.

    Only where times cost nothing: waiting and slack are counted from the windows as promised.
    """
    for r in movable:
        pickup, delivery = events[2 * r], events[2 * r + 1]
        aboard_s = pickup[DWELL] + travel_s[pickup[LOCATION], delivery[LOCATION]]
        longest_s = min(NO_LIMIT, pickup[DWELL] + delivery[LIMIT])
        for _ in range(2):
            pickup[LATEST] = min(pickup[LATEST], delivery[LATEST] - aboard_s)
            delivery[EARLIEST] = max(delivery[EARLIEST], pickup[EARLIEST] + aboard_s)
            pickup[EARLIEST] = max(pickup[EARLIEST], delivery[EARLIEST] - longest_s)
            delivery[LATEST] = min(delivery[LATEST], pickup[LATEST] + longest_s)


def most_alike(events: I64, movable: I64, n_requests: int, travel_s: I32) -> I32:
    """For each movable request those nearest in place and time: int32[n_requests, m], -1 where there are no more.

    The distance adds the drives between both pick-ups and between both deliveries, and a tenth of the seconds that lie
    between their windows.
    """
    m = max(1, min(len(movable) - 1, NEAR))
    near = np.full((n_requests, m), -1, dtype=np.int32)
    if len(movable) < 2:
        return near
    pickups, deliveries = events[2 * movable], events[2 * movable + 1]
    for k, r in enumerate(movable):
        pickup, delivery = events[2 * r], events[2 * r + 1]
        apart = 0.1 * np.abs(pickups[:, EARLIEST] - pickup[EARLIEST])
        apart += 0.1 * np.abs(deliveries[:, LATEST] - delivery[LATEST])
        for one, others in ((pickup, pickups), (delivery, deliveries)):
            there = travel_s[one[LOCATION], others[:, LOCATION]]
            apart += np.minimum(there, travel_s[others[:, LOCATION], one[LOCATION]])
        apart[k] = np.inf
        near[r] = movable[np.argsort(apart, kind="stable")[:m]]
    return near


def routes_in(state: DayState, width: int = 0) -> Routes:
    """The routes of a state, in rows of at least `width`."""
    n_requests, n_shifts = len(state.plan.requests), len(state.lengths)
    order = np.zeros((n_shifts, max(width, state.routes.shape[1])), dtype=np.int64)
    order[:, : state.routes.shape[1]] = state.routes
    where = np.full(n_requests, -1, dtype=np.int64)
    for v, n in enumerate(state.lengths):
        served = order[v, :n]
        where[served[served < 2 * n_requests] // 2] = v
    stamps = np.arange(1, n_shifts + 1, dtype=np.int64)
    return Routes(order, state.lengths.copy(), state.costs.copy(), stamps, where)


class Island:
    """Where one search stands, the best it has seen, and the routes it has met."""

    def __init__(self, state: DayState, problem: Problem, classes: I64, tuning: Tuning, seed: np.random.SeedSequence):
        n_requests, n_shifts = len(state.plan.requests), len(state.lengths)
        width = problem.actual_s.shape[1]
        self.problem, self.tuning = problem, tuning
        self.rng = np.random.default_rng(seed)
        self.present = routes_in(state, width)
        self.work = Routes(*(array.copy() for array in self.present))
        self.best = Routes(*(array.copy() for array in self.present))
        self.memory = Memory(
            stamp=np.zeros((n_requests, n_shifts), dtype=np.int64),
            cost=np.zeros((n_requests, n_shifts), dtype=np.int64),
            i=np.zeros((n_requests, n_shifts), dtype=np.int32),
            j=np.zeros((n_requests, n_shifts), dtype=np.int32),
            profiles=np.zeros((n_shifts, PROFILE_ROWS, width), dtype=np.int64),
            profile_stamp=np.zeros(n_shifts, dtype=np.int64),
            next_stamp=np.array([n_shifts + 1], dtype=np.int64),
        )
        self.room = Room(
            pairs=np.empty((width * width, 3), dtype=np.int64),
            trial=np.empty(width + 2, dtype=np.int64),
            scratch=scratch_for(width + 2),
            found=np.zeros(3, dtype=np.int64),
            bank=np.zeros(max(1, n_requests), dtype=np.int64),
            rank=np.zeros(max(1, n_requests)),
            removed=np.zeros(max(1, n_requests), dtype=np.bool_),
            hit=np.zeros(n_shifts, dtype=np.bool_),
        )
        # The same keys on every island, so that their columns can be told apart together.
        self.pool = pool_for(n_requests, classes, POOL_COLUMNS, np.random.default_rng(0))
        self.keeps_columns = False
        self.iterations = 0

    @property
    def best_cost(self) -> int:
        """Cost of the best plan seen, with its unserved requests."""
        return cost_of(self.problem, self.best)

    def run(self, iterations: int, hot: float, cold: float) -> None:
        """Search on for some iterations; temperatures in cost."""
        within = self.tuning.pool_within if self.keeps_columns else 0.0
        search_neighbourhoods(
            iterations, self.rng, hot, cold, self.tuning.mean_removed, self.tuning.blink, self.problem, self.present,
            self.work, self.best, self.memory, self.room, self.pool, within,
        )  # fmt: skip
        self.iterations += iterations

    def run_until(self, end_s: float, clock: Callable[[], float], temperature: Callable[[float], float]) -> None:
        """Search on until the clock shows `end_s`; `temperature` says how hot it is at a second."""
        now_s = clock()
        chunk = 1
        while now_s < end_s:
            begun_s = now_s
            self.run(chunk, temperature(now_s), temperature(min(end_s, now_s + LOOK_EVERY_S)))
            now_s = clock()
            each_s = max(1e-7, (now_s - begun_s) / chunk)
            chunk = int(max(1, min(4 * chunk, min(LOOK_EVERY_S, end_s - now_s) / each_s)))

    def adopt(self, source: Routes) -> None:
        """Go on from another's routes."""
        width = min(source.order.shape[1], self.present.order.shape[1])
        for routes in (self.present, self.work, self.best):
            routes.order[:, :width] = source.order[:, :width]
            routes.lengths[:] = source.lengths
            routes.costs[:] = source.costs
            routes.where[:] = source.where
        self.restamp()

    def restamp(self) -> None:
        """Forget what is remembered of the routes: they are others now."""
        n_shifts = len(self.present.lengths)
        stamps = self.memory.next_stamp[0] + 1 + np.arange(n_shifts)
        for routes in (self.present, self.work, self.best):
            routes.stamps[:] = stamps
        self.memory.next_stamp[0] += n_shifts + 1

    def keep_best_columns(self) -> None:
        """Put the routes of the best plan into the pool."""
        for v, n in enumerate(self.best.lengths):
            add_column(self.pool, self.best.order[v], int(n), int(self.best.costs[v]), v)


def bare_columns(state: DayState, problem: Problem, pool: Pool) -> None:
    """Add, for each shift, the route that serves only what must stay in it."""
    n_requests = len(state.plan.requests)
    for v, n in enumerate(state.lengths):
        order = state.routes[v, :n]
        own = np.ones(len(order), dtype=np.bool_)
        mine = order < 2 * n_requests
        own[mine] = problem.fixed[order[mine] // 2]
        bare = np.ascontiguousarray(order[own])
        cost = state.cost_of(v, bare)
        if cost < INFINITE:
            add_column(pool, bare, len(bare), cost, v)


def routes_of(columns: Columns, state: DayState, classes: I64, template: Routes) -> Routes:
    """The routes that a choice of columns stands for, each column in a shift of its class."""
    n_requests = len(state.plan.requests)
    routes = Routes(*(array.copy() for array in template))
    routes.where[:] = -1
    waiting = {int(c): [v for v in range(len(classes)) if classes[v] == c] for c in np.unique(classes)}
    for column in range(len(columns)):
        source = int(columns.shift[column])
        order = columns.order[columns.start[column] : columns.start[column + 1]].astype(np.int64)
        places = waiting[int(classes[source])]
        v = places.pop(places.index(source) if source in places else 0)
        own = order >= 2 * n_requests  # START, breaks and END have rows of their own in each shift
        order[own] += state.first_row(v) - state.first_row(source)
        routes.order[v, : len(order)] = order
        routes.lengths[v] = len(order)
        routes.costs[v] = columns.cost[column]
        routes.where[order[~own] // 2] = v
    return routes


def shift_classes(state: DayState) -> I64:
    """Equal numbers for shifts that differ only in name and have not begun: they can drive the same routes."""
    numbers: dict[object, int] = {}
    classes = np.zeros(len(state.plan.shifts), dtype=np.int64)
    for v, (shift, route) in enumerate(zip(state.plan.shifts, state.plan.routes, strict=True)):
        kind: object = v
        if route.done == 0 and route.locked <= 1:
            kind = (
                shift.vehicle.configurations, shift.vehicle.features, shift.start_location, shift.end_location,
                shift.start_s, shift.end_s, shift.breaks, shift.max_duration_s, route.ready_s,
            )  # fmt: skip
        classes[v] = numbers.setdefault(kind, len(numbers))
    return classes


def _left_out(state: DayState) -> I64:
    """What leaving a request out costs: those who are served have a promise, which all others together do not outweigh."""
    n_requests = len(state.plan.requests)
    left_out = np.full(n_requests, state.weights.unserved, dtype=np.int64)
    served = np.concatenate([state.routes[v, :n] for v, n in enumerate(state.lengths)] or [np.zeros(0, dtype=np.int64)])
    left_out[served[served < 2 * n_requests] // 2] = max(1, state.weights.unserved) * (n_requests + 1)
    return left_out


def _apart_rows(state: DayState) -> tuple[I64, I64]:
    rows = [state.apart_events(request) for request in state.plan.requests.values()]
    start = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64)
    items = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    return start, items.astype(np.int64)
