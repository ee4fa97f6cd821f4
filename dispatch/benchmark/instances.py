"""Seeded rural days to measure and test the engine with: towns, villages, a fleet, requests with promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch.layout import I32
from dispatch.model import Break, Load, Request, Shift, Vehicle

RAMP_BUS = (Load(8, 0, 6), Load(6, 1, 4), Load(4, 2, 2))
PLAIN_BUS = (Load(8, 0, 4),)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Places and the driving seconds between them, int32[n, n], obeying the triangle inequality."""

    travel_s: I32
    towns: tuple[int, ...]


def rural_geometry(n_places: int, rng: np.random.Generator, *, width_km: float = 50.0) -> Geometry:
    """Places in a square, the first few of them towns; 55 km/h and a detour of 1.3 between any two."""
    xy = rng.uniform(0.0, width_km, size=(n_places, 2))
    crow_km = np.linalg.norm(xy[:, None, :] - xy[None, :, :], axis=2)
    # Rounding up keeps the triangle inequality: ceil(a + b) <= ceil(a) + ceil(b).
    travel_s = np.ceil(crow_km * 1.3 / 55.0 * 3600.0).astype(np.int32)
    return Geometry(travel_s, tuple(range(min(6, n_places))))


def rural_shifts(n_vehicles: int, geometry: Geometry) -> tuple[Shift, ...]:
    """Two waves of shifts between 5:00 and 23:00 with breaks, every second vehicle with a ramp."""
    shifts = []
    for v in range(n_vehicles):
        has_ramp = v % 2 == 0
        vehicle = Vehicle(
            f"vehicle {v + 1}",
            RAMP_BUS if has_ramp else PLAIN_BUS,
            frozenset({"ramp", "child_seat"} if has_ramp else {"child_seat"}),
        )
        start_s = (5 + (v % 4)) * 3600
        depot = geometry.towns[v % len(geometry.towns)]
        rest = Break(start_s + 4 * 3600, start_s + 6 * 3600, 1800)
        shifts.append(Shift(f"shift {v + 1}", vehicle, depot, depot, start_s, start_s + 12 * 3600, (rest,)))
    return tuple(shifts)


def rural_request(number: int, geometry: Geometry, rng: np.random.Generator) -> Request:
    """One ride as the booking rules would promise it: a window of ten minutes, 1.5 x direct + 15 min aboard."""
    n_places = len(geometry.travel_s)
    in_town = rng.random() < 0.6
    town = int(rng.choice(geometry.towns))
    village = int(rng.integers(n_places))
    pickup, delivery = (village, town) if rng.random() < 0.5 else (town, village)
    if not in_town or pickup == delivery:
        delivery = int((pickup + 1 + rng.integers(n_places - 1)) % n_places)
    direct_s = int(geometry.travel_s[pickup, delivery])
    wheelchair = rng.random() < 0.05
    riders = 1 if wheelchair else int(rng.choice([1, 1, 1, 2, 2, 3]))
    earliest_s = int(rng.uniform(6.0, 19.0) * 3600)
    max_ride_s = int(1.5 * direct_s) + 900
    dwell_s = 30 + 15 * riders + (180 if wheelchair else 0)
    return Request(
        id=f"request {number}",
        pickup_location=pickup,
        delivery_location=delivery,
        pickup_earliest_s=earliest_s,
        pickup_latest_s=earliest_s + 600,
        delivery_earliest_s=0,
        delivery_latest_s=earliest_s + 600 + dwell_s + max_ride_s,
        max_ride_s=max_ride_s,
        load=Load(0 if wheelchair else riders, int(wheelchair), int(rng.random() < 0.15)),
        pickup_dwell_s=dwell_s,
        delivery_dwell_s=dwell_s,
        riders=riders,
        features=frozenset({"ramp"}) if wheelchair else frozenset(),
    )
