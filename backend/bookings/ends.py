"""The two ends of a ride: from what a rider named to the stops that can serve it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Place, Refusal, RideWish, WayOut
from backend.bookings.rules import area_refusal, phone_way_out
from backend.districts.models import District, Stop
from backend.districts.selectors import finder_of, place_by_code, rules_of, stop_by_code
from routing.places import NearStop

STOPS_TRIED = 2  # nearest stops that are tried for a place or point
FARTHEST_STOP_M = 20_000
LONGEST_WALK_M = 5000


@dataclass(frozen=True, slots=True)
class End:
    """The point that was meant, and the stops that can serve it with the way on foot in metres, the best first.

    `nearest` is the stop next to a point, also when it is farther than the rider walks.
    """

    lat: float
    lon: float
    village: str
    stops: tuple[tuple[Stop, int], ...]
    nearest: NearStop | None = None


def resolve_ends(district: District, wish: RideWish) -> tuple[End, End]:
    """Origin and destination of a wish. Raises InvalidInput for what does not exist or is one and the same."""
    walk_m = rules_of(district).booking.walk_limit_m if wish.max_walk_m is None else wish.max_walk_m
    if not 0 <= walk_m <= LONGEST_WALK_M:
        raise InvalidInput("max_walk_m", _("Bitte geben Sie 0 bis 5000 Meter an."))
    origin = _resolve(district, wish.origin, "origin", walk_m)
    destination = _resolve(district, wish.destination, "destination", walk_m)
    codes = [{stop.pk for stop, _walk in end.stops} for end in (origin, destination)]
    if wish.origin == wish.destination or (codes[0] and codes[0] == codes[1]):
        raise InvalidInput("destination", _("Start und Ziel sind gleich. Bitte wählen Sie ein anderes Ziel."))
    return origin, destination


def _resolve(district: District, place: Place, field_name: str, walk_m: int) -> End:
    named = [place.stop_id is not None, place.place_id is not None, place.lat is not None or place.lon is not None]
    if sum(named) != 1:
        raise InvalidInput(field_name, _("Bitte geben Sie genau eine Haltestelle, einen Ort oder einen Punkt an."))
    if place.stop_id is not None:
        stop = stop_by_code(district, place.stop_id)
        if stop is None or not stop.served:
            raise InvalidInput(f"{field_name}.stop_id", _("Diese Haltestelle gibt es nicht."))
        return End(stop.lat, stop.lon, stop.village, ((stop, 0),))
    if place.place_id is not None:
        found = place_by_code(district, place.place_id)
        if found is None:
            raise InvalidInput(f"{field_name}.place_id", _("Diesen Ort gibt es nicht."))
        # No way on foot is told: a place has no front door, its stops are the place.
        stops = [stop_by_code(district, code) for code in found.stop_ids[:STOPS_TRIED]]
        served = tuple((stop, 0) for stop in stops if stop and stop.served)
        near = [] if served else finder_of(district).nearest_stops(found.lat, found.lon, FARTHEST_STOP_M, 1)
        return End(found.lat, found.lon, found.village, served, near[0] if near else None)
    return _resolve_point(district, place.lat, place.lon, field_name, walk_m)


def _resolve_point(district: District, lat: float | None, lon: float | None, field_name: str, walk_m: int) -> End:
    if lat is None or lon is None or not -90 <= lat <= 90 or not -180 <= lon <= 180:
        raise InvalidInput(f"{field_name}.lat", _("Bitte geben Sie Breite und Länge in Grad an."))
    near = finder_of(district).nearest_stops(lat, lon, FARTHEST_STOP_M, STOPS_TRIED)
    reachable = [(stop_by_code(district, hit.named.id), hit.walk_m) for hit in near if hit.walk_m <= walk_m]
    stops = tuple((stop, walk) for stop, walk in reachable if stop)
    nearest = near[0] if near else None
    return End(lat, lon, nearest.named.village if nearest else "", stops, nearest)


def place_refusal(district: District, wish: RideWish, ends: tuple[End, End]) -> Refusal | None:
    """No to an end outside the area or too far from any stop."""
    rules = rules_of(district)
    for end_name, place, end in zip(("origin", "destination"), (wish.origin, wish.destination), ends, strict=True):
        if place.lat is not None:
            outside = area_refusal(rules, district.area, end.lat, end.lon)
            if outside:
                return replace(outside, way_out=(*_nearest_way(end, end_name), *outside.way_out))
        if not end.stops:
            reason = _("Die nächste Haltestelle ist weiter weg, als Sie gehen möchten.")
            phone = phone_way_out(rules, _("Wenn Sie nicht so weit gehen können, rufen Sie uns an."))
            return Refusal("no_stop_near", reason, (*_nearest_way(end, end_name), phone))
    return None


def _nearest_way(end: End, end_name: str) -> Iterator[WayOut]:
    if end.nearest:
        named, walk_m = end.nearest.named, end.nearest.walk_m
        values = {"stop": f"{named.village}, {named.name}", "walk": walk_m, "km": round(walk_m / 1000)}
        text = _("Nächste Haltestelle: %(stop)s, %(walk)d m zu Fuß.")
        if walk_m > LONGEST_WALK_M:
            text = _("Nächste Haltestelle: %(stop)s, etwa %(km)d km entfernt.")
        yield WayOut("other_stop", text % values, named.id, end_name)
