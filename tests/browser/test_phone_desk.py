"""The phone desk by the keyboard alone: a booking in under a minute, for a caller whom nobody knows and for one who is known."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits, assert_targets_are_large, look_at

KEYS_A_SECOND = 5
A_MINUTE_OF_KEYS = 60 * KEYS_A_SECOND
A_CALL = """
from django.utils import timezone
from backend.channels_in.call_models import Call
from backend.channels_in.waiting import put_in_queue
from backend.districts.models import District
now = timezone.now()
times = {"created_at": now, "updated_at": now}
call = Call.objects.create(district=District.objects.get(), external_id="CA30", contact="+491713920030", **times)
put_in_queue(call, [["Rufbus", "Wohin?"], ["Anruf", "Nach Klötze zum Arzt"]], "asked", now, is_on_line=True)
"""
LINE = "übermorgen 8:30 von Klötze ZOB nach Gardelegen Krankenhaus"


@dataclass
class Keys:
    """A dispatcher's keyboard, which counts."""

    page: Page
    pressed: int = 0

    def press(self, *names: str) -> None:
        """Press keys on a page that has its scripts: a heading may be there before the keys do anything."""
        self.page.wait_for_load_state("load")
        for name in names:
            self.page.keyboard.press(name)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.page.wait_for_load_state("load")
        self.page.keyboard.type(text)
        self.pressed += len(text)


@pytest.fixture
def desk(staff_page: OpenPage) -> Page:
    return staff_page("/leitstelle/telefon/")


def begin(page: Page, number: str) -> Keys:
    page.locator("#f-phone").focus()
    keys = Keys(page)
    keys.type(number)
    keys.press("Enter")
    page.locator("#f-line").wait_for()
    return keys


def until_offers(page: Page) -> None:
    page.locator("[data-offers]").wait_for()


def until_booked(page: Page) -> str:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gebucht")
    return re.search(r"[A-Z0-9]{3}-[A-Z0-9]{3}", page.get_by_role("heading", level=1).inner_text())[0]  # type: ignore[index]


def told(keys: Keys, began: float, who: str) -> None:
    machine_s = time.monotonic() - began
    print(f"{who}: {keys.pressed} keys, {keys.pressed / KEYS_A_SECOND:.0f} s of typing, machine {machine_s:.1f} s")


def test_an_unknown_caller_is_booked_in_under_a_minute_of_keys(desk: Page) -> None:
    began = time.monotonic()
    keys = begin(desk, "0171 3920011")
    expect(desk.get_by_role("heading", name="Unbekannte Nummer")).to_be_visible()
    expect(desk.locator("#f-line")).to_be_focused()
    keys.type(LINE + ", 2 Personen, eine mit Rollator")
    keys.press("Enter")
    until_offers(desk)
    expect(desk.get_by_role("main")).to_contain_text("2 Erwachsene, 1 Rollator")
    keys.press("1")
    expect(desk.locator("#f-name")).to_be_focused()
    keys.type("Testfahrgast 1")
    keys.press("Enter")
    code = until_booked(desk)
    expect(desk.locator(".phone-code")).to_contain_text(" wie ")
    expect(desk.locator(".phone-caller")).to_contain_text(code)
    told(keys, began, "unknown caller")
    assert keys.pressed < A_MINUTE_OF_KEYS / 2


def test_a_known_caller_rides_the_same_again_with_a_digit(desk: Page) -> None:
    keys = begin(desk, "0171 3920012")
    keys.type(LINE)
    keys.press("Enter")
    until_offers(desk)
    keys.press("1")
    keys.type("Testfahrgast 2")
    keys.press("Enter")
    until_booked(desk)
    desk.goto("/leitstelle/telefon/")
    began = time.monotonic()
    keys = begin(desk, "0171 3920012")
    expect(desk.get_by_role("heading", name="Testfahrgast 2")).to_be_visible()
    keys.type("1 übermorgen 11")
    keys.press("Enter")
    until_offers(desk)
    expect(desk.locator("#f-name")).to_have_value("Testfahrgast 2")
    keys.press("Enter")
    until_booked(desk)
    told(keys, began, "known caller")
    assert keys.pressed < A_MINUTE_OF_KEYS / 5


