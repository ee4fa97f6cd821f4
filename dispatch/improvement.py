"""A better plan for the same promises, within a time or a number of iterations.

The plan given is never worsened and never loses a request it serves; see `dispatch.search` for the method.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dispatch.layout import I32, I64
from dispatch.model import Plan
from dispatch.objective import Weights
from dispatch.search import search_neighbourhoods
from dispatch.state import DayState

CHUNK = 40  # iterations between two looks at the clock, to begin with


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: after `iterations` (then the result is the same for the same seed), or after `seconds`."""

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if (self.seconds is None) == (self.iterations is None):
            raise ValueError("give either seconds or iterations")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands."""

    iterations: int
    seconds: float
    cost: int


@dataclass(frozen=True, slots=True)
class Improvement:
    """A plan at most as costly as the one given, and the work it took."""

    plan: Plan
    cost_before: int
    cost_after: int
    iterations: int
    seconds: float


def improve(
    plan: Plan,
    travel_s: I32,
    weights: Weights,
    limits: Limits,
    *,
    seed: int = 0,
    temperature: float = 0.004,
    most_ruined: int = 40,
    watch: Callable[[Progress], None] | None = None,
) -> Improvement:
    """Search for a cheaper plan.

    Parameters
    ----------
    plan
        Lawful; requests of it that no route serves are put in where that is possible.
    travel_s
        int32[n_locations, n_locations] driving seconds.
    limits
        When to stop.
    seed
        The same seed and number of iterations give the same plan.
    temperature
        How much worse a step may be at the beginning, as a share of the plan's cost; cools to zero.
    most_ruined
        Most requests taken out in one step (a whole route may be more).
    watch
        Called between chunks of iterations.
    """
    begun = time.perf_counter()
    state = DayState(plan, travel_s, weights)
    search = _Search(state, np.random.default_rng(seed))
    hot = temperature * max(1.0, float(state.cost) / max(1, len(plan.routes)) ** 0.5)
    cost_before = search.best_cost()
    spent, done_iterations, chunk = 0.0, 0, CHUNK
    while search.movable.size and not _finished(limits, spent, done_iterations):
        if limits.iterations is not None:
            chunk = min(CHUNK, limits.iterations - done_iterations)
        start_share = _share(limits, spent, done_iterations)
        end_share = min(1.0, start_share + _step(limits, chunk, spent, done_iterations))
        search.run(chunk, hot * (1.0 - start_share) ** 2, hot * (1.0 - end_share) ** 2, most_ruined)
        done_iterations += chunk
        spent = time.perf_counter() - begun
        if limits.seconds is not None:
            # About twenty looks at the clock a second, and none that would overrun the deadline by much.
            rate = done_iterations / max(spent, 1e-6)
            chunk = int(max(1, min(rate * 0.05, rate * max(limits.seconds - spent, 0.0) + 1)))
        if watch:
            watch(Progress(done_iterations, spent, search.best_cost()))
    return Improvement(
        search.best_plan(), cost_before, search.best_cost(), done_iterations, time.perf_counter() - begun
    )


def _finished(limits: Limits, spent: float, iterations: int) -> bool:
    if limits.iterations is not None:
        return iterations >= limits.iterations
    return spent >= (limits.seconds or 0.0)


def _share(limits: Limits, spent: float, iterations: int) -> float:
    if limits.iterations is not None:
        return iterations / max(1, limits.iterations)
    return min(1.0, spent / max(limits.seconds or 0.0, 1e-9))


def _step(limits: Limits, chunk: int, spent: float, iterations: int) -> float:
    if limits.iterations is not None:
        return chunk / max(1, limits.iterations)
    return chunk * (spent / iterations if iterations else 0.0) / max(limits.seconds or 0.0, 1e-9)


class _Search:
    """The arrays that a search works on: where it stands and the best it has seen."""

    def __init__(self, state: DayState, rng: np.random.Generator) -> None:
        self.state = state
        self.rng = rng
        n_requests = len(state.plan.requests)
        width = int(max(state.lengths.max(initial=2), 2)) + 2 * n_requests
        width = min(width, int(state.lengths.max(initial=2)) + 2 * min(n_requests, 400))
        self.routes: I64 = np.zeros((len(state.lengths), width), dtype=np.int64)
        self.routes[:, : state.routes.shape[1]] = state.routes[:, :width]
        self.lengths = state.lengths.copy()
        self.costs = state.costs.copy()
        actual_s = np.zeros_like(self.routes)
        actual_s[:, : state.facts.actual_s.shape[1]] = state.facts.actual_s[:, :width]
        self.actual_s = actual_s
        served = np.zeros(n_requests, dtype=np.int64)
        fixed = np.zeros(n_requests, dtype=bool)
        for v, n in enumerate(self.lengths):
            for k in range(int(n)):
                event = int(self.routes[v, k])
                if event < 2 * n_requests:
                    served[event // 2] = 1
                    fixed[event // 2] |= k < state.facts.locked[v]
        self.unserved: I64 = 1 - served
        self.movable: I64 = np.flatnonzero(~fixed).astype(np.int64)
        self.best = (self.routes.copy(), self.lengths.copy(), self.costs.copy(), self.unserved.copy())
        self.apart_start, self.apart_items = _apart_rows(state)

    def run(self, iterations: int, hot: float, cold: float, most_ruined: int) -> None:
        state = self.state
        search_neighbourhoods(
            iterations, self.rng, hot, cold, most_ruined, self.routes, self.lengths, self.costs, *self.best[:3],
            self.unserved, self.best[3], self.movable, state.events, state.travel_s, state.configurations,
            state.configuration_start, state.features, self.apart_start, self.apart_items, state.facts.done,
            state.facts.locked, self.actual_s, state.facts.ready_s, state.weights.drive, state.slack, state.timed,
            state.weights.unserved,
        )  # fmt: skip

    def best_cost(self) -> int:
        return int(self.best[2].sum()) + self.state.weights.unserved * int(self.best[3].sum())

    def best_plan(self) -> Plan:
        routes = []
        for v in range(len(self.best[1])):
            n = int(self.best[1][v])
            route = self.state.timed_route(v, self.best[0][v], n)
            assert route is not None  # only lawful routes are kept
            routes.append(route)
        return replace(self.state.plan, routes=tuple(routes))


def _apart_rows(state: DayState) -> tuple[I64, I64]:
    rows = [state.apart_events(request) for request in state.plan.requests.values()]
    start = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64)
    items = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
    return start, items.astype(np.int64)
