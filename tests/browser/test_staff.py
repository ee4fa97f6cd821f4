"""The control room's board, the driver's manifest: for staff alone, and the list says what the map shows."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.tasks import book


@pytest.mark.parametrize(
    "path", ["/leitstelle/", "/leitstelle/fahrauftraege/", "/auswertung/", "/leitstelle/karte.json"]
)
def test_staff_pages_ask_for_a_login(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung für Mitarbeitende")


def test_a_wrong_password_is_said_plainly(open_page: OpenPage) -> None:
    page = open_page("/anmelden/")
    page.get_by_label("Benutzername").fill("leitstelle")
    page.get_by_label("Passwort").fill("falsch")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Benutzername und Passwort passen nicht zusammen.")


def test_the_table_shows_every_route_of_the_map(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/leitstelle/{server.day}/")
    answer = page.request.get(f"/leitstelle/{server.day}/karte.json")
    drawn = {feature["properties"]["name"].split(",")[0] for feature in json.loads(answer.text())["features"]}
    assert drawn
    rows = page.get_by_role("table", name="Alle Fahrzeuge auf einen Blick").get_by_role("rowheader")
    assert drawn <= {name.text_content() for name in rows.get_by_role("link").all()}
    page.locator("#karte-titel").scroll_into_view_if_needed()
    expect(page.locator("[data-fleet-map] canvas")).to_be_visible()
    page.get_by_role("button", name="Alle Wege zeigen").click()
    expect(page.locator("path.map-route")).to_have_count(len(json.loads(answer.text())["features"]))


def test_every_booking_of_the_day_stands_in_the_list_of_rides(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/leitstelle/{server.day}/", java_script_enabled=False)
    page.get_by_role("link", name="offen").click()
    page.get_by_role("link", name="alle").click()
    text = page.get_by_role("main").text_content() or ""
    missing = [booking["code"] for booking in server.bookings if booking["code"] not in text]
    assert not missing


def test_a_day_without_bookings_says_so(staff_page: OpenPage) -> None:
    page = staff_page("/leitstelle/2031-01-06/")
    expect(page.get_by_text("Für diesen Tag ist noch nichts gebucht.")).to_be_visible()


def test_the_driver_sees_the_next_stop_first(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/leitstelle/{server.day}/buchung/{server.bookings[0]['code']}/")
    vehicle = page.get_by_role(
        "link", name=re.compile("^Rufbus \\d+$")
    ).first.inner_text()  # other rides may have moved it
    page.goto(f"/leitstelle/fahrauftraege/?tag={server.day}")
    page.get_by_role("link", name=vehicle, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(vehicle)
    expect(page.get_by_role("heading", level=2).first).to_have_text("Nächster Halt")
    expect(page.get_by_role("main")).to_contain_text(re.compile(server.bookings[0]["code"]))


def test_needs_reach_the_driver(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/leitstelle/{server.day}/fahrten/", java_script_enabled=False)
    page.get_by_role("row").filter(has_text="Rollstuhl").first.get_by_role("link", name="Rufbus").click()
    expect(page.get_by_text("Rampe").first).to_be_visible()
    expect(page.get_by_text("1 Rollstuhl").first).to_be_visible()


def test_the_board_shows_a_new_booking_by_itself(staff_page: OpenPage, open_page: OpenPage, server: Server) -> None:
    board = staff_page(f"/leitstelle/{server.day}/")
    expect(board.get_by_text("Die Ansicht erneuert sich von selbst.")).to_be_visible()
    code = book(open_page("/fahrt/"), server.day, at="18:00", phone="03901 313233")
    expect(board.get_by_role("status")).to_contain_text("1 neue Buchung.")
    board.get_by_label("Suche").fill(code)
    board.get_by_label("Suche").press("Enter")
    expect(board.locator("[data-detail-content]")).to_contain_text(code)


def test_the_demo_login_leads_to_the_page_that_was_asked_for(open_page: OpenPage, server: Server) -> None:
    page = open_page(f"/leitstelle/{server.day}/")
    page.get_by_role("button", name="Als Vorführung anmelden").click()
    expect(page.get_by_role("table", name="Alle Fahrzeuge auf einen Blick")).to_be_visible()


def test_the_figures_of_the_day_name_no_person(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/auswertung/{server.day}/")
    expect(page.get_by_role("table", name="Qualität und Aufwand")).to_contain_text("Gemeinsame Fahrten")
    text = page.get_by_role("main").text_content() or ""
    assert not [booking for booking in server.bookings if booking["code"] in text or booking["phone"] in text]
