"""What can be said of one booked ride now: the plan's route, the vehicle's track and the promise, read together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from accessibility.desk import StopView
from accessibility.following import BusLook, Phase, RideForecast, SeenAt
from backend.bookings.closures import roads_on
from backend.bookings.localtime import to_moment, to_seconds
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.planning import current_plan
from backend.bookings.selectors import promised_view
from backend.districts.models import District, Vehicle
from backend.districts.selectors import finder_of, roads_of, rules_of, stops_by_number
from backend.operations.eta import FRESH_S, Arrival, Here, arrivals
from backend.operations.models import VehiclePosition
from backend.operations.route_reading import visits_of
from backend.operations.rules import Seen, phase_of, waits_until
from backend.operations.track import Point, Progress, Visit, believable, progress
from backend.operations.wording import line_of
from fixtures.rules import Rules
from routing.closures import CUT_OFF_S
from routing.errors import RoadError
from routing.roads import Roads

BEFORE_SHIFT_S = 1800  # a vehicle may say where it is so long before its shift
AFTER_SHIFT_S = 5400
DAY_S = 86_400
WORRYING = {Phase.LATE, Phase.OVERDUE, Phase.LEFT, Phase.SILENT}
CROW_M_PER_WALKED = 1 / 1.3  # the finder gives metres on foot


@dataclass(frozen=True, slots=True)
class _Ride:
    """A live booking in its day's plan."""

    shift: DayShift
    visits: tuple[Visit, ...]
    done: int
    pickup: int
    delivery: int


def ride_forecast(booking: Booking, now: datetime, *, for_rider: bool = True) -> RideForecast:
    """Everything that may be told of a ride at a moment, to its rider or to whoever it was shared with."""
    day, district = booking.service_day, booking.district
    zone, rules = ZoneInfo(district.timezone), rules_of(district)
    promised = promised_view(booking)  # as it stands now: who was told another time hears of that one
    pickup_from, pickup_until, arrive_by = promised.pickup_from, promised.pickup_until, promised.arrive_by
    now = now.astimezone(zone)
    now_s = to_seconds(now, day.date, zone)
    ride = _ride(booking) if booking.state in (Booking.State.BOOKED, Booking.State.ABOARD) else None
    track = track_of(day, ride.shift, now) if ride else ()
    come = progress(ride.visits, track, ride.done) if ride else Progress(0, None, ())
    fresh = bool(track) and now_s - track[-1].at_s <= FRESH_S
    aboard = booking.state == Booking.State.ABOARD or (ride is not None and come.done > ride.pickup)
    target = (ride.delivery if aboard else ride.pickup) if ride else 0
    arrival = _arrival(district, rules, day, ride, come, track[-1], target, now) if ride and fresh else None
    times = _told(arrival, zone, day, None if aboard else pickup_from)
    stay = come.stay(ride.pickup) if ride else None
    arrived_at = to_moment(int(stay.from_s), day.date, zone) if stay and not aboard else None
    standing = ride is not None and come.standing == ride.pickup
    wait = timedelta(seconds=rules.boarding.wait_at_stop_s)
    seen = Seen(
        state=booking.state,
        boarding_left=aboard,
        boarding_now=standing,
        arrived=ride is not None and (come.done > ride.delivery or (aboard and come.standing == ride.delivery)),
        heard_of=bool(track),
        is_fresh=arrival is not None,
    )
    offered_until = to_moment(booking.offer.pickup_latest_s, day.date, zone)
    phase = phase_of(seen, now, pickup_from, pickup_until, arrive_by, times[1], wait, offered_until)
    if phase not in (Phase.COMING, Phase.LATE, Phase.THERE, Phase.LEFT, Phase.ABOARD):
        times = (None, None, None)
    is_shown = ride is not None and phase not in (Phase.EARLY, Phase.OVER, Phase.PLANNED)
    forecast = RideForecast(
        phase=phase,
        line="",
        now=now,
        pickup_stop=promised.pickup_stop,
        delivery_stop=promised.delivery_stop,
        pickup_from=pickup_from,
        pickup_until=pickup_until,
        arrive_by=arrive_by,
        waits_until=waits_until(pickup_from, arrived_at or (None if aboard else times[0]), rules),
        bus=look_of(ride.shift.vehicle) if ride else None,
        earliest=times[0],
        likely=times[1],
        latest=times[2],
        seen=_seen_at(district, track[-1], day, zone) if track and is_shown else None,
        needs_call=phase in WORRYING,
    )
    left_at = to_moment(int(stay.until_s), day.date, zone) if stay else None
    return replace(forecast, line=line_of(forecast, left_at, for_rider=for_rider))


def bus_of(booking: Booking) -> BusLook | None:
    """How to recognise the bus of a ride by the plan as it is; None where no plan carries the ride any more."""
    if booking.state not in (Booking.State.BOOKED, Booking.State.ABOARD):
        return None
    ride = _ride(booking)
    return look_of(ride.shift.vehicle) if ride else None


def look_of(vehicle: Vehicle) -> BusLook:
    """How to recognise a bus."""
    return BusLook(vehicle.name, vehicle.kind_name, vehicle.colour, vehicle.plate, vehicle.recognise)


