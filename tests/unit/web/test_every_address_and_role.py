"""Every address of the staff's pages and of the REST interface, and who may open it. A new one must be named here, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from backend.districts.models import District
from tests.builders.accounts import an_account
from tests.builders.driving import a_bus, a_device
from tests.builders.rest import logged_in

pytestmark = pytest.mark.django_db
ROLES = ("dispatcher", "operator", "authority", "driver", "partner")
DESK, CONTROL = {"dispatcher"}, {"dispatcher", "operator"}
EVERYBODY = {*ROLES, "guest", "rider", "no role"}
A_ROW = "8c1d0f5e-6f0b-4d0e-9a55-2f9f3a3b7c01"
SAMPLES = {"isodate": "2026-11-24", "uuid": A_ROW, "int": "1", "slug": "move", "str": "K7M-3PX"}
OUTSIDE = {401, 403}

# By how an address begins; the longest that fits counts.
MAY: dict[str, set[str]] = {
    "leitstelle/": CONTROL,
    "leitstelle/<isodate:day>/fahrzeug/<str:vehicle_id>/nachricht/": DESK,
    "leitstelle/<isodate:day>/stoerungen/notieren/": DESK,
    "leitstelle/<isodate:day>/moeglich/": DESK,
    "leitstelle/<isodate:day>/eingriff/": DESK,
    "leitstelle/strecke.json": DESK,
    "leitstelle/telefon/": DESK,
    "leitstelle/sms/": DESK,
    "leitstelle/fahrauftraege/": DESK,
    "auswertung/": {*CONTROL, "authority"},
    "fahrer/": EVERYBODY,  # a shell without data; what is in it comes from the device's own interface
    "telefon/": set(),  # Twilio's signature opens it, and nobody's session
    "sms/": set(),
    "api/v1/ride-requests": EVERYBODY,
    "api/v1/rides-beside": EVERYBODY,  # and tells a guest only of the codes that she names
    "api/v1/bookings": EVERYBODY,  # each with the contact that opens it
    "api/v1/trips": EVERYBODY,
    "api/v1/series": EVERYBODY,
    "api/v1/stops": EVERYBODY,
    "api/v1/places": EVERYBODY,
    "api/v1/service-information": EVERYBODY,
    "api/v1/problems": EVERYBODY,
    "api/v1/tokens": EVERYBODY,
    "api/v1/vehicles": {*CONTROL, "driver"},
    "api/v1/vehicles/<str:vehicle>/positions": CONTROL,
    "api/v1/service-days/<str:day>/plan": CONTROL,
    "api/v1/service-days/<str:day>/routes.geojson": {*CONTROL, "authority"},
    "api/v1/service-days/<str:day>/vehicles/": DESK,
    "api/v1/service-days/<str:day>/troubles": CONTROL,
    "api/v1/service-days/<str:day>/troubles/notes": DESK,
    "api/v1/service-days/<str:day>/interventions": DESK,
    "api/v1/driver/": set(),  # a paired device, and nobody's session
    "api/v1/driver/devices": EVERYBODY,  # a code from the control room pairs one
    "api/v1/devices": CONTROL,
    "api/v1/drivers": CONTROL,
    "api/v1/vehicle-outages": CONTROL,
    "api/v1/rosters": CONTROL,
}
LOOKED_AT = ("leitstelle", "auswertung", "fahrer", "telefon", "sms", "api/v1")


def addresses(resolver: Any = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, address)
        elif isinstance(entry, URLPattern) and address.startswith(LOOKED_AT):
            yield address


def allowed(address: str) -> set[str]:
    fitting = [begin for begin in MAY if address.startswith(begin)]
    assert fitting, f"who may open {address}?"
    return MAY[max(fitting, key=len)]


def as_called(address: str) -> str:
    return "/" + re.sub(
        r"<(?:(\w+):)?(\w+)>", lambda part: "2026-11-24" if part[2] == "day" else SAMPLES[part[1]], address
    )


def comes_in(client: Client, address: str) -> bool:
    """Whether reading or sending gets past the door, whatever stands behind it."""
    path = as_called(address)
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    answers = [client.get(path), client.post(path, "{}" if "json" in kind else "", content_type=kind)]
    if path.startswith("/api"):
        answers.append(client.delete(path))
    assert all(answer.status_code < 500 for answer in answers), (path, answers)
    doors = [answer for answer in answers if answer.status_code != 405]
    return any(
        answer.status_code not in OUTSIDE and not answer.get("Location", "").startswith("/anmelden/")
        for answer in doors
    )


@pytest.fixture
def site(district: District, settings: Any) -> District:
    settings.DEMO_LOGIN = False
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, "10000/min")
    return district


def test_each_address_opens_for_its_roles_and_for_nobody_else(site: District) -> None:
    people = {role: logged_in(role, name=role) for role in ROLES}
    people |= {"no role": logged_in(name="nobody"), "guest": Client(raise_request_exception=False)}
    people["rider"] = Client(raise_request_exception=False)
    people["rider"].force_login(an_account(site).user)
    wrong = []
    for address in addresses():
        came_in = {who for who, client in people.items() if comes_in(client, address)}
        # A day's manifest is a driver's on the day itself; on another the answer is no.
        if came_in != allowed(address):
            wrong.append((address, sorted(came_in ^ allowed(address))))
    assert wrong == []


def test_no_address_takes_a_form_from_another_site(site: District) -> None:
    """A session alone sends nothing: without the page's token every sender is turned away."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies = logged_in(*ROLES, name="all").cookies
    kinds = {"application/json": "{}", "application/x-www-form-urlencoded": ""}
    for address in addresses():
        if address.startswith(("telefon", "sms", "api/v1/driver/devices", "api/v1/tokens")):
            continue  # signed, or without any session
        kind = "application/json" if address.startswith("api") else "application/x-www-form-urlencoded"
        status = browser.post(as_called(address), kinds[kind], content_type=kind).status_code
        assert status in {401, 403, 405}, (address, status)


