"""REST for vehicles: a device pairs, a driver signs in, positions and reports come in, the shift goes out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from backend.bookings.models import ServiceDay
from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR, PARTNER
from backend.districts.models import District
from backend.driving.devices import COOKIE, lock
from backend.driving.models import Duty
from backend.operations.dayclock import play
from backend.operations.models import VehiclePosition
from tests.builders.district import (
    BERLIN,
    FIRST_LONGITUDE,
    LATITUDE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_wish,
    at,
)
from tests.builders.driving import a_device, a_driver
from tests.builders.rest import logged_in, send

NOW = datetime.now(BERLIN)
POSITIONS = "vehicles/bus-1/positions"


def a_batch(**changes: Any) -> dict[str, Any]:
    now = datetime.now(BERLIN)
    point = {"id": "p-1", "at": (now - timedelta(seconds=5)).isoformat(), "lat": LATITUDE, "lon": FIRST_LONGITUDE}
    return {"sent_at": now.isoformat(), "points": [point], **changes}


def test_only_the_control_room_sends_positions_of_any_vehicle(guest: Client) -> None:
    assert send(guest, "POST", POSITIONS, a_batch())[0] == 401
    for role in (DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER):
        status = send(logged_in(role, name=role), "POST", POSITIONS, a_batch())[0]
        assert status == (200 if role in (DISPATCHER, OPERATOR) else 403), role


def test_a_device_sends_positions_of_the_vehicle_that_it_is_in(district: District, guest: Client) -> None:
    device, sign = a_device(district, NOW)
    headers = {"Rufbus-Device": sign}
    assert send(guest, "POST", POSITIONS, a_batch(), **headers)[1]["code"] == "no_duty"
    _driver, code = a_driver(district, NOW)
    assert send(guest, "POST", "driver/duties", {"code": code, "vehicle": "bus-1"}, **headers)[0] == 201
    assert send(guest, "POST", POSITIONS, a_batch(), **headers)[0] == 200
    assert send(guest, "POST", "driver/positions", a_batch(), **headers)[1] == {"taken": 0, "known": 1, "useless": 0}
    assert send(guest, "POST", "vehicles/bus-2/positions", a_batch(), **headers)[0] == 403
    lock(device, "leitstelle", "verloren", NOW)
    for path in (POSITIONS, "driver/positions"):
        status, problem, _ = send(guest, "POST", path, a_batch(), **headers)
        assert (status, problem["code"]) == (403, "device_locked")


def test_positions_of_a_duty_belong_to_its_day_also_while_another_day_is_played(
    district: District, guest: Client
) -> None:
    """The telephone's clock shows today; the demonstration plays a day to come."""
    a_booking(a_desk(), a_wish())
    day = ServiceDay.objects.select_related("district").get(plan_version__gt=0)
    play(day, at("8:00"), 1.0)
    _device, sign = a_device(district, NOW)
    _driver, code = a_driver(district, NOW)
    headers = {"Rufbus-Device": sign}
    assert send(guest, "POST", "driver/duties", {"code": code, "vehicle": "bus-1"}, **headers)[0] == 201
    assert send(guest, "POST", "driver/positions", a_batch(), **headers)[1]["taken"] == 1
    point = VehiclePosition.objects.select_related("service_day").get()
    assert point.service_day.date == day.date
    assert at("7:59") < point.at < at("8:05")


def test_a_batch_sent_twice_counts_once(guest: Client) -> None:
    driver, batch = logged_in(DISPATCHER), a_batch()
    assert send(driver, "POST", POSITIONS, batch)[1] == {"taken": 1, "known": 0, "useless": 0}
    assert send(driver, "POST", POSITIONS, batch)[1] == {"taken": 0, "known": 1, "useless": 0}


def test_one_id_twice_in_a_batch_is_one_point(guest: Client) -> None:
    batch = a_batch()
    batch["points"] *= 2
    assert send(logged_in(DISPATCHER), "POST", POSITIONS, batch)[1] == {"taken": 1, "known": 1, "useless": 0}


