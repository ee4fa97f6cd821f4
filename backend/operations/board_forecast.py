"""How far every vehicle of a service day has come, and when it reaches what is before it: all of them at once.

What a vehicle's track says is worked out anew only when a newer position came or the plan of the day changed; a day with
fifty vehicles costs one query of the newest positions, and the track of those that moved.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import atan2, cos, degrees, radians
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from backend.bookings.localtime import to_moment, to_seconds
from backend.bookings.models import DayShift, ServiceDay
from backend.bookings.planning import DayPlan, current_plan
from backend.districts.models import District
from backend.districts.selectors import roads_of, rules_of, stops_by_number
from backend.operations.eta import FRESH_S, Arrival, Here, arrivals
from backend.operations.forecasts import AFTER_SHIFT_S, BEFORE_SHIFT_S, traffic
from backend.operations.models import VehiclePosition
from backend.operations.route_reading import visits_of
from backend.operations.track import METRES_PER_DEGREE, Point, Progress, Visit, believable, metres, progress
from routing.errors import RoadError
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
    """What the track of one shift said when it was last read."""

    plan_token: UUID
    last_row: int
    track: tuple[Point, ...]
    progress: Progress
    free: Mapping[int, float] | None  # location -> free driving seconds from the newest point, of the halts


_come: OrderedDict[int, dict[str, _Come]] = OrderedDict()
_come_lock = threading.Lock()


def forecasts_of_day(day: ServiceDay, now: datetime, plan: DayPlan | None = None) -> dict[str, RouteForecast]:
    """What can be said of every shift of a day, by the shift's code."""
    plan = plan or current_plan(day)
    zone = ZoneInfo(day.district.timezone)
    now_s = to_seconds(now, day.date, zone)
    stops = stops_by_number(day.district)
    shifts = {row.code: row for row in day.day_shifts.select_related("vehicle")}
    newest_rows = dict(
        VehiclePosition.objects.filter(service_day=day, at__lte=now).values_list("vehicle_id").annotate(Max("pk"))
    )
    known = _known(day.pk)
    factor = traffic(rules_of(day.district), day.weather, now_s)
    answers = {}
    for route in plan.plan.routes:
        shift = shifts[route.shift_id]
        visits, done = visits_of(route, plan.plan.requests, stops)
        last_row = newest_rows.get(shift.vehicle_id, 0)
        come = known.get(shift.code)
        if come is None or (come.plan_token, come.last_row) != (day.plan_token, last_row):
            come = _read(day, shift, visits, done, last_row, now, zone)
            known[shift.code] = come
        answers[shift.code] = _forecast(day.district, shift, visits, come, now_s, factor)
    return answers


def _known(day_id: int) -> dict[str, _Come]:
    with _come_lock:
        known = _come.setdefault(day_id, {})
        _come.move_to_end(day_id)
        while len(_come) > KEPT_DAYS:
            _come.popitem(last=False)
        return known


def _read(
    day: ServiceDay, shift: DayShift, visits: tuple[Visit, ...], done: int, last_row: int, now: datetime, zone: ZoneInfo
) -> _Come:
    track = _track(day, shift, visits, done, now, zone) if last_row else ()
    come = progress(visits, track, done)
    free = _free_seconds(day.district, track[-1], visits[come.done :]) if track else None
    return _Come(day.plan_token, last_row, track, come, free)


def _track(
    day: ServiceDay, shift: DayShift, visits: tuple[Visit, ...], done: int, now: datetime, zone: ZoneInfo
) -> tuple[Point, ...]:
    """What can be believed of a shift's positions until now. What was before a stop that is a fact need not be read."""
    begin_s = shift.start_s - BEFORE_SHIFT_S
    if done:
        begin_s = max(begin_s, visits[done - 1].start_s - LOOK_BACK_S)
    midnight = to_moment(0, day.date, zone)
    rows = VehiclePosition.objects.filter(
        service_day=day, vehicle_id=shift.vehicle_id, at__gte=to_moment(begin_s, day.date, zone),
        at__lte=min(now, to_moment(shift.end_s + AFTER_SHIFT_S, day.date, zone)),
    ).values_list("point_id", "at", "lat", "lon", "accuracy_m")  # fmt: skip
    return believable(Point(key, (at - midnight).total_seconds(), lat, lon, worst) for key, at, lat, lon, worst in rows)


def _free_seconds(district: District, point: Point, ahead: tuple[Visit, ...]) -> Mapping[int, float] | None:
    """Free driving seconds from a point to the halts ahead; None where it lies on no road that we know."""
    try:
        free = roads_of(district).seconds_from_point(point.lat, point.lon, rules_of(district).snap_limit_m)
    except RoadError:
        return None
    return {visit.location: float(free[visit.location]) for visit in ahead}


def _forecast(
    district: District, shift: DayShift, visits: tuple[Visit, ...], come: _Come, now_s: int, factor: float
) -> RouteForecast:
    newest = come.track[-1] if come.track else None
    is_fresh = newest is not None and now_s - newest.at_s <= FRESH_S
    ahead: dict[int, Arrival] = {}
    if newest is not None and is_fresh and come.free is not None and come.progress.done < len(visits):
        here = Here(newest.at_s, come.free.__getitem__)
        roads = roads_of(district)
        found = arrivals(visits, come.progress, here, lambda i, j: _seconds(roads, i, j), factor, now_s)
        ahead = {arrival.visit: arrival for arrival in found}
    return RouteForecast(
        shift_code=shift.code,
        vehicle_code=shift.vehicle.code,
        visits=visits,
        done=come.progress.done,
        standing=come.progress.standing,
        newest=newest,
        bearing=_bearing(come.track) if come.progress.standing is None else None,
        is_fresh=is_fresh,
        arrivals=ahead,
    )


def _seconds(roads: Roads, origin: int, target: int) -> float:
    return float(roads.seconds[origin, target])


def _bearing(track: tuple[Point, ...]) -> int | None:
    """Where the vehicle heads: from the newest point that lies far enough behind, to the newest."""
    for before in reversed(track[-12:-1]):
        if metres(before, track[-1]) >= DIRECTION_M:
            north = (track[-1].lat - before.lat) * METRES_PER_DEGREE
            east = (track[-1].lon - before.lon) * METRES_PER_DEGREE * cos(radians(before.lat))
            return round(degrees(atan2(east, north))) % 360
    return None
