"""`python -m dispatch.benchmark insertion|improvement --vehicles 50 --bookings 800 --json`"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping

from dispatch.benchmark.improvements import measure_improvement
from dispatch.benchmark.quotes import measure_quotes


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
    given = parser.parse_args()
    measured: Mapping[str, object]
    if given.command == "insertion":
        measured = measure_quotes(given.vehicles, given.bookings, given.quotes, given.seed)
    else:
        measured = measure_improvement(given.vehicles, given.bookings, float(given.seconds), given.seed)
    if given.json:
        print(json.dumps(measured))
    else:
        for name, value in measured.items():
            print(f"{name:>28}  {value}")
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


if __name__ == "__main__":
    sys.exit(main())
