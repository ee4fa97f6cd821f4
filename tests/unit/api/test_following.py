"""REST of rides under way: a vehicle's positions, where is the bus, I am late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR, PARTNER
from tests.builders.district import BERLIN, FIRST_LONGITUDE, LATITUDE
from tests.builders.rest import CONTACT, a_booking_by, logged_in, send

POSITIONS = "vehicles/bus-1/positions"


def a_batch(**changes: Any) -> dict[str, Any]:
    now = datetime.now(BERLIN)
    point = {"id": "p-1", "at": (now - timedelta(seconds=5)).isoformat(), "lat": LATITUDE, "lon": FIRST_LONGITUDE}
    return {"sent_at": now.isoformat(), "points": [point], **changes}


def test_only_who_drives_or_directs_sends_positions(guest: Client) -> None:
    assert send(guest, "POST", POSITIONS, a_batch())[0] == 401
    for role in (DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER):
        status = send(logged_in(role, name=role), "POST", POSITIONS, a_batch())[0]
        assert status == (200 if role in (DISPATCHER, DRIVER) else 403), role


def test_a_batch_sent_twice_counts_once(guest: Client) -> None:
    driver, batch = logged_in(DRIVER), a_batch()
    assert send(driver, "POST", POSITIONS, batch)[1] == {"taken": 1, "known": 0, "useless": 0}
    assert send(driver, "POST", POSITIONS, batch)[1] == {"taken": 0, "known": 1, "useless": 0}


def test_one_id_twice_in_a_batch_is_one_point(guest: Client) -> None:
    batch = a_batch()
    batch["points"] *= 2
    assert send(logged_in(DRIVER), "POST", POSITIONS, batch)[1] == {"taken": 1, "known": 1, "useless": 0}


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
    status, problem, _ = send(logged_in(DRIVER), "POST", POSITIONS, a_batch(points=points))
    assert (status, problem["code"]) == (422, "invalid_input")
    assert field in {error["field"] for error in problem["errors"]}


def test_no_such_vehicle(guest: Client) -> None:
    assert send(logged_in(DRIVER), "POST", "vehicles/bus-9/positions", a_batch())[0] == 404


def test_a_rider_asks_where_the_bus_is(guest: Client) -> None:
    code = a_booking_by(guest)
    status, forecast, _ = send(guest, "GET", f"bookings/{code}/forecast", **CONTACT)
    assert (status, forecast["phase"]) == (200, "early")
    assert forecast["bus"]["name"] == "Rufbus 1"
    assert "Erika" not in str(forecast)
    status, problem, _ = send(guest, "GET", f"bookings/{code}/forecast", **{"Rufbus-Contact": "03901 111111"})
    assert (status, problem["code"]) == (404, "not_found")


def test_a_delay_long_before_is_refused_with_a_way_out(guest: Client) -> None:
    code = a_booking_by(guest)
    status, problem, _ = send(guest, "POST", f"bookings/{code}/late", {"minutes": 5}, **CONTACT)
    assert (status, problem["code"]) == (409, "change_instead")
    assert [way["kind"] for way in problem["way_out"]] == ["change", "phone"]
    assert send(guest, "POST", f"bookings/{code}/late", {"minutes": 7}, **CONTACT)[0] == 422
