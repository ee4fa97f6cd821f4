"""The app: installed, opened without a network, and a line that breaks at the worst moment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ARGUMENTS, Server, chromium_program
from tests.browser.line import Line, a_line
from tests.browser.measuring import Traffic
from tests.browser.tasks import book, fill_wish, to_passenger

GERMAN = {"locale": "de-DE", "timezone_id": "Europe/Berlin"}


@pytest.fixture
def device(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """Somebody's phone, with nothing on it. Failed requests are meant here, so its console is not looked at."""
    context = browser.new_context(base_url=server.url, viewport={"width": 390, "height": 844}, **GERMAN)
    context.set_default_timeout(20_000)
    yield context
    context.set_offline(False)
    context.close()


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    with a_line(server.url) as opened:
        yield opened


def opened_app(context: BrowserContext, path: str = "/", base: str = "") -> Page:
    """A page whose service worker is at work."""
    page = context.new_page()
    page.goto(base + path)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    return page


def kept_on(page: Page) -> str:
    """Everything that the browser keeps of the site, as text: the store, and every file of every cache."""
    return str(
        page.evaluate(
            "async () => { const found = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];"
            " for (const name of await caches.keys()) { const cache = await caches.open(name);"
            " for (const request of await cache.keys()) { found.push(request.url);"
            " found.push(await (await cache.match(request)).text()); } } return found.join('\\n') }"
        )
    )


def fill_passenger(page: Page, phone: str) -> None:
    page.get_by_label("Name").fill("Erika Muster")
    page.get_by_label("Telefon").fill(phone)


def test_it_can_be_installed(browser: Browser, server: Server, tmp_path: Path) -> None:
    """In a profile on disk: a private window can install nothing."""
    profile = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=chromium_program(), args=ARGUMENTS, base_url=server.url
    )
    page = opened_app(profile)
    chromium = profile.new_cdp_session(page)
    assert chromium.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    found = chromium.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["name"] == "Rufbus Altmarkkreis Salzwedel"
    profile.close()


