"""Measures the riders' pages in a real Chromium against a real server, and writes docs/web-figures.md.

    python -m tests.browser.measure_web [--lighthouse FOLDER] [--page docs/web-figures.md]

Nothing is asserted here: what must hold, the tests say.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.conftest import ARGUMENTS, Server, chromium_program, running_server
from tests.browser.lighthouse import CATEGORIES, VERSION, NoLighthouse, installed, scores
from tests.browser.looks import MODES
from tests.browser.measuring import Hand, Traffic
from tests.browser.pages import JOURNEYS, LANGUAGES
from tests.browser.tasks import book

ROOT = Path(__file__).resolve().parents[2]
BERLIN = ZoneInfo("Europe/Berlin")
GERMAN: dict[str, Any] = {"locale": "de-DE", "timezone_id": "Europe/Berlin"}
PHONE = {"width": 390, "height": 844}
Table = tuple[list[str], list[list[str]]]
HEAD = """# Figures of the riders' pages

Written by `make measure-web` on {day}, in Chromium {version} against a server on the same machine. Bytes are what came over
the line, compressed, with headers."""
LOOKS = """Each state is reached by doing what a rider does (`tests/browser/pages.py`); `make test` fails for any that axe
objects to, and for a page that nobody names. Tests of single parts look at more."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--lighthouse", type=Path, help="folder to keep Lighthouse in; without it, no scores")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "web-figures.md")
    arguments = parser.parse_args()
    program = chromium_program()
    if program is None:
        print("no Chromium: apt-get install chromium")
        return 1
    with (
        tempfile.TemporaryDirectory() as data,
        running_server(Path(data)) as server,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        parts = [
            HEAD.format(day=datetime.now(BERLIN).date(), version=chromium.version.split(".")[0]),
            "## Taps and keys from opening the app to a booked ride",
            table(booking_effort(chromium, server)),
            "Seconds are the machine's: pages, search for offers, network on one machine; no person thinks or types slowly.",
            "## Weight of a first visit",
            table(weights(chromium, server)),
            f"Beyond that the service worker fetches the app's shell once, after the page is there: {shell_text(server)}.",
            "## On a line of 250 kbit/s and 300 ms",
            table(slow_line(chromium, server)),
            "## Pages × states that axe looks at",
            table(looks(chromium, server)),
            LOOKS,
            "## Installing",
            installability(playwright, program, server),
            "## Lighthouse",
            *lighthouse(chromium, program, server, arguments.lighthouse),
        ]
        chromium.close()
    arguments.page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"wrote {arguments.page}")
    return 0


def table(content: Table) -> str:
    head, rows = content
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@contextmanager
def visit(chromium: Browser, server: Server, **options: Any) -> Iterator[tuple[BrowserContext, Page]]:
    context = chromium.new_context(base_url=server.url, viewport=PHONE, **GERMAN, **options)  # type: ignore[arg-type]
    context.set_default_timeout(120_000)
    try:
        yield context, context.new_page()
    finally:
        context.close()


def first_booking(page: Page, server: Server, hand: Hand, at: str, phone: str) -> None:
    """Everything a first-time rider does, from the start page to the code."""
    page.goto("/")
    hand.tap(page.get_by_role("main").get_by_role("link", name="Fahrt bestellen").first)
    for name, typed in (("#f-origin", "Klötze Z"), ("#f-destination", "Krankenhaus G")):
        hand.write(page.locator(name), typed)
        hand.tap(page.locator(".combobox [role=option]").first)
    hand.choose(page.locator("#f-day"), server.day)
    hand.set_time(page.locator("#f-time"), at)
    hand.tap(page.get_by_role("button", name="Angebote zeigen"))
    hand.tap(page.get_by_role("link", name="Diese Fahrt nehmen").first)
    hand.write(page.locator("#f-name"), "Erika Muster")
    hand.write(page.locator("#f-phone"), phone)
    hand.tap(page.get_by_role("button", name="Jetzt verbindlich buchen"))
    page.locator(".booking-code").wait_for()


def booking_effort(chromium: Browser, server: Server) -> Table:
    with visit(chromium, server) as (_context, page):
        hand = Hand()
        first_booking(page, server, hand, "09:20", "03901700001")
        rows = [["first time, no account", str(hand.taps), str(hand.keys), f"{hand.seconds:.1f}"]]
        hand = Hand()
        page.goto("/")
        hand.tap(page.get_by_role("button", name=re.compile("^Letzte Fahrt")).first)
        hand.tap(page.get_by_role("link", name="Diese Fahrt nehmen").first)
        hand.tap(page.get_by_role("button", name="Jetzt verbindlich buchen"))
        page.locator(".booking-code").wait_for()
        rows.append(["same as last time", str(hand.taps), str(hand.keys), f"{hand.seconds:.1f}"])
    return ["way", "taps", "keys", "seconds"], rows


