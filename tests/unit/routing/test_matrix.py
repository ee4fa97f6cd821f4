"""Driving seconds between points, and the factors on them."""

from __future__ import annotations

import numpy as np
import pytest

from routing.matrix import TravelFactors, graph_of, seconds_between, travel_seconds
from routing.network import Road, Source, from_roads
from tests.unit.routing import by_networkx
from tests.unit.routing.town import grid

MORNING = TravelFactors(bands=((6 * 3600, 8 * 3600, 1.5),), weather=1.2)


def test_every_pair_as_networkx_finds_it() -> None:
    network = grid(7, 6)
    graph = by_networkx.as_graph(network)
    found = travel_seconds(network, np.arange(network.n_nodes))
    for start in range(network.n_nodes):
        for end in range(network.n_nodes):
            assert found[start, end] == by_networkx.seconds(graph, start, end)


def test_a_node_may_stand_for_several_stops() -> None:
    network = grid(4, 4)
    found = travel_seconds(network, np.array([3, 9, 3]))
    assert found[0].tolist() == found[2].tolist()
    assert found[0, 2] == 0


def test_no_stops_no_seconds() -> None:
    assert travel_seconds(grid(3, 3), np.empty(0, dtype=np.int64)).shape == (0, 0)


def test_the_fastest_of_parallel_roads_counts() -> None:
    roads = [Road(0, 1, 9000, 1.0), Road(0, 1, 4000, 1.0), Road(1, 0, 7000, 1.0)]
    network = from_roads(np.zeros(2), np.arange(2.0), roads, Source("", "", True))
    assert travel_seconds(network, np.array([0, 1])).tolist() == [[0, 4], [7, 0]]


def test_an_arc_of_no_time_is_still_an_arc() -> None:
    roads = [Road(0, 1, 0, 0.0), Road(1, 0, 0, 0.0)]
    network = from_roads(np.zeros(2), np.zeros(2), roads, Source("", "", True))
    assert travel_seconds(network, np.array([0, 1])).tolist() == [[0, 1], [1, 0]]


def test_seconds_from_and_to_a_point_add_its_access() -> None:
    network = grid(5, 5)
    graph, nodes = graph_of(network), np.arange(network.n_nodes)
    direct = travel_seconds(network, nodes)
    assert seconds_between(graph, [(7, 0.0)], nodes).tolist() == direct[7].tolist()
    assert seconds_between(graph.T.tocsr(), [(7, 0.0)], nodes).tolist() == direct[:, 7].tolist()
    both = seconds_between(graph, [(7, 3000.0), (8, 60_000.0)], nodes)
    assert both.tolist() == np.minimum(direct[7] + 3, direct[8] + 60).tolist()


@pytest.mark.parametrize(
    ("second", "factor"), [(6 * 3600 - 1, 1.2), (6 * 3600, 1.8), (8 * 3600 - 1, 1.8), (8 * 3600, 1.2)]
)
def test_factors_multiply_within_their_band(second: int, factor: float) -> None:
    assert MORNING.at(second) == pytest.approx(factor)
    assert MORNING.apply(np.array([0, 100, 1001], dtype=np.int32), second).tolist() == [
        0,
        round(100 * factor),
        int(np.ceil(1001 * factor)),
    ]


def test_no_factors_change_nothing() -> None:
    seconds = np.arange(50, dtype=np.int32)
    assert TravelFactors().apply(seconds, 0).tolist() == seconds.tolist()


def test_a_factor_adds_no_second_by_floating_point() -> None:
    assert TravelFactors(weather=1.1).apply(np.array([100], dtype=np.int32), 0).tolist() == [110]
