"""Riders with telling names, numbers and needs by every channel: no message between parts, record, log or address tells them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from backend.bookings.models import AuditEntry, Booking, IdempotencyRecord, OutboxMessage, PlanVersion
from backend.channels_in.models import WaitingCall
from backend.control.models import InterventionRecord, TroubleRecord
from backend.districts.models import District
from backend.driving.models import DriverEvent
from backend.notifications.models import RiderMessage, SendingAttempt
from tests.builders.accounts import an_account
from tests.builders.calls import Caller
from tests.builders.driving import a_bus
from tests.builders.pages import OWN_ORIGIN, PERSON, ask, choose, hidden_fields
from tests.builders.rest import an_offer, logged_in, send
from tests.builders.riders_messages import post
from tests.builders.signing_in import sign_in
from tests.unit.channels_in.test_sms_webhooks import write

pytestmark = pytest.mark.django_db
NAME = "Zwölfender"
NUMBERS = [f"+4930231250{last}" for last in (41, 42, 43, 44, 45)]
EMAIL = "zwoelfender@example.org"
TRACES = (NAME, EMAIL, "blind", *(number[-7:] for number in NUMBERS), *(f"3125 0{number[-2:]}" for number in NUMBERS))
TELL_NOBODY = (
    OutboxMessage, AuditEntry, IdempotencyRecord, PlanVersion, DriverEvent, InterventionRecord, TroubleRecord, SendingAttempt,
)  # fmt: skip
seen: list[str] = []


def recording(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """What a proxy's log would hold: every address that was called or led to."""

    def recorded(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        seen.extend([request.get_full_path(), response.get("Location", "")])
        return response

    return recorded


@pytest.fixture
def site(district: District, settings: Any) -> Iterator[District]:
    settings.MIDDLEWARE = [f"{__name__}.recording", *settings.MIDDLEWARE]
    seen.clear()
    for cache in caches.all():
        cache.clear()
    yield district
    for cache in caches.all():
        cache.clear()


def by_rest() -> None:
    passenger = {"name": f"Testfahrgast {NAME}", "phone": NUMBERS[0], "email": EMAIL}
    body = {"offer_id": an_offer(Client(), needs=["blind"]), "passenger": passenger}
    status, booking, _answer = send(Client(), "POST", "bookings", body)
    assert status == 201, booking
    contact = {"Rufbus-Contact": NUMBERS[0]}
    assert send(Client(), "GET", f"bookings/{booking['code']}", **contact)[0] == 200
    assert send(Client(), "POST", f"bookings/{booking['code']}/late", {"minutes": 5}, **contact)[0] in (
        200,
        201,
        409,
        422,
    )


def by_page() -> None:
    visitor = Client()
    request_id, offer_id = choose(visitor, ask(visitor, needs=["blind"], time="9:30"))
    path = f"/fahrt/angebote/{request_id}/{offer_id}/"
    person = {**PERSON, "name": f"Testfahrgast {NAME}", "phone": NUMBERS[1], "email": EMAIL}
    answer = visitor.post(path, {**hidden_fields(visitor.get(path)), **person}, headers=OWN_ORIGIN)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert visitor.get(answer["Location"]).status_code == 200


def by_telephone() -> None:
    caller = Caller(NUMBERS[2])
    caller.ring()
    caller.say("übermorgen um halb elf von Beetzendorf Kirche nach Klötze Busbahnhof, ich bin blind")
    caller.say(f"Testfahrgast {NAME}")
    caller.say("ja")
    other = Caller(NUMBERS[2])
    other.ring()
    other.press("0")
    other.press("1")
    other.hang_up()


def by_sms() -> None:
    for text in (
        "übermorgen 11:30 von Beetzendorf Kirche nach Klötze Busbahnhof, ich bin blind",
        "1",
        f"Testfahrgast {NAME}",
        "ja",
    ):
        assert write(text, sid=uuid4().hex, number=NUMBERS[3]) == 200
    assert write("mensch", sid=uuid4().hex, number=NUMBERS[3]) == 200


def at_the_desk(district: District) -> None:
    """A dispatcher looks the riders up, searches, writes down, and answers."""
    desk = logged_in("dispatcher")
    taken = desk.post("/leitstelle/telefon/", {"phone": NUMBERS[0], "key": uuid4().hex})
    assert taken.status_code == 302, taken.content.decode()[-2000:]
    assert desk.get(taken["Location"]).status_code == 200
    for word in (NAME, NUMBERS[0], EMAIL):
        desk.post("/leitstelle/suche/", {"q": word})
    for page in ("telefon/", "sms/", "nachrichten/", "protokoll/", "uebergabe/", "suche/"):
        desk.get(f"/leitstelle/{page}")
    day = timezone.localdate().isoformat()
    desk.post(f"/leitstelle/uebergabe/{day}/", {"text": f"{NAME} {NUMBERS[0]} ist blind", "key": uuid4().hex})


def as_a_rider(district: District) -> None:
    an_account(district, phone=NUMBERS[4], email=EMAIL, name=f"Testfahrgast {NAME}", wishes=["text_only"])
    browser = Client()
    sign_in(browser, NUMBERS[4])
    for page in ("", "fahrten/", "daten/", "daten/mitnehmen/"):
        browser.get(f"/konto/{page}")


def on_the_road(district: District) -> None:
    """A driver meets one of them, and does not meet another."""
    first, second = Booking.objects.order_by("pk")[:2]
    bus = a_bus(district, since=timezone.now())
    for kind, code in (("boarded", first.code), ("no_show", second.code)):
        bus.says(kind, timezone.now(), booking=code, stop=first.offer.pickup_stop.code)


def told(row: Any) -> str:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return json.dumps(values, default=str, ensure_ascii=False)


def test_nobody_is_told_who_it_was(site: District, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        by_rest()
        by_page()
        by_telephone()
        by_sms()
        assert Booking.objects.count() == 4
        assert WaitingCall.objects.exists()
        as_a_rider(site)
        at_the_desk(site)
        on_the_road(site)
        post(timezone.now())
    assert RiderMessage.objects.exists()
    assert all(
        model._default_manager.exists()
        for model in (OutboxMessage, AuditEntry, IdempotencyRecord, PlanVersion, DriverEvent)
    )
    assert any("/leitstelle/telefon/" in address for address in seen)
    leaks = [told(row) for model in TELL_NOBODY for row in model._default_manager.all()]
    leaks += [*seen, *(record.getMessage() + str(record.exc_text or "") for record in caplog.records)]
    assert [line for line in leaks if any(trace in line for trace in TRACES)] == []
