"""Small random days whose best plan other methods can prove: every law of the model occurs, few riders."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dispatch.layout import I32
from dispatch.model import Break, Load, Plan, Request, Route, Shift, Vehicle
from dispatch.objective import Weights
from dispatch.state import DayState, empty_plan, insert

BUSES = (
    Vehicle("small bus", (Load(3, 0, 1), Load(1, 1, 0)), frozenset({"ramp"})),
    Vehicle("car", (Load(2, 0, 2),), frozenset({"child_seat"})),
)


@dataclass(frozen=True, slots=True)
class SmallDay:
    """A lawful plan, in which some or all requests are not served yet, and its travel times."""

    plan: Plan
    travel_s: I32


def a_small_day(
    seed: int, requests: int, vehicles: int, *, alike: bool = False, shared_stops: bool = False, driven: bool = False
) -> SmallDay:
    """A seeded day.

    Parameters
    ----------
    requests, vehicles
        How many of each.
    alike
        All shifts the same, without breaks and features.
    shared_stops
        Riders use few stops; else each rider's two stops are his own.
    driven
        The first part of the day has happened: facts, locked events, riders aboard.
    """
    rng = np.random.default_rng(seed)
    n_places = 4 if shared_stops else 2 * requests + 1
    xy = rng.uniform(0, 900, size=(n_places, 2))
    travel_s = np.ceil(np.linalg.norm(xy[:, None] - xy[None, :], axis=2)).astype(np.int32)
    shifts = tuple(_shift(v, alike, rng) for v in range(vehicles))
    if alike:
        shifts = tuple(replace(shifts[0], id=shift.id) for shift in shifts)
    wishes = [_request(r, travel_s, shared_stops, alike, rng) for r in range(requests)]
    if requests > 1 and rng.random() < 0.3:
        wishes[0] = replace(wishes[0], apart_from=frozenset({wishes[1].id}))
    plan = empty_plan(shifts, travel_s)
    weights = Weights()
    if driven:
        for wish in wishes[: requests // 2 + 1]:
            found, _effort = DayState(plan, travel_s, weights).quote(wish)
            plan = insert(plan, wish, found[0], travel_s, weights) if found else plan
        plan = replace(plan, routes=tuple(_driven(route, rng) for route in plan.routes))
    return SmallDay(replace(plan, requests={wish.id: wish for wish in wishes}), travel_s)


def _shift(v: int, alike: bool, rng: np.random.Generator) -> Shift:
    begins_s = int(rng.integers(0, 600))
    ends_s = begins_s + int(rng.integers(5000, 9000))
    breaks: tuple[Break, ...] = ()
    if not alike and rng.random() < 0.5:
        earliest_s = begins_s + int(rng.integers(500, 2500))
        breaks = (Break(earliest_s, earliest_s + 1500, 300),)
    duration_s = int(rng.integers(3500, 5500)) if rng.random() < 0.4 else None
    home = None if rng.random() < 0.3 else 0
    return Shift(f"shift {v + 1}", BUSES[0 if alike else v % 2], 0, home, begins_s, ends_s, breaks, duration_s)


def _request(r: int, travel_s: I32, shared_stops: bool, alike: bool, rng: np.random.Generator) -> Request:
    pickup, delivery = 2 * r + 1, 2 * r + 2
    if shared_stops:
        pickup, delivery = (int(place) for place in rng.choice(len(travel_s), size=2, replace=False))
    direct_s = int(travel_s[pickup, delivery])
    earliest_s = int(rng.integers(600, 3500))
    latest_s = earliest_s + int(rng.integers(200, 1200))
    dwell_s = int(rng.integers(0, 60))
    longest_s = direct_s + int(rng.integers(100, 900))
    features = frozenset[str]()
    load = Load(1 + int(rng.random() < 0.3))
    if not alike and rng.random() < 0.15:
        load, features = Load(0, 1, 0), frozenset({"ramp"})
    arrive_from_s = int(rng.choice([0, earliest_s + direct_s + 200]))
    return Request(
        id=f"request {r + 1}", pickup_location=pickup, delivery_location=delivery, pickup_earliest_s=earliest_s,
        pickup_latest_s=latest_s, delivery_earliest_s=arrive_from_s,
        delivery_latest_s=max(latest_s, arrive_from_s) + dwell_s + longest_s, max_ride_s=longest_s, load=load,
        pickup_dwell_s=dwell_s, delivery_dwell_s=dwell_s, riders=1 + int(rng.random() < 0.3), features=features,
    )  # fmt: skip


def _driven(route: Route, rng: np.random.Generator) -> Route:
    done = int(rng.integers(0, len(route.events)))
    if done == 0:
        return route
    last = route.events[done - 1]
    locked = min(len(route.events), done + int(rng.integers(0, 2)))
    return replace(route, done=done, locked=locked, ready_s=last.start_s + last.dwell_s)


def planned(day: SmallDay) -> tuple[Plan, list[Request]]:
    """The plan of a day whose riders came one by one, and those for whom no place was left when they came."""
    plan, weights = replace(day.plan, requests={}), Weights()
    left_out = []
    for request in day.plan.requests.values():
        alone = replace(request, apart_from=frozenset())
        found, _effort = DayState(plan, day.travel_s, weights).quote(alone)
        if found:
            plan = insert(plan, alone, found[0], day.travel_s, weights)
        else:
            left_out.append(alone)
    fits_now = DayState(plan, day.travel_s, weights)
    return plan, [request for request in left_out if not fits_now.quote(request)[0]]
