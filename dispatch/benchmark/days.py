"""Seeded days that are full: booked one by one, as the desk does, or quickly, where only their size matters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dispatch.benchmark.instances import Geometry, rural_geometry, rural_request, rural_shifts
from dispatch.improvement import Limits, improve
from dispatch.model import Plan
from dispatch.objective import Weights
from dispatch.state import DayState, empty_plan, insert

PLACES = 600
# As dense as a fleet can serve: about 33 bookings a vehicle need short ways.
WIDTH_KM = 12.0


def filled_plan(vehicles: int, bookings: int, seed: int) -> tuple[Plan, Geometry, np.random.Generator]:
    """A day booked request by request until it holds so many bookings, or nothing more fits."""
    rng = np.random.default_rng(seed)
    geometry = rural_geometry(PLACES, rng, width_km=WIDTH_KM)
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


def quickly_filled_plan(vehicles: int, bookings: int, seed: int) -> tuple[Plan, Geometry, np.random.Generator]:
    """A day with so many bookings, put in by the hundreds where each is cheapest; fewer if nothing more fits."""
    rng = np.random.default_rng(seed)
    geometry = rural_geometry(PLACES, rng, width_km=WIDTH_KM)
    plan = empty_plan(rural_shifts(vehicles, geometry), geometry.travel_s)
    asked = 0
    while len(plan.requests) < bookings and asked < 4 * bookings:
        missing = bookings - len(plan.requests)
        more = [rural_request(number, geometry, rng) for number in range(asked, asked + missing)]
        asked += missing
        wanted = replace(plan, requests={**plan.requests, **{request.id: request for request in more}})
        tried = improve(wanted, geometry.travel_s, Weights(), Limits(iterations=1), seed=seed).plan
        served = {event.request_id for route in tried.routes for event in route.events}
        requests = {name: request for name, request in tried.requests.items() if name in served}
        plan = replace(tried, requests=requests)
    return plan, geometry, rng
