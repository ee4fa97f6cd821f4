"""What a person does on the pages, in words that the tests share."""

from __future__ import annotations

from playwright.sync_api import Page

ORIGIN, DESTINATION = "Klötze, ZOB", "Gardelegen, Krankenhaus"


def fill_wish(page: Page, day: str, at: str = "09:00", origin: str = ORIGIN, destination: str = DESTINATION) -> None:
    """Step 1, with exact names, so that nothing has to be asked back."""
    page.get_by_label("Von", exact=True).fill(origin)
    page.get_by_label("Nach", exact=True).fill(destination)
    page.get_by_label("Tag", exact=True).select_option(day)
    page.get_by_label("Uhrzeit", exact=True).fill(at)


def to_offers(page: Page, day: str, at: str = "09:00") -> None:
    fill_wish(page, day, at)
    page.get_by_role("button", name="Angebote zeigen").click()
    page.wait_for_url("**/fahrt/angebote/*/")


def to_passenger(page: Page, day: str, at: str = "09:00") -> None:
    to_offers(page, day, at)
    page.get_by_role("link", name="Diese Fahrt nehmen").first.click()
    page.get_by_role("heading", name="Wer fährt?").wait_for()


def book(page: Page, day: str, at: str = "09:00", phone: str = "03901 987654") -> str:
    """The whole way; gives the booking code."""
    to_passenger(page, day, at)
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill(phone)
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    page.get_by_role("heading", name="Gebucht").wait_for()
    return page.locator(".booking-code").inner_text()
