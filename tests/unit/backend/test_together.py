"""There and back as one: all is booked or nothing, each ride knows the other, each can go alone or with it."""

from __future__ import annotations

from datetime import datetime

import pytest

from accessibility.desk import Access, BookingState, BookingView, InvalidInput, Refusal, RideWish, TripKind
from backend.bookings.desk import Desk
from backend.bookings.models import AuditEntry, Booking, OutboxMessage, ServiceDay, Trip
from tests.builders.district import (
    KLOETZE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
    later,
)  # fmt: skip

pytestmark = pytest.mark.django_db
CONTACT = Access(contact="03901 304031")
THERE = a_wish(MARKT, KLOETZE, "8:30")
BACK = a_wish(KLOETZE, MARKT, "10:30")


def offer_ids(desk: Desk, *wishes: RideWish) -> list[str]:
    """The first offer for each wish."""
    return [desk.quote(wish, key=a_key()).offers[0].id for wish in wishes]


def there_and_back(desk: Desk, back: RideWish = BACK) -> tuple[BookingView, ...]:
    answer = desk.book_together(offer_ids(desk, THERE, back), a_passenger(), key=a_key())
    assert not isinstance(answer, Refusal), answer
    return answer


def test_there_and_back_are_booked_in_one_step_and_show_each_other() -> None:
    a_district()
    there, back = there_and_back(a_desk())
    assert (there.state, back.state) == (BookingState.BOOKED, BookingState.BOOKED)
    assert there.trip is not None
    assert there.trip == back.trip
    assert there.trip.kind is TripKind.RETURN
    assert [leg.code for leg in there.trip.legs] == [there.code, back.code]
    assert [leg.pickup_stop.village for leg in there.trip.legs] == ["Salzwedel", "Klötze"]
    day = ServiceDay.objects.get()
    assert day.plan_version == 1, "one step, one version"
    topics = sorted(OutboxMessage.objects.values_list("topic", flat=True))
    assert topics == ["booking.confirmed", "booking.confirmed", "plan.changed"]
    told = OutboxMessage.objects.filter(topic="booking.confirmed").first()
    assert told is not None
    assert told.payload["trip"] == Trip.objects.get().pk
    assert sorted(AuditEntry.objects.values_list("subject", flat=True)) == sorted([there.code, back.code])


def test_on_two_days_each_day_gets_its_version() -> None:
    a_district()
    there, back = there_and_back(a_desk(), a_wish(KLOETZE, MARKT, at("9:00", "2026-11-25")))
    assert there.offer.pickup_from.date() != back.offer.pickup_from.date()
    assert [day.plan_version for day in ServiceDay.objects.all()] == [1, 1]


def test_a_single_ride_belongs_to_no_trip() -> None:
    a_district()
    assert a_booking(a_desk()).trip is None
    assert not Trip.objects.exists()


def test_when_one_place_is_gone_nothing_is_booked_and_the_answer_names_it() -> None:
    a_district(BusOnDuty(kind="one-seat"))
    desk = a_desk()
    there, back = offer_ids(desk, THERE, BACK)
    a_booking(desk, BACK, a_passenger("Max Muster", "03901 304032"))
    refusal = desk.book_together([there, back], a_passenger(), key=a_key())
    assert isinstance(refusal, Refusal)
    assert refusal.code == "no_longer_available"
    assert refusal.concerns == back
    assert refusal.reason.startswith("Fahrt ab Klötze am Di, 24.11.2026 um 10:30 Uhr:")
    fresh = [way for way in refusal.way_out if way.kind == "offer_times"]
    assert fresh, "never a bare no"
    assert desk.quote(a_wish(KLOETZE, MARKT, datetime.fromisoformat(fresh[0].value)), key=a_key()).offers
    assert Booking.objects.count() == 1
    assert not Trip.objects.exists()
    assert isinstance(desk.book(there, a_passenger(), key=a_key()), BookingView), "the other can still be taken alone"


