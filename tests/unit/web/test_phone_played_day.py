"""On a day that is played in a demonstration the phone desk answers by that day's time; a real day's rules stay as they are."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from backend.bookings.models import Booking, OutboxMessage, RideRequest, ServiceDay
from backend.config.access import DISPATCHER
from backend.districts.models import District
from backend.operations.dayclock import desk_on, play
from tests.builders.district import a_booking, a_desk, a_wish
from tests.builders.rest import logged_in, tomorrow


@pytest.fixture
def half_past_eight(district: District, settings) -> ServiceDay:
    """Tomorrow shows half past eight."""
    settings.SITE_DISTRICT, settings.DEMO_LOGIN = district.pk, True
    a_booking(a_desk(tomorrow("8:00") - timedelta(days=1)), a_wish(when=tomorrow("11:00")))
    day = ServiceDay.objects.get(date=tomorrow().date())
    play(day, tomorrow("8:30"), 0.0)
    return day


def asked(office: Client, clock: str) -> HttpResponse:
    """The answer to a line at the phone desk."""
    opened = office.post("/leitstelle/telefon/", {"phone": "+491713920001", "key": f"call-{clock}"})
    line = f"morgen {clock} von Salzwedel Markt nach Klötze Busbahnhof"
    return office.post(opened["Location"], {"line": line, "key": f"line-{clock}"})


def test_a_ride_before_the_played_time_is_refused_and_one_after_it_is_booked(half_past_eight: ServiceDay) -> None:
    office = logged_in(DISPATCHER)
    over = asked(office, "8:00")
    assert over.status_code == 422
    assert "Diese Zeit ist schon vorbei." in over.content.decode()
    asked(office, "8:45")
    assert RideRequest.objects.order_by("created_at").last().refusal_code == "too_late"
    address = asked(office, "9:45")["Location"]
    page = office.get(address).text
    assert "Vorführung: Am" in page
    assert "8:30 Uhr" in page.replace("\xa0", " ")
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    assert offer
    office.post(address, {"offer": offer[1], "name": "Testfahrgast 1", "phone": "+491713920001", "key": "book-1"})
    ride = Booking.objects.get(contact_phone="+491713920001")
    assert ride.booked_at <= timezone.now(), "written down when it happened"
    told = OutboxMessage.objects.get(topic="booking.confirmed", payload__booking=ride.code)
    assert told.next_attempt_at <= timezone.now(), "its rider hears of it now"


def test_a_played_day_never_makes_it_earlier_and_counts_only_in_demonstrations(
    half_past_eight: ServiceDay, settings
) -> None:
    district, day = half_past_eight.district_id, half_past_eight.date
    assert desk_on(district, day).clock.now() == tomorrow("8:30")
    assert desk_on(district, day + timedelta(days=1)).clock.now() < tomorrow("0:00"), "another day is not played"
    play(half_past_eight, timezone.now() - timedelta(days=3), 0.0)
    assert abs(desk_on(district, day).clock.now() - timezone.now()) < timedelta(minutes=5)
    play(half_past_eight, tomorrow("8:30"), 0.0)
    settings.DEMO_LOGIN = False
    assert desk_on(district, day).clock.now() < tomorrow("0:00")
