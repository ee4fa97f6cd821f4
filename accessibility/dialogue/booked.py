"""Rides that are booked, as a dialogue finds and names them: one, those to a place, what is left of a series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accessibility.dialogue.caller import KnownRide
from accessibility.dialogue.turn import Turn
from accessibility.language.series import start_said
from accessibility.language.understand import Understood


def ride_facts(ride: KnownRide) -> dict[str, Any]:
    """A ride as wordings read it out."""
    return {
        "text": ride.delivery_stop,
        "code": ride.code,
        "pickup_stop": ride.pickup_stop,
        "delivery_stop": ride.delivery_stop,
        "pickup_from": ride.pickup_from.isoformat(),
        "pickup_until": ride.pickup_until.isoformat(),
        "in_series": ride.in_series,
    }


def series_meant(turn: Turn, rides: Sequence[KnownRide]) -> list[KnownRide]:
    """A ride of each series that is booked; of those to or from the places that were named, where any were."""
    named = rides_to(turn, rides, turn.state.kept_text) or rides
    return list({ride.series: ride for ride in reversed(named) if ride.series}.values())[::-1]


def whole_series(rides: Sequence[KnownRide]) -> KnownRide | None:
    """The one series that several of these rides belong to: to cancel all of it may be what is wanted."""
    names = [ride.series for ride in rides if ride.series]
    if len(set(names)) != 1 or len(names) < 2:
        return None
    return next(ride for ride in rides if ride.series)


def rides_to(turn: Turn, rides: Sequence[KnownRide], text: str) -> list[KnownRide]:
    """The rides from or to the places that a text names; none where it names none."""
    return rides_between(rides, turn.listen(start_said(text, turn.local_now.date())[1]))


def rides_between(rides: Sequence[KnownRide], heard: Understood) -> list[KnownRide]:
    """The rides from or to the places that were understood; none where none were."""
    if not heard.origin and not heard.destination:
        return []
    found = list(rides)
    for end, field_name in ((heard.origin, "pickup_stop"), (heard.destination, "delivery_stop")):
        if end is not None and end.best is not None:
            village = end.best.village
            found = [ride for ride in found if getattr(ride, field_name).partition(",")[0] == village]
    return found


def series_facts(turn: Turn, ride: KnownRide) -> dict[str, Any]:
    """What is left of a ride's series, as wordings name it: its first ride, how many there are, and the last day."""
    legs = rides_of_series(turn, ride)
    return {**ride_facts(legs[0]), "count": len(legs), "last": legs[-1].pickup_from.isoformat()}


def rides_of_series(turn: Turn, ride: KnownRide) -> list[KnownRide]:
    """What is left of a ride's series, the first one first."""
    known = turn.state.known
    legs = [one for one in known.rides if one.series == ride.series and not one.is_over] if known else [ride]
    return sorted(legs, key=lambda one: one.pickup_from)


def ride_of(turn: Turn, code: str) -> KnownRide | None:
    """The known ride of a code."""
    caller = turn.state.known
    return next((ride for ride in caller.rides if ride.code == code), None) if caller else None
