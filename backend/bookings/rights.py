"""What becomes of an open return when one of the bookings that it hangs on changes or ends."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from backend.bookings.models import Booking, OpenReturn
from backend.bookings.rules import for_open_return, last_pickup, zone_for
from backend.districts.selectors import rules_of


def follow_change(replaced: Booking, booking: Booking) -> None:
    """The right goes on with the booking that replaces its own, and the ride with what replaces the ride."""
    OpenReturn.objects.filter(ride=replaced).update(ride=booking)
    right = OpenReturn.objects.filter(booking=replaced).exclude(state=OpenReturn.State.ENDED).first()
    if right is None:
        return
    right.booking = booking
    until = valid_until(booking)
    if until is None:  # the new day has no hours there
        right.state = OpenReturn.State.ENDED
    else:
        right.valid_until = until
    right.save(update_fields=["booking", "valid_until", "state"])


def end_right(booking: Booking) -> None:
    """Without the way there is no way back."""
    OpenReturn.objects.filter(booking=booking).update(state=OpenReturn.State.ENDED)


def free_right(ride: Booking) -> None:
    """A ride home that was cancelled may be called again; who stays longer at the doctor's is still fetched."""
    called = OpenReturn.objects.filter(ride=ride, state=OpenReturn.State.CALLED)
    called.update(state=OpenReturn.State.WAITING, ride=None, called_at=None)


def valid_until(booking: Booking) -> datetime | None:
    """Until when a return of this booking may be called; None where the district offers none, or there are no hours."""
    district = booking.district
    rules, offer = rules_of(district), booking.offer
    if rules.open_return is None:
        return None
    zone = zone_for(rules, offer.delivery_stop.village, offer.pickup_stop.village)
    return last_pickup(for_open_return(zone, rules.open_return), booking.service_day.date, ZoneInfo(district.timezone))
