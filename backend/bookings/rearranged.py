"""Values of rearranging: what it is asked, what comes of it, and small steps on routes and promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from backend.bookings.planning import DayPlan
from dispatch.model import EventKind, Plan, Request, Route, Shift

STEP_S = 300  # promised times are whole five minutes
HERE = "here"  # a feature that only the vehicles allowed have, while one request is placed

Value = TypeVar("Value")
Allowed = Callable[[Shift], bool]


@dataclass(frozen=True, slots=True)
class Rearranged:
    """A plan as an intervention leaves it.

    Attributes
    ----------
    before
        What the checker compares with: the plan as it stood, with the shifts and the routes that the incident itself alters.
    altered
        Requests whose promise becomes another.
    dropped
        Requests that find no place, in the order of their boarding.
    withdrawn
        Shift -> how many of its events its vehicle had driven when it was taken out of service.
    overrun
        Shifts that must last longer than they should.
    """

    before: DayPlan
    plan: Plan
    altered: Mapping[str, Request]
    dropped: tuple[str, ...]
    withdrawn: Mapping[str, int]
    overrun: Mapping[str, Shift]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request to be put in: the promise to keep, the same without what planning holds back, and which shifts may serve it."""

    request: Request
    full: Request
    allowed: Allowed | None = None
    may_be_late: bool = True


class NoBreak(Exception):
    """A shift has no place for a break that it must have."""


def with_facts(route: Route, was: Route) -> Route:
    return replace(route, done=was.done, locked=was.locked, ready_s=was.ready_s)


def in_order(one: Route | None, other: Route) -> bool:
    """Whether two routes do the same in the same order."""
    return one is not None and [(e.kind, e.request_id, e.break_index) for e in one.events] == [
        (e.kind, e.request_id, e.break_index) for e in other.events
    ]


def at_depot(route: Route, shift: Shift) -> Route:
    first, last = route.events[0], route.events[-1]
    if route.done == 0:
        first = replace(first, location=shift.start_location, start_s=shift.start_s)
    end = last.location if shift.end_location is None else shift.end_location
    return replace(route, events=(first, *route.events[1:-1], replace(last, location=end)))


def with_feature(shift: Shift) -> Shift:
    return replace(shift, vehicle=replace(shift.vehicle, features=shift.vehicle.features | {HERE}))


def sorted_in(plan: Plan, shift: Shift, route: Route) -> Plan:
    pairs = sorted([*zip(plan.shifts, plan.routes, strict=True), (shift, route)], key=lambda pair: pair[0].id)
    return replace(plan, shifts=tuple(pair[0] for pair in pairs), routes=tuple(pair[1] for pair in pairs))


def with_value(values: tuple[Value, ...], index: int, value: Value) -> tuple[Value, ...]:
    return (*values[:index], value, *values[index + 1 :])


def without_value(values: tuple[Value, ...], index: int) -> tuple[Value, ...]:
    return (*values[:index], *values[index + 1 :])


def requests_of(route: Route, requests: Mapping[str, Request]) -> dict[str, Request]:
    return {code: requests[code] for code in sorted({event.request_id for event in route.events if event.request_id})}


def rests_alone(route: Route, at: int) -> bool:
    """Whether nobody is aboard at an event."""
    aboard = sum(
        {EventKind.PICKUP: 1, EventKind.DELIVERY: -1}.get(event.kind, 0) for event in route.events[:at]
    )  # fmt: skip
    return aboard == 0


def later_by(request: Request, full: Request, late_s: int) -> Request:
    """A promise that may be late by so much."""
    return replace(
        request,
        pickup_latest_s=max(request.pickup_latest_s, full.pickup_latest_s + late_s),
        delivery_latest_s=max(request.delivery_latest_s, full.delivery_latest_s + late_s),
        max_ride_s=max(request.max_ride_s, full.max_ride_s + late_s),
    )


def stretched_as_planned(one: Wanted, plan: Plan) -> Request:
    """A promise stretched by what the plan needs and no more, in whole five minutes as all promises.

    What does not go beyond what the rider was told only gives up what planning holds back.
    """
    pickup_s, delivery_s = times_of(plan, one.request.id)
    request, full = one.request, one.full
    return replace(
        request,
        pickup_latest_s=_stretched(request.pickup_latest_s, full.pickup_latest_s, pickup_s),
        delivery_latest_s=_stretched(request.delivery_latest_s, full.delivery_latest_s, delivery_s),
        max_ride_s=max(request.max_ride_s, delivery_s - pickup_s - request.pickup_dwell_s),
    )


def _stretched(latest_s: int, told_s: int, planned_s: int) -> int:
    if planned_s <= latest_s:
        return latest_s
    return told_s if planned_s <= told_s else -(-planned_s // STEP_S) * STEP_S


def times_of(plan: Plan, code: str) -> tuple[int, int]:
    """Seconds of boarding and of leaving. Raises KeyError for a request that no route serves."""
    seconds = {event.kind: event.start_s for route in plan.routes for event in route.events if event.request_id == code}
    return seconds[EventKind.PICKUP], seconds[EventKind.DELIVERY]
