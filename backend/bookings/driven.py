"""A booking while it is driven: people board, leave, or are not there. Each change is told and audited.

The caller holds the service day's lock, in the transaction of what was reported. `at` is the moment on the service day's
clock, `now` the moment of writing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.bookings.journal import announce, audit
from backend.bookings.localtime import to_seconds
from backend.bookings.models import Booking, BrokenPromise, DrivenRide, ServiceDay
from backend.bookings.rules import CORRECTIONS, TRANSITIONS
from backend.districts.models import Vehicle

DRIVER = "driver"  # the channel


class UnlawfulState(ValueError):
    """A booking cannot go from its state to another."""


def may_become(booking: Booking, state: str, *, corrects: bool = False) -> bool:
    """Whether a booking may go on to a state; `corrects`: on a driver's word, also after it had ended."""
    allowed = TRANSITIONS[booking.state]
    return state in allowed or (corrects and state in CORRECTIONS.get(booking.state, ()))


def board(
    booking: Booking,
    vehicle: Vehicle,
    at: datetime,
    actor: str,
    now: datetime,
    *,
    vehicle_at: datetime | None = None,
    cash_cents: int | None = None,
    corrects: bool = False,
) -> None:
    """The riders are aboard. Raises UnlawfulState.

    `vehicle_at` is when the vehicle stood at the stop, if that is known: the promise is about the bus, not about who is
    late for it.
    """
    _require(booking, Booking.State.ABOARD, corrects)
    ride = driven_ride(booking, vehicle)
    ride.vehicle = vehicle
    ride.vehicle_at = vehicle_at or ride.vehicle_at or at
    ride.boarded_at = at
    if cash_cents is not None:
        ride.cash_cents = cash_cents
    ride.save()
    booking.state, booking.ended_at = Booking.State.ABOARD, None
    booking.save(update_fields=["state", "ended_at"])
    _tell(booking, "booking.boarded", actor, now)
    _judge(booking, BrokenPromise.Limit.PICKUP, ride.vehicle_at, booking.offer.pickup_latest_s, now)


def stands(booking: Booking, vehicle: Vehicle, at: datetime) -> None:
    """The vehicle stands at the pick-up, and the riders may board. The first time counts."""
    ride = driven_ride(booking, vehicle)
    if ride.vehicle_at is None or ride.vehicle_id != vehicle.pk:
        ride.vehicle, ride.vehicle_at = vehicle, at
        ride.save()


def complete(booking: Booking, at: datetime, actor: str, now: datetime) -> None:
    """The riders have left the bus where they wanted to. Raises UnlawfulState."""
    _require(booking, Booking.State.COMPLETED, False)
    ride = booking.driven
    ride.left_at = at
    ride.save(update_fields=["left_at"])
    booking.state, booking.ended_at = Booking.State.COMPLETED, at
    booking.save(update_fields=["state", "ended_at"])
    _tell(booking, "booking.completed", actor, now)
    _judge(booking, BrokenPromise.Limit.DELIVERY, at, booking.offer.delivery_latest_s, now)


def miss(booking: Booking, at: datetime, actor: str, now: datetime, reason: str = "") -> None:
    """Nobody was at the stop while the bus waited. Raises UnlawfulState."""
    _require(booking, Booking.State.NO_SHOW, False)
    booking.state, booking.ended_at = Booking.State.NO_SHOW, at
    booking.save(update_fields=["state", "ended_at"])
    _tell(booking, "booking.missed", actor, now, reason)


def driven_ride(booking: Booking, vehicle: Vehicle) -> DrivenRide:
    """The ride's row, made if nothing has happened yet."""
    ride = DrivenRide.objects.filter(booking=booking).first()
    return ride or DrivenRide(booking=booking, vehicle=vehicle)


def break_promise(booking: Booking, limit: str, by_s: int, now: datetime) -> bool:
    """Keep that a limit of a promise is not kept, and tell of it the first time; whether that was now."""
    row, first = BrokenPromise.objects.get_or_create(
        booking=booking, limit=limit, defaults={"by_s": by_s, "known_at": now}
    )
    if not first and row.by_s < by_s:
        row.by_s = by_s
        row.save(update_fields=["by_s"])
    if first:
        payload = {**_whose(booking), "limit": limit, "by_s": by_s}
        announce(booking.district, "promise.broken", payload, now)
    return first


def _judge(booking: Booking, limit: str, at: datetime, latest_s: int, now: datetime) -> None:
    day = booking.service_day
    late_s = to_seconds(at, day.date, ZoneInfo(booking.district.timezone)) - latest_s
    if late_s > 0:
        break_promise(booking, limit, late_s, now)


def _require(booking: Booking, state: str, corrects: bool) -> None:
    if not may_become(booking, state, corrects=corrects):
        raise UnlawfulState(f"{booking} cannot go from {booking.state} to {state}")


def _tell(booking: Booking, topic: str, actor: str, now: datetime, reason: str = "") -> None:
    announce(booking.district, topic, _whose(booking), now)
    audit(booking.district, now, actor, DRIVER, topic, booking.code, reason)


def _whose(booking: Booking) -> dict[str, Any]:
    day: ServiceDay = booking.service_day
    return {"booking": booking.code, "district": day.district_id, "date": day.date.isoformat(), "service_day": day.pk}
