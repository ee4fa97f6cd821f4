"""Fares by hand calculation, each line a sentence."""

from __future__ import annotations

import tomllib

import pytest

from accessibility.desk import Concession, Party
from backend.bookings.fares import fare
from fixtures.rules import Rules
from fixtures.rules_reading import read_rules
from tests.builders.district import RULES

NONE, TICKET = Concession.NONE, Concession.DEUTSCHLANDTICKET
FREE, WITH = Concession.FREE_TRAVEL, Concession.FREE_TRAVEL_WITH_COMPANION


def the_rules() -> Rules:
    return read_rules(tomllib.loads(RULES))


@pytest.mark.parametrize(
    ("metres", "party", "concession", "cents"),
    [
        (5000, Party(), NONE, 190 + 100),
        (5001, Party(), NONE, 280 + 100),
        (9_999_999, Party(), NONE, 425 + 100),
        (5000, Party(adults=1, children=1), NONE, 190 + 95 + 200),
        (15_000, Party(adults=0, children=1), NONE, 212 + 100),  # half of 425, rounded down
        (5000, Party(), TICKET, 100),
        (5000, Party(adults=2), TICKET, 190 + 200),
        (5000, Party(), FREE, 0),
        (5000, Party(adults=2), FREE, 190 + 100),
        (5000, Party(adults=2), WITH, 0),
        (5000, Party(adults=3), WITH, 190 + 100),
        (5000, Party(adults=1, wheelchairs=1), FREE, 0),
        (5000, Party(adults=0, children=1), FREE, 0),
        (5000, Party(adults=1, children=1), WITH, 0),
        (5000, Party(adults=0, children=1), TICKET, 100),
        (5000, Party(adults=5), NONE, 5 * 152 + 500),
        (5000, Party(adults=4, children=2), NONE, 760 + 600),  # (4 x 190 + 2 x 95) less a fifth
        (5000, Party(adults=4, bicycles=2), NONE, 760 + 400 + 300),
    ],
)
def test_a_fare(metres: float, party: Party, concession: Concession, cents: int) -> None:
    answer = fare(the_rules().tariff, metres, party, concession)
    assert answer.total_cents == cents
    assert sum(line.amount_cents for line in answer.lines) == cents
    assert all(line.text and not line.text.startswith("0 ") for line in answer.lines)
