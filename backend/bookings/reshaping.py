"""Other shifts for a planned day: what becomes of the rides, looked at first, written after.

A shift whose new form still allows its route keeps it. The rides of all others find places anew, at once and together; who
finds none is named, and nothing is written while somebody is. What has happened or is under way is never touched.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Refusal
from backend.bookings.journal import announce_plan
from backend.bookings.localtime import to_seconds
from backend.bookings.models import DayShift, PlanVersion, ServiceDay
from backend.bookings.plan_document import engine_shift
from backend.bookings.planning import DayPlan, current_plan, write_version
from dispatch.checker import check
from dispatch.improvement import Limits, improve
from dispatch.model import EventKind, Plan, Request, Route, Shift
from dispatch.state import InfeasiblePlan, empty_plan, retimed

MOVING_STEPS = 400  # of the search, for rides that no plain insertion serves
WORTH_TELLING_S = 120  # a planned boarding that moves by less is no news


@dataclass(frozen=True, slots=True)
class MovedRide:
    """A booking that another vehicle fetches, or the same at another time. Its promise is the same."""

    code: str
    vehicle_before: str
    vehicle_after: str
    pickup_before_s: int
    pickup_after_s: int


@dataclass(frozen=True, slots=True)
class Reshaped:
    """A day with other shifts: how its rides would be driven, and whom nobody could fetch.

    `refusal` says why the shifts cannot be changed at all. `plan` serves everybody but the stranded.
    """

    day: ServiceDay
    before: DayPlan
    rows: tuple[DayShift, ...]
    plan: Plan
    moved: tuple[MovedRide, ...] = ()
    stranded: tuple[str, ...] = ()
    refusal: Refusal | None = None


def differs(day: ServiceDay, rows: Sequence[DayShift]) -> bool:
    """Whether these shifts are others than those that the day is planned with."""
    return _engine_shifts(day, rows) != current_plan(day).plan.shifts


def reshaped(day: ServiceDay, rows: Sequence[DayShift], now: datetime) -> Reshaped:
    """What these shifts would mean for the day's rides. Writes nothing; the rows need not be saved."""
    now_s = to_seconds(now, day.date, ZoneInfo(day.district.timezone))
    before = current_plan(day)
    shifts = _engine_shifts(day, rows)
    old = {shift.id: (shift, route) for shift, route in zip(before.plan.shifts, before.plan.routes, strict=True)}
    kept: dict[str, Route] = {}
    for shift in shifts:
        if shift.id in old:
            was, route = old[shift.id]
            same = route if was == shift else _as_it_is(shift, route, before)
            if same is not None:
                kept[shift.id] = same
    lost = [route for shift_id, (_shift, route) in old.items() if shift_id not in kept]
    begun = next((route.shift_id for route in lost if route.locked > 1), None)
    if begun is not None:
        return Reshaped(day, before, tuple(rows), before.plan, refusal=_begun_refusal(day, begun))
    plan = _with_places(shifts, kept, before, now_s)
    served = _served(plan)
    stranded = tuple(sorted(before.plan.requests.keys() - served))
    plan = replace(plan, requests={code: before.plan.requests[code] for code in sorted(served)})
    return Reshaped(day, before, tuple(rows), plan, tuple(_moved(before.plan, plan)), stranded)


def write_reshaped(found: Reshaped, reason: str, now: datetime) -> PlanVersion | None:
    """Write the day's new shifts and its plan; None where nothing was booked. The caller holds the day's lock.

    Raises ValueError while somebody is stranded or the shifts cannot be changed.
    """
    if found.stranded or found.refusal:
        raise ValueError("nobody may lose a ride by a change of shifts")
    day = found.day
    _write_rows(day, found.rows)
    if day.plan_version == 0:
        day.plan_token = uuid.uuid4()  # other shifts are another plan, also an empty one
        day.save(update_fields=["plan_token"])
        return None
    version = write_version(day, _projected(found), found.plan, reason, now)
    announce_plan(day, version.version, now)
    return version


def _engine_shifts(day: ServiceDay, rows: Sequence[DayShift]) -> tuple[Shift, ...]:
    keeping = set(day.bookings.filter(kept_on__isnull=False).values_list("kept_on__code", flat=True))
    ordered = sorted(rows, key=lambda row: row.code)
    return tuple(engine_shift(row, row.vehicle.code in keeping) for row in ordered)


def _as_it_is(shift: Shift, route: Route, before: DayPlan) -> Route | None:
    """The route in the same order under another shift; None if the shift does not allow that."""
    breaks = [event.break_index for event in route.events if event.kind is EventKind.BREAK]
    if len(breaks) != len(shift.breaks):
        return None
    events = []
    for number, event in enumerate(route.events):
        if number >= route.done:
            if event.kind is EventKind.BREAK and event.break_index is not None:
                event = replace(event, dwell_s=shift.breaks[event.break_index].duration_s)
            elif event.kind is EventKind.START:
                event = replace(event, location=shift.start_location)
            elif event.kind is EventKind.END and shift.end_location is not None:
                event = replace(event, location=shift.end_location)
        events.append(event)
    codes = {event.request_id for event in events if event.request_id}
    alone = Plan((shift,), (replace(route, events=tuple(events)),), {c: before.plan.requests[c] for c in sorted(codes)})
    try:
        timed = retimed(alone, before.travel_s, before.weights)
    except InfeasiblePlan:
        return None
    return None if check(timed, before.travel_s) else timed.routes[0]


