"""Lateness never stops a plan: exactly those promises get more time, and as much, that the earliest possible schedule needs.

For a fixed order of events. Who counts broken promises compares the facts with what was promised, not with this.
"""

from __future__ import annotations

from dataclasses import replace

from dispatch.layout import I32
from dispatch.model import EventKind, Plan, Request, Route, Shift
from dispatch.objective import Weights
from dispatch.state import DayState, InfeasiblePlan


def timed(shift: Shift, route: Route, own: dict[str, Request], travel_s: I32, weights: Weights) -> Route | None:
    """A route's order with its best times; None if it has no lawful ones. `own`: the requests that the route serves."""
    try:
        state = DayState(Plan((shift,), (route,), own), travel_s, weights)
    except InfeasiblePlan:
        return None
    return state.timed_route(0, state.routes[0], int(state.lengths[0]))


def stretched(shift: Shift, route: Route, own: dict[str, Request], travel_s: I32) -> tuple[Shift, dict[str, Request]]:
    """The shift and requests with windows and ride limits just wide enough for the earliest times of a route's order."""
    own = dict(own)
    boarded: dict[str, int] = {}
    here, leave_s = route.events[0].location, 0
    for k, event in enumerate(route.events):
        start_s = event.start_s
        target = here if event.kind is EventKind.BREAK and k >= route.done else event.location
        if k >= route.done:
            leave_s = max(leave_s, route.ready_s) if k == route.done else leave_s
            shift, own, start_s = _with_room(shift, own, route, k, leave_s + int(travel_s[here, target]), boarded)
        here, leave_s = target, start_s + event.dwell_s
        if event.kind is EventKind.PICKUP and event.request_id:
            boarded[event.request_id] = leave_s
    return shift, own


def _with_room(
    shift: Shift, own: dict[str, Request], route: Route, k: int, start_s: int, boarded: dict[str, int]
) -> tuple[Shift, dict[str, Request], int]:
    """The shift and requests changed so that an event may begin at `start_s`, or when its window opens if that is later."""
    event = route.events[k]
    if event.request_id is None:
        if event.kind is EventKind.BREAK:
            rests = list(shift.breaks)
            rest = rests[event.break_index or 0]
            start_s = max(start_s, rest.earliest_s)
            rests[event.break_index or 0] = replace(rest, latest_s=max(rest.latest_s, start_s))
            return replace(shift, breaks=tuple(rests), end_s=max(shift.end_s, start_s)), own, start_s
        start_s = max(start_s, shift.start_s)
        return replace(shift, end_s=max(shift.end_s, start_s)), own, start_s
    request = own[event.request_id]
    if event.kind is EventKind.PICKUP:
        start_s = max(start_s, request.pickup_earliest_s)
        own[request.id] = replace(request, pickup_latest_s=max(request.pickup_latest_s, start_s))
    else:
        start_s = max(start_s, request.delivery_earliest_s)
        own[request.id] = replace(
            request,
            delivery_latest_s=max(request.delivery_latest_s, start_s),
            max_ride_s=max(request.max_ride_s, start_s - boarded[request.id]),
        )
    return shift, own, start_s
