"""A day's plan altered by a dispatcher's hand: rides taken out, put elsewhere, made late by the least. Values only.

Reads no rows and writes none, so that a preview costs nobody anything; `intervening` fits it to a service day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from backend.bookings.day_travel import DayTravel
from backend.bookings.planning import DayPlan, UnderWay
from backend.bookings.rearranged import (
    HERE,
    Allowed,
    NoBreak,
    Rearranged,
    Wanted,
    at_depot,
    in_order,
    later_by,
    requests_of,
    rests_alone,
    sorted_in,
    stretched_as_planned,
    with_facts,
    with_feature,
    with_value,
    without_value,
)
from dispatch.checker import Broken, check
from dispatch.driven import back_to_facts
from dispatch.improvement import Limits, improve
from dispatch.lateness import stretched, timed
from dispatch.model import EventKind, Plan, Request, Route, Shift, StopEvent
from dispatch.room import ROOM_STEPS
from dispatch.state import DayState, InfeasiblePlan, empty_plan, insert, remove, retimed

# How much later than promised a ride may become, tried in this order.
LATENESS_S = (0, 300, 600, 900, 1200, 1800, 2700, 3600)
MOST_OVERRUN_S = 4 * 3600  # who would come home later cannot go on at all


class Rearranging:
    """Work on one plan, step by step. Everything it does not touch stays where it is.

    Parameters
    ----------
    before
        The plan as it stands.
    now_s
        Nothing is planned before this second; what by plan has begun stays as it is.
    travel
        Driving times from now on where they are others than those that the plan was made with.
    """

    def __init__(self, before: DayPlan, now_s: int, travel: DayTravel | None = None) -> None:
        self._original = before
        self.travel = travel or before.travel
        self._weights, self._travel_s = before.weights, self.travel.seconds
        self.now_s = now_s
        self._before = before.plan
        self.plan = before.as_of(now_s).plan
        if travel:
            past = {route.shift_id: route.done for route in self.plan.routes}
            self._before, self.plan = travel.relaid(self._before, past), travel.relaid(self.plan, past)
        self._reshaped: set[str] = set()
        self._overrun: dict[str, Shift] = {}
        self._altered: dict[str, Request] = {}
        self._dropped: list[str] = []
        self._withdrawn: dict[str, int] = {}
        self.cut_off: dict[str, str] = {}  # shift -> one of those who are under way in it

    # -- taking out ------------------------------------------------------------------------------------------------

    def take_out(self, code: str) -> Request:
        """Serve a request no more, for now. Raises UnderWay where a vehicle drives towards it or has it aboard."""
        request = self.plan.requests[code]
        try:
            self.plan = remove(self.plan, code, self._travel_s, self._weights)
        except InfeasiblePlan as error:
            raise UnderWay(code) from error
        return request

    def reshape(self, shifts: Mapping[str, Shift]) -> list[Request]:
        """Let shifts become others (hours, vehicle, depot) or come new; returns the rides that then fit no more, taken out."""
        known = {shift.id for shift in self.plan.shifts}
        for shift_id in sorted(shifts.keys() - known):
            self._add(shifts[shift_id])
        taken: list[Request] = []
        for shift_id in shifts.keys() & known:
            v = self._number(shift_id)
            shift = shifts[shift_id]
            self._put(v, shift, self._with_breaks(shift, at_depot(self.plan.routes[v], shift)))
            was = self._before.routes[v]
            routes = with_value(self._before.routes, v, at_depot(was, shift))
            self._before = replace(self._before, shifts=with_value(self._before.shifts, v, shift), routes=routes)
            self._reshaped.add(shift_id)
            taken += self._mend(v)
        return taken

    def remove_shift(self, shift_id: str) -> list[Request]:
        """A shift that is driven no more; returns its rides. Raises UnderWay for one that has begun."""
        v = self._number(shift_id)
        route = self.plan.routes[v]
        if route.done > 1 or route.locked > 1:
            raise UnderWay(shift_id)
        codes = list(dict.fromkeys(event.request_id for event in route.events if event.request_id))
        taken = [self.plan.requests[code] for code in codes]
        left = {code: request for code, request in self.plan.requests.items() if code not in codes}
        self.plan = Plan(without_value(self.plan.shifts, v), without_value(self.plan.routes, v), left)
        self._before = replace(
            self._before, shifts=without_value(self._before.shifts, v), routes=without_value(self._before.routes, v)
        )  # fmt: skip
        return taken

    def reopen(self, shift_id: str, driven: int) -> None:
        """A shift that was withdrawn goes on; so many of its events it had driven. Raises UnderWay where it cannot."""
        v = self._number(shift_id)
        was = self._before.routes[v]
        route = replace(was, done=driven, locked=max(1, driven), ready_s=max(was.ready_s, self.now_s))
        alone = Plan((self.plan.shifts[v],), (route,), requests_of(route, self.plan.requests))
        try:
            (timed,) = retimed(alone, self._travel_s, self._weights).routes
        except InfeasiblePlan as error:
            raise UnderWay(shift_id) from error
        self._put(v, self.plan.shifts[v], timed)
        self._before = replace(self._before, routes=with_value(self._before.routes, v, timed))

    def tag(self, vehicle_codes: Iterable[str], feature_of: Callable[[str], str]) -> None:
        """Give exactly these vehicles their own feature, by which bookings are kept on them."""
        codes = set(vehicle_codes)

        def tagged(shift: Shift) -> Shift:
            own = feature_of(shift.vehicle.id)
            features = shift.vehicle.features - {own} | ({own} if shift.vehicle.id in codes else frozenset())
            return replace(shift, vehicle=replace(shift.vehicle, features=features))

        self.plan = replace(self.plan, shifts=tuple(map(tagged, self.plan.shifts)))
        self._before = replace(self._before, shifts=tuple(map(tagged, self._before.shifts)))

    def mend_all(self) -> list[Request]:
        """Take out of every route what no longer fits, after travel times have changed; who is under way becomes late.

        A vehicle that no way leads on for goes on as if nothing was closed, with those who are under way in it: somebody has
        to decide with its driver (`cut_off`).
        """
        taken: list[Request] = []
        for v, shift in enumerate(self.plan.shifts):
            self._reshaped.add(shift.id)
            plan, altered, overrun = self.plan, dict(self._altered), dict(self._overrun)
            try:
                taken += self._mend(v, may_stretch=True)
            except UnderWay as error:
                self._altered, self._overrun = altered, overrun
                route = plan.routes[v]
                under_way = (event.request_id for event in route.events[: max(route.done, route.locked)])
                codes = {code for code in under_way if code}
                self._before, self.plan = self.travel.opened(self._before, codes), self.travel.opened(plan, codes)
                self.cut_off[shift.id] = str(error)
                taken += self._mend(v, may_stretch=True)
        return taken

    def withdraw(self, shift_id: str, aboard: Sequence[str], waiting: Sequence[str]) -> list[Request]:
        """A vehicle serves nothing from now on. Returns the promises of those aboard and those waiting, in this order.

        What it has driven stays in its route; who is aboard will board another vehicle, so that the boarding goes too.
        """
        v = self._number(shift_id)
        route = self.plan.routes[v]
        if route.done >= len(route.events):
            route = self._before.routes[v]  # the clock's view of a route that is late has lost what it did
        # Whoever the caller does not know any more leaves the route as well.
        gone = {*aboard, *waiting, *(event.request_id for event in route.events[route.done :] if event.request_id)}
        past = [event for event in route.events[: route.done] if event.request_id not in gone]
        rest = [
            replace(event, start_s=max(self.now_s, past[-1].start_s if past else 0))
            for event in route.events[route.done :]
            if event.request_id is None
        ]
        self._withdrawn[shift_id] = len(past)
        over = Route(shift_id, (*past, *rest), len(past) + len(rest), len(past) + len(rest), self.now_s)
        requests = [self.plan.requests[code] for code in (*aboard, *waiting)]
        left = {code: request for code, request in self.plan.requests.items() if code not in gone}
        self.plan = replace(self.plan, routes=with_value(self.plan.routes, v, over), requests=left)
        known = {
            code: request
            for code, request in self._before.requests.items()
            if code not in gone or code in (*aboard, *waiting)
        }
        self._before = replace(self._before, routes=with_value(self._before.routes, v, over), requests=known)
        return requests

    # -- putting in ------------------------------------------------------------------------------------------------

    def seat(self, wanted: Iterable[Wanted]) -> None:
        """Find a place for each: as promised; with others moved; a little late; who finds none is dropped."""
        waiting = sorted(wanted, key=lambda one: (one.request.pickup_latest_s, one.request.id))
        waiting = [one for one in waiting if not self.place(one.request, one.allowed)]
        waiting = self._with_room(waiting)
        for one in waiting:
            if not (one.may_be_late and self._place_late(one)):
                self._dropped.append(one.request.id)

    def drop(self, code: str) -> None:
        """Serve a request no more, for good. Raises UnderWay."""
        self.take_out(code)
        self._dropped.append(code)

    def place(self, request: Request, allowed: Allowed | None = None) -> bool:
        """Serve a request in its cheapest place among the shifts allowed; whether there is one."""
        request = self.travel.placed(request)
        plan, wanted = self._only(request, allowed)
        found, _effort = DayState(plan, self._travel_s, self._weights).quote(wanted)
        if not found:
            return False
        self._take(insert(plan, wanted, found[0], self._travel_s, self._weights), {request.id: request})
        return True

    def alter(self, request: Request) -> None:
        """From now on a request is promised like this."""
        there = self.plan.requests.get(request.id)
        if there:  # where it is planned is not for its promise to say
            request = replace(request, pickup_location=there.pickup_location, delivery_location=there.delivery_location)
        self._altered[request.id] = request
        if there:
            self.plan = replace(self.plan, requests=self.plan.requests | {request.id: request})

    def _with_room(self, waiting: list[Wanted]) -> list[Wanted]:
        """Move others so that those who wait find places as promised; returns who does not."""
        for one in list(waiting):
            request = self.travel.placed(one.request)
            plan, wanted = self._only(request, one.allowed)
            trial = replace(plan, requests=plan.requests | {wanted.id: wanted})
            found = improve(trial, self._travel_s, self._weights, Limits(iterations=ROOM_STEPS), seed=0).plan
            if any(event.request_id == wanted.id for route in found.routes for event in route.events):
                self._take(found, {request.id: request})
                waiting = [other for other in waiting if other is not one]
        return waiting

    def _place_late(self, one: Wanted) -> bool:
        for late_s in LATENESS_S:
            if self.place(later_by(one.request, one.full, late_s), one.allowed):
                self.alter(stretched_as_planned(one, self.plan))
                return True
        return False

    def _only(self, request: Request, allowed: Allowed | None) -> tuple[Plan, Request]:
        """The plan and the request with a feature that no other shifts than those allowed have."""
        if allowed is None:
            return self.plan, request
        shifts = tuple(with_feature(shift) if allowed(shift) else shift for shift in self.plan.shifts)
        return replace(self.plan, shifts=shifts), replace(request, features=request.features | {HERE})

    def _take(self, found: Plan, more: dict[str, Request]) -> None:
        self.plan = Plan(self.plan.shifts, found.routes, self.plan.requests | more)

    # -- routes ----------------------------------------------------------------------------------------------------

    def _number(self, shift_id: str) -> int:
        return next(v for v, shift in enumerate(self.plan.shifts) if shift.id == shift_id)

    def _put(self, v: int, shift: Shift, route: Route) -> None:
        self.plan = replace(
            self.plan, shifts=with_value(self.plan.shifts, v, shift), routes=with_value(self.plan.routes, v, route)
        )

    def _with_breaks(self, shift: Shift, route: Route) -> Route:
        """The route with the breaks of its shift and no others, new ones where they cost the least. Raises NoBreak."""
        gone = len(shift.breaks)
        events = tuple(
            event
            for k, event in enumerate(route.events)
            if k < route.locked or event.kind is not EventKind.BREAK or (event.break_index or 0) < gone
        )
        route = replace(route, events=events)
        known = {event.break_index for event in route.events if event.kind is EventKind.BREAK}
        if known - set(range(gone)):
            raise UnderWay(shift.id)  # the break that the shift has no more is being taken
        for index in sorted(set(range(len(shift.breaks))) - known):
            best: tuple[int, Route] | None = None
            upto = replace(shift, breaks=shift.breaks[: index + 1])
            for at in range(max(1, route.locked), len(route.events)):
                here = route.events[at - 1].location
                rest = StopEvent(EventKind.BREAK, here, 0, shift.breaks[index].duration_s, break_index=index)
                trial = replace(route, events=(*route.events[:at], rest, *route.events[at:]))
                alone = Plan((upto,), (trial,), requests_of(route, self.plan.requests))
                try:
                    state = DayState(alone, self._travel_s, self._weights)
                except InfeasiblePlan:
                    continue
                if rests_alone(trial, at) and (best is None or state.cost < best[0]):
                    best = (state.cost, trial)
            if best is None:
                raise NoBreak(shift.id)
            route = best[1]
        return route

    def _add(self, shift: Shift) -> None:
        (route,) = empty_plan((shift,), self._travel_s).routes
        self._before = sorted_in(self._before, shift, route)
        fresh = replace(route, ready_s=max(route.ready_s, min(self.now_s, shift.end_s)))
        self.plan = sorted_in(self.plan, shift, fresh)

    def _mend(self, v: int, *, may_stretch: bool = False) -> list[Request]:
        """Take out of a route what breaks a law, one ride after the other, until none does. Raises UnderWay."""
        taken: list[Request] = []
        while True:
            shift, route = self.plan.shifts[v], self.plan.routes[v]
            code = self._misfit(shift, route)
            if code is None:
                return taken
            if any(event.request_id == code for event in route.events[: route.locked]):
                if not may_stretch:
                    raise UnderWay(code)
                self._stretch(v, code)
                return taken
            taken.append(self.plan.requests[code])
            left = tuple(event for event in route.events if event.request_id != code)
            requests = {key: value for key, value in self.plan.requests.items() if key != code}
            self.plan = replace(
                self.plan, routes=with_value(self.plan.routes, v, replace(route, events=left)), requests=requests
            )

    def _stretch(self, v: int, code: str) -> None:
        """Give a route under way the time that it needs. Raises UnderWay where it cannot go on at all."""
        shift, route = self.plan.shifts[v], self.plan.routes[v]
        wider, own = stretched(shift, route, requests_of(route, self.plan.requests), self._travel_s)
        best = timed(wider, route, own, self._travel_s, self._weights)
        if best is None or best.events[-1].start_s > shift.end_s + MOST_OVERRUN_S:
            raise UnderWay(code)
        for key, request in own.items():
            if request != self.plan.requests[key]:
                self.alter(request)
        if wider != shift:
            self._overrun[shift.id] = wider
            self._before = replace(self._before, shifts=with_value(self._before.shifts, v, wider))
        self._put(v, wider, best)

    def _misfit(self, shift: Shift, route: Route) -> str | None:
        """A ride that the route cannot serve; None, and the route is timed anew, if it can serve all."""
        alone = Plan((shift,), (route,), requests_of(route, self.plan.requests))
        loads = [v for v in check(alone, self._travel_s) if v.kind in (Broken.CAPACITY, Broken.FEATURE, Broken.APART)]
        if loads:
            return next(violation.request_id for violation in loads)
        try:
            (timed,) = retimed(alone, self._travel_s, self._weights).routes
        except InfeasiblePlan:
            return self._first_too_late(shift, route)
        self._put(self._number(shift.id), shift, timed)
        return None

    def _first_too_late(self, shift: Shift, route: Route) -> str:
        """Whose service would begin too late if the vehicle hurried; of a break or the shift's end, the last ride before it."""
        second, here, last = route.ready_s, route.events[max(0, route.done - 1)].location, ""
        if route.done:
            event = route.events[route.done - 1]
            second = max(second, event.start_s + event.dwell_s)
        for k, event in enumerate(route.events):
            if k < route.done:
                continue
            there = here if event.kind is EventKind.BREAK else event.location
            earliest_s, latest_s = self._window(shift, event)
            second = max(earliest_s, second + int(self._travel_s[here, there]))
            if second > latest_s and (event.request_id or last):
                return event.request_id or last
            last = event.request_id or last
            here, second = there, second + event.dwell_s
        movable = [event.request_id for event in route.events[route.locked :] if event.request_id]
        if not movable:
            raise UnderWay(last)
        return movable[-1]  # it is the ride limits that cannot hold together: one ride less, then look again

    def _window(self, shift: Shift, event: StopEvent) -> tuple[int, int]:
        if event.request_id:
            request = self.plan.requests[event.request_id]
            if event.kind is EventKind.PICKUP:
                return request.pickup_earliest_s, request.pickup_latest_s
            return request.delivery_earliest_s, request.delivery_latest_s
        if event.kind is EventKind.BREAK:
            rest = shift.breaks[event.break_index or 0]
            return rest.earliest_s, rest.latest_s
        return shift.start_s, shift.end_s

    # -- the end ---------------------------------------------------------------------------------------------------

    def result(self) -> Rearranged:
        """The plan with its facts as they were, and what became of whom."""
        was = {route.shift_id: route for route in self._before.routes}
        # A route that was only timed anew keeps its order: what it is compared with must have the new times, too.
        same = {route.shift_id: route for route in self.plan.routes if route.shift_id in self._reshaped}
        routes = tuple(
            with_facts(same[route.shift_id], route) if in_order(same.get(route.shift_id), route) else route
            for route in self._before.routes
        )
        before_plan = replace(self._before, routes=routes)
        plan = back_to_facts(before_plan, self.plan)
        routes = tuple(with_facts(route, was[route.shift_id]) for route in plan.routes)
        before = DayPlan(self._original.version, before_plan, self.travel, self._weights)
        altered = {code: request for code, request in self._altered.items() if code not in self._dropped}
        return Rearranged(
            before, replace(plan, routes=routes), altered, tuple(self._dropped), self._withdrawn, dict(self._overrun)
        )
