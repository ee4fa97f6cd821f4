"""`python -m dispatch.benchmark insertion --vehicles 50 --bookings 800 --json`"""

from __future__ import annotations

import argparse
import json
import sys

from dispatch.benchmark.quotes import measure_quotes


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m dispatch.benchmark", description="Measures the engine.")
    commands = parser.add_subparsers(dest="command", required=True)
    insertion = commands.add_parser("insertion", help="time of one quote on a full day")
    insertion.add_argument("--vehicles", type=_positive, default=12)
    insertion.add_argument("--bookings", type=_positive, default=400)
    insertion.add_argument("--quotes", type=_positive, default=1000)
    insertion.add_argument("--seed", type=int, default=1)
    insertion.add_argument("--json", action="store_true", help="one JSON line")
    arguments = parser.parse_args()
    measured = measure_quotes(arguments.vehicles, arguments.bookings, arguments.quotes, arguments.seed)
    if arguments.json:
        print(json.dumps(measured))
    else:
        for name, value in measured.items():
            print(f"{name:>16}  {value}")
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


if __name__ == "__main__":
    sys.exit(main())
