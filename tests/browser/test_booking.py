"""A rider books, sees, changes and cancels a ride: with the keyboard alone, without JavaScript, twice at once."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import book, fill_wish, to_offers, to_passenger

CODE = re.compile(r"[A-Z0-9]{3}-[A-Z0-9]{3}")


def press(page: Page, *keys: str) -> None:
    """Press keys on a page that has its scripts: a heading may be there before the keys do anything."""
    page.wait_for_load_state("load")
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus; a rider without a mouse does the same."""
    page.wait_for_load_state("load")
    for _press in range(60):
        page.keyboard.press("Tab")
        names = page.evaluate(
            "() => { const e = document.activeElement; const labels = [...(e.labels ?? [])].map(l => l.innerText);"
            " return [e.innerText, e.ariaLabel, ...labels].filter(Boolean).map(t => t.trim()) }"
        )
        if any(text.split("\n")[0].startswith(name) for text in names):
            return
    raise AssertionError(f"the Tab key never reaches {name!r}")


def test_books_with_the_keyboard_alone(open_page: OpenPage, server: Server) -> None:
    page = open_page("/")
    press(page, "Tab")
    expect(page.get_by_role("link", name="Zum Inhalt")).to_be_focused()
    press(page, "Enter")
    tab_to(page, "Fahrt bestellen")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Wohin möchten Sie?")).to_be_focused()

    for name, typed, chosen in (("Von", "Klötze Z", "Klötze, ZOB"), ("Nach", "Krankenhaus Gard", "Krankenhaus")):
        tab_to(page, name)
        page.keyboard.type(typed)
        expect(page.get_by_role("option").first).to_be_visible()
        press(page, "ArrowDown")
        expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
        press(page, "Enter")
        expect(page.get_by_role("combobox", name=name, exact=True)).to_have_value(re.compile(chosen))
    tab_to(page, "Tag")
    page.get_by_label("Tag", exact=True).press("Home")
    press(page, "ArrowDown", "ArrowDown")
    tab_to(page, "Uhrzeit")
    page.keyboard.type("0900")
    tab_to(page, "Angebote zeigen")
    press(page, "Enter")

    expect(page.get_by_role("heading", level=1)).to_be_focused()
    tab_to(page, "Diese Fahrt nehmen")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Wer fährt?")).to_be_focused()
    tab_to(page, "Name")
    page.keyboard.type("Erika Muster")
    tab_to(page, "Telefon")
    page.keyboard.type("03901 112233")
    tab_to(page, "Jetzt verbindlich buchen")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Gebucht")).to_be_focused()
    expect(page.locator(".booking-code")).to_have_text(CODE)


