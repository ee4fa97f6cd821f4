"""Parts of the day: "früh", "vormittags", "am Abend"; and which half of the clock face they mean."""

from __future__ import annotations

import re
from datetime import datetime

from accessibility.language.clock import DAY_MIN, HALF_DAY_MIN, Part
from accessibility.language.said import Said

# The hours that are offered where only the part was said, likeliest first.
HOURS_OF_PART: dict[Part, tuple[int, ...]] = {
    Part.EARLY: (8, 7, 9, 6),
    Part.FORENOON: (10, 9, 11, 8),
    Part.NOON: (12, 13, 11),
    Part.AFTERNOON: (15, 14, 16, 17),
    Part.EVENING: (19, 18, 20, 21),
    Part.NIGHT: (22, 23),
}

_GREETING = re.compile(r"\b(?:guten? (?:morgen|tag|abend|nacht|mittag)|good (?:morning|evening|afternoon))\b")
_EARLY_OR_LATE = r"(?:(?:am|spaeten|spaet|frueher|fruehen) ){0,3}"
_PATTERNS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (
        Part.EARLY,
        re.compile(
            r"(?:(?<=heute )|(?<=heut )|(?<=tag )|(?<=woch )|(?<=abend )|(?<=morgen ))morgen\b"
            r"|\b(?:(?:in|am|an|ganz|sehr) (?:der |dem )?)?(?:frueh(?:en)?|morgens|frueh ?morgens)(?: am)?(?: morgen)?\b"
            r"|\bin der fruehe\b|\b(?:am|jeden) morgen\b|\b(?:in the )?morning\b"
        ),
    ),
    (Part.FORENOON, re.compile(rf"\b{_EARLY_OR_LATE}(?:vormittags?|vor mittags?)\b")),
    (
        Part.AFTERNOON,
        re.compile(rf"\b{_EARLY_OR_LATE}(?:nachmittags?|nach (?:dem )?mittags?)\b|\b(?:in the )?afternoon\b"),
    ),
    (Part.EVENING, re.compile(rf"\b{_EARLY_OR_LATE}abends?\b|\b(?:in the )?evening\b|\btonight\b")),
    (Part.NIGHT, re.compile(r"\b(?:in der )?nachts?\b|\bat night\b")),
)


def take_parts(said: Said, now: datetime) -> list[Part]:
    """The parts of the day that were named, without greetings; taken out ("tonight" stays: it is a day too)."""
    said.take(_GREETING)
    found: list[tuple[int, Part]] = []
    for part, pattern in _PATTERNS:
        for match in list(pattern.finditer(said.left)):
            if match[0] != "tonight":
                said.blot(match.start(), match.end())
            found.append((match.start(), part))
    parts = [part for _start, part in sorted(found)]
    if Part.NIGHT in parts and now.hour < 4:
        return [Part.EARLY if part is Part.NIGHT else part for part in parts]
    return parts


def minutes_in_part(minute: int, part: Part) -> dict[int, float]:
    """Which minutes of the day a time on the twelve-hour face may mean in a part of the day; past 1440: the next day."""
    first = minute % HALF_DAY_MIN
    match part:
        case Part.EARLY | Part.FORENOON:
            return {first + (HALF_DAY_MIN if part is Part.FORENOON and first < 60 else 0): 1.0}
        case Part.NOON:
            if first < 4 * 60:
                return {first + HALF_DAY_MIN: 1.0}
            return {first: 1.0} if first >= 10 * 60 else {first: 0.5, first + HALF_DAY_MIN: 0.5}
        case Part.AFTERNOON:
            return {first + HALF_DAY_MIN: 1.0}
        case Part.EVENING:
            return {first + HALF_DAY_MIN: 1.0} if first >= 3 * 60 else {first + DAY_MIN: 1.0}
        case Part.NIGHT:
            return {first + HALF_DAY_MIN: 1.0} if first >= 8 * 60 else {first + DAY_MIN: 0.6, first: 0.4}