def weights(chromium: Browser, server: Server) -> Table:
    rows = []
    with visit(chromium, server) as (_context, page):
        page.goto("/fahrt/")
        book(page, server.day, at="10:20", phone="03901 700002")
        booked = page.url.removeprefix(server.url).split("?")[0]
        state = page.context.storage_state()
    for name, path in PAGES.items():
        address = path or booked
        with visit(chromium, server, service_workers="block", storage_state=state) as (context, page):
            traffic = Traffic(context, page)
            first = traffic.open(page, address)
            again = traffic.open(page, address)
        rows.append(
            [name, f"{first.transferred / 1000:.1f} kB", str(first.requests), f"{again.transferred / 1000:.1f} kB"]
        )
    return ["page", "first visit", "requests", "again"], rows


PAGES = {"start": "/", "first booking page (wish)": "/fahrt/", "booked": "", "without a network": "/ohne-internet/"}


def shell_text(server: Server) -> str:
    with urllib.request.urlopen(f"{server.url}/sw.js") as answer:
        script = answer.read().decode()
    files = json_of_shell(script)["files"]
    sizes = []
    for file in files:
        with urllib.request.urlopen(
            urllib.request.Request(server.url + file, headers={"Accept-Encoding": "gzip"})
        ) as got:
            sizes.append(len(got.read()))
    return f"{len(files)} files, {(sum(sizes) + len(gzip.compress(script.encode()))) / 1000:.1f} kB with the worker"


def json_of_shell(script: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(script.split("\n", 1)[0].removeprefix("const SHELL = ").rstrip(";"))
    return found


def slow_line(chromium: Browser, server: Server) -> Table:
    rows = []
    with visit(chromium, server, service_workers="block") as (context, page):
        traffic = Traffic(context, page)
        traffic.slow_down()
        rows.append(["first booking page, first visit", f"{traffic.open(page, '/fahrt/').seconds:.1f} s"])
        rows.append(["the same page again", f"{traffic.open(page, '/fahrt/').seconds:.1f} s"])
    with visit(chromium, server, service_workers="block") as (context, page):  # the worker's line would not be slow
        Traffic(context, page).slow_down()
        hand = Hand()
        first_booking(page, server, hand, "11:20", "03901700003")
        rows.append(["from opening the app to the booking code, first visit", f"{hand.seconds:.1f} s"])
    return ["what", "time"], rows


def looks(chromium: Browser, server: Server) -> Table:
    """Walks without axe: the tests run axe, here its looks are counted."""
    rows = []
    for language, start in LANGUAGES.items():
        names: set[str] = set()
        states = 0
        for journey in JOURNEYS.values():
            with visit(chromium, server) as (_context, page):
                for name, _state in journey.walk(page, server, start):
                    names.add(name)
                    states += 1
        each = len(MODES) + 3 if language == "de" else 1
        rows.append([language, str(len(names)), str(states), str(each), str(states * each)])
    return ["language", "pages", "states", "modes and sizes each", "looks"], rows


def installability(playwright: Playwright, program: str, server: Server) -> str:
    with tempfile.TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=program, args=ARGUMENTS, base_url=server.url
        )
        page = context.new_page()
        page.goto("/")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
        session = context.new_cdp_session(page)
        errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
        manifest = session.send("Page.getAppManifest")["errors"]
        context.close()
    if errors or manifest:
        return f"Chromium objects: {errors} {manifest}"
    return (
        "Chromium finds nothing that stands against installing (`Page.getInstallabilityErrors`, `Page.getAppManifest`)."
    )


def lighthouse(chromium: Browser, program: str, server: Server, folder: Path | None) -> list[str]:
    note = f"Lighthouse {VERSION}, simulated phone. It has no category for installable apps any more; see above."
    if folder is None:
        return ["Not run: no folder to keep it in was given (`--lighthouse`)."]
    with visit(chromium, server) as (context, page):
        page.goto("/fahrt/")
        book(page, server.day, at="12:10", phone="03901 700004")
        booked = page.url.removeprefix(server.url).split("?")[0]
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())
    rows = []
    try:
        node = installed(folder)
        pages = {"start": "/", "wish": "/fahrt/", "booked": booked, "follow": f"{booked}verfolgen/"}
        for name, path in pages.items():
            found = scores(node, program, server.url + path, cookies)
            rows.append([name, *(str(found[category]) for category in CATEGORIES)])
    except NoLighthouse as reason:
        note += f" Not run to the end: {reason}."
    return [table((["page", *CATEGORIES], rows)), note] if rows else [note]


if __name__ == "__main__":
    raise SystemExit(main())
