"""The plan while its day is driven: what happens becomes facts, what comes is re-timed, and lateness never stops it.

The caller holds the service day's lock and says what has happened, one thing after the other; `write` puts all of it into
one new version of the plan. A promise that the new plan cannot keep gets as much more time as it needs, with the booking,
so that planning goes on; that it breaks is kept and told (`promise.broken`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from backend.bookings.day_travel import requests_at
from backend.bookings.driven import break_promise
from backend.bookings.journal import announce_plan
from backend.bookings.localtime import to_seconds
from backend.bookings.models import Booking, BrokenPromise, DayShift, PlanVersion, ServiceDay
from backend.bookings.plan_document import booked_request, day_shifts, promised_request
from backend.bookings.planning import UnlawfulPlan, current_plan, write_version
from dispatch.driven import (
    Roads,
    absent_request,
    at_stop,
    begun,
    delayed,
    departed,
    happened,
    over,
    position_of,
    settled,
    taken_aboard,
    visited,
    without,
)
from dispatch.model import EventKind, Plan, Route
from dispatch.state import InfeasiblePlan
from dispatch.untold import untold

logger = logging.getLogger("rufbus.plans")
EARLY_S = 1800  # a report so long before a shift belongs to it
FAULTS = (UnlawfulPlan, InfeasiblePlan, AssertionError, LookupError, ValueError)
LIMITS = ("pickup_latest_s", "delivery_latest_s", "max_ride_s", "delivery_location")


class Progress:
    """What has happened on a locked day since its plan was written. `shown`: the day's time."""

    def __init__(self, day: ServiceDay, shown: datetime) -> None:
        self.day, self.zone = day, ZoneInfo(day.district.timezone)
        self.before = current_plan(day)
        self.plan: Plan = self.before.plan
        self.shifts = self.plan.shifts  # as their rows say
        self.roads = Roads(self.before.travel_s, self.before.weights)
        self.now_s = self._second(shown)
        self.driven: set[str] = set()
        self.released: set[str] = set()
        self.untold: frozenset[str] = frozenset()
        self.as_before: frozenset[str] = frozenset()

    # -- what a vehicle does -------------------------------------------------------------------------------------------

    def begins(self, vehicle: str, at: datetime) -> None:
        """The shift has begun."""
        v = self._route_at(vehicle, at)
        if v is not None:
            self._put(v, self._begun(v, at))

    def arrives(self, vehicle: str, stop_number: int, at: datetime) -> None:
        """The vehicle stands at a stop."""
        v = self._route_at(vehicle, at)
        if v is not None:
            route, second = self.plan.routes[v], self._second(at)
            way_s = int(self.roads.travel_s[route.events[0].location, stop_number])
            route = begun(route, second - way_s)
            here = self.before.travel.as_planned(route, stop_number)
            self._put(v, at_stop(route, here, second, self.roads.travel_s))

    def leaves(self, vehicle: str, at: datetime) -> None:
        """The vehicle is on its way to what comes next."""
        v = self._route_at(vehicle, at)
        if v is not None:
            self._put(v, departed(self._begun(v, at), self._second(at)))

    def is_delayed(self, vehicle: str, at: datetime, seconds: int) -> None:
        """The vehicle stands for so much longer than planned."""
        v = self._route_at(vehicle, at)
        if v is not None:
            self._put(v, delayed(self._begun(v, at), self._second(at), seconds))

    def expects(self, vehicle: str, at: datetime, arrives_s: int) -> bool:
        """The vehicle's next stop is reached at this second and not before; whether that is news."""
        v = self._route_at(vehicle, at)
        if v is None or not self.plan.routes[v].done or self.plan.routes[v].done >= len(self.plan.routes[v].events):
            return False
        route = self.plan.routes[v]
        here, ahead = route.events[route.done - 1], route.events[route.done]
        leave_s = arrives_s - int(self.roads.travel_s[here.location, ahead.location])
        if leave_s <= max(route.ready_s, here.start_s + here.dwell_s):
            return False
        self._put(v, replace(route, ready_s=leave_s))
        return True

    def rests(self, vehicle: str, at: datetime) -> bool:
        """The driver's next break has begun; no with somebody aboard, or where none is left."""
        v = self._route_at(vehicle, at)
        if v is None:
            return True
        route = self._begun(v, at)
        if _aboard(route):
            return False
        k = position_of(route, EventKind.BREAK)
        if k is not None:
            self._put(v, happened(route, k, self._second(at)))
        return True

    def rested(self, vehicle: str, at: datetime) -> None:
        """The driver goes on."""
        v = self._route_at(vehicle, at)
        if v is not None:
            route = self._begun(v, at)
            self._put(v, replace(route, ready_s=max(route.ready_s, self._second(at))))

    def carries(self, vehicle: str, at: datetime) -> bool:
        """Whether somebody sits in the vehicle."""
        v = self._route_at(vehicle, at)
        return v is not None and _aboard(self.plan.routes[v])

    def ends(self, vehicle: str, at: datetime) -> bool:
        """The shift is over; no with rides still to be driven."""
        v = self._route_at(vehicle, at)
        if v is None:
            return True
        ended = over(self._begun(v, at), self._second(at))
        if ended is None:
            return False
        self._put(v, ended)
        return True

    # -- what riders do ------------------------------------------------------------------------------------------------

    def boards(self, vehicle: str, booking: Booking, at: datetime) -> bool:
        """A party has boarded, whoever was to fetch it; no where the plan cannot carry it in this vehicle."""
        code, second = booking.code, self._second(at)
        w = self._serving(code)
        if w is not None and self._vehicle(w) == vehicle:
            route = self._begun(w, at)
            k = position_of(route, EventKind.PICKUP, code)
            if k is not None:
                self._put(w, happened(route, k, second))
            return True
        v = self._route_at(vehicle, at)
        if w is not None and code in _past(self.plan.routes[w]):
            return False
        plan = self.plan
        if w is not None:
            self.driven.add(plan.shifts[w].id)
            plan = _with_route(plan, w, without(plan.routes[w], code, second))
        if v is None:  # a bus that has no shift any more: nobody else fetches who sits in it
            self._give_up(plan, code)
            return False
        request = plan.requests.get(code) or booked_request(booking)
        plan = _with_route(plan, v, self._begun(v, at))
        taken = taken_aboard(plan, v, request, second, self.roads)
        if taken is None:
            self._give_up(plan, code)
            return False
        self.plan = taken
        self.driven.add(taken.shifts[v].id)
        return True

    def _give_up(self, plan: Plan, code: str) -> None:
        """A party that no plan carries: its routes are those of `plan` already."""
        if code in plan.requests:
            self.released.add(code)
        self.plan = replace(plan, requests={key: value for key, value in plan.requests.items() if key != code})

    def alights(self, booking: Booking, at: datetime, stop_number: int | None = None) -> None:
        """A party has left, at another stop than planned where one is named."""
        v = self._serving(booking.code)
        if v is None:
            return
        route = self.plan.routes[v]
        k = position_of(route, EventKind.DELIVERY, booking.code)
        if k is None or position_of(route, EventKind.PICKUP, booking.code) is not None:
            return
        if stop_number is not None and stop_number != self.before.travel.stop_of(route.events[k].location):
            elsewhere = replace(route.events[k], location=stop_number)
            route = replace(route, events=(*route.events[:k], elsewhere, *route.events[k + 1 :]))
            request = replace(self.plan.requests[booking.code], delivery_location=stop_number)
            self.plan = replace(self.plan, requests={**self.plan.requests, booking.code: request})
        self._put(v, happened(route, k, self._second(at)))

    def is_absent(self, booking: Booking, at: datetime) -> None:
        """Nobody was at the stop: the seat is free, and that the vehicle was there stays a fact."""
        v = self._serving(booking.code)
        if v is None or booking.code in _past(self.plan.routes[v]):
            return
        request = self.plan.requests[booking.code]
        route = visited(self._begun(v, at), request, self._second(at))
        visit = absent_request(request)
        requests = {key: value for key, value in self.plan.requests.items() if key != booking.code}
        self.plan = replace(self.plan, requests={**requests, visit.id: visit})
        self.released.add(booking.code)
        self._put(v, route)

    def drops(self, code: str, at: datetime) -> bool:
        """A ride of which nothing has happened is served no more, also where a vehicle is under way to it."""
        v = self._serving(code)
        if v is None or code in _past(self.plan.routes[v]):
            return False
        self._put(v, without(self.plan.routes[v], code, self._second(at)))
        self.plan = replace(
            self.plan, requests={key: value for key, value in self.plan.requests.items() if key != code}
        )
        self.released.add(code)
        return True

    # -- what was said by mistake --------------------------------------------------------------------------------------

    def untells(
        self, before: Sequence[Route], after: Sequence[Route], codes: Collection[str], *, only_as_before: bool
    ) -> bool:
        """Take out what was reported between two versions; no where the plan stands on it.

        `codes`: bookings whose rows were set back just now. `only_as_before`: the plan must be what it was, not only lawful.
        """
        found = untold(self.plan.routes, after, before)
        if found is None or (only_as_before and found.anew):
            return False
        ids = {event.request_id for route in found.routes for event in route.events if event.request_id}
        read = {key for key in ids if key in codes or key not in self.plan.requests}
        rows = self.day.bookings.filter(code__in=read).select_related(
            "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop", "kept_on"
        )
        requests = requests_at(found.routes, self.plan.requests | {row.code: booked_request(row) for row in rows})
        if not ids <= requests.keys():
            return False
        self.released |= self.plan.requests.keys() - ids
        self.shifts = day_shifts(self.day)
        self.plan = Plan(self.shifts, found.routes, {key: requests[key] for key in requests if key in ids})
        self.driven |= found.anew
        self.as_before, self.untold = found.as_before, found.as_before | found.anew
        return True

    # -- the next version ----------------------------------------------------------------------------------------------

    def write(self, now: datetime, reason: str = "progress") -> PlanVersion | None:
        """Write what has happened as the next version of the plan; None where nothing did, or where the planner fails.

        A fault of the planner is logged, and a plan that the checker refuses is kept for whoever mends it. What was reported
        is not lost by it, and the next report tries again.
        """
        if not self.driven:
            return None
        try:
            with transaction.atomic():
                return self.write_or_fail(now, reason)
        except FAULTS:
            logger.exception("day %s: the plan does not follow what was reported", self.day.pk)
            self.day.refresh_from_db(fields=["plan_version", "plan_token", "altered_version"])
            return None

    def write_or_fail(self, now: datetime, reason: str) -> PlanVersion:
        """The same; raises one of `FAULTS` where the planner fails."""
        plan = settled(self.plan, sorted(self.driven), self.now_s, self.roads)
        before = self.before.plan
        altered = frozenset(
            code for code, request in plan.requests.items() if code in before.requests and before.requests[code] != request
        )  # fmt: skip
        new = frozenset(code for code in plan.requests if code not in before.requests)
        self._amend(plan, altered | new, now)
        self._overrun(plan)
        driven = frozenset(
            new.shift_id for old, new in zip(before.routes, plan.routes, strict=True) if old != new
        ) | frozenset(self.driven)
        version = write_version(
            self.day, self.before, plan, reason, now, frozenset(self.released), altered, driven, self.untold
        )
        announce_plan(self.day, version.version, now)
        return version

    def _amend(self, plan: Plan, codes: frozenset[str], now: datetime) -> None:
        """Keep with the bookings what more time their promises get, and which of them break by that."""
        rows = self.day.bookings.filter(code__in=codes).select_related(
            "district", "driven", "service_day", "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop"
        )
        planned = _planned(plan)
        for row in rows.order_by("pk"):
            promised, request = (
                promised_request(row.code, row.offer),
                self.before.travel.at_stops(plan.requests[row.code]),
            )
            differs = {
                name: getattr(request, name) for name in LIMITS if getattr(request, name) != getattr(promised, name)
            }
            amended = {**(row.amended or {}), **differs} or None
            if amended != row.amended:
                row.amended = amended
                row.save(update_fields=["amended"])
            _tell_broken(row, planned[row.code], now)

    def _overrun(self, plan: Plan) -> None:
        """Keep with the shifts how far lateness reaches beyond them."""
        for old, new in zip(self.shifts, plan.shifts, strict=True):
            if old != new:
                late = {"end_s": new.end_s, "breaks": [rest.latest_s for rest in new.breaks]}
                DayShift.objects.filter(service_day=self.day, code=new.id).update(overrun=late)

    # -- looking up ----------------------------------------------------------------------------------------------------

    def _second(self, at: datetime) -> int:
        return to_seconds(at, self.day.date, self.zone)

    def _vehicle(self, v: int) -> str:
        return self.plan.shifts[v].vehicle.id

    def _serving(self, code: str) -> int | None:
        """The route that serves a booking."""
        for v, route in enumerate(self.plan.routes):
            if any(event.request_id == code for event in route.events):
                return v
        return None

    def _route_at(self, vehicle: str, at: datetime) -> int | None:
        """The shift that a vehicle drives at a moment: the first that is not over and has begun, or soon will."""
        second = self._second(at)
        own = [v for v, shift in enumerate(self.plan.shifts) if shift.vehicle.id == vehicle]
        open_ones = [v for v in own if self.plan.routes[v].done < len(self.plan.routes[v].events)]
        open_ones.sort(key=lambda v: self.plan.shifts[v].start_s)
        begun_ones = [v for v in open_ones if self.plan.routes[v].done]
        due = [v for v in open_ones if self.plan.shifts[v].start_s - EARLY_S <= second]
        if begun_ones:
            return begun_ones[0]
        return due[-1] if due else None

    def _begun(self, v: int, at: datetime) -> Route:
        return begun(self.plan.routes[v], self._second(at))

    def _put(self, v: int, route: Route) -> None:
        if route != self.plan.routes[v]:
            self.plan = _with_route(self.plan, v, route)
            self.driven.add(route.shift_id)


