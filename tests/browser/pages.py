"""The one list of pages and their states, and how to get there.

Each journey walks through pages and stops at each state worth looking at; `test_every_page.py` looks. A page that needs
more than a visit (an account, a series, a moving bus) is looked at by the tests of its own file, which is named here. A page of
the riders that nobody names fails `tests/unit/web/test_page_list.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import Server
from tests.browser.tasks import DESTINATION, ORIGIN

At = tuple[str, str]  # name of the page's address, state
Walk = Callable[[Page, Server, str], Iterator[At]]
LANGUAGES = {"de": "/"}

# What only informs: name of the address -> path.
PLAIN = {
    "start": "",
    "wish": "fahrt/",
    "lookup": "fahrt/meine/",
    "offline": "ohne-internet/",
    "accessibility": "barrierefreiheit/",
    "privacy": "datenschutz/",
    "imprint": "impressum/",
    "attribution": "datenquellen/",
}

# Looked at by tests of their own.
ELSEWHERE: dict[str, str] = {}

# Addresses that show no page of their own: why.
NO_PAGE = {
    "manifest": "a document for the browser",
    "worker": "a script",
    "places": "a list for the combobox",
    "wish-again": "leads on to the offers",
}


@dataclass(frozen=True, slots=True)
class Journey:
    """A walk through pages, and the names of the addresses that it passes."""

    walk: Walk
    pages: frozenset[str]


def plain_pages(page: Page, server: Server, start: str) -> Iterator[At]:
    """Every page that only informs, and an address that leads nowhere."""
    for name, path in PLAIN.items():
        page.goto(start + path)
        yield name, "as it opens"
    page.goto(start + "gibt-es-nicht/")
    yield "not-found", "an address that leads nowhere"


def a_booking(page: Page, server: Server, start: str) -> Iterator[At]:
    """From the wish to the cancelled ride, with everything that can go wrong on the way."""
    page.goto(start + "fahrt/")
    page.locator("details > summary").first.click()
    yield "wish", "all fields open"
    page.locator("#f-origin").press_sequentially("Klötze")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    yield "wish", "open list of places"
    page.keyboard.press("Escape")
    page.locator("#f-origin").fill("Bahnhof")
    go_on(page)
    yield "wish", "errors and an ambiguous place"
    wish(page, server, start, "01:30")
    yield "offers", "refused"
    wish(page, server, start, "17:10")
    yield "offers", "up to three"
    page.locator("details > summary").first.click()
    yield "offers", "a fare explained"
    page.locator(".card.offer .button.go").first.click()
    page.locator("#f-name").wait_for()
    yield "passenger", "as it opens"
    go_on(page)
    yield "passenger", "errors"
    page.locator("#f-name").fill("Erika Muster")
    page.locator("#f-phone").fill("03901 987654")
    address, cookies = page.url, page.context.cookies()
    page.context.clear_cookies()
    go_on(page)
    yield "again", "a form whose session has ended"
    page.context.clear_cookies()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what was given is taken back
    page.goto(address)
    page.locator("#f-name").fill("Erika Muster")
    page.locator("#f-phone").fill("03901 987654")
    go_on(page)
    page.locator(".booking-code").wait_for()
    booking = page.url.split("?")[0]
    yield "booking", "just booked"
    page.goto(booking)
    yield "booking", "as it opens"
    page.goto(booking + "aendern/")
    yield "change", "as it opens"
    page.locator("#f-time").fill("19:00")
    go_on(page)
    page.locator(".card.offer .button.go").first.click()
    page.locator("#bisher").wait_for()
    yield "confirm-change", "old and new"
    page.goto(booking + "absagen/")
    yield "cancel", "asked once"
    page.locator("main form .button.stop").click()
    page.locator(".badge.stop").wait_for()
    yield "booking", "cancelled"
    page.goto(start + "fahrt/meine/")
    go_on(page)
    yield "lookup", "errors"
    page.locator("#f-code").fill("AAA-AAA")
    page.locator("#f-contact").fill("03901 1")
    go_on(page)
    yield "lookup", "not found"


def without_a_network(page: Page, server: Server, start: str) -> Iterator[At]:
    """The app on a dead line, with a ride that the device remembers and a form that was not sent."""
    page.goto(start + "ohne-internet/")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    ride = (
        '{"code":"K7M-3PX","day":"Di, 24.11.2026","window":"zwischen 8:05 und 8:15 Uhr","stop":"Klötze, ZOB",'
        '"to":"Gardelegen, Krankenhaus","arrival":"8:50 Uhr","bus":"Bus 7","phone":"+493901304030",'
        '"phone_text":"03901 304030","over_at":"2099-01-01T00:00:00.000Z"}'
    )
    page.evaluate(f"() => localStorage.setItem('rufbus.rides', '[{ride}]')")
    page.reload()
    yield "offline", "with a remembered ride"
    fill_wish(page, server, start, "08:00")
    page.context.set_offline(True)
    go_on(page)
    page.locator("[data-unsent]").wait_for()
    yield "offline", "a form that was not sent"
    page.context.set_offline(False)


JOURNEYS = {
    "plain": Journey(plain_pages, frozenset({*PLAIN, "not-found"})),
    "booking": Journey(
        a_booking,
        frozenset({"wish", "offers", "passenger", "again", "booking", "change", "confirm-change", "cancel", "lookup"}),
    ),
    "offline": Journey(without_a_network, frozenset({"offline"})),
}


def go_on(page: Page) -> None:
    """Press the one button that means "go on"; where it stands is the same in every language."""
    page.locator("main form .button.go").last.click()


def fill_wish(page: Page, server: Server, start: str, at: str) -> None:
    page.goto(start + "fahrt/")
    page.locator("#f-origin").fill(ORIGIN)
    page.locator("#f-destination").fill(DESTINATION)
    page.locator("#f-day").select_option(server.day)
    page.locator("#f-time").fill(at)


def wish(page: Page, server: Server, start: str, at: str) -> None:
    fill_wish(page, server, start, at)
    go_on(page)
    page.wait_for_url("**/angebote/*/")
