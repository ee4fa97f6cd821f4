"""The reserve of promises: riders are told all of a promise, the bus is planned to be there earlier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import Anchor
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.plan_document import promised_request
from backend.bookings.planning import current_plan, load_plan
from backend.districts.selectors import rules_of
from dispatch.model import EventKind
from tests.builders.district import (
    KLOETZE,
    MARKT,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    with_reserve,
)

pytestmark = pytest.mark.django_db


def test_riders_are_told_the_promise_and_the_plan_keeps_less_of_it() -> None:
    a_district(rules=with_reserve(180))
    offer = a_booking(a_desk()).offer
    assert offer.pickup_until - offer.pickup_from == timedelta(minutes=10)
    (planned,) = current_plan(ServiceDay.objects.get()).plan.requests.values()
    stored = Booking.objects.get().offer
    assert planned.pickup_latest_s == stored.pickup_latest_s - 180
    assert planned.delivery_latest_s == stored.delivery_latest_s - 180


def test_a_booking_keeps_the_reserve_that_it_was_made_with() -> None:
    a_district(rules=with_reserve(180))
    a_booking(a_desk())
    before = current_plan(ServiceDay.objects.get())
    assert rules_of(a_district(rules=with_reserve(0))).booking.promise_reserve_s == 0
    assert load_plan(ServiceDay.objects.get()).plan == before.plan


@pytest.mark.parametrize("clock", ["8:21", "8:22", "8:25"])
def test_an_arrival_that_only_just_fits_is_not_refused_for_the_reserve(clock: str) -> None:
    """Ordered at 7:00 with an hour's lead, 16 minutes of drive and boarding, 5 minutes early: 8:21 Uhr is the earliest."""
    a_district(rules=with_reserve(180))
    desk = a_desk()
    quote = desk.quote(a_wish(MARKT, KLOETZE, clock, anchor=Anchor.ARRIVE), key=a_key())
    assert quote.refusal is None
    desk.book(quote.offers[0].id, a_passenger(), key=a_key())
    booking = Booking.objects.get()
    planned = promised_request(booking.code, booking.offer)
    assert 0 <= booking.offer.pickup_reserve_s <= 180
    assert planned.pickup_earliest_s <= planned.pickup_latest_s <= booking.offer.pickup_latest_s
    assert planned.delivery_latest_s <= booking.offer.delivery_latest_s


def test_who_must_arrive_is_planned_to_be_there_the_reserve_before() -> None:
    a_district(rules=with_reserve(180))
    offer = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "10:00", anchor=Anchor.ARRIVE)).offer
    route = next(route for route in current_plan(ServiceDay.objects.get()).plan.routes if len(route.events) > 2)
    arrival_s = next(event.start_s for event in route.events if event.kind is EventKind.DELIVERY)
    promised_s = Booking.objects.get().offer.delivery_latest_s
    assert offer.arrive_by.strftime("%H:%M") == "09:55"
    assert arrival_s <= promised_s - 180
