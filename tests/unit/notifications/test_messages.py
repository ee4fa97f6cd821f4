"""From a booking to the message in the rider's hand: which she gets, when, by which way, and never twice."""

from __future__ import annotations

import pytest
from django.core import mail

from accessibility.desk import Access
from backend.bookings.selectors import booking_by_code
from backend.notifications.messages import tell
from backend.notifications.services import delivery_reported
from tests.builders.accounts import an_account
from tests.builders.district import a_booking, a_desk, a_district, a_key, at
from tests.builders.riders_messages import MOBILE, left, mobile_rider, post, states

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_booking_is_confirmed_with_window_stop_fare_and_code() -> None:
    a_district()
    booking = a_booking(a_desk(), passenger=mobile_rider())
    assert post(at("7:00")) == 1
    assert post(at("7:01")) == 0, "said once"
    [(kind, to, text)] = left()
    assert (kind, to) == ("phone", MOBILE)
    assert text == (
        "Rufbus: Ihre Fahrt ist gebucht. Der Bus kommt heute zwischen 8:30 und 8:40 Uhr zur Haltestelle Salzwedel, Markt. "
        f"Er fährt nach Klötze, Busbahnhof. Preis 5,25 €. Code {booking.code}. "
        f"Absagen? Antworten Sie STORNO {booking.code}."
    )


def test_what_is_cancelled_at_once_is_not_confirmed_first() -> None:
    a_district()
    desk = a_desk()
    booking = a_booking(desk, passenger=mobile_rider())
    desk.cancel(booking.code, Access(contact=MOBILE), key=a_key())
    post(at("7:00"))
    assert states() == [("booked", "dropped"), ("cancelled", "sent")]


def test_an_account_is_written_to_as_it_wishes() -> None:
    district = a_district()
    an_account(district, phone=MOBILE, email="testfahrgast@example.org", reach_by="email", language="en")
    a_booking(a_desk(), passenger=mobile_rider())
    post(at("7:00"))
    assert [one.to for one in mail.outbox] == [["testfahrgast@example.org"]]
    assert mail.outbox[0].subject.startswith("Your trip is booked")


def test_telling_twice_by_the_same_key_is_telling_once() -> None:
    a_district()
    booking = booking_by_code(a_booking(a_desk(), passenger=mobile_rider()).code)
    assert booking is not None
    first = tell(booking, "note", {"text": "Der Bus fährt heute einen Umweg."}, key="note:1", now=at("7:10"))
    assert tell(booking, "note", {"text": "Anders."}, key="note:1", now=at("7:11")) == first
    post(at("7:12"))
    told = [text for _kind, _to, text in left()]
    assert len([text for text in told if text.startswith("Rufbus: Der Bus fährt heute einen Umweg.")]) == 1
    assert len(told) == 2
    delivery_reported("SMunknown", "delivered", now=at("7:13"))
