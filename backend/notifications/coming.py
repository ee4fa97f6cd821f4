"""Looks at the buses on their way: who is nearly there, and who will miss what was promised. The riders hear of both, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accessibility.following import Phase, RideForecast
from backend.bookings.clock import SetClock
from backend.bookings.localtime import to_seconds
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.selectors import bookings
from backend.districts.selectors import rules_of
from backend.notifications.kinds import Kind
from backend.notifications.messages import tell
from backend.operations.dayclock import now_on
from backend.operations.forecasts import ride_forecast

logger = logging.getLogger("rufbus.messages")
LOOKS_AHEAD_S = 20 * 60
LOOKS_BACK_S = 60 * 60  # who is that late has been told, or nobody knows where the bus is
DELAY_STEP = timedelta(minutes=10)  # a delay that grows by so much is told again
ON_ITS_WAY = (Phase.COMING, Phase.LATE)


def look_at_buses(now: datetime) -> int:
    """Look at the rides that begin within the next minutes, on every service day of now; how many messages were queued."""
    told = 0
    for day in ServiceDay.objects.select_related("district").filter(
        date__gte=(now - timedelta(days=2)).date(), date__lte=(now + timedelta(days=2)).date()
    ):
        day_now = now_on(day, SetClock(now))
        now_s = to_seconds(day_now, day.date, ZoneInfo(day.district.timezone))
        soon = (now_s - LOOKS_BACK_S, now_s + LOOKS_AHEAD_S)
        rides = bookings().filter(
            service_day=day, state=Booking.State.BOOKED, offer__pickup_earliest_s__range=soon
        )  # fmt: skip
        told += sum(_look(booking, day_now, now) for booking in rides)
    return told


def look_at(codes: Iterable[str], now: datetime) -> int:
    """The same for some rides at once, such as those that somebody else sees at risk."""
    rides = bookings().filter(code__in=list(codes), state=Booking.State.BOOKED)
    return sum(_look(booking, now_on(booking.service_day, SetClock(now)), now) for booking in rides)


def _look(booking: Booking, day_now: datetime, now: datetime) -> int:
    try:
        forecast = ride_forecast(booking, day_now)
    except LookupError:  # a plan that is being written no longer carries it
        logger.info("booking %s is in no plan now", booking.pk)
        return 0
    return sum(
        tell(booking, kind, context, key=key, now=now) is not None for kind, context, key in _news(booking, forecast)
    )


def _news(booking: Booking, forecast: RideForecast) -> Iterator[tuple[Kind, dict[str, str], str]]:
    """What a forecast has to tell: kind, context, key."""
    if forecast.phase not in ON_ITS_WAY or forecast.earliest is None or forecast.latest is None:
        return
    window = {"from": forecast.earliest.isoformat(), "until": forecast.latest.isoformat()}
    near = timedelta(seconds=rules_of(booking.district).messages.near_s)
    if forecast.earliest - forecast.now <= near:
        yield Kind.NEAR, {}, f"near:{booking.code}"
    if forecast.earliest > forecast.pickup_until:  # even at best: a fright for nothing is worse than a late word
        late = forecast.earliest - forecast.pickup_until
        yield Kind.DELAY, window, delay_key(booking, late)


def delay_key(booking: Booking, late: timedelta) -> str:
    """What names a delay: the same one is told once, whoever sees it."""
    return f"delay:{booking.code}:{late // DELAY_STEP}"
