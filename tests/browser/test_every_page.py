"""What holds on every page: no fault that axe finds, no sideways scrolling, one heading, in every mode of the device."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.tasks import book, to_offers, to_passenger

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUBLIC = [
    "/",
    "/fahrt/",
    "/fahrt/meine/",
    "/anmelden/",
    "/barrierefreiheit/",
    "/datenschutz/",
    "/impressum/",
    "/datenquellen/",
    "/komponenten/",
    "/gibt-es-nicht/",
]
STAFF = [
    "/leitstelle/{day}/",
    "/leitstelle/2031-01-06/",
    "/fahrer/?tag={day}",
    "/fahrer/{day}/{vehicle}/",
    "/auswertung/{day}/",
]


def assert_accessible(page: Page, state: str) -> None:
    found = Axe().run(page, options=RULES)
    assert not found.response["violations"], f"{state}\n{found.generate_report()}"
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title().endswith(("Rufbus Altmarkkreis Salzwedel", "Rufbus"))


def assert_fits(page: Page, state: str) -> None:
    """No sideways scrolling of the page as a whole."""
    wide = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
        " && !e.closest('.table-scroll, .map, .visually-hidden, .skip-link')).map(e => e.outerHTML.slice(0, 90))"
    )
    assert not wide, f"{state}: {wide[:3]}"
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), state


def staff_paths(server: Server) -> list[str]:
    number = int(server.bookings[0]["vehicle"].split()[-1])
    return [path.format(day=server.day, vehicle=f"bus-{number:02d}") for path in STAFF]


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_accessible_and_fit_a_small_phone(open_page: OpenPage, path: str, scheme: str) -> None:
    page = open_page(path, viewport={"width": 320, "height": 640}, color_scheme=scheme, reduced_motion="reduce")
    assert_accessible(page, path)
    assert_fits(page, path)


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_staff_pages_are_accessible_and_fit(staff_page: OpenPage, server: Server, scheme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    page = staff_page("/fahrer/", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    for path in staff_paths(server):
        page.goto(path)
        page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
        assert_accessible(page, f"{path} at {width}")
        assert_fits(page, f"{path} at {width}")


def test_every_state_of_a_booking_is_accessible_and_fits(open_page: OpenPage, server: Server) -> None:
    """In light colours; the page of components shows the same parts in dark ones."""
    page = open_page("/fahrt/", viewport={"width": 320, "height": 700}, color_scheme="light", reduced_motion="reduce")

    def check(state: str) -> None:
        assert_accessible(page, state)
        assert_fits(page, state)

    page.locator("summary").first.click()
    check("all fields open")
    page.get_by_label("Von", exact=True).press_sequentially("Klötze")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    check("open list of places")
    page.keyboard.press("Escape")
    page.get_by_label("Von", exact=True).fill("Bahnhof")
    page.get_by_role("button", name="Angebote zeigen").click()
    check("errors and ambiguous place")
    page.goto("/fahrt/")
    to_offers(page, server.day, at="01:30")
    check("refusal")
    page.goto("/fahrt/")
    to_passenger(page, server.day, at="17:00")
    check("passenger")
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    check("passenger with errors")
    page.goto("/fahrt/")
    book(page, server.day, at="17:30")
    check("booked")
    page.get_by_role("link", name="Fahrt ändern").click()
    check("change")
    page.go_back()
    page.get_by_role("link", name="Fahrt absagen").click()
    check("asked before cancelling")
    page.get_by_role("button", name="Ja, Fahrt absagen").click()
    check("cancelled")


def test_forced_colours_keep_the_choice_and_the_focus_visible(open_page: OpenPage) -> None:
    page = open_page("/fahrt/", forced_colors="active")
    page.get_by_label("Von", exact=True).focus()
    page.keyboard.press("Tab")
    style = "e => getComputedStyle(e).outlineStyle + ' ' + getComputedStyle(e).outlineWidth"
    assert page.get_by_label("Nach", exact=True).evaluate(style) == "solid 3px"
    chosen = page.locator(".choice", has=page.get_by_label("Abfahrt ab"))
    assert chosen.evaluate(style) == "solid 3px"
    assert_accessible(page, "forced colours")


def test_reduced_motion_stops_every_transition(open_page: OpenPage) -> None:
    page = open_page("/", reduced_motion="reduce")
    assert page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter(e => getComputedStyle(e).transitionDuration.split(',')"
        ".some(t => parseFloat(t) > 0)).map(e => e.outerHTML.slice(0, 80))"
    )
    assert not moving


def test_text_four_times_as_large_still_fits(open_page: OpenPage) -> None:
    page = open_page("/fahrt/", viewport={"width": 320, "height": 256})  # 1280 x 1024 at 400 %
    assert_fits(page, "400 %")
    page.get_by_role("button", name="Angebote zeigen").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Angebote zeigen")).to_be_in_viewport()


def test_main_controls_are_large_enough(open_page: OpenPage) -> None:
    page = open_page("/fahrt/", viewport={"width": 320, "height": 700})
    small = page.evaluate(
        "() => [...document.querySelectorAll('button, .button, input:not([type=hidden], [type=radio], [type=checkbox]),"
        " select, .choice, summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 44)"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert not small


def test_nothing_is_loaded_from_elsewhere(staff_page: OpenPage, server: Server) -> None:
    page = staff_page("/fahrer/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (*PUBLIC, *staff_paths(server)):
        page.goto(path)
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []


def test_no_page_holds_inline_style_or_script(staff_page: OpenPage, server: Server) -> None:
    page = staff_page("/fahrer/", java_script_enabled=False)
    for path in (*PUBLIC, *staff_paths(server)):
        page.goto(path)
        inline = page.locator("style, [style], script:not([src]), [onclick], [onload]").count()
        assert inline == 0, path
