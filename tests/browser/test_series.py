"""A rider books Tuesdays and Thursdays until spring: by keyboard, without JavaScript; skips, changes and cancels days."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import DESTINATION, ORIGIN
from tests.browser.test_booking import CODE, press, tab_to

PHONE = "03901 667788"
BERLIN = ZoneInfo("Europe/Berlin")


def today() -> date:
    return datetime.now(BERLIN).date()


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def fill_series(page: Page, weeks: int = 4, at: str = "10:00") -> None:
    """From next week on, Tuesdays and Thursdays, for some weeks."""
    page.get_by_label("Von", exact=True).fill(ORIGIN)
    page.get_by_label("Nach", exact=True).fill(DESTINATION)
    page.get_by_label("Uhrzeit", exact=True).fill(at)
    page.get_by_label("Dienstag").check()
    page.get_by_label("Donnerstag").check()
    page.get_by_label("Erster Tag").fill(in_days(7))
    page.get_by_label("Letzter Tag").fill(in_days(6 + 7 * weeks))


def to_dates(page: Page, weeks: int = 4, at: str = "10:00") -> None:
    fill_series(page, weeks, at)
    page.get_by_role("button", name="Alle Fahrten zeigen").click()
    page.wait_for_url(re.compile(r"/fahrt/regelmaessig/[0-9a-f-]{36}/$"))


def to_booked(page: Page, weeks: int = 4, at: str = "10:00", phone: str = PHONE) -> None:
    to_dates(page, weeks, at)
    page.get_by_role("button", name="Weiter mit diesen Fahrten").click()
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill(phone)
    page.get_by_role("button", name="Alle Fahrten verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")


def test_books_a_series_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/fahrt/")
    tab_to(page, "Regelmäßig fahren")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Wohin fahren Sie regelmäßig?")).to_be_focused()
    for name, typed in (("Von", "Klötze Z"), ("Nach", "Krankenhaus Gard")):
        tab_to(page, name)
        page.keyboard.type(typed)
        expect(page.get_by_role("option").first).to_be_visible()
        press(page, "ArrowDown", "Enter")
    tab_to(page, "Uhrzeit")
    page.keyboard.type("9 Uhr")
    for weekday in ("Dienstag", "Donnerstag"):
        tab_to(page, weekday)
        press(page, "Space")
    tab_to(page, "Letzter Tag")
    last = today() + timedelta(days=21)
    page.keyboard.type(f"{last:%m%d%Y}")  # Chromium without a German language pack asks for the month first
    tab_to(page, "Nicht an Feiertagen")
    press(page, "Space")
    tab_to(page, "Alle Fahrten zeigen")
    press(page, "Enter")

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile("Fahrten sind möglich"))
    expect(heading).to_be_focused()
    tab_to(page, "Dienstag")
    press(page, "Space")  # one day less
    expect(page.get_by_role("checkbox").first).not_to_be_checked()
    rides = page.get_by_role("checkbox", checked=True).count()
    assert rides >= 4
    tab_to(page, "Weiter mit diesen Fahrten")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Wer fährt?")).to_be_focused()
    expect(page.get_by_role("heading", name=f"{rides} Fahrten")).to_be_visible()
    tab_to(page, "Name")
    page.keyboard.type("Erika Muster")
    tab_to(page, "Telefon")
    page.keyboard.type("03901 112244")
    tab_to(page, "Alle Fahrten verbindlich buchen")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Gebucht")).to_be_focused()
    expect(page.get_by_role("link", name="Auslassen")).to_have_count(rides)


def test_books_a_series_without_javascript_and_finds_it_by_any_code(open_page: OpenPage) -> None:
    page = open_page("/fahrt/regelmaessig/", java_script_enabled=False)
    to_booked(page, at="11:00", phone="03901 667711")
    cards = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Ansehen"))
    count = cards.count()
    assert count == 8
    codes = CODE.findall(page.get_by_role("main").inner_text())
    address = page.get_by_role("link", name="Alle in den Kalender").get_attribute("href")
    events = Calendar.from_ical(page.request.get(address or "").body()).walk("VEVENT")
    assert sorted(str(event["uid"])[:7].upper() for event in events) == sorted(set(codes))
    assert {event.start.astimezone(BERLIN).hour for event in events} == {11}
    assert len(set(codes)) == count
    other = open_page("/fahrt/meine/", java_script_enabled=False)
    other.get_by_label("Buchungscode").fill(codes[5])
    other.get_by_label("Telefon oder E-Mail").fill("03901 667711")
    other.get_by_role("button", name="Fahrt zeigen").click()
    other.get_by_role("link", name="Alle Fahrten dieser Serie").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Ihre regelmäßigen Fahrten")
    expect(other.get_by_role("link", name="Ansehen")).to_have_count(count)
    other.get_by_role("link", name="Ansehen").first.click()
    expect(other.locator(".booking-code")).to_have_text(codes[0])


def test_skips_one_day_changes_another_and_cancels_the_rest(open_page: OpenPage) -> None:
    page = open_page("/fahrt/regelmaessig/")
    to_booked(page, weeks=3, at="12:00", phone="03901 667722")
    series_url = page.url
    page.get_by_role("link", name="Auslassen").first.click()
    page.get_by_role("button", name="Ja, Fahrt absagen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Abgesagt")
    expect(page.get_by_text("Ihre Fahrt ist abgesagt.")).to_be_visible()
    page.get_by_role("link", name="Zurück zu allen Fahrten").click()
    expect(page.locator(".badge", has_text="abgesagt")).to_have_count(1)
    expect(page.get_by_role("link", name="Auslassen")).to_have_count(5)

    page.get_by_role("link", name="Ändern").last.click()  # beyond the days that a single ride may be booked for
    expect(page.get_by_label("Uhrzeit", exact=True)).to_have_value("12:00")
    page.get_by_label("Uhrzeit", exact=True).fill("14:00")
    page.get_by_role("button", name="Angebote zeigen").click()
    page.get_by_role("link", name="Diese Fahrt nehmen").first.click()
    page.get_by_role("button", name="Ja, Fahrt ändern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Geändert")
    page.get_by_role("link", name="Alle Fahrten dieser Serie").click()
    expect(page.get_by_role("link", name="Auslassen")).to_have_count(5)
    expect(page.get_by_text(re.compile("Einsteigen zwischen 1[345]:"))).to_have_count(1)

    page.goto(series_url)
    page.get_by_role("link", name="Alle weiteren Fahrten absagen").click()
    expect(page.get_by_text("5 Fahrten sind noch offen.")).to_be_visible()
    page.get_by_label("Ab welcher Fahrt?").select_option(index=1)
    page.get_by_role("button", name="Ja, diese Fahrten absagen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Abgesagt")
    expect(page.get_by_role("link", name="Auslassen")).to_have_count(1)


def test_days_without_a_ride_say_why(open_page: OpenPage) -> None:
    page = open_page("/fahrt/regelmaessig/")
    fill_series(page, weeks=26, at="10:00")
    page.get_by_label("Nicht in den Schulferien").check()
    page.get_by_label("Nicht an Feiertagen").check()
    page.get_by_role("button", name="Alle Fahrten zeigen").click()
    page.get_by_text(re.compile("Tage ohne Fahrt")).click()
    expect(page.get_by_text(re.compile("ferien")).first).to_be_visible()
    page.goto("/fahrt/regelmaessig/")
    to_dates(page, at="01:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("0 Fahrten sind möglich")
    expect(page.get_by_text("Um diese Zeit fährt der Rufbus nicht.").first).to_be_visible()
    expect(page.get_by_role("main").get_by_text(re.compile("03901 304030"))).to_be_visible()
    expect(page.get_by_role("button", name="Weiter mit diesen Fahrten")).to_have_count(0)
    page.get_by_role("link", name="Wunsch ändern").click()
    expect(page.get_by_label("Von", exact=True)).to_have_value(ORIGIN)
    expect(page.get_by_label("Dienstag")).to_be_checked()
    expect(page.get_by_label("Mittwoch")).not_to_be_checked()
    expect(page.get_by_label("Letzter Tag")).to_have_value(in_days(34))


def test_a_place_that_went_meanwhile_books_nothing_and_shows_the_list_anew(open_page: OpenPage) -> None:
    """The list is older than its offers' life: by then the places may be anybody's."""
    page = open_page("/fahrt/regelmaessig/")
    to_dates(page, weeks=1)
    page.get_by_role("button", name="Weiter mit diesen Fahrten").click()
    back = page.url
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill("03901 667733")
    page.get_by_role("button", name="Alle Fahrten verbindlich buchen").click()
    page.get_by_role("heading", name="Gebucht").wait_for()
    page.goto(back)
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill("03901 667733")
    page.get_by_role("button", name="Alle Fahrten verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")  # the same press: the same bookings
    page.goto(back)
    page.get_by_label("Name").fill("Testfahrgast 2")
    page.get_by_label("Telefon").fill("03901 667733")
    page.get_by_role("button", name="Alle Fahrten verbindlich buchen").click()
    expect(page.get_by_role("status")).to_contain_text("Diese Fahrten sind schon gebucht.")


def test_another_visitor_sees_no_series(open_page: OpenPage) -> None:
    page = open_page("/fahrt/regelmaessig/")
    to_dates(page, weeks=1, at="15:00")
    dates_url = page.url
    page.goto("/fahrt/regelmaessig/")
    to_booked(page, weeks=1, at="15:00", phone="03901 667744")
    other = open_page(page.url)
    expect(other.get_by_role("heading", level=1)).to_have_text("Meine Fahrt ansehen")
    other.goto(dates_url)
    expect(other.get_by_role("heading", level=1)).to_have_text("Diese Seite gibt es nicht")


def test_every_state_of_a_series_is_accessible_and_fits(open_page: OpenPage, server: Server) -> None:
    for scheme, width in (("light", 320), ("dark", 1280)):
        size = {"width": width, "height": 700}
        page = open_page("/fahrt/regelmaessig/", viewport=size, color_scheme=scheme, reduced_motion="reduce")

        def check(state: str, page: Page = page, width: int = width) -> None:
            page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
            assert_accessible(page, f"{state} at {width}")
            assert_fits(page, f"{state} at {width}")

        check("wish")
        page.get_by_role("button", name="Alle Fahrten zeigen").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_role("alert").get_by_role("link")).to_have_count(5)
        check("wish with errors")
        page.goto("/fahrt/regelmaessig/")
        to_dates(page, at="01:00")
        check("all exceptions")
        page.goto("/fahrt/regelmaessig/")
        page.get_by_label("Letzter Tag").fill("2040-01-01")
        fill_series(page)
        page.get_by_label("Erwachsene").select_option("8")
        page.get_by_label("Kinder", exact=True).select_option("8")
        page.get_by_role("button", name="Alle Fahrten zeigen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("So können wir Sie nicht fahren")
        check("refused as a whole")
        page.goto("/fahrt/regelmaessig/")
        to_dates(page, weeks=1, at="16:00")
        check("dates")
        for box in page.get_by_role("checkbox").all():
            box.uncheck()
        page.get_by_role("button", name="Weiter mit diesen Fahrten").click()
        expect(page.get_by_role("alert")).to_contain_text("Wählen Sie mindestens eine Fahrt aus.")
        check("no day ticked")
        page.goto("/fahrt/regelmaessig/")
        to_dates(page, weeks=1, at="16:00")
        page.get_by_role("button", name="Weiter mit diesen Fahrten").click()
        check("passenger")
        page.get_by_role("button", name="Alle Fahrten verbindlich buchen").click()
        check("passenger with errors")
        page.goto("/fahrt/regelmaessig/")
        to_booked(page, weeks=1, at="16:00", phone=f"03901 6677{width}")
        check("booked")
        page.get_by_role("link", name="Ansehen").first.click()
        check("one of a series")
        page.go_back()
        page.get_by_role("link", name="Alle weiteren Fahrten absagen").click()
        check("asked before cancelling all")
        page.get_by_role("button", name="Ja, diese Fahrten absagen").click()
        check("all cancelled")


def test_the_list_of_days_reads_well_to_a_screen_reader(open_page: OpenPage) -> None:
    page = open_page("/fahrt/regelmaessig/")
    to_dates(page, weeks=1, at="17:00")
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - heading /2 Fahrten sind möglich/ [level=1]
          - paragraph: /Von Klötze, ZOB nach Gardelegen, Krankenhaus · dienstags und donnerstags/
          - group "Fahrten wie gewünscht":
            - checkbox /Einsteigen zwischen \\d+:\\d\\d und \\d+:\\d\\d.Uhr · Ankunft spätestens/ [checked]
            - checkbox /tag, \\d\\d.\\d\\d.\\d{4}/ [checked]
          - group: /So entsteht der Preis/
          - paragraph:
            - button "Weiter mit diesen Fahrten"
            - link "Wunsch ändern"
        """
    )
