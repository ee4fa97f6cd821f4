"""python -m dispatch.simulate [day] --out FOLDER: a district's day with noise, riders' conduct and a breakdown."""

from __future__ import annotations

import argparse
import sys

from dispatch.simulate import day


def main(arguments: list[str]) -> int:
    """The command line; `day` where no command is named."""
    parser = argparse.ArgumentParser(prog="python -m dispatch.simulate", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    day.add_arguments(commands.add_parser("day", help="simulated days of a district", description=day.__doc__))
    named = arguments and (arguments[0] in ("day", "-h", "--help"))
    return day.run(parser.parse_args(arguments if named else ["day", *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
