"""What every test may rely on: hypothesis profiles, markers that set themselves, and parts that may be absent.

A test that lacks what it needs (PostgreSQL, Redis, ../shared) is skipped with one visible line. Where `CI` is set, only
../shared may be absent; a missing server is a failure there.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RUFBUS_SHARED", ROOT.parent / "shared"))
IN_CI = bool(os.environ.get("CI"))
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}
# What a process remembers by the numbers of rows, which the next test's rows have again.
REMEMBERED = (
    ("backend.operations.watched", "_told"),
    ("backend.driving.keeping_up", "_looked"),
    ("backend.control.trouble_watch", "_kept"),
    ("backend.operations.board_forecast", "_days"),
)

_common = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=50, **_common)
settings.register_profile("ci", max_examples=50, derandomize=True, **_common)  # the same examples on every run
settings.register_profile("thorough", max_examples=2000, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


def absent(what: str, remedy: str) -> NoReturn:
    """Skip the running test in one visible line; fail instead where `CI` is set."""
    line = f"NOT RUN, no {what}: {remedy}"
    if IN_CI:
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set the markers that follow from what a test uses, before `-m` selects among them."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        marks = {mark.name for mark in item.iter_markers()}
        if Path(item.path).is_relative_to(ROOT / "tests" / "browser"):
            item.add_marker("browser")
        elif marks & {"django_db", "postgres"} or fixtures & DATABASE_FIXTURES:
            item.add_marker("database")
        if "redis_url" in fixtures:
            item.add_marker("redis")
        if fixtures & {"shared_data", "benchmarks"}:
            item.add_marker("shared")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for module, name in REMEMBERED:
        if module in sys.modules:
            getattr(sys.modules[module], name).clear()
    if item.get_closest_marker("postgres"):
        from django.db import connection

        if connection.vendor != "postgresql":
            absent("PostgreSQL as Django's database", "make test runs these on a server of its own")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One visible line for each reason why tests did not run, however many they are."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    )
    for reason, number in sorted(reasons.items()):
        terminalreporter.write_line(f"{number} skipped: {reason}", yellow=True)


@pytest.fixture(scope="session")
def benchmarks() -> Path:
    """Folders of public instances."""
    if not (SHARED / "benchmarks").is_dir():
        pytest.skip("NOT RUN, no ../shared/benchmarks: the public instances are not part of the repository")
    return SHARED / "benchmarks"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real extracts and boundaries beside the repository; it may be absent everywhere, also in CI."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("NOT RUN, no ../shared/data: the real extracts are not part of the repository")
    return folder


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Address of a real Redis server that belongs to this test run."""
    url = os.environ.get("RUFBUS_TEST_REDIS")
    return url or absent("Redis", "make test starts one, or set RUFBUS_TEST_REDIS")


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Address of an empty database on a real PostgreSQL server, for tests that start processes of their own.

    Tests that use Django's database in process need no fixture: `make test` runs them on PostgreSQL as well.
    """
    url = os.environ.get("RUFBUS_TEST_DATABASE")
    return url or absent("PostgreSQL", "make test starts one, or set RUFBUS_TEST_DATABASE")
