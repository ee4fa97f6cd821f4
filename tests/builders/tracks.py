"""Positions as a vehicle would send them in the small district: "at Markt since 8:20", "half-way to Kuhfelde at 8:40"."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.districts.models import Stop, Vehicle
from backend.operations.services import Kept, SentPoint, keep_positions
from tests.builders.district import at

_numbers = iter(range(10**9))


def a_point(moment: datetime, origin: str, target: str = "", share: float = 0.0, north: float = 0.0) -> SentPoint:
    """A point at a stop, or on the straight way from one stop to another."""
    stops = {stop.code: stop for stop in Stop.objects.all()}
    begin, end = stops[origin], stops[target or origin]
    lat = begin.lat + (end.lat - begin.lat) * share + north
    return SentPoint(f"point-{next(_numbers)}", moment, lat, begin.lon + (end.lon - begin.lon) * share, 8.0)


def standing(stop: str, since: str, until: str) -> list[SentPoint]:
    """A point every ten seconds at a stop."""
    begin, seconds = at(since), int((at(until) - at(since)).total_seconds())
    return [a_point(begin + timedelta(seconds=second), stop) for second in range(0, seconds + 1, 10)]


def driving(origin: str, target: str, since: str, until: str, upto: float = 1.0) -> list[SentPoint]:
    """A point every ten seconds from one stop towards another; `upto` says how far it comes."""
    begin, seconds = at(since), int((at(until) - at(since)).total_seconds())
    steps = range(0, seconds + 1, 10)
    return [a_point(begin + timedelta(seconds=step), origin, target, upto * step / max(1, seconds)) for step in steps]


def report(points: list[SentPoint], now: datetime | None = None, vehicle: str = "bus-1") -> Kept:
    """Send points as one batch, at the moment of the last one."""
    moment = now or max(point.at for point in points)
    row = Vehicle.objects.select_related("district").get(code=vehicle, district_id="probe")
    return keep_positions(row, points, moment, moment)
