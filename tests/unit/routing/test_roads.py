"""A district's roads: built once, loaded quickly, the same answer by every door."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from routing.errors import RoadError
from routing.network import RoadNetwork
from routing.roads import Roads, build_roads
from tests.unit.routing import by_networkx
from tests.unit.routing.town import at, grid

STOPS = [f"h{k}" for k in range(12)]
POINTS = np.array([at(*point) for point in np.random.default_rng(4).uniform((0, 0), (2.5, 2.0), (12, 2))])


@pytest.fixture
def network_folder(tmp_path: Path) -> Path:
    grid(6, 5).save(tmp_path / "network")
    return tmp_path / "network"


@pytest.fixture
def built(tmp_path: Path, network_folder: Path) -> Path:
    assert build_roads(network_folder, tmp_path / "roads", STOPS, POINTS, 500.0)
    return tmp_path / "roads"


def test_a_second_build_finds_the_first(built: Path, network_folder: Path) -> None:
    assert not build_roads(network_folder, built, STOPS, POINTS, 500.0)


def test_other_stops_or_roads_are_built_again(built: Path, network_folder: Path) -> None:
    moved = POINTS.copy()
    moved[0] = at(1.1, 1.1)
    assert build_roads(network_folder, built, STOPS, moved, 500.0)
    assert build_roads(network_folder, built, STOPS[1:], moved[1:], 500.0)
    assert Roads.load(built).seconds.shape == (11, 11)
    grid(6, 5, seed=2).save(network_folder)
    assert build_roads(network_folder, built, STOPS[1:], moved[1:], 500.0)


def test_an_interrupted_build_is_built_again(built: Path, network_folder: Path) -> None:
    (built / "roads.json").write_text('{"fingerp', encoding="utf-8")
    assert build_roads(network_folder, built, STOPS, POINTS, 500.0)
    assert Roads.load(built).stop_ids == tuple(STOPS)


def test_a_process_that_has_the_old_matrix_open_keeps_it(built: Path, network_folder: Path) -> None:
    opened = Roads.load(built)
    before = np.array(opened.seconds)
    build_roads(network_folder, built, STOPS[::-1], POINTS[::-1], 500.0)
    assert np.array_equal(opened.seconds, before)


def test_seconds_are_those_of_networkx_on_the_same_roads(built: Path) -> None:
    roads = Roads.load(built)
    graph = by_networkx.as_graph(roads.network)
    for i, start in enumerate(roads.stop_nodes.tolist()):
        for j, end in enumerate(roads.stop_nodes.tolist()):
            assert roads.seconds[i, j] == by_networkx.seconds(graph, start, end)
    assert roads.seconds.dtype == np.int32


def test_a_way_takes_as_long_as_the_matrix_says_and_is_as_long_as_its_stretches(built: Path) -> None:
    roads = Roads.load(built)
    for i in range(len(STOPS)):
        for j in range(len(STOPS)):
            way = roads.way(i, j)
            assert way.seconds == roads.seconds[i, j]
            assert way.metres == pytest.approx(sum(metres for _, metres in way.stretches))
            assert [name for name, _ in way.stretches] == [name for name, _ in _joined(way.stretches)]
            ends = np.array([[way.lat[0], way.lon[0]], [way.lat[-1], way.lon[-1]]])
            assert np.abs(ends - POINTS[[i, j]]).max() < 0.005
    assert roads.way(0, 0).metres == 0.0
    assert roads.way(0, 1) is roads.way(0, 1)


def _joined(stretches: tuple[tuple[str, float], ...]) -> list[tuple[str, float]]:
    return [one for k, one in enumerate(stretches) if k == 0 or stretches[k - 1][0] != one[0]]


def test_a_point_at_a_stop_is_as_far_as_the_stop(built: Path) -> None:
    roads = Roads.load(built)
    for k in range(len(STOPS)):
        lat, lon = POINTS[k]
        assert np.abs(roads.seconds_from_point(lat, lon, 500.0) - roads.seconds[k]).max() <= 1
        assert np.abs(roads.seconds_to_point(lat, lon, 500.0) - roads.seconds[:, k]).max() <= 1


def test_a_way_between_any_points_agrees_with_the_seconds_to_stops(built: Path) -> None:
    roads = Roads.load(built)
    for lat, lon in (at(0.3, 0.1), at(1.9, 1.7), at(1.0, 0.55)):
        onward, back = roads.seconds_from_point(lat, lon, 500.0), roads.seconds_to_point(lat, lon, 500.0)
        for k in range(len(STOPS)):
            stop = (float(POINTS[k, 0]), float(POINTS[k, 1]))
            assert roads.way_between_points((lat, lon), stop, 500.0).seconds == pytest.approx(onward[k], abs=1)
            assert roads.way_between_points(stop, (lat, lon), 500.0).seconds == pytest.approx(back[k], abs=1)


def test_two_points_on_the_same_stretch_need_no_detour(built: Path) -> None:
    roads = Roads.load(built)
    way = roads.way_between_points(at(0.1, 0.0), at(0.2, 0.0), 500.0)
    assert way.metres < 400


def test_a_point_off_the_roads_is_refused(built: Path) -> None:
    with pytest.raises(RoadError, match="km from any road"):
        Roads.load(built).seconds_from_point(53.5, 11.2, 500.0)


def test_a_stop_off_the_roads_is_named(tmp_path: Path, network_folder: Path) -> None:
    far = POINTS.copy()
    far[3] = at(0.0, -2.5)
    with pytest.raises(RoadError, match=r"stop h3 .*2\.5 km from any road"):
        build_roads(network_folder, tmp_path / "roads", STOPS, far, 2000.0)
    assert not (tmp_path / "roads").exists()


def test_a_folder_without_roads_is_named(tmp_path: Path, built: Path) -> None:
    with pytest.raises(RoadError, match="holds no road network"):
        build_roads(tmp_path / "nowhere", tmp_path / "out", STOPS, POINTS, 500.0)
    with pytest.raises(RoadError, match="holds no built roads"):
        Roads.load(tmp_path / "nowhere")
    meta = json.loads((built / "roads.json").read_text(encoding="utf-8"))
    (built / "roads.json").write_text(json.dumps(meta | {"stops": STOPS[1:]}), encoding="utf-8")
    with pytest.raises(RoadError, match="do not fit together"):
        Roads.load(built)


def test_the_shipped_network_reaches_every_stop_both_ways(tmp_path: Path) -> None:
    from routing.build import read_stops

    package = Path(__file__).resolve().parents[3] / "fixtures" / "altmark"
    stop_ids, points = read_stops(package / "stops.csv")
    build_roads(package / "roads-synthetic", tmp_path, stop_ids, points, 2000.0)
    roads = Roads.load(tmp_path)
    assert RoadNetwork.load(package / "roads-synthetic").source.synthetic
    assert roads.network.source.synthetic
    assert roads.seconds.shape == (592, 592)
    assert roads.seconds.min() == 0
    assert roads.seconds.max() < 3 * 3600
