"""Trying the automatic line in the control room: by the keyboard alone, without scripts, on a telephone's screen."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looks import look_at

PROBE = "/leitstelle/telefon/probe/"
SHOTS = os.environ.get("RUFBUS_SHOTS", "")


def looked_at(page: Page, name: str) -> None:
    """What every page must bear; and a picture for who asks for it."""
    look_at(page, name)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_a_dispatcher_rings_up_and_books(staff_page: OpenPage) -> None:
    page = staff_page(PROBE)
    looked_at(page, "probe-1")
    page.get_by_label("Nummer, die anruft").press("Enter")
    last = page.locator("[data-last]")
    expect(last).to_contain_text("Sagen Sie einfach, wohin Sie möchten.")
    expect(last).to_be_focused()
    looked_at(page, "probe-2")
    page.get_by_label("Sagen").fill("übermorgen um elf Uhr von Klötze Rathaus nach Gardelegen Krankenhaus")
    page.get_by_label("Sagen").press("Enter")
    expect(last).to_contain_text("Wie heißen Sie?")
    page.get_by_label("Sagen").fill("Testfahrgast Eins")
    page.get_by_label("Sagen").press("Enter")
    expect(last).to_contain_text("Soll ich buchen?")
    page.get_by_role("button", name="Taste 1", exact=True).press("Enter")
    expect(last).to_contain_text("Ihr Buchungscode:")
    looked_at(page, "probe-3")
    page.get_by_role("button", name="Auflegen").press("Enter")
    expect(page.get_by_text("Das Gespräch ist zu Ende.")).to_be_visible()
    expect(page.get_by_role("button", name="Anrufen")).to_be_visible()


def test_without_scripts_it_is_the_same(staff_page: OpenPage) -> None:
    page = staff_page(PROBE, java_script_enabled=False)
    page.get_by_role("button", name="Anrufen").click()
    page.get_by_role("button", name="Taste 1", exact=True).click()
    page.get_by_label("Mehrere Tasten").fill("5568")
    page.get_by_role("button", name="Tasten drücken").click()
    expect(page.locator("[data-last]")).to_contain_text("Ab Klötze: Ist das richtig?")
    page.get_by_role("button", name="Schweigen").click()
    expect(page.locator("[data-last]")).to_contain_text("Ab Klötze: Ist das richtig?")
    page.get_by_role("button", name="Auflegen").click()
