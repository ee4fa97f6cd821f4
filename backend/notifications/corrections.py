"""A driver has taken a report back: what riders were to hear of it is withdrawn, and who has heard it hears that it was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from backend.bookings.clock import SetClock
from backend.bookings.models import Booking, BrokenPromise
from backend.bookings.selectors import bookings
from backend.driving.models import DriverEvent
from backend.driving.standing import stands_at
from backend.notifications.endings import drop
from backend.notifications.kinds import Kind
from backend.notifications.messages import tell
from backend.notifications.models import RiderMessage
from backend.notifications.rides import waits_until
from backend.operations.dayclock import now_on

State = RiderMessage.State
# What riders hear of a report, beside the lateness that it brings.
TOLD_OF = {DriverEvent.Kind.ARRIVED: Kind.THERE, DriverEvent.Kind.NO_SHOW: Kind.NO_SHOW}
HEARD_WITHIN = timedelta(minutes=2)  # of a day's clock: a relay that is a little behind


@transaction.atomic
def tell_of_taking_back(payload: dict[str, Any]) -> None:
    """report.taken_back."""
    slip = DriverEvent.objects.filter(pk=payload["event"]).first()
    if slip is None:
        return
    wrong = {Kind.DELAY, *(kind for report, kind in TOLD_OF.items() if report == slip.kind)}
    now = datetime.fromisoformat(payload["heard_at"])
    codes = {*payload.get("bookings", ()), slip.booking_code}
    for booking in bookings().filter(code__in=codes, state=Booking.State.BOOKED):
        told = booking.messages.filter(kind__in=wrong, created_at__gte=slip.received_at).select_for_update(of=("self",))
        for row in told.order_by("pk"):
            if row.kind != Kind.DELAY or not _is_late(booking):
                _withdraw(booking, row, slip, now)


def _withdraw(booking: Booking, row: RiderMessage, slip: DriverEvent, now: datetime) -> None:
    mark = f":taken-back:{slip.pk}"
    if row.key.endswith(mark):
        return  # heard before
    if row.state == State.QUEUED and row.attempts == 0:
        drop(row, "taken_back", now)
    elif row.state != State.DROPPED:
        tell(booking, Kind.CORRECTION, {"was": row.kind}, key=f"correction:{row.pk}", now=now)
    row.key += mark  # so that the same can be said once it is true
    row.save(update_fields=["key"])


def _is_late(booking: Booking) -> bool:
    """Whether the bus is late without the slip, too."""
    return booking.broken.filter(limit=BrokenPromise.Limit.PICKUP).exists()


def still_stands(booking: Booking, vehicle: str, now: datetime) -> bool:
    """Whether a bus that was reported at a rider's stop can still be there: a report may have lain on a device for an hour."""
    ride = getattr(booking, "driven", None)
    if ride is None or ride.vehicle_at is None or ride.vehicle.code != vehicle:
        return False
    if stands_at(booking.service_day, ride.vehicle) != booking.offer.pickup_stop.code:
        return False
    until = max(waits_until(booking) or ride.vehicle_at, ride.vehicle_at + HEARD_WITHIN)
    return now_on(booking.service_day, SetClock(now)) <= until
