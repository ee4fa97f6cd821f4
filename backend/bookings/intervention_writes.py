"""Writing an intervention: shifts, promises, ended rides, the next version of the plan. All of it or nothing."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accessibility.desk import Refusal
from backend.bookings.ending import end
from backend.bookings.intervening import rearrange
from backend.bookings.intervening_fleet import hired_vehicle
from backend.bookings.intervention_effects import Effects, effects_of
from backend.bookings.interventions import CloseRoad, Suspend
from backend.bookings.journal import announce, announce_plan, audit
from backend.bookings.localtime import to_moment, to_seconds
from backend.bookings.models import Booking, DayShift, PlanVersion, RoadClosure, ServiceDay, StandingClosure, Suspension
from backend.bookings.plan_document import AMENDABLE, promised_request
from backend.bookings.planning import current_plan, write_version
from backend.bookings.rights import end_right, free_right
from backend.bookings.situation import Outcome, ShiftRow
from backend.districts.models import Vehicle
from backend.districts.selectors import stop_by_code
from dispatch.model import Plan, Request


def looked_at(day: ServiceDay, intervention: Any, now: datetime) -> tuple[Outcome, Effects] | Refusal:
    """What an intervention would do to a day as it is now. Raises InvalidInput."""
    before = current_plan(day)
    outcome = rearrange(day, before, intervention, now)
    if isinstance(outcome, Refusal):
        return outcome
    return outcome, effects_of(day, before.plan, outcome)


def former(day: ServiceDay, plan: Plan, outcome: Outcome, effects: Effects) -> dict[str, Any]:
    """What stood before, as far as the intervention alters it: enough to lead back to it. Names nobody."""
    shift_of = {event.request_id: route.shift_id for route in plan.routes for event in route.events if event.request_id}
    rows = {row.code: row for row in day.day_shifts.select_related("vehicle")}
    return {
        "bookings": {
            code: {
                "shift": shift_of[code],
                "amended": row.amended,
                "kept_on": row.kept_on.code if row.kept_on else "",
                "state": row.state,
            }
            for code, row in effects.rows.items()
        },
        "shifts": {row.code: _shift_document(rows[row.code]) if row.code in rows else None for row in outcome.shifts},
        "withdrawn": dict(outcome.rearranged.withdrawn),
        "suspension": "",
        "closure": "",
    }


def _shift_document(row: DayShift) -> dict[str, Any]:
    return {"vehicle": row.vehicle.code, "start_s": row.start_s, "end_s": row.end_s, "breaks": row.breaks}


def write_outcome(
    day: ServiceDay, outcome: Outcome, effects: Effects, kind: str, actor: str, reason: str, now: datetime
) -> PlanVersion:
    """Write what was looked at. The caller holds the day's lock and is inside a transaction."""
    for row in outcome.shifts:
        _write_shift(day, row)
    if outcome.lifts:
        lift(outcome.lifts, actor, now)
    if outcome.opens:
        open_road(outcome.opens, actor, now)
    for code, shift in outcome.rearranged.overrun.items():
        late = {"end_s": shift.end_s, "breaks": [rest.latest_s for rest in shift.breaks]}
        day.day_shifts.filter(code=code).update(overrun=late)
    arranged = outcome.rearranged
    vehicles = {vehicle.code: vehicle for vehicle in Vehicle.objects.filter(district=day.district)}
    for code, booking in effects.rows.items():
        changed = []
        if code in outcome.kept:
            booking.kept_on = vehicles.get(outcome.kept[code])
            changed.append("kept_on")
        if code in arranged.altered:
            booking.amended = amendments(booking, arranged.altered[code])
            changed.append("amended")
        if code in outcome.transferred and code not in arranged.dropped:
            booking.state = Booking.State.BOOKED  # boards once more, another vehicle
            changed.append("state")
        if changed:
            booking.save(update_fields=changed)
    for code in arranged.dropped:
        drop(day, effects.rows[code], kind, actor, reason, now, is_stranded=code in outcome.transferred)
    version = write_version(
        day, arranged.before, arranged.plan, kind, now, frozenset(arranged.dropped), frozenset(arranged.altered)
    )
    announce_plan(day, version.version, now)
    return version


def suspend(day: ServiceDay, act: Suspend, actor: str, now: datetime) -> Suspension:
    """Close the service as an intervention says."""
    zone = ZoneInfo(day.district.timezone)
    return Suspension.objects.create(
        district=day.district,
        zones=list(act.zones),
        is_within=act.within,
        from_at=to_moment(act.from_s, day.date, zone),
        until_at=to_moment(act.until_s, day.date, zone),
        reason=act.why.strip(),
        created_at=now,
        created_by=actor[:150],
    )


