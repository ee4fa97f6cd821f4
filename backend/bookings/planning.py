"""The only caller of the engine: a service day's plan, kept ready, looked up, altered, checked, written.

A plan's requests are its bookings; a request's id is the booking's code. The compiled state of a plan is kept per process
under the plan's token, which names its content: no other process, and no transaction undone, can make it wrong.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings

from backend.bookings.closures import Closed, closed_on, free_seconds
from backend.bookings.day_travel import DayTravel, doubled, requests_at
from backend.bookings.localtime import to_seconds
from backend.bookings.models import PlanVersion, ServiceDay
from backend.bookings.plan_document import booked_request, day_shifts, read_routes, write_routes
from backend.districts.models import District
from backend.districts.selectors import rules_of
from dispatch.case_file import Call, Case
from dispatch.checker import Violation, check, check_successor
from dispatch.driven import ABSENT, absent_request, as_of, back_to_facts
from dispatch.insertion import Insertion
from dispatch.layout import I32
from dispatch.model import Plan, Request
from dispatch.objective import Weights, objective
from dispatch.replay import keep
from dispatch.room import only_some_can_carry, with_room
from dispatch.state import DayState, InfeasiblePlan, empty_plan, insert, remove

KEPT_PLANS = 200  # a booked series touches the days of half a year; empty days weigh 50 kB each
KEPT_MATRICES = 8
KEPT_PLANS_OF_A_DAY = 2  # the newest, and the one that others may still see
VIEW_S = 30  # the view of a day's present is made anew so often


class UnlawfulPlan(RuntimeError):
    """The checker found a fault in a plan about to be written: a bug, and nothing is written.

    `kept` is the file by which the fault can be looked at again (`python -m dispatch.replay`), if it could be written.
    """

    def __init__(self, violations: list[Violation], kept: Path | None = None) -> None:
        faults = "; ".join(f"{v.kind} {v.shift_id}: {v.message}" for v in violations[:5])
        super().__init__(f"{faults} (kept in {kept})" if kept else faults)
        self.violations, self.kept = violations, kept


class UnderWay(Exception):
    """A ride cannot leave the plan: the vehicle drives towards it, or it has begun."""


class DayPlan:
    """A plan with what it was made from. Never changes; many threads may read it.

    Attributes
    ----------
    version
        As in the database; a plan made from it (`with_request`, `without`) keeps its version.
    travel
        Driving seconds, and at which locations requests are planned.
    """

    def __init__(self, version: int, plan: Plan, travel: DayTravel, weights: Weights) -> None:
        self.version, self.plan, self.travel, self.weights = version, plan, travel, weights
        self._begins_s = min(
            (0 if route.done else shift.start_s for shift, route in zip(plan.shifts, plan.routes, strict=True)),
            default=0,
        )
        self._seen: tuple[int, DayPlan] | None = None

    @property
    def travel_s(self) -> I32:
        """int32[n_locations, n_locations], driving seconds."""
        return self.travel.seconds

    def as_of(self, now_s: int) -> DayPlan:
        """The plan as it must be taken at a second of its day, to half a minute: nothing is planned into the past.

        What is made of it may be written: `write_version` takes out what was only assumed.
        """
        if now_s <= self._begins_s:
            return self
        now_s = -(-now_s // VIEW_S) * VIEW_S
        seen = self._seen
        if seen is None or seen[0] != now_s:
            plan = as_of(self.plan, now_s, self.travel_s)
            seen = self._seen = (now_s, DayPlan(self.version, plan, self.travel, self.weights))
        return seen[1]

    @cached_property
    def state(self) -> DayState:
        """The plan compiled. Two threads may build it at once; either result is right."""
        return DayState(self.plan, self.travel_s, self.weights)

    def best(self, request: Request) -> Insertion | None:
        """The cheapest way to serve a request, or None."""
        found, _effort = self.state.quote(self.travel.placed(request))
        return found[0] if found else None

    def with_request(self, request: Request) -> DayPlan | None:
        """The plan that also serves a request, in the cheapest way; None if there is no room."""
        insertion = self.best(request)
        if insertion is None:
            return None
        plan = insert(self.plan, self.travel.placed(request), insertion, self.travel_s, self.weights)
        return DayPlan(self.version, plan, self.travel, self.weights)

    def with_room(self, request: Request) -> DayPlan | None:
        """The same bookings, some moved so that a request finds a place; None if that is not found, or nobody is moved for it.

        Others are moved only for a party that some of the day's vehicles cannot carry (docs/decisions/0334).
        """
        if not only_some_can_carry(self.plan.shifts, request.load, request.features):
            return None
        plan = with_room(self.plan, self.travel.placed(request), self.travel_s, self.weights)
        return None if plan is None else DayPlan(self.version, plan, self.travel, self.weights)

    def without(self, code: str) -> DayPlan:
        """The plan without a booking. Raises UnderWay."""
        try:
            plan = remove(self.plan, code, self.travel_s, self.weights)
        except InfeasiblePlan as error:
            raise UnderWay(code) from error
        return DayPlan(self.version, plan, self.travel, self.weights)


_kept: OrderedDict[uuid.UUID, tuple[int, DayPlan]] = OrderedDict()
_kept_lock = threading.Lock()
_slowed_roads: OrderedDict[tuple[int, float], tuple[I32, I32]] = OrderedDict()
_travels: OrderedDict[tuple[int, int], tuple[I32, I32, DayTravel]] = OrderedDict()


def current_plan(day: ServiceDay) -> DayPlan:
    """The plan of a service day that its row names; version 0 is the empty plan."""
    with _kept_lock:
        if day.plan_token in _kept:
            _kept.move_to_end(day.plan_token)
            return _kept[day.plan_token][1]
        # What another version knew of a promise still holds, unless an incident or a dispatcher has altered one since.
        known = {
            code: request
            for day_id, kept in _kept.values()
            if day_id == day.pk and kept.version >= day.altered_version
            for code, request in kept.plan.requests.items()
        }
    loaded = load_plan(day, known)
    _keep(day, loaded)
    return loaded


def present_plan(day: ServiceDay, now: datetime) -> DayPlan:
    """The plan of a service day as of a moment: what to quote on, and to put a booking into."""
    return current_plan(day).as_of(to_seconds(now, day.date, ZoneInfo(day.district.timezone)))


def without_codes(day: ServiceDay, codes: Sequence[str], now: datetime) -> DayPlan:
    """The plan without these bookings, what is past by the clock left as it was. Raises UnderWay by facts, not by the clock."""
    try:
        plan = present_plan(day, now)
        for code in codes:
            plan = plan.without(code)
    except UnderWay:
        plan = current_plan(day)
        for code in codes:
            plan = plan.without(code)
    return plan


def _keep(day: ServiceDay, plan: DayPlan) -> None:
    with _kept_lock:
        _kept[day.plan_token] = (day.pk, plan)
        older = [token for token, (day_id, _plan) in _kept.items() if day_id == day.pk][:-KEPT_PLANS_OF_A_DAY]
        for token in older:
            del _kept[token]
        while len(_kept) > KEPT_PLANS:
            _kept.popitem(last=False)


def load_plan(day: ServiceDay, known: Mapping[str, Request] | None = None) -> DayPlan:
    """The same from the database, past the plans that are kept; requests that are `known` by code are not read again."""
    travel = travel_of(day)
    weights = weights_of(day.district)
    shifts = day_shifts(day)
    plan = empty_plan(shifts, travel.seconds)
    if day.plan_version:
        routes = travel.as_read(read_routes(day.plans.get(version=day.plan_version).routes))
        ids = {event.request_id for route in routes for event in route.events if event.request_id}
        absent = {key for key in ids if key.endswith(ABSENT)}
        codes = (ids - absent) | {key.removesuffix(ABSENT) for key in absent}
        requests = {code: request for code, request in (known or {}).items() if code in codes}
        # By code and not by state: a version means the same after one of its bookings has ended.
        bookings = day.bookings.filter(code__in=codes - requests.keys()).select_related(
            "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop", "kept_on"
        )
        requests |= {row.code: booked_request(row) for row in bookings.order_by("pk")}
        requests |= {key: absent_request(requests[key.removesuffix(ABSENT)]) for key in sorted(absent)}
        requests = requests_at(routes, {key: request for key, request in requests.items() if key in ids})
        route_of = {route.shift_id: route for route in routes}
        plan = Plan(shifts, tuple(route_of[shift.id] for shift in shifts), requests)
    return DayPlan(day.plan_version, plan, travel, weights)


def weights_of(district: District) -> Weights:
    """The district's objective."""
    own = rules_of(district).objective
    return Weights(own.drive, own.wait, own.excess_ride, own.slack, own.slack_target_s)