def _with_places(shifts: tuple[Shift, ...], kept: dict[str, Route], before: DayPlan, now_s: int) -> Plan:
    """All rides under these shifts, as far as places are found; who has none is in no route."""
    empty = {shift.id: _not_in_the_past(shift, before, now_s) for shift in shifts}
    routes = tuple(kept.get(shift.id, empty[shift.id]) for shift in shifts)
    codes = {event.request_id for route in routes for event in route.events if event.request_id}
    day_plan = DayPlan(
        before.version,
        Plan(shifts, routes, {code: before.plan.requests[code] for code in sorted(codes)}),
        before.travel,
        before.weights,
    )
    homeless = [request for code, request in before.plan.requests.items() if code not in codes]
    left: list[Request] = []
    for request in sorted(homeless, key=lambda request: (request.pickup_earliest_s, request.id)):
        wider = day_plan.with_request(request) if shifts else None
        if wider is None:
            left.append(request)
        else:
            day_plan = wider
    if not left or not shifts:
        return day_plan.plan
    wanted = replace(day_plan.plan, requests=day_plan.plan.requests | {request.id: request for request in left})
    return improve(wanted, before.travel_s, before.weights, Limits(iterations=MOVING_STEPS)).plan


def _not_in_the_past(shift: Shift, before: DayPlan, now_s: int) -> Route:
    """The empty route of a shift, which from now on can leave its depot at once, and not an hour ago."""
    (route,) = _empty_routes((shift,), before)
    if now_s <= shift.start_s:
        return route
    later = Plan((shift,), (replace(route, ready_s=now_s),), {})
    try:
        return retimed(later, before.travel_s, before.weights).routes[0]
    except InfeasiblePlan:
        return route  # the shift is over


def _empty_routes(shifts: tuple[Shift, ...], before: DayPlan) -> tuple[Route, ...]:
    return empty_plan(shifts, before.travel_s).routes if shifts else ()


def _served(plan: Plan) -> set[str]:
    return {event.request_id for route in plan.routes for event in route.events if event.request_id}


def _moved(before: Plan, after: Plan) -> list[MovedRide]:
    was, now = _boardings(before), _boardings(after)
    return [
        MovedRide(code, was[code][0], now[code][0], was[code][1], now[code][1])
        for code in sorted(was.keys() & now.keys(), key=lambda code: (was[code][1], code))
        if was[code][0] != now[code][0] or abs(was[code][1] - now[code][1]) >= WORTH_TELLING_S
    ]


def _boardings(plan: Plan) -> dict[str, tuple[str, int]]:
    """Vehicle and second of boarding of every ride."""
    return {
        event.request_id: (shift.vehicle.id, event.start_s)
        for shift, route in zip(plan.shifts, plan.routes, strict=True)
        for event in route.events
        if event.request_id and event.kind is EventKind.PICKUP
    }


def _begun_refusal(day: ServiceDay, shift_code: str) -> Refusal:
    row = day.day_shifts.select_related("vehicle").filter(code=shift_code).first()
    reason = _(
        "Der Dienst von %(vehicle)s hat schon begonnen. Was unterwegs ist, ändern Sie auf der Leitstelle durch einen Eingriff."
    )
    return Refusal("shift_begun", reason % {"vehicle": row.vehicle.name if row else shift_code}, concerns=shift_code)


def _projected(found: Reshaped) -> DayPlan:
    """The plan before, as if it had been made for the new shifts: what the checker holds the successor against."""
    before = found.before
    old = {route.shift_id: route for route in before.plan.routes}
    blank = dict(zip((s.id for s in found.plan.shifts), _empty_routes(found.plan.shifts, before), strict=True))
    routes = tuple(old.get(shift.id, blank[shift.id]) for shift in found.plan.shifts)
    return DayPlan(before.version, Plan(found.plan.shifts, routes, before.plan.requests), before.travel, before.weights)


def _write_rows(day: ServiceDay, rows: Sequence[DayShift]) -> None:
    known = {row.code: row for row in day.day_shifts.all()}
    for row in rows:
        DayShift.objects.update_or_create(
            service_day=day,
            code=row.code,
            defaults={
                "shift_id": row.shift_id,
                "vehicle": row.vehicle,
                "start_s": row.start_s,
                "end_s": row.end_s,
                "breaks": row.breaks,
            },
        )
    day.day_shifts.filter(code__in=known.keys() - {row.code for row in rows}).delete()
