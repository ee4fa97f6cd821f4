"""The plan of a day in progress: what has happened is a fact, what comes may still change, and lateness never stops it.

Works on the plan's values (`dispatch.state`): right for a district's day of some hundred rides. Where a late vehicle makes
promises impossible, exactly those get as much more time as the earliest possible schedule needs; who counts broken promises
compares the facts with what was promised, not with this plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from dispatch.improvement import Limits, improve
from dispatch.insertion import Insertion
from dispatch.lateness import stretched, timed
from dispatch.layout import I32
from dispatch.model import EventKind, Load, Plan, Request, Route, Shift, StopEvent
from dispatch.objective import Weights
from dispatch.room import with_room
from dispatch.state import DayState, InfeasiblePlan, empty_plan, insert, remove

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a vehicle does next (None: its day is over), and from when it may leave for it."""

    next: StopEvent | None
    leave_from_s: int


class RollingPlan:
    """A plan that lives through its day.

    Parameters
    ----------
    shifts
        The day's shifts.
    travel_s
        int32[n_locations, n_locations]: seconds as planned.
    weights
        The objective's.

    Attributes
    ----------
    now_s
        The present second; the caller moves it on. Nothing is planned before it.
    """

    def __init__(self, shifts: tuple[Shift, ...], travel_s: I32, weights: Weights) -> None:
        self.travel_s, self.weights = np.ascontiguousarray(travel_s, dtype=np.int32), weights
        self._plan = empty_plan(shifts, self.travel_s)
        self._number = {shift.id: v for v, shift in enumerate(shifts)}
        self._state: DayState | None = None
        self.now_s = -(1 << 40)
        self._state_now_s = self.now_s

    @property
    def plan(self) -> Plan:
        """All routes with their facts. A shift or request that lateness stretched stands here as stretched."""
        return self._plan

    def quote(self, request: Request) -> Insertion | None:
        """The cheapest way to serve a request from now on, or None."""
        found, _effort = self._current().quote(request)
        return found[0] if found else None

    def make_room(self, request: Request, steps: int, seed: int) -> Insertion | None:
        """Move other rides so that a request finds a place, and quote it; None, and nothing moved, if that is not found."""
        plan = with_room(self._current().plan, request, self.travel_s, self.weights, steps=steps, seed=seed)
        if plan is None:
            return None
        self._take(plan)
        return self.quote(request)

    def accept(self, request: Request, insertion: Insertion) -> None:
        """Serve a request as the quote of this second said."""
        self._take(insert(self._current().plan, request, insertion, self.travel_s, self.weights))

    def cancel(self, request_id: str) -> None:
        """Serve a request no more. Raises InfeasiblePlan if a vehicle is on its way to it."""
        v = self._shift_of(request_id)
        route = self._plan.routes[v]
        if any(event.request_id == request_id for event in route.events[: route.locked]):
            raise InfeasiblePlan(f"request {request_id} is being served already")
        self._drop(v, route, self._plan.requests, request_id)

    def standing(self, shift_id: str) -> Standing:
        """What a vehicle does next."""
        route = self._plan.routes[self._number[shift_id]]
        following = route.events[route.done] if route.done < len(route.events) else None
        return Standing(following, max(route.ready_s, self.now_s))

    def depart(self, shift_id: str) -> None:
        """A vehicle leaves now for its next event, which nothing moves any more."""
        v = self._number[shift_id]
        route = self._plan.routes[v]
        ready_s = max(route.ready_s, self.now_s)
        self._settle(v, replace(route, locked=max(route.locked, route.done + 1), ready_s=ready_s), self._plan.requests)

    def begin(self, shift_id: str, ready_s: int) -> None:
        """A vehicle's next event begins now; it cannot leave before `ready_s`."""
        v = self._number[shift_id]
        route = self._plan.routes[v]
        here = replace(route.events[route.done], start_s=self.now_s)
        events = (*route.events[: route.done], here, *route.events[route.done + 1 :])
        done = route.done + 1
        self._settle(v, Route(shift_id, events, done, max(route.locked, done), ready_s), self._plan.requests)

    def absent(self, request_id: str) -> None:
        """Nobody came to the boarding that was next: the vehicle was there, and is free now."""
        v = self._shift_of(request_id)
        route, request = self._plan.routes[v], self._plan.requests[request_id]
        here = request.pickup_location
        # The visit stays in the route as a ride of nobody to nowhere, so that the vehicle's place and time stay facts.
        visit_id = f"{request_id} absent"
        nobody = replace(
            request, id=visit_id, delivery_location=here, load=Load(), pickup_dwell_s=0, delivery_dwell_s=0
        )
        visit = (
            StopEvent(EventKind.PICKUP, here, self.now_s, 0, visit_id),
            StopEvent(EventKind.DELIVERY, here, self.now_s, 0, visit_id),
        )
        events, done = (*route.events[: route.done], *visit, *route.events[route.done :]), route.done + 2
        been = Route(route.shift_id, events, done, done, self.now_s)
        self._drop(v, been, self._plan.requests | {visit_id: nobody}, request_id)

    def withdraw(self, shift_id: str, place: int) -> tuple[list[str], list[str]]:
        """A vehicle serves nothing from now on. Returns the requests aboard, which it lets off at `place`, and those waiting."""
        v = self._number[shift_id]
        route, requests = self._plan.routes[v], dict(self._plan.requests)
        past = [event.request_id for event in route.events[: route.done] if event.request_id]
        ahead = [event.request_id for event in route.events[route.done :] if event.request_id]
        aboard = [request_id for request_id in dict.fromkeys(ahead) if request_id in past]
        waiting = [request_id for request_id in dict.fromkeys(ahead) if request_id not in past]
        events = list(route.events[: route.done])
        for request_id in aboard:
            requests[request_id] = replace(requests[request_id], delivery_location=place)
            dwell_s = requests[request_id].delivery_dwell_s
            events.append(StopEvent(EventKind.DELIVERY, place, self.now_s, dwell_s, request_id))
        for request_id in waiting:
            del requests[request_id]
        for event in route.events[route.done :]:
            if event.request_id is None:
                location = place if event.kind is EventKind.BREAK else event.location
                events.append(replace(event, start_s=self.now_s, location=location))
        over = Route(shift_id, tuple(events), len(events), len(events), self.now_s)
        self._take(replace(self._plan, routes=_put(self._plan.routes, v, over), requests=requests))
        return aboard, waiting

    def improve(self, limits: Limits, seed: int) -> None:
        """Search for a better plan of what is still open."""
        self._take(improve(self._current().plan, self.travel_s, self.weights, limits, seed=seed).plan)

    # -- keeping it lawful -----------------------------------------------------------------------------------------

    def _shift_of(self, request_id: str) -> int:
        for v, route in enumerate(self._plan.routes):
            if any(event.request_id == request_id for event in route.events):
                return v
        raise KeyError(request_id)

    def _take(self, plan: Plan) -> None:
        self._plan, self._state = plan, None

    def _current(self) -> DayState:
        """The plan compiled, as of now."""
        if self._state is None or self._state_now_s != self.now_s:
            routes = tuple(self._as_of_now(route) for route in self._plan.routes)
            plan = replace(self._plan, routes=routes)
            try:
                self._state = DayState(plan, self.travel_s, self.weights)
            except InfeasiblePlan:
                # A vehicle is overdue: time itself has made a promise impossible.
                for v, route in enumerate(routes):
                    self._settle(v, route, self._plan.requests)
                self._state = DayState(self._plan, self.travel_s, self.weights)
            self._state_now_s = self.now_s
        return self._state

    def _as_of_now(self, route: Route) -> Route:
        """Nobody leaves before now; who is on the way has not arrived yet."""
        if route.done >= len(route.events):
            return route
        ready_s = self.now_s
        if route.done and route.locked > route.done:
            here, target = route.events[route.done - 1], route.events[route.done]
            ready_s -= 0 if target.kind is EventKind.BREAK else int(self.travel_s[here.location, target.location])
        return replace(route, ready_s=max(route.ready_s, ready_s))

    def _drop(self, v: int, route: Route, requests: dict[str, Request], request_id: str) -> None:
        """Put a route in place without a ride that it serves, in the best order that is left (`dispatch.state.remove`)."""
        plan = replace(self._plan, routes=_put(self._plan.routes, v, route), requests=requests)
        try:
            self._take(remove(plan, request_id, self.travel_s, self.weights))
        except InfeasiblePlan:  # somebody is late
            left = {key: request for key, request in requests.items() if key != request_id}
            self._plan = replace(plan, requests=left)
            self._settle(v, replace(route, events=_without(route.events, request_id)), left)

    def _settle(self, v: int, route: Route, requests: dict[str, Request]) -> None:
        """Put a route in place with its best times; where it has none, stretch what lateness broke."""
        shift = self._plan.shifts[v]
        own = {event.request_id: requests[event.request_id] for event in route.events if event.request_id}
        best = timed(shift, route, own, self.travel_s, self.weights)
        if best is None:
            shift, own = stretched(shift, route, own, self.travel_s)
            best = timed(shift, route, own, self.travel_s, self.weights)
        assert best is not None  # wide enough for its earliest times
        self._take(Plan(_put(self._plan.shifts, v, shift), _put(self._plan.routes, v, best), requests | own))


def _without(events: tuple[StopEvent, ...], request_id: str) -> tuple[StopEvent, ...]:
    return tuple(event for event in events if event.request_id != request_id)


def _put(values: tuple[Value, ...], index: int, value: Value) -> tuple[Value, ...]:
    return (*values[:index], value, *values[index + 1 :])
