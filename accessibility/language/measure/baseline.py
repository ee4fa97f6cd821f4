"""What plain fuzzy matching makes of an utterance: the measure to beat.

The words after "von" and after "nach" are matched with rapidfuzz against all names, the best hit counts; the time is a pattern
for "8 Uhr", "8:30" and "halb neun". Nobody would call it foolish, and it never asks.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process, utils

from accessibility.language.gazetteer import PlaceName
from accessibility.language.measure.readings import PartyRead, PlaceRead, Reader, SlotRead, TimeRead

LEAST_SCORE = 70
_NUMBERS = {
    "ein": 1, "eine": 1, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "elf": 11, "zwölf": 12,
}  # fmt: skip
_N = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
_DAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_INTENTS = (
    ("cancel", "storn|absag|abbestell"),
    ("change", "änder|umbuch|verschieb"),
    ("where", r"\bwo\b|wann kommt"),
    ("help", "hilfe"),
    ("human", "mensch|mitarbeiter"),
    ("yes", r"^ja\b|^genau|^richtig|^ok"),
    ("no", r"^nein|^falsch"),
)


def baseline_reader(now: datetime, names: tuple[PlaceName, ...]) -> Reader:
    """The baseline as a reader."""
    labels: dict[str, PlaceRead] = {}
    for named in names:
        label = named.name if named.kind == "village" else f"{named.village} {named.name}"
        name = re.sub(r"\s*\(.*?\)", "", named.name)
        labels.setdefault(label, PlaceRead(named.village, "" if named.kind == "village" or name == "Ort" else name))
    choices = list(labels)

    def place(words: str) -> SlotRead | None:
        hit = process.extractOne(
            words, choices, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=LEAST_SCORE
        )
        return SlotRead((labels[hit[0]],)) if hit else None

    def read(text: str, *, is_speech: bool) -> dict[str, SlotRead]:
        low = text.lower()
        slots: dict[str, SlotRead] = {}
        for slot, marker, stop in (
            ("from", r"\b(?:von|ab|aus|in)\b", r"\bnach\b"),
            ("to", r"\b(?:nach|zum|zur|ins)\b", r"\bvon\b"),
        ):
            match = re.search(rf"{marker} (.*?)(?:{stop}|,|\.|$)", text, re.IGNORECASE)
            found = place(match[1]) if match and match[1] else None
            if found is not None:
                slots[slot] = found
        when = _time(low, now)
        if when is not None:
            slots["when"] = SlotRead((when,))
        people = _people(low)
        if people is not None:
            slots["party"] = SlotRead((people,))
        intent = next((name for name, pattern in _INTENTS if re.search(pattern, low)), "book")
        slots["intent"] = SlotRead((intent,))
        return slots

    return read


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _time(text: str, now: datetime) -> TimeRead | None:
    minute = None
    if match := re.search(rf"halb {_N}\b", text):
        minute = _number(match[1]) * 60 - 30
    elif match := re.search(r"(\d{1,2})[:.](\d{2})(?!\.)", text):
        minute = int(match[1]) * 60 + int(match[2])
    elif match := re.search(rf"\b{_N} uhr|um {_N}\b", text):
        minute = _number(match[1] or match[2]) * 60
    day = None
    if match := re.search(r"(\d{1,2})\.(\d{1,2})\.", text):
        return TimeRead(int(match[2]), int(match[1]), minute, "")
    if "übermorgen" in text:
        day = now + timedelta(days=2)
    elif "morgen" in text:
        day = now + timedelta(days=1)
    for number, name in enumerate(_DAYS):
        if name in text:
            day = now + timedelta(days=(number - now.weekday()) % 7 or 7)
    if minute is None and day is None:
        return None
    day = day or now
    return TimeRead(day.month, day.day, minute, "")


def _people(text: str) -> PartyRead | None:
    counts: dict[str, int] = {}
    if match := re.search(rf"{_N} (?:pers|leute|erwachs)", text):
        counts["adults"] = _number(match[1])
    if "zu zweit" in text:
        counts["adults"] = 2
    if "rollstuhl" in text:
        counts["wheelchairs"] = 1
    if "rollator" in text:
        counts["walking_frames"] = 1
    if not counts:
        return None
    counts.setdefault("adults", 1)
    return PartyRead(tuple(sorted(counts.items())), frozenset())
