"""Whoever reads a day's figures reads why a wish was refused in words, never by a code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.operations.summary import refusal_word

BOOKINGS = Path(__file__).resolve().parents[3] / "backend" / "bookings"
OF_A_WISH = ("acceptance.py", "ends.py", "offering.py", "party.py", "rules.py")
OF_A_BOOKING = {"ride_over", "already_under_way"}  # no wish is refused by them: a change or cancellation is


def codes() -> list[str]:
    texts = [(BOOKINGS / name).read_text(encoding="utf-8") for name in OF_A_WISH]
    found = {code for text in texts for code in re.findall(r'Refusal\(\s*"(\w+)"', text)}
    return sorted(found - OF_A_BOOKING)


def test_the_codes_are_found() -> None:
    assert {"no_vehicle", "no_longer_available", "outside_area"} <= set(codes())


@pytest.mark.parametrize("code", codes())
def test_every_refusal_of_a_wish_has_words(code: str) -> None:
    assert refusal_word(code) != code
