"""Several relays and postmen at once, on the real database: everything is said once; how soon is printed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from backend.bookings.clock import SetClock
from backend.bookings.journal import announce
from backend.bookings.models import Booking
from backend.districts.models import District
from backend.notifications.kinds import Kind
from backend.notifications.messages import tell
from backend.notifications.models import RiderMessage, SendingAttempt
from backend.notifications.postman import Postman
from backend.notifications.relay import Relay
from backend.notifications.services import delivery_reported
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.riders_messages import CARRIER, MOBILE, mobile_rider, use_carrier
from tests.service.test_concurrency import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 24


def a_ride() -> Booking:
    a_district(BusOnDuty(), BusOnDuty())
    return Booking.objects.get(code=a_booking(a_desk(), a_wish(), mobile_rider()).code)


def test_postmen_who_work_at_once_send_each_message_once(settings) -> None:
    booking = a_ride()
    use_carrier(settings)
    for number in range(MANY):
        tell(booking, Kind.NOTE, {"text": f"Nummer {number}."}, key=f"note:{number}", now=at("8:00"))
    counts = all_at_once([Postman(SetClock(at("8:00"))).deliver_due for _postman in range(6)])
    assert sum(counts) == MANY
    assert len(CARRIER.took) == MANY
    assert Counter(message.key for message in CARRIER.took).most_common(1)[0][1] == 1
    assert SendingAttempt.objects.filter(outcome="sent").count() == MANY


def test_relays_that_hear_the_same_at_once_queue_one_message(settings) -> None:
    booking = a_ride()
    use_carrier(settings)
    for _again in range(4):
        announce(District.objects.get(), "booking.confirmed", {"booking": booking.code, "trip": None}, at("8:00"))

    def hear() -> int:
        return async_to_sync(Relay(SetClock(at("8:00"))).deliver_due)()

    all_at_once([hear for _relay in range(4)])
    assert RiderMessage.objects.filter(kind="booked").count() == 1


def test_telling_the_same_at_once_tells_it_once(settings) -> None:
    booking = a_ride()
    rows = all_at_once([lambda: tell(booking, Kind.DELAY, key="delay:1", now=at("8:00")) for _teller in range(8)])
    assert len({row.pk for row in rows if row}) == 1


def test_reports_that_come_at_once_send_it_another_way_once(settings) -> None:
    booking = a_ride()
    Booking.objects.filter(pk=booking.pk).update(contact_email="testfahrgast@example.org")
    use_carrier(settings).reports = True
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:00"))
    Postman(SetClock(at("8:00"))).deliver_due()
    all_at_once([lambda: delivery_reported("SM1", "undelivered", "30005", now=at("8:00")) for _report in range(6)])
    all_at_once([Postman(SetClock(at("8:00"))).deliver_due for _postman in range(4)])
    assert [message.kind for message in CARRIER.took] == ["phone", "email"]


async def test_what_a_driver_taps_is_in_the_riders_hand_by_a_running_relay(settings) -> None:
    """Reported, not asserted, is how long it takes: see docs/messages.md."""
    booking = await sync_to_async(a_ride)()
    district = await District.objects.aget()
    carrier = use_carrier(settings)
    relay = asyncio.create_task(Relay().run())
    took_s: list[float] = []
    try:
        for number in range(10):
            begun = time.perf_counter()
            payload = {"bookings": [booking.code], "text": f"Tipp {number}."}
            await sync_to_async(announce)(district, "vehicle.broken_down", payload, datetime.now(UTC))
            while len(carrier.took) <= number and time.perf_counter() - begun < 20:
                await asyncio.sleep(0.005)
            took_s.append(time.perf_counter() - begun)
    finally:
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay
    print(f"tap to message, s: {sorted(round(seconds, 3) for seconds in took_s)}")
    assert len([message for message in carrier.took if message.to == MOBILE]) == 10
