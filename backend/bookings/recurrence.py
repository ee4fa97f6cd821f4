"""On which days a series runs: pure rules by icalendar (RFC 5545). Knows days only; the clock time is the wish's.

Every day keeps the time on the wall: 8:00 Uhr stays 8:00 Uhr when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from icalendar import vDate, vRecur

from accessibility.desk import InvalidInput, Refusal, RideWish, SeriesRule, WayOut
from backend.bookings.localtime import day_text
from backend.bookings.rules import phone_way_out
from backend.districts.selectors import public_holidays
from fixtures.rules import Rules

BY_DAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_WEEKS = 8
MOST_LEFT_OUT = 200


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A day that the weekdays name and that the series leaves out, with the reason for people."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A checked rule as days: those that the series runs on, and those that it leaves out."""

    days: tuple[date, ...]
    left_out: tuple[LeftOut, ...]
    text: str  # DTSTART, RRULE and EXDATE


def check_rule(rule: SeriesRule, today: date) -> None:
    """Raise InvalidInput for a rule that cannot be meant."""
    if not rule.weekdays or not rule.weekdays <= frozenset(range(7)):
        raise InvalidInput("weekdays", _("Wählen Sie mindestens einen Wochentag."))
    if not 1 <= rule.every_weeks <= MOST_WEEKS:
        raise InvalidInput("every_weeks", _("Möglich ist jede Woche bis jede achte Woche."))
    if rule.first < today:
        raise InvalidInput("first", _("Dieser Tag ist schon vorbei. Wählen Sie einen späteren."))
    if rule.until < rule.first:
        raise InvalidInput("until", _("Der letzte Tag liegt vor dem ersten. Wählen Sie einen späteren."))
    if len(rule.left_out) > MOST_LEFT_OUT:
        raise InvalidInput("left_out", _("So viele einzelne Tage kann man nicht auslassen."))


def series_refusal(rules: Rules, rule: SeriesRule, today: date) -> Refusal | None:
    """No to a series where the district offers none, or to one that reaches too far."""
    if rules.series is None:
        way = phone_way_out(rules, _("Rufen Sie an, wenn Sie regelmäßig fahren möchten."))
        return Refusal("series_not_offered", _("Regelmäßige Fahrten kann man hier nicht auf einmal buchen."), (way,))
    last = today + timedelta(days=rules.series.horizon_days)
    if rule.until <= last:
        return None
    reason = _("So weit im Voraus kann man nicht buchen. Der letzte mögliche Tag ist %(day)s.") % {
        "day": day_text(last)
    }
    ways = (
        WayOut("offer_times", _("Buchen Sie bis zu diesem Tag. Danach können Sie neu buchen."), last.isoformat()),
        phone_way_out(rules, _("Wir merken die weiteren Fahrten vor, wenn Sie anrufen.")),
    )
    return Refusal("beyond_horizon", reason, ways)


def recur(rules: Rules, rule: SeriesRule) -> Recurrence:
    """The days of a checked rule within the district's calendar."""
    left_out = tuple(_left_out(rules, rule))
    text = _as_text(rule, left_out)
    return Recurrence(days_of(text), left_out, text)


def days_refusal(rules: Rules, found: Recurrence) -> Refusal | None:
    """No to a rule without any day, or with more days than the district books at once."""
    most = rules.series.max_dates if rules.series else 0
    phone = phone_way_out(rules, _("Rufen Sie an, wir suchen mit Ihnen."))
    if not found.days:
        way = WayOut("offer_times", _("Wählen Sie andere Wochentage, oder einen längeren Zeitraum."))
        return Refusal("no_dates", _("In diesem Zeitraum bleibt kein Tag übrig."), (way, phone))
    if len(found.days) > most:
        reason = _("Das sind %(count)d Fahrten. Auf einmal kann man höchstens %(most)d buchen.")
        last = found.days[most - 1]
        text = _("Buchen Sie bis zum %(day)s. Danach können Sie neu buchen.") % {"day": day_text(last)}
        return Refusal(
            "too_many_dates",
            reason % {"count": len(found.days), "most": most},
            (WayOut("offer_times", text, last.isoformat()), phone),
        )
    return None


def days_of(text: str) -> tuple[date, ...]:
    """The days that a kept rule names: DTSTART, RRULE and EXDATE, one a line."""
    return tuple(moment.date() for moment in rrulestr(text, forceset=True))


def wish_on(wish: RideWish, day: date, local: ZoneInfo) -> RideWish:
    """The same wish on another day, at the same time on the wall."""
    clock = wish.when.astimezone(local).time()
    return replace(wish, when=datetime.combine(day, clock, local))


def school_holidays_known_until(rules: Rules) -> date | None:
    """The last day that the district's list of school holidays speaks of."""
    return rules.school_holidays[-1].last if rules.school_holidays else None


def _left_out(rules: Rules, rule: SeriesRule) -> Iterator[LeftOut]:
    public = {} if rule.on_public_holidays else public_holidays(rules.state, rule.first.year, rule.until.year)
    for day in days_of(_as_text(rule, ())):
        school = None if rule.in_school_holidays else _school_holiday(rules, day)
        if day in rule.left_out:
            yield LeftOut(day, _("von Ihnen ausgelassen"))
        elif day in public:
            yield LeftOut(day, _("Feiertag: %(name)s") % {"name": public[day]})
        elif school:
            yield LeftOut(day, school)


def _school_holiday(rules: Rules, day: date) -> str | None:
    return next((holiday.name for holiday in rules.school_holidays if holiday.first <= day <= holiday.last), None)


def _as_text(rule: SeriesRule, left_out: tuple[LeftOut, ...]) -> str:
    """A rule in the words of RFC 5545. Weeks are counted from the week of the first day, which begins on Monday."""
    recurrence = vRecur(
        {
            "FREQ": "WEEKLY",
            "INTERVAL": rule.every_weeks,
            "UNTIL": rule.until,
            "BYDAY": [BY_DAY[weekday] for weekday in sorted(rule.weekdays)],
        }
    )
    lines = [f"DTSTART;VALUE=DATE:{_day(rule.first)}", f"RRULE:{_written(recurrence)}"]
    if left_out:
        lines.append("EXDATE;VALUE=DATE:" + ",".join(_day(entry.day) for entry in left_out))
    return "\n".join(lines)


def _day(day: date) -> str:
    return _written(vDate(day))


def _written(value: vDate | vRecur) -> str:
    return str(value.to_ical().decode())  # type: ignore[no-untyped-call]  # the library leaves it untyped