def travel_of(day: ServiceDay, closed: Closed | None = None) -> DayTravel:
    """Driving seconds to plan with: the day's weather, its slowest time of day, its closed roads while they are closed.

    The engine knows one travel time for a pair of locations. Taking the slowest keeps every promise also in the rush hour.
    `closed`: as if this was closed and nothing else.
    """
    rules = rules_of(day.district)
    slowest = max((factor for _from, _to, factor in rules.time_factors), default=1.0)
    factor = max(1.0, slowest) * rules.weather_factors.get(day.weather, 1.0)
    closed = closed_on(day) if closed is None else closed
    open_s = _slowed(free_seconds(day.district, ()), factor)
    if not closed:
        return DayTravel(open_s, len(open_s))
    closed_s = _slowed(free_seconds(day.district, {stretch for stretch, _span in closed}), factor)
    return replace(_both(open_s, closed_s), spans=tuple(sorted({span for _stretch, span in closed})))


def _both(open_s: I32, closed_s: I32) -> DayTravel:
    """Both together, made once for all who load a plan of the day."""
    key = (id(open_s), id(closed_s))
    with _kept_lock:
        known = _travels.get(key)
    if known:
        return known[2]
    travel = doubled(open_s, closed_s)
    with _kept_lock:
        _travels[key] = (open_s, closed_s, travel)  # the arrays are held too, so that their ids stay their own
        while len(_travels) > KEPT_MATRICES:
            _travels.popitem(last=False)
    return travel


