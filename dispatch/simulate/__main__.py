"""Simulates: a district's day with noise, riders' conduct and a breakdown, or a scenario folder as it was recorded.

python -m dispatch.simulate [day] --out FOLDER
python -m dispatch.simulate export --district fixtures/altmark --out FOLDER
python -m dispatch.simulate [scenario] --scenario FOLDER --seconds-per-improvement S --json
"""

from __future__ import annotations

import argparse
import sys

from dispatch.simulate import day, export, scenario

ADD_ARGUMENTS = {"day": day.add_arguments, "scenario": scenario.add_arguments, "export": export.add_arguments}
RUN = {"day": day.run, "scenario": scenario.run, "export": export.run}


def main(arguments: list[str]) -> int:
    """The command line. Without a command: `scenario` where --scenario is given, else `day`."""
    parser = argparse.ArgumentParser(
        prog="python -m dispatch.simulate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, add_arguments in ADD_ARGUMENTS.items():
        add_arguments(commands.add_parser(name))
    if not arguments or arguments[0] not in (*RUN, "-h", "--help"):
        given = any(word == "--scenario" or word.startswith("--scenario=") for word in arguments)
        arguments = ["scenario" if given else "day", *arguments]
    options = parser.parse_args(arguments)
    return RUN[options.command](options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
