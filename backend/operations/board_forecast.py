"""How far every vehicle of a service day has come, and when it reaches what is before it: all of them at once.

What a vehicle's track says is worked out anew only when a newer position came or the plan of the day changed; a day with
fifty vehicles costs one query of the newest positions, and the track of those that moved.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import atan2, cos, degrees, radians
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import OuterRef, Subquery
from numpy.typing import NDArray

from backend.bookings.closures import roads_on
from backend.bookings.localtime import to_moment, to_seconds
from backend.bookings.models import DayShift, ServiceDay
from backend.bookings.planning import DayPlan, current_plan
from backend.districts.models import Vehicle
from backend.districts.selectors import rules_of, stops_by_number
from backend.operations.eta import FRESH_S, Arrival, Here, arrivals
from backend.operations.forecasts import AFTER_SHIFT_S, BEFORE_SHIFT_S, free_s, is_reached, seconds_ahead, traffic
from backend.operations.models import VehiclePosition
from backend.operations.route_reading import visits_of
from backend.operations.track import METRES_PER_DEGREE, Point, Visit, Walk, believable, metres
from routing.roads import Roads

KEPT_DAYS = 4
LOOK_BACK_S = 1800  # of the track, before the last stop that is a fact
DIRECTION_M = 25.0  # a shorter way between two points has no direction


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """One shift: its halts, how far it has come, and the arrivals that are still ahead. Seconds of the service day.

    Attributes
    ----------
    done
        So many visits are behind the vehicle, by facts or by its track.
    newest
        The newest position that can be believed; None where nothing was heard in this shift.
    bearing
        Degrees clockwise from north; None while it stands.
    arrivals
        By number of the visit; empty where no position is fresh.
    """

    shift_code: str
    vehicle_code: str
    visits: tuple[Visit, ...]
    done: int
    standing: int | None
    newest: Point | None
    bearing: int | None
    is_fresh: bool
    arrivals: Mapping[int, Arrival]

    def late_s(self) -> int | None:
        """How far behind its plan the vehicle reaches its next halt, negative if early; None where that is not known."""
        ahead = next(iter(self.arrivals.values()), None)
        if ahead is None:
            return None
        planned_s = self.visits[ahead.visit].start_s
        return 0 if ahead.visit == self.standing else round(ahead.likely_s) - planned_s


@dataclass(frozen=True, slots=True)
class _Come:
    """What the track of one shift said when it was last read, and of which halts."""

    visits: tuple[Visit, ...]
    done: int
    last_row: int
    points: tuple[Point, ...]  # as they were sent, also those that cannot be believed
    track: tuple[Point, ...]
    walk: Walk
    free: NDArray[np.float64] | None  # free driving seconds from the newest point to each location


@dataclass(slots=True)
class _Known:
    """What this process has read of a day: how far each shift has come, and the halts of the plan."""

    come: dict[str, _Come] = field(default_factory=dict)
    visits_token: UUID | None = None
    visits: dict[str, tuple[tuple[Visit, ...], int]] = field(default_factory=dict)
    roads: Roads | None = None  # as they can be driven on the day; a closure makes a new plan, or a new token of it


_days: OrderedDict[tuple[int, datetime], _Known] = OrderedDict()
_days_lock = threading.Lock()


def forecasts_of_day(day: ServiceDay, now: datetime, plan: DayPlan | None = None) -> dict[str, RouteForecast]:
    """What can be said of every shift of a day, by the shift's code."""
    plan = plan or current_plan(day)
    zone = ZoneInfo(day.district.timezone)
    now_s = to_seconds(now, day.date, zone)
    shifts = {row.code: row for row in day.day_shifts.select_related("vehicle")}
    known = _known_of(day)
    newest = _newest_rows(day, {shift.vehicle_id for shift in shifts.values()}, now)
    visits_of_shift = _visits_of(known, day, plan)
    roads = known.roads or roads_on(day)
    factor = traffic(rules_of(day.district), day.weather, now.astimezone(zone))
    answers = {}
    for code, (visits, done) in visits_of_shift.items():
        shift = shifts[code]
        last_row = newest[shift.vehicle_id]
        come = known.come.get(code)
        if come is None or come.last_row != last_row:
            come = _read(day, shift, visits, done, last_row, now, zone, come, roads)
        elif (come.visits, come.done) != (visits, done):
            come = replace(come, visits=visits, done=done, walk=Walk.along(visits, come.track, done))
        known.come[code] = come
        answers[code] = _forecast(roads, shift, visits, come, now_s, factor)
    return answers


def _known_of(day: ServiceDay) -> _Known:
    """By the day, and by the state of its district's stops and roads."""
    key = (day.pk, day.district.imported_at)
    with _days_lock:
        known = _days.setdefault(key, _Known())
        _days.move_to_end(key)
        while len(_days) > KEPT_DAYS:
            _days.popitem(last=False)
        return known


