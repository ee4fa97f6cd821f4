"""A ride in a calendar: read back by icalendar, replaced by its change, taken out by its cancellation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from accessibility.desk import Access, BookingView
from backend.bookings.desk import Desk, get_desk
from tests.builders.district import a_district, a_key, a_passenger, a_wish
from tests.builders.rest import tomorrow

pytestmark = pytest.mark.django_db
PHONE = "03901 304031"


@pytest.fixture
def desk(settings) -> Desk:
    settings.SITE_DISTRICT = "probe"
    a_district()
    return get_desk()


@pytest.fixture
def ride(desk: Desk) -> BookingView:
    wish = a_wish(when=tomorrow("9:00"), needs=frozenset({"ramp", "blind"}))
    answer = desk.book(desk.quote(wish, key=a_key()).offers[0].id, a_passenger(), key=a_key())
    assert isinstance(answer, BookingView)
    return answer


def entry(code: str) -> tuple[Any, Any]:
    """The file's calendar and its one entry, as the rider's browser gets it."""
    client = Client()
    client.post("/fahrt/meine/", {"code": code, "contact": PHONE})
    answer = client.get(f"/fahrt/buchung/{code}/kalender.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_the_entry_says_when_where_and_whom_to_call_and_no_needs(ride: BookingView) -> None:
    calendar, event = entry(ride.code)
    assert event.decoded("dtstart") == ride.offer.pickup_from
    assert event.decoded("dtend") == ride.offer.arrive_by
    assert str(event["location"]) == "Salzwedel, Markt"
    text = calendar.to_ical().decode()
    assert "BEGIN:VTIMEZONE" in text
    words = str(event["description"])
    assert "Warten Sie zwischen 9:00 und 9:10 Uhr" in words
    assert "03901 304030" in words
    assert "blind" not in text
    assert "Rampe" not in words.replace("Kleinbus mit Rampe", "")
    assert "Erika" not in text
    assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [timedelta(hours=-1), timedelta(minutes=-15)]


def test_a_change_replaces_the_entry_and_a_cancellation_takes_it_out(desk: Desk, ride: BookingView) -> None:
    _, first = entry(ride.code)
    access = Access(contact=PHONE)
    offer = desk.quote(a_wish(when=tomorrow("10:30"), replaces=ride.code), key=a_key()).offers[0]
    changed = desk.change(ride.code, offer.id, access, key=a_key())
    assert isinstance(changed, BookingView)
    _, second = entry(changed.code)
    assert entry(ride.code)[1]["uid"] == second["uid"] == first["uid"]
    assert second.decoded("dtstart") == changed.offer.pickup_from
    desk.cancel(changed.code, access, key=a_key())
    calendar, third = entry(changed.code)
    assert third["uid"] == first["uid"]
    assert (str(calendar["method"]), str(third["status"])) == ("CANCEL", "CANCELLED")
    assert int(first["sequence"]) < int(second["sequence"]) < int(third["sequence"])


def test_a_stranger_gets_no_calendar(ride: BookingView) -> None:
    assert Client().get(f"/fahrt/buchung/{ride.code}/kalender.ics").status_code == 302
