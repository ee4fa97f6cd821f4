"""`make test`: everything, against the real servers.

1. on PostgreSQL: the tests that use Django's database (marker `database`), less those of pages, interface, dialogues and
   wordings, which come after the same desk;
2. the whole suite on SQLite, with Redis and Chromium. Its closing line is the last thing printed.

    python -m tools.run_tests [arguments for both pytest runs]
"""

from __future__ import annotations

import os
import subprocess
import sys

from tools import services, system_packages

ON_TOP_OF_THE_DESK = (
    "tests/unit/web",
    "tests/unit/channels_in",
    "tests/unit/api",
    "tests/unit/notifications/test_hearing.py",
    "tests/unit/notifications/test_message_texts.py",
    "tests/scenario",
    "tests/browser",
)
NOTHING_COLLECTED = 5  # pytest's exit code
WORKERS = min(4, os.cpu_count() or 1)  # each file of tests is one worker's: its server, its browser


def main(arguments: list[str]) -> int:
    if system_packages.ensure("chromium", "chromium", "chromium-browser", "google-chrome") is None:
        print(f"NOT RUN: browser tests. {system_packages.remedy('chromium')}", file=sys.stderr, flush=True)
        if os.environ.get("CI"):
            return 1
    with services.running() as started:
        if services.report_missing(started):
            return 1
        environment = os.environ | started.environment
        environment.pop("RUFBUS_DATABASE", None)
        codes = []
        database = started.environment.get("RUFBUS_TEST_DATABASE")
        if database:
            below = [f"--ignore={folder}" for folder in ON_TOP_OF_THE_DESK]
            codes.append(_pytest(["-m", "database", *below, *arguments], environment | {"RUFBUS_DATABASE": database}))
            if codes[0] not in (0, NOTHING_COLLECTED):
                print("The tests failed on PostgreSQL; the whole suite on SQLite follows.", flush=True)
        codes.append(_pytest(["-m", "not postgres", *arguments], environment))
    return max((code for code in codes if code != NOTHING_COLLECTED), default=NOTHING_COLLECTED)


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    where = "PostgreSQL" if "RUFBUS_DATABASE" in environment else "SQLite"
    print(f"── tests on {where} ──", flush=True)
    command = [sys.executable, "-m", "pytest", "--numprocesses", str(WORKERS), "--dist", "loadfile", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