@pytest.mark.parametrize(
    ("points", "field"),
    [
        ([], "points"),
        ([{"id": "x", "at": "2026-11-24T08:00", "lat": 52, "lon": 11}], "points.0.at"),
        ([{"id": "x", "at": "2026-11-24T08:00+01:00", "lat": 99, "lon": 11}], "points.0.lat"),
        ([{"id": "", "at": "2026-11-24T08:00+01:00", "lat": 52, "lon": 11}], "points.0.id"),
        ([{"id": "x", "at": "2026-11-24T08:00+01:00", "lat": 52, "lon": 11, "who": "me"}], "points.0.who"),
    ],
)
def test_a_bad_batch_names_the_field(guest: Client, points: list[dict[str, Any]], field: str) -> None:
    status, problem, _ = send(logged_in(DISPATCHER), "POST", POSITIONS, a_batch(points=points))
    assert (status, problem["code"]) == (422, "invalid_input")
    assert field in {error["field"] for error in problem["errors"]}


def test_no_such_vehicle(guest: Client) -> None:
    assert send(logged_in(DISPATCHER), "POST", "vehicles/bus-9/positions", a_batch())[0] == 404


@pytest.fixture
def district(db: None) -> District:
    return a_district(BusOnDuty(), BusOnDuty())


@pytest.fixture
def driver(district: District, guest: Client) -> dict[str, str]:
    """The header of a device in bus-1 with a driver signed in."""
    _device, sign = a_device(district, NOW)
    _driver, code = a_driver(district, NOW)
    headers = {"Rufbus-Device": sign}
    assert send(guest, "POST", "driver/duties", {"code": code, "vehicle": "bus-1"}, **headers)[0] == 201
    return headers