def _newest_rows(day: ServiceDay, vehicle_ids: set[int], now: datetime) -> dict[int, int]:
    """The newest position of each vehicle until now, 0 where there is none: one look into the index each."""
    own = VehiclePosition.objects.filter(service_day=day, vehicle_id=OuterRef("pk"), at__lte=now).order_by("-at", "-pk")
    rows = Vehicle.objects.filter(pk__in=vehicle_ids).annotate(newest=Subquery(own.values("pk")[:1]))
    return {key: newest or 0 for key, newest in rows.values_list("pk", "newest")}


def _visits_of(known: _Known, day: ServiceDay, plan: DayPlan) -> dict[str, tuple[tuple[Visit, ...], int]]:
    """The halts of every shift by its code, joined once for each plan."""
    if known.visits_token != day.plan_token:
        stops = stops_by_number(day.district)
        known.visits = {route.shift_id: visits_of(route, plan.plan.requests, stops) for route in plan.plan.routes}
        roads = roads_on(day)
        if roads is not known.roads:
            known.come.clear()  # the seconds ahead of each vehicle are others
        known.visits_token, known.roads = day.plan_token, roads
    return known.visits


def _read(
    day: ServiceDay, shift: DayShift, visits: tuple[Visit, ...], done: int, last_row: int, now: datetime, zone: ZoneInfo,
    before: _Come | None, roads: Roads,
) -> _Come:  # fmt: skip
    points = _points(day, shift, visits, done, now, zone, before) if last_row else ()
    track = believable(points)
    if before and before.track[-1:] == track[-1:]:
        free = before.free
    else:
        free = seconds_ahead(day.district, roads, track[-1], rules_of(day.district)) if track else None
    walk = Walk.along(visits, track, done, before.walk if before else None)
    return _Come(visits, done, last_row, points, track, walk, free)


def _points(
    day: ServiceDay, shift: DayShift, visits: tuple[Visit, ...], done: int, now: datetime, zone: ZoneInfo,
    before: _Come | None,
) -> tuple[Point, ...]:  # fmt: skip
    """A shift's positions until now. Where some are known, only what came since is read; what was before a stop that is a
    fact need not be read at all."""
    begin_s = shift.start_s - BEFORE_SHIFT_S
    if done:
        begin_s = max(begin_s, visits[done - 1].start_s - LOOK_BACK_S)
    midnight = to_moment(0, day.date, zone)
    upto = min(now, to_moment(shift.end_s + AFTER_SHIFT_S, day.date, zone))
    rows = VehiclePosition.objects.filter(
        service_day=day, vehicle_id=shift.vehicle_id, at__gte=to_moment(begin_s, day.date, zone), at__lte=upto
    )
    upto_s = (upto - midnight).total_seconds()
    known = before.points if before and all(point.at_s <= upto_s for point in before.points[-1:]) else ()
    if before and known:
        rows = rows.filter(pk__gt=before.last_row)
    fresh = rows.order_by("at", "pk").values_list("point_id", "at", "lat", "lon", "accuracy_m")
    return known + tuple(
        Point(key, (at - midnight).total_seconds(), lat, lon, worst) for key, at, lat, lon, worst in fresh
    )


def _forecast(
    roads: Roads, shift: DayShift, visits: tuple[Visit, ...], come: _Come, now_s: int, factor: float
) -> RouteForecast:
    progress = come.walk.progress
    newest = come.track[-1] if come.track else None
    is_fresh = newest is not None and now_s - newest.at_s <= FRESH_S
    ahead: dict[int, Arrival] = {}
    if newest is not None and is_fresh and come.free is not None and progress.done < len(visits):
        free = come.free
        here = Here(newest.at_s, lambda location: float(free[location]))
        found = arrivals(visits, progress, here, lambda i, j: free_s(roads, i, j), factor, now_s)
        ahead = {arrival.visit: arrival for arrival in found if is_reached(arrival)}
    return RouteForecast(
        shift_code=shift.code,
        vehicle_code=shift.vehicle.code,
        visits=visits,
        done=progress.done,
        standing=progress.standing,
        newest=newest,
        bearing=_bearing(come.track) if progress.standing is None else None,
        is_fresh=is_fresh,
        arrivals=ahead,
    )


def _bearing(track: tuple[Point, ...]) -> int | None:
    """Where the vehicle heads: from the newest point that lies far enough behind, to the newest."""
    for before in reversed(track[-12:-1]):
        if metres(before, track[-1]) >= DIRECTION_M:
            north = (track[-1].lat - before.lat) * METRES_PER_DEGREE
            east = (track[-1].lon - before.lon) * METRES_PER_DEGREE * cos(radians(before.lat))
            return round(degrees(atan2(east, north))) % 360
    return None
