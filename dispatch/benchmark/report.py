"""docs/benchmarks.md, written from what a run's folder holds."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from dispatch.benchmark.suite import FAMILIES, Answer, read_answers

PACKAGES = ("numpy", "numba", "scipy", "ortools")
ABOUT = {
    "darp_a": "Cordeau 2006, small vehicles: optima proved",
    "darp_b": "Ropke, Cordeau & Laporte 2007, larger parties: optima proved",
    "darp_pr": "Cordeau & Laporte 2003, wide windows: best known values from the literature",
    "li_lim": "Li & Lim 2003, parcels; best known: fewest vehicles first. We only drive least, so gaps may be negative",
}


def write_report(folder: Path, target: Path, today: date) -> None:
    """Render the page. Sections without figures are left out and named as such."""
    target.write_text("\n".join(_page(folder, today)) + "\n", encoding="utf-8")


def _page(folder: Path, today: date) -> Iterator[str]:
    answers = read_answers(folder)
    cores = max((answer.solved.cores for answer in answers), default=0)
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield "# Benchmarks"
    yield ""
    yield f"Written by `make bench` on {today.isoformat()}; {platform.machine()}, Python {platform.python_version()}, {packages}."
    yield "Nothing here is edited by hand. Machines differ and are noisy: read the columns against each other."
    yield ""
    yield from _public(answers, cores)
    yield from _table(folder / "quotes.jsonl", "One quote", QUOTES, QUOTE_COLUMNS)
    yield from _start(folder / "quotes.jsonl")
    yield from _table(folder / "improvement.jsonl", "A booked day improved", IMPROVEMENT, IMPROVEMENT_COLUMNS)
    planning = folder / "planning.txt"
    if planning.exists():
        yield "## Days booked with and without improvement"
        yield ""
        yield "`manage.py compare_planning`: the same wishes, planned by insertion alone and with improvement between them."
        yield ""
        yield "```"
        yield planning.read_text(encoding="utf-8").strip()
        yield "```"


QUOTES = (
    "`python -m dispatch.benchmark growth`: the three best ways to serve a fresh request on a day that is full, with ride-time "
    "limits, capacity configurations and breaks; in process, one thread."
)
QUOTE_COLUMNS = {
    "vehicles": "vehicles",
    "bookings": "bookings",
    "median_ms": "median ms",
    "p95_ms": "p95 ms",
    "aim_p95_ms": "aim p95 ms",
    "max_ms": "max ms",
    "build_state_ms": "state built in ms",
    "state_mb": "state MB",
    "matrix_mb": "travel times MB",
}
IMPROVEMENT = (
    "`python -m dispatch.benchmark improvement --seconds 10`: a day booked by insertion alone, then improved by our search and "
    "by OR-Tools from the same start, one thread each."
)
IMPROVEMENT_COLUMNS = {
    "seed": "seed",
    "bookings": "bookings",
    "insertion_driving_s": "driving s, insertion",
    "ours_driving_saved_percent": "ours saves %",
    "ortools_driving_saved_percent": "OR-Tools saves %",
    "iterations_per_s": "our iterations/s",
}


def _public(answers: Sequence[Answer], cores: int) -> Iterator[str]:
    yield "## Public instances"
    yield ""
    if not answers:
        yield "Not measured: the instances lay not beside the project."
        yield ""
        return
    yield (
        "Unrounded length of all routes, every solution judged by `dispatch/benchmark/judge.py` on the numbers of the file. The "
        "gap is the excess over the best known in percent; best known values are rounded to two decimals, so an optimum may show "
        f"-0.00. Ours searches on {cores} cores; plain OR-Tools (cheapest insertion, guided local search) uses one. `proved`: "
        "our search ended with a proof that no plan is shorter."
    )
    yield ""
    for seconds in sorted({answer.solved.seconds for answer in answers}):
        timed = [answer for answer in answers if answer.solved.seconds == seconds]
        yield f"### {seconds:g} seconds"
        yield ""
        yield from _summary(timed)
        for family in FAMILIES:
            yield from _family([answer for answer in timed if answer.family == family], family)


def _summary(answers: Sequence[Answer]) -> Iterator[str]:
    yield (
        "| family | instances | mean gap ours | mean gap OR-Tools | feasible ours | feasible OR-Tools | "
        "ours dearer than OR-Tools | slowest first plan s |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for family in FAMILIES:
        ours = {answer.solved.instance: answer.solved for answer in answers if _is(answer, family, "ours")}
        theirs = {answer.solved.instance: answer.solved for answer in answers if _is(answer, family, "ortools")}
        if not ours:
            continue
        gaps = [solved.gap_percent for solved in ours.values() if solved.gap_percent is not None]
        other = [solved.gap_percent for solved in theirs.values() if solved.gap_percent is not None]
        both = [
            name
            for name in ours.keys() & theirs.keys()
            if theirs[name].feasible and (ours[name].cost or 0.0) > (theirs[name].cost or 0.0) + 0.005
        ]
        first = [solved.first_feasible_s for solved in ours.values() if solved.first_feasible_s is not None]
        cells = [
            family,
            len(ours),
            _mean(gaps),
            _mean(other) if theirs else "not run",
            sum(solved.feasible for solved in ours.values()),
            f"{sum(solved.feasible for solved in theirs.values())} of {len(theirs)}",
            len(both) if theirs else "",
            f"{max(first, default=0.0):.2f}",
        ]
        yield "| " + " | ".join(map(str, cells)) + " |"
    yield ""


def _family(answers: Sequence[Answer], family: str) -> Iterator[str]:
    if not answers:
        return
    yield f"**{family}** ({ABOUT[family]})"
    yield ""
    reference = any(answer.reference is not None for answer in answers)
    published = " published tabu search |" if reference else ""
    yield f"| instance | best known |{published} ours | gap % | s | OR-Tools | gap % | vehicles |"
    yield "|---" * (9 if reference else 8) + "|"
    for name in sorted({answer.solved.instance for answer in answers}):
        mine = next((a for a in answers if a.solved.instance == name and a.solved.solver == "ours"), None)
        theirs = next((a for a in answers if a.solved.instance == name and a.solved.solver == "ortools"), None)
        known = mine or theirs
        assert known is not None  # the name came from one of them
        middle = (
            f" {known.reference:.2f} |" if reference and known.reference is not None else (" |" if reference else "")
        )
        yield (
            f"| {name} | {known.best_known:.2f} |{middle} {_cost(mine)} | {_gap(mine)} | {_seconds(mine)} | {_cost(theirs)} | "
            f"{_gap(theirs)} | {mine.solved.vehicles if mine else ''} |"
        )
    yield ""


def _is(answer: Answer, family: str, solver: str) -> bool:
    return answer.family == family and answer.solved.solver == solver


def _mean(gaps: Sequence[float]) -> str:
    return f"{sum(gaps) / len(gaps):.2f} %" if gaps else "none feasible"


def _cost(answer: Answer | None) -> str:
    if answer is None:
        return ""
    if not answer.solved.feasible:
        return f"{answer.solved.unserved} unserved"
    return f"{answer.solved.cost:.2f}" + (" proved" if answer.solved.proved else "")


def _gap(answer: Answer | None) -> str:
    return "" if answer is None or answer.solved.gap_percent is None else f"{answer.solved.gap_percent:.2f}"


def _seconds(answer: Answer | None) -> str:
    return "" if answer is None else f"{answer.solved.wall_s:.1f}"


def _table(path: Path, title: str, about: str, columns: dict[str, str]) -> Iterator[str]:
    if not path.exists():
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    yield f"## {title}"
    yield ""
    yield about
    yield ""
    yield "| " + " | ".join(columns.values()) + " |"
    yield "|---" * len(columns) + "|"
    for row in rows:
        if row.keys() & columns.keys():
            yield "| " + " | ".join("" if row.get(name) is None else str(row[name]) for name in columns) + " |"
    yield ""


def _start(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for row in rows:
        if "start_to_first_quote_s" in row:
            yield (
                f"From the start of a process to its first quote {row['start_to_first_quote_s']} s, with the loops compiled by "
                f"`make setup`; a worker that has quoted takes {row['worker_rss_mb']} MB."
            )
            yield ""
    yield "![Quote time by bookings and vehicles](benchmarks-growth.svg)"
    yield ""
