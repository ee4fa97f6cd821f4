"""Says times in German in every way people do, so that tests can hear them back."""

from __future__ import annotations

from collections.abc import Iterator

_UNITS = """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
siebzehn achtzehn neunzehn"""
UNITS = _UNITS.split()
TENS = ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig"]


def number_word(value: int) -> str:
    """0 to 59 in German: 21 -> "einundzwanzig"."""
    if value < 20:
        return UNITS[value]
    tens, units = divmod(value, 10)
    before = {0: "", 1: "einund"}.get(units, f"{UNITS[units]}und")
    return before + TENS[tens]


def hour_word(hour: int) -> str:
    """An hour as it stands before "Uhr": "ein Uhr"."""
    return "ein" if hour == 1 else number_word(hour)


def exact_forms(hour: int, minute: int) -> Iterator[str]:
    """Ways to say a time on 24 hours; after one o'clock at night nobody says them otherwise."""
    yield f"{hour}:{minute:02d}"
    yield f"{hour:02d}:{minute:02d} Uhr"
    yield f"{hour}.{minute:02d} Uhr"
    yield f"um {hour}.{minute:02d}"
    yield f"{hour:02d}{minute:02d}"
    yield f"{hour} Uhr {minute}" if minute else f"{hour} Uhr"
    yield f"{hour_word(hour)} Uhr {number_word(minute)}" if minute else f"{hour_word(hour)} Uhr"
    yield f"um {hour}h{minute:02d}" if minute else f"um {hour}h"
    if minute > 20 and minute % 10:  # as a recogniser splits the compound
        yield f"{hour_word(hour)} Uhr {number_word(minute).replace('und', ' und ')}"


def face_forms(hour: int, minute: int) -> Iterator[str]:
    """Ways to say a time on the twelve-hour face, with and without dialect; none for minutes that nobody says so."""
    this, following = number_word(hour % 12 or 12), number_word((hour + 1) % 12 or 12)
    if minute == 0:
        yield f"um {this}"
        yield f"um {this}e" if this in ("acht", "neun", "zehn", "fünf", "drei", "vier") else f"um {this}"
        yield f"Punkt {this}"
    elif minute == 15:
        yield f"Viertel {following}"
        yield f"viertel nach {this}"
        yield f"1/4 {following}"
    elif minute == 30:
        yield f"halb {following}"
        yield f"um halb {(hour + 1) % 12 or 12}"
    elif minute == 45:
        yield f"drei viertel {following}"
        yield f"dreiviertel {following}"
        yield f"3/4 {(hour + 1) % 12 or 12}"
        yield f"Viertel vor {following}"
    elif 1 <= minute < 20:
        yield f"{number_word(minute)} nach {this}"
        yield f"{number_word(minute)} Minuten nach {this}"
    elif 20 <= minute < 30:
        yield f"{number_word(30 - minute)} vor halb {following}"
    elif 30 < minute < 40:
        yield f"{number_word(minute - 30)} nach halb {following}"
    else:
        yield f"{number_word(60 - minute)} vor {following}"


def part_words(hour: int) -> tuple[str, ...]:
    """Parts of the day that fit an hour beyond doubt."""
    if 5 <= hour < 11:
        return ("morgens", "früh", "in der Früh")
    if 13 <= hour < 18:
        return ("nachmittags", "am Nachmittag")
    if 18 <= hour < 23:
        return ("abends", "am Abend")
    return ()
