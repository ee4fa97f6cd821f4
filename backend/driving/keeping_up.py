"""Positions show that a vehicle is behind its plan: the plan learns of it before a driver says a word.

What comes is re-timed at once; rides that are not fixed go to others before a promise breaks (`bookings.progress`). A
forecast that changes little is left alone, and each vehicle is looked at once a minute of its day at most.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from backend.bookings.days import locked_day
from backend.bookings.localtime import to_moment, to_seconds
from backend.bookings.models import ServiceDay
from backend.bookings.progress import Progress
from backend.districts.models import Vehicle
from backend.operations.board_forecast import RouteForecast, forecasts_of_day
from backend.operations.services import service_date_of

EVERY = timedelta(seconds=60)
LATE_S = 120  # less than this is within what a plan holds back

_looked: dict[int, datetime] = {}
_looked_lock = threading.Lock()


def keep_up(vehicle: Vehicle, day: ServiceDay, shown: datetime, now: datetime) -> bool:
    """Let a day's plan learn how late a vehicle is; whether it was changed. `shown`: the day's time."""
    with _looked_lock:
        last = _looked.get(vehicle.pk)
        if last is not None and timedelta() <= shown - last < EVERY:
            return False
        _looked[vehicle.pk] = shown
    if day.plan_version == 0:
        return False
    forecast = _late(vehicle, day, shown)
    if forecast is None:
        return False
    with transaction.atomic():
        locked = locked_day(day.pk)
        if locked.plan_version != day.plan_version:
            forecast = _late(vehicle, locked, shown)
            if forecast is None:
                return False
        progress = Progress(locked, shown)
        zone = ZoneInfo(locked.district.timezone)
        progress.begins(vehicle.code, min(shown, to_moment(forecast.visits[0].start_s, locked.date, zone)))
        ahead = next(iter(forecast.arrivals.values()))
        if not progress.expects(vehicle.code, shown, round(ahead.likely_s)):
            return False
        return progress.write(now) is not None


def day_driven(vehicle: Vehicle, shown: datetime) -> ServiceDay | None:
    """The service day on which a vehicle drives at a moment, if anything is planned on it."""
    days = ServiceDay.objects.select_related("district").filter(district_id=vehicle.district_id, plan_version__gt=0)
    return days.filter(date=service_date_of(vehicle, shown)).first()


def _late(vehicle: Vehicle, day: ServiceDay, shown: datetime) -> RouteForecast | None:
    """The forecast of the shift that a vehicle drives, if it is late and on its way to what the plan has next."""
    second = to_seconds(shown, day.date, ZoneInfo(day.district.timezone))
    for forecast in forecasts_of_day(day, shown).values():
        if forecast.vehicle_code != vehicle.code or forecast.done >= len(forecast.visits):
            continue
        late_s = forecast.late_s()
        if forecast.standing is not None or late_s is None or late_s < LATE_S:
            continue
        if forecast.visits[0].start_s <= second and forecast.visits[forecast.done].kind == "stop":
            return forecast
    return None
