"""What a rider's device remembers of a booking, so that it can be read without a network: the ride, never the person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from accessibility.desk import BookingView, StopView
from backend.web import display
from backend.web.district import DistrictInfo

REMEMBERED_AFTER = timedelta(hours=3)  # a late bus is still waited for


def kept_ride(booking: BookingView, district: DistrictInfo, look: str = "") -> str:
    """The ride as JSON for `rides.js`, every text ready to be shown. No name, no need, no address of the rider.

    `look`: how to recognise the bus, where that is known.
    """
    offer = booking.offer
    ride = {
        "code": booking.code,
        "day": display.day_text(offer.pickup_from),
        "window": display.window_text(offer.pickup_from, offer.pickup_until),
        "stop": _stop_text(offer.pickup_stop),
        "to": _stop_text(offer.delivery_stop),
        "arrival": display.clock_text(offer.arrive_by),
        "bus": look or booking.vehicle_name,
        "phone": district.phone,
        "phone_text": display.phone_text(district.phone),
        "over_at": _utc_text(offer.arrive_by + REMEMBERED_AFTER),
    }
    return json.dumps(ride, ensure_ascii=False)


def _stop_text(stop: StopView) -> str:
    return f"{stop.village}, {stop.name}"


def _utc_text(moment: datetime) -> str:
    """As JavaScript's `toISOString` writes it, so that two of them compare as text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
