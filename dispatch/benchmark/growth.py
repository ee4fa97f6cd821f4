"""How the time of a quote grows with bookings and vehicles, what a district takes of memory, how long a start takes."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dispatch.benchmark.instances import Geometry, rural_geometry, rural_request, rural_shifts
from dispatch.benchmark.quotes import PLACES
from dispatch.improvement import Limits, improve
from dispatch.model import Plan
from dispatch.objective import Weights
from dispatch.state import DayState, empty_plan

SIZES = {12: (50, 100, 200, 400), 50: (200, 400, 800, 1600), 200: (800, 1600, 4000)}  # bookings of each fleet
AIMS_MS = {(12, 400): 1.0, (50, 800): 2.0, (200, 4000): 10.0}  # 95th percentile
_FIRST_QUOTE = """
import time
begun = time.perf_counter()
from dispatch.warm_up import warm_up
warm_up(with_improvement=False)
quoted_s = time.perf_counter() - begun
warm_up()
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(quoted_s, int(status["VmRSS"].split()[0]) / 1024)
"""


@dataclass(frozen=True, slots=True)
class Growth:
    """One size of day. Memory in megabytes: the compiled state of the plan, the matrix of 600 stops."""

    vehicles: int
    bookings: int
    quotes: int
    seed: int
    median_ms: float
    p95_ms: float
    max_ms: float
    aim_p95_ms: float | None
    build_state_ms: float
    state_mb: float
    matrix_mb: float


@dataclass(frozen=True, slots=True)
class Start:
    """A fresh process with the compiled loops on disk: seconds until it has quoted once, and its memory afterwards."""

    start_to_first_quote_s: float
    imports_and_first_quote_s: float
    worker_rss_mb: float


def quickly_filled_plan(vehicles: int, bookings: int, seed: int) -> tuple[Plan, Geometry, np.random.Generator]:
    """A day with so many bookings, put in by the hundreds where each is cheapest; fewer if nothing more fits."""
    rng = np.random.default_rng(seed)
    geometry = rural_geometry(PLACES, rng, width_km=12.0)
    plan = empty_plan(rural_shifts(vehicles, geometry), geometry.travel_s)
    asked = 0
    while len(plan.requests) < bookings and asked < 4 * bookings:
        missing = bookings - len(plan.requests)
        more = [rural_request(number, geometry, rng) for number in range(asked, asked + missing)]
        asked += missing
        wanted = replace(plan, requests={**plan.requests, **{request.id: request for request in more}})
        tried = improve(wanted, geometry.travel_s, Weights(), Limits(iterations=1), seed=seed).plan
        served = {event.request_id for route in tried.routes for event in route.events}
        requests = {name: request for name, request in tried.requests.items() if name in served}
        plan = replace(tried, requests=requests)
    return plan, geometry, rng


def measure_growth(quotes: int, seed: int) -> Iterator[Growth]:
    """One fleet and number of bookings after the other; one thread, in process, three best ways a quote."""
    quickly_filled_plan(1, 2, seed)  # compiles what is not compiled yet
    for vehicles, sizes in SIZES.items():
        for bookings in sizes:
            yield measure_size(vehicles, bookings, quotes, seed)


def measure_size(vehicles: int, bookings: int, quotes: int, seed: int) -> Growth:
    """One of them."""
    plan, geometry, rng = quickly_filled_plan(vehicles, bookings, seed)
    begun = time.perf_counter()
    state = DayState(plan, geometry.travel_s, Weights())
    build_s = time.perf_counter() - begun
    seconds = []
    for number in range(quotes):
        request = rural_request(10_000_000 + number, geometry, rng)
        begun = time.perf_counter()
        state.quote(request, 3)
        seconds.append(time.perf_counter() - begun)
    median, p95 = np.percentile(seconds, [50, 95]) * 1000
    return Growth(
        vehicles=vehicles,
        bookings=len(plan.requests),
        quotes=quotes,
        seed=seed,
        median_ms=round(float(median), 3),
        p95_ms=round(float(p95), 3),
        max_ms=round(max(seconds) * 1000, 3),
        aim_p95_ms=AIMS_MS.get((vehicles, bookings)),
        build_state_ms=round(build_s * 1000, 2),
        state_mb=round(state_bytes(state) / 1e6, 3),
        matrix_mb=round(geometry.travel_s.nbytes / 1e6, 3),
    )


def state_bytes(state: DayState) -> int:
    """Bytes of a state's own arrays, the matrix aside."""
    facts = state.facts
    arrays = (
        state.events, state.routes, state.lengths, state.profiles, state.costs, state.driving, state.configurations,
        state.configuration_start, state.features, facts.done, facts.locked, facts.ready_s, facts.actual_s,
    )  # fmt: skip
    return sum(array.nbytes for array in arrays)


