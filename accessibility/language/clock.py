"""Times of day as they are said -> what the clock may show. Knows no date and no now.

In Saxony-Anhalt "Viertel neun" is 8:15 and "drei viertel neun" is 8:45; "halb neun" is 8:30 everywhere. Half of the times
are said on a twelve-hour face: such a reading is kept open, and whoever knows the day decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from accessibility.language.said import Said

HALF_DAY_MIN = 720
DAY_MIN = 1440


class Part(StrEnum):
    """A part of the day as it is said."""

    EARLY = "early"
    FORENOON = "forenoon"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class ClockTime:
    """One time of day.

    `minute` counts from midnight. `is_open`: the face has twelve hours, so twelve hours later may be meant. `is_written`:
    hours and minutes as one figure ("8:05"), which people write when they mean it on 24 hours.
    """

    minute: int
    is_open: bool = False
    is_written: bool = False
    is_about: bool = False
    until_minute: int | None = None
    other_minute: int | None = None  # what it would be if it was said in another dialect ("half eight")
    bound: str = ""  # "arrive" for "bis 10", "depart" for "ab 10"
    start: int = 0


# What stands before a time and belongs to it.
_BEFORE = (
    r"(?:(?P<bound>spaetestens|fruehestens|nicht vor|nicht nach|nicht spaeter als|nicht frueher als|bis spaetestens|bis|ab|vor"
    r"|nach|by|until|before|after) )?"
    r"(?P<about>(?:so )?(?:gegen|circa|ca(?: \.)?|zirka|etwa|ungefaehr|rund|so um|kurz vor|kurz nach|around|about) )?"
    r"(?:(?:um|at|punkt|genau|puenktlich(?: um)?|auf) )?(?:(?:genau|punkt) )?"
)
_HOUR = r"(?:\d{1,2}|ein|one)"
_MINUTES_AFTER = r"(?:minuten? |min\.? )?"
_CLOCK_WORD = r"(?: ?(?:uhr|h\b|o clock|oclock))"
# What follows a number that counts something else.
COUNTED = (
    r"(?! ?(?:[.:/]\d| ?(?:pers|leut|erwachs|kind|roll|mann\b|frau|stueck|minut|min\b|stund|std|tag|woch|monat|euro|km|koffer"
    r"|fahrr|hund|gepaeck|mal\b|plaetze|platz|sitz|dritt|viert|people|adult|child|hour|day|week|senior|jahre|wagen|pakete?\b"
    r"|uns|davon|person|linden\b)))"
)
_AFTER = ("nach", "after")
_END = r"(?![\w:])(?!\.\d)"


def _c(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w:.#]){pattern}")


_RANGE = _c(
    rf"(?:zwischen|von|between|from) (?P<h>\d{{1,2}})(?:[:.](?P<m>[0-5]\d))?{_CLOCK_WORD}? ?(?:und|bis|and|to|-) ?"
    rf"(?P<h2>\d{{1,2}})(?:[:.](?P<m2>[0-5]\d))?{_CLOCK_WORD}?{COUNTED}{_END}"
)
_QUARTERS = _c(
    rf"{_BEFORE}(?P<count>drei ?viertel|3 ?viertel|3/4|dreiviertel|viertel|1/4|quarter)"
    rf"(?: (?P<side>vor|nach|to|past|before|after))? (?P<h>{_HOUR}){_CLOCK_WORD}?{COUNTED}{_END}"
)
_ROUND_HALF = _c(
    rf"{_BEFORE}(?P<m>\d{{1,2}}) {_MINUTES_AFTER}(?P<side>vor|nach) halb (?P<h>{_HOUR}){_CLOCK_WORD}?{COUNTED}{_END}"
)
_HALF = _c(rf"{_BEFORE}halb (?P<h>{_HOUR}){_CLOCK_WORD}?{_END}")
_HALF_PAST = _c(rf"{_BEFORE}half past (?P<h>{_HOUR}){COUNTED}{_END}")
_HALF_EN = _c(rf"{_BEFORE}half (?P<h>{_HOUR}){COUNTED}{_END}")
_BESIDE = _c(
    rf"{_BEFORE}(?P<m>\d{{1,2}}) {_MINUTES_AFTER}(?P<side>vor|nach|to|past) (?P<h>{_HOUR}){_CLOCK_WORD}?{COUNTED}{_END}"
)
_AM_PM = _c(rf"{_BEFORE}(?P<h>\d{{1,2}})(?:[:.](?P<m>[0-5]\d))? ?(?P<half>a ?\.? ?m\b|p ?\.? ?m\b)\.?")
_WITH_COLON = _c(rf"{_BEFORE}(?P<h>\d{{1,2}}):(?P<m>[0-5]\d)(?::[0-5]\d)?{_CLOCK_WORD}?(?!\d)(?!:\d)")
_WITH_WORD = _c(rf"{_BEFORE}(?P<h>{_HOUR}){_CLOCK_WORD}\b(?:(?: und)? (?P<m>[0-5]?\d)(?: minuten?)?{COUNTED}{_END})?")
_WITH_POINT = _c(rf"{_BEFORE}(?P<h>\d{{1,2}})[.,](?P<m>[0-5]\d){_CLOCK_WORD}(?!\d)")
_SAID_POINT = _c(
    rf"(?=(?:um|gegen|ab|bis|at|spaetestens|etwa|circa|vor|nach|by) ){_BEFORE}(?P<h>\d{{1,2}})\.(?P<m>[0-5]\d)(?!\d)(?!\.\d)"
)
_LONE_POINT = _c(rf"{_BEFORE}(?P<h>\d{{1,2}})\.(?P<m>[0-5]\d){_END}")
_FOUR_DIGITS = _c(rf"{_BEFORE}(?P<h>[01]\d|2[0-4])(?P<m>[0-5]\d){_CLOCK_WORD}?{COUNTED}{_END}")
_THREE_DIGITS = _c(rf"{_BEFORE}(?P<h>\d)(?P<m>[0-5]\d){_CLOCK_WORD}?{COUNTED}{_END}")
_TWO_NUMBERS = _c(rf"{_BEFORE}(?P<h>[01]?\d|2[0-3]) (?P<m>[0-5]\d|5){COUNTED}\.?(?!\w)(?!\.\d)")

MIDDAY = _c(
    r"(?:gegen |um die |so um |ueber )?(?:zu |am |der |die )?(?:mittags?zeit|mittags?|noon|midday)\b(?! ?(?:essen|pause))"
)
MIDNIGHT = _c(r"(?:um |gegen |at )?(?:mitternacht|midnight)\b")


def hour_of(text: str) -> int:
    return 1 if text in ("ein", "one") else int(text)


def _on_face(minute: int, hour: int, *, is_open: bool | None = None) -> tuple[int, bool]:
    """Minute of the day and whether twelve hours later may be meant: from 13 on the hour is on 24."""
    return minute % DAY_MIN, (1 <= hour <= 12 if is_open is None else is_open)


def _plain(match: re.Match[str]) -> tuple[int, bool] | None:
    hour, minute = hour_of(match["h"]), int(match["m"] or 0)
    if hour > 24 or (hour == 24 and minute):
        return None
    if hour == 24:
        return DAY_MIN, False
    # "08 Uhr" and "0805" are written on 24 hours
    return hour * 60 + minute, 1 <= hour <= 12 and not match["h"].startswith("0")


def _beside(match: re.Match[str]) -> tuple[int, bool] | None:
    hour, shift = hour_of(match["h"]), int(match["m"])
    if hour > 24 or shift > 59:
        return None
    sign = -1 if match["side"] in ("vor", "to") else 1
    return _on_face(hour * 60 + sign * shift, hour)


def _half(match: re.Match[str]) -> tuple[int, bool] | None:
    hour = hour_of(match["h"])
    return _on_face(hour * 60 - 30, hour) if hour <= 24 else None


def _round_half(match: re.Match[str]) -> tuple[int, bool] | None:
    hour, shift = hour_of(match["h"]), int(match["m"])
    if hour > 24 or shift > 29:
        return None
    return _on_face(hour * 60 - 30 + (-shift if match["side"] == "vor" else shift), hour)


def _half_past(match: re.Match[str]) -> tuple[int, bool] | None:
    hour = hour_of(match["h"])
    return _on_face(hour * 60 + 30, hour) if hour <= 23 else None


def _quarter(match: re.Match[str]) -> tuple[int, bool] | None:
    hour = hour_of(match["h"])
    if hour > 24:
        return None
    if match["side"] in ("vor", "to", "before"):
        shift = -45 if match["count"].startswith(("3", "drei")) else -15
    elif match["side"]:
        shift = 45 if match["count"].startswith(("3", "drei")) else 15
    else:
        shift = -15 if match["count"].startswith(("3", "drei")) else -45
    return _on_face(hour * 60 + shift, hour)


def _am_pm(match: re.Match[str]) -> tuple[int, bool] | None:
    hour = int(match["h"])
    if not 1 <= hour <= 12:
        return None
    return (hour % 12 + (12 if match["half"].startswith("p") else 0)) * 60 + int(match["m"] or 0), False


Reader = Callable[[re.Match[str]], tuple[int, bool] | None]

# The most telling first: what one takes, the next does not see.
_READERS: tuple[tuple[re.Pattern[str], Reader, bool], ...] = (
    (_ROUND_HALF, _round_half, False),
    (_QUARTERS, _quarter, False),
    (_HALF_PAST, _half_past, False),
    (_HALF, _half, False),
    (_BESIDE, _beside, False),
    (_AM_PM, _am_pm, False),
    (_WITH_COLON, _plain, True),
    (_WITH_POINT, _plain, False),
    (_WITH_WORD, _plain, False),
)


def take_clear_times(said: Said) -> list[ClockTime]:
    """Times that cannot be anything else, in the order in which they were said. They are taken out."""
    found: list[ClockTime] = []
    for match in _readable(said, _RANGE):
        found += _range(match)
    for pattern, read, is_written in _READERS:
        found += [_clock(match, reading, is_written) for match, reading in _read(said, pattern, read)]
    for match in _readable(said, _HALF_EN):
        hour = hour_of(match["h"])
        if hour <= 12:
            found.append(ClockTime(hour * 60 + 30, is_open=True, other_minute=(hour * 60 - 30), start=match.start()))
    found += [_clock(match, reading, False) for match, reading in _read(said, _SAID_POINT, _plain)]
    return sorted(found, key=lambda clock: clock.start)


def take_two_numbers(said: Said) -> list[ClockTime]:
    """ "acht dreißig", "14 45": hours and minutes without the word between them. They are taken out."""
    return [_clock(match, reading, False) for match, reading in _read(said, _TWO_NUMBERS, _plain)]


def take_bare_figures(said: Said, *, is_alone: bool) -> list[ClockTime]:
    """Figures that are a time if nothing else is: "0805", "8.05", alone also "805". They are taken out."""
    patterns = [_FOUR_DIGITS, _LONE_POINT] + ([_THREE_DIGITS] if is_alone else [])
    found = [_clock(match, reading, True) for pattern in patterns for match, reading in _read(said, pattern, _plain)]
    return sorted(found, key=lambda clock: clock.start)


_BARE_HOUR_AFTER_WORD = _c(
    rf"(?P<bound>spaetestens|fruehestens|nicht vor|nicht nach|bis spaetestens|bis|ab|vor|by|before|nach|after)?"
    rf"(?P<about> ?(?:so )?(?:gegen|circa|ca(?: \.)?|zirka|etwa|ungefaehr|rund|so um|kurz vor|kurz nach|around|about))?"
    rf" ?(?P<at>um|punkt|genau|puenktlich um|at|so)? ?(?<![\d:.])(?P<h>\d{{1,2}})\.?{COUNTED}(?![\w:])"
)
_ONLY_NUMBER = re.compile(rf"(?P<bound>)(?P<about>)(?P<at>)[# ,]*(?P<h>\d{{1,2}})\.?{COUNTED}[# ,.!]*")
_AFTER_TAKEN = re.compile(rf"(?<=# )(?P<bound>)(?P<about>)(?P<at>)(?P<h>\d{{1,2}}){COUNTED}(?![\w:.])")


def take_bare_hours(said: Said, *, is_alone: bool, follows_day: bool) -> list[ClockTime]:
    """Lone hours: "um 8", "spätestens 10", "gegen neun", "morgen 8", or nothing but "8". They are taken out."""
    found: list[ClockTime] = []
    for match in list(_BARE_HOUR_AFTER_WORD.finditer(said.left)):
        if not (match["bound"] or match["about"] or match["at"]):
            continue
        _take_hour(said, match, found)
    if found:
        return sorted(found, key=lambda clock: clock.start)
    whole = _ONLY_NUMBER.fullmatch(said.left) if is_alone else None
    if whole:
        _take_hour(said, whole, found)
    elif follows_day:
        for match in list(_AFTER_TAKEN.finditer(said.left)):
            _take_hour(said, match, found)
    return found


def _take_hour(said: Said, match: re.Match[str], found: list[ClockTime]) -> None:
    hour = int(match["h"])
    if hour > 24:
        return
    said.blot(match.start(), match.end())
    bound = (match["bound"] or "").strip()
    found.append(
        ClockTime(
            hour * 60,
            is_open=1 <= hour <= 12 and not match["h"].startswith("0"),
            is_about=bool(match["about"]) or bound in _AFTER,
            bound=_bound(bound),
            start=match.start(),
        )
    )


def _readable(said: Said, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    return said.take(pattern)


def _read(said: Said, pattern: re.Pattern[str], read: Reader) -> list[tuple[re.Match[str], tuple[int, bool]]]:
    """Matches that mean a time; "27 Uhr" stays where it is, so that somebody can ask."""
    found = []
    for match in list(pattern.finditer(said.left)):
        reading = read(match)
        if reading is not None:
            said.blot(match.start(), match.end())
            found.append((match, reading))
    return found


def _clock(match: re.Match[str], reading: tuple[int, bool], is_written: bool) -> ClockTime:
    groups = match.groupdict()
    minute, is_open = reading
    return ClockTime(
        minute,
        is_open=is_open,
        is_written=is_written,
        is_about=bool(groups.get("about")) or groups.get("bound") in _AFTER,
        bound=_bound(groups.get("bound") or ""),
        start=match.start(),
    )


def _range(match: re.Match[str]) -> list[ClockTime]:
    first, last = int(match["h"]), int(match["h2"])
    if first > 24 or last > 24:
        return []
    start, end = first * 60 + int(match["m"] or 0), last * 60 + int(match["m2"] or 0)
    if end <= start and end + HALF_DAY_MIN > start:
        end += HALF_DAY_MIN
    return [ClockTime(start, is_open=1 <= first <= 12, is_about=True, until_minute=end, start=match.start())]


def _bound(word: str) -> str:
    if word in (
        "spaetestens",
        "bis",
        "bis spaetestens",
        "nicht nach",
        "nicht spaeter als",
        "vor",
        "by",
        "until",
        "before",
    ):
        return "arrive"
    return "depart" if word else ""
