"""A caller who waits is taken over with everything said so far, and leaves the queue when the call is done."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from backend.bookings.models import OutboxMessage
from backend.channels_in.call_models import WaitingCall
from backend.control.models import PhoneCall
from backend.districts.models import District
from tests.builders.rest import a_user, logged_in

NUMBER = "+491713920021"


@pytest.fixture
def waiting(district: District) -> WaitingCall:
    return WaitingCall.objects.create(
        district=district, key="CA1", number=NUMBER, why="misunderstood", since=timezone.now(),
        lines=[["Rufbus", "Wohin möchten Sie?"], ["Anruf", "Nach Klötze zum Arzt"]],
    )  # fmt: skip


def taken(client: Client, case: WaitingCall) -> str:
    answer = client.post(f"/leitstelle/telefon/annehmen/{case.pk}/")
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_desk_shows_who_waits_and_why(waiting: WaitingCall) -> None:
    page = logged_in("dispatcher").get("/leitstelle/telefon/").content.decode()
    assert "0171 3920021" in page
    assert "wurde nicht verstanden" in page
    assert "möchte zurückgerufen werden" in page


def test_taking_shows_what_was_said_and_ending_closes_the_case(waiting: WaitingCall) -> None:
    client = logged_in("dispatcher")
    call = taken(client, waiting)
    assert "Nach Klötze zum Arzt" in client.get(call).content.decode()
    client.post(f"{call}ende/")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.number, waiting.lines) == ("called_back", "", [])
    assert PhoneCall.objects.get().phone == ""


def test_who_was_not_reached_stays_in_the_queue(waiting: WaitingCall) -> None:
    client = logged_in("dispatcher")
    client.post(f"{taken(client, waiting)}ende/", {"later": "1"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.number) == ("taken", NUMBER)
    again = taken(client, waiting)
    assert "Nach Klötze zum Arzt" in client.get(again).content.decode()


def test_two_dispatchers_do_not_call_the_same_person(waiting: WaitingCall) -> None:
    taken(logged_in("dispatcher"), waiting)
    other = Client()
    other.force_login(a_user("dispatcher", name="andere"))
    assert taken(other, waiting) == "/leitstelle/telefon/"
    page = other.get("/leitstelle/telefon/").content.decode()
    assert "eine Kollegin ist dran" in page
    assert f"/annehmen/{waiting.pk}/" not in page


def test_taking_and_ending_a_call_is_no_new_call_that_waits(waiting: WaitingCall) -> None:
    def told(topic: str) -> int:
        return OutboxMessage.objects.filter(topic=topic).count()

    before = told("call.waiting")
    client = logged_in("dispatcher")
    address = taken(client, waiting)
    assert (told("call.waiting"), told("call.changed")) == (before, 1)
    client.post(f"{address}ende/")
    assert told("call.waiting") == before


def test_taken_twice_is_one_call(waiting: WaitingCall) -> None:
    client = logged_in("dispatcher")
    assert taken(client, waiting) == taken(client, waiting)


def test_a_call_that_is_gone_is_said_to_be(district: District) -> None:
    client = logged_in("dispatcher")
    answer = client.post("/leitstelle/telefon/annehmen/4711/", follow=True)
    assert "Diesen Anruf gibt es nicht mehr." in answer.content.decode()
