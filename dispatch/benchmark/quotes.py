"""How long one quote takes on a day that is already full of bookings."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from dispatch.benchmark.days import quickly_filled_plan
from dispatch.benchmark.instances import rural_request
from dispatch.objective import Weights
from dispatch.state import DayState

AIMS_MS = {(12, 400): 1.0, (50, 800): 2.0, (200, 4000): 10.0}  # 95th percentile, by vehicles and bookings


@dataclass(frozen=True, slots=True)
class QuoteTimes:
    """One run: quotes of the three best ways to serve fresh requests; one thread, in process.

    Attributes
    ----------
    build_state_ms, state_mb, matrix_mb
        What the compiled plan takes to build and to keep, and the matrix of 600 stops.
    found_share
        Share of the quotes that found a way.
    pruned_share
        Share of all position pairs that never needed an exact schedule.
    """

    vehicles: int
    bookings: int
    wanted_bookings: int
    quotes: int
    seed: int
    median_ms: float
    p95_ms: float
    max_ms: float
    aim_p95_ms: float | None
    build_state_ms: float
    state_mb: float
    matrix_mb: float
    found_share: float
    pruned_share: float


def measure_quotes(vehicles: int, bookings: int, quotes: int, seed: int) -> QuoteTimes:
    """Fill a day and time quotes on it. What is compiled once does not count."""
    plan, _geometry, rng = quickly_filled_plan(1, 2, seed)
    DayState(plan, _geometry.travel_s, Weights()).quote(rural_request(10_000_000, _geometry, rng), 3)
    plan, geometry, rng = quickly_filled_plan(vehicles, bookings, seed)
    begun = time.perf_counter()
    state = DayState(plan, geometry.travel_s, Weights())
    build_s = time.perf_counter() - begun
    seconds = []
    found = pairs = evaluated = 0
    for number in range(quotes):
        request = rural_request(10_000_000 + number, geometry, rng)
        begun = time.perf_counter()
        insertions, effort = state.quote(request, 3)
        seconds.append(time.perf_counter() - begun)
        found += bool(insertions)
        pairs += effort.pairs
        evaluated += effort.evaluated
    median, p95 = np.percentile(seconds, [50, 95]) * 1000
    return QuoteTimes(
        vehicles=vehicles,
        bookings=len(plan.requests),
        wanted_bookings=bookings,
        quotes=quotes,
        seed=seed,
        median_ms=round(float(median), 3),
        p95_ms=round(float(p95), 3),
        max_ms=round(max(seconds) * 1000, 3),
        aim_p95_ms=AIMS_MS.get((vehicles, bookings)),
        build_state_ms=round(build_s * 1000, 2),
        state_mb=round(state_bytes(state) / 1e6, 3),
        matrix_mb=round(geometry.travel_s.nbytes / 1e6, 3),
        found_share=round(found / quotes, 3),
        pruned_share=round(1 - evaluated / max(1, pairs), 4),
    )


def state_bytes(state: DayState) -> int:
    """Bytes of a state's own arrays, the matrix aside."""
    facts = state.facts
    arrays = (
        state.events, state.routes, state.lengths, state.profiles, state.costs, state.driving, state.configurations,
        state.configuration_start, state.features, facts.done, facts.locked, facts.ready_s, facts.actual_s,
    )  # fmt: skip
    return sum(array.nbytes for array in arrays)
