"""May a minibus drive here?"""

from __future__ import annotations

import pytest

from routing.drivable import Direction, closes_road, direction_of


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "cycleway"},
        {"highway": "construction"},
        {"highway": "residential", "access": "private"},
        {"highway": "unclassified", "motor_vehicle": "agricultural"},
        {"highway": "unclassified", "motor_vehicle": "no", "bicycle": "yes"},
        {"highway": "residential", "access": "yes", "motor_vehicle": "no"},
        {"highway": "track", "tracktype": "grade1"},
        {"highway": "pedestrian"},
        {"highway": "service", "service": "driveway"},
        {"highway": "service", "service": "parking_aisle"},
        {"highway": "service", "area": "yes"},
        {"highway": "residential", "surface": "sand"},
        {"highway": "unclassified", "smoothness": "horrible"},
        {"highway": "tertiary", "maxheight": "2.5 m"},
        {"highway": "tertiary", "maxweight": "3,5"},
        {"highway": "residential", "oneway": "reversible"},
        {"railway": "rail"},
        {},
    ],
)
def test_keeps_off(tags: dict[str, str]) -> None:
    assert direction_of(tags) is None


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "residential"},
        {"highway": "service"},
        {"highway": "service", "service": "alley"},
        {"highway": "residential", "access": "destination"},
        {"highway": "residential", "access": "no", "bus": "yes"},
        {"highway": "pedestrian", "motor_vehicle": "no", "psv": "yes"},
        {"highway": "track", "motor_vehicle": "permissive", "surface": "compacted"},
        {"highway": "service", "service": "driveway", "bus": "designated"},
        {"highway": "unclassified", "maxheight": "3.8", "maxweight": "7.5 t"},
        {"highway": "unclassified", "maxheight": "default"},
        {"highway": "residential", "oneway": "no"},
        {"highway": "residential", "oneway": "yes", "oneway:bus": "no"},
        {"highway": "motorway", "oneway": "no"},
    ],
)
def test_may_drive_both_ways(tags: dict[str, str]) -> None:
    assert direction_of(tags) is Direction.BOTH


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, Direction.FORWARD),
        ({"oneway": "1"}, Direction.FORWARD),
        ({"oneway": "-1"}, Direction.BACKWARD),
        ({"junction": "roundabout"}, Direction.FORWARD),
        ({"junction": "circular"}, Direction.FORWARD),
        ({"junction": "roundabout", "oneway": "-1"}, Direction.BACKWARD),
        ({"highway": "motorway"}, Direction.FORWARD),
        ({"oneway": "yes", "oneway:bicycle": "no"}, Direction.FORWARD),
    ],
)
def test_one_way(tags: dict[str, str], direction: Direction) -> None:
    assert direction_of({"highway": "residential", **tags}) is direction


@pytest.mark.parametrize(
    ("tags", "closed"),
    [
        ({}, False),
        ({"highway": "crossing"}, False),
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "bus": "yes"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "lift_gate", "motor_vehicle": "no"}, True),
        ({"barrier": "kerb"}, False),
    ],
)
def test_barriers(tags: dict[str, str], closed: bool) -> None:
    assert closes_road(tags) is closed
