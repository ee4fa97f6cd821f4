"""Points find the nearest place on the roads, and become nodes there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from routing.errors import RoadError
from routing.matrix import travel_seconds
from routing.network import Road, RoadNetwork, Source, from_roads
from routing.snap import STUB_FROM_M, STUB_KMH, RoadIndex, with_points
from tests.unit.routing.town import at, grid

CORNERS = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]


def corner() -> RoadNetwork:
    """A road of two kilometres east, and a bent one-way road on from there; both ends joined by a long way back."""
    lat, lon = np.array([at(*point) for point in CORNERS]).T
    bend = (at(3, 1),)
    roads = [
        Road(0, 1, 100_000, 2000.0, "Ost"),
        Road(1, 0, 200_000, 2000.0, "Ost"),
        Road(1, 2, 80_000, 2828.0, "Bogen", bend),
        Road(2, 1, 900_000, 9000.0, "Umweg", (at(9, 1),)),
    ]
    return from_roads(lat, lon, roads, Source("Ecke", "erfunden", True))


def points(*east_north_km: tuple[float, float]) -> np.ndarray:
    return np.array([at(*point) for point in east_north_km])


def joined(network: RoadNetwork, where: np.ndarray, limit_m: float = 500.0) -> tuple[RoadNetwork, np.ndarray]:
    index = RoadIndex(network)
    return with_points(index, where, index.snap(where, limit_m))


def test_the_nearest_place_may_be_in_the_middle_of_an_arc() -> None:
    place = RoadIndex(corner()).snap(points((0.5, 0.02)), 100.0)[0]
    assert place.share == pytest.approx(0.25, abs=0.001)
    assert place.away_m == pytest.approx(20.0, abs=0.1)
    assert (place.lat, place.lon) == pytest.approx(at(0.5, 0.0), abs=1e-6)


def test_a_bend_is_followed() -> None:
    place = RoadIndex(corner()).snap(points((2.5, 0.5)), 100.0)[0]
    assert place.share == pytest.approx(0.25, abs=0.001)
    assert place.away_m == pytest.approx(0.0, abs=0.5)


def test_a_point_too_far_from_any_road_is_named() -> None:
    where = points((0.5, 0.0), (0.5, -2.0), (0.5, -3.0))
    with pytest.raises(RoadError, match=r"stop 3 .* is 3\.0 km from any road \(1 more") as caught:
        RoadIndex(corner()).snap(where, 1000.0, ["stop 1", "stop 2", "stop 3"])
    assert "1.0 km are allowed" in caught.value.cause
    assert caught.value.remedy


def test_a_point_on_a_road_is_reached_in_its_share_of_the_time_from_either_side() -> None:
    network, nodes = joined(corner(), points((0.5, 0.0)))
    seconds = travel_seconds(network, np.array([0, 1, nodes[0]]))
    assert seconds[0, 2] == pytest.approx(25, abs=1)
    assert seconds[2, 1] == pytest.approx(75, abs=1)
    assert seconds[1, 2] == pytest.approx(150, abs=1)
    assert seconds[2, 0] == pytest.approx(50, abs=1)


def test_a_one_way_road_is_split_in_its_direction_only() -> None:
    network, nodes = joined(corner(), points((2.5, 0.5)))
    seconds = travel_seconds(network, np.array([1, 2, nodes[0]]))
    assert seconds[0, 2] == pytest.approx(20, abs=1)
    assert seconds[2, 1] == pytest.approx(60, abs=1)
    assert seconds[1, 2] == pytest.approx(920, abs=1)


def test_two_points_on_one_road_are_joined_directly() -> None:
    network, nodes = joined(corner(), points((1.5, 0.0), (0.5, 0.0)))
    seconds = travel_seconds(network, nodes)
    assert seconds[1, 0] == pytest.approx(50, abs=1)
    assert seconds[0, 1] == pytest.approx(100, abs=1)


def test_points_at_one_place_or_at_a_crossing_share_its_node() -> None:
    network, nodes = joined(corner(), points((0.5, 0.0), (0.5, 0.01), (2.0, 0.0), (0.5004, 0.0)))
    assert nodes[0] == nodes[1] == nodes[3]
    assert nodes[2] == 1
    assert network.n_nodes == 4


def test_a_point_off_the_road_costs_the_way_to_it() -> None:
    away_m = 2 * STUB_FROM_M
    network, nodes = joined(corner(), points((0.5, away_m / 1000)))
    seconds = travel_seconds(network, np.array([0, nodes[0]]))
    assert seconds[0, 1] == pytest.approx(25 + away_m / STUB_KMH * 3.6, abs=1)
    assert network.node_lat[nodes[0]] == pytest.approx(at(0.5, away_m / 1000)[0])


@pytest.mark.parametrize("seed", range(5))
def test_splitting_roads_changes_no_time_and_no_length_between_crossings(seed: int) -> None:
    network = grid(6, 5, seed)
    rng = np.random.default_rng(seed)
    where = np.array([at(*point) for point in rng.uniform((-0.1, -0.1), (2.6, 2.1), (40, 2))])
    split, nodes = joined(network, where)
    crossings = np.arange(network.n_nodes)
    assert np.array_equal(travel_seconds(network, crossings), travel_seconds(split, crossings))
    on_road = split.n_nodes - len(set(nodes.tolist()))
    stubs_m = _stubs_m(network, where)
    assert split.road_km == pytest.approx(network.road_km + stubs_m / 1000, rel=1e-6)
    assert on_road >= 0


def _stubs_m(network: RoadNetwork, where: Sequence[Sequence[float]] | np.ndarray) -> float:
    return sum(place.away_m for place in RoadIndex(network).snap(np.array(where), 500.0) if place.away_m > STUB_FROM_M)


def test_the_ends_of_a_place_in_the_middle_of_a_road() -> None:
    index = RoadIndex(corner())
    both_ways, one_way = index.snap(points((0.5, 0.0), (2.5, 0.5)), 100.0)
    assert dict(index.ends(both_ways, leaving=True)) == pytest.approx({1: 75_000, 0: 50_000}, rel=0.01)
    assert dict(index.ends(both_ways, leaving=False)) == pytest.approx({0: 25_000, 1: 150_000}, rel=0.01)
    assert dict(index.ends(one_way, leaving=True)) == pytest.approx({2: 60_000}, rel=0.01)
    assert dict(index.ends(one_way, leaving=False)) == pytest.approx({1: 20_000}, rel=0.01)