def test_books_without_javascript_and_is_asked_which_place(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/", java_script_enabled=False)
    fill_wish(page, server.day, origin="Bahnhof", destination="Klötze, ZOB")
    page.get_by_role("button", name="Angebote zeigen").click()
    expect(page).to_have_title(re.compile("^Fehler: "))
    group = page.get_by_role("group", name="Von")
    expect(group.get_by_text("Welchen Ort meinen Sie mit „Bahnhof“?")).to_be_visible()
    link = page.locator(".error-summary a")
    expect(page.locator(link.get_attribute("href") or "")).to_have_attribute("type", "radio")
    group.get_by_role("radio").first.check()
    page.get_by_role("button", name="Angebote zeigen").click()
    page.get_by_role("link", name="Diese Fahrt nehmen").first.click()
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("E-Mail", exact=False).last.fill("erika@example.org")
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gebucht")
    expect(page.locator(".booking-code")).to_have_text(CODE)


def test_a_text_changed_after_the_choice_counts(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/", java_script_enabled=False)
    fill_wish(page, server.day, origin="Bahnhof")
    page.get_by_role("button", name="Angebote zeigen").click()
    page.get_by_role("group", name="Von").get_by_role("radio").first.check()
    page.get_by_label("Oder genauer schreiben").fill("Kalbe, ZOB")
    page.get_by_role("button", name="Angebote zeigen").click()
    expect(page.get_by_text("Von Kalbe, ZOB nach")).to_be_visible()


def test_says_what_is_missing_and_leads_there(open_page: OpenPage) -> None:
    page = open_page("/fahrt/")
    page.get_by_role("button", name="Angebote zeigen").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(3)
    page.get_by_role("link", name="Uhrzeit: Nennen Sie eine Uhrzeit").click()
    expect(page.get_by_label("Uhrzeit", exact=True)).to_be_focused()
    expect(page.get_by_label("Uhrzeit", exact=True)).to_have_attribute("aria-invalid", "true")
    described = page.get_by_label("Uhrzeit", exact=True).get_attribute("aria-describedby") or ""
    assert any("zum Beispiel 8:05" in page.locator(f"#{part}").inner_text() for part in described.split())


def test_an_unknown_place_is_named(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    fill_wish(page, server.day, origin="Qqqqxxzz")
    page.get_by_role("button", name="Angebote zeigen").click()
    expect(page.get_by_role("alert")).to_contain_text("Diesen Ort kennen wir nicht.")


def test_a_refusal_gives_the_reason_and_a_way_out(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_offers(page, server.day, at="01:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("So können wir Sie nicht fahren")
    expect(page.get_by_text("Um diese Zeit fährt der Rufbus nicht.")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="03901 304030")).to_have_attribute(
        "href", "tel:+493901304030"
    )
    page.get_by_role("button", name=re.compile("^Angebote ab [56]:00")).click()
    expect(page.get_by_role("link", name="Diese Fahrt nehmen").first).to_be_visible()


def test_pressing_twice_and_going_back_books_once(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_passenger(page, server.day, at="11:00")
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill("03901 445566")
    page.evaluate("() => { const f = document.querySelector('form.form'); f.requestSubmit(); f.requestSubmit(); }")
    page.get_by_role("heading", name="Gebucht").wait_for()
    first = page.locator(".booking-code").inner_text()
    page.go_back()
    page.get_by_role("heading", name=re.compile("Wer fährt|Gebucht")).wait_for()
    if page.get_by_role("button", name="Jetzt verbindlich buchen").count():  # the browser kept the form
        page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    # The kept form books the same again; asked anew, its page leads to the booking that was made.
    same_or_taken = page.locator(".booking-code", has_text=first).or_(
        page.get_by_text("Dieses Angebot ist schon gebucht.")
    )
    expect(same_or_taken.first).to_be_visible()


def test_the_same_ride_again_is_asked_about_and_takes_the_place_of_the_first(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page("/fahrt/", viewport={"width": 320, "height": 700})
    first = book(page, server.day, at="14:00", phone="03901 515253")
    page.goto("/fahrt/")
    to_passenger(page, server.day, at="14:30")
    expect(page.get_by_label("Telefon")).to_have_value("+493901515253")
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    asked = page.get_by_role("alert")
    expect(asked).to_be_focused()
    expect(asked).to_contain_text(first)
    assert_fits(page, "the same ride again")
    assert_accessible(page, "the same ride again")
    page.get_by_role("button", name="Neue Fahrt statt der alten").click()
    page.get_by_role("heading", name="Gebucht").wait_for()
    assert page.locator(".booking-code").inner_text() != first
    page.goto(f"/fahrt/buchung/{first}/")
    expect(page.get_by_text("abgesagt").first).to_be_visible()


def test_changing_the_wish_asks_nothing_twice(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    to_offers(page, server.day, at="10:10")
    page.get_by_role("link", name="Wunsch ändern").click()
    expect(page.get_by_label("Von", exact=True)).to_have_value("Klötze, ZOB")
    expect(page.get_by_label("Nach", exact=True)).to_have_value("Gardelegen, Krankenhaus")
    expect(page.get_by_label("Tag", exact=True)).to_have_value(server.day)
    expect(page.get_by_label("Uhrzeit", exact=True)).to_have_value("10:10")


def test_another_visitor_sees_nothing_of_it(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    code = book(page, server.day, at="12:00", phone="03901 778899")
    other = open_page(f"/fahrt/buchung/{code}/")
    expect(other.get_by_role("heading", level=1)).to_have_text("Meine Fahrt ansehen")
    other.get_by_label("Buchungscode").fill(code)
    other.get_by_label("Telefon oder E-Mail").fill("03901 000000")
    other.get_by_role("button", name="Fahrt zeigen").click()
    expect(other.get_by_text("Diese Buchung haben wir nicht gefunden.")).to_be_visible()
    other.get_by_label("Buchungscode").fill(code.lower().replace("-", ""))
    other.get_by_label("Telefon oder E-Mail").fill("+49 3901 77 88 99")
    other.get_by_role("button", name="Fahrt zeigen").click()
    expect(other.locator(".booking-code")).to_have_text(code)


def test_cancels_after_being_asked(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    code = book(page, server.day, at="13:00")
    page.get_by_role("link", name="Fahrt absagen").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("link", name="Nein, Fahrt behalten").click()
    expect(page.locator(".badge", has_text="gebucht")).to_be_visible()
    page.get_by_role("link", name="Fahrt absagen").click()
    page.get_by_role("button", name="Ja, Fahrt absagen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Abgesagt")
    expect(page.locator(".booking-code")).to_have_text(code)
    expect(page.get_by_role("link", name="Fahrt absagen")).to_have_count(0)


def test_changes_to_another_time(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    old = book(page, server.day, at="14:00", phone="03901 202122")
    page.get_by_role("link", name="Fahrt ändern").click()
    expect(page.get_by_label("Von", exact=True)).to_have_value("Klötze, ZOB")
    page.get_by_label("Uhrzeit", exact=True).fill("16:00")
    page.get_by_role("button", name="Angebote zeigen").click()
    page.get_by_role("link", name="Diese Fahrt nehmen").first.click()
    expect(page.get_by_role("heading", name="Bisherige Fahrt")).to_be_visible()
    page.get_by_role("button", name="Ja, Fahrt ändern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Geändert")
    expect(page.get_by_role("heading", name=re.compile("zwischen 1[56]:"))).to_be_visible()
    new = page.locator(".booking-code").inner_text()
    page.goto(f"/fahrt/buchung/{old}/")
    assert new != old
    expect(page.locator(".badge", has_text="abgesagt")).to_be_visible()


def test_the_steps_read_well_to_a_screen_reader(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - status
          - list "Schritte der Buchung":
            - listitem: /Schritt 1.*Wunsch/
            - listitem: /Schritt 2.*Angebot/
            - listitem: /Schritt 3.*Angaben/
          - heading "Wohin möchten Sie?" [level=1]
          - combobox "Von"
          - combobox "Nach"
          - group "Wann?":
            - radiogroup "Was ist Ihnen wichtig?":
              - radio "Abfahrt ab" [checked]
              - radio "Ankunft bis"
            - combobox "Tag"
            - textbox "Uhrzeit"
          - group "Wer fährt mit?":
            - combobox "Erwachsene"
            - combobox /Kinder/
          - group "Ermäßigung":
            - radio "Keine Ermäßigung" [checked]
            - radio "Deutschlandticket"
          - button "Angebote zeigen"
        """
    )
    to_offers(page, server.day, at="15:00")
    expect(page.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - heading /Fahrt(en)? zur Auswahl/ [level=1]
          - list:
            - listitem:
              - heading /zwischen \\d+:\\d\\d und \\d+:\\d\\d.Uhr/ [level=2]
              - list:
                - listitem:
                  - strong: /Klötze/
                - listitem:
                  - strong: Gardelegen, Krankenhaus
                  - text: /Ankunft spätestens \\d+:\\d\\d.Uhr/
              - paragraph:
                - link "Diese Fahrt nehmen"
        """
    )
