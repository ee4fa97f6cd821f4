"""What holds on every page in every state and mode: pages.py lists them, looks.py says what is looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import (
    PHONE,
    Mode,
    assert_accessible,
    assert_fits,
    assert_keyboard_reaches_everything,
    assert_one_live_region,
    glance_at,
    look_at,
    show,
)
from tests.browser.pages import JOURNEYS, LANGUAGES, PLAIN

PUBLIC = [*(f"/{path}" for path in PLAIN.values()), "/anmelden/", "/komponenten/", "/gibt-es-nicht/"]
STAFF = [
    "/anmelden/",
    "/komponenten/",
    "/leitstelle/{day}/",
    "/leitstelle/2031-01-06/",
    "/leitstelle/{day}/fahrten/",
    "/leitstelle/{day}/fahrzeug/{vehicle}/",
    "/leitstelle/{day}/buchung/{booking}/",
    "/leitstelle/{day}/konflikte/",
    "/leitstelle/{day}/ohne-meldung/",
    "/leitstelle/geraete/",
    "/leitstelle/sms/",
    "/leitstelle/suche/",
    "/leitstelle/fahrauftraege/?tag={day}",
    "/leitstelle/fahrauftraege/{day}/{vehicle}/",
    "/auswertung/{day}/",
    "/leitstelle/hindernisse/",
]
# The same description of a stop, with and without a booking.
SAME_TITLE = {"booked-stop", "stop"}
WITHOUT_LIVE_REGION = {"not-found"}


def staff_paths(server: Server) -> list[str]:
    number = int(server.bookings[0]["vehicle"].split()[-1])
    return [
        path.format(day=server.day, vehicle=f"bus-{number:02d}", booking=server.bookings[0]["code"]) for path in STAFF
    ]


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Page]:
    """A browser whose console is not looked at: some of these pages are the answer to an error."""
    context = browser.new_context(
        base_url=server.url, locale="de-DE", timezone_id="Europe/Berlin", reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("journey", JOURNEYS)
def test_every_state_in_every_mode(visitor: Page, server: Server, journey: str, language: str) -> None:
    """Reached once, looked at in all modes. The keyboard walks each page once, in German."""
    walk, pages = JOURNEYS[journey].walk, JOURNEYS[journey].pages
    titles: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    for name, state in walk(visitor, server, LANGUAGES[language]):
        label = f"{name}, {state}, {language}"
        (look_at if language == "de" else glance_at)(visitor, label)
        if name not in WITHOUT_LIVE_REGION:
            assert_one_live_region(visitor, label)
        if name not in seen and language == "de":
            assert_keyboard_reaches_everything(visitor, label)
        assert visitor.title(), label
        titles[visitor.title()].add(name)
        seen.add(name)
    assert seen == pages, "the list of a journey's pages is what it passes"
    shared = {title: names for title, names in titles.items() if len(names) > 1 and names != SAME_TITLE}
    assert not shared, "no two pages have the same title"


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_staff_pages_are_accessible_and_fit(staff_page: OpenPage, server: Server, scheme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    page = staff_page("/leitstelle/fahrauftraege/", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    for path in staff_paths(server):
        page.goto(path)
        page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
        assert_accessible(page, f"{path} at {width}")
        assert_fits(page, f"{path} at {width}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_chosen_is_the_contrast_that_a_device_asks_for(visitor: Page, scheme: str) -> None:
    """The two lists of colours in tokens.css say the same."""
    visitor.goto("/darstellung/")
    read = (
        "() => { const s = getComputedStyle(document.documentElement); return ['--paper', '--card', '--ink', '--ink-soft',"
        " '--line', '--line-strong', '--go', '--go-strong', '--go-tint', '--link', '--stop', '--stop-tint', '--mind',"
        " '--mind-tint', '--focus', '--field', '--shadow'].map(name => name + s.getPropertyValue(name)) }"
    )
    show(visitor, Mode("asked for", {"contrast": "more", "color_scheme": scheme}), PHONE)
    asked_for = visitor.evaluate(read)
    show(visitor, Mode("chosen", {"color_scheme": scheme}, "high-contrast"), PHONE)
    assert visitor.evaluate(read) == asked_for
    show(visitor, Mode("neither", {"color_scheme": scheme}), PHONE)
    assert visitor.evaluate(read) != asked_for


def test_forced_colours_keep_the_choice_and_the_focus_visible(open_page: OpenPage) -> None:
    page = open_page("/fahrt/", forced_colors="active")
    page.get_by_label("Von", exact=True).focus()
    page.keyboard.press("Tab")
    style = "e => getComputedStyle(e).outlineStyle + ' ' + getComputedStyle(e).outlineWidth"
    assert page.get_by_label("Nach", exact=True).evaluate(style) == "solid 3px"
    chosen = page.locator(".choice", has=page.get_by_label("Abfahrt ab"))
    assert chosen.evaluate(style) == "solid 3px"
    assert_accessible(page, "forced colours")


def test_text_four_times_as_large_still_fits(open_page: OpenPage) -> None:
    page = open_page("/fahrt/", viewport={"width": 320, "height": 256})  # 1280 x 1024 at 400 %
    assert_fits(page, "400 %")
    page.get_by_role("button", name="Angebote zeigen").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Angebote zeigen")).to_be_in_viewport()


def test_nothing_is_loaded_from_elsewhere(staff_page: OpenPage, server: Server) -> None:
    page = staff_page("/leitstelle/fahrauftraege/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (*PUBLIC, *staff_paths(server)):
        page.goto(path)
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []


def test_no_page_holds_inline_style_or_script(staff_page: OpenPage, server: Server) -> None:
    page = staff_page("/leitstelle/fahrauftraege/", java_script_enabled=False)
    for path in (*PUBLIC, *staff_paths(server)):
        page.goto(path)
        inline = page.locator("style, [style], script:not([src]), [onclick], [onload]").count()
        assert inline == 0, path
