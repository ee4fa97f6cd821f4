"""A rider who taps and calls at once, on the real database: one ride home."""

from __future__ import annotations

import pytest

from accessibility.desk import Access, BookingView, OpenReturnView
from backend.bookings.models import Booking, OpenReturn, ServiceDay
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_passenger, a_wish, at
from tests.service.test_concurrency import all_at_once, assert_plan_holds_exactly_the_live_bookings

pytestmark = pytest.mark.django_db(transaction=True)
CONTACT = Access(contact="03901 304031")


def test_many_taps_call_one_ride() -> None:
    a_district()
    desk = a_desk()
    booking = a_booking(desk)
    grants = all_at_once([lambda: desk.ask_return(booking.code, CONTACT, key=a_key()) for _ in range(8)])
    assert isinstance(grants[0], OpenReturnView)
    assert grants.count(grants[0]) == 8
    desk.clock.moment = at("9:30")
    calls = all_at_once([lambda: desk.call_return(booking.code, CONTACT, key=a_key()) for _ in range(10)])
    assert isinstance(calls[0], BookingView)
    assert calls.count(calls[0]) == 10
    assert Booking.objects.count() == 2
    assert OpenReturn.objects.get().ride.code == calls[0].code
    assert_plan_holds_exactly_the_live_bookings(ServiceDay.objects.get())


def test_calls_cancellations_and_bookings_at_once_do_not_wait_in_a_circle() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk(at("5:00"))
    riders = [(a_passenger(f"Testfahrgast {n}", f"03901 3041{n:02d}"), f"03901 3041{n:02d}") for n in range(6)]
    booked = []
    for n, (person, phone) in enumerate(riders):
        view = a_booking(desk, a_wish(when=f"{6 + n // 2}:{30 * (n % 2):02d}"), person)
        assert isinstance(desk.ask_return(view.code, Access(contact=phone), key=a_key()), OpenReturnView)
        booked.append((view.code, Access(contact=phone)))
    offer = desk.quote(a_wish(when="10:30"), key=a_key()).offers[0]
    desk.clock.moment = at("5:01")
    acts = [lambda c=c, a=a: desk.call_return(c, a, at("9:40"), key=a_key()) for c, a in booked]
    acts += [lambda c=c, a=a: desk.cancel(c, a, key=a_key()) for c, a in booked[:3]]
    acts.append(lambda: desk.book(offer.id, a_passenger(), key=a_key()))
    all_at_once(acts)
    for right in OpenReturn.objects.filter(booking__code__in=[code for code, _access in booked[:3]]):
        assert right.state == "ended"
    for right in OpenReturn.objects.filter(booking__code__in=[code for code, _access in booked[3:]]):
        assert right.ride
    assert_plan_holds_exactly_the_live_bookings(ServiceDay.objects.get())
