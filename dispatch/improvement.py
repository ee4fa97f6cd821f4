"""A better plan for the same promises, within a time or a number of iterations, on as many cores as are given.

Islands of large-neighbourhood search (`dispatch.islands`) cool side by side. Beside them, one core at a time is lent to what
chance cannot do: proving a small plan's optimum (`dispatch.exact`), and putting the routes seen together anew
(`dispatch.partition`). The plan given is never worsened and never loses a request it serves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from dispatch.aside import Aside
from dispatch.event_graph import TooLarge
from dispatch.exact import Exact, NoLawfulPlan, NotSolved, solve_exactly
from dispatch.islands import (
    Island,
    Tuning,
    bare_columns,
    problem_of,
    routes_in,
    routes_of,
    shift_classes,
)
from dispatch.layout import I32
from dispatch.model import Plan
from dispatch.objective import Weights
from dispatch.partition import Columns, Partition, best_partition, columns_of, merged
from dispatch.pool import empty_pool
from dispatch.recreate import Routes
from dispatch.search import cost_of
from dispatch.state import DayState

EPOCH_S = 0.25  # islands meet this often
EPOCH_ITERATIONS = 500
KEEP_FROM = 0.3  # from this share of the search on, routes are kept
PARTITION_AT = (0.5, 0.7, 0.85, 0.93)  # shares of the search at which they are put together anew
PARTITION_ITERATIONS = 2000  # shorter searches see too few routes
MEET_AT = 0.9  # from here on all islands work on the best plan
MOST_PROVABLE = 120  # movable requests up to which a proof is tried


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: after `iterations` (then the result is the same for the same seed and cores), or after `seconds`."""

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
    """A plan at most as costly as the one given, and the work it took. `proved`: no lawful plan costs less."""

    plan: Plan
    cost_before: int
    cost_after: int
    iterations: int
    seconds: float
    proved: bool = False


