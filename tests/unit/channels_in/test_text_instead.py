"""A number in answer to the message that a ride does not take place: what was named is booked, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import Party
from accessibility.sms.gsm7 import segments
from backend.bookings.clock import SetClock
from backend.bookings.models import Booking
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import Incoming, take_in
from backend.channels_in.text_talk import talk
from tests.builders.district import BAHNHOF, KLOETZE, BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.riders_messages import MOBILE, left, mobile_rider, post, states
from tests.unit.backend.test_instead_offers import suspend

pytestmark = pytest.mark.django_db
_ids = iter(range(10**6))


def write(text: str, clock: str = "7:20", *, address: str = MOBILE, kind: str = "phone", external: str = "") -> str:
    """An SMS to the line; its answer."""
    take_in(Incoming(kind, address, text, external or f"SM{next(_ids)}"), talk, SetClock(at(clock)))
    thread = TextThread.objects.get(kind=kind, address=address)
    return str(TextMessage.objects.filter(thread=thread, is_ours=True).latest("pk").text)


def rides() -> list[Booking]:
    return list(Booking.objects.filter(state="booked", contact_phone=MOBILE).order_by("pk"))


@pytest.fixture
def cancelled(settings) -> str:  # type: ignore[no-untyped-def]
    """The code of a ride of nine that we cancelled; the message names ten, and the number 1."""
    settings.SITE_DISTRICT = "probe"
    a_district(BusOnDuty(start="08:00", end="14:00"))
    code = a_booking(a_desk(), a_wish(when="9:00"), mobile_rider()).code
    suspend()
    post(at("7:05"))
    assert "Antworten Sie 1" in left()[-1][2]
    return code


@pytest.mark.parametrize("text", ["1", " 1. ", "1!", "ja", "Ja."])
def test_the_number_or_a_yes_books_what_was_named(cancelled: str, text: str) -> None:
    answer = write(text)
    (ride,) = rides()
    assert answer.startswith(
        "Ihre Fahrt ist gebucht. Der Bus kommt heute 10:00-10:10 Uhr zur Haltestelle Salzwedel, Markt."
    )
    assert f"Code {ride.code}" in answer
    assert segments(answer) <= 3
    post(at("7:21"))
    assert len(states(kind="booked")) == 1, "the answer says it all; only the first ride had a message of its own"


def test_twice_is_once_and_the_code_works_at_once(cancelled: str) -> None:
    first = write("1", external="SM-same")
    assert write("1", external="SM-same") == first
    again = write("1", "7:22")
    (ride,) = rides()
    assert ride.code in again
    assert "JA = absagen" in write(f"STORNO {ride.code}", "7:23")
    assert write("ja", "7:24").startswith("Abgesagt: heute 10:00 Salzwedel, Markt")
    assert rides() == [], "a yes to the line's question is no yes to our offer"


@pytest.mark.parametrize("text", ["2", "11", "nein", "vielleicht 1 oder 2", "morgen um 1"])
def test_anything_else_books_nothing(cancelled: str, text: str) -> None:
    write(text)
    assert rides() == []


def test_a_question_asked_since_is_what_the_number_answers(cancelled: str) -> None:
    asked = write("morgen 10 Uhr von Salzwedel Markt nach Klötze Busbahnhof", "7:10")
    assert asked
    write("1", "7:11")
    assert not Booking.objects.filter(taken_instead__isnull=False).exists()


def test_another_number_takes_nothing(cancelled: str) -> None:
    write("1", address="+491713920002")
    assert rides() == []


def test_whose_place_is_gone_hears_the_next_and_takes_that(cancelled: str) -> None:
    other = a_booking(a_desk(), a_wish(KLOETZE, BAHNHOF, "10:00", party=Party(adults=8)))
    assert other.offer.pickup_from < at("10:20")
    answer = write("1")
    assert answer.startswith("Dieser Platz wurde gerade vergeben. Frei ist")
    assert "Antworten Sie noch einmal 1" in answer
    assert rides() == []
    assert write("1", "7:21").startswith("Ihre Fahrt ist gebucht.")
    assert len(rides()) == 1


def test_who_answers_too_late_hears_so_in_her_language(cancelled: str) -> None:
    assert write("1", "10:30").startswith("Dieses Angebot gilt nicht mehr.")
    TextThread.objects.update(language="en")
    assert write("1", "10:31").startswith("This offer is no longer valid.")
    assert rides() == []


def test_an_old_offer_is_no_answer_to_anything(cancelled: str) -> None:
    late = at("10:30") + timedelta(days=3)
    take_in(Incoming("phone", MOBILE, "1", "SM-late"), talk, SetClock(late))
    assert "gilt nicht mehr" not in str(TextMessage.objects.filter(is_ours=True).latest("pk").text)
