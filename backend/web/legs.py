"""The rides of a trip as pages list them: there and back by name, the days of a series by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accessibility.desk import BookingState, BookingView, StopView, TripKind

STATES = {
    # state: (text, badge)
    BookingState.BOOKED: (gettext_lazy("gebucht"), "go"),
    BookingState.ABOARD: (gettext_lazy("unterwegs"), "go"),
    BookingState.COMPLETED: (gettext_lazy("gefahren"), ""),
    BookingState.CANCELLED: (gettext_lazy("abgesagt"), "stop"),
    BookingState.NO_SHOW: (gettext_lazy("nicht angetroffen"), "mind"),
}


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of the list."""

    title: str
    code: str
    is_this: bool
    is_open: bool
    state_text: str
    state_kind: str
    pickup_stop: StopView
    delivery_stop: StopView
    pickup_from: datetime
    pickup_until: datetime


def legs_of(booking: BookingView) -> list[Leg]:
    """All rides of there and back; empty where a booking stands alone, and for a series, which has a page of its own."""
    if booking.trip is None or booking.trip.kind is not TripKind.RETURN:
        return []
    return [
        Leg(
            title=title,
            code=leg.code,
            is_this=leg.code == booking.code,
            is_open=leg.state is BookingState.BOOKED,
            state_text=str(STATES[leg.state][0]),
            state_kind=STATES[leg.state][1],
            pickup_stop=leg.pickup_stop,
            delivery_stop=leg.delivery_stop,
            pickup_from=leg.pickup_from,
            pickup_until=leg.pickup_until,
        )
        for title, leg in zip((_("Hinfahrt"), _("Rückfahrt")), booking.trip.legs, strict=True)
    ]


def others_open(booking: BookingView) -> list[Leg]:
    """The other rides that could be cancelled with this one."""
    return [leg for leg in legs_of(booking) if leg.is_open and not leg.is_this]
