"""A deaf rider writes SMS, books, asks for a person; a dispatcher answers her in writing."""

from __future__ import annotations

import re
import secrets
import urllib.request
from urllib.parse import urlencode

from playwright.sync_api import expect
from twilio.request_validator import RequestValidator

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, look_at

TOKEN = "embedded-token-of-the-loopback"
RIDER = "+493023125077"


def write(server: Server, text: str, number: str = RIDER) -> None:
    """One SMS, as Twilio brings it."""
    form = {
        "MessageSid": f"SM{secrets.token_hex(16)}",
        "From": number,
        "To": "+493023125900",
        "Body": text,
        "NumMedia": "0",
    }
    address = f"{server.url}/sms/eingang/"
    signature = RequestValidator(TOKEN).compute_signature(address, form)
    request = urllib.request.Request(address, urlencode(form).encode(), {"X-Twilio-Signature": signature})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


def test_a_rider_books_by_sms_and_a_person_answers_her(staff_page: OpenPage, server: Server) -> None:
    write(server, "übermorgen 9:30 von Klötze Rathaus nach Gardelegen Krankenhaus")
    write(server, "Testfahrgast 77")
    write(server, "JA")
    write(server, "MENSCH")
    write(server, "Kann ich einen Koffer mitnehmen?")
    page = staff_page("/leitstelle/sms/")
    expect(page.get_by_text("Ein Fahrgast wartet auf Ihre Antwort.")).to_be_visible()
    assert_accessible(page, "conversations")
    page.get_by_role("link", name=re.compile("030 23125077")).click()
    talk = page.get_by_role("region", name="Verlauf")
    expect(talk).to_contain_text("Gebucht:")
    expect(talk).to_contain_text("Kann ich einen Koffer mitnehmen?")
    assert_accessible(page, "a conversation")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("alert")).to_contain_text("Schreiben Sie eine Antwort.")
    assert_accessible(page, "a conversation with an error")
    page.get_by_label("Ihre Antwort").fill("Ja, ein Koffer passt hinein. – Gute Fahrt")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("status")).to_contain_text("Die Antwort geht als eine SMS hinaus.")
    expect(talk).to_contain_text("Ja, ein Koffer passt hinein. - Gute Fahrt")
    page.get_by_role("button", name="Gespräch beenden").click()
    expect(page.get_by_role("status")).to_contain_text("Ab jetzt antwortet wieder der Automat.")
    write(server, "WO")
    mailbox = staff_page("/demo-postfach/")
    for text in ("Ja, ein Koffer passt hinein.", "Ihr Bus kommt"):
        for _look in range(20):  # the relay looks five times a second
            if text in (mailbox.get_by_role("main").text_content() or ""):
                break
            mailbox.reload()
        expect(mailbox.get_by_role("main")).to_contain_text(text)


def test_the_pages_fit_and_look_right_everywhere(staff_page: OpenPage, server: Server) -> None:
    write(server, "hilfe", "+493023125078")
    write(server, "MENSCH", "+493023125078")
    page = staff_page("/leitstelle/sms/")
    address = page.get_by_role("link", name=re.compile("030 23125078")).get_attribute("href")
    assert address
    for path in ("/leitstelle/sms/", address):
        page.goto(f"{server.url}{path}")
        look_at(page, path)