DEVICE = [address for address in addresses() if address.startswith("api/v1/driver/") and "devices" not in address]


@pytest.mark.parametrize("address", DEVICE)
def test_a_stolen_cookie_without_the_page_sends_nothing(site: District, address: str) -> None:
    _device, secret = a_device(site)
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies["rufbus_device"] = secret
    for send in (browser.post, browser.delete):
        assert send(as_called(address), "{}", content_type="application/json").status_code in {403, 405}
    wrong = Client(headers={"Rufbus-Device": secret[:-1] + "x"}, raise_request_exception=False)
    assert wrong.get(as_called(address)).status_code == 401


@pytest.mark.parametrize("address", DEVICE)
def test_a_locked_device_neither_sees_nor_sends(site: District, address: str) -> None:
    bus = a_bus(site)
    device = bus.duty.device
    type(device).objects.filter(pk=device.pk).update(locked_at=bus.duty.began_at, secret_hash=_hash("s"))
    for known in ({"headers": {"Rufbus-Device": f"{device.pk}.s"}}, {}):
        client = Client(raise_request_exception=False, **known)
        client.cookies["rufbus_device"] = f"{device.pk}.s"
        seen = client.get(as_called(address))
        assert (seen.status_code, seen.json()["code"]) == (403, "device_locked"), address
        sent = client.post(as_called(address), "{}", content_type="application/json")
        if address == "api/v1/driver/events":
            # What a driver had noted before is kept for the control room, and does nothing (test_awkward_days).
            assert sent.status_code == 422
            continue
        assert (sent.status_code, sent.json()["code"]) == (403, "device_locked"), address


def _hash(secret: str) -> str:
    from backend.driving.devices import _secret_hash

    return _secret_hash(secret)
