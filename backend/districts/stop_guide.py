"""Where exactly a stop is, in words: for who does not see a map, and for a stop that has no sign.

Directions are points of the compass: which way somebody looks is not known, so "left" and "right" would be guesses.
Distances are as the crow flies, and say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians

from accessibility.desk import Place
from backend.districts.models import District, Stop
from backend.districts.selectors import finder_of, place_by_code, stop_by_code
from fixtures.package import EQUIPMENT
from routing.places import METRES_PER_DEGREE, Named

NEAR_M = 700
MOST_LANDMARKS = 5
MOST_OTHER_STOPS = 3
OTHER_STOPS_M = 400
SAME_PLACE_M = 40
CENTRE_WITHIN_M = 6000
COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")


@dataclass(frozen=True, slots=True)
class Bearing:
    """From one point to another: a point of `COMPASS` and metres as the crow flies; `is_here`: too near to tell."""

    direction: str
    metres: int

    @property
    def is_here(self) -> bool:
        return self.metres < SAME_PLACE_M


@dataclass(frozen=True, slots=True)
class Landmark:
    """Something near a stop. `bearing` leads from the stop to it."""

    kind: str
    name: str
    village: str
    bearing: Bearing


@dataclass(frozen=True, slots=True)
class WayThere:
    """From what a rider named to the stop."""

    name: str
    bearing: Bearing


@dataclass(frozen=True, slots=True)
class StopGuide:
    """All that is known of where a stop is.

    Attributes
    ----------
    centre
        From the middle of the village to the stop; None where that is not known or the stop is the village's only mark.
    landmarks
        Places near it, the nearest first.
    other_stops
        Stops so near that one could take them for this one.
    equipment
        (name, known state) in the order of `EQUIPMENT`; None: not known.
    """

    id: str
    name: str
    village: str
    municipality: str
    lat: float
    lon: float
    note: str
    centre: Bearing | None
    landmarks: tuple[Landmark, ...]
    other_stops: tuple[Landmark, ...]
    equipment: tuple[tuple[str, bool | None], ...]
    way: WayThere | None


def stop_guide(district: District, stop: Stop, origin: Place | None = None) -> StopGuide:
    """A stop in words; with the way from what the rider named, where that is not the stop itself."""
    everything = finder_of(district).everything
    around = sorted(
        (Landmark(named.kind, named.name, named.village, bearing((stop.lat, stop.lon), (named.lat, named.lon)))
         for named in everything if named.kind != "village" and not _is_stop_itself(named, stop)),
        key=lambda found: (found.bearing.metres, found.name),
    )  # fmt: skip
    places = [found for found in around if found.kind != "stop" and found.bearing.metres <= NEAR_M]
    stops = [found for found in around if found.kind == "stop" and found.bearing.metres <= OTHER_STOPS_M]
    return StopGuide(
        id=stop.code,
        name=stop.name,
        village=stop.village,
        municipality=stop.municipality,
        lat=stop.lat,
        lon=stop.lon,
        note=stop.note,
        centre=_centre(everything, stop),
        landmarks=tuple(places[:MOST_LANDMARKS]),
        other_stops=tuple(stops[:MOST_OTHER_STOPS]),
        equipment=tuple((name, stop.equipment.get(name)) for name in EQUIPMENT),
        way=_way(district, stop, origin),
    )


def _is_stop_itself(named: Named, stop: Stop) -> bool:
    """The stop, or a place that is nothing but this stop under its own name."""
    return named.id == stop.code or (named.stop_ids == (stop.code,) and named.name == stop.name)


def bearing(start: tuple[float, float], end: tuple[float, float]) -> Bearing:
    """From one (lat, lon) to another."""
    north = (end[0] - start[0]) * METRES_PER_DEGREE
    east = (end[1] - start[1]) * METRES_PER_DEGREE * cos(radians((start[0] + end[0]) / 2))
    sector = round(degrees(atan2(east, north)) % 360 / 45) % 8
    return Bearing(COMPASS[sector], round(hypot(north, east)))


def _centre(everything: tuple[Named, ...], stop: Stop) -> Bearing | None:
    village = next((named for named in everything if named.kind == "village" and named.name == stop.village), None)
    if village is None:
        return None
    found = bearing((village.lat, village.lon), (stop.lat, stop.lon))
    return found if found.metres <= CENTRE_WITHIN_M else None


def _way(district: District, stop: Stop, origin: Place | None) -> WayThere | None:
    """None where the rider named the stop itself, or a whole village, which has no front door."""
    if origin is None or origin.stop_id == stop.code:
        return None
    if origin.place_id is not None:
        place = place_by_code(district, origin.place_id)
        if place is None or place.kind == "village":
            return None
        return WayThere(place.name, bearing((place.lat, place.lon), (stop.lat, stop.lon)))
    if origin.stop_id is not None:
        named = stop_by_code(district, origin.stop_id)
        return WayThere(str(named), bearing((named.lat, named.lon), (stop.lat, stop.lon))) if named else None
    if origin.lat is None or origin.lon is None:
        return None
    return WayThere("", bearing((origin.lat, origin.lon), (stop.lat, stop.lon)))
