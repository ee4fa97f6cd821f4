"""The live board in a real browser: what happens shows by itself, is said calmly, and the keyboard reaches all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import (
    COLOURS,
    assert_accessible,
    assert_fits,
    assert_keyboard_reaches_everything,
    assert_nothing_moves,
    assert_one_live_region,
)
from tests.browser.tasks import book

DESKTOP = {"width": 1500, "height": 950}
# Everything that the live region has said, in order: what comes next may follow at once.
LISTEN = """() => {
  window.said = [];
  new MutationObserver(() => window.said.push(document.getElementById("status").textContent))
    .observe(document.getElementById("status"), { childList: true, characterData: true, subtree: true });
}"""
LATE_MINUTES = 14


@pytest.fixture(scope="module")
def server(own_server: Server) -> Server:
    """Its day is driven here."""
    return own_server


@pytest.fixture(scope="module")
def busy(server: Server) -> Iterator[str]:
    """The address of a day that shows twenty past ten, with every bus some minutes behind its plan."""
    said = ["drive", "--url", server.url, "--day", server.day, "--from", "07:30", "--at", "10:20"]
    server.manage(*said, "--late", str(LATE_MINUTES))
    yield f"/leitstelle/{server.day}/"
    server.manage("drive", "--url", server.url, "--day", server.day, "--stop")


def rows(page: Page) -> Locator:
    return page.locator("[data-rows] tbody tr")


def live(page: Page) -> Page:
    expect(page.get_by_text("Die Ansicht erneuert sich von selbst.")).to_be_visible()
    return page


def focused_text(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement.textContent"))


def test_the_fleet_at_a_glance(staff_page: OpenPage, busy: str) -> None:
    page = live(staff_page(busy, viewport=DESKTOP))
    assert rows(page).count() > 0
    expect(page.get_by_text(re.compile(r"^\d+ Min\. später$")).first).to_be_visible()
    late = page.locator(".status-line a[data-key=late]")
    count = int(late.locator(".figure").inner_text())
    assert count > 0, "buses so far behind break promises"
    late.click()
    detail = page.get_by_role("region", name="Einzelheiten")
    expect(detail.get_by_role("heading", level=2)).to_have_text("Fahrten: Zusage bricht")
    expect(detail.locator("tbody tr")).to_have_count(count)
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    expect(late).to_be_focused()


def test_everything_by_keyboard_alone(staff_page: OpenPage, busy: str) -> None:
    page = live(staff_page(busy, viewport=DESKTOP))
    page.keyboard.press("1")
    names = rows(page).locator(".vehicle-link").all_text_contents()
    assert focused_text(page) == names[0]
    page.keyboard.press("ArrowDown")
    assert focused_text(page) == names[1]
    page.keyboard.press("ArrowRight")
    lane = rows(page).nth(1).get_by_role("listbox")
    expect(lane).to_be_focused()
    first = lane.get_attribute("aria-activedescendant")
    page.keyboard.press("End")
    last = lane.get_attribute("aria-activedescendant")
    assert first
    assert last
    assert first != last or lane.get_by_role("option").count() == 1
    chosen = lane.get_by_role("option", selected=True)
    assert re.match(r"\d{1,2}:\d\d ", chosen.get_attribute("aria-label") or "")
    expect(page.locator("[data-readout]")).to_contain_text(chosen.get_attribute("aria-label") or "-")
    page.keyboard.press("ArrowUp")
    expect(rows(page).nth(0).get_by_role("listbox")).to_be_focused()
    expect(page.get_by_role("listbox")).to_have_count(1)  # the others are pictures
    page.keyboard.press("Enter")
    heading = page.locator("[data-detail-heading]")
    expect(heading).to_be_focused()
    expect(heading).to_have_text(names[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Einzelheiten")).to_be_hidden()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert focused_text(page) == names[0]
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Tasten der Leitstelle")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(names[1])
    page.keyboard.press("Enter")
    expect(heading).to_have_text(names[1])
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="6 Stunden")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("-")
    page.keyboard.press("a")
    hidden = rows(page).evaluate_all("rows => rows.filter(row => row.hidden).length")
    assert hidden < len(names)
    page.keyboard.press("a")
    assert rows(page).evaluate_all("rows => rows.every(row => !row.hidden)")


def test_single_keys_can_be_switched_off(staff_page: OpenPage, busy: str) -> None:
    page = live(staff_page(busy, viewport=DESKTOP))
    page.get_by_role("button", name="Tasten (?)").click()
    page.get_by_label("Einzelne Tasten ohne Strg benutzen").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Schließen").click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.reload()
    live(page).keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_booking_made_elsewhere_shows_and_nobody_loses_the_focus(
    staff_page: OpenPage, open_page: OpenPage, server: Server
) -> None:
    day = server.day
    page = live(staff_page(f"/leitstelle/{day}/", viewport=DESKTOP))
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    before = page.evaluate("() => document.activeElement.closest('tr').dataset.row")
    parts = "() => [...document.querySelectorAll('[data-part]')].map(part => part.dataset.part).join()"
    keys = page.evaluate(parts)
    code = book(open_page("/fahrt/"), day, at="19:10", phone="03901 313234")
    expect(page.get_by_role("status")).to_contain_text("1 neue Buchung.")
    page.wait_for_function(f"keys => ({parts})() !== keys", arg=keys)
    assert page.evaluate("() => document.activeElement.closest('tr').dataset.row") == before
    page.goto(f"/leitstelle/{day}/fahrten/?stand=alle")
    expect(page.get_by_text(code)).to_be_visible()


def test_only_what_was_asked_for_is_said(staff_page: OpenPage, open_page: OpenPage, server: Server) -> None:
    page = live(staff_page(f"/leitstelle/{server.day}/", viewport=DESKTOP))
    page.get_by_label("Was angesagt wird").select_option("nichts")
    shown = page.locator("#teil-figures")
    text = shown.inner_text()
    book(open_page("/fahrt/"), server.day, at="19:40", phone="03901 313235")
    expect(shown).not_to_have_text(text)
    expect(page.get_by_role("status")).to_be_empty()
    page.reload()
    expect(page.get_by_label("Was angesagt wird")).to_have_value("nichts")


def test_a_lost_line_is_said_to_be_lost_and_what_happened_meanwhile_is_caught_up(
    staff_page: OpenPage, open_page: OpenPage, server: Server
) -> None:
    """The server's end closes the line, and the network is gone for a while."""
    lines: list[WebSocketRoute] = []
    page = staff_page("/impressum/", viewport=DESKTOP)

    def pass_on(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket(re.compile("/ws/"), pass_on)
    page.goto(f"/leitstelle/{server.day}/")
    figures = live(page).locator("#teil-figures")
    text = figures.inner_text()
    page.context.set_offline(True)
    lines[-1].close()
    expect(page.get_by_text(re.compile(r"^Stand \d{1,2}:\d\d Uhr\. Verbindung wird gesucht\.$"))).to_be_visible()
    assert_accessible(page, "disconnected")
    book(open_page("/fahrt/"), server.day, at="20:10", phone="03901 313236")
    expect(figures).to_have_text(text)
    page.evaluate(LISTEN)
    page.context.set_offline(False)
    expect(figures).not_to_have_text(text)
    live(page)
    page.wait_for_function("() => window.said.some(words => words.includes('Wieder verbunden.'))")


def test_a_vehicle_moves_on_the_map_and_in_the_table(staff_page: OpenPage, server: Server, busy: str) -> None:
    page = live(staff_page(busy, viewport=DESKTOP))
    page.locator("#karte-titel").scroll_into_view_if_needed()
    marks = page.locator(".fleet-mark")
    expect(marks.first).to_be_visible()
    before = marks.evaluate_all("marks => marks.map(mark => mark.style.transform).join()")
    keys = rows(page).evaluate_all("rows => rows.map(row => row.textContent).join()")
    server.manage("drive", "--url", server.url, "--day", server.day, "--from", "10:20", "--at", "10:50", "--late", "14")
    moved = "before => [...document.querySelectorAll('.fleet-mark')].map(m => m.style.transform).join() !== before"
    page.wait_for_function(moved, arg=before)
    assert rows(page).evaluate_all("rows => rows.map(row => row.textContent).join()") != keys


@pytest.mark.parametrize(
    ("state", "media"),
    [
        ("light", {"color_scheme": "light"}),
        ("dark", {"color_scheme": "dark"}),
        ("forced colours", {"forced_colors": "active"}),
        ("more contrast", {"contrast": "more"}),
    ],
)
def test_the_busy_board_is_accessible(staff_page: OpenPage, busy: str, state: str, media: dict[str, str]) -> None:
    page = live(staff_page(busy, viewport=DESKTOP, reduced_motion="reduce", **media))
    rules = {} if state == "light" else {"rules": COLOURS}
    assert_accessible(page, state, **rules)
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    assert_accessible(page, f"{state}, in a lane", **rules)
    page.keyboard.press("Enter")
    expect(page.locator("[data-detail-heading]")).to_be_focused()
    assert_accessible(page, f"{state}, a vehicle beside the fleet", **rules)
    assert_nothing_moves(page, state)
    assert_one_live_region(page, state)
    page.keyboard.press("?")
    assert_accessible(page, f"{state}, help", **rules)


def test_the_board_fits_a_telephone_and_tab_reaches_it_all(staff_page: OpenPage, busy: str) -> None:
    page = live(staff_page(busy, viewport={"width": 320, "height": 640}, reduced_motion="reduce"))
    assert_fits(page, "320 px")
    assert_accessible(page, "320 px")
    assert_keyboard_reaches_everything(page, "320 px")
    rows(page).first.locator(".vehicle-link").click()
    expect(page.locator("[data-detail-heading]")).to_be_focused()
    assert_fits(page, "320 px, a vehicle")


def test_an_empty_day_is_accessible(staff_page: OpenPage) -> None:
    page = live(staff_page("/leitstelle/2031-01-06/", viewport=DESKTOP))
    expect(page.get_by_text("Für diesen Tag ist noch nichts gebucht.")).to_be_visible()
    assert_accessible(page, "empty")


def test_a_vehicle_and_a_ride_are_pages_of_their_own_without_scripts(
    staff_page: OpenPage, server: Server, busy: str
) -> None:
    page = staff_page(busy, java_script_enabled=False)
    rows(page).filter(has_text=server.bookings[0]["vehicle"]).first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(server.bookings[0]["vehicle"])
    for over in page.locator("main summary").all():  # halts behind the vehicle are folded
        over.click()
    page.locator("main a[href*='/buchung/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fahrt von")
    expect(page.get_by_role("heading", name="Verlauf")).to_be_visible()
