"""The dispatcher's hand: from a trouble to riders who are told, by keyboard; forms and previews that anybody can use."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import book

WIDTHS = ({"width": 320, "height": 640}, {"width": 1280, "height": 900})


def played_day(server: Server) -> str:
    """The day that shows half past ten."""
    return (date.fromisoformat(server.day) + timedelta(days=1)).isoformat()


def assert_sound(page: Page) -> None:
    assert_accessible(page, page.url)
    assert_fits(page, page.url)


def tab_to(page: Page, name: str, most: int = 120) -> None:
    """Press Tab until the control with this text has the focus, as somebody without a mouse does."""
    page.wait_for_load_state("load")
    for _number in range(most):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "(document.activeElement.labels?.[0]?.textContent || document.activeElement.textContent || '').trim()"
        )
        if re.search(name, text):
            return
    raise AssertionError(f"no Tab leads to {name}")


def vehicle_of(page: Page, day: str, code: str) -> str:
    """Which bus the plan gives a ride, read from the preview of a lock."""
    page.goto(f"/leitstelle/{day}/eingriff/keep/?booking={code}&on=1&ansehen=1")
    cell = page.get_by_role("row", name=re.compile(code)).get_by_role("cell").nth(1)
    return (cell.text_content() or "").split(",")[0].strip()


def test_from_a_breakdown_to_told_riders_by_keyboard_alone(
    staff_page: OpenPage, open_page: OpenPage, server: Server
) -> None:
    day = played_day(server)
    code = book(open_page("/fahrt/"), day, at="10:15", phone="03901 313239")
    page = staff_page(f"/leitstelle/{day}/stoerungen/")
    vehicle = vehicle_of(page, day, code)
    page.goto(f"/leitstelle/{day}/stoerungen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Störungen")
    tab_to(page, rf"Fahrzeug ausgefallen: {vehicle}:")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_label("Welches Fahrzeug?")).to_have_value(re.compile(".+"))
    tab_to(page, "Bei welcher Haltestelle steht es")
    page.keyboard.type("Klötze, ZOB")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Folgen: Fahrzeug ausgefallen")
    row = page.get_by_role("row", name=re.compile(code))
    expect(row).to_contain_text(re.compile("steigt um|zu spät|hält|fällt aus"))
    tab_to(page, "Grund")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Schreiben Sie kurz, warum Sie das tun.")
    tab_to(page, "^Grund:")  # the line in the summary leads to the field
    page.keyboard.press("Enter")
    expect(page.get_by_label("Grund")).to_be_focused()
    page.keyboard.type("Motorschaden, gemeldet vom Fahrer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Erledigt")
    expect(page.get_by_role("link", name=re.compile("Zurücknehmen"))).to_be_visible()
    told = open_page("/demo-postfach/")
    for _number in range(200):  # it takes a second, on a busy machine many
        if "Ein Bus ist ausgefallen" in (told.get_by_role("main").text_content() or ""):
            break
        told.wait_for_timeout(250)
        told.reload()
    expect(told.get_by_role("main")).to_contain_text("Ein Bus ist ausgefallen")


@pytest.mark.parametrize("viewport", WIDTHS, ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_every_form_and_list_can_be_used_by_everybody(
    staff_page: OpenPage, server: Server, viewport: dict[str, int], script: bool
) -> None:
    page = staff_page(f"/leitstelle/{server.day}/eingriff/", viewport=viewport, java_script_enabled=script)
    addresses = (
        page.locator(".tiles a").evaluate_all("links => links.map(link => link.getAttribute('href'))") if script else []
    )
    if not script:
        expect(page.get_by_role("link", name="Betrieb einstellen")).to_be_visible()
        return
    assert_sound(page)
    for address in [*addresses, f"/leitstelle/{played_day(server)}/stoerungen/"]:
        page.goto(address)
        assert_sound(page)


def test_a_suspension_is_seen_with_everybody_whom_it_hits(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/leitstelle/{server.day}/eingriff/suspend/", color_scheme="dark")
    page.get_by_label("Was sollen die Fahrgäste lesen?").fill("Glatteis")
    page.get_by_label("Von", exact=True).fill("5")
    page.get_by_label("Bis", exact=True).fill("23:00")
    page.get_by_role("button", name="Folgen ansehen").click()
    rows = page.get_by_role("table", name="Wen es trifft").get_by_role("row")
    expect(rows.first).to_be_visible()
    assert rows.count() > 10
    expect(page.get_by_role("button", name=re.compile(r"Ausführen und \d+ Fahrten absagen"))).to_be_visible()
    assert_sound(page)
    page.get_by_text("Einzelne Fahrten trotzdem fahren").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Folgen neu ansehen").click()
    expect(page.get_by_text("Fährt trotzdem, weil Sie es so wollen")).to_be_visible()
    page.get_by_role("link", name="Nicht ausführen").click()
    expect(page.get_by_role("heading", name="Was heute getan wurde")).to_be_visible()


def test_a_closed_road_is_picked_on_the_map(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/leitstelle/{server.day}/eingriff/road/", viewport={"width": 1280, "height": 900})
    stops = page.locator("[data-road-map] path.map-stop")
    stops.first.wait_for()
    note = page.locator("[data-road-note]")
    stops.nth(5).dispatch_event("click")
    expect(note).to_contain_text("Wählen Sie die zweite Haltestelle.")
    stops.nth(60).dispatch_event("click")
    expect(note).to_contain_text("Die Karte zeigt den Abschnitt.")
    expect(page.locator("[data-road-map] path.map-route")).to_have_count(1)
    expect(page.get_by_role("combobox", name="Gesperrt zwischen")).not_to_have_value("")
    assert_sound(page)
    page.get_by_label("Ab wann?").fill("21:00")
    page.get_by_label("Bis wann?").fill("23:00")
    page.get_by_role("button", name="Folgen ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Folgen: Straße gesperrt")
    expect(page.get_by_text("Ab 21:00 Uhr und bis 23:00 Uhr rechnen die Fahrten mit dem Umweg")).to_be_visible()


def test_what_is_wrong_leads_to_its_field(staff_page: OpenPage, server: Server) -> None:
    page = staff_page(f"/leitstelle/{server.day}/eingriff/shift/")
    page.get_by_label("Neues Ende").fill("halb neun oder so")
    page.get_by_role("button", name="Folgen ansehen").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_sound(page)
    page.get_by_role("alert").get_by_role("link", name=re.compile("Neues Ende")).click()
    expect(page.get_by_label("Neues Ende")).to_be_focused()
    expect(page).to_have_title(re.compile("^Fehler:"))
