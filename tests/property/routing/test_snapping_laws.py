"""Laws of points on roads, on random towns."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.matrix import graph_of, seconds_between, travel_seconds
from routing.network import RoadNetwork
from routing.paths import fastest_way
from routing.snap import RoadIndex, with_points
from tests.unit.routing.town import at, grid

places = st.lists(
    st.tuples(st.floats(-0.2, 2.2, allow_nan=False), st.floats(-0.2, 1.7, allow_nan=False)), min_size=1, max_size=8
)
towns = st.builds(grid, st.integers(3, 5), st.integers(3, 4), st.integers(0, 10_000))


def joined(network: RoadNetwork, where: np.ndarray) -> tuple[RoadNetwork, np.ndarray]:
    index = RoadIndex(network)
    return with_points(index, where, index.snap(where, 5000.0))


@given(network=towns, east_north_km=places)
@settings(max_examples=40)
def test_points_change_nothing_between_crossings(
    network: RoadNetwork, east_north_km: list[tuple[float, float]]
) -> None:
    split, nodes = joined(network, np.array([at(*point) for point in east_north_km]))
    split.validate()
    crossings = np.arange(network.n_nodes)
    assert np.array_equal(travel_seconds(split, crossings), travel_seconds(network, crossings))
    assert np.isfinite(travel_seconds(split, nodes)).all()


@given(network=towns, east_north_km=places)
@settings(max_examples=40)
def test_no_way_by_a_third_point_is_faster(network: RoadNetwork, east_north_km: list[tuple[float, float]]) -> None:
    split, nodes = joined(network, np.array([at(*point) for point in east_north_km]))
    seconds = travel_seconds(split, np.concatenate((nodes, np.arange(network.n_nodes)))).astype(np.int64)
    assert (seconds[:, None, :] <= seconds[:, :, None] + seconds[None, :, :]).all()


@given(network=towns, east_north_km=places)
@settings(max_examples=40)
def test_every_door_gives_the_same_seconds(network: RoadNetwork, east_north_km: list[tuple[float, float]]) -> None:
    """The matrix, the way, and the search from a point that is no node agree (the last to a millisecond of rounding)."""
    where = np.array([at(*point) for point in east_north_km])
    split, nodes = joined(network, where)
    graph = graph_of(split)
    seconds = travel_seconds(split, nodes)
    for i in range(len(nodes)):
        for j in range(len(nodes)):
            assert fastest_way(split, graph, int(nodes[i]), int(nodes[j])).seconds == seconds[i, j]
    index = RoadIndex(network)
    crossings = np.arange(network.n_nodes)
    to_crossings = travel_seconds(split, np.concatenate((nodes, crossings)))[: len(nodes), len(nodes) :]
    for i, place in enumerate(index.snap(where, 5000.0)):
        found = seconds_between(graph_of(network), index.ends(place, leaving=True), crossings)
        assert np.abs(found - to_crossings[i]).max() <= 1
