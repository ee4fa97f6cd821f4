""" "Bring me home when I am done": a right, called in once, answered with a promise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import (
    Access,
    BookingState,
    BookingView,
    Concession,
    InvalidInput,
    OpenReturnView,
    Party,
    Place,
    Refusal,
    ReturnState,
)
from backend.bookings.desk import Desk
from backend.bookings.models import AuditEntry, Booking, OpenReturn, OutboxMessage, RideRequest, ServiceDay
from backend.bookings.planning import current_plan
from backend.bookings.return_reading import returns_of_day
from dispatch.checker import check
from dispatch.model import EventKind
from tests.builders.district import (
    BAHNHOF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    RULES,
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
ALL_DAY = BusOnDuty(start="06:00", end="15:00", breaks='[{ from = "09:30", to = "10:30", minutes = 30 }]')
EVENING = BusOnDuty(kind="plain", start="15:00", end="22:30", breaks='[{ from = "17:00", to = "19:00", minutes = 30 }]')


def refused(answer: object, code: str) -> Refusal:
    assert isinstance(answer, Refusal), answer
    assert answer.code == code
    assert answer.reason
    assert answer.way_out, "never a bare no"
    return answer


def with_return(desk: Desk, **wish: object) -> BookingView:
    """A booked way there, with the way back left open."""
    booking = a_booking(desk, a_wish(**wish))  # type: ignore[arg-type]
    right = desk.ask_return(booking.code, CONTACT, key=a_key())
    assert isinstance(right, OpenReturnView)
    assert right.state is ReturnState.WAITING
    return booking


def called(answer: object) -> BookingView:
    assert isinstance(answer, BookingView), answer
    return answer


def test_the_right_holds_no_seat_and_lasts_as_long_as_the_bus_runs() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    right = desk.return_status(booking.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert (right.pickup_stop.id, right.delivery_stop.id) == (KLOETZE, MARKT)
    assert right.valid_until == at("23:00")
    assert right.ride is None
    assert len(current_plan(ServiceDay.objects.get()).plan.requests) == 1
    assert desk.ask_return(booking.code, CONTACT, key=a_key()) == right
    assert OpenReturn.objects.count() == 1


def test_a_call_books_the_first_ride_home_without_lead_time_and_deadline() -> None:
    a_district(ALL_DAY, EVENING)
    desk = a_desk()
    booking = with_return(desk)
    desk.clock.moment = at("11:02")
    ride = called(desk.call_return(booking.code, CONTACT, key="done"))
    assert ride.state is BookingState.BOOKED
    assert at("11:12") <= ride.offer.pickup_from <= at("11:30"), "ten minutes after the call, not sixty"
    assert (ride.offer.pickup_stop.id, ride.offer.delivery_stop.id) == (KLOETZE, MARKT)
    assert ride.passenger == booking.passenger
    right = desk.return_status(booking.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert right.state is ReturnState.CALLED
    assert right.ride
    assert right.ride.code == ride.code
    assert AuditEntry.objects.filter(action="return.called").count() == 1
    assert not OutboxMessage.objects.filter(topic="return.unserved").exists()
    day = ServiceDay.objects.get()
    plan = current_plan(day)
    assert check(plan.plan, plan.travel_s) == []
    assert set(plan.plan.requests) == {booking.code, ride.code}


def test_in_the_evening_the_order_deadline_does_not_hold() -> None:
    a_district(ALL_DAY, EVENING)
    desk = a_desk(at("15:00"))
    booking = with_return(desk, when="18:00")
    desk.clock.moment = at("21:05")
    ride = called(desk.call_return(booking.code, CONTACT, key=a_key()))
    assert at("21:15") <= ride.offer.pickup_from < at("21:35")
    ordinary = desk.quote(a_wish(KLOETZE, MARKT, "22:06"), key=a_key())
    refused(ordinary.refusal, "after_deadline")


def test_calling_twice_gives_the_same_ride() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    desk.clock.moment = at("11:00")
    ride = called(desk.call_return(booking.code, CONTACT, key="first"))
    assert called(desk.call_return(booking.code, CONTACT, key="first")).code == ride.code
    later(desk, 3)
    assert called(desk.call_return(booking.code, CONTACT, key="second")).code == ride.code
    assert Booking.objects.count() == 2


def test_the_way_back_costs_what_the_way_there_did() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(
        desk, party=Party(adults=2, wheelchairs=1), needs=frozenset({"arm"}), concession=Concession.DEUTSCHLANDTICKET
    )
    desk.clock.moment = at("11:00")
    ride = called(desk.call_return(booking.code, CONTACT, key=a_key()))
    assert ride.offer.fare == booking.offer.fare
    assert (ride.party, ride.needs) == (booking.party, booking.needs)


def test_she_may_say_in_advance_when_she_will_be_ready() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    desk.clock.moment = at("9:30")
    ride = called(desk.call_return(booking.code, CONTACT, at("12:00"), key=a_key()))
    assert at("12:00") <= ride.offer.pickup_from <= at("12:20")


def test_a_ready_time_that_cannot_be_meant_is_a_mistake() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    desk.clock.moment = at("11:00")
    for wrong in (at("10:00"), at("12:00").replace(tzinfo=None)):
        with pytest.raises(InvalidInput) as problem:
            desk.call_return(booking.code, CONTACT, wrong, key=a_key())
        assert problem.value.field_name == "ready_at"


def test_who_calls_on_the_way_there_is_fetched_once_there() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    route = next(route for route in current_plan(ServiceDay.objects.get()).plan.routes)
    there = next(
        event for event in route.events if event.request_id == booking.code and event.kind is EventKind.DELIVERY
    )
    desk.clock.moment = at("8:32")
    ride = desk.call_return(booking.code, CONTACT, key=a_key())
    assert isinstance(ride, BookingView)
    assert ride.offer.pickup_from >= at("0:00") + timedelta(seconds=there.start_s + there.dwell_s)


def test_nobody_is_fetched_before_being_there() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    refusal = refused(desk.call_return(booking.code, CONTACT, key=a_key()), "not_there_yet")
    assert "8:30 Uhr" in refusal.reason


def test_when_nothing_is_near_the_next_ride_of_the_day_is_taken_and_the_dispatcher_hears_of_it() -> None:
    a_district(BusOnDuty(start="06:00", end="10:00"), EVENING)
    desk = a_desk()
    booking = with_return(desk)
    desk.clock.moment = at("10:30")
    ride = called(desk.call_return(booking.code, CONTACT, key=a_key()))
    assert ride.offer.pickup_from >= at("15:00"), "the next bus begins at three"
    told = OutboxMessage.objects.get(topic="return.unserved").payload
    assert told == {
        "district": "probe",
        "booking": booking.code,
        "ready_at": "2026-11-24T10:30:00+01:00",
        "ride": ride.code,
    }


def test_when_nothing_is_left_the_dispatcher_knows_and_the_rider_gets_the_number() -> None:
    a_district(BusOnDuty(start="06:00", end="10:00"))
    desk = a_desk()
    booking = with_return(desk)
    desk.clock.moment = at("10:30")
    refusal = refused(desk.call_return(booking.code, CONTACT, key="call"), "return_unserved")
    assert [way.value for way in refusal.way_out if way.kind == "phone"] == ["+493901304030"]
    assert OutboxMessage.objects.get(topic="return.unserved").payload["ride"] is None
    assert RideRequest.objects.filter(refusal_code="return_unserved").count() == 1, "the wish is kept"
    assert desk.call_return(booking.code, CONTACT, key="call") == refusal
    right = desk.return_status(booking.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert (right.state, right.ride) == (ReturnState.CALLED, None)
    (first,) = returns_of_day(OpenReturn.objects.get().district, at("10:30").date(), at("10:31"))
    assert first.view.called_at
    assert (first.name, first.phone) == ("Erika Muster", "+493901304031")
    refused(desk.call_return(booking.code, CONTACT, key="again"), "return_unserved")


def test_the_right_ends_with_the_day_and_with_the_way_there() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking, other = with_return(desk), with_return(desk, when="10:00")
    desk.cancel(other.code, CONTACT, key=a_key())
    right = desk.return_status(other.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert right.state is ReturnState.ENDED
    desk.clock.moment = at("14:00")
    refused(desk.call_return(other.code, CONTACT, key=a_key()), "return_ended")
    desk.clock.moment = at("23:00")
    right = desk.return_status(booking.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert right.state is ReturnState.EXPIRED
    refused(desk.call_return(booking.code, CONTACT, key=a_key()), "return_expired")


def test_who_stays_longer_cancels_the_ride_and_calls_again() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    desk.clock.moment = at("10:00")
    first = called(desk.call_return(booking.code, CONTACT, at("11:30"), key=a_key()))
    assert isinstance(desk.cancel(first.code, CONTACT, key=a_key()), BookingView)
    right = desk.return_status(booking.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert (right.state, right.called_at) == (ReturnState.WAITING, None)
    second = called(desk.call_return(booking.code, CONTACT, at("13:00"), key=a_key()))
    assert second.code != first.code
    assert second.offer.pickup_from >= at("13:00")


def test_the_right_follows_a_changed_booking_and_a_changed_ride() -> None:
    a_district(ALL_DAY, EVENING)
    desk = a_desk()
    booking = with_return(desk)
    quote = desk.quote(a_wish(when=at("10:00", "2026-11-25"), replaces=booking.code), key=a_key())
    changed = called(desk.change(booking.code, quote.offers[0].id, CONTACT, key=a_key()))
    right = desk.return_status(changed.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert right.valid_until == at("23:00", "2026-11-25")
    refused(desk.return_status(booking.code, CONTACT), "no_open_return")
    desk.clock.moment = at("12:00", "2026-11-25")
    ride = called(desk.call_return(changed.code, CONTACT, key=a_key()))
    quote = desk.quote(a_wish(KLOETZE, MARKT, at("17:00", "2026-11-25"), replaces=ride.code), key=a_key())
    moved = called(desk.change(ride.code, quote.offers[0].id, CONTACT, key=a_key()))
    right = desk.return_status(changed.code, CONTACT)
    assert isinstance(right, OpenReturnView)
    assert right.ride
    assert right.ride.code == moved.code


def test_a_right_that_is_not_needed_is_given_up() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk)
    right = desk.drop_return(booking.code, CONTACT, key=a_key())
    assert isinstance(right, OpenReturnView)
    assert right.state is ReturnState.ENDED
    desk.clock.moment = at("11:00")
    refused(desk.call_return(booking.code, CONTACT, key=a_key()), "return_ended")
    again = desk.ask_return(booking.code, CONTACT, key=a_key())
    assert isinstance(again, OpenReturnView)
    assert again.state is ReturnState.WAITING
    called(desk.call_return(booking.code, CONTACT, key=a_key()))


def test_what_cannot_have_a_way_back_is_refused() -> None:
    a_district(ALL_DAY, EVENING)
    desk = a_desk(at("12:00"))
    late = a_booking(desk, a_wish(MARKT, KUHFELDE, "22:00"))
    desk.cancel(late.code, CONTACT, key=a_key())
    refused(desk.ask_return(late.code, CONTACT, key=a_key()), "no_way_there")
    stranger = Access(contact="03901 999999")
    booking = with_return(desk, when="14:00")
    for answer in (
        desk.ask_return(booking.code, stranger, key=a_key()),
        desk.return_status(booking.code, stranger),
        desk.drop_return(booking.code, stranger, key=a_key()),
        desk.call_return(booking.code, stranger, key=a_key()),
    ):
        refused(answer, "not_found")
    desk.clock.moment = at("17:30")
    ride = called(desk.call_return(booking.code, CONTACT, key=a_key()))
    refused(desk.ask_return(ride.code, CONTACT, key=a_key()), "is_a_return")
    single = a_booking(desk, a_wish(when="20:00"), a_passenger())
    refused(desk.call_return(single.code, CONTACT, key=a_key()), "no_open_return")


def test_after_the_last_bus_there_is_no_way_back_unless_the_district_says_so() -> None:
    night = 'hours = [ { days = "mo-fr", from = "05:00", to = "22:30" }'
    rules = RULES.replace('hours = [ { days = "mo-fr", from = "05:00", to = "23:00" }', night)
    a_district(ALL_DAY, EVENING, rules=rules)
    desk = a_desk(at("18:00"))
    booking = a_booking(desk, a_wish(when="21:45"))
    refused(desk.ask_return(booking.code, CONTACT, key=a_key()), "return_after_hours")
    a_district(ALL_DAY, EVENING, rules=rules.replace("after_hours_s = 0", "after_hours_s = 3600"))
    right = desk.ask_return(booking.code, CONTACT, key=a_key())
    assert isinstance(right, OpenReturnView)
    assert right.valid_until == at("23:30")


def test_a_district_may_offer_none() -> None:
    a_district(rules=RULES.replace("[open_return]\nlead_s = 600\nafter_hours_s = 0\n", ""))
    desk = a_desk()
    booking = a_booking(desk)
    refused(desk.ask_return(booking.code, CONTACT, key=a_key()), "return_not_offered")


def test_from_a_place_the_way_back_begins_where_she_is() -> None:
    a_district(ALL_DAY)
    desk = a_desk()
    booking = with_return(desk, origin=BAHNHOF, destination=Place(place_id="klinikum"))
    desk.clock.moment = at("11:00")
    ride = called(desk.call_return(booking.code, CONTACT, key=a_key()))
    assert (ride.offer.pickup_stop.id, ride.offer.delivery_stop.id) == (KLOETZE, BAHNHOF)
    assert ride.offer.pickup_until - ride.offer.pickup_from <= timedelta(minutes=10)
    kept = RideRequest.objects.get(open_return__isnull=False)
    assert kept.origin["place_id"] == "klinikum"


def test_those_without_a_ride_stand_first_in_the_dispatchers_list() -> None:
    district = a_district(BusOnDuty(kind="one-seat", start="06:00", end="12:00"))
    desk = a_desk(at("5:00"))
    first, second = with_return(desk, when="6:30"), with_return(desk, when="8:00")
    third = with_return(desk, when="10:00")
    desk.clock.moment = at("11:40")
    refused(desk.call_return(third.code, CONTACT, key=a_key()), "return_unserved")
    rows = returns_of_day(district, at("8:00").date(), at("11:41"))
    assert [row.view.code for row in rows] == [third.code, first.code, second.code]
