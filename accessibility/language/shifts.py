"""By how much something shall be later or earlier: "eine halbe Stunde früher", "doch zwei Stunden später"."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from accessibility.language.said import listen

_SHIFT = re.compile(
    r"\b(?:(?P<half>(?:eine? )?halbe stunde)|(?P<quarter>(?:eine? )?viertel ?stunde)"
    r"|(?P<more>anderthalb|eineinhalb|1 1/2) (?:stunden?|std)"
    r"|(?P<hours>eine?|\d{1,2}) ?(?:std|h|stunden?)|(?P<minutes>\d{1,3}) ?(?:min|minuten))\b.{0,12}?"
    r"\b(?P<way>spaeter|frueher|eher)\b"
)
_OWN_DELAY = re.compile(r"\b(?:bin|komme|kommen|sind|verspaet\w*|i am|i m|running)\b")


def minutes_shifted(text: str) -> int:
    """By how many minutes, below 0 earlier; 0 where nothing is said, or where the rider speaks of her own delay."""
    plain = listen(text).text
    match = _SHIFT.search(plain)
    return 0 if match is None or _OWN_DELAY.search(plain) else _minutes(match)


def with_moment(text: str, start: datetime) -> str:
    """The text with the moment that is meant in place of "eine Stunde später", counted from a start on the local clock."""
    minutes = minutes_shifted(text)
    if not minutes:
        return text
    moment = start + timedelta(minutes=minutes)
    named = f"am {moment.day}.{moment.month}. um {moment.hour}:{moment.minute:02d} uhr"
    return _SHIFT.sub(named, listen(text).text, count=1)


def _minutes(match: re.Match[str]) -> int:
    if match["half"]:
        minutes = 30
    elif match["quarter"]:
        minutes = 15
    elif match["more"]:
        minutes = 90
    elif match["hours"]:
        minutes = 60 * (int(match["hours"]) if match["hours"].isdigit() else 1)
    else:
        minutes = int(match["minutes"])
    return minutes if match["way"] == "spaeter" else -minutes