def test_the_same_key_books_once_and_gives_the_same_answer() -> None:
    a_district()
    desk = a_desk()
    offers = offer_ids(desk, THERE, BACK)
    first = desk.book_together(offers, a_passenger(), key="pressed")
    assert desk.book_together(offers, a_passenger(), key="pressed") == first
    assert Booking.objects.count() == 2
    with pytest.raises(InvalidInput) as raised:
        desk.book_together(offers[:1], a_passenger(), key="pressed", kind=TripKind.SERIES)
    assert raised.value.code == "key_conflict"


def test_an_expired_offer_stops_both() -> None:
    a_district()
    desk = a_desk()
    there = offer_ids(desk, THERE)
    later(desk, 4)
    back = offer_ids(desk, BACK)
    later(desk, 2)
    refusal = desk.book_together(there + back, a_passenger(), key=a_key())
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.concerns) == ("offer_expired", there[0])
    assert not Booking.objects.exists()


def test_what_cannot_be_meant_as_one_trip_is_an_error() -> None:
    a_district()
    desk = a_desk()
    there, _back, too_early = offer_ids(desk, THERE, BACK, a_wish(KLOETZE, MARKT, "8:35"))
    for offers, kind in (
        ([there], "return"),
        ([], "series"),
        ([there, there], "return"),
        ([there, too_early], "return"),
    ):
        with pytest.raises(InvalidInput) as raised:
            desk.book_together(offers, a_passenger(), key=a_key(), kind=TripKind(kind))
        assert raised.value.field_name == "offer_ids"
    assert raised.value.code == "return_too_early"
    assert not Booking.objects.exists()


def test_one_ride_is_cancelled_alone() -> None:
    a_district()
    desk = a_desk()
    there, back = there_and_back(desk)
    assert isinstance(desk.cancel(back.code, CONTACT, key=a_key()), BookingView)
    left = desk.status(there.code, CONTACT)
    assert isinstance(left, BookingView)
    assert left.state == BookingState.BOOKED
    assert left.trip is not None
    assert [leg.state for leg in left.trip.legs] == [BookingState.BOOKED, BookingState.CANCELLED]


def test_both_are_cancelled_together_once() -> None:
    a_district()
    desk = a_desk()
    there, back = there_and_back(desk)
    answer = desk.cancel_together(back.code, CONTACT, key="off")
    assert not isinstance(answer, Refusal)
    assert [view.code for view in answer] == [there.code, back.code]
    assert {view.state for view in answer} == {BookingState.CANCELLED}
    assert desk.cancel_together(back.code, CONTACT, key="off") == answer
    assert ServiceDay.objects.get().plan_version == 2, "one step, one version"
    assert OutboxMessage.objects.filter(topic="booking.cancelled").count() == 2
    refusal = desk.cancel_together(back.code, CONTACT, key=a_key())
    assert isinstance(refusal, Refusal)
    assert refusal.code == "already_cancelled"
    assert isinstance(desk.cancel_together(back.code, Access(contact="03901 304099"), key=a_key()), Refusal)


def test_after_the_way_there_only_the_way_back_can_go() -> None:
    a_district()
    desk = a_desk()
    there, back = there_and_back(desk)
    later(desk, 150)  # 9:30 Uhr, and nobody has written down that the first ride took place
    refusal = desk.cancel_together(there.code, CONTACT, key=a_key())
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.concerns) == ("ride_over", there.code)
    assert Booking.objects.filter(state="booked").count() == 2, "all or none"
    assert isinstance(desk.cancel(back.code, CONTACT, key=a_key()), BookingView)


def test_a_changed_ride_keeps_its_place_in_the_trip() -> None:
    a_district()
    desk = a_desk()
    there, back = there_and_back(desk)
    quote = desk.quote(a_wish(KLOETZE, MARKT, "11:00", replaces=back.code), key=a_key())
    changed = desk.change(back.code, quote.offers[0].id, CONTACT, key=a_key())
    assert isinstance(changed, BookingView)
    assert changed.trip is not None
    assert [leg.code for leg in changed.trip.legs] == [there.code, changed.code]
