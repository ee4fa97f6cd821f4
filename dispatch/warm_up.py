"""Compiles the loops before anybody waits for them; numba keeps the result on disk for the next process."""

from __future__ import annotations

import numpy as np

from dispatch.benchmark.instances import rural_geometry, rural_request, rural_shifts
from dispatch.improvement import Limits, improve
from dispatch.objective import Weights
from dispatch.state import DayState, empty_plan, insert, remove


def warm_up(*, with_improvement: bool = True) -> None:
    """Quote, insert, remove and improve a toy day once; without improvement, only what a quote needs."""
    rng = np.random.default_rng(0)
    geometry = rural_geometry(12, rng)
    weights = Weights()
    plan = empty_plan(rural_shifts(2, geometry), geometry.travel_s)
    for number in range(6):
        request = rural_request(number, geometry, rng)
        found, _ = DayState(plan, geometry.travel_s, weights).quote(request)
        if found:
            plan = insert(plan, request, found[0], geometry.travel_s, weights)
    if plan.requests:
        remove(plan, next(iter(plan.requests)), geometry.travel_s, weights)
    if with_improvement:
        improve(plan, geometry.travel_s, weights, Limits(iterations=3))