def test_a_series_there_and_back_is_booked_by_keys_alone(desk: Page) -> None:
    began = time.monotonic()
    keys = begin(desk, "0171 3920018")
    keys.type("jeden Dienstag um neun 4 Wochen lang von Klötze ZOB nach Gardelegen Krankenhaus, um zwölf zurück")
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("4 Fahrten sind möglich")
    expect(desk.locator(".phone-say")).to_contain_text("Jeden Dienstag")
    expect(desk.locator("#f-name")).to_be_focused()
    assert_accessible(desk, "the days of a series")
    assert_targets_are_large(desk, "the days of a series")
    keys.type("Testfahrgast 8")
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("4 Fahrten gebucht")
    assert_accessible(desk, "a booked series")
    back = desk.get_by_label("Uhrzeit der Rückfahrt")
    expect(back).to_be_focused()
    expect(back).to_have_value("12:00")
    keys.press("Enter")
    expect(desk.get_by_role("button", name="Alle verbindlich buchen")).to_be_focused()
    expect(desk.locator(".phone-say")).to_contain_text("Haltestelle Gardelegen, Krankenhaus")
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("4 Fahrten gebucht")
    expect(desk.locator(".phone-caller .link-list a")).to_have_count(8)
    told(keys, began, "a series there and back")
    assert keys.pressed < A_MINUTE_OF_KEYS / 2
    desk.set_viewport_size({"width": 320, "height": 640})
    assert_fits(desk, "a booked series on a phone")


def test_digits_and_letters_lead_on_where_the_answer_was_no(desk: Page) -> None:
    keys = begin(desk, "")
    keys.type("übermorgen 4:30 Uhr morgens von Klötze ZOB nach Gardelegen Krankenhaus")
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("So geht es nicht")
    keys.press("1")
    until_offers(desk)
    keys.press("Alt+n")
    expect(desk.locator("#f-line")).to_be_focused()
    keys.press("Alt+s")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Dieselbe Fahrt an vielen Tagen")
    assert_accessible(desk, "the fields of a series")
    keys.press("Alt+e")
    expect(desk.locator("#f-phone")).to_be_focused()


def test_what_the_line_leaves_open_is_asked_at_its_field(desk: Page) -> None:
    keys = begin(desk, "")
    keys.type("übermorgen von Klötze ZOB nach Gardelegen Krankenhaus")
    keys.press("Enter")
    expect(desk.get_by_role("alert")).to_contain_text("Uhrzeit")
    assert_accessible(desk, "a line without a time")
    desk.locator("#f-time").fill("halb neun")
    desk.locator("#f-time").press("Enter")
    until_offers(desk)
    expect(desk.get_by_role("main")).to_contain_text("8:30")


def test_change_late_cancel_and_the_way_back_without_leaving_the_call(desk: Page) -> None:
    keys = begin(desk, "0171 3920013")
    keys.type(LINE)
    keys.press("Enter")
    until_offers(desk)
    (day,) = re.findall(r"(\d\d\.\d\d\.\d{4}),\s+Abfahrt ab", desk.get_by_role("main").inner_text())
    keys.press("1")
    keys.type("Testfahrgast 3")
    keys.press("Enter")
    first = until_booked(desk)
    desk.get_by_label("Uhrzeit der Rückfahrt").fill("15 Uhr")
    desk.keyboard.press("Enter")
    until_offers(desk)
    expect(desk.get_by_role("main")).to_contain_text("Von Gardelegen")
    desk.get_by_role("button", name="Verbindlich buchen").click()
    back = until_booked(desk)
    assert back != first
    desk.get_by_role("link", name=re.compile(first)).click()
    desk.get_by_role("link", name="Ändern").click()
    desk.locator("#f-line").fill("um 9:30")
    desk.keyboard.press("Enter")
    until_offers(desk)
    expect(desk.get_by_role("main")).to_contain_text(f"{day}, Abfahrt ab 9:30 Uhr")
    desk.get_by_role("button", name="Verbindlich ändern").click()
    changed = until_booked(desk)
    assert changed != first
    desk.get_by_text("Fahrt absagen").click()
    desk.get_by_role("button", name="Ja, absagen").click()
    expect(desk.get_by_role("status")).to_contain_text("Fahrt abgesagt.")
    desk.keyboard.press("Alt+e")
    expect(desk.get_by_role("status")).to_contain_text("Gespräch beendet.")


