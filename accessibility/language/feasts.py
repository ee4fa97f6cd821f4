"""Days that have a name instead of a number: "Heiligabend", "Ostermontag", "Himmelfahrt"."""

from __future__ import annotations

import re
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
)
_MOVABLE: tuple[tuple[str, int], ...] = (
    (r"gruen ?donnerstag", -3),
    (r"kar ?freitag|good friday", -2),
    (r"kar ?samstag|oster ?(?:samstag|sonnabend)", -1),
    (r"oster ?sonntag", 0),
    (r"oster ?montag|easter monday", 1),
    (r"(?:christi ?)?himmelfahrt(?:s ?tag)?|(?:vater|herren) ?tag", 39),
    (r"pfingst ?sonntag", 49),
    (r"pfingst ?montag", 50),
)
_BEFORE = r"(?<![\w#])(?:(?:am|an|zu) )?"
_FEASTS = tuple((re.compile(rf"{_BEFORE}(?:{names})(?!\w)"), days) for names, days in _FIXED)
_AROUND_EASTER = tuple((re.compile(rf"{_BEFORE}(?:{names})(?!\w)"), offset) for names, offset in _MOVABLE)


def take_feasts(said: Said, today: date) -> list[DaySaid]:
    """Every feast that was named, as its next day, taken out."""
    found = [_coming_of(days, today) for pattern, days in _FEASTS for _match in said.take(pattern)]
    found += [_after_easter(offset, today) for pattern, offset in _AROUND_EASTER for _match in said.take(pattern)]
    return found


def _coming_of(days: tuple[tuple[int, int], ...], today: date) -> DaySaid:
    named = [(month, day) for month, day in days]
    year = today.year + (max(date(today.year, month, day) for month, day in named) < today)
    dates = [first for month, day in named if (first := date(year, month, day)) >= today]
    return DaySaid(tuple((first, 1.0 / len(dates)) for first in dates))


def _after_easter(offset: int, today: date) -> DaySaid:
    for year in (today.year, today.year + 1):
        day = easter(year) + timedelta(days=offset)
        if day >= today:
            break
    return DaySaid(((day, 1.0),))
