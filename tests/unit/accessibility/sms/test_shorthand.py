"""One word, with slips, in English, with a code or a day: what a short message means."""

from __future__ import annotations

import pytest

from accessibility.language.shifts import minutes_shifted
from accessibility.sms.shorthand import (
    code_in,
    in_german,
    language_wanted,
    spelled_out,
    wants_usual,
    without_code,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("STORNO", "storno"),
        ("Stronieren", "storno"),
        ("Storno!", "storno"),
        ("cancel", "storno"),
        ("storno am Donnerstag", "storno am Donnerstag"),
        ("WO", "wo"),
        ("wo?", "wo"),
        ("RÜCK", "rück"),
        ("rueck", "rück"),
        ("Ändren", "ändern"),
        ("Menshc", "mensch"),
        ("Di nicht", "storno am dienstag"),
        ("am Donnerstag nicht", "storno am donnerstag"),
        ("1.12. nicht", "storno 1.12."),
        ("morgen kein Bus", "storno morgen"),
        ("bin 5 min später", "ich verspäte mich um 5 minuten"),
        ("komme 10 Minuten zu spät", "ich verspäte mich um 10 minuten"),
        ("verspätet 15", "ich verspäte mich um 15 minuten"),
        ("I am 5 minutes late", "ich verspäte mich um 5 minuten"),
        ("ja bitte stornieren", "ja"),
        ("ok buchen", "ja"),
        ("ja aber später", "ja aber später"),
        ("tomorrow 5 pm from Kalbe to Klötze", "morgen 17:00 Uhr from Kalbe to Klötze"),
        ("12 am", "0:00 Uhr"),
        ("morgen 9:30 nach Klötze. Viele Grüße, Testfahrgast 1", "morgen 9:30 nach Klötze"),
        ("Wolfsburg", "Wolfsburg"),
        ("Storkau", "Storkau"),
        ("nach Kalbe", "nach Kalbe"),
        ("", ""),
    ],
)
def test_short_messages_in_full(written: str, meant: str) -> None:
    assert spelled_out(written) == meant


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("storno K7M-3PX", "K7M-3PX"),
        ("wo k7m3px", "K7M-3PX"),
        ("k7m 3px", "K7M-3PX"),
        ("ABC-DEF", "ABC-DEF"),
        ("Klages", ""),
        ("bus 234", ""),
        ("um 930 Uhr", ""),
        ("von Kalbe nach Gardelegen", ""),
        ("K1M-3PX", ""),  # there is no 1 in codes
    ],
)
def test_a_code_is_told_from_words(text: str, code: str) -> None:
    assert code_in(text) == code


def test_a_text_without_its_code() -> None:
    assert without_code("storno K7M-3PX") == "storno"
    assert without_code("storno morgen") == "storno morgen"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("eine Stunde später", 60), ("halbe Stunde früher", -30), ("30 min später", 30), ("anderthalb Stunden eher", -90),
        ("zwei Stunden später bitte", 120), ("one hour later", 60), ("half an hour earlier", -30),
        ("eine Viertelstunde früher", -15),
        ("bin 10 min später", 0), ("später", 0), ("morgen 10 Uhr", 0),
    ],
)  # fmt: skip
def test_how_much_later_or_earlier(text: str, minutes: int) -> None:
    assert minutes_shifted(in_german(text)) == minutes


def test_languages_and_usual_rides() -> None:
    assert [language_wanted(text) for text in ("English!", "Leichte Sprache", "deutsch", "english bus")] == [
        "en",
        "de-simple",
        "de",
        "",
    ]
    assert wants_usual("Wie immer bitte")
    assert wants_usual("same as last time")
    assert not wants_usual("immer wieder dienstags")
