""" "I am done, please fetch me": kept open while booking, called with one tap, seen by the dispatcher."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import to_passenger
from tests.browser.test_booking import press, tab_to


def find(page: Page, booked: dict[str, str]) -> None:
    page.get_by_label("Buchungscode").fill(booked["code"])
    page.get_by_label("Telefon oder E-Mail").fill(booked["phone"])
    page.get_by_role("button", name="Fahrt zeigen").click()
    page.locator(".booking-code").wait_for()


def card(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_role("region", name="Rückfahrt")


def test_one_tap_calls_the_bus_home_and_a_second_gives_the_same(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/meine/", java_script_enabled=False)
    find(page, server.fetched[0])
    expect(card(page)).to_contain_text("Melden Sie sich, wenn Sie fertig sind, spätestens um 23:00")
    there = page.url
    page.get_by_role("button", name="Ich bin fertig. Bitte abholen.").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")
    home = page.locator(".booking-code").inner_text()
    assert home != server.fetched[0]["code"]
    expect(page.locator(".journey strong").first).to_have_text("Gardelegen, Krankenhaus")
    expect(page.get_by_role("heading", name=re.compile(r"zwischen 1[01]:\d\d und"))).to_be_visible()
    expect(card(page)).to_have_count(0)  # a ride home has no way back
    page.goto(there)
    expect(card(page)).to_contain_text("Ihr Bus nach Hause kommt zwischen")
    page.get_by_role("link", name="Rückfahrt ansehen").click()
    expect(page.locator(".booking-code")).to_have_text(home)


def test_with_the_keyboard_she_says_when_she_will_be_ready(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/meine/")
    find(page, server.fetched[1])
    tab_to(page, "Ich weiß schon, wann ich fertig bin")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Fertig? Wir holen Sie ab.")).to_be_focused()
    tab_to(page, "Ab wann sind Sie fertig?")
    page.keyboard.type("halb drei")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Gebucht")).to_be_focused()
    expect(page.get_by_role("heading", name=re.compile("zwischen 14:[345]"))).to_be_visible()
    # Longer at the doctor's: the ride home is cancelled and called again.
    page.get_by_role("link", name="Fahrt absagen").click()
    page.get_by_role("button", name="Ja, Fahrt absagen").click()
    page.goto(f"/fahrt/buchung/{server.fetched[1]['code']}/")
    expect(card(page).get_by_role("button", name="Ich bin fertig. Bitte abholen.")).to_be_visible()


def test_the_way_back_is_kept_open_while_booking_and_given_up(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_passenger(page, server.day, at="13:15")
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill("03901 667755")
    page.get_by_label("Rückfahrt offen: Ich melde mich, wenn ich fertig bin.").check()
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    page.get_by_role("heading", name="Gebucht").wait_for()
    expect(card(page)).to_contain_text("Ihre Rückfahrt ist offen.")
    expect(card(page)).to_contain_text("sobald Ihre Hinfahrt beginnt")
    expect(page.get_by_role("button", name="Ich bin fertig. Bitte abholen.")).to_have_count(0)
    page.get_by_role("link", name="Ich weiß schon, wann ich fertig bin").click()
    page.get_by_role("button", name="Bitte abholen").click()  # now: she has not even left
    expect(page.get_by_text("Ihre Hinfahrt beginnt erst um")).to_be_visible()
    page.get_by_role("link", name="Zurück zur Fahrt").click()
    page.get_by_role("button", name="Ich brauche keine Rückfahrt").click()
    expect(card(page)).to_contain_text("Die offene Rückfahrt gilt nicht mehr.")


def test_a_booked_rider_opens_the_way_back_afterwards(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_passenger(page, server.day, at="13:45")
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill("03901 667766")
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    page.get_by_role("button", name="Rückfahrt offen lassen").click()
    expect(card(page)).to_contain_text("Ihre Rückfahrt ist offen.")


def test_the_dispatcher_sees_who_is_still_to_be_fetched(staff_page: OpenPage, server: Server) -> None:
    day = (date.fromisoformat(server.day) + timedelta(days=1)).isoformat()
    page = staff_page(f"/leitstelle/{day}/")
    table = page.get_by_role("table", name=re.compile("Wer noch abgeholt werden möchte"))
    row = table.get_by_role("row").filter(has_text=server.fetched[3]["phone"])
    expect(row).to_contain_text("noch nicht gerufen")
    expect(row).to_contain_text("Gardelegen, Krankenhaus")
    page.goto("/leitstelle/2031-01-06/")
    expect(page.get_by_text("Für diesen Tag hat niemand die Rückfahrt offen gelassen.")).to_be_visible()


def test_every_state_of_the_way_back_is_accessible_and_fits(open_page: OpenPage, server: Server) -> None:
    size = {"width": 320, "height": 700}
    page = open_page("/fahrt/meine/", viewport=size, color_scheme="dark", reduced_motion="reduce")

    def check(state: str) -> None:
        assert_accessible(page, state)
        assert_fits(page, state)

    find(page, server.fetched[2])
    check("open way back")
    page.get_by_role("link", name="Ich weiß schon, wann ich fertig bin").click()
    check("when ready")
    page.get_by_label("Ab wann sind Sie fertig?").fill("vorgestern")
    page.get_by_role("button", name="Bitte abholen").click()
    expect(page.get_by_role("alert")).to_be_focused()
    check("a time that is none")
    page.get_by_label("Ab wann sind Sie fertig?").fill("")
    page.get_by_role("button", name="Bitte abholen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")
    check("the ride home")
    page.goto(f"/fahrt/buchung/{server.fetched[2]['code']}/")
    check("called")
    page.goto(f"/fahrt/buchung/{server.fetched[2]['code']}/rueckfahrt/")
    check("called already")
