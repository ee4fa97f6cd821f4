"""The rides of whoever has proved a contact: every booking that was made with it, coming, past, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accessibility.desk import BookingState, StopView
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking
from backend.bookings.selectors import bookings, contacts_that_open, normalised_code, stop_view

OPEN = (Booking.State.BOOKED, Booking.State.ABOARD)


@dataclass(frozen=True, slots=True)
class OwnRide:
    """One line of "my rides". `receipt_number` is None where no receipt was issued."""

    code: str
    state: BookingState
    pickup_stop: StopView
    delivery_stop: StopView
    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime
    fare_cents: int
    receipt_number: int | None

    @property
    def is_open(self) -> bool:
        return self.state in (BookingState.BOOKED, BookingState.ABOARD)

    @property
    def is_driven(self) -> bool:
        return self.state == BookingState.COMPLETED


@dataclass(frozen=True, slots=True)
class Month:
    """The rides that began in one month, the newest first, and what the driven ones cost."""

    first_day: date
    rides: tuple[OwnRide, ...]

    @property
    def driven(self) -> tuple[OwnRide, ...]:
        return tuple(ride for ride in self.rides if ride.is_driven)

    @property
    def fare_cents(self) -> int:
        return sum(ride.fare_cents for ride in self.driven)


def bookings_of(contacts: Sequence[str]) -> QuerySet[Booking]:
    """Every booking made with one of these numbers (E.164) or addresses, for oneself or for somebody else."""
    known = [contact for contact in contacts if contact]
    rides = Q(contact_phone__in=known) | Q(contact_email__in=known)
    return bookings().filter(rides | Q(booker__phone__in=known) | Q(booker__email__in=known))


def contact_that_opens(code: str, contacts: Sequence[str]) -> str | None:
    """The one of these contacts with which the booking of this code was made, if any."""
    booking = bookings_of(contacts).filter(code=normalised_code(code)).first()
    if booking is None:
        return None
    return next(own for pair in contacts_that_open(booking) for own in pair if own in contacts)


def coming_rides(contacts: Sequence[str], now: datetime) -> tuple[OwnRide, ...]:
    """What is still to be driven, the next one first."""
    rides = (ride for ride in _rides(bookings_of(contacts).filter(state__in=OPEN)) if ride.arrive_by >= now)
    return tuple(sorted(rides, key=lambda ride: ride.pickup_from))


def past_months(contacts: Sequence[str], now: datetime) -> tuple[Month, ...]:
    """Everything else by month, the newest first; a booking that a change replaced is not shown again."""
    rides = _rides(bookings_of(contacts).filter(replaced_by__isnull=True))
    past = sorted(
        (ride for ride in rides if not ride.is_open or ride.arrive_by < now), key=lambda r: r.pickup_from, reverse=True
    )
    return tuple(Month(first, tuple(of_month)) for first, of_month in groupby(past, key=_first_day))


def month_of(contacts: Sequence[str], first_day: date, now: datetime) -> Month:
    """The past rides of one month."""
    for month in past_months(contacts, now):
        if month.first_day == first_day:
            return month
    return Month(first_day, ())


def _first_day(ride: OwnRide) -> date:
    return ride.pickup_from.date().replace(day=1)


def _rides(rows: QuerySet[Booking]) -> Iterable[OwnRide]:
    return (_own_ride(row) for row in rows.select_related("receipt"))


def _own_ride(row: Booking) -> OwnRide:
    offer, day, zone = row.offer, row.service_day.date, ZoneInfo(row.district.timezone)
    receipt = getattr(row, "receipt", None)
    return OwnRide(
        code=row.code,
        state=BookingState(row.state),
        pickup_stop=stop_view(offer.pickup_stop),
        delivery_stop=stop_view(offer.delivery_stop),
        pickup_from=to_moment(offer.pickup_earliest_s, day, zone),
        pickup_until=to_moment(offer.pickup_latest_s, day, zone),
        arrive_by=to_moment(offer.delivery_latest_s, day, zone),
        fare_cents=offer.fare["total_cents"],
        receipt_number=receipt.number if receipt else None,
    )
