"""A known ride in three taps, and nothing of it for the next person at the same computer."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import book, to_offers

MOST_SECONDS = 20  # on a busy machine; a person's reading time comes on top


class Taps:
    """Counts what a person presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.count, self.begun = page, 0, time.monotonic()

    def press(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=re.compile(name)).first.click()  # type: ignore[arg-type]
        self.count += 1

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun


def test_the_same_ride_again_takes_three_taps_and_asks_nothing_twice(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    book(page, server.day, at="09:30", phone="03901 616263")
    page.goto("/")
    taps = Taps(page)
    taps.press("button", "^Letzte Fahrt Von Klötze, ZOB nach Gardelegen, Krankenhaus")
    expect(page.get_by_role("heading", name=re.compile("zur Auswahl"))).to_be_focused()
    taps.press("link", "Diese Fahrt nehmen")
    expect(page.get_by_label("Name")).to_have_value("Erika Muster")
    expect(page.get_by_label("Telefon")).to_have_value("+493901616263")
    taps.press("button", "Jetzt verbindlich buchen")
    page.get_by_role("heading", name="Gebucht").wait_for()
    assert taps.count == 3
    assert taps.seconds < MOST_SECONDS
    print(f"\nknown ride, from the start page to the booking: {taps.count} taps, {taps.seconds:.1f} s")


def test_the_first_ride_is_counted_too(open_page: OpenPage, server: Server) -> None:
    page = open_page("/")
    taps = Taps(page)
    taps.press("link", "^Fahrt bestellen$")
    for label, text in (("Von", "Klötze, ZOB"), ("Nach", "Gardelegen, Krankenhaus"), ("Uhrzeit", "13:10")):
        page.get_by_label(label, exact=True).fill(text)
        taps.count += 1  # the tap into the field
    page.get_by_label("Tag", exact=True).select_option(server.day)
    taps.count += 2
    taps.press("button", "Angebote zeigen")
    taps.press("link", "Diese Fahrt nehmen")
    for label, text in (("Name", "Testfahrgast 1"), ("Telefon", "03901 646566")):
        page.get_by_label(label).fill(text)
        taps.count += 1
    taps.press("button", "Jetzt verbindlich buchen")
    page.get_by_role("heading", name="Gebucht").wait_for()
    assert taps.count == 11
    print(f"\nfirst ride, from the start page to the booking: {taps.count} taps, {taps.seconds:.1f} s without typing")


def test_the_way_back_begins_after_the_ride(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/", java_script_enabled=False)
    book(page, server.day, at="14:00", phone="03901 676869")
    page.goto("/")
    page.get_by_role("button", name=re.compile("^Rückweg Von Gardelegen, Krankenhaus nach Klötze, ZOB")).click()
    expect(page.get_by_text(re.compile(r"Abfahrt ab 15:00.Uhr"))).to_be_visible()
    expect(page.get_by_role("link", name="Diese Fahrt nehmen").first).to_be_visible()


def test_forgetting_leaves_nothing_for_the_next_person(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    code = book(page, server.day, at="15:30", phone="03901 707172")
    offers = page.context.cookies()
    assert all("Muster" not in cookie.get("value", "") for cookie in offers), "the cookie is a key and nothing else"
    page.goto("/")
    page.get_by_role("button", name="Meine Fahrten hier vergessen").click()
    expect(page.get_by_text("Dieser Browser kennt Ihre Fahrten nicht mehr.")).to_be_visible()
    expect(page.get_by_role("heading", name="Noch einmal")).to_have_count(0)
    page.goto(f"/fahrt/buchung/{code}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Fahrt ansehen")
    assert page.evaluate("() => localStorage.getItem('rufbus.rides')") is None
    page.goto("/fahrt/")
    to_offers(page, server.day, at="16:30")
    page.get_by_role("link", name="Diese Fahrt nehmen").first.click()
    expect(page.get_by_label("Name")).to_have_value("")


def test_another_visitor_is_offered_nothing_of_it(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    code = book(page, server.day, at="16:00", phone="03901 737475")
    other = open_page("/")
    expect(other.get_by_role("heading", name="Noch einmal")).to_have_count(0)
    token = other.locator("input[name=csrfmiddlewaretoken]").first
    if token.count() == 0:  # the start page of a stranger has no form; the wish has
        other.goto("/fahrt/")
    forged = other.request.post(
        "/fahrt/noch-einmal/",
        form={"was": f"fahrt:{code}", "csrfmiddlewaretoken": token.input_value()},
        headers={"Referer": server.url},
    )
    assert forged.url.endswith("/fahrt/"), "what was not offered is not asked for"


def test_another_time_is_one_line_away(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_offers(page, server.day, at="10:10")
    page.get_by_label("Andere Zeit").fill("irgendwann")
    page.get_by_role("button", name="Neu fragen").click()
    expect(page.get_by_label("Andere Zeit")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#andere-zeit-fehler")).not_to_be_empty()
    page.get_by_label("Andere Zeit").fill("17:20")
    page.get_by_role("button", name="Neu fragen").click()
    expect(page.get_by_text(re.compile(r"Abfahrt ab 17:20.Uhr"))).to_be_visible()


def test_the_start_page_with_known_rides_reads_well_and_fits(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/", viewport={"width": 320, "height": 700}, reduced_motion="reduce")
    book(page, server.day, at="18:00", phone="03901 767778")
    page.goto("/")
    expect(page.get_by_role("region", name="Noch einmal")).to_match_aria_snapshot(
        """
        - region "Noch einmal":
          - heading "Noch einmal" [level=2]
          - list:
            - listitem:
              - button /Letzte Fahrt Von Klötze, ZOB nach Gardelegen, Krankenhaus .* Abfahrt ab 18:00.Uhr/
            - listitem:
              - button /Rückweg Von Gardelegen, Krankenhaus nach Klötze, ZOB .* Abfahrt ab/
          - paragraph: /Ein Druck zeigt die Angebote/
          - paragraph:
            - text: Benutzen auch andere dieses Gerät?
            - button "Meine Fahrten hier vergessen"
        """
    )
    assert_accessible(page, "start page with known rides")
    assert_fits(page, "start page with known rides")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert_fits(page, "start page with known rides, wide")