def improve(
    plan: Plan,
    travel_s: I32,
    weights: Weights,
    limits: Limits,
    *,
    seed: int = 0,
    cores: int = 1,
    watch: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
    tuning: Tuning | None = None,
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
        The same seed, number of iterations and cores give the same plan.
    cores
        How many threads search. With one, all happens in the calling thread.
    watch
        Called whenever the islands meet.
    clock
        Where seconds come from.
    tuning
        How the search walks.
    """
    begun_s = clock()
    state = DayState(plan, travel_s, weights)
    search = _Search(state, seed, cores, tuning or Tuning())
    cost_before = search.leader.best_cost

    def tell() -> None:
        if watch:
            watch(Progress(search.iterations, clock() - begun_s, search.leader.best_cost))

    if search.problem.movable.size:
        if limits.iterations is not None:
            search.run_iterations(limits.iterations, tell)
        else:
            search.run_until(begun_s, begun_s + (limits.seconds or 0.0), clock, tell)
    return Improvement(
        plan=search.best_plan(),
        cost_before=cost_before,
        cost_after=search.leader.best_cost,
        iterations=search.iterations,
        seconds=clock() - begun_s,
        proved=search.proved,
    )


class _Search:
    """The islands, the columns they have met, and what runs beside them."""

    def __init__(self, state: DayState, seed: int, cores: int, tuning: Tuning) -> None:
        self.state, self.tuning = state, tuning
        self.problem = problem_of(state)
        self.classes = shift_classes(state)
        seeds = np.random.SeedSequence(seed).spawn(max(1, cores))
        self.islands = [Island(state, self.problem, self.classes, tuning, own) for own in seeds]
        self.known: Columns | None = None
        self.proved = False
        self.ride_cost = 1.0

    @property
    def leader(self) -> Island:
        """The island with the best plan; the first of equals."""
        return min(self.islands, key=lambda island: island.best_cost)

    @property
    def iterations(self) -> int:
        """Of all islands."""
        return sum(island.iterations for island in self.islands)

    def temperature(self, share: float) -> float:
        """In cost, when this share of the search is over: falls geometrically."""
        return float(self.ride_cost * self.tuning.hot * (self.tuning.cold / self.tuning.hot) ** share)

    def run_iterations(self, iterations: int, tell: Callable[[], None]) -> None:
        """A given number of iterations in all, the same every time."""
        each = -(-iterations // len(self.islands))
        marks = list(PARTITION_AT) if each >= PARTITION_ITERATIONS and len(self.islands) > 1 else []
        with ThreadPoolExecutor(len(self.islands)) as threads:
            spent = 0
            while spent < each:
                share = spent / each
                chunk = min(EPOCH_ITERATIONS, each - spent)
                self._prepare(share)
                hot, cold = self.temperature(share), self.temperature((spent + chunk) / each)
                left = iterations - self.iterations
                shares = [min(chunk, max(0, left - k * chunk)) for k in range(len(self.islands))]
                jobs = [(island.run, (own, hot, cold)) for island, own in zip(self.islands, shares, strict=True)]
                self._together(threads, jobs)
                spent += chunk
                if marks and spent / each >= marks[0]:
                    marks.pop(0)
                    self._adopt_partition(self._partition(None)())
                tell()

    def run_until(self, begun_s: float, end_s: float, clock: Callable[[], float], tell: Callable[[], None]) -> None:
        """Until the clock shows `end_s`, or the best plan is proved to be the best there is."""
        span_s = max(1e-9, end_s - begun_s)
        several = len(self.islands) > 1
        marks = list(PARTITION_AT) if several else []  # on the only core the search itself finds more in that time
        aside = Aside()
        proving = several and self.problem.movable.size <= MOST_PROVABLE

        def share_at(now_s: float) -> float:
            return min(1.0, max(0.0, (now_s - begun_s) / span_s))

        def temperature(now_s: float) -> float:
            return self.temperature(share_at(now_s))

        with ThreadPoolExecutor(len(self.islands)) as threads:
            while (now_s := clock()) < end_s and not self.proved:
                self._prepare(share_at(now_s))
                running = self.islands[:-1] if aside.busy else self.islands
                until_s = min(end_s, now_s + EPOCH_S)
                self._together(threads, [(island.run_until, (until_s, clock, temperature)) for island in running])
                aside.collect()
                left_s = end_s - clock()
                if not aside.busy and left_s > 0.0:
                    if proving and not (self.leader.best.where < 0).any():
                        proving = False
                        aside.start(self._proof(0.95 * left_s), self._adopt_proof)
                    elif marks and share_at(clock()) >= marks[0]:
                        marks.pop(0)
                        aside.start(self._partition(min(0.12 * span_s, 0.5 * left_s)), self._adopt_partition)
                tell()

    def _together(
        self, threads: ThreadPoolExecutor, jobs: Sequence[tuple[Callable[..., None], tuple[object, ...]]]
    ) -> None:
        if len(jobs) == 1:
            jobs[0][0](*jobs[0][1])
            return
        for running in [threads.submit(job, *arguments) for job, arguments in jobs]:
            running.result()

    def _prepare(self, share: float) -> None:
        """What changes with progress, while no island runs: what a ride costs, whether routes are kept, who follows whom."""
        best = self.leader.best
        self.ride_cost = max(1.0, float(best.costs.sum()) / max(1, int((best.where >= 0).sum())))
        for island in self.islands:
            island.keeps_columns = share >= KEEP_FROM and len(self.islands) > 1
        if share >= MEET_AT:
            self._follow(self.leader.best, self.leader.best_cost)

    def _follow(self, routes: Routes, cost: int) -> None:
        for island in self.islands:
            if island.best_cost > cost:
                island.adopt(routes)

    def _partition(self, seconds: float | None) -> Callable[[], Partition]:
        """Take the columns out of the islands' pools; the work that is left needs nobody's arrays."""
        for island in self.islands:
            island.keep_best_columns()
        bare_columns(self.state, self.problem, self.leader.pool)
        known = [self.known] if self.known is not None else []
        columns = merged([*known, *(columns_of(island.pool) for island in self.islands)])
        for island in self.islands:
            empty_pool(island.pool)
        best = self.leader.best
        movable = self.problem.movable
        must, may = movable[best.where[movable] >= 0], movable[best.where[movable] < 0]
        incumbent = int(best.costs.sum())
        return lambda: best_partition(columns, must, may, self.classes, incumbent, seconds)

    def _adopt_partition(self, partition: Partition) -> None:
        self.known = partition.kept
        if partition.chosen is None:
            return
        routes = routes_of(partition.chosen, self.state, self.classes, self.leader.best)
        worst = max(self.islands, key=lambda island: island.best_cost)
        if cost_of(self.problem, routes) < self.leader.best_cost:
            worst.adopt(routes)

    def _proof(self, seconds: float) -> Callable[[], Exact | None]:
        plan = self.state.plan

        def prove() -> Exact | None:
            try:
                return solve_exactly(
                    plan, self.state.travel_s, self.state.weights, seconds=seconds, all_served=True, most_states=20_000
                )
            except (TooLarge, NoLawfulPlan, NotSolved):
                return None

        return prove

    def _adopt_proof(self, exact: Exact | None) -> None:
        if exact is None:
            return
        if exact.cost < self.leader.best_cost:
            self.islands[-1].adopt(routes_in(DayState(exact.plan, self.state.travel_s, self.state.weights)))
        self.proved = exact.proved

    def best_plan(self) -> Plan:
        """The best plan seen, with its times."""
        best = self.leader.best
        routes = []
        for v, n in enumerate(best.lengths):
            route = self.state.timed_route(v, best.order[v], int(n))
            assert route is not None  # only lawful routes are kept
            routes.append(route)
        return replace(self.state.plan, routes=tuple(routes))
