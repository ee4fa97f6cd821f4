"""A driver in a real browser: her server with a small booked day, her telephone, and the steps that she does again and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ROOT, SCOPES, serving

BERLIN = ZoneInfo("Europe/Berlin")
PHONE = {"width": 390, "height": 844}
KLOETZE = {"latitude": 52.6273, "longitude": 11.1611, "accuracy": 8}


@dataclass(frozen=True, slots=True)
class DriverServer:
    """The program with a small booked day; `act` does on its data what others do meanwhile."""

    url: str
    data: Path
    day: str
    bookings: list[dict[str, str]]
    driver_code: str
    vehicle: str

    def act(self, *arguments: str) -> Any:
        return _act(self.data, *arguments)


def _environment(data: Path) -> dict[str, str]:
    environment = {**os.environ, "RUFBUS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    environment.pop("RUFBUS_DATABASE", None)
    return environment | {f"RUFBUS_RATE_{scope}": "1000/min" for scope in (*SCOPES, "PAIRING", "DUTY")}


def _act(data: Path, *arguments: str) -> Any:
    command = [sys.executable, str(ROOT / "tests" / "browser" / "driver_day.py"), *arguments]
    done = subprocess.run(command, env=_environment(data), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def a_driver_server(data: Path) -> Iterator[DriverServer]:
    """A server of one's own: a shift is driven once."""
    made = _act(data, "make")
    with serving(data, _environment(data)) as url:
        yield DriverServer(url, data, made["day"], made["bookings"], made["driver_code"], made["vehicle"])


@contextmanager
def a_telephone(browser: Browser, server: DriverServer, **options: Any) -> Iterator[BrowserContext]:
    """A telephone in the bus, with nothing on it; it stands in Klötze."""
    wanted = {
        "base_url": server.url, "viewport": PHONE, "locale": "de-DE", "timezone_id": "Europe/Berlin",
        "geolocation": KLOETZE, "permissions": ["geolocation"],
    }  # fmt: skip
    context = browser.new_context(**{**wanted, **options})
    context.set_default_timeout(30_000)
    yield context
    context.set_offline(False)
    context.close()


def make_known(page: Page, server: DriverServer) -> None:
    """Register the telephone by a code of the control room."""
    page.goto("/fahrer/")
    page.wait_for_url("**/geraet/")
    page.get_by_label("Gerätecode").fill(server.act("code")["code"])
    page.get_by_label("Name des Geräts").fill("Testtelefon")
    page.get_by_role("button", name="Gerät anmelden").click()
    page.wait_for_url("**/anmelden/")


def sign_in(page: Page, server: DriverServer) -> None:
    """Sign in for the vehicle of the day."""
    page.get_by_label("Ihr Fahrercode").fill(server.driver_code)
    page.get_by_label("Fahrzeug").select_option(server.vehicle)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Fahrer-App")


def press(page: Page, name: str, *, exact: bool = True) -> None:
    """Tap a button."""
    page.get_by_role("button", name=name, exact=exact).first.click()


def wait_until_sent(page: Page, noted: str = "") -> None:
    """Until nothing waits on the telephone; `noted` is what was tapped last, which has to be written down first."""
    if noted:
        expect(page.get_by_role("status")).to_have_text(f"Notiert: {noted}.")
    expect(page.locator("#netz")).to_have_text("Verbunden", timeout=20_000)


def kept_on(page: Page) -> str:
    """Everything that the telephone keeps, as text."""
    return str(
        page.evaluate(
            """async () => {
              const found = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];
              for (const { name } of await indexedDB.databases()) {
                const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
                for (const store of db.objectStoreNames) {
                  found.push(JSON.stringify(await new Promise((done) => {
                    const r = db.transaction(store).objectStore(store).getAll();
                    r.onsuccess = () => done(r.result);
                  })));
                }
                db.close();
              }
              for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) found.push(await (await cache.match(request)).text());
              }
              return found.join("\\n");
            }"""
        )
    )
