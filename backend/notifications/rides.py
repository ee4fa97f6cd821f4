"""What messages say of a booked ride: its promise as it stands now, its stops, its fare. Names no person and no need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking
from backend.bookings.selectors import bookings, told_s
from backend.districts.models import Stop
from backend.districts.selectors import rules_of, stops_by_number
from backend.notifications.rules import RideTimes


@dataclass(frozen=True, slots=True)
class Ride:
    """One ride, with local moments."""

    code: str
    state: str
    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime
    pickup_stop: str
    delivery_stop: str
    fare_cents: int
    is_transferred: bool = False  # the rider stands beside a bus that cannot go on, and another comes

    @property
    def times(self) -> RideTimes:
        return RideTimes(self.pickup_from, self.pickup_until, self.arrive_by)


def ride_of(booking: Booking) -> Ride:
    """What may be said of a booking."""
    offer, zone, day = booking.offer, ZoneInfo(booking.district.timezone), booking.service_day.date
    now_promised = booking.amended or {}

    def until(limit: str) -> datetime:
        return to_moment(told_s(booking, limit), day, zone)

    since = to_moment(now_promised.get("pickup_earliest_s", offer.pickup_earliest_s), day, zone)

    stops = stops_by_number(booking.district) if now_promised else {}
    pickup = stops.get(now_promised.get("pickup_location", -1), offer.pickup_stop)
    delivery = stops.get(now_promised.get("delivery_location", -1), offer.delivery_stop)
    return Ride(
        booking.code, booking.state, since, until("pickup_latest_s"), until("delivery_latest_s"),
        stop_name(pickup), stop_name(delivery), offer.fare["total_cents"],
        "pickup_location" in now_promised,
    )  # fmt: skip


def waits_until(booking: Booking) -> datetime | None:
    """Until when the bus that stands at a rider's stop waits at the least, by its district's rule; None where none stands."""
    ride = getattr(booking, "driven", None)
    if ride is None or ride.vehicle_at is None:
        return None
    zone = ZoneInfo(booking.district.timezone)
    pickup_from = to_moment(booking.offer.pickup_earliest_s, booking.service_day.date, zone)
    wait = timedelta(seconds=rules_of(booking.district).boarding.wait_at_stop_s)
    return (max(ride.vehicle_at, pickup_from) + wait).astimezone(zone)


def stop_name(stop: Stop) -> str:
    """ "Klötze, Busbahnhof"; the village once where the stop's name begins with it."""
    return stop.name if stop.name.startswith(stop.village) else f"{stop.village}, {stop.name}"


def rides_of(booking: Booking, also: list[str]) -> list[Ride]:
    """The rides that one message is about, in the order of their times."""
    rows = [booking, *bookings().filter(code__in=[code for code in also if code != booking.code])]
    return sorted((ride_of(row) for row in rows), key=lambda ride: ride.pickup_from)
