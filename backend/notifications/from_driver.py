"""What a driver says to one rider by a tap: "I come five minutes later", by the way that the rider has chosen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking
from backend.driving.models import DriverEvent
from backend.notifications.kinds import Kind
from backend.notifications.messages import tell


def tell_for_driver(payload: dict[str, Any]) -> None:
    """driver.event: a delay that names a booking is for its rider; each tap is told once, and not once the rider is aboard."""
    if payload.get("kind") != DriverEvent.Kind.DELAY:
        return
    event = DriverEvent.objects.filter(pk=payload["event"], outcome=DriverEvent.Outcome.TAKEN).first()
    if event is None or not event.booking_code:
        return
    rows = Booking.objects.select_related("district", "service_day", "offer")
    booking = rows.filter(code=event.booking_code, state=Booking.State.BOOKED, service_day=event.service_day_id).first()
    if booking is None:
        return
    zone, day = ZoneInfo(booking.district.timezone), booking.service_day.date
    later = timedelta(minutes=event.detail["minutes"])
    window = {
        "from": (to_moment(booking.offer.pickup_earliest_s, day, zone) + later).isoformat(),
        "until": (to_moment(booking.offer.pickup_latest_s, day, zone) + later).isoformat(),
    }
    tell(booking, Kind.DELAY, window, key=f"driver-later:{event.pk}", now=datetime.fromisoformat(payload["heard_at"]))
