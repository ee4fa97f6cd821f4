"""Somebody books in English, somebody in Leichte Sprache, and whoever changes the language stays on the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.tasks import DESTINATION, ORIGIN


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads and presses on the way to a booked ride."""

    prefix: str
    lang: str
    book: str
    origin: str
    destination: str
    day: str
    time: str
    show: str
    take: str
    name: str
    phone: str
    confirm: str
    booked: str
    cancel: str
    really: str
    cancelled: str
    wait: re.Pattern[str]
    price: re.Pattern[str]


ENGLISH = Words(
    prefix="/en/", lang="en", book="Book a trip", origin="From", destination="To", day="Day", time="Time",
    show="Show offers", take="Take this trip", name="Name", phone="Phone", confirm="Book now (binding)",
    booked="Booked", cancel="Cancel trip", really="Yes, cancel the trip", cancelled="Cancelled",
    wait=re.compile(r"Wait at the stop from \d+:\d\d on\. The bus will come between \d+:\d\d and \d+:\d\d"),
    price=re.compile(r"€\d+\.\d\d"),
)  # fmt: skip
EASY = Words(
    prefix="/de-simple/", lang="de", book="Fahrt bestellen", origin="Von", destination="Nach", day="Tag",
    time="Uhr-Zeit", show="Angebote zeigen", take="Diese Fahrt nehmen", name="Name", phone="Telefon",
    confirm="Jetzt fest buchen", booked="Gebucht", cancel="Fahrt absagen", really="Ja, Fahrt absagen",
    cancelled="Abgesagt", wait=re.compile(r"Warten Sie ab \d+:\d\d.Uhr an der Halte-Stelle\. Der Bus kommt zwischen \d+"),
    price=re.compile(r"\d+,\d\d.Euro"),
)  # fmt: skip


@pytest.mark.parametrize("words", [ENGLISH, EASY], ids=["english", "easy"])
def test_a_ride_is_booked_and_cancelled_in_one_language(open_page: OpenPage, server: Server, words: Words) -> None:
    page = open_page(words.prefix)
    language = page.locator("html")
    expect(language).to_have_attribute("lang", words.lang)
    page.get_by_role("navigation").get_by_role("link", name=words.book).click()
    page.get_by_label(words.origin, exact=True).fill(ORIGIN)
    page.get_by_label(words.destination, exact=True).fill(DESTINATION)
    page.get_by_label(words.day, exact=True).select_option(server.day)
    page.get_by_label(words.time, exact=True).fill("17:40")
    page.get_by_role("button", name=words.show).click()
    offer = page.locator(".card.offer").first
    expect(offer).to_contain_text(words.price)
    offer.get_by_role("link", name=words.take).click()
    page.get_by_label(words.name, exact=True).first.fill("Erika Muster")
    page.get_by_label(words.phone).first.fill("03901 987654")
    page.get_by_role("button", name=words.confirm).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.booked)
    expect(page.locator("main")).to_contain_text(words.wait)
    assert_nothing_german_in_english(page, words)
    page.get_by_role("link", name=words.cancel, exact=True).click()
    page.get_by_role("button", name=words.really).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.cancelled)
    expect(language).to_have_attribute("lang", words.lang)


def assert_nothing_german_in_english(page: Page, words: Words) -> None:
    """Names of stops apart, an English page has no German word that every German page has."""
    if words.lang == "en":
        text = page.locator("main").inner_text()
        assert not re.search(r"\b(?:und|Sie|Ihre|Uhr|Fahrt|Haltestelle|Preis|spätestens)\b", text), text


def test_changing_the_language_stays_on_the_page_also_after_an_error(open_page: OpenPage) -> None:
    page = open_page("/fahrt/meine/")
    page.locator("main form .button.go").click()
    expect(page.get_by_role("heading", name="Bitte prüfen Sie Ihre Angaben")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("View my trip")
    page.get_by_role("link", name="Leichte Sprache").click()
    expect(page.get_by_label("Buchungs-Code")).to_be_visible()
    expect(page.get_by_role("link", name="Leichte Sprache")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_label("Buchungscode")).to_be_visible()
    assert page.url.endswith("/fahrt/meine/")


def test_names_of_languages_and_german_parts_say_their_language(open_page: OpenPage) -> None:
    """What a screen reader needs to change its voice (WCAG 3.1.2)."""
    page = open_page("/en/barrierefreiheit/")
    spoken = {link.inner_text(): link.get_attribute("lang") for link in page.locator(".language-nav a").all()}
    assert spoken == {"Deutsch": "de", "Leichte Sprache": "de", "English": "en", "Gebärdensprache": "de"}
    expect(page.get_by_role("link", name=re.compile("Ombudsstelle"))).to_have_attribute("lang", "de")


def test_easy_pages_are_larger_and_have_pictures_that_nobody_reads_aloud(open_page: OpenPage) -> None:
    page = open_page("/")
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    normal = page.evaluate(size)
    page.get_by_role("link", name="Leichte Sprache").click()
    assert page.evaluate(size) > normal
    pictures = page.locator("main :is(h2, h3) > svg")
    assert pictures.count() >= 4
    assert all(picture.get_attribute("aria-hidden") == "true" for picture in pictures.all())
    expect(page.get_by_role("heading", name="Was ist der Rufbus?")).to_be_visible()
