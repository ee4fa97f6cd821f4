"""Fleet and rosters: a vehicle breaks down for a day, a shift is shortened, somebody is away; always looked at first."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.booked_day import BERLIN
from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits, assert_targets_are_large, look_at

PATHS = [
    "/leitstelle/flotte/",
    "/leitstelle/flotte/fahrzeug/bus-01/",
    "/leitstelle/flotte/fahrzeug/neu/",
    "/leitstelle/flotte/dienste/",
    "/leitstelle/flotte/woche/",
    "/leitstelle/flotte/woche/neu/",
    "/leitstelle/flotte/fahrpersonal/",
    "/leitstelle/flotte/aenderungen/",
]


@pytest.fixture
def fleet(staff_page: OpenPage) -> Page:
    return staff_page("/leitstelle/flotte/")


def confirm(page: Page, reason: str) -> None:
    page.get_by_label("Grund").fill(reason)
    page.locator("main form .button-row button[type=submit]").click()


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_every_page_can_be_read_by_everybody(staff_page: OpenPage, scheme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    page = staff_page("/leitstelle/flotte/", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    titles = set()
    for path in PATHS:
        page.goto(path)
        page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
        assert_accessible(page, f"{path} at {width}")
        assert_fits(page, f"{path} at {width}")
        assert_targets_are_large(page, path)
        titles.add(page.title())
    assert len(titles) == len(PATHS)


def test_a_vehicle_out_of_service_shows_whom_it_hurts_and_comes_back(fleet: Page, server: Server) -> None:
    vehicle = server.bookings[0]["vehicle"]
    fleet.get_by_role("link", name=vehicle, exact=True).click()
    fleet.get_by_label("Erster Tag").fill(server.day)
    fleet.get_by_label("Letzter Tag").fill(server.day)
    fleet.get_by_label("Was ist los?").fill("Werkstatt")
    fleet.get_by_role("button", name="Folgen ansehen").first.click()
    expect(fleet.get_by_role("heading", level=1)).to_contain_text(f"{vehicle} außer Betrieb")
    expect(fleet.get_by_role("main")).to_contain_text(re.compile("umgelegt|verliert|verlieren"))
    look_at(fleet, "a preview with rides that move")
    fleet.get_by_role("button", name=re.compile("So ändern|absagen")).click()
    expect(fleet.get_by_role("alert")).to_contain_text("Nennen Sie den Grund")
    if fleet.get_by_label("Diese Fahrten absagen").count():
        fleet.get_by_label("Diese Fahrten absagen").check()
    confirm(fleet, "Bremsen werden geprüft")
    expect(fleet.get_by_role("status")).to_contain_text("Gespeichert")
    fleet.goto("/leitstelle/flotte/dienste/")
    fleet.goto("/leitstelle/flotte/aenderungen/")
    fleet.get_by_role("button", name=re.compile("Zurücknehmen")).first.click()
    confirm(fleet, "Termin fiel aus")
    expect(fleet.get_by_role("main")).to_contain_text("zurückgenommen")


def test_the_law_is_said_at_its_field(fleet: Page) -> None:
    day = (datetime.now(BERLIN).date() + timedelta(days=3)).isoformat()
    fleet.goto(f"/leitstelle/flotte/dienste/{day}/neu/")
    fleet.get_by_label("Beginn").fill("6:00")
    fleet.get_by_label("Ende", exact=True).fill("17:30")
    fleet.get_by_role("button", name="Folgen ansehen").click()
    expect(fleet.get_by_role("alert")).to_contain_text("Erlaubt sind 10 Stunden am Tag.")
    assert_accessible(fleet, "a shift against the law")


def test_somebody_is_added_put_on_a_shift_and_away(fleet: Page) -> None:
    for number in (1, 2):
        fleet.goto("/leitstelle/flotte/fahrpersonal/")
        fleet.get_by_label("Name").fill(f"Testfahrer {number}")
        fleet.get_by_role("button", name="Eintragen").click()
        expect(fleet.locator(".booking-code")).to_have_text(re.compile(r"^\d{6}$"))
    look_at(fleet, "a new short code")
    day = (datetime.now(BERLIN).date() + timedelta(days=4)).isoformat()
    fleet.goto(f"/leitstelle/flotte/dienste/{day}/neu/")
    fleet.get_by_label("Beginn").fill("8:00")
    fleet.get_by_label("Ende", exact=True).fill("12:00")
    fleet.get_by_label("Fahrerin oder Fahrer").select_option(label="Testfahrer 1")
    fleet.get_by_role("button", name="Folgen ansehen").click()
    expect(fleet.get_by_role("main")).to_contain_text("Keine gebuchte Fahrt ist betroffen.")
    confirm(fleet, "Markttag")
    expect(fleet.get_by_role("status")).to_contain_text("Gespeichert")
    fleet.goto("/leitstelle/flotte/fahrpersonal/")
    fleet.get_by_role("link", name=re.compile("Abwesenheit.*Testfahrer 1")).click()
    look_at(fleet, "a driver's absences")
    fleet.get_by_label("Erster Tag").fill(day)
    fleet.get_by_label("Letzter Tag").fill(day)
    fleet.get_by_role("button", name="Folgen ansehen").first.click()
    confirm(fleet, "Vertretung nötig")
    fleet.goto("/leitstelle/flotte/dienste/")
    fleet.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
    expect(fleet.get_by_role("main")).to_contain_text("Testfahrer 2")


def test_who_may_not_drive_a_bus_is_put_on_it_only_with_a_word(fleet: Page) -> None:
    fleet.goto("/leitstelle/flotte/fahrpersonal/")
    fleet.get_by_label("Name").fill("Testfahrer 3")
    fleet.get_by_role("button", name="Eintragen").click()
    fleet.goto("/leitstelle/flotte/fahrpersonal/")
    fleet.get_by_role("link", name=re.compile("Abwesenheit.*Testfahrer 3")).click()
    fleet.get_by_label("Ja, mit diesen Angaben").check()
    fleet.get_by_label("B, bis 8 Fahrgäste").check()
    fleet.get_by_role("button", name="Folgen ansehen").last.click()
    confirm(fleet, "Papiere eingesehen")
    day = (datetime.now(BERLIN).date() + timedelta(days=5)).isoformat()
    fleet.goto(f"/leitstelle/flotte/dienste/{day}/neu/")
    fleet.get_by_label("Beginn").fill("8:00")
    fleet.get_by_label("Ende", exact=True).fill("12:00")
    fleet.get_by_label("Fahrerin oder Fahrer").select_option(label="Testfahrer 3")
    fleet.get_by_role("button", name="Folgen ansehen").click()
    expect(fleet.get_by_role("main")).to_contain_text("der Schein zur Fahrgastbeförderung fehlt")
    look_at(fleet, "a driver without the papers")
    confirm(fleet, "Schein wird nachgereicht")
    expect(fleet.get_by_role("alert")).to_contain_text("Teilen Sie jemand anderen ein")
    fleet.get_by_label("Trotzdem einteilen.").check()
    confirm(fleet, "Schein liegt vor")
    expect(fleet.get_by_role("status")).to_contain_text("Gespeichert")


def test_it_works_without_a_script(staff_page: OpenPage) -> None:
    page = staff_page("/leitstelle/flotte/woche/", java_script_enabled=False)
    page.locator("tbody a").last.click()
    page.get_by_role("group", name="An Feiertagen").get_by_label("Wie am Sonntag").check()
    page.get_by_role("button", name="Folgen ansehen").click()
    confirm(page, "Absprache mit dem Betrieb")
    expect(page.get_by_role("main")).to_contain_text("Wochenplan geändert")
