"""The same ride booked twice by pages: asked about on the page for who may know of it, else told to the rider herself."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from backend.bookings.models import Booking, OutboxMessage
from backend.districts.models import District
from tests.builders.pages import OWN_ORIGIN, PERSON, ask, book, choose, code_in, hidden_fields


def press(visitor: Client, path: str, **pressed: str):
    return visitor.post(path, {**hidden_fields(visitor.get(path)), **PERSON, **pressed}, headers=OWN_ORIGIN)


def second_offer(visitor: Client) -> str:
    request_id, offer_id = choose(visitor, ask(visitor, time="9:00"))
    return f"/fahrt/angebote/{request_id}/{offer_id}/"


def states() -> list[str]:
    return list(Booking.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def visitor(district: District) -> Client:
    """Somebody who has booked a ride at 8:30 Uhr in this browser."""
    client = Client()
    book(client, *choose(client, ask(client)))
    return client


def test_the_page_asks_before_it_books_and_books_both_if_both_are_needed(visitor: Client) -> None:
    path = second_offer(visitor)
    answer = press(visitor, path)
    text = answer.content.decode()
    first = Booking.objects.get().code
    assert answer.status_code == 409
    assert "Für diese Zeit gibt es schon eine Fahrt." in text
    assert first in text
    code_in(press(visitor, path, daneben=first))
    assert states() == ["booked", "booked"]


def test_the_new_ride_takes_the_place_of_the_old(visitor: Client) -> None:
    path = second_offer(visitor)
    shown = press(visitor, path).content.decode()
    replaced = re.search(r'name="statt" value="([^"]+)"', shown)
    assert replaced
    new = code_in(press(visitor, path, statt=replaced[1]))
    assert states() == ["cancelled", "booked"]
    assert Booking.objects.get(code=new).replaces.code == replaced[1]


def test_who_types_a_number_learns_nothing_of_its_rides_and_the_rider_is_told(visitor: Client) -> None:
    first = Booking.objects.get().code
    stranger = Client()
    answer = press(stranger, second_offer(stranger))
    code_in(answer)  # booked at once, nothing said
    told = OutboxMessage.objects.filter(topic="booking.confirmed").latest("pk").payload
    assert told["beside"] == [first]


def test_a_stranger_cannot_take_the_place_of_a_ride_that_is_not_hers(visitor: Client) -> None:
    first = Booking.objects.get().code
    stranger = Client()
    press(stranger, second_offer(stranger), statt=first)
    assert Booking.objects.get(code=first).state == "booked"
