"""Reads open returns: as the rider sees hers, and as the dispatcher sees those of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accessibility.desk import OpenReturnView, Party, ReturnState
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, OpenReturn
from backend.bookings.selectors import leg_view, normalised_code, stop_view
from backend.districts.models import District


def returns() -> QuerySet[OpenReturn]:
    """Open returns with everything that a view of them shows."""
    of_booking = (
        "service_day__district",
        "offer__ride_request__district",
        "offer__pickup_stop",
        "offer__delivery_stop",
    )
    of_ride = ("offer__ride_request__service_day", "offer__pickup_stop", "offer__delivery_stop", "offer__district")
    paths = ["district", "booking__district", *(f"booking__{path}" for path in of_booking)]
    return OpenReturn.objects.select_related(*paths, *(f"ride__{path}" for path in of_ride))


def return_of(booking: Booking) -> OpenReturn | None:
    """The right of a booking; of one that was replaced, its successor has it."""
    return returns().filter(booking=booking).first()


def is_way_back(code: str) -> bool:
    """Whether a booking is itself a ride home that was called."""
    return OpenReturn.objects.filter(ride__code=normalised_code(code)).exists()


def return_view(right: OpenReturn, now: datetime) -> OpenReturnView:
    """A right as its rider may see it."""
    offer, local = right.booking.offer, ZoneInfo(right.district.timezone)
    return OpenReturnView(
        code=right.booking.code,
        state=_state(right, now),
        pickup_stop=stop_view(offer.delivery_stop),
        delivery_stop=stop_view(offer.pickup_stop),
        valid_until=right.valid_until.astimezone(local),
        called_at=right.called_at.astimezone(local) if right.called_at else None,
        ride=leg_view(right.ride) if right.ride else None,
    )


def _state(right: OpenReturn, now: datetime) -> ReturnState:
    is_open = right.ride_id is None and right.state != OpenReturn.State.ENDED
    return ReturnState.EXPIRED if is_open and now >= right.valid_until else ReturnState(right.state)


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """An open return as the dispatcher sees it. Needs stay with the ride, for whoever drives it."""

    view: OpenReturnView
    name: str
    phone: str
    party: Party
    arrives_at: datetime  # of the way there, at the latest


def returns_of_day(district: District, day: date, now: datetime) -> list[ReturnRow]:
    """The rights of a service day that are still open or were called, those without a ride first."""
    rows = returns().filter(district=district, booking__service_day__date=day).exclude(state=OpenReturn.State.ENDED)
    rows = rows.order_by("created_at", "pk")
    ordered = sorted(rows, key=lambda right: right.called_at is None or right.ride_id is not None)
    return [_row(right, now) for right in ordered]


def _row(right: OpenReturn, now: datetime) -> ReturnRow:
    booking = right.booking
    return ReturnRow(
        view=return_view(right, now),
        name=booking.contact_name,
        phone=booking.contact_phone,
        party=Party(**booking.offer.ride_request.party),
        arrives_at=to_moment(
            booking.offer.delivery_latest_s, booking.service_day.date, ZoneInfo(right.district.timezone)
        ),
    )
