"""The list of days of a series, as web and phone desk show it: what was asked, what is chosen, what became of each ride."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from accessibility.desk import BookingState, SeriesDate, SeriesQuote, TripLeg
from backend.web.legs import STATES
from backend.web.views.steps import WayOutLine, followable


@dataclass(frozen=True, slots=True)
class DayLine:
    """One exception of the list: a day without the wished ride, with what to choose instead."""

    date: SeriesDate
    is_chosen: bool
    ways_out: tuple[WayOutLine, ...]


@dataclass(frozen=True, slots=True)
class RideLine:
    """One booking of a series, as its list shows it."""

    leg: TripLeg
    state_text: str
    state_kind: str
    is_open: bool


def days_context(quote: SeriesQuote, wanted: Collection[str] | None) -> dict[str, Any]:
    """What the list of days needs. `wanted`: the offers chosen so far; None: every ride as wished."""
    rides = [one for one in quote.dates if one.as_wished]
    if wanted is None:
        wanted = [one.offers[0].id for one in rides]
    missing = [one for one in quote.dates if not one.left_out and not one.as_wished]
    return {
        "quote": quote,
        "rides": rides,
        "wanted": wanted,
        "exceptions": [_day_line(one, wanted) for one in missing],
        "left_out": [one for one in quote.dates if one.left_out],
        "expires_at": min((one.offers[0].expires_at for one in quote.dates if one.offers), default=None),
    }


def _day_line(one: SeriesDate, wanted: Collection[str]) -> DayLine:
    ways = [way for way in one.refusal.way_out if way.kind != "phone"] if one.refusal else []
    return DayLine(one, any(offer.id in wanted for offer in one.offers), tuple(followable(ways)))


def chosen(posted: QueryDict) -> list[str]:
    """The offers that were ticked, and those chosen for days that are not as wished."""
    instead = [value for name, value in posted.items() if name.startswith("tag-") and isinstance(value, str) and value]
    return [*posted.getlist("fahrt"), *instead]


def ride_line(leg: TripLeg, now: datetime) -> RideLine:
    """A booking of a series in its list."""
    text, kind = STATES[leg.state]
    return RideLine(leg, str(text), kind, leg.state == BookingState.BOOKED and leg.pickup_until >= now)
