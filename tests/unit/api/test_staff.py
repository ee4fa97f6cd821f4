"""Roles, tokens, throttles, plan and manifest."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from backend.bookings.journal import announce
from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR, PARTNER, ROLES
from backend.config.health import RELAY_HEARTBEAT, beat
from backend.districts.models import District
from tests.builders.rest import a_body, a_booking_by, a_user, logged_in, send, tomorrow

DAY = tomorrow().date().isoformat()
PLAN = f"service-days/{DAY}/plan"
MAP = f"service-days/{DAY}/routes.geojson"
MANIFEST = f"service-days/{DAY}/vehicles/bus-1/manifest"
MAY = {
    "vehicles": {DISPATCHER, OPERATOR, DRIVER},
    PLAN: {DISPATCHER, OPERATOR},
    MAP: {DISPATCHER, OPERATOR, AUTHORITY},
    MANIFEST: {DISPATCHER},  # and drivers, on the day itself
}


@pytest.mark.parametrize("path", MAY)
def test_each_role_sees_its_own_and_no_more(guest: Client, path: str) -> None:
    assert send(guest, "GET", path)[0] == 401
    for role in (DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER):
        status = send(logged_in(role, name=role), "GET", path)[0]
        assert status == (200 if role in MAY[path] else 403), role


def test_a_driver_sees_the_manifest_of_today_only(guest: Client) -> None:
    driver = logged_in(DRIVER)
    today = timezone.localdate()
    statuses = [
        send(driver, "GET", MANIFEST.replace(DAY, (today + timedelta(days=ahead)).isoformat()))[0]
        for ahead in (-1, 0, 1)
    ]
    assert statuses == [403, 200, 403]


def test_the_plan_shows_riders_and_the_manifest_their_needs(guest: Client) -> None:
    code = a_booking_by(guest, needs=["blind"], party={"adults": 1, "guide_dogs": 1})
    desk = logged_in(DISPATCHER)
    _, plan, _ = send(desk, "GET", PLAN)
    boarding = [rider for route in plan["routes"] for visit in route["visits"] for rider in visit["boards"]]
    assert [rider["code"] for rider in boarding] == [code]
    assert "needs" not in boarding[0]
    assert (plan["version"], plan["bookings"]) == (1, 1)
    _, manifest, _ = send(desk, "GET", MANIFEST)
    boarding = [rider for shift in manifest["shifts"] for visit in shift["visits"] for rider in visit["boards"]]
    assert boarding[0]["needs"] == ["blind"]
    _, lines, _ = send(desk, "GET", MAP)
    assert [feature["geometry"]["type"] for feature in lines["features"]] == ["LineString"]
    assert "Erika" not in str(lines)


@pytest.mark.parametrize(
    "path",
    [
        "service-days/gestern/plan",
        "service-days/2026-02-30/plan",
        f"service-days/{DAY}/vehicles/x/manifest",
    ],
)
def test_what_does_not_exist(guest: Client, path: str) -> None:
    assert send(logged_in(DISPATCHER), "GET", path)[0] == 404


def test_a_token_opens_what_its_user_may_see_until_it_is_given_back(guest: Client) -> None:
    a_user(DISPATCHER)
    status, given, _ = send(guest, "POST", "tokens", {"username": "leitstelle", "password": "secret"})
    assert status == 201
    header = {"Authorization": f"Token {given['token']}"}
    assert send(guest, "GET", "vehicles", **header)[0] == 200
    assert send(guest, "DELETE", "tokens", **header)[0] == 204
    status, problem, answer = send(guest, "GET", "vehicles", **header)
    assert (status, problem["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_a_wrong_password_gets_no_token(guest: Client) -> None:
    a_user(DISPATCHER)
    status, problem, _ = send(guest, "POST", "tokens", {"username": "leitstelle", "password": "Secret"})
    assert (status, problem["code"]) == (401, "not_authenticated")


def test_a_session_needs_the_page_s_token_to_write(guest: Client) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(a_user(DISPATCHER))
    status, problem, _ = send(browser, "POST", "ride-requests", a_body())
    assert (status, problem["code"]) == (403, "forbidden")


def test_a_guest_who_asks_too_often_is_told_when_to_come_back(guest: Client, settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"quote": "2/min"}
    for _ in range(2):
        assert send(guest, "POST", "ride-requests", a_body())[0] == 201
    status, problem, answer = send(guest, "POST", "ride-requests", a_body())
    assert (status, problem["code"]) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert send(guest, "GET", "stops")[0] == 200, "another scope has its own count"
    desk = logged_in(DISPATCHER)
    assert {send(desk, "POST", "ride-requests", a_body())[0] for _ in range(3)} == {201}


def test_many_days_at_once_are_counted_apart(guest: Client, settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"series": "1/min"}
    assert send(guest, "POST", "series-requests", {})[0] == 422
    assert send(guest, "POST", "series-requests", {})[0] == 429
    assert send(guest, "POST", "ride-requests", a_body())[0] == 201


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("2001:db8:1:2:3::1", "2001:db8:1:2:ffff:ffff::2", 429),  # one household has all of these
        ("2001:db8:1:2::1", "2001:db8:1:3::1", 201),
        ("::ffff:192.0.2.1", "192.0.2.1", 429),
        ("192.0.2.1", "192.0.2.2", 201),
    ],
)
def test_a_guest_is_counted_by_connection(guest: Client, settings, first: str, second: str, status: int) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"quote": "1/min"}
    answers = [send(Client(REMOTE_ADDR=address), "POST", "ride-requests", a_body())[0] for address in (first, second)]
    assert answers == [201, status]


def test_a_header_gives_no_guest_another_address(guest: Client, settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"quote": "1/min"}
    headers = [{"X-Forwarded-For": f"192.0.2.{number}"} for number in range(2)]
    answers = [send(Client(headers=header), "POST", "ride-requests", a_body())[0] for header in headers]
    assert answers == [201, 429]


def test_the_demo_login_is_a_door_only_where_it_is_allowed(guest: Client, settings) -> None:
    for role in (
        ROLES
    ):  # rows of a migration: tests with transactions of their own have emptied the table, where they came first
        Group.objects.get_or_create(name=role)
    settings.DEMO_LOGIN = False
    assert guest.post("/demo-anmeldung/").status_code == 404
    settings.DEMO_LOGIN = True
    assert guest.get("/demo-anmeldung/").status_code == 405
    away = guest.post("/demo-anmeldung/", {"next": "https://elsewhere.example/"})
    assert away["Location"] == "/"
    assert guest.post("/demo-anmeldung/", {"next": "no-address"})["Location"] == "/"
    assert send(guest, "GET", PLAN)[0] == 200


def test_health_tells_database_and_worker(guest: Client) -> None:
    answer = guest.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert answer.json()["worker"] in ("ok", "silent")


def test_health_tells_a_silent_relay_and_what_should_have_left(guest: Client) -> None:
    beat(RELAY_HEARTBEAT)
    assert guest.get("/healthz").json()["relay"] == "ok"
    caches["between_processes"].set(RELAY_HEARTBEAT, time.time() - 61)
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    announce(District.objects.get(), "nobody.hears", {}, long_ago)
    answer = guest.get("/healthz")
    assert (answer.status_code, answer.json()["relay"], answer.json()["messages_overdue"]) == (200, "silent", 1)
