"""The day on a map, as GeoJSON of our own: service area, roads, stops, routes. No tiles from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from accessibility.following import RideForecast
from backend.bookings.closures import roads_for, roads_on_date
from backend.bookings.localtime import service_date, to_seconds
from backend.bookings.models import ServiceDay
from backend.districts.models import District
from backend.districts.selectors import roads_of, stops_by_number
from backend.operations.selectors import VehicleRoute
from routing.errors import RoadError
from routing.roads import Roads

DIGITS = 5  # about a metre
GeoJson = dict[str, Any]


def ground(district: District) -> GeoJson:
    """What does not change during a day: area, roads and stops; `properties.layer` tells them apart."""
    return _ground(district.pk, district.imported_at.isoformat())


@lru_cache(maxsize=4)
def _ground(district_id: str, imported_at: str) -> GeoJson:
    district = District.objects.get(pk=district_id)
    ring = [_rounded(lon, lat) for lon, lat in district.area]
    stops = [
        _feature("Point", _rounded(stop.lon, stop.lat), layer="stop", name=str(stop), code=stop.code)
        for stop in stops_by_number(district).values()
        if stop.served
    ]
    return {
        "type": "FeatureCollection",
        "features": [_feature("Polygon", [ring], layer="area"), _roads(district), *stops],
    }


def _roads(district: District) -> GeoJson:
    network = roads_of(district).network
    lines = []
    for tail, arc in _arcs_once(network.arc_start, network.arc_head):
        lat, lon = network.arc_shape(arc, tail)
        lines.append([_rounded(east, north) for north, east in zip(lat, lon, strict=True)])
    return _feature("MultiLineString", lines, layer="road")


def _arcs_once(arc_start: Any, arc_head: Any) -> Iterable[tuple[int, int]]:
    """(tail, arc) of each road, in one direction only."""
    seen: set[tuple[int, int]] = set()
    for tail in range(len(arc_start) - 1):
        for arc in range(int(arc_start[tail]), int(arc_start[tail + 1])):
            head = int(arc_head[arc])
            if (head, tail) not in seen:
                seen.add((tail, head))
                yield tail, arc


def routes(district: District, day: date, all_routes: Iterable[VehicleRoute]) -> GeoJson:
    """One line for each route that carries somebody, along the roads it drives: around what is closed on the day."""
    roads = roads_on_date(district, day)
    numbers = {stop.code: number for number, stop in stops_by_number(district).items()}
    features = []
    for route in all_routes:
        if route.bookings:
            line = _line(roads, route, numbers)
            name = f"{route.vehicle_name}, {route.starts_at:%H:%M}–{route.ends_at:%H:%M}"
            features.append(_feature("LineString", line, vehicle=route.vehicle_code, name=name))
    return {"type": "FeatureCollection", "features": features}


def stretch(district: District, origin: str, target: str) -> GeoJson:
    """The road between two stops, named by their codes, which a closure of it would close. Raises RoadError."""
    numbers = {stop.code: number for number, stop in stops_by_number(district).items()}
    if origin == target or not {origin, target} <= numbers.keys():
        raise RoadError("names no two stops", remedy="name two stops of the district")
    way = roads_of(district).way(numbers[origin], numbers[target])
    line = [_rounded(lon, lat) for lat, lon in zip(way.lat, way.lon, strict=True)]
    return {"type": "FeatureCollection", "features": [_feature("LineString", line, layer="stretch")]}


def _line(roads: Roads, route: VehicleRoute, numbers: dict[str, int]) -> list[list[float]]:
    line: list[list[float]] = []
    for before, after in pairwise(route.visits):
        if before.stop.id == after.stop.id:
            continue
        way = roads.way(numbers[before.stop.id], numbers[after.stop.id])
        points = [_rounded(lon, lat) for lat, lon in zip(way.lat, way.lon, strict=True)]
        line += points[1:] if line and line[-1] == points[0] else points
    return line


def ride(district: District, forecast: RideForecast) -> GeoJson:
    """One rider's map: the two stops, the way between them, and the bus where it was seen. Nobody else's stops."""
    numbers = {stop.code: number for number, stop in stops_by_number(district).items()}
    ends = (("pickup", forecast.pickup_stop), ("delivery", forecast.delivery_stop))
    way = _roads_of_ride(district, forecast).way(numbers[forecast.pickup_stop.id], numbers[forecast.delivery_stop.id])
    line = [_rounded(lon, lat) for lat, lon in zip(way.lat, way.lon, strict=True)]
    features = [_feature("LineString", line, vehicle="ride", name="")]
    features += [
        _feature("Point", _rounded(stop.lon, stop.lat), mark=mark, name=f"{stop.village}, {stop.name}")
        for mark, stop in ends
    ]
    if forecast.seen and forecast.bus:
        where = _rounded(forecast.seen.lon, forecast.seen.lat)
        features.append(_feature("Point", where, mark="bus", name=forecast.bus.name))
    return {"type": "FeatureCollection", "features": features}


def _roads_of_ride(district: District, forecast: RideForecast) -> Roads:
    """The roads as a ride is planned on them: around what is closed at any time between its promised ends."""
    zone = ZoneInfo(district.timezone)
    its_day = service_date(forecast.pickup_from, zone)
    days = ServiceDay.objects.select_related("district").filter(district=district)
    for day in days.filter(
        date__in=(its_day, its_day - timedelta(days=1)), closures__lifted_at__isnull=True
    ).distinct():
        from_s, until_s = (to_seconds(at, day.date, zone) for at in (forecast.pickup_from, forecast.arrive_by))
        return roads_for(day, from_s, until_s)
    return roads_of(district)


def _rounded(lon: float, lat: float) -> list[float]:
    return [round(float(lon), DIGITS), round(float(lat), DIGITS)]


def _feature(kind: str, coordinates: list[Any], **properties: str) -> GeoJson:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
