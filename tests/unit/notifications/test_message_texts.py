"""What riders read: in every language, short enough, and without a word about what they need or who they are."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.utils.translation import override

from accessibility.sms.gsm7 import cost
from backend.bookings.models import Booking
from backend.bookings.party import DOOR_TO_DOOR, KNOWN_NEEDS
from backend.bookings.selectors import booking_by_code
from backend.districts.models import Stop
from backend.notifications.calendars import calendar_of
from backend.notifications.kinds import Kind
from backend.notifications.letters import letter
from backend.notifications.models import RiderMessage
from backend.notifications.rides import rides_of
from backend.notifications.rules import CALL, EMAIL, SMS, Reach, Way
from backend.web.display import need_text
from tests.builders.district import a_booking, a_desk, a_district, a_wish, at
from tests.builders.riders_messages import MOBILE, mobile_rider

pytestmark = pytest.mark.django_db
LANGUAGES = ("de", "en", "de-simple")
EVERY_NEED = KNOWN_NEEDS - {DOOR_TO_DOOR, "child_seat"}
# Words that would tell what somebody needs or has, in the languages of the messages.
TELLING = re.compile(
    r"blind|sehbehind|gehörlos|schwerhör|taub|deaf|hearing|rollstuhl|roll-stuhl|wheelchair|rampe|ramp|rollator|"
    r"walking frame|behinder|disab|hilfe beim einsteigen|kindersitz|child seat|mehr zeit|wertmarke|diagnos|krank",
    re.IGNORECASE,
)
CONTEXT = {"from": at("9:00").isoformat(), "until": at("9:12").isoformat()}
LONG_STOPS = ("Hohenlangenbeck, Bandau Friedhof Abzweig Siedlung", "Klötze, Straße der Jugend/Am Bahnhof Süd")


def a_row(booking: Booking, kind: Kind, **context: str) -> RiderMessage:
    return RiderMessage(
        district=booking.district, key=f"{kind}:1", kind=kind.value, booking=booking, context={**CONTEXT, **context},
        is_urgent=False, created_at=at("7:00"), due_at=at("7:00"), pk=1,
    )  # fmt: skip


def text_of(
    booking: Booking, kind: Kind, channel: str, language: str = "de", *, now: datetime | None = None, **context: str
) -> str:
    to = {SMS: MOBILE, CALL: MOBILE, EMAIL: "testfahrgast@example.org"}[channel]
    row = a_row(booking, kind, **context)
    reach = Reach(MOBILE, MOBILE, "testfahrgast@example.org", language)
    message = letter(row, rides_of(booking, row.also), Way(channel, to), reach, now or at("7:00"))
    return f"{message.subject}\n{message.text}" if message.subject else message.text


@pytest.fixture
def booking() -> Booking:
    """Of a rider who needs everything that one can need here."""
    a_district()
    shown = a_booking(a_desk(), a_wish(needs=EVERY_NEED), mobile_rider(1, "testfahrgast@example.org"))
    found = booking_by_code(shown.code)
    assert found is not None
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_no_message_tells_a_need_a_name_or_a_number(booking: Booking, kind: Kind, language: str) -> None:
    for state in ("booked", "aboard"):
        booking.state = state
        for channel in (SMS, EMAIL, CALL):
            text = text_of(booking, kind, channel, language)
            assert not TELLING.search(text), text
            for need in sorted(KNOWN_NEEDS):
                with override(language):
                    assert need_text(need).lower() not in text.lower()
            assert "Testfahrgast" not in text
            assert MOBILE[-6:] not in text.replace(" ", "")
            assert "%(" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_an_sms_takes_two_segments_at_most_even_between_stops_with_long_names(
    booking: Booking, kind: Kind, language: str, settings
) -> None:
    settings.PUBLIC_URL = "https://rufbus.altmarkkreis-salzwedel.example"
    for stop, name in zip((booking.offer.pickup_stop, booking.offer.delivery_stop), LONG_STOPS, strict=True):
        Stop.objects.filter(pk=stop.pk).update(village=name.split(", ")[0], name=name.split(", ")[1])
    found = booking_by_code(booking.code)
    assert found is not None
    text = text_of(
        found, kind, SMS, language, now=at("7:00", "2026-11-20"), text="Der Bus fährt wegen Schnee nicht. " * 8
    )
    found_cost = cost(text)
    assert found_cost.encoding == "GSM-7", text
    assert found_cost.segments <= 2, (found_cost, text)
    if kind in (Kind.BOOKED, Kind.CHANGED, Kind.CANCELLED, Kind.WINDOW):
        assert booking.code in text, "whatever is left out, the code stays"


@pytest.mark.parametrize("kind", list(Kind))
def test_the_languages_differ(booking: Booking, kind: Kind) -> None:
    if kind is Kind.NOTE:
        return  # a dispatcher's own words
    german, english, easy = (text_of(booking, kind, EMAIL, language) for language in LANGUAGES)
    assert german != english
    assert "Hello," in english
    assert "Haltestelle" not in easy


def test_a_promise_is_a_window_and_the_day_is_named_as_one_says_it(booking: Booking) -> None:
    for now, day in (
        (at("7:00"), "heute"),
        (at("18:30", "2026-11-23"), "morgen"),
        (at("9:00", "2026-11-20"), "am Di, 24.11.2026"),
    ):
        assert f"{day} zwischen 8:30 und 8:40 Uhr" in text_of(booking, Kind.EVENING, SMS, now=now)


def test_what_an_incident_made_of_the_promise_is_what_is_said(booking: Booking) -> None:
    booking.amended = {"pickup_earliest_s": 9 * 3600, "pickup_latest_s": 9 * 3600 + 900}
    assert "zwischen 9:00 und 9:15 Uhr" in text_of(booking, Kind.BEFORE, SMS)


def test_who_does_not_hear_is_not_sent_to_the_telephone(booking: Booking) -> None:
    row, rides = a_row(booking, Kind.NO_SHOW), rides_of(booking, [])
    reads_only = Reach("", MOBILE, "", reads_only=True)
    assert letter(row, rides, Way(SMS, MOBILE), reads_only, at("9:00")).text.endswith(
        "War es anders? Antworten Sie MENSCH."
    )
    hears = Reach(MOBILE, MOBILE)
    assert letter(row, rides, Way(SMS, MOBILE), hears, at("9:00")).text.endswith("Rufen Sie uns an: 03901 304030.")


def test_an_email_brings_the_ride_for_the_calendar_and_the_link(booking: Booking, settings) -> None:
    settings.PUBLIC_URL, settings.SITE_DISTRICT = "https://rufbus.example", "probe"
    reach, way = Reach(email="testfahrgast@example.org", language="en"), Way(EMAIL, "testfahrgast@example.org")
    row, rides = a_row(booking, Kind.BOOKED), rides_of(booking, [])
    first, again = (letter(row, rides, way, reach, at("7:00")) for _time in range(2))
    assert f"https://rufbus.example/en/fahrt/buchung/{booking.code}/" in first.text
    [file] = first.attachments
    assert (file.name, file.media_type) == (f"rufbus-{booking.code.lower()}.ics", "text/calendar")
    assert b"BEGIN:VEVENT" in file.content
    assert first.headers["Message-ID"] == again.headers["Message-ID"]
    assert first.headers["Auto-Submitted"] == "auto-generated"
    settings.SITE_DISTRICT = "elsewhere"
    assert calendar_of([booking.code], at("7:00")) == ()


def test_without_an_address_of_its_own_the_site_links_to_nothing(booking: Booking, settings) -> None:
    settings.PUBLIC_URL = ""
    for kind in Kind:
        for channel in (SMS, EMAIL, CALL):
            assert "http" not in text_of(booking, kind, channel)
