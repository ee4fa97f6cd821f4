"""The board's pages: what they show, what a browser that knows something is told anew, what is settled and by whom."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accessibility.desk import Party
from backend.bookings.journal import audit
from backend.bookings.models import AuditEntry, Booking, DayShift, OutboxMessage, ServiceDay
from backend.districts.models import District
from backend.driving.models import DriverEvent, DriverMessage
from backend.operations.dayclock import play
from backend.operations.models import DayClock
from backend.web import staff_search
from tests.builders.district import (
    KLOETZE,
    KUHFELDE,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
)
from tests.builders.driving import a_bus, a_device
from tests.builders.rest import a_user
from tests.builders.tracks import report, standing

DAY = "/leitstelle/2026-11-24/"


@pytest.fixture
def town(district: District, settings) -> District:
    settings.DEMO_LOGIN = True
    return a_district(BusOnDuty(), BusOnDuty(kind="plain"))


def the_time_is(clock: str) -> None:
    play(ServiceDay.objects.get(), at(clock), 0.0)


def control() -> Client:
    browser = Client()
    browser.force_login(a_user("dispatcher"))
    return browser


def state(browser: Client, known: str = "", **headers: str) -> Any:
    answer = browser.get(f"{DAY}stand.json", {"kennt": known}, headers=headers)
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_a_plan_that_made_room_says_so(town: District) -> None:
    desk = a_desk()
    a_booking(desk, a_wish(when="8:30", party=Party(adults=8)))
    desk.quote(a_wish(when="8:25", party=Party(adults=1, wheelchairs=1)), key=a_key())
    assert "für den andere Fahrten umgelegt wurden" in control().get(DAY).content.decode()


def test_who_knows_everything_is_told_nothing_but_the_time(town: District) -> None:
    a_booking(a_desk())
    browser = control()
    first = state(browser)
    assert set(first["html"]) == {code for code, _key in first["rows"]}
    known = ".".join([key for _code, key in first["rows"]] + [part["digest"] for part in first["parts"]])
    again = state(browser, known)
    assert (again["html"], again["parts"]) == ({}, [])


def test_only_the_rows_that_changed_are_sent(town: District) -> None:
    desk = a_desk()
    a_booking(desk)
    the_time_is("7:00")
    browser = control()
    first = state(browser)
    known = ".".join([key for _code, key in first["rows"]] + [part["digest"] for part in first["parts"]])
    a_booking(desk, a_wish(when="10:30"))
    again = state(browser, known)
    assert len(again["html"]) == 1
    assert {part["id"] for part in again["parts"]} == {"teil-status", "teil-figures"}
    assert again["version"] == first["version"] + 1


def test_a_state_that_is_known_by_its_tag_is_not_sent_again(town: District) -> None:
    a_booking(a_desk())
    the_time_is("7:00")
    browser = control()
    answer = browser.get(f"{DAY}stand.json")
    again = browser.get(f"{DAY}stand.json", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    report(standing("101", "7:00", "7:01"), at("7:01"))
    the_time_is("7:01")
    assert browser.get(f"{DAY}stand.json", headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_the_state_names_no_rider(town: District) -> None:
    a_booking(a_desk(), passenger=a_passenger("Testfahrgast 1", "+49 30 23125 001"))
    text = control().get(f"{DAY}stand.json").content.decode()
    assert "Testfahrgast" not in text
    assert "23125" not in text


@pytest.mark.parametrize("role", ["driver", "authority"])
def test_the_board_is_for_the_control_room(town: District, role: str) -> None:
    browser = Client()
    browser.force_login(a_user(role))
    for path in (DAY, f"{DAY}stand.json", f"{DAY}fahrten/", "/leitstelle/suche/", "/leitstelle/geraete/"):
        assert browser.get(path)["Location"].startswith("/anmelden/"), path


def test_rides_at_risk_stand_in_a_list_of_their_own(town: District) -> None:
    desk = a_desk()
    late = a_booking(desk, a_wish(KUHFELDE, KLOETZE, "9:00"))
    fine = a_booking(desk, a_wish(when="11:00"))
    report(standing("101", "9:00", "9:20"), at("9:20"), "bus-1")
    report(standing("101", "9:00", "9:20"), at("9:20"), "bus-2")
    the_time_is("9:20")
    text = control().get(f"{DAY}fahrten/?stand=bricht").content.decode()
    assert late.code in text
    assert fine.code not in text
    assert "Zusage nicht zu halten" in text


def test_a_ride_shows_its_history_in_german_with_reasons(town: District) -> None:
    booked = a_booking(a_desk())
    text = control().get(f"{DAY}buchung/{booked.code.lower()}/").content.decode()
    assert "gebucht" in text
    assert "booking.confirmed" not in text
    assert "zwischen 8:30 und 8:40" in text


def test_a_part_of_a_page_is_only_its_content(town: District) -> None:
    booked = a_booking(a_desk())
    browser = control()
    part = browser.get(f"{DAY}buchung/{booked.code}/", headers={"Rufbus-Part": "1"}).content.decode()
    assert "<html" not in part
    assert "<h2" in part
    assert browser.get(f"{DAY}buchung/GIB-T3N/").status_code == 404
    assert browser.get(f"{DAY}fahrzeug/bus-9/").status_code == 404


def searched(browser: Client, text: str) -> Any:
    return browser.post("/leitstelle/suche/", {"q": text, "tag": "2026-11-24"})


def test_one_box_finds_a_booking_a_vehicle_a_day_and_a_place(town: District) -> None:
    booked = a_booking(a_desk())
    browser = control()
    assert searched(browser, booked.code.replace("-", " ").lower())["Location"] == f"{DAY}buchung/{booked.code}/"
    assert searched(browser, "bus 2")["Location"] == f"{DAY}fahrzeug/bus-2/"
    assert searched(browser, "24.12.2026")["Location"] == "/leitstelle/2026-12-24/"
    assert "Kuhfelde" in searched(browser, "Kuhfelde").url


@pytest.mark.parametrize(
    ("text", "how"), [("03023125001", "phone"), ("+49 30 23125-001", "phone"), ("5001", "phone"), ("testfahr", "name")]
)
def test_a_caller_is_found_by_number_or_name_and_the_look_up_is_recorded_without_it(
    town: District, text: str, how: str
) -> None:
    desk = a_desk()
    booked = a_booking(desk, passenger=a_passenger("Testfahrgast 1", "+49 30 23125 001"))
    a_booking(desk, passenger=a_passenger("Erika Muster", "+49 30 23125 002"))
    answer = searched(control(), text)
    assert answer["Location"] == f"{DAY}buchung/{booked.code}/"
    (entry,) = AuditEntry.objects.filter(action="person.looked_up")
    assert (entry.subject, entry.actor) == (how, "leitstelle")
    assert text not in str([entry.subject, entry.reason])


@pytest.mark.parametrize(
    "text", ["", "  ", "%", "a\x00b", "ab", "()", "x" * 500, "'; DROP TABLE", "999999999999999999"]
)
def test_a_search_for_nonsense_is_answered_with_a_page(town: District, text: str) -> None:
    assert searched(control(), text).status_code in (200, 302)


def a_conflict(town: District) -> DriverEvent:
    """Somebody who had cancelled got on all the same."""
    desk = a_desk()
    booked = a_booking(desk, passenger=a_passenger(phone="+49 30 23125 001"))
    from accessibility.desk import Access

    desk.cancel(booked.code, Access(contact="+49 30 23125 001"), key=a_key())
    bus = a_bus(town)
    bus.says("arrived", "8:30", stop="101")
    bus.says("boarded", "8:31", booking=booked.code)
    return DriverEvent.objects.get(outcome="conflict")


def test_an_unclear_report_is_shown_with_what_to_do_and_settled_once_with_a_reason(town: District) -> None:
    event = a_conflict(town)
    browser = control()
    text = browser.get(f"{DAY}konflikte/").content.decode()
    assert "Fragen Sie den Fahrer, ob der Fahrgast wirklich mitfuhr" in text
    assert "8:31" in text
    address = f"{DAY}konflikte/{event.pk}/"
    wrong = browser.post(address, {"reason": ""})
    assert wrong.status_code == 422
    assert f"#f-{event.pk}-reason" in wrong.content.decode()
    for _press in range(2):
        assert browser.post(address, {"reason": "Fahrer angerufen"}).status_code == 302
    (entry,) = AuditEntry.objects.filter(action="driver.conflict_settled")
    assert entry.reason == "Fahrer angerufen"
    assert "Alle Meldungen aus den Fahrzeugen passen zum Plan" in browser.get(f"{DAY}konflikte/").content.decode()


def test_the_status_line_counts_what_waits(town: District) -> None:
    a_conflict(town)
    parts = {part["id"]: part["html"] for part in state(control())["parts"]}
    assert 'data-key="conflicts"><span class="figure">1</span>' in parts["teil-status"]


def test_a_device_is_made_known_by_a_code_and_locked_with_a_reason(town: District) -> None:
    device, _credential = a_device(town)
    browser = control()
    text = browser.post("/leitstelle/geraete/").content.decode()
    assert "booking-code" in text
    assert "booking-code" not in browser.get("/leitstelle/geraete/").content.decode(), "shown this once"
    address = f"/leitstelle/geraete/{device.pk}/"
    assert browser.post(address, {"tun": "sperren", "reason": " "}).status_code == 422
    assert browser.post(address, {"tun": "sperren", "reason": "verloren"}).status_code == 302
    device.refresh_from_db()
    assert device.locked_by == "leitstelle"
    browser.post(address, {"tun": "freigeben", "reason": "wiedergefunden"})
    device.refresh_from_db()
    assert device.locked_at is None


def test_a_few_words_to_a_driver_are_said_once_and_kept_out_of_the_outbox(town: District) -> None:
    a_booking(a_desk())
    browser = control()
    address = f"{DAY}fahrzeug/bus-1/nachricht/"
    assert browser.post(address, {"text": "", "key": str(uuid4())}).status_code == 422
    said = {"text": "Bitte in Kuhfelde auf Testfahrgast 1 warten", "key": str(uuid4())}
    for _press in range(2):
        assert browser.post(address, said).status_code == 302
    (message,) = DriverMessage.objects.all()
    assert (message.text, message.choices, message.vehicle.code) == (
        said["text"],
        ["Verstanden", "Geht nicht"],
        "bus-1",
    )
    assert "Testfahrgast" not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    assert said["text"] in browser.get(f"{DAY}fahrzeug/bus-1/").content.decode()
    assert browser.post(f"{DAY}fahrzeug/bus-9/nachricht/", said).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "1900-01-01"])
def test_a_day_far_away_is_empty_and_a_day_that_is_none_is_not_there(town: District, day: str) -> None:
    browser = control()
    expected = 404 if day == "2026-02-30" else 200
    for path in ("", "stand.json", "fahrten/", "konflikte/", "karte.json"):
        assert browser.get(f"/leitstelle/{day}/{path}").status_code == expected, path
    assert browser.get(f"/leitstelle/{day}/buchung/K7M-3PX/").status_code == 404
    assert browser.get(f"/leitstelle/{day}/fahrzeug/bus-1/").status_code == 404


def test_lanes_that_show_other_hours_make_every_row_another(town: District) -> None:
    a_booking(a_desk())
    the_time_is("7:00")
    browser = control()
    before = {key for _code, key in state(browser)["rows"]}
    DayShift.objects.filter(code__contains="bus-2").update(end_s=15 * 3600)
    assert not before & {key for _code, key in state(browser)["rows"]}


@pytest.mark.parametrize(("role", "sees"), [("dispatcher", True), ("operator", False)])
def test_what_somebody_needs_is_for_the_dispatcher_only(town: District, role: str, sees: bool) -> None:
    """Needs are health data: who looks after fleet and figures has no use for them."""
    ride = a_booking(a_desk(), a_wish(when="8:30", needs=frozenset({"blind"})), a_passenger("Testfahrgast 1"))
    browser = Client()
    browser.force_login(a_user(role))

    for page in (f"buchung/{ride.code}/", "fahrzeug/bus-1/"):
        answer = browser.get(f"{DAY}{page}")
        assert answer.status_code == 200
        assert "Testfahrgast 1" in answer.content.decode()
        assert ("blind" in answer.content.decode().lower()) is sees, page


@pytest.mark.parametrize(
    ("text", "day"),
    [("29.11.", "2026-11-29"), ("2.12.", "2026-12-02"), ("29.11.2027", "2027-11-29"), ("2.12.26", "2026-12-02")],
)
def test_a_date_without_a_year_is_the_nearest(town: District, text: str, day: str) -> None:
    now = at("10:00", "2026-11-30")
    groups = staff_search.search(town, text, now.date(), actor="office", now=now)
    assert [hit.url for group in groups for hit in group.hits if group.heading == "Tag"] == [f"/leitstelle/{day}/"]


def test_a_played_day_is_the_one_that_opens_and_tells_its_own_time_of_what_changed(town: District) -> None:
    a_booking(a_desk(at("7:00")))
    a_booking(a_desk(at("7:00", "2026-12-01")), a_wish(when=at("10:30", "2026-12-02")))
    day = ServiceDay.objects.get(date="2026-11-24")
    DayClock.objects.create(service_day=day, shows_at=at("9:00"), set_at=at("6:58"), speed=60.0)
    assert "um 11:00 Uhr durch eine Buchung" in control().get(DAY).content.decode().replace("\xa0", " ")
    assert Client().get("/leitstelle/")["Location"].startswith("/anmelden/")
    browser = Client()
    browser.force_login(a_user("dispatcher", name="other"))
    assert browser.get("/leitstelle/")["Location"] == DAY


def test_a_ride_tells_of_interventions_in_words(town: District) -> None:
    booked = a_booking(a_desk())
    audit(town, at("8:00"), "office", "dispatcher", "intervention.move", booked.code, "Motor")
    page = control().get(f"{DAY}buchung/{booked.code}/").content.decode()
    assert "Eingriff: Fahrt auf ein anderes Fahrzeug" in page
    assert "intervention.move" not in page


def test_the_control_room_is_not_asked_to_ring_up_itself(town: District) -> None:
    booked = a_booking(a_desk())
    the_time_is("9:30")
    page = control().get(f"{DAY}buchung/{booked.code}/").content.decode()
    assert "Rufen Sie den Fahrer an." in page
    assert "rufen Sie uns an" not in page


def test_a_code_that_sounds_like_a_day_is_a_code(town: District) -> None:
    booked = a_booking(a_desk())
    Booking.objects.filter(code=booked.code).update(code="MOR-GEN")
    assert searched(control(), "morgen")["Location"] == f"{DAY}buchung/MOR-GEN/"
