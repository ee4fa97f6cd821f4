"""The one list of pages and their states, and how to get there.

Each journey walks through pages and stops at each state worth looking at; `test_every_page.py` looks. A page that needs
more than a visit (an account, a series, a moving bus) is looked at by the tests of its own file, which is named here. A page of
the riders that nobody names fails `tests/unit/web/test_page_list.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import Server
from tests.browser.tasks import DESTINATION, ORIGIN

STOP = "958366"  # Klötze, ZOB
At = tuple[str, str]  # name of the page's address, state
Walk = Callable[[Page, Server, str], Iterator[At]]
LANGUAGES = {"de": "/", "de-simple": "/de-simple/", "en": "/en/"}

# What only informs: name of the address -> path.
PLAIN = {
    "start": "",
    "wish": "fahrt/",
    "lookup": "fahrt/meine/",
    "offline": "ohne-internet/",
    "accessibility": "barrierefreiheit/",
    "easy": "leichte-sprache/",
    "signing": "gebaerdensprache/",
    "feedback": "barriere-melden/",
    "privacy": "datenschutz/",
    "imprint": "impressum/",
    "attribution": "datenquellen/",
    "appearance": "darstellung/",
    "mailbox": "demo-postfach/",
}

# What a booking leads to.
FOLLOWED = {
    "follow": "verfolgen/",
    "late": "verspaetung/",
    "share": "teilen/",
    "booked-stop": "haltestelle/",
    "paper": "ausdruck/",
}

# What opens at once for whoever has just signed in.
ACCOUNT = {
    "account": "konto/",
    "account-history": "konto/fahrten/",
    "favourites": "konto/lieblingsfahrten/",
    "favourite-new": "konto/lieblingsfahrten/neu/",
    "account-profile": "konto/angaben/",
    "account-messages": "konto/erreichen/",
    "account-access": "konto/anmeldung/",
    "account-pin": "konto/pin/",
    "account-confirm": "konto/bestaetigen/",
    "passkey-add": "konto/passkey/neu/",
    "account-data": "konto/daten/",
    "account-delete": "konto/daten/loeschen/",
}

# Looked at by tests of their own.
ELSEWHERE = (
    dict.fromkeys(("series-wish", "series-dates", "series-passenger", "series", "series-cancel"), "test_series.py")
    | dict.fromkeys(("offers-both", "passenger-both"), "test_there_and_back.py")
    | {"return-call": "test_open_return.py"}
)

# Addresses that show no page of their own: why.
NO_PAGE = {
    "manifest": "a document for the browser",
    "worker": "a script",
    "places": "a list for the combobox",
    "wish-again": "leads on to the offers",
    "once-more": "leads on to the offers",
    "instead": "the page of the wish, filled in: tests/unit/web/test_instead.py",
    "forget": "leads to the start page",
    "account-signout": "leads to the start page",
    "account-provider": "leads to the identity provider",
    "openid_connect_callback": "comes back from the identity provider",
    "account_login": "the address of account-signin under the library's name",
    "passkey-signin": "answers a script, or leads on",
    "passkey-options": "answers a script",
    "passkey-remove": "leads back to account-access",
    "contact-forget": "leads back to account-access",
    "account-disconnect": "leads back to account-access",
    "favourite-forget": "leads back to the favourites",
    "receipt-issue": "leads on to the receipt",
    "account-export": "a file",
    "calendar": "a file",
    "series-calendar": "a file",
    "return-ask": "leads back to the booking",
    "return-drop": "leads back to the booking",
    "follow-map": "data for the map",
    "shared-map": "data for the map",
    "ride-map-ground": "data for the map",
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
    for name, path in FOLLOWED.items():
        page.goto(booking + path)
        yield name, "as it opens"
    page.goto(booking + "teilen/")
    go_on(page)
    link = page.locator("#link").input_value()
    yield "share", "with a link"
    page.goto(link)
    yield "shared", "as it opens"
    page.goto(booking + "teilen/")
    page.locator("main form .button.stop").click()
    page.locator("main form .button.go").wait_for()
    page.goto(link)
    yield "shared", "withdrawn"
    page.goto(start + f"haltestelle/{STOP}/")
    yield "stop", "as it opens"
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


def an_account(page: Page, server: Server, start: str) -> Iterator[At]:
    """Signing in as the rider who has driven once, everything in the account, and its end."""
    yield from signing_in(page, start, server.driven["phone"])
    for name, path in ACCOUNT.items():
        page.goto(start + path)
        yield name, "as it opens"
    page.goto(start + "konto/lieblingsfahrten/neu/")
    go_on(page)
    yield "favourite-new", "errors"
    page.locator("#f-label").fill(f"Zum Arzt {start}")
    page.locator("#f-origin").fill(ORIGIN)
    page.locator("#f-destination").fill(DESTINATION)
    go_on(page)
    page.wait_for_url("**/lieblingsfahrten/")
    yield "favourites", "one"
    page.locator("main .card a.button").first.click()
    yield "favourite", "as it opens"
    page.goto(start + "fahrt/")
    yield "wish", "signed in, with a favourite"
    page.goto(start + "konto/fahrten/")
    page.locator("main .ride :is(form button, a.button)").first.click()  # issued already in another language
    page.locator(".receipt").wait_for()
    yield "receipt", "as it opens"
    page.goto(start + f"konto/monat/{server.day[:7]}/")
    yield "account-month", "with a receipt"
    page.goto(start + "konto/daten/loeschen/")
    page.locator("main form .button.stop").click()
    yield "account-delete", "errors"


def leaving(page: Page, server: Server, start: str) -> Iterator[At]:
    """Somebody who never rode has everything deleted."""
    for name, _state in signing_in(page, start, f"{start.strip('/') or 'de'}@example.org"):
        assert name.startswith("account-")
    page.goto(start + "konto/daten/loeschen/")
    page.locator("main form input[type=checkbox]").last.check()
    page.locator("main form .button.stop").click()
    page.locator(".booking-code").wait_for()
    yield "account-deleted", "just done"


def signing_in(page: Page, start: str, contact: str) -> Iterator[At]:
    """A contact, a wrong code, the right one."""
    page.goto(start + "konto/anmelden/")
    yield "account-signin", "as it opens"
    go_on(page)
    yield "account-signin", "errors"
    page.locator("#f-contact").fill(contact)
    go_on(page)
    page.locator("#f-code").wait_for()
    yield "account-code", "as it opens"
    page.locator("#f-code").fill("000000")
    go_on(page)
    yield "account-code", "a wrong code"
    page.locator("#f-code").fill(code_from_mailbox(page, start))
    go_on(page)
    page.wait_for_url("**/konto/")


def code_from_mailbox(page: Page, start: str) -> str:
    """The code of the newest message, as somebody would read it on another device."""
    other = page.context.new_page()
    other.goto(start + "demo-postfach/")
    found = re.search(r"[:#]\s*(\d{6})\b", other.locator("main .card").first.inner_text())
    other.close()
    assert found, "the newest message holds no code"
    return found[1]


def a_report(page: Page, server: Server, start: str) -> Iterator[At]:
    """A barrier reported, after the one question that must be answered was forgotten."""
    page.goto(start + "barriere-melden/")
    go_on(page)
    yield "feedback", "errors"
    page.locator("#f-what").fill("Die Ansage ist zu leise.")
    go_on(page)
    page.locator(".booking-code").wait_for()
    yield "feedback-done", "with its number"


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
        frozenset({"wish", "offers", "passenger", "again", "booking", "change", "confirm-change", "cancel", "lookup"})
        | {*FOLLOWED, "shared", "stop"},
    ),
    "account": Journey(
        an_account,
        frozenset({*ACCOUNT, "account-signin", "account-code", "favourite", "receipt", "account-month", "wish"}),
    ),
    "leaving": Journey(leaving, frozenset({"account-deleted"})),
    "report": Journey(a_report, frozenset({"feedback", "feedback-done"})),
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
