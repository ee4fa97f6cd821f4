"""An intervention fitted to a service day: what the plan would become, who is affected and how. Writes nothing.

The same function answers the preview and the act itself, so that nothing can happen which a preview would not have said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.closures import closed_on
from backend.bookings.day_travel import DayTravel
from backend.bookings.intervening_fleet import add_taxi, break_down, change_shift, swap
from backend.bookings.intervening_rides import keep, move
from backend.bookings.intervening_service import close_road, span_of, stretch_of, suspend
from backend.bookings.intervening_undo import restore
from backend.bookings.interventions import (
    AddTaxi,
    BreakDown,
    ChangeShift,
    CloseRoad,
    Keep,
    Move,
    Restore,
    Suspend,
    SwapVehicles,
)
from backend.bookings.localtime import to_seconds
from backend.bookings.models import ServiceDay
from backend.bookings.planning import DayPlan, UnderWay, travel_of
from backend.bookings.rearranged import NoBreak
from backend.bookings.situation import Outcome, Situation, other_way
from routing.errors import RoadError


def rearrange(day: ServiceDay, before: DayPlan, intervention: Any, now: datetime) -> Outcome | Refusal:
    """What an intervention would make of a day's plan, or why it cannot be done. Raises InvalidInput."""
    try:
        now_s = to_seconds(now, day.date, ZoneInfo(day.district.timezone))
        situation = Situation(day, before, now, _travel_after(day, intervention, now_s))
    except RoadError:
        raise InvalidInput("target", _("Zwischen diesen Haltestellen gibt es keine Straße.")) from None
    try:
        return ACTS[type(intervention)](situation, intervention)
    except UnderWay as error:
        return _under_way(situation, str(error))
    except NoBreak:
        reason = _("In dieser Schicht ist kein Platz mehr für die Pause, die das Arbeitszeitgesetz verlangt.")
        return Refusal(
            "no_break", reason, (other_way(_("Wählen Sie ein früheres Ende, oder bestellen Sie ein Taxi.")),)
        )


def _travel_after(day: ServiceDay, intervention: Any, now_s: int) -> DayTravel | None:
    """Driving times from now on, where an intervention alters them."""
    if isinstance(intervention, CloseRoad):
        stretch = stretch_of(day.district, intervention)
        return travel_of(day, closed_on(day) | {(stretch, span_of(intervention, now_s))})
    if isinstance(intervention, Restore) and intervention.closure:
        return travel_of(day, closed_on(day, without=intervention.closure))
    return None


def _under_way(situation: Situation, code: str) -> Refusal:
    if code in situation.rows:
        reason = _("Die Schicht von %(vehicle)s hat schon begonnen.") % {"vehicle": situation.rows[code].vehicle.name}
        return Refusal("shift_begun", reason, (other_way(_("Legen Sie einzelne Fahrten um.")),))
    reason = _("Der Bus ist schon auf dem Weg zu Fahrt %(code)s, oder der Fahrgast ist an Bord.") % {"code": code}
    return Refusal("already_under_way", reason, (other_way(_("Rufen Sie den Fahrer an.")),))


ACTS: dict[type[Any], Callable[[Situation, Any], Outcome | Refusal]] = {
    Move: move,
    Keep: keep,
    SwapVehicles: swap,
    ChangeShift: change_shift,
    AddTaxi: add_taxi,
    BreakDown: break_down,
    Suspend: suspend,
    CloseRoad: close_road,
    Restore: restore,
}
