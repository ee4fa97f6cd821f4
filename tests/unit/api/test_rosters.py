"""Fleet and rosters for programs: read by the control room alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR, PARTNER
from backend.districts.models import Vehicle, VehicleOutage
from tests.builders.rest import logged_in, send, tomorrow


@pytest.mark.parametrize("path", ["vehicle-outages", "rosters"])
def test_the_control_room_reads_it(guest: Client, path: str) -> None:
    assert send(guest, "GET", path)[0] == 401
    for role in (DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER):
        status = send(logged_in(role, name=role), "GET", path)[0]
        assert status == (200 if role in (DISPATCHER, OPERATOR) else 403), role


def test_outages_that_are_not_over(guest: Client) -> None:
    vehicle = Vehicle.objects.get()
    VehicleOutage.objects.create(vehicle=vehicle, first=date(2020, 1, 1), last=date(2020, 1, 2), note="vorbei")
    VehicleOutage.objects.create(vehicle=vehicle, first=tomorrow().date(), note="Werkstatt")
    _status, rows, _answer = send(logged_in(DISPATCHER), "GET", "vehicle-outages")
    day = tomorrow().date().isoformat()
    assert rows == [
        {"vehicle": "bus-1", "first": day, "from_s": None, "last": None, "until_s": None, "note": "Werkstatt"}
    ]


def test_the_coming_days_with_their_shifts(guest: Client) -> None:
    _status, days, _answer = send(logged_in(DISPATCHER), "GET", "rosters")
    assert len(days) == 14
    assert [shift["vehicle"] for shift in days[1]["shifts"]] == ["bus-1"]
    assert days[1]["shifts"][0]["driver"] is None
    assert days[1]["shifts"][0]["starts_at"].startswith(f"{tomorrow().date().isoformat()}T06:00")
