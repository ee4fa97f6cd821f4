"""The dispatcher's page of messages: who could not be reached, what to say, how; and for nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.bookings.clock import SetClock
from backend.bookings.ending import end
from backend.bookings.models import AuditEntry, Booking
from backend.bookings.selectors import booking_by_code
from backend.config.access import AUTHORITY, DISPATCHER, DRIVER
from backend.notifications.kinds import Kind
from backend.notifications.messages import tell
from backend.notifications.models import RiderMessage
from backend.notifications.postman import Postman
from backend.notifications.sending import CannotSend
from tests.builders.accounts import an_account
from tests.builders.district import a_booking, a_desk, a_district, at
from tests.builders.rest import logged_in
from tests.builders.riders_messages import MOBILE, mobile_rider, use_carrier

pytestmark = pytest.mark.django_db
PAGE = "/leitstelle/nachrichten/"


@pytest.fixture
def row(settings) -> RiderMessage:
    """A deaf rider who was not told that her ride does not take place."""
    settings.SITE_DISTRICT = "probe"
    district = a_district()
    an_account(district, phone=MOBILE, never_call=True)
    booking = booking_by_code(a_booking(a_desk(), passenger=mobile_rider()).code)
    assert booking is not None
    end(booking, Booking.State.CANCELLED, at("7:30"))
    use_carrier(settings).answers = [CannotSend("twilio 400/21614", is_final=True)]
    tell(booking, Kind.SUSPENDED, {"text": "Die Straßen sind glatt."}, key="s:1", now=at("7:30"))
    Postman(SetClock(at("7:31"))).deliver_due()
    return RiderMessage.objects.get(kind="suspended")


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_whom_to_tell_what_and_that_she_must_not_be_called(row: RiderMessage) -> None:
    desk = logged_in(DISPATCHER)
    page = body(desk, PAGE)
    for text in (
        "Testfahrgast 1",
        "Fahrt findet nicht statt",
        "Die Straßen sind glatt.",
        "Nie anrufen. Bitte schreiben.",
        "0171 3920001",
    ):
        assert text in page, text
    assert f"tel:{MOBILE}" not in page
    one = body(desk, f"{PAGE}{row.pk}/")
    assert "SMS: kommt dort nicht an" in one
    assert "Auf keinem Weg war die Person zu erreichen." in one
    of_ride = body(desk, f"{PAGE}fahrt/{row.booking.code.lower()}/")  # type: ignore[union-attr]
    assert "Fahrt findet nicht statt" in of_ride


def test_it_is_settled_with_a_note_and_leaves_the_list(row: RiderMessage) -> None:
    desk = logged_in(DISPATCHER)
    empty = desk.post(f"{PAGE}{row.pk}/", {"note": " "})
    assert empty.status_code == 422
    assert "Schreiben Sie kurz, wie es ausging" in empty.content.decode()
    for _twice in range(2):
        assert desk.post(f"{PAGE}{row.pk}/", {"note": "Nachbarin sagt es ihr."}).status_code == 302
    assert "Alle Nachrichten sind hinausgegangen." in body(desk, PAGE)
    assert "Nachbarin sagt es ihr." in body(desk, f"{PAGE}{row.pk}/")
    assert AuditEntry.objects.filter(action="message.settled", subject=str(row.pk)).count() == 1


def test_only_the_control_room_sees_it(row: RiderMessage) -> None:
    for client in (Client(), logged_in(DRIVER, name="driver"), logged_in(AUTHORITY, name="authority")):
        for path in (PAGE, f"{PAGE}{row.pk}/", f"{PAGE}fahrt/{row.booking.code}/"):  # type: ignore[union-attr]
            answer = client.get(path)
            assert answer.status_code in (302, 403), path
    assert logged_in(DISPATCHER).get(f"{PAGE}999999/").status_code == 404


def test_what_was_erased_is_shown_without_a_person(row: RiderMessage) -> None:
    booking = row.booking
    assert booking is not None
    booking.contact_name = booking.contact_phone = ""
    booking.save()
    page = body(logged_in(DISPATCHER), f"{PAGE}{row.pk}/")
    assert MOBILE not in page
    assert "Testfahrgast" not in page
