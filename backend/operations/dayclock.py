"""What time it is on a service day: the machine's time, unless the day is played in a demonstration."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings

from backend.bookings.clock import Clock, SetClock, SystemClock
from backend.bookings.desk import Desk, get_desk
from backend.bookings.models import ServiceDay
from backend.operations.models import DayClock


def now_on(day: ServiceDay, clock: Clock | None = None) -> datetime:
    """The moment that a service day has come to. Only where the demo login is allowed may that be a played one."""
    return _played(day.district_id, day.date) or (clock or SystemClock()).now()


def now_for(district_id: str, day: date, clock: Clock | None = None) -> datetime:
    """The same by date."""
    return _played(district_id, day) or (clock or SystemClock()).now()


def desk_on(district_id: str, day: date) -> Desk:
    """The booking desk for a wish on a day: on a day that is played, one that knows how far that day has come.

    Never by an earlier time than the machine's: rules can only become stricter by a day being played.
    """
    played, now = _played(district_id, day), SystemClock().now()
    return Desk(SetClock(played)) if played and played > now else get_desk()


def shown_then(district_id: str, day: date, moment: datetime) -> datetime:
    """What a day's clock showed at a moment of the machine's: another only while the day is played."""
    row = _clock_of(district_id, day)
    return moment if row is None or moment < row.set_at else _shown(row, moment)


def _played(district_id: str, day: date) -> datetime | None:
    row = _clock_of(district_id, day)
    return _shown(row, SystemClock().now()) if row else None


def _clock_of(district_id: str, day: date) -> DayClock | None:
    if not settings.DEMO_LOGIN:
        return None
    return DayClock.objects.filter(service_day__district_id=district_id, service_day__date=day).first()


def _shown(row: DayClock, moment: datetime) -> datetime:
    gone_s = max(0.0, (moment - row.set_at).total_seconds())
    return row.shows_at + timedelta(seconds=gone_s * row.speed)


def played_day(district_id: str) -> ServiceDay | None:
    """The day that is played in a demonstration, if one is: vehicles sign in on it, whatever the calendar says."""
    if not settings.DEMO_LOGIN:
        return None
    rows = DayClock.objects.filter(service_day__district_id=district_id).select_related("service_day__district")
    row = rows.order_by("-set_at").first()
    return row.service_day if row else None


def play(day: ServiceDay, shows_at: datetime, speed: float) -> None:
    """Let a day show another time from now on."""
    values = {"shows_at": shows_at, "set_at": SystemClock().now(), "speed": speed}
    DayClock.objects.update_or_create(service_day=day, defaults=values)


def stop_playing(day: ServiceDay) -> None:
    """Back to the machine's time."""
    DayClock.objects.filter(service_day=day).delete()
