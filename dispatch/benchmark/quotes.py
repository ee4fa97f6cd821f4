"""How long one quote takes on a day that is already full of bookings."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import numpy as np

from dispatch.benchmark.instances import Geometry, rural_geometry, rural_request, rural_shifts
from dispatch.model import Plan
from dispatch.objective import Weights
from dispatch.state import DayState, empty_plan, insert

PLACES = 600


@dataclass(frozen=True, slots=True)
class QuoteTimes:
    """One run. `pruned_share`: share of all position pairs that never needed an exact schedule."""

    vehicles: int
    bookings: int
    wanted_bookings: int
    quotes: int
    seed: int
    first_call_s: float
    build_state_ms: float
    median_ms: float
    p95_ms: float
    max_ms: float
    found_share: float
    pruned_share: float


def filled_plan(vehicles: int, bookings: int, seed: int) -> tuple[Plan, Geometry, np.random.Generator]:
    """A day booked request by request until it holds so many bookings, or nothing more fits."""
    rng = np.random.default_rng(seed)
    # As dense as a fleet of this size can serve: about 33 bookings a vehicle need short ways.
    geometry = rural_geometry(PLACES, rng, width_km=12.0)
    weights = Weights()
    plan = empty_plan(rural_shifts(vehicles, geometry), geometry.travel_s)
    refused = 0
    number = 0
    while len(plan.requests) < bookings and refused < 3 * bookings:
        request = rural_request(number, geometry, rng)
        number += 1
        found, _ = DayState(plan, geometry.travel_s, weights).quote(request)
        if found:
            plan = insert(plan, request, found[0], geometry.travel_s, weights)
        else:
            refused += 1
    return plan, geometry, rng


def measure_quotes(vehicles: int, bookings: int, quotes: int, seed: int) -> dict[str, float]:
    """Time quotes of the three best ways to serve fresh requests; one thread, in process."""
    begun = time.perf_counter()
    plan, geometry, rng = filled_plan(1, 1, seed)
    first_call_s = time.perf_counter() - begun
    plan, geometry, rng = filled_plan(vehicles, bookings, seed)
    begun = time.perf_counter()
    state = DayState(plan, geometry.travel_s, Weights())
    build_ms = (time.perf_counter() - begun) * 1000
    seconds = []
    found = pairs = evaluated = 0
    for number in range(quotes):
        request = rural_request(1_000_000 + number, geometry, rng)
        begun = time.perf_counter()
        insertions, effort = state.quote(request, 3)
        seconds.append(time.perf_counter() - begun)
        found += bool(insertions)
        pairs += effort.pairs
        evaluated += effort.evaluated
    ms = np.array(seconds) * 1000
    times = QuoteTimes(
        vehicles=vehicles,
        bookings=len(plan.requests),
        wanted_bookings=bookings,
        quotes=quotes,
        seed=seed,
        first_call_s=round(first_call_s, 3),
        build_state_ms=round(build_ms, 2),
        median_ms=round(float(np.median(ms)), 4),
        p95_ms=round(float(np.percentile(ms, 95)), 4),
        max_ms=round(float(ms.max()), 4),
        found_share=round(found / quotes, 3),
        pruned_share=round(1 - evaluated / max(1, pairs), 4),
    )
    return asdict(times)