def _slowed(free: I32, factor: float) -> I32:
    """Seconds times a factor; one matrix for all days alike, since it is nearly all that a plan weighs."""
    with _kept_lock:
        known = _slowed_roads.get((id(free), factor))
    if known:
        return known[1]
    # Rounded first, so that a factor's binary fraction never adds a second.
    seconds = np.ascontiguousarray(np.ceil(np.round(np.asarray(free) * factor, 6)), dtype=np.int32)
    with _kept_lock:
        _slowed_roads[id(free), factor] = (free, seconds)  # the array is held too, so that its id stays its own
        while len(_slowed_roads) > KEPT_MATRICES:
            _slowed_roads.popitem(last=False)
    return seconds


def write_version(
    day: ServiceDay,
    before: DayPlan,
    plan: Plan,
    reason: str,
    now: datetime,
    released: frozenset[str] = frozenset(),
    altered: frozenset[str] = frozenset(),
    driven: frozenset[str] = frozenset(),
    untold: frozenset[str] = frozenset(),
) -> PlanVersion:
    """Check the whole plan and write it as the next version. The caller holds the service day's lock.

    `released` are the codes whose promise ends with this version, `altered` those whose promise becomes another (their
    bookings say so already), `driven` the shifts of which new facts are known, `untold` those of which a fact was
    taken back. Raises UnlawfulPlan.
    """
    plan = back_to_facts(before.plan, plan, driven | untold)
    excused = released | (altered & plan.requests.keys())
    violations = check(plan, before.travel_s)
    violations += [
        found
        for found in check_successor(before.plan, plan, driven | untold)
        if found.request_id not in excused and found.shift_id not in untold
    ]
    if violations:
        raise UnlawfulPlan(violations, _keep_refused(before, plan, violations, excused))
    judged = objective(plan, before.travel_s, before.weights)
    day.plan_version += 1
    day.plan_token = uuid.uuid4()
    if altered:
        day.altered_version = day.plan_version
    day.save(update_fields=["plan_version", "plan_token", "altered_version"])
    _keep(day, DayPlan(day.plan_version, plan, before.travel, before.weights))
    return PlanVersion.objects.create(
        service_day=day,
        version=day.plan_version,
        created_at=now,
        reason=reason,
        routes=write_routes(plan.routes),
        cost=judged.cost,
        driving_s=judged.driving_s,
        wait_s=judged.wait_s,
        excess_ride_s=max(0, judged.excess_ride_s),  # who drove faster than planned is no credit
    )


def _keep_refused(before: DayPlan, plan: Plan, violations: list[Violation], released: frozenset[str]) -> Path | None:
    """Write down a plan that the checker refuses, without a booking's code, for whoever mends the engine."""
    kinds = ", ".join(sorted({violation.kind.value for violation in violations}))
    case = Case(
        f"the checker refused this plan: {kinds}", Call("check"), plan, before.travel_s, before.weights,
        before=before.plan, released=released,
    )  # fmt: skip
    try:
        return keep(case, settings.DATA_DIR / "failures")
    except OSError:
        return None  # a full disk must not hide the fault itself
