"""Measures the control room's board on a large day, fifty vehicles and eight hundred bookings, while ten changes a second come
in; writes docs/board-figures.md.

    python -m tests.browser.measure_board [--seconds 60] [--data FOLDER]

Nothing is asserted here: what must hold, the tests say. `--data` keeps the day for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.big_day import CHANGES_A_SECOND, STAFF
from tests.browser.conftest import ARGUMENTS, ROOT, chromium_program, serving
from tests.browser.measure_web import table
from tests.browser.measuring import Traffic

BERLIN = ZoneInfo("Europe/Berlin")
ASKED = 20
WATCH = """() => {
  window.__long = [];
  window.__keys = [];
  new PerformanceObserver(list => window.__long.push(...list.getEntries().map(e => e.duration)))
    .observe({ type: 'longtask', buffered: true });
  new PerformanceObserver(list => window.__keys.push(...list.getEntries().filter(e => e.name === 'keydown')
    .map(e => e.duration))).observe({ type: 'event', durationThreshold: 16, buffered: true });
}"""
HEAD = """# Figures of the control room's board

Written by `make measure-board` on {day}, in Chromium {version} against a server on the same machine ({cores} cores, load {load}).
The day has {vehicles} shifts of fifty vehicles and {bookings} bookings; {changes} changes in {seconds} s went in through the REST
interface, nine positions of vehicles for each booking or cancellation ({turned_away} found no place)."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--data", type=Path, help="folder of the day; made where it is not there")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "board-figures.md")
    arguments = parser.parse_args()
    program = chromium_program()
    if program is None:
        print("no Chromium: apt-get install chromium")
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        data = arguments.data or Path(temporary)
        environment = {**os.environ, "RUFBUS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
        environment |= {f"RUFBUS_RATE_{scope}": "10000/min" for scope in ("QUOTE", "BOOK", "BOOKING", "LOGIN")}
        made_file = data / "made.json"
        if not made_file.exists():
            made_file.write_text(run("make", environment), encoding="utf-8")
        made = json.loads(made_file.read_text(encoding="utf-8"))
        costs = json.loads(run("answer", environment))
        run("show", environment)
        with serving(data, environment) as url, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
            text = measure(chromium, url, made, costs, environment, arguments.seconds)
            chromium.close()
    arguments.page.write_text(text, encoding="utf-8")
    print(f"wrote {arguments.page}")
    return 0


def run(what: str, environment: dict[str, str], *more: str) -> str:
    """A command of `big_day`; its last line."""
    command = [sys.executable, "-m", "tests.browser.big_day", what, *more]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout.splitlines()[-1]


def measure(
    chromium: Browser, url: str, made: dict[str, Any], costs: dict[str, int], environment: dict[str, str], seconds: int
) -> str:
    path = f"/leitstelle/{made['day']}/"
    context = chromium.new_context(base_url=url, viewport={"width": 1500, "height": 950}, locale="de-DE")
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(f"/anmelden/?next={path}")
    page.get_by_label("Benutzername").fill(STAFF[0])
    page.get_by_label("Passwort").fill(STAFF[1])
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"**{path}")
    traffic = Traffic(context, page)
    weight = traffic.open(page, path)
    paint = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    opened = [["first contentful paint", f"{paint:.0f} ms"], ["ready for the keyboard", f"{ready:.0f} ms"],
              ["over the line, warm cache of scripts", f"{weight.transferred / 1000:.0f} kB in {weight.requests} requests"],
              ["elements in the page", str(page.evaluate("() => document.querySelectorAll('*').length"))]]  # fmt: skip
    answers = answer_times(page, path)
    command = [sys.executable, "-m", "tests.browser.big_day", "move", "--url", url, "--seconds", str(seconds)]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as mover:
        assert mover.stdout is not None
        mover.stdout.readline()  # it has begun
        page.evaluate(WATCH)
        traffic.transferred = traffic.requests = 0
        walk(page, mover)
        out, _err = mover.communicate()
    moved = json.loads(out.splitlines()[-1])
    under = under_way(page, traffic, moved["seconds"])
    head = HEAD.format(
        day=datetime.now(BERLIN).date(), version=chromium.version.split(".")[0], cores=os.cpu_count(),
        load=f"{os.getloadavg()[0]:.1f}", vehicles=page.locator("[data-rows] tbody tr").count(),
        bookings=made["bookings"], **moved,
    )  # fmt: skip
    parts = [head, "## Opening", table((["what", "measured"], opened)), "## The server's answers",
             table((["what", "median", "slowest of 20", "size"], answers)), COSTS.format(**costs),
             f"## While {CHANGES_A_SECOND} changes a second come in, and somebody walks through the timeline",
             table((["what", "measured"], under)), EXPLAINED]  # fmt: skip
    return "\n\n".join(parts) + "\n"


