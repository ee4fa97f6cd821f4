"""Pictures for docs/screenshots, taken when RUFBUS_SCREENSHOTS=1: what is documented is what is there."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import OpenPage, Server
from tests.browser.driving import a_driver_server, a_telephone, make_known, press, sign_in, wait_until_sent
from tests.browser.tasks import book, fill_wish, to_offers

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SIZES = {"desktop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}

pytestmark = pytest.mark.skipif(
    os.environ.get("RUFBUS_SCREENSHOTS") != "1", reason="RUFBUS_SCREENSHOTS=1 takes pictures"
)


@pytest.fixture(scope="module")
def server(own_server: Server) -> Server:
    """Its day is driven here."""
    return own_server


@pytest.mark.parametrize("size", SIZES)
def test_rider_pages(open_page: OpenPage, server: Server, size: str) -> None:
    page = open_page("/", viewport=SIZES[size], reduced_motion="reduce")

    def shoot(name: str) -> None:
        page.screenshot(path=FOLDER / f"{size}-{name}.png")

    FOLDER.mkdir(parents=True, exist_ok=True)
    shoot("start")
    page.goto("/fahrt/")
    fill_wish(page, server.day)
    page.get_by_role("heading", level=1).click()
    shoot("wish")
    to_offers(page, server.day)
    shoot("offers")
    page.goto("/fahrt/")
    book(page, server.day)
    shoot("booked")
    page.goto("/ohne-internet/")
    page.locator("[data-rides] li").first.wait_for()
    shoot("offline")


@pytest.mark.parametrize("size", SIZES)
def test_staff_pages(staff_page: OpenPage, server: Server, size: str) -> None:
    said = ("drive", "--url", server.url, "--day", server.day)
    server.manage(*said, "--from", "07:30", "--at", "10:20", "--late", "9")
    page = staff_page(f"/leitstelle/{server.day}/", viewport=SIZES[size], reduced_motion="reduce")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.get_by_text("Die Ansicht erneuert sich von selbst.").wait_for()
    page.screenshot(path=FOLDER / f"{size}-board.png")
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("[data-detail-heading]").wait_for()
    page.screenshot(path=FOLDER / f"{size}-board-vehicle.png")
    server.manage(*said, "--stop")
    page.goto(f"/leitstelle/fahrauftraege/?tag={server.day}")
    page.get_by_role("link", name=server.bookings[0]["vehicle"], exact=True).click()
    page.screenshot(path=FOLDER / f"{size}-manifest.png")


@pytest.mark.parametrize("size", SIZES)
def test_a_ride_under_way(open_page: OpenPage, server: Server, size: str) -> None:
    page = open_page("/fahrt/", viewport=SIZES[size], reduced_motion="reduce")
    FOLDER.mkdir(parents=True, exist_ok=True)
    code = book(page, server.day, at="10:00", phone="03901 424344")
    where = ("--url", server.url, "--day", server.day)
    booking = page.request.get(f"/api/v1/bookings/{code}", headers={"Rufbus-Contact": "03901 424344"}).json()
    moment = datetime.fromisoformat(booking["planned_pickup_at"]) - timedelta(minutes=5)
    server.manage("drive", *where, "--from", f"{moment - timedelta(minutes=40):%H:%M}", "--at", f"{moment:%H:%M}")
    page.goto(f"/fahrt/buchung/{code}/verfolgen/")
    page.screenshot(path=FOLDER / f"{size}-follow.png")
    page.goto(f"/fahrt/buchung/{code}/haltestelle/")
    page.screenshot(path=FOLDER / f"{size}-stop.png")
    server.manage("drive", *where, "--stop")


def test_driver_app(browser: Browser, tmp_path: Path) -> None:
    """By day, by night, and the sign for the window; on a telephone alone, since that is what a driver has."""
    with a_driver_server(tmp_path) as bus, a_telephone(browser, bus, reduced_motion="reduce") as telephone:
        page = telephone.new_page()
        bus.act("play", "7:55")
        make_known(page, bus)
        sign_in(page, bus)
        press(page, "Dienst beginnen")
        press(page, "Angekommen")
        wait_until_sent(page, "Angekommen: Klötze, ZOB")
        page.locator(".rider").nth(1).scroll_into_view_if_needed()
        for look in ("day", "night"):
            page.get_by_role("link", name="Mehr").click()
            press(page, {"day": "Tag", "night": "Nacht"}[look])
            page.get_by_role("link", name="Jetzt").click()
            page.locator(".rider").nth(1).evaluate("e => e.scrollIntoView({block: 'center'})")
            page.screenshot(path=FOLDER / f"phone-driver-{look}.png")
        page.get_by_role("button", name=f"Schild zeigen für {bus.bookings[2]['name']}").click()
        page.screenshot(path=FOLDER / "phone-driver-sign.png")