def stand(day: ServiceDay, act: CloseRoad, actor: str, now: datetime) -> StandingClosure:
    """From this day on a road is closed until further notice."""
    origin, target = (day.district.stops.get(code=code) for code in (act.origin, act.target))
    return StandingClosure.objects.create(
        district=day.district, origin=origin, target=target, both_ways=act.both_ways, first=day.date, created_at=now,
        created_by=actor[:150],
    )  # fmt: skip


def stand_no_more(standing: StandingClosure, day: ServiceDay) -> None:
    """From this day on it is closed no more; an earlier day from which it is open stays."""
    if standing.open_from is None or day.date < standing.open_from:
        standing.open_from = day.date
        standing.save(update_fields=["open_from"])


def close_road(
    day: ServiceDay,
    act: CloseRoad,
    actor: str,
    now: datetime,
    shown: datetime,
    standing: StandingClosure | None = None,
) -> RoadClosure:
    """Close a road as an intervention says. `shown`: what time it is on the day; `standing`: what this day is a part of."""
    now_s = to_seconds(shown, day.date, ZoneInfo(day.district.timezone))
    from_s = max(0, now_s) if act.from_s is None else act.from_s
    origin, target = (day.district.stops.get(code=code) for code in (act.origin, act.target))
    return RoadClosure.objects.create(
        service_day=day, origin=origin, target=target, both_ways=act.both_ways, from_s=from_s,
        until_s=act.until_s, created_at=now, created_by=actor[:150], begun_at=now if from_s <= now_s else None,
        standing=standing,
    )  # fmt: skip


def open_road(closure_id: str, actor: str, now: datetime) -> None:
    """The road is free again; plans are made with the short way from now on."""
    closure = RoadClosure.objects.filter(pk=closure_id, lifted_at__isnull=True).select_related("service_day").first()
    if closure is None:
        return
    closure.lifted_at, closure.lifted_by = now, actor[:150]
    closure.save(update_fields=["lifted_at", "lifted_by"])
    _read_anew(closure)


def begin_closure(closure: RoadClosure, now: datetime) -> None:
    """The road is closed from this moment on. Plans count with it already; maps and forecasts do from now on."""
    if RoadClosure.objects.filter(pk=closure.pk, begun_at__isnull=True).update(begun_at=now):
        _read_anew(closure)


def _read_anew(closure: RoadClosure) -> None:
    """The same plan, but made of other times: no cache may take it for the one before."""
    ServiceDay.objects.filter(pk=closure.service_day_id).update(plan_token=uuid.uuid4())


def lift(suspension_id: str, actor: str, now: datetime) -> None:
    """Open the service again, before its time."""
    Suspension.objects.filter(pk=suspension_id, lifted_at__isnull=True).update(lifted_at=now, lifted_by=actor[:150])


def amendments(booking: Booking, request: Request) -> dict[str, int] | None:
    """In what a request differs from the booking's offer, as it is kept; None where in nothing."""
    offered = promised_request(booking.code, booking.offer)
    request = current_plan(booking.service_day).travel.at_stops(request)
    differ = {name: getattr(request, name) for name in AMENDABLE if getattr(request, name) != getattr(offered, name)}
    return differ or None


def drop(
    day: ServiceDay, booking: Booking, kind: str, actor: str, reason: str, now: datetime, *, is_stranded: bool = False
) -> None:
    """A ride that we cannot drive ends; whoever listens to cancellations hears that it was us.

    `is_stranded`: its rider sits in the vehicle that cannot go on.
    """
    end(booking, Booking.State.CANCELLED, now)
    end_right(booking)
    free_right(booking)
    told = {
        "booking": booking.code,
        "by": "service",
        "cause": kind,
        "district": day.district_id,
        "date": day.date.isoformat(),
        "stranded": is_stranded,
    }
    announce(day.district, "booking.cancelled", told, now)
    audit(day.district, now, actor, "dispatcher", "booking.dropped", booking.code, reason)


def _write_shift(day: ServiceDay, row: ShiftRow) -> None:
    if row.is_removed:
        day.day_shifts.filter(code=row.code).delete()
        return
    values = {"start_s": row.start_s, "end_s": row.end_s, "breaks": [list(rest) for rest in row.breaks]}
    if row.hired:
        stop = stop_by_code(day.district, row.hired.stop)
        assert stop is not None  # looked at before
        vehicle = hired_vehicle(day, row.hired, stop)
        vehicle.save()
        DayShift.objects.create(service_day=day, code=row.code, vehicle=vehicle, **values)
        return
    vehicle = Vehicle.objects.get(district=day.district, code=row.vehicle)
    day.day_shifts.filter(code=row.code).update(vehicle=vehicle, overrun=None, **values)


__all__ = ["amendments", "drop", "former", "looked_at", "write_outcome"]
