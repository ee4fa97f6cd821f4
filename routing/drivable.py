"""May a public minibus drive on this way, and in which direction? Decided from OpenStreetMap's tags alone.

What is not looked at, because osmnx and a matrix of seconds cannot hold it: turn restrictions, conditional access
(`access:conditional`), lanes. docs/roads.md says so to whoever brings an extract.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

ROADS = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"}
    | {"tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road", "service"}
)
ONLY_WITH_PERMISSION = frozenset({"track", "pedestrian", "busway"})
NOT_FOR_TRANSIT = frozenset({"parking_aisle", "driveway", "drive-through", "emergency_access", "private"})

# The most particular rule decides. A Rufbus is a scheduled service by law (PBefG § 44), so a bus sign means it too.
ACCESS_KEYS = ("bus", "psv", "motorcar", "motor_vehicle", "vehicle", "access")
ONEWAY_KEYS = ("oneway:bus", "oneway:psv", "oneway")
REFUSED = frozenset(
    {
        "no",
        "private",
        "agricultural",
        "forestry",
        "agricultural;forestry",
        "delivery",
        "military",
        "emergency",
        "permit",
    }
    | {"discouraged", "residents", "employees", "school", "use_sidepath"}
)
GRANTED = frozenset({"yes", "designated", "permissive", "official", "destination", "customers"})

IMPASSABLE_SURFACE = frozenset(
    {"sand", "mud", "grass", "earth", "dirt", "ground", "rock", "woodchips", "ice", "snow", "stepping_stones"}
)
IMPASSABLE_SMOOTHNESS = frozenset({"very_bad", "horrible", "very_horrible", "impassable"})
# A high-roofed minibus with a lift: 3.0 m high, 2.4 m wide with mirrors, 5.5 t; of anything tighter it keeps away.
NEEDED = {"maxheight": 3.0, "maxwidth": 2.4, "maxweight": 5.5}

CLOSED_BARRIERS = frozenset(
    {"bollard", "block", "jersey_barrier", "cycle_barrier", "motorcycle_barrier", "stile", "turnstile", "kissing_gate"}
    | {"log", "chain", "debris", "fence", "wall", "hedge", "ditch", "planter", "barrier_board", "wicket_gate"}
)


class Direction(Enum):
    """How a way may be driven, as its nodes are listed."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"


def direction_of(tags: Mapping[str, str]) -> Direction | None:
    """The direction in which a minibus may drive a way with these tags; None if it may not."""
    highway = tags.get("highway", "")
    if highway not in ROADS | ONLY_WITH_PERMISSION or tags.get("area") == "yes":
        return None
    permission = _permission(tags)
    if permission is False or (permission is None and _needs_permission(highway, tags)):
        return None
    if tags.get("surface") in IMPASSABLE_SURFACE or tags.get("smoothness") in IMPASSABLE_SMOOTHNESS:
        return None
    if any(_measure(tags.get(key)) < needed for key, needed in NEEDED.items()):
        return None
    return _oneway(highway, tags)


def closes_road(tags: Mapping[str, str]) -> bool:
    """Whether a point on a road with these tags stops a minibus: a bollard, a gate that is locked or private."""
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    permission = _permission(tags)
    return permission is False or (permission is None and barrier in CLOSED_BARRIERS)


def _needs_permission(highway: str, tags: Mapping[str, str]) -> bool:
    return highway in ONLY_WITH_PERMISSION or (highway == "service" and tags.get("service") in NOT_FOR_TRANSIT)


def _permission(tags: Mapping[str, str]) -> bool | None:
    """What the access tags say: yes, no, or nothing."""
    for key in ACCESS_KEYS:
        value = tags.get(key)
        if value in REFUSED:
            return False
        if value in GRANTED:
            return True
    return None


def _oneway(highway: str, tags: Mapping[str, str]) -> Direction | None:
    value = next((tags[key] for key in ONEWAY_KEYS if key in tags), None)
    if value in {"yes", "true", "1"}:
        return Direction.FORWARD
    if value in {"-1", "reverse"}:
        return Direction.BACKWARD
    if value == "reversible":  # changes with the time of day; a plan made days ahead cannot rely on it
        return None
    implied = highway in {"motorway", "motorway_link"} or tags.get("junction") in {"roundabout", "circular"}
    return Direction.FORWARD if value is None and implied else Direction.BOTH


def _measure(value: str | None) -> float:
    """Metres or tonnes of a limit; no limit where there is none or it is not a plain number."""
    if value is None:
        return float("inf")
    number = value.lower().removesuffix("m").removesuffix("t").strip().replace(",", ".")
    try:
        return float(number)
    except ValueError:
        return float("inf")
