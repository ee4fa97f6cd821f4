"""`python -m dispatch.benchmark insertion|improvement|darp|growth|suite|report --help`"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from dispatch.benchmark.darp import read_best_known, solve_files
from dispatch.benchmark.growth import measure_growth, measure_start, write_growth_plot
from dispatch.benchmark.improvements import measure_improvement
from dispatch.benchmark.public import UnreadableInstance
from dispatch.benchmark.quotes import measure_quotes
from dispatch.benchmark.report import write_report
from dispatch.benchmark.suite import FAMILIES, SOLVERS, run_suite
from dispatch.improvement import Limits


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m dispatch.benchmark", description="Measures the engine.")
    commands = parser.add_subparsers(dest="command", required=True)
    insertion = commands.add_parser("insertion", help="time of one quote on a full day")
    insertion.add_argument("--quotes", type=_positive, default=1000)
    improvement = commands.add_parser("improvement", help="our search beside OR-Tools on a full day")
    improvement.add_argument("--seconds", type=_positive, default=10, help="for each of the two")
    for command in (insertion, improvement):
        command.add_argument("--vehicles", type=_positive, default=12)
        command.add_argument("--bookings", type=_positive, default=400)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--json", action="store_true", help="one JSON line")
    darp = commands.add_parser("darp", help="public dial-a-ride and Li & Lim instances, one line each")
    darp.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files, or folders of .txt files")
    darp.add_argument("--seconds", type=_seconds, default=10.0, help="for each instance")
    darp.add_argument(
        "--iterations",
        type=_positive,
        help="of our search on each instance, instead of seconds: the same on any machine, however busy",
    )
    darp.add_argument("--solver", choices=("ours", "ortools", "exact"), default="ours")
    darp.add_argument(
        "--best-known", type=Path, action="append", default=[], metavar="CSV", help="instance,best_known_cost"
    )
    darp.add_argument("--cores", type=_positive, default=os.cpu_count() or 1)
    darp.add_argument("--seed", type=int, default=1)
    darp.add_argument("--json", action="store_true", help="one JSON line an instance")
    growth = commands.add_parser("growth", help="quotes on days of growing size, memory, start; one line each")
    growth.add_argument("--quotes", type=_positive, default=1000)
    growth.add_argument("--seed", type=int, default=1)
    growth.add_argument("--plot", type=Path, metavar="SVG", help="write the growth as a picture")
    growth.add_argument("--json", action="store_true", help="one JSON line a size, and one for the start")
    suite = commands.add_parser(
        "suite", help="all public families by both solvers, into a folder; goes on where it stopped"
    )
    suite.add_argument("--benchmarks", type=Path, required=True, help="folder of the families")
    suite.add_argument("--families", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    suite.add_argument("--solvers", nargs="+", choices=SOLVERS, default=list(SOLVERS))
    suite.add_argument("--seconds", type=_seconds, default=10.0, help="for each instance and solver")
    suite.add_argument("--cores", type=_positive, default=os.cpu_count() or 1)
    suite.add_argument("--seed", type=int, default=1)
    report = commands.add_parser("report", help="docs/benchmarks.md from what a folder holds")
    report.add_argument("--page", type=Path, required=True)
    for command in (suite, report):
        command.add_argument("--folder", type=Path, required=True, help="where the run's lines are kept")
    given = parser.parse_args()
    if given.command == "darp" and given.iterations and given.solver != "ours":
        parser.error("--iterations limits our search only")
    if given.command in {"darp", "suite"}:
        return _public(given)
    if given.command == "report":
        write_report(given.folder, given.page, datetime.now(tz=UTC).date())
        return 0
    if given.command == "growth":
        return _growth(given)
    measured: Mapping[str, object]
    if given.command == "insertion":
        measured = asdict(measure_quotes(given.vehicles, given.bookings, given.quotes, given.seed))
    else:
        measured = measure_improvement(given.vehicles, given.bookings, float(given.seconds), given.seed)
    if given.json:
        print(json.dumps(measured))
    else:
        for name, value in measured.items():
            print(f"{name:>28}  {value}")
    return 0


def _growth(given: argparse.Namespace) -> int:
    sizes = []
    for size in measure_growth(given.quotes, given.seed):
        sizes.append(size)
        _print_line(asdict(size), given.json)
    _print_line(asdict(measure_start()), given.json)
    if given.plot:
        try:
            write_growth_plot(sizes, given.plot)
        except OSError as error:
            print(f"{given.plot}: cannot be written ({error.strerror})", file=sys.stderr)
            return 2
    return 0


def _print_line(measured: Mapping[str, object], as_json: bool) -> None:
    line = json.dumps(measured) if as_json else "  ".join(f"{name} {value}" for name, value in measured.items())
    print(line, flush=True)


def _public(given: argparse.Namespace) -> int:
    try:
        if given.command == "darp":
            _darp(given)
        else:
            run_suite(
                given.benchmarks, given.folder, seconds=given.seconds, cores=given.cores, seed=given.seed,
                families=tuple(given.families), solvers=tuple(given.solvers), say=lambda line: print(line, flush=True),
            )  # fmt: skip
    except UnreadableInstance as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _darp(given: argparse.Namespace) -> None:
    best_known: dict[str, float] = {}
    for path in given.best_known:
        best_known |= read_best_known(path)
    limits = Limits(iterations=given.iterations) if given.iterations else Limits(seconds=given.seconds)
    for solved in solve_files(given.paths, given.solver, limits, given.cores, given.seed, best_known):
        if given.json:
            print(json.dumps(asdict(solved)), flush=True)
        else:
            print("  ".join(f"{name} {value}" for name, value in asdict(solved).items()), flush=True)


def _seconds(text: str) -> float:
    number = float(text)
    if not 0.0 < number < 86_400.0:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds between 0 and 86400")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


if __name__ == "__main__":
    sys.exit(main())
