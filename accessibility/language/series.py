"""The same ride on many days, as it is said: "jeden Dienstag um neun", "montags und mittwochs", "alle zwei Wochen am Freitag"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from accessibility.language.feasts import until_feast
from accessibility.language.said import listen

_DAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_DAY = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)"
_SHORT = {
    "mo": "montag",
    "di": "dienstag",
    "mi": "mittwoch",
    "do": "donnerstag",
    "fr": "freitag",
    "sa": "samstag",
    "so": "sonntag",
}
_S = r"(?:mo|di|mi|do|fr|sa|so(?! (?:um|gegen|ab|viel|wie|ca)\b))\b"
# As one writes: "jeden Di", "immer Mo + Mi", "Mo-Fr". Days without such a word are no series: "Di 9:00".
_WRITTEN = re.compile(
    rf"\b(?P<mark>jeden|jd(?: ?\.)?|jede woche|woechentlich|immer|alle (?:2|14) (?:wochen|tage))(?: am)?"
    rf" (?P<days>{_S}(?: ?\.)?(?: ?(?:,|\+|/|u(?: ?\.)?|und) ?{_S}(?: ?\.)?)*)"
)
_WORKWEEK = re.compile(r"\bmo ?(?:-|bis) ?fr\b(?: ?\.)?")
_AND = r"(?:(?: ,)? und(?: jeden| immer)? | , (?:jeden )?)"
_FORTNIGHT = (
    r"(?:alle (?:2|14) (?:wochen|tage)|(?:vierzehn|14) ?(?:- )?taegig|jede (?:2\.|zweite) woche|jeden (?:2\.|zweiten)(?= #?"
    + _DAY
    + r"))"
)
_FORTNIGHTLY = re.compile(rf"\b{_FORTNIGHT}(?: (?:immer )?(?:am )?)?")
_EACH = re.compile(
    rf"\b(?:jeden|jede woche(?: immer)?(?: am)?|immer(?: am)?|woechentlich(?: am)?)"
    rf" (?P<days>{_DAY}s?(?:{_AND}(?:am )?{_DAY}s?)*)\b"
)
_PLURAL = re.compile(rf"\b(?P<days>{_DAY}s(?:{_AND}{_DAY}s)*)\b")
_SINGLE = re.compile(rf"\b(?:am )?(?P<days>{_DAY}s?(?:{_AND}(?:am )?{_DAY}s?)*)\b")
_WORKDAYS = re.compile(
    r"\b(?:werktags|(?:an )?(?:jedem|allen|jeden) (?:werktag(?:en)?|wochentag(?:en)?)"
    r"|(?:jeden tag )?(?:von )?montags? bis freitags?)\b"
)
_DAILY = re.compile(r"\b(?:taeglich|jeden tag|an jedem tag)\b")
_ONCE = re.compile(
    r"\b(?:nur (?:ein(?:mal| mal)|1 ?mal|dieses (?:eine )?mal|diesen einen tag)|keine serie|nur die erste)\b"
)
_WEEKS = re.compile(r"\b(?:fuer |die naechsten |ueber )?(?P<n>\d{1,2}) (?P<unit>wochen?|monate?n?)(?: lang)?\b")
_MONTHS = (
    "januar", "februar", "maerz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_UNTIL_DATE = re.compile(
    rf"\bbis (?:zum |einschliesslich )?(?P<d>\d{{1,2}})\.(?: ?(?P<m>\d{{1,2}})\b\.?| (?P<name>{_MONTH})\b)"
    r"(?: ?(?P<y>20\d\d|\d\d)(?![\d:.]| ?uhr))?"
)
_UNTIL_MONTH = re.compile(rf"\bbis (?:ende |zum ende )?(?P<name>{_MONTH})\b")
_UNTIL_FEAST = re.compile(r"\bbis (?:zu )?(?P<feast>weihnachten|jahresende|silvester|neujahr|ende des jahres)\b")
MOST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class SeriesSaid:
    """Days of the week (0 = Monday), every so many weeks, the last day if said; the text with the first day in place of them."""

    weekdays: tuple[int, ...]
    every_weeks: int
    until: date | None
    text: str


def series_said(text: str, today: date) -> SeriesSaid | None:
    """The series that a text tells of; None where it tells of one ride. The first day is after today."""
    plain = _in_full(listen(text).text)
    fortnight = _FORTNIGHTLY.search(plain)
    if fortnight is not None:
        plain = plain[: fortnight.start()] + plain[fortnight.end() :]
    for pattern in (_WORKDAYS, _DAILY, _EACH, _PLURAL, *((_SINGLE,) if fortnight else ())):
        match = pattern.search(plain)
        if match is None:
            continue
        weekdays = _weekdays(pattern, match)
        first = _first(weekdays, today)
        until, start, end = _until(plain, first)
        plain = _cut(plain, [(match.start(), match.end(), f"am {first.isoformat()}"), (start, end, "")])
        return SeriesSaid(weekdays, 2 if fortnight else 1, until, plain)
    return None


def _in_full(plain: str) -> str:
    """Short names of days written out, where a series is told."""

    def full(match: re.Match[str]) -> str:
        names = [_SHORT[name] for name in re.findall(_S, match["days"])]
        return f"{'jeden' if match['mark'].startswith('jd') else match['mark']} {' und '.join(names)}"

    return _WRITTEN.sub(full, _WORKWEEK.sub("werktags", plain))


def only_once(text: str) -> bool:
    """ "Nur dieses eine Mal": no series after all."""
    return _ONCE.search(listen(text).text) is not None


def until_said(text: str, first: date) -> date | None:
    """The last day of a series: "vier Wochen lang", "bis zum 20. Dezember", "bis Weihnachten". None where none was said."""
    return _until(listen(text).text, first)[0]


_FROM_DAY = re.compile(
    rf"\bab (?:dem |den |diesem )?(?:(?P<d>\d{{1,2}})\. ?(?:(?P<m>\d{{1,2}})\b\.?|(?P<name>{_MONTH})\b)(?: ?20\d\d)?"
    rf"|(?P<month>{_MONTH})\b|(?:naechste[rn]? |kommende[rn]? )?(?P<weekday>{_DAY})\b"
    r"|(?P<near>jetzt|sofort|heute|morgen|uebermorgen|naechste[rn]? woche|der naechsten woche)\b)"
)


def start_said(text: str, today: date) -> tuple[date | None, str]:
    """From which day on something shall hold: "ab dem 1. Dezember", "ab jetzt"; and the text without it. None: none said."""
    plain = listen(text).text
    match = _FROM_DAY.search(plain)
    if match is None:
        return None, text
    rest = " ".join(f"{plain[: match.start()]} {plain[match.end() :]}".split())
    if match["d"]:
        month = int(match["m"]) if match["m"] else _MONTHS.index(match["name"]) + 1
        return _next_of(today, month, int(match["d"])), rest
    if match["month"]:
        return _next_of(today, _MONTHS.index(match["month"]) + 1, 1), rest
    if match["weekday"]:
        return _first((_DAYS.index(match["weekday"].replace("sonnabend", "samstag")),), today), rest
    if "woche" in match["near"]:
        return today + timedelta(days=7 - today.weekday()), rest
    return today + timedelta(days={"morgen": 1, "uebermorgen": 2}.get(match["near"], 0)), rest


def _until(plain: str, first: date) -> tuple[date | None, int, int]:
    """The last day, and where it stands in the text."""
    for pattern, read in ((_WEEKS, _weeks), (_UNTIL_DATE, _dated), (_UNTIL_MONTH, _month_end), (_UNTIL_FEAST, _feast)):
        match = pattern.search(plain)
        day = read(match, first) if match is not None else None
        if match is not None and day is not None:
            return day, match.start(), match.end()
    return until_feast(plain, first) or (None, 0, 0)


def _cut(plain: str, pieces: list[tuple[int, int, str]]) -> str:
    for start, end, instead in sorted(pieces, reverse=True):
        plain = plain[:start] + instead + plain[end:]
    return " ".join(plain.split())


def _weeks(match: re.Match[str], first: date) -> date | None:
    count = int(match["n"]) * (1 if match["unit"].startswith("woche") else 4)
    return first + timedelta(weeks=count, days=-1) if 1 <= count <= MOST_WEEKS else None


def _weekdays(pattern: re.Pattern[str], match: re.Match[str]) -> tuple[int, ...]:
    if pattern is _WORKDAYS:
        return (0, 1, 2, 3, 4)
    if pattern is _DAILY:
        return (0, 1, 2, 3, 4, 5, 6)
    named = re.findall(_DAY, match["days"])
    return tuple(sorted({_DAYS.index(name.replace("sonnabend", "samstag")) for name in named}))


def _first(weekdays: tuple[int, ...], today: date) -> date:
    return next(day for ahead in range(1, 8) if (day := today + timedelta(days=ahead)).weekday() in weekdays)


def _dated(match: re.Match[str], first: date) -> date | None:
    month = int(match["m"]) if match["m"] else _MONTHS.index(match["name"]) + 1
    if match["y"] is None:
        return _next_of(first, month, int(match["d"]))
    try:
        day = date(int(match["y"]) % 100 + 2000, month, int(match["d"]))
    except ValueError:
        return None
    return day if day >= first else None


def _month_end(match: re.Match[str], first: date) -> date | None:
    month = _MONTHS.index(match["name"]) + 1
    year = first.year + (month < first.month)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _feast(match: re.Match[str], first: date) -> date | None:
    day = {"weihnachten": 23}.get(match["feast"], 31)
    return _next_of(first, 12, day)


def _next_of(first: date, month: int, day: int) -> date | None:
    for year in (first.year, first.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= first:
            return found
    return None
