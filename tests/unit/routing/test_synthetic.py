"""The synthetic network of the Altmark: connected, and as far in minutes as the real roads are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.package import read_package
from routing.matrix import travel_seconds
from routing.network import RoadNetwork
from routing.snap import RoadIndex, with_points
from routing.synthetic import Site, gabriel_pairs, synthetic_network

ALTMARK = Path(__file__).resolve().parents[3] / "fixtures" / "altmark"


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return RoadNetwork.load(ALTMARK / "roads-synthetic")


def node_of(network: RoadNetwork, village: str) -> int:
    place = next(p for p in read_package(ALTMARK).places if p.kind == "village" and p.village == village)
    return int(np.argmin((network.node_lat - place.lat) ** 2 + ((network.node_lon - place.lon) * 0.605) ** 2))


@pytest.mark.parametrize(
    ("origin", "target", "least_min", "most_min"),
    [
        # Orientation: about 44, 32, 24 and 18 km of federal and state roads.
        ("Salzwedel", "Gardelegen", 38, 52),
        ("Salzwedel", "Klötze", 25, 38),
        ("Salzwedel", "Arendsee", 20, 32),
        ("Kalbe", "Gardelegen", 13, 24),
    ],
)
def test_towns_are_plausibly_far_apart(
    network: RoadNetwork, origin: str, target: str, least_min: int, most_min: int
) -> None:
    ends = np.array([node_of(network, origin), node_of(network, target)])
    minutes = travel_seconds(network, ends)[0, 1] / 60
    assert least_min <= minutes <= most_min


def test_every_stop_is_reached_from_every_stop_and_no_way_round_is_shorter(network: RoadNetwork) -> None:
    rows = read_package(ALTMARK).stops
    points = np.array([(row.lat, row.lon) for row in rows])
    index = RoadIndex(network)
    joined, nodes = with_points(index, points, index.snap(points, 100.0))
    seconds = travel_seconds(joined, nodes).astype(np.int64)
    assert seconds.max() < 2 * 3600
    via = np.random.default_rng(1).integers(0, len(rows), 40)
    for stop in via:
        assert (seconds <= seconds[:, [stop]] + seconds[[stop], :]).all()


def test_gabriel_neighbours_have_nobody_between_them() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 100, (2, 60))
    pairs = {tuple(pair) for pair in gabriel_pairs(x, y)}
    for a in range(60):
        for b in range(a + 1, 60):
            middle = np.array([(x[a] + x[b]) / 2, (y[a] + y[b]) / 2])
            radius = np.hypot(x[a] - x[b], y[a] - y[b]) / 2
            others = [k for k in range(60) if k not in (a, b)]
            empty = all(np.hypot(x[k] - middle[0], y[k] - middle[1]) >= radius * (1 - 1e-9) for k in others)
            assert ((a, b) in pairs) == empty


def test_the_seed_bends_roads_and_changes_no_connection() -> None:
    rng = np.random.default_rng(4)
    sites = [
        Site(52.5 + a / 10, 11.2 + b / 10, f"village {k}", 0) for k, (a, b) in enumerate(rng.uniform(0, 1, (30, 2)))
    ]
    first, second, again = (synthetic_network(sites, "Test", seed) for seed in (1, 2, 1))
    assert (first.arc_head == second.arc_head).all()
    assert not np.array_equal(first.shape_lat, second.shape_lat)
    assert np.array_equal(first.shape_lat, again.shape_lat)