COSTS = """Of the processor's own time, whatever else the machine does, the page costs {page_ms} ms and {page_queries} queries,
the state without a changed row {state_ms} ms and {state_queries} queries, the state after nine buses have moved {moved_ms} ms and
{moved_queries} queries (median of 20)."""
EXPLAINED = """A key's time runs from the press to the next frame that shows it (Event Timing API, which counts from 16 ms on and
in steps of 8 ms). Where the load in the first line is above the number of cores, all times of the clock hold the waiting for
others. A long task is one that keeps the page busy for more than 50 ms. The server's answers are measured in the
browser while nothing else happens; how many database queries one takes, and that it does not grow with the bookings, is
tested in `tests/unit/operations/test_board.py`."""


def answer_times(page: Page, path: str) -> list[list[str]]:
    """How long the server takes: the whole page, the state for who knows nothing, and for who knows everything."""
    known = page.evaluate(
        "async path => { const s = await (await fetch(path)).json();"
        " return s.rows.map(r => r[1]).concat(s.parts.map(p => p.digest)).join('.') }",
        f"{path}stand.json",
    )
    asked = {
        "the page": path,
        "state, all rows": f"{path}stand.json",
        "state, no row": f"{path}stand.json?kennt={known}",
    }
    rows = []
    for name, address in asked.items():
        times, size = [], 0
        for _attempt in range(ASKED):
            begun = time.perf_counter()
            size = page.evaluate("async a => (await (await fetch(a, { cache: 'no-store' })).text()).length", address)
            times.append((time.perf_counter() - begun) * 1000)
        rows.append([name, f"{statistics.median(times):.0f} ms", f"{max(times):.0f} ms", f"{size / 1000:.0f} kB plain"])
    return rows


def walk(page: Page, mover: subprocess.Popen[str]) -> None:
    """Somebody goes through the fleet with the arrow keys, two presses a second."""
    keys = ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft"]
    page.keyboard.press("1")
    number = 0
    while mover.poll() is None:
        number += 1
        page.keyboard.press(keys[number % len(keys)])
        page.wait_for_timeout(500)


def under_way(page: Page, traffic: Traffic, seconds: float) -> list[list[str]]:
    long, keys = page.evaluate("() => window.__long"), sorted(page.evaluate("() => window.__keys"))
    asked = page.evaluate(
        "() => performance.getEntriesByType('resource').filter(e => e.name.includes('stand.json')).slice(-50)"
        ".map(e => e.duration)"
    )
    p95 = keys[int(0.95 * (len(keys) - 1))] if keys else 0.0
    return [
        ["a key, median", f"{statistics.median(keys) if keys else 0:.0f} ms"],
        ["a key, p95", f"{p95:.0f} ms"],
        ["a key, slowest", f"{keys[-1] if keys else 0:.0f} ms"],
        ["long tasks", f"{len(long)}, the longest {max(long, default=0):.0f} ms, together {sum(long):.0f} ms"],
        ["questions for what changed", f"{traffic.requests}, that is {traffic.requests / seconds:.1f} a second"],
        ["one such question, median", f"{statistics.median(asked) if asked else 0:.0f} ms"],
        ["over the line", f"{traffic.transferred / 1000 / seconds:.1f} kB a second"],
    ]


if __name__ == "__main__":
    raise SystemExit(main())
