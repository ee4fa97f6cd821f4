"""Roads that are closed: only the ways that used them change, and they change to what is really the fastest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra

from routing.closures import CUT_OFF_S, arcs_between, seconds_without
from routing.matrix import graph_of, seconds_from_ms
from routing.network import Road, Source, from_roads
from routing.roads import Roads, build_roads


def a_grid(folder: Path, seed: int) -> Roads:
    """Twenty-five crossings, most of the roads between neighbours; stops at nine of them."""
    rng = np.random.default_rng(seed)
    latitudes, longitudes = (part.ravel() * 0.02 for part in np.meshgrid(np.arange(5.0), np.arange(5.0)))
    roads = []
    for node in range(25):
        for other in (node + 1, node + 5):
            if other < 25 and (other == node + 5 or other % 5):
                ms, metres = int(rng.integers(30_000, 200_000)), float(rng.integers(500, 3000))
                roads += [Road(node, other, ms, metres, "Weg"), Road(other, node, ms, metres, "Weg")]
    from_roads(latitudes + 52, longitudes + 11, roads, Source("test", "", True)).save(folder / "net")
    stops = np.arange(0, 25, 3)
    points = np.column_stack((latitudes[stops] + 52, longitudes[stops] + 11))
    build_roads(folder / "net", folder / "out", [str(n) for n in stops], points, 500.0)
    return Roads.load(folder / "out")


@pytest.mark.parametrize("seed", range(6))
def test_what_is_looked_up_anew_is_what_a_whole_reckoning_says(tmp_path: Path, seed: int) -> None:
    roads = a_grid(tmp_path, seed)
    arcs = arcs_between(roads, seed % 3, 4 + seed % 4)
    seconds = seconds_without(roads, arcs)
    closed_ms = roads.network.arc_ms.copy()
    closed_ms[arcs] = 1_000_000_000
    graph = graph_of(replace(roads.network, arc_ms=closed_ms))
    whole = seconds_from_ms(dijkstra(graph, indices=roads.stop_nodes)[:, roads.stop_nodes])
    np.testing.assert_array_equal(seconds, whole)
    assert (seconds >= roads.seconds).all()
    assert (seconds > roads.seconds).any()


def test_one_direction_may_stay_open(tmp_path: Path) -> None:
    roads = a_grid(tmp_path, 1)
    one_way = seconds_without(roads, arcs_between(roads, 0, 4, both_ways=False))
    assert one_way[0, 4] > roads.seconds[0, 4]
    assert one_way[4, 0] == roads.seconds[4, 0]


def test_nothing_closed_changes_nothing(tmp_path: Path) -> None:
    roads = a_grid(tmp_path, 2)
    np.testing.assert_array_equal(seconds_without(roads, np.array([], dtype=np.int64)), roads.seconds)


def test_who_is_cut_off_is_so_far_away_that_nobody_plans_it(tmp_path: Path) -> None:
    latitudes, longitudes = np.full(3, 52.0), np.array([11.0, 11.1, 11.2])
    roads = [Road(a, b, 60_000, 1000.0, "") for one, two in ((0, 1), (1, 2)) for a, b in ((one, two), (two, one))]
    from_roads(latitudes, longitudes, roads, Source("test", "", True)).save(tmp_path / "net")
    build_roads(tmp_path / "net", tmp_path / "out", ["a", "b", "c"], np.column_stack((latitudes, longitudes)), 500.0)
    built = Roads.load(tmp_path / "out")
    seconds = seconds_without(built, arcs_between(built, 1, 2))
    assert (seconds[:2, 2] >= CUT_OFF_S).all()
    assert (seconds[2, :2] >= CUT_OFF_S).all()
    assert seconds[0, 1] == 60
