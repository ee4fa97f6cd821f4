"""What riders hear of a promise that lateness has widened: never less than promised, never a false minute."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.models import Booking
from backend.bookings.selectors import promised_view
from backend.notifications.rides import ride_of
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("beyond_s", "told_min"), [(-170, 0), (0, 0), (1, 5), (214, 5), (300, 5), (780, 15)])
def test_every_channel_tells_whole_five_minutes_and_never_less_than_was_promised(beyond_s: int, told_min: int) -> None:
    a_district(BusOnDuty())
    offer = a_booking(a_desk()).offer
    booking = Booking.objects.select_related("offer__pickup_stop", "offer__delivery_stop", "district").get()
    booking.amended = {
        "pickup_latest_s": booking.offer.pickup_latest_s + beyond_s,
        "delivery_latest_s": booking.offer.delivery_latest_s + beyond_s,
    }
    later = timedelta(minutes=told_min)
    page, message = promised_view(booking), ride_of(booking)
    assert page.pickup_until == message.pickup_until == offer.pickup_until + later
    assert page.arrive_by == message.arrive_by == offer.arrive_by + later
    assert page.pickup_from == message.pickup_from == offer.pickup_from
