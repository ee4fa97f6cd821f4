"""Whoever is signed in finds favourites and the last ride on the start page, and asks for each with one press."""

from __future__ import annotations

import pytest
from django.test import Client

from accessibility.desk import BookingView
from backend.bookings.models import RideRequest
from backend.districts.models import District
from tests.builders.accounts import a_favourite, an_account
from tests.builders.district import KLOETZE, a_key, a_passenger, a_wish
from tests.builders.rest import tomorrow

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(district: District):  # type: ignore[no-untyped-def]
    return an_account(district)


@pytest.fixture
def client(account) -> Client:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(account.user)
    return client


def test_a_favourite_is_one_press_from_its_offers(client: Client, account) -> None:  # type: ignore[no-untyped-def]
    favourite = a_favourite(account, usual={"needs": ["slow"], "party": {"walking_frames": 1}})
    page = client.get("/").content.decode()
    assert "Zum Arzt" in page
    assert "Von Salzwedel, Bahnhof nach Klötze, Busbahnhof" in page
    assert "Meine Fahrten hier vergessen" not in page, "an account signs out instead"
    answer = client.post("/fahrt/noch-einmal/", {"was": f"lieblingsfahrt:{favourite.pk}"})
    asked = RideRequest.objects.latest("created_at")
    assert answer["Location"] == f"/fahrt/angebote/{asked.pk}/"
    assert asked.destination["stop_id"] == KLOETZE
    assert asked.needs == ["slow"], "what is usual need not be said again"
    assert asked.party["walking_frames"] == 1


def test_the_last_ride_of_the_account_is_offered_whoever_booked_it_on_which_channel(client: Client) -> None:
    from backend.bookings.desk import get_desk

    desk = get_desk()
    offer = desk.quote(a_wish(when=tomorrow("9:00")), key=a_key()).offers[0]
    view = desk.book(offer.id, a_passenger(), key=a_key())
    assert isinstance(view, BookingView)
    page = client.get("/").content.decode()
    assert f'value="fahrt:{view.code}"' in page
    assert f'value="zurueck:{view.code}"' in page
    assert client.get("/")["Cache-Control"].count("no-store") == 1


def test_what_was_not_offered_is_not_asked_for(client: Client) -> None:
    answer = client.post("/fahrt/noch-einmal/", {"was": "lieblingsfahrt:4711"})
    assert answer["Location"] == "/fahrt/"
    assert not RideRequest.objects.exists()
