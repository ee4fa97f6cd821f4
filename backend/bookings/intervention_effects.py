"""Whom an intervention touches and how: read off the plans before and after. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from backend.bookings.closures import ANY_SPAN, Closed, closed_on, roads_past
from backend.bookings.day_travel import DayTravel
from backend.bookings.intervening_service import stretch_of
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.planning import travel_of
from backend.bookings.situation import Outcome, told_request
from backend.districts.selectors import roads_of
from dispatch.model import EventKind, Plan, Request, Route
from routing.errors import RoadError

LEAST_SHIFT_S = 60  # less than a minute is no news


@dataclass(frozen=True, slots=True)
class Effect:
    """One booking before and after. Seconds of the service day; None where it is not served.

    Attributes
    ----------
    late_s
        By how much the plan now misses what the rider was told; 0: the promise holds.
    told_until_s, told_arrival_s
        What the rider was told: the end of the window, the latest arrival.
    is_transferred
        The rider is aboard and changes to another vehicle.
    """

    code: str
    vehicle_before: str
    vehicle_after: str
    pickup_before_s: int | None
    pickup_after_s: int | None
    delivery_before_s: int | None
    delivery_after_s: int | None
    told_until_s: int
    told_arrival_s: int
    late_s: int
    is_dropped: bool
    is_transferred: bool
    is_kept: bool

    @property
    def moves(self) -> bool:
        """Whether another vehicle comes."""
        return not self.is_dropped and self.vehicle_before != self.vehicle_after

    @property
    def pickup_shift_s(self) -> int:
        """By how much the boarding moves; negative: earlier."""
        if self.pickup_before_s is None or self.pickup_after_s is None:
            return 0
        return self.pickup_after_s - self.pickup_before_s

    @property
    def breaks(self) -> bool:
        """Whether what the rider was told does not hold any more."""
        return self.is_dropped or self.late_s >= LEAST_SHIFT_S


@dataclass(frozen=True, slots=True)
class Effects:
    """Everybody whom an intervention touches, by boarding, and what the routes that change cost."""

    bookings: tuple[Effect, ...]
    metres: int  # driven more (negative: less)
    driving_s: int
    rows: Mapping[str, Booking]  # of those touched

    @property
    def dropped(self) -> tuple[Effect, ...]:
        return tuple(one for one in self.bookings if one.is_dropped)

    @property
    def broken(self) -> tuple[Effect, ...]:
        """Late, but served."""
        return tuple(one for one in self.bookings if one.breaks and not one.is_dropped)

    @property
    def moved(self) -> tuple[Effect, ...]:
        return tuple(one for one in self.bookings if one.moves)


@dataclass(frozen=True, slots=True)
class _Served:
    vehicle: str
    pickup_s: int | None = None
    delivery_s: int | None = None


def effects_of(day: ServiceDay, before: Plan, outcome: Outcome) -> Effects:
    """Compare the plan as it stands with the one that an intervention leaves."""
    after = outcome.rearranged.plan
    was, becomes = _served(before), _served(after)
    touched = [
        code
        for code in was
        if code in outcome.rearranged.altered
        or code in outcome.rearranged.dropped
        or code in outcome.kept
        or _differs(was[code], becomes.get(code))
    ]
    rows = {
        row.code: row
        for row in day.bookings.filter(code__in=touched).select_related(
            "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop", "kept_on", "booker"
        )
    }
    found = [
        _effect(rows[code], was[code], becomes.get(code), after.requests.get(code), outcome)
        for code in touched
        if code in rows
    ]
    found.sort(key=lambda one: (not one.is_dropped, not one.breaks, one.pickup_before_s or 0, one.code))
    metres, driving_s = _cost(day, before, outcome)
    return Effects(tuple(found), metres, driving_s, rows)


def _effect(row: Booking, was: _Served, now: _Served | None, request: Request | None, outcome: Outcome) -> Effect:
    told = told_request(row)
    late_s = 0
    if now and now.delivery_s is not None:
        waited = 0 if row.code in outcome.transferred else (now.pickup_s or 0) - told.pickup_latest_s
        late_s = max(0, waited, now.delivery_s - told.delivery_latest_s)
    kept = outcome.kept.get(row.code, row.kept_on.code if row.kept_on else "")
    return Effect(
        code=row.code,
        vehicle_before=was.vehicle,
        vehicle_after=now.vehicle if now else "",
        pickup_before_s=was.pickup_s,
        pickup_after_s=now.pickup_s if now else None,
        delivery_before_s=was.delivery_s,
        delivery_after_s=now.delivery_s if now else None,
        told_until_s=told.pickup_latest_s,
        told_arrival_s=told.delivery_latest_s,
        late_s=late_s,
        is_dropped=row.code in outcome.rearranged.dropped,
        is_transferred=row.code in outcome.transferred,
        is_kept=bool(kept),
    )


def _differs(was: _Served, now: _Served | None) -> bool:
    if now is None or was.vehicle != now.vehicle:
        return True
    pairs = ((was.pickup_s, now.pickup_s), (was.delivery_s, now.delivery_s))
    return any(a is not None and b is not None and abs(a - b) >= LEAST_SHIFT_S for a, b in pairs)


def _served(plan: Plan) -> dict[str, _Served]:
    seconds: dict[str, dict[EventKind, int]] = {}
    vehicles: dict[str, str] = {}
    for shift, route in zip(plan.shifts, plan.routes, strict=True):
        for event in route.events:
            if event.request_id:
                seconds.setdefault(event.request_id, {})[event.kind] = event.start_s
                vehicles[event.request_id] = shift.vehicle.id
    return {
        code: _Served(vehicles[code], times.get(EventKind.PICKUP), times.get(EventKind.DELIVERY))
        for code, times in seconds.items()
    }


def _cost(day: ServiceDay, before: Plan, outcome: Outcome) -> tuple[int, int]:
    """Metres and seconds driven more; only routes that change are measured."""
    closed = closed_on(day)
    then = closed_on(day, without=outcome.opens)
    if outcome.closes:
        then |= {(stretch_of(day.district, outcome.closes), ANY_SPAN)}
    was_on, is_on = _Roads(day, travel_of(day, closed), closed), _Roads(day, outcome.rearranged.before.travel, then)
    old = {route.shift_id: route for route in before.routes}
    metres, seconds = 0.0, 0
    for route in outcome.rearranged.plan.routes:
        was = old.pop(route.shift_id, None)
        if was is not None and _places(was) == _places(route):
            continue
        for one, roads, sign in ((route, is_on, 1), (was, was_on, -1)):
            if one is not None:
                way_m, way_s = roads.way(one)
                metres, seconds = metres + sign * way_m, seconds + sign * way_s
    for was in old.values():
        way_m, way_s = was_on.way(was)
        metres, seconds = metres - way_m, seconds - way_s
    return round(metres), seconds


def _places(route: Route) -> list[int]:
    return [event.location for event in route.events if event.kind is not EventKind.BREAK]


class _Roads:
    """What a route's ways measure, with what is closed on the day."""

    def __init__(self, day: ServiceDay, travel: DayTravel, closed: Closed) -> None:
        self.travel, self.open = travel, roads_of(day.district)
        self.past = roads_past(day.district, {stretch for stretch, _span in closed})

    def way(self, route: Route) -> tuple[float, int]:
        metres, seconds = 0.0, 0
        for one, other in pairwise(_places(route)):
            origin, target = self.travel.stop_of(one), self.travel.stop_of(other)
            if origin == target:
                continue
            seconds += int(self.travel.seconds[one, other])
            roads = self.past if max(one, other) >= self.travel.stops else self.open
            try:
                metres += roads.way(origin, target).metres
            except RoadError:
                continue  # a closed road has no way to measure
        return metres, seconds
