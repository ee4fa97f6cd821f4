"""How the time of a quote grows with bookings and vehicles, what a district takes of memory, how long a start takes."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dispatch.benchmark.quotes import QuoteTimes, measure_quotes

SIZES = {12: (50, 100, 200, 400), 50: (200, 400, 800, 1600), 200: (800, 1600, 4000)}  # bookings of each fleet
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
class Start:
    """A fresh process with the compiled loops on disk: seconds until it has quoted once, and its memory afterwards."""

    start_to_first_quote_s: float
    imports_and_first_quote_s: float
    worker_rss_mb: float


def measure_growth(quotes: int, seed: int) -> Iterator[QuoteTimes]:
    """One fleet and number of bookings after the other."""
    for vehicles, sizes in SIZES.items():
        for bookings in sizes:
            yield measure_quotes(vehicles, bookings, quotes, seed)


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


def growth_plot(sizes: list[QuoteTimes]) -> str:
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


def write_growth_plot(sizes: list[QuoteTimes], path: Path) -> None:
    """Write the plot; the folder is there or made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(growth_plot(sizes), encoding="utf-8")
