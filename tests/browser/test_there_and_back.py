"""There and back in one step, and for somebody else: with the keyboard alone, without JavaScript, and when only one goes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import fill_wish
from tests.browser.test_booking import CODE, press, tab_to


def wish_both(page: Page, day: str, there: str = "08:00", back: str = "13:00") -> None:
    """Step 1 with the way back filled in; ends before the button is pressed."""
    fill_wish(page, day, at=there)
    page.locator("summary", has_text="Rückfahrt").click()
    page.get_by_label("Rückfahrt zu einer Uhrzeit").check()
    page.get_by_label("Uhrzeit der Rückfahrt").fill(back)


def to_both(page: Page, day: str, there: str = "08:00", back: str = "13:00") -> None:
    wish_both(page, day, there, back)
    page.get_by_role("button", name="Angebote zeigen").click()
    page.wait_for_url("**/fahrt/hin-und-zurueck/**")


def test_there_and_back_with_the_keyboard_alone(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    fill_wish(page, server.day, at="08:00")
    page.get_by_label("Uhrzeit", exact=True).focus()
    tab_to(page, "Rückfahrt")
    press(page, "Enter")
    tab_to(page, "Keine Rückfahrt")
    press(page, "ArrowDown")
    expect(page.get_by_label("Rückfahrt zu einer Uhrzeit")).to_be_checked()
    tab_to(page, "Uhrzeit der Rückfahrt")
    page.keyboard.type("ein Uhr mittags")
    tab_to(page, "Angebote zeigen")
    press(page, "Enter")

    expect(page.get_by_role("heading", name="Wählen Sie Hin- und Rückfahrt")).to_be_focused()
    expect(page.get_by_text(re.compile(r"Beide Fahrten zusammen kosten \d+,\d\d"))).to_be_visible()
    press(page, "Tab")
    expect(page.get_by_role("radio").first).to_be_focused()
    tab_to(page, "Diese Fahrten nehmen")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Wer fährt?")).to_be_focused()
    tab_to(page, "Name")
    page.keyboard.type("Testfahrgast 1")
    tab_to(page, "Telefon")
    page.keyboard.type("03901 515253")
    tab_to(page, "Beide Fahrten verbindlich buchen")
    press(page, "Enter")

    expect(page.get_by_role("heading", name="Gebucht")).to_be_focused()
    together = page.get_by_role("region", name="Gehört zusammen")
    expect(together.get_by_role("heading", name="Hinfahrt (diese Seite)")).to_be_visible()
    there = page.locator(".booking-code").inner_text()
    together.get_by_role("link").click()
    expect(together.get_by_role("heading", name="Rückfahrt (diese Seite)")).to_be_visible()
    assert page.locator(".booking-code").inner_text() != there


def test_without_javascript_for_somebody_else_and_cancelled_together(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/", java_script_enabled=False)
    to_both(page, server.day, there="09:00", back="14:00")
    page.get_by_role("group", name="Rückfahrt").get_by_role("radio", name=re.compile("Uhr")).last.check()
    page.get_by_role("button", name="Diese Fahrten nehmen").click()
    page.get_by_label("Name").fill("Testfahrgast 1")
    page.locator("summary", has_text="Ich buche für eine andere Person").click()
    page.get_by_label("Wer bucht?").fill("Testbegleitung 2")
    page.get_by_label("Ihre Rufnummer").fill("03901 545556")
    page.get_by_role("button", name="Beide Fahrten verbindlich buchen").click()

    link = page.locator(".error-summary a")
    expect(link).to_have_text(re.compile("^Die Person weiß davon und ist einverstanden: Buchen Sie nur, wenn"))
    assert page.locator(link.get_attribute("href") or "").get_attribute("type") == "checkbox"
    page.get_by_label("Die Person weiß davon und ist einverstanden.").check()
    page.get_by_role("button", name="Beide Fahrten verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")
    expect(page.get_by_text("Testbegleitung 2 (bekommt die Nachrichten)")).to_be_visible()
    code = page.locator(".booking-code").inner_text()
    assert CODE.fullmatch(code)

    other = open_page("/fahrt/meine/", java_script_enabled=False)  # the carer at home, by her own number
    other.get_by_label("Buchungscode").fill(code)
    other.get_by_label("Telefon oder E-Mail").fill("03901 545556")
    other.get_by_role("button", name="Fahrt zeigen").click()
    expect(other.locator(".booking-code")).to_have_text(code)
    other.get_by_role("link", name="Fahrt absagen").click()
    expect(other.get_by_role("region", name="Dazu gehört noch")).to_contain_text("Rückfahrt")
    other.get_by_role("button", name="Alle zusammen absagen").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Abgesagt")
    expect(other.get_by_role("region", name="Gehört zusammen").get_by_text("abgesagt", exact=True)).to_have_count(2)


def test_when_only_one_is_possible_it_is_said_and_the_other_can_be_taken(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_both(page, server.day, there="10:00", back="23:40")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nur die Hinfahrt ist möglich")
    no = page.get_by_role("region", name="Rückfahrt")
    expect(no.get_by_text("Um diese Zeit fährt der Rufbus nicht.")).to_be_visible()
    expect(page.get_by_role("button", name="Nur die Hinfahrt nehmen")).to_be_visible()
    no.get_by_role("button", name=re.compile("^Angebote ab 22:55")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wählen Sie Hin- und Rückfahrt")
    page.go_back()
    page.get_by_role("button", name="Nur die Hinfahrt nehmen").click()
    expect(page.get_by_role("heading", name="Wer fährt?")).to_be_visible()
    expect(page.get_by_role("button", name="Jetzt verbindlich buchen")).to_be_visible()


def test_a_way_back_before_the_way_there_is_told_at_its_field(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    wish_both(page, server.day, there="12:00", back="11:00")
    page.get_by_role("button", name="Angebote zeigen").click()
    page.locator(".error-summary a").click()
    expect(page.get_by_label("Uhrzeit der Rückfahrt")).to_be_focused()
    expect(page.locator("#f-back_time_error")).to_contain_text("Die Rückfahrt liegt vor der Hinfahrt.")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_a_time_that_would_be_ignored_cannot_be_typed(open_page: OpenPage, scripts: bool) -> None:
    page = open_page("/fahrt/", java_script_enabled=scripts)
    page.locator("summary", has_text="Rückfahrt").click()
    for choice, shown in (("Keine Rückfahrt", False), ("Rückfahrt zu einer Uhrzeit", True), ("Offen: ", False)):
        page.get_by_label(choice).check()
        expect(page.get_by_label("Uhrzeit der Rückfahrt")).to_be_visible(visible=shown)
        expect(page.get_by_label("Tag der Rückfahrt")).to_be_visible(visible=shown)


def test_changing_the_wish_keeps_the_way_back(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_both(page, server.day, there="10:10", back="15:20")
    page.get_by_role("link", name="Wunsch ändern").click()
    expect(page.get_by_label("Rückfahrt zu einer Uhrzeit")).to_be_checked()
    expect(page.get_by_label("Uhrzeit der Rückfahrt")).to_have_value("15:20")


def test_who_takes_neither_is_told(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_both(page, server.day, there="10:30", back="15:30")
    page.get_by_label("Keine Hinfahrt").check()
    page.get_by_label("Keine Rückfahrt").check()
    page.get_by_role("button", name="Diese Fahrten nehmen").click()
    expect(page.get_by_text("Sie haben keine Fahrt gewählt.")).to_be_visible()


def test_the_choice_of_both_reads_well_to_a_screen_reader(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_both(page, server.day, there="11:00", back="16:00")
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - heading "Wählen Sie Hin- und Rückfahrt" [level=1]
          - group "Hinfahrt":
            - radio /zwischen \\d+:\\d\\d und \\d+:\\d\\d.Uhr.*Ankunft spätestens \\d+:\\d\\d.Uhr.*Preis/ [checked]
            - radio "Keine Hinfahrt"
          - group "Rückfahrt":
            - radio /zwischen \\d+:\\d\\d und \\d+:\\d\\d.Uhr.*Ankunft spätestens \\d+:\\d\\d.Uhr.*Preis/ [checked]
            - radio "Keine Rückfahrt"
          - paragraph: /Beide Fahrten zusammen kosten/
          - paragraph:
            - button "Diese Fahrten nehmen"
        """
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_is_accessible_and_fits_a_small_phone(open_page: OpenPage, server: Server, scheme: str) -> None:
    page = open_page("/fahrt/", viewport={"width": 320, "height": 700}, color_scheme=scheme, reduced_motion="reduce")

    def check(state: str) -> None:
        assert_accessible(page, f"{state}, {scheme}")
        assert_fits(page, f"{state}, {scheme}")

    wish_both(page, server.day, there="12:00", back="11:00")
    page.get_by_role("button", name="Angebote zeigen").click()
    check("way back before the way there")
    page.goto("/fahrt/")
    to_both(page, server.day, there="12:00", back="23:40")
    check("only one of both")
    page.goto("/fahrt/")
    to_both(page, server.day, there="12:00", back="17:00")
    check("both")
    page.get_by_role("button", name="Diese Fahrten nehmen").click()
    page.locator("summary", has_text="Ich buche für eine andere Person").click()
    check("for somebody else")
    page.get_by_label("Wer bucht?").fill("Testbegleitung 2")
    page.get_by_role("button", name="Beide Fahrten verbindlich buchen").click()
    check("for somebody else, with errors")
    page.get_by_label("Name").fill("Testfahrgast 1")
    page.get_by_label("Ihre Rufnummer").fill("03901 575859")
    page.get_by_label("Die Person weiß davon und ist einverstanden.").check()
    page.get_by_role("button", name="Beide Fahrten verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")
    check("booked together")
    page.get_by_role("link", name="Fahrt absagen").click()
    check("asked before cancelling")


def test_the_way_back_may_stay_open(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/", java_script_enabled=False)
    fill_wish(page, server.day, at="09:50")
    page.locator("summary", has_text="Rückfahrt").click()
    page.get_by_label("Offen: Ich melde mich, wenn ich fertig bin").check()
    page.get_by_role("button", name="Angebote zeigen").click()
    expect(page.get_by_text("Ihre Rückfahrt bleibt offen.")).to_be_visible()
    page.get_by_label("Andere Zeit").fill("10:20")
    page.get_by_role("button", name="Neu fragen").click()
    expect(page.get_by_text("Ihre Rückfahrt bleibt offen.")).to_be_visible()
    page.get_by_role("link", name="Diese Fahrt nehmen").first.click()
    page.get_by_label("Name").fill("Testfahrgast 1")
    page.get_by_label("Telefon").fill("03901 606162")
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")
    card = page.get_by_role("region", name="Rückfahrt")
    expect(
        card.get_by_text(re.compile(r"Ihre Rückfahrt ist offen. Melden Sie sich, wenn Sie fertig sind"))
    ).to_be_visible()
