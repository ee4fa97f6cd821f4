"""What a vehicle's driver sees of the shift, and what the control room sees of devices and reports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet

from backend.bookings.clock import Clock
from backend.bookings.models import DrivenRide, ServiceDay
from backend.bookings.planning import current_plan
from backend.districts.models import District, Vehicle
from backend.districts.selectors import rules_of
from backend.driving.models import Device, Driver, DriverEvent, DriverMessage, Duty
from backend.driving.standing import Standing, standing_of
from backend.operations.dayclock import now_on
from backend.operations.models import RiderNote
from backend.operations.selectors import RiderView, VehicleRoute, day_board
from dispatch.model import Request, Shift

SIGNS_IN_BEFORE = timedelta(minutes=45)
AT_ONCE = timedelta(minutes=1)  # a duty that another one ends
TOLD_FOR = timedelta(hours=2)  # so long a device says why its duty is over


@dataclass(frozen=True, slots=True)
class CarriedView:
    """A party as its driver sees it, with what is to be done at the stop."""

    rider: RiderView
    waits_until: datetime  # not earlier may "not there" be said; later, where the bus comes later
    cash_cents: int  # still to be taken; 0 where it was taken
    vehicle_at: datetime | None
    boarded_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A duty's vehicle and day as the driver's app shows and keeps it."""

    duty: Duty
    version: int
    now: datetime
    routes: tuple[VehicleRoute, ...]
    carried: dict[str, CarriedView]
    messages: tuple[DriverMessage, ...]
    conflicts: tuple[DriverEvent, ...]
    wait_at_stop_s: int
    walk_up: bool
    phone: str
    standing: Standing


def shift_of(duty: Duty, now: datetime) -> ShiftView:
    """Everything that the driver needs for the rest of the shift without a network."""
    day = duty.service_day
    rules, zone = rules_of(day.district), ZoneInfo(day.district.timezone)
    board = day_board(day.district, day.date)
    routes = routes_of_duty(board.routes_of(duty.vehicle.code), duty.began_at)
    riders = {rider.code: rider for route in routes for visit in route.visits for rider in visit.boards}
    driven = {row.booking.code: row for row in driven_rides(day).filter(booking__code__in=list(riders))}
    wait = timedelta(seconds=rules.boarding.wait_at_stop_s)
    carried = {code: _carried(rider, driven.get(code), wait, zone) for code, rider in riders.items()}
    return ShiftView(
        duty=duty,
        version=board.version,
        now=now.astimezone(zone),
        routes=routes,
        carried=carried,
        messages=tuple(_messages(day, duty.vehicle).order_by("sent_at", "pk")),
        conflicts=tuple(conflicts_of(day).filter(vehicle=duty.vehicle)),
        wait_at_stop_s=rules.boarding.wait_at_stop_s,
        walk_up=rules.boarding.walk_up,
        phone=rules.phone,
        standing=standing_of(duty),
    )


def routes_of_duty(routes: Sequence[VehicleRoute], began_at: datetime) -> tuple[VehicleRoute, ...]:
    """The one shift that a driver drives who signed in at a moment: what others drive is nothing she needs to know.

    Whoever comes shortly before a shift's end comes for the next one, unless somebody has still to be fetched or carried by a
    shift that is under way: its driver was relieved, and nobody else would see them.
    """
    present = next((route for route in routes if route.ends_at > began_at), None)
    if present is not None and _is_carrying(present):
        return (present,)
    open_routes = [route for route in routes if route.ends_at > began_at + SIGNS_IN_BEFORE]
    return tuple((open_routes or list(routes[-1:]))[:1])


def _is_carrying(route: VehicleRoute) -> bool:
    """Whether a shift has begun, and somebody is still in the bus or to be fetched."""
    begun = any(visit.is_done for visit in route.visits)
    return begun and any(visit.leaves or visit.boards for visit in route.visits if not visit.is_done)


