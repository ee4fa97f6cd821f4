"""Troubles and interventions over REST: roles, a whole round, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.models import Booking
from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR
from tests.builders.district import BusOnDuty, a_booking, a_district, a_wish
from tests.builders.rest import logged_in, send, tomorrow

pytestmark = pytest.mark.django_db
DAY = tomorrow().date().isoformat()
BASE = f"service-days/{DAY}"


@pytest.fixture(autouse=True)
def two_buses(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_DISTRICT = "probe"
    for cache in caches.all():
        cache.clear()
    a_district(BusOnDuty(), BusOnDuty())


@pytest.fixture
def ride() -> str:
    return a_booking(Desk(SetClock(tomorrow() - timedelta(hours=20))), a_wish(when=tomorrow("9:00"))).code


@pytest.fixture
def office() -> Client:
    return logged_in(DISPATCHER)


def look(client: Client, document: Any) -> tuple[int, Any]:
    status, answer, _ = send(client, "POST", f"{BASE}/interventions/preview", {"intervention": document})
    return status, answer


def test_a_whole_round(office: Client, ride: str) -> None:
    status, shown = look(office, {"kind": "move", "booking": ride})
    assert status == 200
    (effect,) = shown["effects"]
    assert (effect["booking"], effect["dropped"], effect["late_minutes"]) == (ride, False, 0)
    assert effect["vehicle_before"] != effect["vehicle_after"]
    body = {"token": shown["token"], "reason": "Fahrer kennt den Weg"}
    status, done, _ = send(office, "POST", f"{BASE}/interventions", body, key="once")
    assert status == 201
    assert done["moved"] == {ride: effect["vehicle_after"]}
    assert send(office, "POST", f"{BASE}/interventions", body, key="once")[1] == done
    status, back = look(office, {"kind": "undo", "intervention": done["id"]})
    assert back["effects"][0]["vehicle_after"] == effect["vehicle_before"]
    body = {"token": back["token"], "reason": "Irrtum"}
    assert send(office, "POST", f"{BASE}/interventions", body)[0] == 201
    _, listed, _ = send(office, "GET", f"{BASE}/interventions")
    assert [(row["kind"], row["undone"]) for row in listed] == [("undo", False), ("move", True)]


def test_nobody_else_may(ride: str) -> None:
    paths = {
        f"{BASE}/troubles": {DISPATCHER, OPERATOR},
        f"{BASE}/interventions": {DISPATCHER},
    }
    for role in (DISPATCHER, OPERATOR, DRIVER, AUTHORITY):
        client = logged_in(role, name=role)
        for path, allowed in paths.items():
            assert send(client, "GET", path)[0] == (200 if role in allowed else 403), (role, path)
        if role != DISPATCHER:
            assert look(client, {"kind": "move", "booking": ride})[0] == 403
    assert send(Client(), "GET", f"{BASE}/troubles")[0] == 401


def test_a_no_is_a_problem_with_a_way_out(office: Client, ride: str) -> None:
    status, done = look(office, {"kind": "keep", "booking": ride, "on": False})
    assert (status, done["code"]) == (409, "as_it_is")
    assert done["way_out"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"kind": "beam"}, "kind"),
        ({"kind": "move", "booking": "ABC-DEF"}, "booking"),
        ({"kind": "move", "booking": ["x"]}, "booking"),
        ({"kind": "shift", "shift": "x", "end_s": 10**12}, "end_s"),
        ([], "intervention"),
        ("move", "intervention"),
        (None, "intervention"),
    ],
)
def test_nonsense_names_its_field(office: Client, ride: str, document: Any, field: str) -> None:
    status, problem = look(office, document)
    assert status == 422
    assert problem["errors"][0]["field"] == field


def test_a_token_of_another_day_or_of_nobody_does_nothing(office: Client, ride: str) -> None:
    _, shown = look(office, {"kind": "keep", "booking": ride})
    other = (tomorrow() + timedelta(days=1)).date().isoformat()
    a_booking(Desk(SetClock(tomorrow() - timedelta(hours=20))), a_wish(when=tomorrow("9:00") + timedelta(days=1)))
    for path, token in ((f"service-days/{other}", shown["token"]), (BASE, "x:y:z")):
        status, problem, _ = send(office, "POST", f"{path}/interventions", {"token": token, "reason": "Probe"})
        assert (status, problem["errors"][0]["field"]) == (422, "token")
    assert not Booking.objects.filter(kept_on__isnull=False).exists()


def test_days_that_do_not_exist(office: Client) -> None:
    for day in ("gestern", "2031-01-06", "2026-02-30"):
        assert send(office, "GET", f"service-days/{day}/troubles")[0] == 404
    assert send(office, "GET", f"{BASE}/troubles?district=x%00")[0] == 403