def reports(*events: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(BERLIN).isoformat()
    return {"sent_at": now, "events": [{"id": str(uuid4()), "at": now, **event} for event in events]}


def test_from_the_pairing_code_to_the_shift(guest: Client, district: District) -> None:
    office = logged_in(DISPATCHER)
    status, made, _ = send(office, "POST", "devices/pairing-codes")
    assert status == 201
    status, paired, _ = send(guest, "POST", "driver/devices", {"pairing_code": made["pairing_code"], "name": "Telefon"})
    assert status == 201
    headers = {"Rufbus-Device": f"{paired['device']}.{paired['secret']}"}
    status, person, _ = send(office, "POST", "drivers", {"name": "Testfahrer 1"})
    assert status == 201
    status, duty, _ = send(guest, "POST", "driver/duties", {"code": person["code"], "vehicle": "bus-1"}, **headers)
    assert (status, duty["driver"], duty["vehicle"]["name"]) == (201, "Testfahrer 1", "Rufbus 1")
    status, shift, answer = send(guest, "GET", "driver/shift", **headers)
    assert (status, shift["vehicle"]["code"], shift["rules"]["wait_at_stop_s"]) == (200, "bus-1", 180)
    again = guest.get("/api/v1/driver/shift", headers={**headers, "If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    (listed,) = send(office, "GET", "devices")[1]
    assert listed["duty_vehicle"] == "bus-1"
    assert send(guest, "DELETE", "driver/duties/current", **headers)[0] == 204
    assert send(guest, "GET", "driver/shift", **headers)[1]["code"] == "no_duty"
    assert send(office, "POST", f"drivers/{person['id']}/code")[0] == 201
    assert send(office, "DELETE", f"drivers/{person['id']}")[0] == 204
    assert send(office, "GET", "drivers")[1] == []


def test_a_dozen_right_codes_come_at_once_and_guessing_does_not_pay(
    guest: Client, district: District, settings
) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "pairing": "3/min"}
    office = logged_in(DISPATCHER)
    cache.clear()
    for number in range(5):
        made = send(office, "POST", "devices/pairing-codes")[1]
        body = {"pairing_code": made["pairing_code"], "name": f"Telefon {number}"}
        assert send(guest, "POST", "driver/devices", body)[0] == 201
    wrong = {"pairing_code": "AAAA-AAAA", "name": "Telefon"}
    assert [send(guest, "POST", "driver/devices", wrong)[0] for _try in range(4)] == [409, 409, 409, 429]
    made = send(office, "POST", "devices/pairing-codes")[1]
    body = {"pairing_code": made["pairing_code"], "name": "Telefon"}
    assert send(guest, "POST", "driver/devices", body)[0] == 429, "also for who guesses right at last"
    cache.clear()


def test_a_lost_device_is_locked_from_the_board(guest: Client, driver: dict[str, str]) -> None:
    office = logged_in(DISPATCHER)
    number = send(office, "GET", "devices")[1][0]["id"]
    assert send(office, "POST", f"devices/{number}/lock", {})[0] == 422, "a reason is kept"
    assert send(office, "POST", f"devices/{number}/lock", {"reason": "Im Bus vergessen"})[1]["locked_at"]
    for method, path, body in (
        ("GET", "driver/shift", None),
        ("POST", "driver/positions", {"sent_at": datetime.now(BERLIN).isoformat(), "points": []}),
        ("POST", "driver/duties", {"code": "1", "vehicle": "bus-1"}),
    ):
        status, problem, _ = send(guest, method, path, body, **driver)
        assert (status, problem["code"]) == (403, "device_locked"), path
    status, taken, _ = send(guest, "POST", "driver/events", reports({"kind": "fuel"}), **driver)
    assert status == 200
    assert taken["results"][0]["reason"] == "device_locked", "kept, and nothing is done"
    assert Duty.objects.get().ended_at is not None
    assert send(office, "POST", f"devices/{number}/unlock", {"reason": "gefunden"})[1]["locked_at"] is None


@pytest.mark.parametrize("path", ["devices", "drivers"])
def test_the_office_is_for_the_office(guest: Client, district: District, path: str) -> None:
    assert send(guest, "GET", path)[0] == 401
    for role in (DRIVER, AUTHORITY, PARTNER):
        assert send(logged_in(role, name=role), "GET", path)[0] == 403, role


def test_reports_are_answered_one_by_one(guest: Client, driver: dict[str, str]) -> None:
    batch = reports({"kind": "arrived", "stop": MARKT}, {"kind": "boarded", "booking": "XXX-XXX"})
    status, answer, _ = send(guest, "POST", "driver/events", batch, **driver)
    assert status == 200
    assert [result["outcome"] for result in answer["results"]] == ["taken", "refused"]
    assert answer["results"][1]["text"] == "Diese Buchung gibt es an diesem Tag nicht."
    assert send(guest, "POST", "driver/events", batch, **driver)[1] == answer


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"kind": "flown"}, "events.0.kind"),
        ({"kind": "fuel", "id": "1"}, "events.0.id"),
        ({"kind": "fuel", "at": "8:00"}, "events.0.at"),
        ({"kind": "fuel", "who": "me"}, "events.0.who"),
        ({"kind": "fuel", "detail": []}, "events.0.detail"),
        ({"kind": "fuel", "lat": 99}, "events.0.lat"),
    ],
)
def test_a_bad_report_names_its_field(guest: Client, driver: dict[str, str], event: dict[str, Any], field: str) -> None:
    status, problem, _ = send(guest, "POST", "driver/events", reports(event), **driver)
    assert (status, problem["code"]) == (422, "invalid_input")
    assert field in {error["field"] for error in problem["errors"]}


def test_unknown_devices_learn_nothing(guest: Client, district: District) -> None:
    for headers in ({}, {"Rufbus-Device": "x"}, {"Rufbus-Device": f"{uuid4()}.secret"}):
        status, problem, _ = send(guest, "GET", "driver/shift", **headers)
        assert (status, problem["code"]) == (401, "not_authenticated")


def test_the_cookie_needs_the_token_of_a_form(district: District) -> None:
    _device, sign = a_device(district, NOW)
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.cookies[COOKIE] = sign
    assert send(browser, "POST", "driver/duties", {"code": "1", "vehicle": "bus-1"})[0] == 403
    browser.cookies["csrftoken"] = "a" * 32
    status, problem, _ = send(
        browser, "POST", "driver/duties", {"code": "1", "vehicle": "bus-1"}, **{"X-CSRFToken": "a" * 32}
    )
    assert (status, problem["code"]) == (409, "wrong_code")
