"""A small invented district to simulate: a few buses, a few towns, a morning of wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dispatch.benchmark.instances import rural_geometry, rural_request, rural_shifts
from dispatch.objective import Weights
from dispatch.simulation.rules import DistrictRules, ZoneRules
from dispatch.simulation.setting import Policy, Setting
from dispatch.simulation.wishes import Need, Wish


def a_setting(vehicles: int = 4, **changes: Any) -> Setting:
    """Noise, riders' conduct and the breakdown as by default; `changes` replaces fields of the setting."""
    geometry = rural_geometry(40, np.random.default_rng(7), width_km=20.0)
    shifts = rural_shifts(vehicles, geometry)
    rules = DistrictRules(
        {"town": ZoneRules(1800, ((18_000, 82_800),)), "county": ZoneRules(3600, ((18_000, 82_800),))}, shifts
    )
    setting = Setting(
        shifts=shifts,
        travel_s=geometry.travel_s,
        metres=(geometry.travel_s * 15.0).astype(np.float32),
        rules=rules,
        weights=Weights(),
        policy=Policy(improve_iterations=40),
    )
    return replace(setting, **changes)


def a_calm_setting(**changes: Any) -> Setting:
    """Nothing goes wrong, and the roads are planned as they are."""
    setting = a_setting(**changes)
    calm = replace(setting.policy, planning_factor=1.0, breakdown_s=None)
    return replace(setting, policy=calm, uncertainty=setting.uncertainty.without_noise())


def some_wishes(number: int = 50, seed: int = 1) -> tuple[Wish, ...]:
    """Half of them known the day before."""
    rng = np.random.default_rng(seed)
    geometry = rural_geometry(40, np.random.default_rng(7), width_km=20.0)
    wishes = []
    for k in range(number):
        ride = rural_request(k, geometry, rng)
        known_at_s = (
            int(ride.pickup_earliest_s - rng.integers(1000, 20_000)) if k % 2 else -int(rng.integers(1, 90_000))
        )
        wishes.append(
            Wish(
                id=f"{k:03d}",
                known_at_s=known_at_s,
                origin=ride.pickup_location,
                destination=ride.delivery_location,
                time_s=ride.pickup_earliest_s + (4000 if k % 3 == 0 else 0),
                arrive_by=k % 3 == 0,
                load=ride.load,
                riders=ride.riders,
                dwell_s=ride.pickup_dwell_s,
                features=ride.features,
                zone="town" if k % 4 else "county",
                need=Need.WHEELCHAIR if ride.features else Need.NONE,
            )
        )
    return tuple(sorted(wishes, key=lambda wish: wish.known_at_s))
