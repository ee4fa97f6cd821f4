"""A carer books for somebody else: the driver calls the rider, messages reach whom they chose, both may see the ride."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import Access, Booker, BookingView, InvalidInput, Passenger
from backend.bookings.erasure import erase_account
from backend.bookings.models import AuditEntry, Booking, OutboxMessage
from backend.bookings.models import Booker as BookerRow
from backend.bookings.of_contacts import coming_rides, contact_that_opens
from backend.bookings.selectors import booking_by_code, message_contact
from backend.riders.models import Rider
from backend.riders.selectors import contacts_of
from tests.builders.accounts import an_account
from tests.builders.district import KLOETZE, MARKT, a_booking, a_desk, a_district, a_key, a_wish, at, later

pytestmark = pytest.mark.django_db
CARER = Booker("Karin Muster", "03901 304040", "", rider_agrees=True)
RIDER_WITHOUT_PHONE = Passenger("Ilse Muster", booked_by=CARER)
RIDER_WITH_PHONE = Passenger("Ilse Muster", "03901 304050", booked_by=CARER)


def reached(view: BookingView) -> tuple[str, str]:
    row = booking_by_code(view.code)
    assert row is not None
    return message_contact(row)


def test_the_rider_needs_no_number_of_her_own() -> None:
    a_district()
    view = a_booking(a_desk(), passenger=RIDER_WITHOUT_PHONE)
    assert view.passenger.name == "Ilse Muster", "the driver calls who rides"
    assert view.passenger.booked_by == Booker("Karin Muster", "+493901304040", "", rider_agrees=True)
    assert reached(view) == ("+493901304040", "")
    assert Booking.objects.get().rider.name == "Karin Muster", "whom we know by this number is who books"


def test_both_contacts_open_the_booking_and_no_other_does() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk, passenger=RIDER_WITH_PHONE)
    for contact in ("03901 304040", "03901 304050"):
        assert desk.status(view.code, Access(contact=contact)) == view
    assert not isinstance(desk.status(view.code, Access(contact="03901 304060")), BookingView)


def test_messages_go_to_the_rider_if_they_chose_so() -> None:
    a_district()
    booker = Booker("Karin Muster", "", "karin@beispiel.de", rider_agrees=True, gets_messages=False)
    view = a_booking(a_desk(), passenger=Passenger("Ilse Muster", "03901 304050", booked_by=booker))
    assert reached(view) == ("+493901304050", "")


def test_that_the_rider_agrees_is_kept_with_its_time() -> None:
    a_district()
    view = a_booking(a_desk(at("7:10")), passenger=RIDER_WITHOUT_PHONE)
    assert Booking.objects.get().booker.consented_at == at("7:10")
    entry = AuditEntry.objects.get(action="booking.rider_agrees")
    assert (entry.subject, entry.at) == (view.code, at("7:10"))
    told = str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    assert "Karin" not in told
    assert "304040" not in told


def test_a_change_keeps_who_booked_and_does_not_ask_again() -> None:
    a_district()
    desk = a_desk(at("7:00"))
    old = a_booking(desk, passenger=RIDER_WITHOUT_PHONE)
    later(desk, 2)
    quote = desk.quote(a_wish(when="10:00", replaces=old.code), key=a_key())
    new = desk.change(old.code, quote.offers[0].id, Access(contact="03901 304040"), key=a_key())
    assert isinstance(new, BookingView)
    assert new.passenger == old.passenger
    assert Booking.objects.get(code=new.code).booker.consented_at == at("7:00")
    assert AuditEntry.objects.filter(action="booking.rider_agrees").count() == 1


def test_there_and_back_are_booked_for_somebody_else() -> None:
    a_district()
    desk = a_desk()
    offers = [desk.quote(wish, key=a_key()).offers[0].id for wish in (a_wish(), a_wish(KLOETZE, MARKT, "10:30"))]
    answer = desk.book_together(offers, RIDER_WITHOUT_PHONE, key=a_key())
    assert isinstance(answer, tuple)
    assert [view.passenger.booked_by for view in answer] == [answer[0].passenger.booked_by] * 2
    assert answer[1].offer.pickup_from - answer[0].offer.pickup_from > timedelta(hours=1)


@pytest.mark.parametrize(
    ("passenger", "field_name"),
    [
        (Passenger("", booked_by=CARER), "name"),
        (Passenger("Ilse Muster", booked_by=Booker("", "03901 304040", rider_agrees=True)), "booked_by.name"),
        (Passenger("Ilse Muster", booked_by=Booker("Karin Muster", rider_agrees=True)), "booked_by.phone"),
        (Passenger("Ilse Muster", booked_by=Booker("Karin Muster", "12", rider_agrees=True)), "booked_by.phone"),
        (Passenger("Ilse Muster", booked_by=Booker("Karin Muster", "", "x", rider_agrees=True)), "booked_by.email"),
        (Passenger("Ilse Muster", booked_by=Booker("Karin Muster", "03901 304040")), "booked_by.rider_agrees"),
        (
            Passenger("Ilse Muster", booked_by=Booker("Karin Muster", "03901 304040", "", True, gets_messages=False)),
            "booked_by.gets_messages",
        ),
    ],
)
def test_nothing_is_booked_without_consent_or_a_way_to_reach_somebody(passenger: Passenger, field_name: str) -> None:
    a_district()
    desk = a_desk()
    offer = desk.quote(a_wish(), key=a_key()).offers[0]
    with pytest.raises(InvalidInput) as raised:
        desk.book(offer.id, passenger, key=a_key())
    assert raised.value.field_name == field_name
    assert raised.value.problem
    assert not Booking.objects.exists()


def test_the_carers_account_shows_the_ride_and_opens_it() -> None:
    district = a_district()
    view = a_booking(a_desk(), passenger=RIDER_WITH_PHONE)
    contacts = contacts_of(an_account(district, phone="+493901304040"))
    assert [ride.code for ride in coming_rides(contacts, at("7:00"))] == [view.code]
    assert contact_that_opens(view.code, contacts) == "+493901304040"


def test_when_the_carer_is_forgotten_the_rider_keeps_her_ride() -> None:
    district = a_district()
    desk = a_desk()
    view = a_booking(desk, passenger=RIDER_WITH_PHONE)
    desk.cancel(view.code, Access(contact="03901 304050"), key=a_key())
    erase_account(an_account(district, phone="+493901304040"), False, at("7:05"))
    left = desk.status(view.code, Access(contact="03901 304050"))
    assert isinstance(left, BookingView)
    assert left.passenger == Passenger("Ilse Muster", "+493901304050")
    assert not Rider.objects.filter(name="Karin Muster").exists()


def test_when_only_the_carer_was_known_both_are_forgotten() -> None:
    district = a_district()
    desk = a_desk()
    a_booking(desk, passenger=RIDER_WITHOUT_PHONE)
    erased = erase_account(an_account(district, phone="+493901304040"), True, at("7:05"))
    assert erased.erasure.cancelled == 1
    row = Booking.objects.get()
    assert (row.state, row.contact_name) == ("cancelled", "")
    assert not BookerRow.objects.exists()
    assert not Rider.objects.exclude(name="").exists()
