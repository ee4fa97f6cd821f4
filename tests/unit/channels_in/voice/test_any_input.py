"""Random calls through the real webhooks and the real desk: always TwiML, never "it did not work", one ride for each yes."""

from __future__ import annotations

import random
from typing import Any

import pytest

from backend.bookings.models import Booking
from backend.channels_in.call_models import WaitingCall
from tests.builders.calls import Caller
from tests.builders.district import a_district

pytestmark = pytest.mark.django_db
SAID = """morgen um neun Uhr von Salzwedel Markt nach Klötze Busbahnhof|ja|nein|später|früher|Testfahrgast Eins|wo ist mein Bus
stornieren|ändern|ich komme zehn Minuten später|wie bitte|Hilfe|langsam|zwei Personen mit Rollstuhl|nach Kuhfelde|morgen|um acht
abbrechen|ich rufe für jemanden an|übermorgen halb neun|tschüss|фывап|🚌🚌|%s {} <b>&amp;|DROP TABLE|١٢٣|nach Wolfsburg|gestern
in zehn Minuten|am 31. Februar|von Klötze nach Klötze|zwölf Personen"""
PHRASES = [*SAID.replace("\n", "|").split("|"), "a" * 5000, "\u0000\u202e", " "]


def step(caller: Caller, rng: random.Random) -> str:
    """One input of any kind."""
    kind = rng.random()
    if kind < 0.6:
        likely = ("morgen um neun Uhr von Salzwedel Markt nach Klötze Busbahnhof", "Testfahrgast Eins", "ja")
        return caller.say(rng.choice(likely if rng.random() < 0.5 else PHRASES), round(rng.random(), 2))
    if kind < 0.9:
        return caller.press("".join(rng.choice("0123456789*#") for _key in range(rng.choice([1, 1, 1, 4, 6, 40]))))
    return caller.be_silent()


@pytest.mark.parametrize("seed", range(10))
def test_any_call_is_answered(seed: int, settings: Any) -> None:
    settings.SITE_DISTRICT = "probe"
    a_district()
    rng = random.Random(seed)
    caller = Caller(number=rng.choice(["+493023125001", "anonymous"]))
    caller.ring()
    told: set[str] = set()  # a * says it again
    for _turn in range(25):
        if caller.is_over:
            caller = Caller(number=caller.number)
            caller.ring()
        before = Booking.objects.count()
        said = step(caller, rng)
        is_told = said.startswith("Gebucht") and said.split("Stern")[0] not in told
        if is_told:
            told.add(said.split("Stern")[0])
        assert "Das hat leider nicht geklappt" not in said, f"seed {seed}"
        assert Booking.objects.count() - before == is_told, f"seed {seed}: {said[:100]}"
    caller.hang_up()
    assert Booking.objects.count() == len(told)
    assert not WaitingCall.objects.filter(why="failed").exists()