def shift_tag(duty: Duty) -> str:
    """Changes whenever something that `shift_of` shows does, and tells nothing of it; read in a few small queries.

    What other buses do on the same day changes nothing here.
    """
    day = ServiceDay.objects.select_related("district").get(pk=duty.service_day_id)
    messages = _messages(day, duty.vehicle).aggregate(sent=Max("sent_at"), answered=Max("answered_at"))
    conflicts = list(conflicts_of(day).filter(vehicle=duty.vehicle).values_list("pk", flat=True))
    heard = DriverEvent.objects.filter(service_day=day, vehicle=duty.vehicle_id).aggregate(last=Max("received_at"))
    plan = current_plan(day).plan
    own = [
        (_plain(shift), route)
        for shift, route in zip(plan.shifts, plan.routes, strict=True)
        if shift.vehicle.id == duty.vehicle.code
    ]
    codes = sorted({event.request_id for _shift, route in own for event in route.events if event.request_id})
    promised = [plan.requests[code] for code in codes]
    notes = RiderNote.objects.filter(booking__service_day=day, booking__code__in=codes).aggregate(newest=Max("pk"))
    states = list(day.bookings.filter(code__in=codes).order_by("pk").values_list("pk", "state"))
    parts = (
        duty.pk,
        own,
        _frozen(promised),
        heard["last"],
        messages["sent"],
        messages["answered"],
        notes["newest"],
        conflicts,
        states,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _plain(shift: Shift) -> tuple[object, ...]:
    return shift.id, shift.start_s, shift.end_s, shift.breaks


def _frozen(promised: Sequence[Request]) -> list[tuple[object, ...]]:
    """Requests as they read alike in every process: a set has no order."""
    return [
        (
            one.id,
            one.pickup_location,
            one.delivery_location,
            one.pickup_earliest_s,
            one.pickup_latest_s,
            one.delivery_latest_s,
        )
        for one in promised
    ]


MOST_OF_LOCKED = 200  # more than a shift's reports that lay on a device when it was locked


def may_still_report(device: Device) -> bool:
    """Whether a locked device is still heard: whoever has found it must not fill our tables."""
    if DriverEvent.objects.filter(duty__device=device, reason="device_locked").count() >= MOST_OF_LOCKED:
        return False
    return device.duties.exists()


def open_duty_of(device: Device) -> Duty | None:
    """The duty that a device is signed in for."""
    duties = device.duties.filter(ended_at__isnull=True)
    return duties.select_related("service_day__district", "vehicle__district", "driver", "device").first()


def relieved_by(device: Device, clock: Clock | None = None) -> Duty | None:
    """The duty that ended the device's last one without anybody having signed out on it; None where that is long ago."""
    last = device.duties.select_related("service_day", "vehicle").order_by("-began_at").first()
    if last is None or last.ended_at is None or now_on(last.service_day, clock) > last.ended_at + TOLD_FOR:
        return None
    taken = Q(vehicle=last.vehicle_id) | Q(driver=last.driver_id)
    began = (last.ended_at - AT_ONCE, last.ended_at + AT_ONCE)
    others = Duty.objects.filter(taken, began_at__range=began).exclude(device=device)
    return others.select_related("vehicle", "service_day__district").order_by("began_at").first()


def _carried(rider: RiderView, row: DrivenRide | None, wait: timedelta, zone: ZoneInfo) -> CarriedView:
    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment else None

    paid = row.cash_cents if row else None
    vehicle_at = local(row.vehicle_at) if row else None
    return CarriedView(
        rider=rider,
        waits_until=max(rider.pickup_from, vehicle_at or rider.pickup_from) + wait,
        cash_cents=0 if paid is not None else rider.fare_cents,
        vehicle_at=vehicle_at,
        boarded_at=local(row.boarded_at) if row else None,
        left_at=local(row.left_at) if row else None,
    )


def driven_rides(day: ServiceDay) -> QuerySet[DrivenRide]:
    """What really happened on a day's rides."""
    return DrivenRide.objects.filter(booking__service_day=day).select_related("booking", "vehicle")


def _messages(day: ServiceDay, vehicle: Vehicle) -> QuerySet[DriverMessage]:
    return DriverMessage.objects.filter(service_day=day, vehicle=vehicle)


def conflicts_of(day: ServiceDay) -> QuerySet[DriverEvent]:
    """A day's reports that cannot be true as they are and that nobody has dealt with, the oldest first."""
    rows = DriverEvent.objects.filter(
        service_day=day, outcome=DriverEvent.Outcome.CONFLICT, settled_at__isnull=True
    ).select_related("vehicle", "duty__driver")
    return rows.order_by("at", "pk")


def events_of(day: ServiceDay) -> QuerySet[DriverEvent]:
    """A day's reports in the order in which they happened."""
    rows = DriverEvent.objects.filter(service_day=day).select_related("vehicle", "duty__driver")
    return rows.order_by("at", "received_at", "pk")


def devices_of(district: District) -> QuerySet[Device]:
    """All devices, those in use first."""
    return Device.objects.filter(district=district).order_by("locked_at", "name", "paired_at")


def drivers_of(district: District) -> QuerySet[Driver]:
    """All drivers that may sign in."""
    return Driver.objects.filter(district=district, is_active=True).order_by("name", "pk")


def open_duties(day: ServiceDay) -> QuerySet[Duty]:
    """Who drives which vehicle now."""
    return (
        day.duties.filter(ended_at__isnull=True).select_related("vehicle", "driver", "device").order_by("vehicle__code")
    )
