"""What riders hear of an intervention: who is late gets the new window or arrival; who waits beside a broken bus,
that another comes.

Who loses the ride hears of it from the announcement of its end (`backend.notifications.hearing`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.bookings.intervention_effects import Effect, Effects
from backend.bookings.localtime import to_moment
from backend.bookings.models import ServiceDay
from backend.control.models import InterventionRecord
from backend.notifications.messages import Kind, tell

WINDOW = timedelta(minutes=10)


def tell_riders(day: ServiceDay, record: InterventionRecord, effects: Effects, now: datetime) -> None:
    """Queue the messages, in the intervention's transaction."""
    zone = ZoneInfo(day.district.timezone)
    for effect in effects.bookings:
        booking = effects.rows[effect.code]
        key = f"intervention:{record.pk}:{effect.code}"
        if effect.is_dropped or effect.pickup_after_s is None:
            continue
        at = to_moment(effect.pickup_after_s, day.date, zone)
        if effect.is_transferred:
            # A window and no sentence: it is said in the rider's language.
            comes = {"from": (_rounded_up(at) - WINDOW).isoformat(), "until": _rounded_up(at).isoformat()}
            tell(booking, Kind.BREAKDOWN, comes, key=key, now=now)
        elif effect.breaks:
            told: dict[str, str] = {}
            if _is_late_at_the_stop(effect):
                until = _rounded_up(at)
                told |= {"from": (until - WINDOW).isoformat(), "until": until.isoformat()}
            if effect.delivery_after_s is not None and effect.delivery_after_s > effect.told_arrival_s:
                told["arrive"] = _rounded_up(to_moment(effect.delivery_after_s, day.date, zone)).isoformat()
            tell(booking, Kind.WINDOW, told, key=key, now=now)


def _is_late_at_the_stop(effect: Effect) -> bool:
    return effect.pickup_after_s is not None and effect.pickup_after_s > effect.told_until_s


def _rounded_up(moment: datetime) -> datetime:
    """To whole five minutes, as all promised times."""
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (timedelta(minutes=5) - over if over else timedelta())
