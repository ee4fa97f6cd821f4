"""Days as they are said -> dates, given today: "übermorgen", "nächsten Dienstag", "am Dienstag in einer Woche", "am 3.12.".

Several dates come back where Germans do not agree: "nächsten Dienstag" said on a Monday, "in acht Tagen".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from accessibility.language.said import Said

_WEEKDAYS = {
    "montag": 0, "mo": 0, "dienstag": 1, "dienstach": 1, "di": 1, "mittwoch": 2, "mi": 2, "donnerstag": 3, "do": 3,
    "freitag": 4, "fr": 4,
    "samstag": 5, "sonnabend": 5, "sa": 5, "sonntag": 6, "so": 6, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3,
    "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
_MONTHS = {
    "januar": 1, "jaenner": 1, "jan": 1, "february": 2, "februar": 2, "feb": 2, "maerz": 3, "mrz": 3, "march": 3, "april": 4,
    "apr": 4,
    "mai": 5, "may": 5, "juni": 6, "juno": 6, "june": 6, "jun": 6, "juli": 7, "july": 7, "jul": 7, "august": 8, "aug": 8,
    "september": 9, "sep": 9, "sept": 9, "oktober": 10, "october": 10, "okt": 10, "oct": 10, "november": 11, "nov": 11,
    "dezember": 12, "december": 12, "dez": 12, "dec": 12, "january": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DaySaid:
    """The dates that a day may mean, likeliest first with weights; `problem` where there is no such date."""

    dates: tuple[tuple[date, float], ...] = ()
    problem: str = ""  # "no_such_date"
    weekday: int | None = None  # what the name of a weekday alone leaves open: which week
    is_next_day: bool = False  # "morgen" alone, which who has not slept yet may say of the day that has begun


def _c(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w#]){pattern}")


_LONG = "|".join(sorted((name for name in _WEEKDAYS if len(name) > 2), key=len, reverse=True))
_SHORT = "mo|di|mi|do|fr|sa|so"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_COUNT = r"(?:\d{1,3}|ein(?:e[rmn]?)?|paar|one|a)"
_WEEKDAY = rf"(?P<weekday>{_LONG})s?"
_SPAN = rf"(?:in )?(?P<count>{_COUNT}) (?P<unit>tag(?:en?)?|wochen?|days?|weeks?)\b"

_ISO = _c(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)")
_FULL = _c(
    r"(?:am |vom |den |der )?(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>20\d\d|\d\d(?![:.\d]| ?(?:uhr|h\b)))(?!\d)"
)
_SHORT_DATE = _c(r"(?:am |vom |den |der )?(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\.(?!\d)(?! ?uhr)")
_AM_DATE = _c(r"(?:am|vom|den|der) (?P<d>\d{1,2})\. ?(?P<m>\d{1,2})(?![\d.:])(?! ?uhr)")
_MONTH_DATE = _c(
    rf"(?:am |vom |den |der |on |the )?(?P<d>\d{{1,2}})(?:\.|st|nd|rd|th)? (?:of )?(?P<month>{_MONTH})\b"
    rf"(?: \.)?(?: (?P<y>20\d\d)(?! ?uhr))?"
)
_MONTH_FIRST = _c(rf"(?:on )?(?P<month>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.])(?! ?uhr)")
_OF_MONTH = _c(r"(?:am|vom|den) (?P<d>\d{1,2})\.(?!\d)(?! ?uhr)")
_MAYBE_DATE = _c(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})(?![\d.:])(?! ?uhr)")

_WEEKDAY_SPAN = _c(rf"(?:am |on )?{_WEEKDAY}(?: ,)? {_SPAN}")
_RELATIVE_SPAN = _c(rf"(?P<day>heute|morgen|uebermorgen)(?: ,)? {_SPAN}")
_AFTER_SPAN = _c(rf"(?=in ){_SPAN}")
_WHICH_WEEK = r"(?P<which>naechste[rn]?|kommende[rn]?|uebernaechste[rn]?|diese[rn]?|next) (?:woche|week)"
_NEXT_WEEK_WEEKDAY = _c(rf"(?:in der |die )?{_WHICH_WEEK}(?: ,)?(?: am| on)? {_WEEKDAY}\b")
_WEEKDAY_NEXT_WEEK = _c(rf"(?:am |on )?{_WEEKDAY}(?: ,)? (?:in der |die )?{_WHICH_WEEK}\b")
_WHICH_WEEKDAY = _c(
    rf"(?:am |den |zum )?(?P<which>naechste[nrms]?|kommende[nrms]?|uebernaechste[nrms]?|diese[nrms]?|next|this) {_WEEKDAY}\b"
)
_PLAIN_WEEKDAY = _c(rf"(?:am |den |on |jetzt )?{_WEEKDAY}\b")
_SHORT_WEEKDAY = _c(rf"(?:am )?(?P<weekday>{_SHORT})(?: ?[.,] ?(?=\d|#)| (?=\d|#)(?<!so ))")
_DAY_AFTER = _c(r"(?:ueber ?morgen|day after tomorrow)\b")
_TOMORROW = _c(r"(?:morgen|tomorrow)\b")
_TODAY = _c(r"(?:heute?|today|tonight|this(?= #))(?!\w)")
_YESTERDAY = _c(r"(?:vor ?gestern|gestern|yesterday)\b")


def take_days(said: Said, today: date) -> list[DaySaid]:
    """Every day that was named, taken out; usually none or one."""
    found: list[DaySaid] = []
    for pattern in (_ISO, _FULL, _SHORT_DATE, _MONTH_DATE, _MONTH_FIRST, _AM_DATE):
        found += [_dated(match, today) for match in said.take(pattern)]
    weekday_said = [
        _shifted(_today_or_coming(_number_of(match), today), _days_of(match)) for match in said.take(_WEEKDAY_SPAN)
    ]
    for match in said.take(_RELATIVE_SPAN):
        offset = {"heute": 0, "morgen": 1, "uebermorgen": 2}[match["day"]]
        weekday_said.append(_shifted(DaySaid(((today + timedelta(days=offset), 1.0),)), _days_of(match)))
    for pattern in (_NEXT_WEEK_WEEKDAY, _WEEKDAY_NEXT_WEEK):
        weekday_said += [_in_week(_number_of(match), match["which"], today) for match in said.take(pattern)]
    weekday_said += [_which(_number_of(match), match["which"], today) for match in said.take(_WHICH_WEEKDAY)]
    for pattern in (_PLAIN_WEEKDAY, _SHORT_WEEKDAY):
        weekday_said += [_coming(_number_of(match), today) for match in said.take(pattern)]
    for match in said.take(_AFTER_SPAN):
        weekday_said.append(_shifted(DaySaid(((today, 1.0),)), _days_of(match)))
    for pattern, offset in ((_DAY_AFTER, 2), (_TOMORROW, 1), (_TODAY, 0), (_YESTERDAY, -1)):
        for _match in said.take(pattern):
            weekday_said.append(DaySaid(((today + timedelta(days=offset), 1.0),), is_next_day=offset == 1))
    found += weekday_said
    if not found:
        found += [_of_month(match, today) for match in said.take(_OF_MONTH)]
    return found


def take_pointed_dates(said: Said, today: date) -> list[DaySaid]:
    """ "3.12" without its last point, once a time was found elsewhere. Taken out."""
    found = []
    for match in list(_MAYBE_DATE.finditer(said.left)):
        day = _dated(match, today)
        if not day.problem:
            said.blot(match.start(), match.end())
            found.append(day)
    return found


def stands_for_date(said: Said, today: date) -> bool:
    """Whether a figure such as "3.12" may be a day of the next three weeks instead of a time."""
    dates = [first for match in _MAYBE_DATE.finditer(said.left) for first, _weight in _dated(match, today).dates]
    return any(first - today <= timedelta(days=21) for first in dates)


def _number_of(match: re.Match[str]) -> int:
    return _WEEKDAYS[match["weekday"]]


def _days_of(match: re.Match[str]) -> tuple[tuple[int, float], ...]:
    """The days of "in 3 Tagen", "in einer Woche": "in acht Tagen" is a week for most and eight days for some."""
    count = int(match["count"]) if match["count"].isdigit() else {"paar": 3}.get(match["count"], 1)
    if match["unit"].startswith("w"):
        return ((7 * count, 1.0),)
    return ((7, 0.6), (8, 0.4)) if count == 8 else ((count, 1.0),)


def _shifted(day: DaySaid, days: tuple[tuple[int, float], ...]) -> DaySaid:
    return DaySaid(
        tuple((first + timedelta(days=count), weight * share) for first, weight in day.dates for count, share in days)
    )


def _coming(weekday: int, today: date) -> DaySaid:
    """A weekday's name alone: the next one; said on that very day, today or in a week."""
    ahead = (weekday - today.weekday()) % 7
    if ahead == 0:
        return DaySaid(((today, 0.55), (today + timedelta(days=7), 0.45)), weekday=weekday)
    return DaySaid(((today + timedelta(days=ahead), 1.0),), weekday=weekday)