def _with_route(plan: Plan, v: int, route: Route) -> Plan:
    return replace(plan, routes=(*plan.routes[:v], route, *plan.routes[v + 1 :]))


def _past(route: Route) -> set[str]:
    return {event.request_id for event in route.events[: route.done] if event.request_id}


def _aboard(route: Route) -> bool:
    past = _past(route)
    return any(event.request_id in past for event in route.events[route.done :])


def _planned(plan: Plan) -> dict[str, dict[EventKind, int]]:
    """Code -> when boarding and leaving begin by plan, of what has not happened."""
    times: dict[str, dict[EventKind, int]] = {code: {} for code in plan.requests}
    for route in plan.routes:
        for event in route.events[route.done :]:
            if event.request_id:
                times[event.request_id][event.kind] = event.start_s
    return times


def _tell_broken(booking: Booking, planned: dict[EventKind, int], now: datetime) -> None:
    """A promise that the new plan does not keep is broken, and told at once."""
    if booking.state not in (Booking.State.BOOKED, Booking.State.ABOARD):
        return
    offer = booking.offer
    there = getattr(booking, "driven", None)
    if there is not None and there.vehicle_at is not None:
        # It stands there, faster than the plan knew: boarding will be judged by that.
        planned = {kind: second for kind, second in planned.items() if kind is not EventKind.PICKUP}
    for kind, limit, latest_s in (
        (EventKind.PICKUP, BrokenPromise.Limit.PICKUP, offer.pickup_latest_s),
        (EventKind.DELIVERY, BrokenPromise.Limit.DELIVERY, offer.delivery_latest_s),
    ):
        late_s = planned[kind] - latest_s if kind in planned else 0
        if late_s > 0:
            break_promise(booking, limit, late_s, now)
