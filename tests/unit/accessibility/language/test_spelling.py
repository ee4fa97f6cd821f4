"""A code on the telephone: letters by towns, digits as words."""

from __future__ import annotations

from accessibility.language.spelling import spelled
from backend.bookings.acceptance import CODE_ALPHABET


def test_a_code_is_said_sign_by_sign() -> None:
    said = ("K wie Köln", "sieben", "M wie München", "drei", "P wie Potsdam", "X wie Xanten")
    assert spelled("k7m-3px") == said


def test_every_sign_of_a_code_can_be_said() -> None:
    assert all(len(spelled(sign)) == 1 for sign in CODE_ALPHABET)
    assert len({spelled(sign) for sign in CODE_ALPHABET}) == len(CODE_ALPHABET)
