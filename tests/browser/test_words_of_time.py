"""The time in words: typed or dictated, told again on the offers' page, asked back where it may mean two things."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.tasks import fill_wish

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def ask(page: Page) -> None:
    page.get_by_role("button", name="Angebote zeigen").click()


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_day_in_words_wins_and_what_was_understood_is_told(
    open_page: OpenPage, server: Server, java_script_enabled: bool
) -> None:
    day = date.fromisoformat(server.day)
    page = open_page("/fahrt/", java_script_enabled=java_script_enabled)
    fill_wish(page, server.day, at=f"{WEEKDAYS[day.weekday()]}, {day.day}.{day.month}. um drei viertel zehn")
    page.get_by_label("Tag", exact=True).select_option(index=0)
    ask(page)
    notice = page.locator(".notice", has_text="Verstanden:")
    expect(notice).to_contain_text(re.compile(rf"{day:%d.%m.%Y}, Abfahrt ab 9:45.Uhr"))
    page.reload()
    expect(notice).to_be_visible()


def test_a_sentence_of_arrival_sets_what_matters(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    fill_wish(page, server.day, at="um 10 Uhr beim Arzt sein")
    ask(page)
    expect(page.locator(".notice", has_text="Verstanden:")).to_contain_text(re.compile("Ankunft bis 10:00.Uhr"))


@pytest.mark.parametrize("width", [320, 1280])
def test_two_meanings_are_asked_and_the_error_leads_to_the_answer(
    open_page: OpenPage, server: Server, width: int
) -> None:
    page = open_page("/fahrt/", java_script_enabled=width == 320, viewport={"width": width, "height": 800})
    fill_wish(page, server.day, at="halb sieben")
    ask(page)
    group = page.get_by_role("group", name="Uhrzeit")
    expect(group.get_by_text("Welche Zeit meinen Sie mit „halb sieben“?")).to_be_visible()
    expect(group.get_by_role("radio")).to_have_count(2)
    target = page.locator(".error-summary a").get_attribute("href") or ""
    expect(page.locator(target)).to_have_attribute("type", "radio")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    group.get_by_role("radio", name="18:30").check()
    ask(page)
    expect(page.locator(".notice", has_text="Verstanden:")).to_contain_text(re.compile("Abfahrt ab 18:30.Uhr"))


def test_figures_are_not_talked_about(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    fill_wish(page, server.day, at="9:45")
    ask(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("zur Auswahl")
    expect(page.locator(".notice", has_text="Verstanden:")).to_have_count(0)
