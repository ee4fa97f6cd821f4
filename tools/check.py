"""`make check`: everything about the tree that needs no test run. Runs all checks, then says which failed.

python -m tools.check                 # all
python -m tools.check lint types      # some
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTHON = sys.executable

AT_ONCE = 2  # the slowest is first in the list, so that it does not run alone at the end

# What production sets; `check --deploy` looks at settings only, so no server needs to be there.
PRODUCTION = {
    "RUFBUS_SECRET_KEY": "only-for-the-check-" + "0123456789" * 5,
    "RUFBUS_FIELD_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "RUFBUS_DATABASE": "postgres://rufbus@database/rufbus",
    "RUFBUS_REDIS": "redis://redis:6379/0",
    "RUFBUS_HOSTS": "rufbus.example",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One command, why it is run, and what it needs in its environment."""

    name: str
    question: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


def manage(*arguments: str) -> tuple[str, ...]:
    return (PYTHON, "manage.py", *arguments)


CHECKS = (
    Check("types", "does mypy agree?", (str(BIN / "mypy"),)),
    Check("format", "is the code in the one format?", (str(BIN / "ruff"), "format", "--check", "--quiet", ".")),
    Check("lint", "does ruff find mistakes?", (str(BIN / "ruff"), "check", "--quiet", ".")),
    Check("tree", "is everything in the tree ours to publish?", (PYTHON, "-m", "tools.check_tree")),
    Check("lock", "does the lock fit pyproject.toml?", (PYTHON, "-m", "tools.check_lock")),
    Check("texts", "is every text in every language?", (PYTHON, "-m", "tools.texts", "check")),
    Check("docs", "do links between documents lead somewhere?", (PYTHON, "-m", "tools.check_docs")),
    Check("compose", "would docker compose find what it names?", (PYTHON, "-m", "tools.check_compose")),
    Check("imports", "do arrows point one way?", (str(BIN / "lint-imports"),)),
    Check("migrations", "do migrations match models?", manage("makemigrations", "--check", "--dry-run")),
    Check("openapi", "does docs/openapi.yaml match the API?", (PYTHON, "-m", "tools.check_openapi")),
    Check(
        "deploy",
        "are the settings of production safe?",
        manage("check", "--deploy", "--fail-level", "WARNING"),
        tuple(PRODUCTION.items()),
    ),
)


def run(check: Check) -> bool:
    """Run one check; its output is shown only where it fails."""
    start = time.perf_counter()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env=os.environ | dict(check.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    line = f"{check.name:<11} {check.question:<45} {verdict:<7} {time.perf_counter() - start:5.1f} s"
    # In one piece, for another check runs beside it.
    print(f"{line}\n{done.stdout.rstrip()}" if done.returncode else line, flush=True)
    return done.returncode == 0


def main(names: list[str]) -> int:
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        print(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(check.name for check in CHECKS)}")
        return 2
    chosen = [check for check in CHECKS if not names or check.name in names]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        failed = [check.name for check, is_good in zip(chosen, pool.map(run, chosen), strict=True) if not is_good]
    if failed:
        print(f"failed: {', '.join(failed)}. Once more, only these: make check ARGS='{' '.join(failed)}'")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
