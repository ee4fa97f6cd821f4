"""The driver's pages: whose device, which words, which colours, and what a worker keeps."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from backend.bookings.clock import SystemClock
from backend.control.models import DriverPermit
from backend.districts.models import District
from backend.driving.devices import COOKIE, lock, make_pairing_code
from backend.driving.duties import sign_in
from backend.driving.models import Device, Duty
from backend.driving.rules import REASONS
from backend.web.driver_shell import OTHERS, driver_worker_script
from backend.web.driver_texts import driver_texts
from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_wish
from tests.builders.driving import a_device, a_driver

pytestmark = pytest.mark.django_db
WEB = Path(__file__).resolve().parents[3] / "backend" / "web" / "static" / "web"
SCRIPTS = sorted((WEB / "js" / "driver").glob("*.js"))


@pytest.fixture
def district(settings: Any) -> District:
    settings.SITE_DISTRICT = "probe"
    return a_district(BusOnDuty())


def paired(client: Client, district: District) -> Device:
    code, _until = make_pairing_code(district, "leitstelle", SystemClock().now())
    answer = client.post("/fahrer/geraet/", {"pairing_code": code.lower(), "name": "Testtelefon"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Device.objects.get()


# -- signing in --------------------------------------------------------------------------------------------------------


def test_a_device_becomes_known_and_no_script_can_read_its_secret(client: Client, district: District) -> None:
    device = paired(client, district)
    cookie = client.cookies[COOKIE]
    assert cookie.value.startswith(f"{device.pk}.")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/fahrer/geraet/").headers["Location"] == "/fahrer/anmelden/"


def test_a_wrong_pairing_code_is_said_at_the_field(client: Client, district: District) -> None:
    answer = client.post("/fahrer/geraet/", {"pairing_code": "AAAA-AAAA", "name": "Testtelefon"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#f-pairing_code"' in text
    assert "Dieser Code gilt nicht oder nicht mehr." in text
    assert COOKIE not in client.cookies


def test_who_is_not_known_is_led_to_the_pairing(client: Client, district: District) -> None:
    assert client.get("/fahrer/anmelden/").headers["Location"] == "/fahrer/geraet/"
    client.cookies[COOKIE] = "3f0e8b52-9d5c-4f6e-9f57-3d0a2f1a7c11.wrong"
    assert client.get("/fahrer/anmelden/").headers["Location"] == "/fahrer/geraet/"


def test_a_driver_signs_in_and_is_on_duty(client: Client, district: District) -> None:
    paired(client, district)
    _driver, code = a_driver(district, SystemClock().now())
    text = client.get("/fahrer/anmelden/").content.decode()
    assert 'value="bus-1"' in text
    answer = client.post("/fahrer/anmelden/", {"code": code, "vehicle": "bus-1"})
    assert answer.headers["Location"] == "/fahrer/"
    assert Duty.objects.get().vehicle.code == "bus-1"
    assert client.get("/fahrer/anmelden/").headers["Location"] == "/fahrer/"


def test_who_was_relieved_is_told_why_the_duty_is_over(client: Client, district: District) -> None:
    now = SystemClock().now()
    device, client.cookies[COOKIE] = a_device(district, now)
    assert isinstance(sign_in(device, a_driver(district, now)[1], "bus-1"), Duty)
    other, _credential = a_device(district, now)
    assert isinstance(sign_in(other, a_driver(district, now)[1], "bus-1"), Duty)
    text = client.get("/fahrer/anmelden/").content.decode()
    assert "ein anderes Gerät für" in text
    assert "melden Sie sich hier wieder an" in text
    assert "ein anderes Gerät" not in client.get("/fahrer/anmelden/?abgemeldet").content.decode()
    Duty.objects.update(began_at=F("began_at") - timedelta(hours=3), ended_at=F("ended_at") - timedelta(hours=3))
    assert "ein anderes Gerät" not in client.get("/fahrer/anmelden/").content.decode(), "long ago"


def test_a_wrong_code_tells_nothing_and_keeps_the_vehicle(client: Client, district: District) -> None:
    paired(client, district)
    answer = client.post("/fahrer/anmelden/", {"code": "000000", "vehicle": "bus-1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Mit diesem Code kann man sich nicht anmelden." in text
    assert re.search(r'value="bus-1" selected', text)


def test_whose_papers_are_missing_is_told_and_gives_her_word_for_this_bus_only(
    client: Client, district: District
) -> None:
    paired(client, district)
    now = SystemClock().now()
    driver, code = a_driver(district, now)
    DriverPermit.objects.create(driver=driver, classes=["B"], passengers_until=now.date() - timedelta(days=9))
    typed = {"code": code, "vehicle": "bus-1"}
    answer = client.post("/fahrer/anmelden/", typed)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "gilt nur bis" in text
    assert "Gelten sie nicht, fahren Sie nicht los." in text
    assert re.search(r'<button[^>]* name="papiere" value="bus-1">Meine Papiere gelten: anmelden', text)
    assert f'value="{code}"' in text, "nothing is typed twice with gloves"
    assert client.post("/fahrer/anmelden/", {**typed, "papiere": "bus-2"}).status_code == 409
    assert not Duty.objects.exists()
    assert client.post("/fahrer/anmelden/", {**typed, "papiere": "bus-1"}).headers["Location"] == "/fahrer/"
    assert Duty.objects.get().driver == driver


def test_a_form_of_another_site_is_not_taken(district: District) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/fahrer/geraet/", {"pairing_code": "x", "name": "y"}).status_code == 403


def test_a_locked_device_signs_nobody_in(client: Client, district: District) -> None:
    device = paired(client, district)
    _driver, code = a_driver(district, SystemClock().now())
    lock(device, "leitstelle", "Verloren", SystemClock().now())
    for answer in (
        client.get("/fahrer/anmelden/"),
        client.post("/fahrer/anmelden/", {"code": code, "vehicle": "bus-1"}),
    ):
        assert answer.status_code == 403
        assert "gesperrt" in answer.content.decode()
    assert not Duty.objects.exists()


def test_a_demonstration_drives_at_once_and_nothing_else_does(
    client: Client, district: District, settings: Any
) -> None:
    settings.DEMO_LOGIN = False
    assert client.post("/fahrer/vorfuehrung/").status_code == 404
    settings.DEMO_LOGIN = True
    assert client.post("/fahrer/vorfuehrung/").status_code == 409, "nothing is booked yet"
    booking = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    answer = client.post("/fahrer/vorfuehrung/")
    assert answer.headers["Location"] == "/fahrer/"
    shift = client.get("/api/v1/driver/shift").json()
    assert booking.code in shift["riders"]
    first = next(visit for visit in shift["shifts"][0]["visits"] if visit["kind"] == "stop")
    assert datetime.fromisoformat(first["at"]) - datetime.fromisoformat(shift["now"]) <= timedelta(minutes=10)


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_the_frame_is_the_same_for_everybody(client: Client, district: District) -> None:
    before = client.get("/fahrer/").content
    paired(client, district)
    assert client.get("/fahrer/").content == before
    assert b"csrfmiddlewaretoken" not in before


def test_the_worker_keeps_every_script_and_no_answer_of_the_interface(client: Client, district: District) -> None:
    script = client.get("/fahrer/sw.js")
    shell = json.loads(script.content.decode().splitlines()[0].removeprefix("const SHELL = ").removesuffix(";"))
    for path in SCRIPTS:
        is_kept = any(path.stem in name for name in shell["files"])
        assert is_kept == (path.name != "worker.js"), path.name
    assert len(shell["files"]) == len(OTHERS) + len(SCRIPTS) - 1
    assert not [name for name in shell["files"] if "/api/" in name]
    assert client.get("/fahrer/sw.js", headers={"If-None-Match": script.headers["ETag"]}).status_code == 304


def test_the_two_workers_leave_each_other_alone() -> None:
    """Each deletes old caches by its own beginning, and each serves its own pages."""
    prefix = re.compile(r'^const PREFIX = "(.+)";', re.MULTILINE)
    riders = prefix.search((WEB / "js" / "worker.js").read_text(encoding="utf-8"))
    drivers = prefix.search((WEB / "js" / "driver" / "worker.js").read_text(encoding="utf-8"))
    assert riders
    assert drivers
    assert not drivers[1].startswith(riders[1])
    assert not riders[1].startswith(drivers[1])


def test_stops_are_public_and_complete(client: Client, district: District) -> None:
    answer = client.get("/fahrer/halte.json")
    assert "public" in answer.headers["Cache-Control"]
    assert {stop["id"] for stop in answer.json()} == set(
        district.stops.filter(served=True).values_list("code", flat=True)
    )


def test_a_changed_word_is_a_new_version(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    before = driver_worker_script()
    monkeypatch.setattr("backend.web.driver_shell.driver_texts", lambda: driver_texts() | {"left": "Weg"})
    assert driver_worker_script() != before


# -- words and colours -------------------------------------------------------------------------------------------------


def test_the_scripts_say_nothing_that_is_not_written_down() -> None:
    words, source = driver_texts(), "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', source)) - {"left_at"}
    counted = set(re.findall(r'\bcount\(\s*"(\w+)"', source)) | {"clock_ahead", "clock_behind"}
    assert said <= words.keys(), said - words.keys()
    assert {f"{key}_{end}" for key in counted for end in ("one", "many")} <= words.keys()


def test_no_word_is_left_over() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    made = ("_one", "_many", "kind_", "outcome_", "do_", "look_", "help_")
    unsaid = [
        key
        for key in driver_texts()
        if f'"{key}"' not in source and not key.startswith(made) and not key.endswith(made)
    ]
    assert not unsaid


def test_each_reason_of_the_server_has_its_advice() -> None:
    about_bookings = {
        "unknown_booking",
        "unknown_stop",
        "unknown_message",
        "unknown_event",
        "invalid",
        "too_old",
        "id_taken",
    }
    elsewhere = about_bookings | {"no_walk_up", "no_room"}  # refused: one advice for all; a walk-up has its own screen
    missing = {reason for reason in REASONS if f"do_{reason}" not in driver_texts()} - elsewhere
    assert not missing


def test_night_is_the_dark_of_the_house() -> None:
    tokens = (WEB / "css" / "tokens.css").read_text(encoding="utf-8")
    dark, night = (
        dict(re.findall(r"(--[\w-]+): (#\w+|none);", block[: block.index("}")]))
        for block in (
            tokens[tokens.index(start) :] for start in ("@media (prefers-color-scheme: dark)", ":root.night {")
        )
    )
    assert night == {key: dark[key] for key in night}
    assert {"--paper", "--ink", "--go", "--stop", "--mind"} <= night.keys()


def test_only_the_tokens_name_colours() -> None:
    sheets = (WEB / "css" / "driver").glob("*.css")
    colours = {path.name: re.findall(r":[^;{]*#[0-9a-f]{3,8}\b", path.read_text(encoding="utf-8")) for path in sheets}
    assert not {name: found for name, found in colours.items() if found}
