"""Driving seconds of a service day, also where a road is closed for a part of it.

The engine knows one driving time for a pair of locations. So that a closure can begin and end, every stop is two locations: its
own, and one "while closed", `stops` further on. From or to a location while closed, every way leads around what is closed.
A ride that may touch the time of a closure is planned between locations while closed; all others are not (decisions/0813).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dispatch.layout import I32
from dispatch.model import EventKind, Plan, Request, Route, StopEvent
from routing.closures import CUT_OFF_S

Span = tuple[int, int]  # first second, and the first one after
NO_END_S = 1 << 30
LONGEST_WAY_S = 1800  # a bus on its way to a stop is taken to have set out no earlier


@dataclass(frozen=True, eq=False, slots=True)
class DayTravel:
    """What a day is planned with.

    Attributes
    ----------
    seconds
        int32[n_locations, n_locations]; n_locations is `stops`, or twice as much where something is closed.
    stops
        How many stops there are.
    spans
        When something is closed, in seconds of the service day; which of it, is not told apart.
    reach_s
        int32[stops]: how long a way to a stop is while closed that is longer than else; 0 where none is. A bus on its way there
        may have set out so much earlier, when the road was still closed.
    is_hit
        bool[stops]: whether any way from or to a stop is longer while closed.
    """

    seconds: I32
    stops: int
    spans: tuple[Span, ...] = ()
    reach_s: I32 | None = None
    is_hit: NDArray[np.bool_] | None = None

    def stop_of(self, location: int) -> int:
        """The number of the stop at a location."""
        return location % self.stops

    def placed(self, request: Request) -> Request:
        """The request at the locations between which it must be planned."""
        pickup, delivery = self.stop_of(request.pickup_location), self.stop_of(request.delivery_location)
        if self._touches(pickup, delivery, request.pickup_earliest_s, request.delivery_latest_s):
            pickup, delivery = pickup + self.stops, delivery + self.stops
        return _between(request, pickup, delivery)

    def at_stops(self, request: Request) -> Request:
        """The request as it is promised: at its stops."""
        return _between(request, self.stop_of(request.pickup_location), self.stop_of(request.delivery_location))

    def direct_s(self, origin: int, target: int, at_s: int) -> int:
        """Driving seconds without a detour for whoever boards about a second of the day."""
        while_closed = self._touches(origin, target, at_s, at_s + 1)
        more = self.stops if while_closed else 0
        return int(self.seconds[origin + more, target + more])

    def _touches(self, pickup: int, delivery: int, from_s: int, until_s: int) -> bool:
        if self.reach_s is None or self.is_hit is None or not (self.is_hit[pickup] or self.is_hit[delivery]):
            return False
        reach_s = int(self.reach_s[pickup])
        return any(begin_s < until_s and from_s - reach_s < end_s for begin_s, end_s in self.spans)

    def relaid(self, plan: Plan, past: Mapping[str, int]) -> Plan:
        """A plan that was made of other times, with everything at its location; its times are not looked at.

        `past`: shift -> how many of its events are over, if only by the clock. They were driven on roads that were open.
        """
        boarded: set[str | None] = set()
        left: set[str | None] = set()
        for route in plan.routes:
            for event in route.events[: past.get(route.shift_id, 0)]:
                (boarded if event.kind is EventKind.PICKUP else left).add(event.request_id)
        return self._laid(plan, {code: self._after(one, boarded, left) for code, one in plan.requests.items()})

    def _after(self, request: Request, boarded: Collection[str | None], left: Collection[str | None]) -> Request:
        placed, at_stops = self.placed(request), self.at_stops(request)
        return _between(
            placed,
            at_stops.pickup_location if request.id in boarded else placed.pickup_location,
            at_stops.delivery_location if request.id in left else placed.delivery_location,
        )

    def opened(self, plan: Plan, codes: Collection[str]) -> Plan:
        """The plan in which these requests are planned as if nothing was closed."""
        requests = {code: self.at_stops(one) if code in codes else one for code, one in plan.requests.items()}
        return self._laid(plan, requests)

    def as_read(self, routes: Iterable[Route]) -> tuple[Route, ...]:
        """Routes as they were written, where perhaps nothing is closed any more."""
        if self.spans:
            return tuple(routes)
        return tuple(
            replace(route, events=tuple(_at(event, self.stop_of(event.location)) for event in route.events))
            for route in routes
        )

    def as_planned(self, route: Route, stop: int) -> int:
        """The location at which a route reaches a stop next."""
        while_closed = stop + self.stops
        ahead = route.events[route.done].location if route.done < len(route.events) else stop
        return while_closed if ahead == while_closed and self.spans else stop

    def _laid(self, plan: Plan, requests: dict[str, Request]) -> Plan:
        routes = tuple(self._route_laid(route, requests) for route in plan.routes)
        return replace(plan, routes=routes, requests=requests)

    def _route_laid(self, route: Route, requests: dict[str, Request]) -> Route:
        events: list[StopEvent] = []
        for event in route.events:
            location = self.stop_of(event.location)
            request = requests.get(event.request_id or "")
            if request is not None:
                own = request.pickup_location if event.kind is EventKind.PICKUP else request.delivery_location
                location += self.stops if own >= self.stops else 0
            elif event.kind is EventKind.BREAK and events and self.stop_of(events[-1].location) == location:
                location = events[-1].location  # a break is taken where the vehicle stands
            events.append(_at(event, location))
        return replace(route, events=tuple(events))


def requests_at(routes: Iterable[Route], requests: dict[str, Request]) -> dict[str, Request]:
    """Requests at the locations at which routes serve them."""
    ends: dict[str, dict[EventKind, int]] = {}
    for route in routes:
        for event in route.events:
            if event.request_id:
                ends.setdefault(event.request_id, {})[event.kind] = event.location
    return {
        code: _between(
            one,
            ends.get(code, {}).get(EventKind.PICKUP, one.pickup_location),
            ends.get(code, {}).get(EventKind.DELIVERY, one.delivery_location),
        )
        for code, one in requests.items()
    }


def doubled(open_s: I32, closed_s: I32) -> DayTravel:
    """Driving seconds of a day on which they are now `open_s` and now `closed_s`, both int32[n_stops, n_stops]; no span yet."""
    seconds = np.block([[open_s, closed_s], [closed_s, closed_s]]).astype(np.int32)
    longer = closed_s > open_s
    reach_s = np.where(longer & (closed_s < CUT_OFF_S), closed_s, 0).max(axis=0)
    reach_s = np.minimum(reach_s, LONGEST_WAY_S).astype(np.int32)
    is_hit = np.asarray(longer.any(axis=0) | longer.any(axis=1), dtype=np.bool_)
    return DayTravel(np.ascontiguousarray(seconds), len(open_s), (), reach_s, is_hit)


def _between(request: Request, pickup: int, delivery: int) -> Request:
    if (request.pickup_location, request.delivery_location) == (pickup, delivery):
        return request
    return replace(request, pickup_location=pickup, delivery_location=delivery)


def _at(event: StopEvent, location: int) -> StopEvent:
    return event if event.location == location else replace(event, location=location)
