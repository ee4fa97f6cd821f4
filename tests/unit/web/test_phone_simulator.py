"""The page of the control room that rings the line up."""

from __future__ import annotations

import pytest
from django.conf import settings as conf
from django.test import Client

from backend.bookings.models import Booking
from backend.channels_in.call_models import Call
from tests.builders.district import a_district
from tests.builders.rest import logged_in

PROBE = "/leitstelle/telefon/probe/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(settings) -> Client:  # type: ignore[no-untyped-def]
    settings.SITE_DISTRICT = "probe"
    a_district()
    return logged_in("dispatcher")


def act(client: Client, **values: str) -> str:
    response = client.post(PROBE, values, follow=True)
    assert response.status_code in (200, 422)
    page = response.content.decode()
    assert conf.TWILIO_TOKEN not in page
    return page


def test_a_ride_is_booked_by_words_and_keys(staff: Client) -> None:
    assert "Sagen Sie einfach" in act(staff, what="ring", number="03023125001")
    act(staff, what="send", text="übermorgen um halb neun von Beetzendorf Kirche nach Klötze Busbahnhof")
    act(staff, what="send", text="Testfahrgast Eins")
    assert "Gebucht." in act(staff, what="send", key="1")
    assert Booking.objects.count() == 1
    assert "Auf Wiederhören".lower() in act(staff, what="send", key="2").lower()
    assert "noch einmal" in act(staff, what="send", key="1")


def test_hanging_up_and_silence(staff: Client) -> None:
    act(staff, what="ring", number="")
    assert "Sagen Sie einfach" in act(staff, what="silence")
    assert "zu Ende" in act(staff, what="hang_up")
    assert Call.objects.get().ended_at is not None


def test_nothing_of_it_without_a_token(staff: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.TWILIO_TOKEN = ""
    response = staff.post(PROBE, {"what": "ring"})
    assert response.status_code == 422
    assert not Call.objects.exists()


def test_others_are_asked_to_log_in(staff: Client) -> None:
    assert Client().get(PROBE).status_code == 302
    assert Client().post(PROBE, {"what": "ring"}).status_code == 302


@pytest.mark.parametrize(
    "values", [{}, {"what": "x"}, {"what": "send", "text": "x" * 5000}, {"what": "send", "key": "A" * 99}]
)
def test_odd_presses_end_in_a_page(staff: Client, values: dict[str, str]) -> None:
    act(staff, **values)
    act(staff, what="ring", number="x" * 100)
    act(staff, **values)
