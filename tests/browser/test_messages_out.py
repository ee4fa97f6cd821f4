"""A rider reads what she is told, chooses what she wants to hear, and the control room sees to what reached nobody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits
from tests.browser.tasks import book

UNDELIVERED = """
from django.utils import timezone
from backend.bookings.models import Booking
from backend.notifications.models import RiderMessage, SendingAttempt
booking = Booking.objects.get(code="{code}")
now = timezone.now()
row = RiderMessage.objects.create(
    district=booking.district, key="browser:{code}", kind="suspended", booking=booking, context={{"text": "Glatteis"}},
    is_urgent=True, state="undeliverable", reason="no_way_left", created_at=now, due_at=now, ended_at=now, attempts=1,
)
SendingAttempt.objects.create(message=row, channel="sms", began_at=now, outcome="refused", error="21614")
"""


def assert_sound(page: Page) -> None:
    """Axe finds nothing, and nothing has to be scrolled sideways."""
    assert_accessible(page, page.url)
    assert_fits(page, page.url)


def test_a_booking_is_confirmed_by_sms_in_the_demo_mailbox(open_page: OpenPage, server: Server) -> None:
    page = open_page("/fahrt/")
    code = book(page, server.day, "14:30", phone="0171 3920001")
    message = page.locator("li").filter(has_text=f"Code {code}")
    page.goto("/demo-postfach/")
    for _look in range(40):  # the relay of the server takes a moment
        if message.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(message.first).to_contain_text("SMS an 0171 3920001")
    expect(message.first).to_contain_text("Ihre Fahrt ist gebucht. Der Bus kommt")
    expect(message.first).to_contain_text(f"Antworten Sie STORNO {code}.")


@pytest.mark.parametrize("width", [320, 1280])
def test_what_reached_nobody_is_said_by_the_control_room_and_noted(
    staff_page: OpenPage, server: Server, width: int
) -> None:
    code = server.bookings[0 if width == 320 else 1]["code"]
    server.manage("shell", "--no-imports", "-c", UNDELIVERED.format(code=code))
    page = staff_page("/leitstelle/nachrichten/", viewport={"width": width, "height": 800}, java_script_enabled=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nachrichten an Fahrgäste")
    card = page.locator("li.card").filter(has_text=code)
    expect(card).to_contain_text("Grund: Glatteis.")
    assert_sound(page)
    card.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Fahrt findet nicht statt")
    expect(page.get_by_role("main")).to_contain_text("SMS: kommt dort nicht an")
    assert_sound(page)
    page.get_by_role("button", name="Erledigt").click()
    expect(page.get_by_role("alert")).to_contain_text("Schreiben Sie kurz, wie es ausging")
    assert page.title().startswith("Fehler:")
    assert_sound(page)
    page.get_by_label("Wie ging es aus?").fill("angerufen, weiß Bescheid")
    page.get_by_role("button", name="Erledigt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nachrichten an Fahrgäste")
    expect(page.locator("li.card").filter(has_text=code)).to_have_count(0)
    page.goto(f"/leitstelle/nachrichten/fahrt/{code}/")
    expect(page.get_by_role("main")).to_contain_text("von der Leitstelle erledigt")
    assert_sound(page)