def _today_or_coming(weekday: int, today: date) -> DaySaid:
    """Where a span is counted from: "Dienstag in einer Woche" said on a Tuesday counts from today."""
    return DaySaid(((today + timedelta(days=(weekday - today.weekday()) % 7), 1.0),))


def agreed(days: list[DaySaid]) -> tuple[DaySaid, bool]:
    """What several namings of a day mean together, and whether they agree: "Dienstag, 24.11.", "heute, Montag"."""
    if len(days) == 1:
        return days[0], True
    problems = [day for day in days if day.problem]
    if problems:
        return problems[0], True
    dated = [day for day in days if day.weekday is None]
    named = {day.weekday for day in days if day.weekday is not None}
    pool = dated or days
    dates = {first: weight for day in pool for first, weight in day.dates}
    shared = [
        first
        for first in dates
        if all(first in dict(day.dates) for day in pool) and all(first.weekday() == weekday for weekday in named)
    ]
    if shared:
        return DaySaid(tuple((first, dates[first]) for first in shared)), True
    everything = {first: weight for day in days for first, weight in day.dates}
    return DaySaid(tuple(everything.items())), False


def _in_week(weekday: int, which: str, today: date) -> DaySaid:
    monday = today - timedelta(days=today.weekday())
    weeks = 0 if which.startswith("dies") else 2 if which.startswith("ueber") else 1
    return DaySaid(((monday + timedelta(days=7 * weeks + weekday), 1.0),))


