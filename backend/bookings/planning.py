"""The only caller of the engine: a service day's plan between database rows and `dispatch` values.

A plan's requests are its bookings; a request's id is the booking's code. A version is one document of routes, so that
reading a plan is one query; the compiled state of the newest version is kept per process.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from accessibility.desk import Party
from backend.bookings import rules as booking_rules
from backend.bookings.localtime import clock_to_seconds
from backend.bookings.models import DayShift, OfferRecord, PlanVersion, ServiceDay
from backend.districts.models import Shift
from backend.districts.selectors import roads_of, rules_of
from dispatch.checker import Violation, check, check_successor
from dispatch.layout import I32
from dispatch.model import Break, EventKind, Load, Plan, Request, Route, StopEvent, Vehicle
from dispatch.model import Shift as EngineShift
from dispatch.objective import Weights, objective
from dispatch.state import DayState, empty_plan

KEPT_STATES = 6


class UnlawfulPlan(RuntimeError):
    """The checker found a fault in a plan about to be written: a bug, and nothing is written."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(f"{v.kind} {v.shift_id}: {v.message}" for v in violations[:5]))
        self.violations = violations


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A plan with what it was made from."""

    version: int
    state: DayState
    travel_s: I32
    weights: Weights

    @property
    def plan(self) -> Plan:
        return self.state.plan


_states: OrderedDict[tuple[str, int, int], DayPlan] = OrderedDict()
_states_lock = threading.Lock()


def weights_of(day: ServiceDay) -> Weights:
    """The district's objective."""
    own = rules_of(day.district).objective
    return Weights(own.drive, own.wait, own.excess_ride, own.slack, own.slack_target_s)


def travel_of(day: ServiceDay) -> I32:
    """int32[n_stops, n_stops] driving seconds under the day's weather."""
    seconds = np.asarray(roads_of(day.district).seconds)
    factor = rules_of(day.district).weather_factors.get(day.weather, 1.0)
    return seconds if factor == 1.0 else np.ceil(seconds * factor).astype(np.int32)


def current_plan(day: ServiceDay) -> DayPlan:
    """The newest plan of a service day as `day.plan_version` says; version 0 is the empty plan."""
    from django.db import connection

    key = (str(connection.settings_dict["NAME"]), day.pk, day.plan_version)
    with _states_lock:
        if key in _states:
            _states.move_to_end(key)
            return _states[key]
    loaded = _load(day)
    with _states_lock:
        _states[key] = loaded
        while len(_states) > KEPT_STATES:
            _states.popitem(last=False)
    return loaded


def forget_plans() -> None:
    """Empty the cache; for tests, whose databases begin anew under the same name."""
    with _states_lock:
        _states.clear()


def _load(day: ServiceDay) -> DayPlan:
    travel_s = travel_of(day)
    weights = weights_of(day)
    shifts = tuple(engine_shift(row) for row in day.day_shifts.select_related("vehicle__depot").order_by("code"))
    plan = empty_plan(shifts, travel_s)
    if day.plan_version:
        version = day.plans.get(version=day.plan_version)
        routes = tuple(_read_route(document) for document in version.routes)
        # By code and not by state: a version means the same after one of its bookings was cancelled.
        codes = {event.request_id for route in routes for event in route.events if event.request_id}
        bookings = day.bookings.filter(code__in=codes).select_related(
            "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop"
        )
        requests = {
            booking.code: promised_request(booking.code, booking.offer, day) for booking in bookings.order_by("pk")
        }
        plan = Plan(shifts, routes, requests)
    return DayPlan(day.plan_version, DayState(plan, travel_s, weights), travel_s, weights)


def copy_roster(day: ServiceDay, zone: ZoneInfo) -> None:
    """Give a new service day its shifts, in elapsed seconds of that day."""
    bit = 1 << day.date.weekday()
    rows = [
        DayShift(
            service_day=day,
            shift=shift,
            code=shift.code,
            vehicle=shift.vehicle,
            start_s=clock_to_seconds(shift.start_s, day.date, zone),
            end_s=clock_to_seconds(shift.end_s, day.date, zone),
            breaks=[
                [clock_to_seconds(begin, day.date, zone), clock_to_seconds(end, day.date, zone), duration]
                for begin, end, duration in shift.breaks
            ],
        )
        for shift in Shift.objects.filter(district=day.district).select_related("vehicle")
        if shift.days & bit
    ]
    DayShift.objects.bulk_create(rows)


def engine_shift(row: DayShift) -> EngineShift:
    """A day's shift for the engine."""
    vehicle = Vehicle(
        row.vehicle.code,
        tuple(Load(*configuration) for configuration in row.vehicle.configurations),
        frozenset(row.vehicle.features),
    )
    depot = row.vehicle.depot.number
    return EngineShift(
        row.code, vehicle, depot, depot, row.start_s, row.end_s, tuple(Break(*rest) for rest in row.breaks)
    )


def promised_request(code: str, offer: OfferRecord, day: ServiceDay) -> Request:
    """The offer's promise as the engine must keep it."""
    rules = rules_of(day.district)
    wish = offer.ride_request
    party, needs = Party(**wish.party), frozenset(wish.needs)
    dwell_s = booking_rules.dwell_s(rules, party, needs)
    return Request(
        id=code,
        pickup_location=offer.pickup_stop.number,
        delivery_location=offer.delivery_stop.number,
        pickup_earliest_s=offer.pickup_earliest_s,
        pickup_latest_s=offer.pickup_latest_s,
        delivery_earliest_s=0,
        delivery_latest_s=offer.delivery_latest_s,
        max_ride_s=offer.max_ride_s,
        load=booking_rules.load_of(party),
        pickup_dwell_s=dwell_s,
        delivery_dwell_s=dwell_s,
        riders=max(1, party.adults + party.children),
        features=booking_rules.features_of(party, needs),
    )


def write_version(
    day: ServiceDay, before: DayPlan, plan: Plan, reason: str, now: datetime, released: frozenset[str] = frozenset()
) -> PlanVersion:
    """Check the whole plan and write it as the next version. The caller holds the service day's lock.

    `released` are the codes whose promise ends with this version. Raises UnlawfulPlan.
    """
    violations = check(plan, before.travel_s)
    violations += [found for found in check_successor(before.plan, plan) if found.request_id not in released]
    if violations:
        raise UnlawfulPlan(violations)
    judged = objective(plan, before.travel_s, before.weights)
    day.plan_version += 1
    day.save(update_fields=["plan_version"])
    return PlanVersion.objects.create(
        service_day=day,
        version=day.plan_version,
        created_at=now,
        reason=reason,
        routes=[_write_route(route) for route in plan.routes],
        cost=judged.cost,
        driving_s=judged.driving_s,
    )


def _write_route(route: Route) -> dict[str, object]:
    events = [
        [event.kind.value, event.location, event.start_s, event.dwell_s, event.request_id, event.break_index]
        for event in route.events
    ]
    return {
        "shift": route.shift_id,
        "done": route.done,
        "locked": route.locked,
        "ready_s": route.ready_s,
        "events": events,
    }


def _read_route(document: dict) -> Route:
    events = tuple(
        StopEvent(EventKind(kind), location, start_s, dwell_s, request_id, break_index)
        for kind, location, start_s, dwell_s, request_id, break_index in document["events"]
    )
    return Route(document["shift"], events, document["done"], document["locked"], document["ready_s"])