def test_a_booked_ride_can_be_read_without_a_network(device: BrowserContext, server: Server) -> None:
    page = opened_app(device, "/fahrt/")
    code = book(page, server.day, at="07:00", phone="03901 600001")
    window = page.locator(".offer .window").first.inner_text().split("\n")[-1]
    page.close()
    device.set_offline(True)
    page = device.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ohne Internet")
    expect(page).to_have_title(re.compile("^Ohne Internet"))
    ride = page.get_by_role("listitem").filter(has_text=code)
    expect(ride).to_contain_text(window)
    expect(ride).to_contain_text("Klötze, ZOB")
    expect(ride.get_by_role("link", name="03901 304030")).to_have_attribute("href", "tel:+493901304030")
    expect(page.get_by_text("Bestellen, ändern und absagen geht ohne Internet nicht.")).to_be_visible()
    device.set_offline(False)
    page.get_by_role("button", name="Noch einmal verbinden").click()
    expect(page.get_by_role("link", name="Fahrt bestellen").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Ohne Internet")


def test_the_device_keeps_the_ride_and_nothing_of_the_person(device: BrowserContext, server: Server) -> None:
    page = opened_app(device, "/fahrt/")
    page.goto("/fahrt/")
    fill_wish(page, server.day, at="07:20")
    page.get_by_text("Rollstuhl, Rollator, Kinderwagen").click()
    page.get_by_label("Ich bin blind oder sehe schlecht.").check()
    page.get_by_role("button", name="Angebote zeigen").click()
    page.get_by_role("link", name="Diese Fahrt nehmen").first.click()
    fill_passenger(page, "03901 600002")
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    code = page.locator(".booking-code").inner_text()
    kept = kept_on(page)
    assert code in kept
    for private in ("Erika", "600002", "blind oder", "csrfmiddlewaretoken"):
        assert private not in kept, private


def test_the_rider_deletes_it_and_is_not_remembered_again(device: BrowserContext, server: Server) -> None:
    page = opened_app(device, "/fahrt/")
    code = book(page, server.day, at="07:40", phone="03901 600003")
    page.get_by_role("button", name="Von diesem Gerät löschen").click()
    expect(page.get_by_role("button", name="Auf diesem Gerät merken")).to_be_focused()
    page.reload()
    expect(page.get_by_role("button", name="Auf diesem Gerät merken")).to_be_visible()
    assert code not in kept_on(page)
    page.get_by_role("button", name="Auf diesem Gerät merken").click()
    assert code in kept_on(page)
    page.goto("/ohne-internet/")
    page.get_by_role("button", name="Alle von diesem Gerät löschen").click()
    expect(page.get_by_role("status")).to_have_text("Alle Fahrten sind von diesem Gerät gelöscht.")
    assert code not in kept_on(page)


def test_a_cancelled_ride_and_one_that_is_over_are_forgotten(device: BrowserContext, server: Server) -> None:
    page = opened_app(device, "/fahrt/")
    code = book(page, server.day, at="08:00", phone="03901 600004")
    over = "rides => { rides.push({...rides[0], code: 'OLD-001', over_at: '2026-01-01T00:00:00.000Z'}); return rides }"
    page.evaluate(
        f"() => localStorage.setItem('rufbus.rides', JSON.stringify(({over})(JSON.parse(localStorage['rufbus.rides']))))"
    )
    page.get_by_role("link", name="Fahrt absagen").click()
    page.get_by_role("button", name="Ja, Fahrt absagen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Abgesagt")
    store = page.evaluate("() => JSON.stringify({...localStorage})")
    assert code not in store
    assert "OLD-001" not in store


def test_a_new_version_replaces_the_old_shell(device: BrowserContext) -> None:
    page = device.new_page()
    page.goto("/app.webmanifest")  # a page of the site without its scripts
    page.evaluate("async () => { await (await caches.open('rufbus-old')).put('/x', new Response('old')) }")
    page.close()
    page = opened_app(device)
    names = page.evaluate("() => caches.keys()")
    assert len(names) == 1
    assert names[0] != "rufbus-old"


def test_a_wish_sent_without_a_network_is_kept_and_sent_by_a_press(device: BrowserContext, server: Server) -> None:
    page = opened_app(device, "/fahrt/")
    page.goto("/fahrt/")
    fill_wish(page, server.day, at="08:20")
    device.set_offline(True)
    page.get_by_role("button", name="Angebote zeigen").click()
    expect(page.get_by_role("heading", name="Nicht gesendet")).to_be_visible()
    expect(page.get_by_text("Gardelegen, Krankenhaus")).to_be_visible()
    page.get_by_role("button", name="Noch einmal senden").click()  # still no network: nothing is lost
    expect(page.get_by_text("Gardelegen, Krankenhaus")).to_be_visible()
    assert "Gardelegen, Krankenhaus" not in kept_on(page), "what was typed is not written down"
    device.set_offline(False)
    expect(page.get_by_role("status")).to_have_text("Die Verbindung ist wieder da.")
    page.get_by_role("button", name="Noch einmal senden").click()
    expect(page.get_by_role("link", name="Diese Fahrt nehmen").first).to_be_visible()


@pytest.mark.parametrize("workers", ["allow", "block"])
def test_a_lost_answer_books_once(browser: Browser, server: Server, line: Line, workers: str) -> None:
    """The server has booked, the answer is lost. With the worker the form is still there; without, the rider goes back."""
    context = browser.new_context(base_url=line.url, service_workers=workers, **GERMAN)  # type: ignore[arg-type]
    page = opened_app(context, "/fahrt/") if workers == "allow" else context.new_page()
    page.goto("/fahrt/")
    at, phone = ("12:20", "03901 600005") if workers == "allow" else ("12:40", "03901 600006")
    to_passenger(page, server.day, at=at)
    form_address = page.url
    fill_passenger(page, phone)
    line.loses_answers = True
    page.get_by_role("button", name="Jetzt verbindlich buchen").click(no_wait_after=True)
    assert line.lost.wait(20)
    if workers == "allow":
        expect(page.get_by_role("heading", name="Nicht gesendet")).to_be_visible()
        line.mend()
        page.get_by_role("button", name="Noch einmal senden").click()
    else:
        expect(page).to_have_url("chrome-error://chromewebdata/")
        line.mend()
        page.goto(form_address)
    expect(page.get_by_role("heading", name="Gebucht")).to_be_visible()
    code = page.locator(".booking-code").inner_text()
    page.goto(form_address)
    expect(page.locator(".booking-code")).to_have_text(code)
    context.close()


def test_signing_in_on_another_tab_costs_one_press(device: BrowserContext, server: Server) -> None:
    page = opened_app(device, "/fahrt/")
    to_passenger(page, server.day, at="13:20")
    fill_passenger(page, "03901 600007")
    other = device.new_page()
    other.goto("/anmelden/?next=/")
    other.get_by_label("Benutzername").fill("leitstelle")
    other.get_by_label("Passwort").fill("nur-zum-testen")
    other.get_by_role("button", name="Anmelden", exact=True).click()
    other.get_by_text("Angemeldet als").wait_for()
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bitte noch einmal senden")
    expect(page.get_by_text("Erika Muster")).to_be_visible()
    page.get_by_role("button", name="Noch einmal senden").click()
    expect(page.get_by_role("heading", name="Gebucht")).to_be_visible()


def test_a_session_that_ends_keeps_the_form(device: BrowserContext, server: Server) -> None:
    page = opened_app(device, "/fahrt/")
    to_passenger(page, server.day, at="13:40")
    fill_passenger(page, "03901 600008")
    device.clear_cookies()
    page.get_by_role("button", name="Jetzt verbindlich buchen").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_text("03901 600008")).to_be_visible()
    page.get_by_role("button", name="Noch einmal senden").click()
    expect(page.get_by_role("heading", name="Gebucht")).to_be_visible()
    expect(page.locator(".booking-code")).to_be_visible()


def test_the_first_booking_page_is_light(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, service_workers="block", **GERMAN)  # type: ignore[arg-type]
    page = context.new_page()
    first = Traffic(context, page).open(page, "/fahrt/")
    context.close()
    assert first.transferred < 150_000
    assert first.requests <= 10


def test_books_on_a_slow_line(browser: Browser, server: Server) -> None:
    """250 kbit/s and 300 ms: it takes its time, and it works. How long: `make measure-web`."""
    context = browser.new_context(base_url=server.url, service_workers="block", **GERMAN)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    page = context.new_page()
    Traffic(context, page).slow_down()
    page.goto("/fahrt/", wait_until="commit")
    page.locator("#f-origin").press_sequentially("Klötze Z")  # typed before the scripts are there
    page.locator(".combobox [role=option]").first.wait_for()
    assert page.locator("#f-origin").input_value() == "Klötze Z", "nobody took the focus away"
    assert book(page, server.day, at="14:20", phone="03901 600009")
    context.close()