def _which(weekday: int, which: str, today: date) -> DaySaid:
    """ "nächsten Dienstag": the coming one for some, that of next week for others; where they differ, both are returned."""
    ahead = (weekday - today.weekday()) % 7 or 7
    coming = today + timedelta(days=ahead)
    if which.startswith("ueber"):
        in_next_week = _in_week(weekday, "ueber", today).dates[0][0]
        after_coming = coming + timedelta(days=7)
        return DaySaid(
            ((after_coming, 1.0),) if after_coming == in_next_week else ((after_coming, 0.55), (in_next_week, 0.45))
        )
    if which.startswith(("naech", "next")):
        in_next_week = _in_week(weekday, "naechste", today).dates[0][0]
        return DaySaid(((coming, 1.0),) if coming == in_next_week else ((coming, 0.5), (in_next_week, 0.5)))
    if which.startswith(("this", "dies")):
        return _coming(weekday, today) if weekday == today.weekday() else DaySaid(((coming, 1.0),))
    return DaySaid(((coming, 1.0),))


def _dated(match: re.Match[str], today: date) -> DaySaid:
    groups = match.groupdict()
    month = _MONTHS[groups["month"]] if groups.get("month") else int(groups["m"])
    year = int(groups["y"]) if groups.get("y") else None
    if year is not None and year < 100:
        year += 2000
    years = (today.year, today.year + 1) if year is None else (year,)
    for candidate in years:
        day = _date(candidate, month, int(groups["d"]))
        if day is not None and (day >= today or year is not None):
            return DaySaid(((day, 1.0),))
    return DaySaid(problem="no_such_date")


def _of_month(match: re.Match[str], today: date) -> DaySaid:
    """ "am 3.": the next day of that number."""
    year, month = today.year, today.month
    for _step in range(3):
        day = _date(year, month, int(match["d"]))
        if day is not None and day >= today:
            return DaySaid(((day, 1.0),))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return DaySaid(problem="no_such_date")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