def test_a_rule_is_set_aside_with_a_reason_only(desk: Page, server: Server) -> None:
    keys = begin(desk, "0171 3920014")
    keys.type(f"{server.day[8:]}.{server.day[5:7]}. morgens um 4:50 von Klötze ZOB nach Gardelegen Krankenhaus")
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("So geht es nicht")
    look_at(desk, "a refusal that may be set aside")
    desk.get_by_role("button", name="Trotzdem anbieten").click()
    expect(desk.get_by_role("alert")).to_contain_text("Nennen Sie den Grund")
    assert_accessible(desk, "no reason")
    desk.get_by_label("Grund").fill("Dialyse-Fahrdienst ausgefallen, zugesagt")
    desk.keyboard.press("Enter")
    until_offers(desk)
    expect(desk.get_by_role("main")).to_contain_text("Außer Kraft gesetzt: Betriebszeit")


def test_everything_works_without_a_script(staff_page: OpenPage) -> None:
    page = staff_page("/leitstelle/telefon/", java_script_enabled=False)
    page.locator("#f-phone").fill("0171 3920015")
    page.get_by_role("button", name="Gespräch beginnen").click()
    page.locator("#f-line").fill(LINE)
    page.get_by_role("button", name="Fahrten suchen").first.click()
    page.locator("#f-name").fill("Testfahrgast 5")
    page.get_by_role("button", name="Verbindlich buchen").click()
    until_booked(page)
    page.get_by_role("button", name="Gespräch beenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Telefon")


def test_after_the_call_nothing_of_the_caller_is_shown(desk: Page) -> None:
    begin(desk, "0171 3920016")
    address = desk.url
    desk.get_by_role("button", name="Gespräch beenden").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Telefon")
    desk.goto(address)
    expect(desk.get_by_role("status")).to_contain_text("Dieses Gespräch ist beendet.")
    assert "3920016" not in desk.content()


def states(page: Page, number: str) -> Iterator[str]:
    yield "who calls"
    keys = begin(page, number)
    page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
    yield "wish"
    page.locator("#f-line").fill(LINE)
    page.locator("#f-line").press("Enter")
    until_offers(page)
    page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
    yield "offers"
    keys.press("1")
    keys.type("Testfahrgast 7")
    keys.press("Enter")
    until_booked(page)
    yield "booked"
    page.get_by_role("link", name="Noch eine Fahrt").click()
    yield "wish of a known caller"
    page.locator("#f-line").fill(LINE)
    page.locator("#f-line").press("Enter")
    until_offers(page)
    keys.press("1", "Enter")
    expect(page.locator(".beside")).to_contain_text("Für diese Zeit gibt es schon eine Fahrt.")
    yield "the same ride again"


@pytest.mark.parametrize("width", [320, 1280])
def test_every_state_can_be_read_by_everybody(staff_page: OpenPage, width: int) -> None:
    page = staff_page("/leitstelle/telefon/", viewport={"width": width, "height": 800}, reduced_motion="reduce")
    for state in states(page, f"0171 39200{17 if width == 320 else 18}"):
        assert_fits(page, f"{state} at {width}")
        assert_targets_are_large(page, state)
        assert_accessible(page, f"{state} at {width}")
        if width == 320:
            page.emulate_media(color_scheme="dark")
            assert_accessible(page, f"{state}, dark")
            page.emulate_media(color_scheme="light")


def test_a_caller_who_waits_pops_up_and_is_taken_over(desk: Page, server: Server) -> None:
    expect(desk.get_by_text("Gerade wartet niemand.")).to_be_visible()
    desk.wait_for_function("() => document.querySelector('[data-phone][data-watching]')")
    server.manage("shell", "-v", "0", "-c", A_CALL)
    expect(desk.get_by_role("status")).to_contain_text("Ein Anruf wartet.", timeout=15_000)
    expect(desk.get_by_text("in der Leitung")).to_be_visible()
    assert_accessible(desk, "a caller who waits")
    desk.get_by_role("button", name=re.compile("Anruf .*0171 3920030")).click()
    expect(desk.locator(".phone-dialogue")).to_contain_text("Nach Klötze zum Arzt")
    expect(desk.locator("#f-line")).to_be_focused()
    assert_accessible(desk, "a call taken over")
    desk.get_by_role("button", name="Gespräch beenden").click()
    expect(desk.get_by_text("Gerade wartet niemand.")).to_be_visible()
