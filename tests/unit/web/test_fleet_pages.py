"""A change of the fleet happens as it was looked at, with a reason, once; and in no other way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from backend.bookings.models import AuditEntry
from backend.control.models import DriverPermit, RosterChange
from backend.districts.models import District, Shift, VehicleOutage
from backend.driving.models import Driver
from tests.builders.pages import hidden_fields
from tests.builders.rest import logged_in

CONFIRM = "/leitstelle/flotte/aendern/"


@pytest.fixture
def office(district: District) -> Client:
    return logged_in("dispatcher")


def looked_at(office: Client) -> dict[str, str]:
    """The hidden fields of the preview of an outage tomorrow."""
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = office.post("/leitstelle/flotte/fahrzeug/bus-1/", {"first": day, "last": day, "note": "Werkstatt"})
    assert page.status_code == 200
    assert not VehicleOutage.objects.exists()
    return hidden_fields(page)


def test_a_vehicle_is_out_for_some_hours(office: Client) -> None:
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = office.post("/leitstelle/flotte/fahrzeug/bus-1/", {"first": day, "begins": "10:00", "ends": "9:00"})
    assert page.status_code == 422
    assert "Das Ende liegt vor dem Beginn." in page.text
    page = office.post("/leitstelle/flotte/fahrzeug/bus-1/", {"first": day, "begins": "10:00", "ends": "11:30"})
    assert ", 10:00 Uhr bis 11:30 Uhr" in page.text
    office.post(CONFIRM, hidden_fields(page) | {"reason": "Reifen werden gewechselt"})
    row = VehicleOutage.objects.get()
    assert (row.first, row.from_s, row.until_s) == (row.last, 36_000, 41_400)
    assert "10:00 Uhr bis 11:30 Uhr" in office.get("/leitstelle/flotte/fahrzeug/bus-1/").text
    assert "außer Betrieb: " in office.get("/leitstelle/flotte/").text


def test_twice_is_once(office: Client) -> None:
    form = looked_at(office) | {"reason": "Bremsen werden geprüft"}
    for _press in range(2):
        assert office.post(CONFIRM, form)["Location"] == "/leitstelle/flotte/aenderungen/"
    assert (VehicleOutage.objects.count(), RosterChange.objects.count()) == (1, 1)


def test_without_a_reason_nothing_happens(office: Client) -> None:
    answer = office.post(CONFIRM, looked_at(office))
    assert answer.status_code == 422
    assert not VehicleOutage.objects.exists()


@pytest.mark.parametrize("was", ["", "x", "eyJ0aXRsZSI6ICJYIn0:1abc:def"])
def test_what_nobody_looked_at_does_not_happen(office: Client, was: str) -> None:
    answer = office.post(CONFIRM, looked_at(office) | {"was": was, "reason": "Bremsen werden geprüft"})
    assert answer.status_code == 302
    assert not RosterChange.objects.exists()


def test_a_driver_changes_no_fleet(office: Client) -> None:
    form = looked_at(office) | {"reason": "Bremsen werden geprüft"}
    answer = logged_in("driver", name="fahrer").post(CONFIRM, form)
    assert answer["Location"].startswith("/anmelden/")
    assert not RosterChange.objects.exists()


def test_what_happened_is_taken_back_by_looking_first(office: Client) -> None:
    office.post(CONFIRM, looked_at(office) | {"reason": "Bremsen werden geprüft"})
    row = RosterChange.objects.get()
    page = office.post(f"/leitstelle/flotte/aenderungen/{row.pk}/zurueck/")
    assert VehicleOutage.objects.exists()
    office.post(CONFIRM, hidden_fields(page) | {"reason": "Termin fiel aus"})
    assert not VehicleOutage.objects.exists()
    assert RosterChange.objects.get(undoes=row).reason == "Termin fiel aus"


def test_what_somebody_may_drive_is_asked_when_she_is_put_on_a_bus(office: Client, district: District) -> None:
    driver = Driver.objects.create(district=district, name="Testfahrer 1", code_hash="x")
    page = office.post(f"/leitstelle/flotte/fahrpersonal/{driver.pk}/", {"is_known": "1"})
    assert page.status_code == 422
    assert "Wählen Sie mindestens eine Klasse." in page.text
    given = {"is_known": "1", "classes": ["B"], "passengers_until": "2099-12-31"}
    page = office.post(f"/leitstelle/flotte/fahrpersonal/{driver.pk}/", given)
    office.post(CONFIRM, hidden_fields(page) | {"reason": "Papiere eingesehen"})
    assert DriverPermit.objects.get().classes == ["B"]
    assert 'value="2099-12-31"' in office.get(f"/leitstelle/flotte/fahrpersonal/{driver.pk}/").text
    shift = Shift.objects.get()
    week = {f"driver_{weekday}": str(driver.pk) for weekday in range(7)} | {
        "vehicle": "bus-1", "start": "6:00", "end": "12:00", "days": [str(n) for n in range(7)], "on_holidays": "as_weekday",
    }  # fmt: skip
    office.get("/leitstelle/flotte/dienste/")
    page = office.post(f"/leitstelle/flotte/woche/{shift.code}/", week)
    assert "fehlt die Einweisung für Rollstühle" in page.text
    form = hidden_fields(page) | {"reason": "Einweisung war gestern"}
    refused = office.post(CONFIRM, form)
    assert refused.status_code == 422
    assert "Teilen Sie jemand anderen ein" in refused.text
    assert office.post(CONFIRM, form | {"despite": "on"}).status_code == 302
    assert AuditEntry.objects.filter(action="roster.permit_set_aside", reason="Einweisung war gestern").exists()
