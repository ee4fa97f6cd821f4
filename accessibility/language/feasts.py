"""Days that have a name instead of a number: "Heiligabend", "Ostermontag", "Himmelfahrt"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter

from accessibility.language.days import DaySaid
from accessibility.language.said import Said

# Month and day, or days after Easter Sunday. "Weihnachten" alone means one of three days.
_FIXED: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    (r"heilig ?abend|heilige[rnm]? abend|weihnachtsabend|christmas eve", ((12, 24),)),
    (r"(?:1\.|ersten?) ?weihnachts ?(?:feier ?)?tag|christmas day", ((12, 25),)),
    (r"(?:2\.|zweiten?) ?weihnachts ?(?:feier ?)?tag|boxing day", ((12, 26),)),
    (r"weihnachten|weihnachts ?(?:feier ?)?tage?n?|christmas", ((12, 25), (12, 26), (12, 24))),
    (r"silvester|sylvester|new years eve", ((12, 31),)),
    (r"neujahr(?:s ?tag|s ?morgen)?|new years day", ((1, 1),)),
    (r"heilige(?:n)? (?:drei|3) koenige?n?|dreikoenigs ?tag", ((1, 6),)),
    (r"tag der arbeit|mai ?feiertag|(?:1\.|ersten?) mai ?feiertag", ((5, 1),)),
    (r"tag der (?:deutschen )?einheit", ((10, 3),)),
    (r"reformations ?tag", ((10, 31),)),
    (r"nikolaus(?: ?tag)?", ((12, 6),)),
    (r"halloween", ((10, 31),)),
    (r"(?:sankt |st ?\. )?martins ?tag", ((11, 11),)),
    (r"valentins ?tag", ((2, 14),)),
    (r"(?:internationale[rnm]? )?frauen ?tag", ((3, 8),)),
)
_MOVABLE: tuple[tuple[str, int], ...] = (
    (r"rosen ?montag", -48),
    (r"ascher ?mittwoch", -46),
    (r"gruen ?donnerstag", -3),
    (r"kar ?freitag|good friday", -2),
    (r"kar ?samstag|oster ?(?:samstag|sonnabend)", -1),
    (r"oster ?sonntag", 0),
    (r"oster ?montag|easter monday", 1),
    (r"(?:christi ?)?himmelfahrt(?:s ?tag)?|(?:vater|herren) ?tag", 39),
    (r"pfingst ?sonntag", 49),
    (r"pfingst ?montag", 50),
)
# Days after the first Sunday in Advent.
_IN_ADVENT: tuple[tuple[str, int], ...] = (
    (r"volks ?trauer ?tag", -14),
    (r"buss ?-? ?und ?-? ?bet ?tag", -11),
    (r"toten ?sonntag|ewigkeits ?sonntag", -7),
    (r"(?:1\.|ersten?) ?advent(?:s ?sonntag)?", 0),
    (r"(?:2\.|zweiten?) ?advent(?:s ?sonntag)?", 7),
    (r"(?:3\.|dritten?) ?advent(?:s ?sonntag)?", 14),
    (r"(?:4\.|vierten?) ?advent(?:s ?sonntag)?", 21),
)
_BEFORE = r"(?<![\w#])(?:(?:am|an|zu|den) )?"
_UNTIL = r"\bbis (?:einschliesslich )?(?:zum |zu |zur )?"
_FEASTS = tuple((re.compile(rf"{_BEFORE}(?:{names})(?!\w)"), days) for names, days in _FIXED)
_AROUND_ADVENT = tuple((re.compile(rf"{_BEFORE}(?:{names})(?!\w)"), offset) for names, offset in _IN_ADVENT)
_AROUND_EASTER = tuple((re.compile(rf"{_BEFORE}(?:{names})(?!\w)"), offset) for names, offset in _MOVABLE)


def take_feasts(said: Said, today: date) -> list[DaySaid]:
    """Every feast that was named, as its next day, taken out."""
    found = [_coming_of(days, today) for pattern, days in _FEASTS for _match in said.take(pattern)]
    found += [_coming(easter, offset, today) for pattern, offset in _AROUND_EASTER for _match in said.take(pattern)]
    return found + [
        _coming(first_advent, offset, today) for pattern, offset in _AROUND_ADVENT for _match in said.take(pattern)
    ]


def until_feast(plain: str, first: date) -> tuple[date, int, int] | None:
    """ "Bis Heiligabend", "bis zum 4. Advent", in a text that was listened to: the day, and where it stands."""
    for names, days in _FIXED:
        if match := re.search(rf"{_UNTIL}(?:{names})(?!\w)", plain):
            return _coming_of(days[:1], first).dates[0][0], match.start(), match.end()
    for moves, feasts in ((easter, _MOVABLE), (first_advent, _IN_ADVENT)):
        for names, offset in feasts:
            if match := re.search(rf"{_UNTIL}(?:{names})(?!\w)", plain):
                return _coming(moves, offset, first).dates[0][0], match.start(), match.end()
    return None


def first_advent(year: int) -> date:
    """The fourth Sunday before Christmas Day."""
    eve = date(year, 12, 24)
    return eve - timedelta(days=(eve.weekday() + 1) % 7 + 21)


def _coming_of(days: tuple[tuple[int, int], ...], today: date) -> DaySaid:
    named = [(month, day) for month, day in days]
    year = today.year + (max(date(today.year, month, day) for month, day in named) < today)
    dates = [first for month, day in named if (first := date(year, month, day)) >= today]
    return DaySaid(tuple((first, 1.0 / len(dates)) for first in dates))


def _coming(moves: Callable[[int], date], offset: int, today: date) -> DaySaid:
    for year in (today.year, today.year + 1):
        day = moves(year) + timedelta(days=offset)
        if day >= today:
            break
    return DaySaid(((day, 1.0),))
