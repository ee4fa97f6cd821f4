"""A program asks for the rider's other rides before it books, and hears of those alone that it can name."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders.district import a_district
from tests.builders.rest import CONTACT, PHONE, a_booking_by, a_user, an_offer, logged_in, send, works_elsewhere

pytestmark = pytest.mark.django_db
PASSENGER = {"name": "Erika Muster", "phone": PHONE}


def beside(client: Client, offer: str, **more: object) -> list[str]:
    body = {"offer_ids": [offer], "passenger": PASSENGER, **more}
    status, answer, _ = send(client, "POST", "rides-beside", body, key=None, **CONTACT)
    assert status == 200, answer
    return [one["ride"]["code"] for one in answer["rides"]]


def test_only_named_bookings_are_told() -> None:
    a_district()
    client = Client()
    code, offer = a_booking_by(client), an_offer(client)
    assert beside(client, offer) == []
    assert beside(client, offer, codes=[code]) == [code]
    assert beside(client, offer, codes=["AAA-AAA"]) == []
    status, booked, _ = send(client, "POST", "bookings", {"offer_id": offer, "passenger": PASSENGER, "knowing": [code]})
    assert (status, booked["state"]) == (201, "booked")


def test_a_dispatcher_hears_of_all_and_one_of_another_district_of_none() -> None:
    a_district()
    client = Client()
    code, offer = a_booking_by(client), an_offer(client)
    assert beside(logged_in("dispatcher"), offer) == [code]
    elsewhere = a_user("dispatcher", name="nachbarin")
    works_elsewhere(elsewhere)
    other = Client()
    other.force_login(elsewhere)
    assert beside(other, offer) == []
