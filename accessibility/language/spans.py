"""How long from now: "in einer Stunde", "in anderthalb Stunden", "in 20 Minuten", "sofort"."""

from __future__ import annotations

import re
from datetime import timedelta

from accessibility.language.said import Said

_ABOUT = r"(?:etwa |circa |ca(?: \.)? |ungefaehr |rund |so |knapp |gut |about )?"
_HALVES = {"anderthalb": 1, "eineinhalb": 1, "einundeinhalb": 1, "zweieinhalb": 2, "dreieinhalb": 3, "viereinhalb": 4}
_AND_A_HALF = re.compile(
    rf"\bin {_ABOUT}(?P<word>{'|'.join(_HALVES)}|1[,.]5|1 1/2|einer und (?:ein(?:er)? )?halben) stunden?\b"
)
_PART_OF_HOUR = re.compile(
    rf"\bin {_ABOUT}(?:ein(?:er)? )?(?P<word>halben ?|drei ?viertel ?|3 ?viertel ?|3/4 ?|viertel ?|half an |1/2 ?)"
    r"(?:stunde|hour)\b"
)
_HOURS = re.compile(
    rf"\bin {_ABOUT}(?P<count>\d{{1,2}}|ein(?:er|e)?|an|one) ?(?:stunden?|std|hours?|h)\b"
    r"(?: (?:und )?(?P<minutes>\d{1,2}) ?(?:minuten?|min)\b)?"
)
_MINUTES = re.compile(rf"\bin {_ABOUT}(?P<count>\d{{1,3}}) ?(?:minuten?|min|minutes)\b")
_NOW = re.compile(
    r"\b(?:(?<!ich )(?<!bin )(?<!sind )(?<!stehe )jetzt(?: gleich| sofort)?(?! (?:doch|zu|auch|aber)\b)"
    r"|jetzt(?! (?:in|im|bei|doch|zu|auch|aber)\b)"
    r"|sofort|gleich|so (?:bald|schnell|frueh) wie (?:es geht|moeglich)|schnellstmoeglich"
    r"|moeglichst (?:bald|schnell|frueh)|umgehend|baldmoeglichst|now|asap|as soon as possible)\b"
)


def take_span(said: Said) -> timedelta | None:
    """The time from now that was said, taken out."""
    for pattern in (_AND_A_HALF, _PART_OF_HOUR, _HOURS, _MINUTES):
        for match in said.take(pattern)[:1]:
            return timedelta(minutes=_minutes(pattern, match))
    return None


def take_now(said: Said) -> bool:
    """Whether "now" or "as soon as possible" was said; taken out."""
    return bool(said.take(_NOW))


def _minutes(pattern: re.Pattern[str], match: re.Match[str]) -> int:
    if pattern is _AND_A_HALF:
        return 60 * _HALVES.get(match["word"], 1) + 30
    if pattern is _PART_OF_HOUR:
        word = match["word"].strip()
        return 45 if word.startswith(("3", "drei")) else 15 if word == "viertel" else 30
    if pattern is _HOURS:
        count = int(match["count"]) if match["count"].isdigit() else 1
        return 60 * count + int(match["minutes"] or 0)
    return int(match["count"])
