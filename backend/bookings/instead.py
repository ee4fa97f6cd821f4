"""A ride instead of one that we had to cancel: the link in the message to its rider, and when it is possible again.

Whoever holds the link may ask for the same ride at another time, and sees for that between which places it was and who rode.
What is taken by one answer is in `instead_offers`.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.crypto import constant_time_compare, salted_hmac

from accessibility.desk import Anchor, InvalidInput, RideWish
from backend.bookings.ends import resolve_ends
from backend.bookings.localtime import service_date, to_moment, to_seconds
from backend.bookings.models import Booking
from backend.bookings.party import dwell_s
from backend.bookings.rules import next_possible, zone_for
from backend.bookings.selectors import booking_by_code, wish_of
from backend.bookings.suspensions import villages_of, with_suspensions
from backend.districts.selectors import roads_of, rules_of

SALT = "rufbus.instead"
SIGNATURE_BYTES = 10  # a whole signature would not fit into an SMS; nobody guesses one of 2 to the 80
OPENS_FOR = timedelta(days=14)  # after the day of the ride


def instead_token(code: str) -> str:
    """What stands in the link to a ride instead of this one."""
    return f"{code}-{_signature(code)}"


def cancelled_ride(token: str, now: datetime) -> Booking | None:
    """The ride behind a link, if it has ended unridden and not long ago."""
    code, _sep, signature = token.rpartition("-")
    if not constant_time_compare(signature, _signature(code)):
        return None
    booking = booking_by_code(code)
    if booking is None or booking.state != Booking.State.CANCELLED or booking.offer.ride_request.forgotten_at:
        return None
    ended = to_moment(0, booking.service_day.date, ZoneInfo(booking.district.timezone)) + OPENS_FOR
    return booking if now < ended else None


def wish_instead(booking: Booking, now: datetime) -> tuple[RideWish, bool]:
    """The same ride at the next time at which it may be ordered, and whether there is such a time.

    Rules and suspensions decide, not the plan: whether a place is free, the quote says.
    """
    district, day, offer = booking.district, booking.service_day.date, booking.offer
    local, rules = ZoneInfo(district.timezone), rules_of(district)
    was = to_moment(offer.pickup_earliest_s, day, local)
    wish = replace(wish_of(offer.ride_request), when=was, anchor=Anchor.DEPART, replaces=None)
    try:
        origin, destination = resolve_ends(district, wish)
    except InvalidInput:  # a stop that is served no more
        return wish, False
    direct_s = int(roads_of(district).seconds[offer.pickup_stop.number, offer.delivery_stop.number])
    ahead_s = direct_s + 2 * dwell_s(rules, wish.party, wish.needs)
    own = zone_for(rules, origin.village, destination.village)
    zone = with_suspensions(district, own, villages_of(origin), villages_of(destination), ahead_s)
    from_at = max(was, now)
    its_day = service_date(from_at, local)
    moment = next_possible(rules, zone, its_day, to_seconds(from_at, its_day, local), now, local)
    return (replace(wish, when=moment), True) if moment else (wish, False)


def _signature(code: str) -> str:
    digest = salted_hmac(SALT, code, algorithm="sha256").digest()[:SIGNATURE_BYTES]
    return base64.b32encode(digest).decode().lower()