def track_of(day: ServiceDay, shift: DayShift, now: datetime) -> tuple[Point, ...]:
    """What can be believed of the positions that a vehicle sent in one shift until now, in the order of time."""
    zone = ZoneInfo(day.district.timezone)
    begin = to_moment(shift.start_s - BEFORE_SHIFT_S, day.date, zone)
    end = min(now, to_moment(shift.end_s + AFTER_SHIFT_S, day.date, zone))
    rows = VehiclePosition.objects.filter(
        service_day=day, vehicle_id=shift.vehicle_id, at__gte=begin, at__lte=end
    ).values_list("point_id", "at", "lat", "lon", "accuracy_m")
    midnight = to_moment(0, day.date, zone)
    return believable(Point(key, (at - midnight).total_seconds(), lat, lon, worst) for key, at, lat, lon, worst in rows)


def _ride(booking: Booking) -> _Ride | None:
    """Where the plan carries a booking; None where it no longer does."""
    day = booking.service_day
    plan = current_plan(day).plan
    for route in plan.routes:
        if any(event.request_id == booking.code for event in route.events):
            visits, done = visits_of(route, plan.requests, stops_by_number(day.district))
            boards = next(index for index, visit in enumerate(visits) if booking.code in visit.boards)
            leaves = next(index for index, visit in enumerate(visits) if booking.code in visit.leaves)
            shift = day.day_shifts.select_related("vehicle").get(code=route.shift_id)
            return _Ride(shift, visits, done, boards, leaves)
    return None


def _arrival(
    district: District, rules: Rules, day: ServiceDay, ride: _Ride, come: Progress, newest: Point, target: int,
    now: datetime,
) -> Arrival | None:  # fmt: skip
    """When the vehicle reaches a visit; None where that is behind it, or where it is on no road that we know."""
    if target < come.done:
        return None
    roads = roads_on(day)
    free = seconds_ahead(district, roads, newest, rules)
    if free is None:
        return None
    here = Here(newest.at_s, lambda location: float(free[location]))
    upto, now_s = ride.visits[: target + 1], to_seconds(now, day.date, ZoneInfo(district.timezone))
    found = arrivals(upto, come, here, lambda i, j: free_s(roads, i, j), traffic(rules, day.weather, now), now_s)[-1]
    return found if is_reached(found) else None


def seconds_ahead(district: District, roads: Roads, newest: Point, rules: Rules) -> NDArray[np.float64] | None:
    """Free driving seconds from a position to each location; None where it lies on no road that we know.

    `roads`: as they can be driven on the day. Who stands on the closed stretch itself gets out of it.
    """
    try:
        free = roads.seconds_from_point(newest.lat, newest.lon, rules.snap_limit_m)
        if roads is not roads_of(district) and (free >= CUT_OFF_S).any():
            by_open_roads = roads_of(district).seconds_from_point(newest.lat, newest.lon, rules.snap_limit_m)
            free = np.where(free >= CUT_OFF_S, by_open_roads, free)
    except RoadError:
        return None
    return np.asarray(free, dtype=np.float64)


def is_reached(arrival: Arrival) -> bool:
    """Whether a road leads there at all, past what is closed."""
    return arrival.likely_s < CUT_OFF_S


def free_s(roads: Roads, origin: int, target: int) -> float:
    """Free driving seconds between two locations."""
    return float(roads.seconds[origin, target])


def traffic(rules: Rules, weather: str, now: datetime) -> float:
    """What the time of day and the weather make of free driving seconds. `now`: local; rules name hours by the clock, and those
    past midnight also as hours of the evening before ("25:00")."""
    clock_s = now.hour * 3600 + now.minute * 60 + now.second
    slow = [
        factor
        for from_s, to_s, factor in rules.time_factors
        if from_s <= clock_s < to_s or from_s <= clock_s + DAY_S < to_s
    ]
    return max(slow, default=1.0) * rules.weather_factors.get(weather, 1.0)


def _told(
    arrival: Arrival | None, zone: ZoneInfo, day: ServiceDay, not_before: datetime | None
) -> tuple[datetime, datetime, datetime] | tuple[None, None, None]:
    """An arrival as moments; a bus that is early waits for the window that was promised."""
    if arrival is None:
        return (None, None, None)
    low, likely, high = (
        to_moment(int(second), day.date, zone) for second in (arrival.low_s, arrival.likely_s, arrival.high_s)
    )
    if not_before is None:
        return (low, likely, high)
    return (max(low, not_before), max(likely, not_before), max(high, not_before))


def _seen_at(district: District, point: Point, day: ServiceDay, zone: ZoneInfo) -> SeenAt | None:
    near = finder_of(district).nearest_stops(point.lat, point.lon, 50_000, 1)
    if not near:
        return None
    named = near[0].named
    stop = StopView(named.id, named.name, named.village, named.lat, named.lon)
    metres = round(near[0].walk_m * CROW_M_PER_WALKED)
    return SeenAt(point.lat, point.lon, to_moment(int(point.at_s), day.date, zone), stop, metres)