def measure_start() -> Start:
    """Start a process that quotes once; the second run counts, so that the loops are compiled and on disk."""
    for _ in range(2):
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", _FIRST_QUOTE], capture_output=True, text=True, check=True)
        whole_s = time.perf_counter() - begun
    quoted_s, rss_mb = map(float, done.stdout.split())
    # The whole run also improves a toy day before it ends; what came before the clock is the interpreter's own start.
    bare = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare_s = time.perf_counter() - bare
    return Start(round(min(whole_s, bare_s + quoted_s), 2), round(quoted_s, 2), round(rss_mb, 1))


def growth_plot(sizes: list[Growth]) -> str:
    """The 95th percentile over the number of bookings, one line a fleet, both scales logarithmic, as SVG."""
    left, top, width, height = 60, 30, 520, 300
    colours = ("#00589c", "#a63603", "#1a7a3c", "#6a3d9a")
    lowest_x, highest_x = 40.0, 5000.0
    lowest_y, highest_y = 0.05, 20.0

    def x(bookings: float) -> float:
        return left + width * math.log(bookings / lowest_x) / math.log(highest_x / lowest_x)

    def y(ms: float) -> float:
        share = math.log(max(ms, lowest_y) / lowest_y) / math.log(highest_y / lowest_y)
        return top + height * (1 - min(share, 1.0))

    marks = [
        f'<text x="{left}" y="18" font-weight="bold">Quote: 95th percentile, milliseconds</text>',
        f'<text x="{left + width}" y="{top + height + 36}" text-anchor="end">bookings of the day</text>',
    ]
    for ms in (0.1, 0.2, 0.5, 1, 2, 5, 10):
        marks.append(f'<path d="M{left} {y(ms):.1f}h{width}" stroke="#ccc"/>')
        marks.append(f'<text x="{left - 8}" y="{y(ms) + 4:.1f}" text-anchor="end">{ms:g}</text>')
    marks += [
        f'<text x="{x(bookings):.1f}" y="{top + height + 18}" text-anchor="middle">{bookings}</text>'
        for bookings in (50, 100, 200, 400, 800, 1600, 4000)
    ]
    for number, vehicles in enumerate(dict.fromkeys(size.vehicles for size in sizes)):
        own = [size for size in sizes if size.vehicles == vehicles]
        colour = colours[number % len(colours)]
        points = " ".join(f"{x(size.bookings):.1f},{y(size.p95_ms):.1f}" for size in own)
        marks.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        marks += [f'<circle cx="{x(s.bookings):.1f}" cy="{y(s.p95_ms):.1f}" r="4" fill="{colour}"/>' for s in own]
        last = own[-1]
        place = f'x="{x(last.bookings) - 6:.1f}" y="{y(last.p95_ms) - 10:.1f}" text-anchor="end"'
        marks.append(f'<text {place} fill="{colour}">{vehicles} vehicles: {last.p95_ms:g}</text>')
    described = "; ".join(f"{size.vehicles} vehicles, {size.bookings} bookings: {size.p95_ms:g} ms" for size in sizes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 20} {top + height + 46}" role="img" '
        'font-family="sans-serif" font-size="13">\n'
        f"<title>95th percentile of a quote's time over bookings</title>\n<desc>{described}</desc>\n"
        f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(marks) + "\n</svg>\n"
    )


def write_growth_plot(sizes: list[Growth], path: Path) -> None:
    """Write the plot; the folder is there or made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(growth_plot(sizes), encoding="utf-8")
