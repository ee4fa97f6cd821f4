"""No page of the riders is forgotten by the tests that look at every page."""

from __future__ import annotations

from pathlib import Path

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.browser.pages import ELSEWHERE, JOURNEYS, NO_PAGE

BROWSER_TESTS = Path(__file__).resolve().parents[2] / "browser"
# Addresses of others: staff have a list of their own in tests/browser/test_every_page.py.
OTHERS = (
    "api/",
    "healthz",
    "demo-",
    "sms/",
    "telefon/",
    "leitstelle/",
    "fahrer/",
    "auswertung/",
    "anmelden/",
    "abmelden/",
    "komponenten/",
)


def names_of(resolver: URLResolver, before: str = "") -> set[str]:
    """The names of all addresses that are not somebody else's."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        address = before + str(entry.pattern).removeprefix("^")
        if address.startswith(OTHERS):
            continue
        if isinstance(entry, URLResolver):
            found |= names_of(entry, address)
        elif isinstance(entry, URLPattern) and entry.name:
            found.add(entry.name)
    return found


def test_every_page_is_looked_at() -> None:
    visited = frozenset().union(*(journey.pages for journey in JOURNEYS.values()))
    forgotten = names_of(get_resolver()) - visited - ELSEWHERE.keys() - NO_PAGE.keys()
    assert not forgotten, f"name these in tests/browser/pages.py: {sorted(forgotten)}"


def test_what_is_looked_at_elsewhere_is_looked_at_there() -> None:
    for name, file in ELSEWHERE.items():
        test = BROWSER_TESTS / file
        assert test.is_file(), f"{name} is said to be looked at by {file}"
        assert "assert_accessible" in test.read_text(encoding="utf-8"), file
