"""The one place where clock time and seconds of a service day meet.

Second 0 is local midnight. Seconds are elapsed time: on the day clocks go forward, 5:00 Uhr is second 14,400.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Local midnight that begins a day."""
    return datetime.combine(day, time.min, tzinfo=zone)


def to_seconds(moment: datetime, day: date, zone: ZoneInfo) -> int:
    """Elapsed seconds from the day's midnight to an aware moment, rounded down."""
    return int((moment.astimezone(UTC) - midnight(day, zone).astimezone(UTC)).total_seconds() // 1)


def to_moment(second: int, day: date, zone: ZoneInfo) -> datetime:
    """The aware local moment of a second of the service day."""
    return (midnight(day, zone).astimezone(UTC) + timedelta(seconds=second)).astimezone(zone)


def clock_to_seconds(clock_s: int, day: date, zone: ZoneInfo) -> int:
    """Elapsed seconds of what the clock on the wall shows; `clock_s` is 3600 x hours + ..., past midnight over 86,400."""
    wall = datetime.combine(day, time.min) + timedelta(seconds=clock_s)
    return to_seconds(wall.replace(tzinfo=zone), day, zone)


def service_date(moment: datetime, zone: ZoneInfo) -> date:
    """The local date of an aware moment."""
    return moment.astimezone(zone).date()


def as_clock(second: int, day: date, zone: ZoneInfo) -> str:
    """ "8:05 Uhr"."""
    return clock_text(to_moment(second, day, zone))


def clock_text(local: datetime) -> str:
    """ "8:05 Uhr" of a local moment."""
    return _("%(hour)d:%(minute)02d Uhr") % {"hour": local.hour, "minute": local.minute}


def weekday_short(day: date) -> str:
    """ "Di", in the active language."""
    return (_("Mo"), _("Di"), _("Mi"), _("Do"), _("Fr"), _("Sa"), _("So"))[day.weekday()]


def date_text(day: date) -> str:
    """Day, month and year as the active language writes them: "24.11.2026"."""
    return date_format(day, pgettext("how a date is written, by Django's letters", "d.m.Y"))


def spoken_day_text(day: date) -> str:
    """ "Di, 24.11.2026" or "Tue 24 Nov 2026": for what is said at once; what is kept is written by `day_text`."""
    return _("%(weekday)s, %(date)s") % {"weekday": weekday_short(day), "date": date_text(day)}


def day_text(day: date) -> str:
    """ "Di, 24.11.2026", which pages in other languages find again in a kept text."""
    return f"{weekday_short(day)}, {day:%d.%m.%Y}"
