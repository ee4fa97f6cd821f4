"""The page on which a dispatcher says what became of rides without a word from the bus."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.bookings.models import Booking
from backend.config.access import DISPATCHER, DRIVER
from backend.operations.dayclock import play
from tests.builders.district import KLOETZE, KUHFELDE, MARKT, a_booking, a_desk, a_district, a_wish, at
from tests.builders.rest import logged_in

PAGE = "/leitstelle/2026-11-24/ohne-meldung/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings) -> Client:
    settings.SITE_DISTRICT, settings.DEMO_LOGIN = "probe", True
    a_district()
    return logged_in(DISPATCHER)


def text(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_dispatcher_says_what_became_of_a_ride(office: Client) -> None:
    desk = a_desk()
    one = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    two = a_booking(desk, a_wish(KLOETZE, KUHFELDE, "9:30"))
    day = Booking.objects.select_related("service_day__district").first().service_day  # type: ignore[union-attr]
    play(day, at("8:45"), 0.0)
    assert "wissen wir, was geschehen ist" in text(office)
    play(day, at("12:00"), 0.0)
    shown = text(office)
    assert one.code in shown
    assert two.code in shown
    answer = office.post(PAGE, {"rides": [one.code], "state": "completed"})
    assert answer.status_code == 422
    assert "Schreiben Sie kurz, woher Sie das wissen." in answer.content.decode()
    assert "Fehler:" in answer.content.decode()
    assert Booking.objects.get(code=one.code).state == "booked"
    said = {"rides": [one.code], "state": "completed", "reason": "Fahrer angerufen"}
    assert office.post(PAGE, said).status_code == 302
    assert office.post(PAGE, said).status_code == 422, "it is not open any more"
    assert Booking.objects.get(code=one.code).state == "completed"
    assert Booking.objects.get(code=two.code).state == "booked"


def test_only_the_control_room_says_so(office: Client) -> None:
    assert logged_in(DRIVER, name="fahrer").get(PAGE).status_code == 302
    assert Client().get(PAGE).status_code == 302
    assert "wissen wir" in text(office)
