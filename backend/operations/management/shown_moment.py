"""Lets a planned day show one moment: vehicles that keep to their plan have sent what led to it, and the clock stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError
from knox.models import get_token_model

from backend.bookings.localtime import clock_to_seconds, to_moment
from backend.bookings.models import ServiceDay
from backend.bookings.planning import current_plan
from backend.districts.selectors import roads_of, stops_by_number
from backend.driving.serializers import MOST_POINTS
from backend.operations.dayclock import play
from backend.operations.demo import demo_user
from backend.operations.demo_day import RestClient
from backend.operations.route_reading import visits_of
from backend.operations.virtual_drive import VirtualDrive
from fixtures.toml_tables import clock_s

EVERY_S = 10  # a position each so many seconds of the played day
BEFORE_S = 300  # a vehicle is heard of so long before its shift


@dataclass(frozen=True, slots=True)
class _Vehicle:
    code: str
    drive: VirtualDrive
    begin_s: int
    end_s: int


def show_moment(url: str, day: ServiceDay, begin: str, at: str, vehicle: str, late_min: int) -> int:
    """Send positions from `begin` until `at` ("8:05") and let the day's clock stand there; how many were sent."""
    begin_s, at_s = _second(day, begin), _second(day, at)
    token_row, token = get_token_model().objects.create(user=demo_user())
    client = RestClient(url, token)
    play(day, _moment(day, at_s), 0.0)
    try:
        return sum(_send(day, one, client, min(begin_s, at_s), at_s) for one in _fleet(day, 60 * late_min, vehicle))
    except OSError as error:
        raise CommandError(f"{url} does not answer ({error}); start it with make run") from error
    finally:
        token_row.delete()


def _fleet(day: ServiceDay, late_s: int, only: str) -> list[_Vehicle]:
    """The vehicles that carry somebody, or the one that is named, each with its route."""
    plan, stops, roads = current_plan(day).plan, stops_by_number(day.district), roads_of(day.district)
    shifts = {row.code: row for row in day.day_shifts.select_related("vehicle")}
    fleet = []
    for route in plan.routes:
        shift = shifts[route.shift_id]
        if any(event.request_id for event in route.events) and only in ("", shift.vehicle.code):
            visits, _done = visits_of(route, plan.requests, stops)
            drive = VirtualDrive(visits, roads.way, late_s)
            fleet.append(_Vehicle(shift.vehicle.code, drive, shift.start_s - BEFORE_S, shift.end_s))
    return fleet


def _send(day: ServiceDay, vehicle: _Vehicle, client: RestClient, begin_s: int, at_s: int) -> int:
    first_s = max(vehicle.begin_s, begin_s - begin_s % EVERY_S)
    points = [_point(day, vehicle, second) for second in range(first_s, min(at_s, vehicle.end_s) + 1, EVERY_S)]
    for start in range(0, len(points), MOST_POINTS):
        body = {"sent_at": _moment(day, at_s).isoformat(), "points": points[start : start + MOST_POINTS]}
        status, answer = client.post(f"/api/v1/vehicles/{vehicle.code}/positions", body, "")
        if status != 200:
            raise CommandError(f"{vehicle.code}: the server answers {status}: {answer.get('detail')}")
    return len(points)


def _point(day: ServiceDay, vehicle: _Vehicle, second: int) -> dict[str, object]:
    lat, lon = vehicle.drive.place_at(second)
    name = f"virtual-{day.date}-{vehicle.code}-{second}-{vehicle.drive.late_s}"
    return {"id": name, "at": _moment(day, second).isoformat(), "lat": lat, "lon": lon, "accuracy_m": 5}


def _moment(day: ServiceDay, second: int) -> datetime:
    return to_moment(second, day.date, ZoneInfo(day.district.timezone))


def _second(day: ServiceDay, clock: str) -> int:
    return clock_to_seconds(clock_s(clock, "drive", "time"), day.date, ZoneInfo(day.district.timezone))
