"""OpenStreetMap's ways become arcs with the right seconds, directions, shapes and names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from routing.boundary import Boundary, read_boundary
from routing.errors import RoadError
from routing.extract import read_extract
from routing.matrix import travel_seconds
from routing.network import RoadNetwork
from routing.osm import Imported, full_graph, network_from_file
from routing.speeds import SpeedTable
from tests.unit.routing.town import RESIDENTIAL, Town, at, square


def imported(town: Town, folder: Path, boundary: Boundary | None = None) -> Imported:
    return network_from_file(town.write(folder / "town.osm"), boundary)


def node(network: RoadNetwork, east_km: float, north_km: float) -> int:
    """The node at a point of the town."""
    lat, lon = at(east_km, north_km)
    away = np.abs(network.node_lat - lat) + np.abs(network.node_lon - lon)
    assert away.min() < 1e-5
    return int(away.argmin())


def seconds(network: RoadNetwork, start: tuple[float, float], end: tuple[float, float]) -> int:
    nodes = np.array([node(network, *start), node(network, *end)])
    return int(travel_seconds(network, nodes)[0, 1])


def test_a_kilometre_at_30_takes_two_minutes(tmp_path: Path) -> None:
    network = imported(square(), tmp_path).network
    assert seconds(network, (1, 1), (2, 1)) == pytest.approx(120, abs=1)
    assert network.road_km == pytest.approx(5.0, rel=0.01)
    assert set(network.names) == {"", "Ringstraße", "Feldweg"}
    assert not network.source.synthetic
    assert "OpenStreetMap" in network.source.attribution


def test_a_one_way_street_is_driven_one_way(tmp_path: Path) -> None:
    tags = {**RESIDENTIAL, "oneway": "yes"}
    points = {"A": (0, 0), "B": (1, 0), "C": (1, 1), "D": (0, 1), "E": (2, 0), "F": (-1, 1)}
    stubs = [("BE", RESIDENTIAL), ("DF", RESIDENTIAL)]
    town = Town(points, [("ABCD", RESIDENTIAL), ("DA", tags), *stubs])
    network = imported(town, tmp_path).network
    assert seconds(network, (0, 1), (1, 0)) == pytest.approx(240, abs=2)
    assert int((network.twins() < 0).sum()) == 1
    turned = [("ABCD", RESIDENTIAL), ("AD", {**tags, "oneway": "-1"}), *stubs]
    assert seconds(imported(Town(points, turned), tmp_path).network, (0, 1), (1, 0)) == pytest.approx(240, abs=2)


def test_a_one_way_street_the_other_way_is_a_detour(tmp_path: Path) -> None:
    points = {"A": (0, 0), "B": (1, 0), "C": (1, 1), "D": (0, 1), "E": (-1, 0), "F": (-1, 1)}
    ways = [("ABCD", RESIDENTIAL), ("DA", {**RESIDENTIAL, "oneway": "yes"}), ("AE", RESIDENTIAL), ("DF", RESIDENTIAL)]
    network = imported(Town(points, ways), tmp_path).network
    assert seconds(network, (0, 1), (0, 0)) == pytest.approx(120, abs=1)
    assert seconds(network, (0, 0), (0, 1)) == pytest.approx(360, abs=2)


def test_a_roundabout_is_driven_round(tmp_path: Path) -> None:
    roundabout = {"highway": "residential", "maxspeed": "30", "junction": "roundabout"}
    points = {"A": (0, 0), "B": (1, 0), "C": (1, 1), "D": (0, 1), "W": (-1, 0), "E": (2, 0)}
    town = Town(points, [("ABCDA", roundabout), ("WA", RESIDENTIAL), ("BE", RESIDENTIAL)])
    network = imported(town, tmp_path).network
    assert seconds(network, (-1, 0), (2, 0)) == pytest.approx(360, abs=2)
    assert seconds(network, (2, 0), (-1, 0)) == pytest.approx(600, abs=2)


def test_a_dead_end_of_one_way_streets_is_left_out(tmp_path: Path) -> None:
    town = square()
    town.points = {**town.points, "X": (3, 1)}
    town.ways.append(("EX", {**RESIDENTIAL, "oneway": "yes"}))
    result = imported(town, tmp_path)
    assert result.component_share == pytest.approx(5 / 6)
    with pytest.raises(AssertionError):
        node(result.network, 3, 1)


def test_the_larger_of_two_parts_is_kept(tmp_path: Path) -> None:
    town = square()
    town.points = {**town.points, "Y": (9, 9), "Z": (10, 9)}
    town.ways.append(("YZ", dict(RESIDENTIAL)))
    result = imported(town, tmp_path)
    assert result.component_share == pytest.approx(5 / 7)
    assert result.network.road_km == pytest.approx(5.0, rel=0.01)


def test_bends_keep_their_shape_and_only_crossings_are_nodes(tmp_path: Path) -> None:
    town = Town(
        {"A": (0, 0), "B": (1, 0), "C": (1, 1), "D": (2, 1)}, [("ABCD", {"highway": "tertiary", "maxspeed": "60"})]
    )
    network = imported(town, tmp_path).network
    assert network.n_nodes == 2
    assert network.n_arcs == 2
    lat, lon = network.arc_shape(0, 0)
    corners = np.array([at(*town.points[name]) for name in "ABCD"])
    assert np.column_stack((lat, lon)) == pytest.approx(corners, abs=1e-6)
    assert network.arc_ms[0] == pytest.approx(180_000, rel=0.01)


def test_each_piece_of_a_joined_road_keeps_its_own_speed(tmp_path: Path) -> None:
    slow, fast = {"highway": "tertiary", "maxspeed": "30"}, {"highway": "tertiary", "maxspeed": "60"}
    network = imported(Town({"A": (0, 0), "B": (1, 0), "C": (2, 0)}, [("AB", slow), ("BC", fast)]), tmp_path).network
    assert network.n_nodes == 2
    assert network.arc_ms[0] == pytest.approx(180_000, rel=0.01)


def test_a_limit_for_one_direction_slows_that_direction(tmp_path: Path) -> None:
    tags = {"highway": "tertiary", "maxspeed": "60", "maxspeed:backward": "30"}
    network = imported(Town({"A": (0, 0), "B": (1, 0)}, [("AB", tags)]), tmp_path).network
    assert seconds(network, (0, 0), (1, 0)) == pytest.approx(60, abs=1)
    assert seconds(network, (1, 0), (0, 0)) == pytest.approx(120, abs=1)


def test_a_street_name_ends_at_a_node(tmp_path: Path) -> None:
    ways = [("AB", {**RESIDENTIAL, "name": "Ost"}), ("BC", {**RESIDENTIAL, "ref": "L 12"})]
    network = imported(Town({"A": (0, 0), "B": (1, 0), "C": (2, 0)}, ways), tmp_path).network
    assert network.n_nodes == 3
    assert set(network.names) == {"", "Ost", "L 12"}


def test_a_bollard_ends_the_road_on_both_sides(tmp_path: Path) -> None:
    points = {"A": (0, 0), "B": (1, 0), "C": (2, 0), "D": (2, 1), "E": (0, 1), "N": (0, 2)}
    ways = [("ABC", RESIDENTIAL), ("CDEA", RESIDENTIAL), ("EN", RESIDENTIAL)]
    open_road = imported(Town(points, ways), tmp_path).network
    closed = imported(Town(points, ways, {"B": {"barrier": "bollard"}}), tmp_path).network
    assert seconds(open_road, (0, 1), (0, 2)) == seconds(closed, (0, 1), (0, 2))
    assert open_road.road_km == pytest.approx(closed.road_km, rel=0.001)
    ends = np.flatnonzero(np.abs(closed.node_lon - at(1, 0)[1]) < 1e-5)
    assert len(ends) == 2
    assert travel_seconds(closed, ends)[0, 1] == pytest.approx(6 * 120, abs=2)


def test_only_the_boundary_s_roads_are_kept(tmp_path: Path) -> None:
    town = square()
    town.points = {**town.points, "Z": (9, 1)}
    town.ways.append(("EZ", dict(RESIDENTIAL)))
    area = box(tmp_path, -0.1, -0.1, 2.1, 1.1)
    assert imported(town, tmp_path).network.road_km == pytest.approx(12.0, rel=0.01)
    assert imported(town, tmp_path, read_boundary(area, 0.0)).network.road_km == pytest.approx(5.0, rel=0.01)
    assert imported(town, tmp_path, read_boundary(area, 8000.0)).network.road_km == pytest.approx(12.0, rel=0.01)


def test_a_boundary_that_leaves_nothing(tmp_path: Path) -> None:
    area = read_boundary(box(tmp_path, 50, 50, 60, 60), 0.0)
    with pytest.raises(RoadError, match="no road is left inside the boundary") as caught:
        imported(square(), tmp_path, area)
    assert caught.value.file.endswith("town.osm")


def test_one_way_stretches_that_lead_nowhere(tmp_path: Path) -> None:
    town = Town({"A": (0, 0), "B": (1, 0), "C": (2, 0)}, [("ABC", {**RESIDENTIAL, "oneway": "yes"})])
    with pytest.raises(RoadError, match="no two points"):
        imported(town, tmp_path)


def test_a_lone_roundabout_is_a_network(tmp_path: Path) -> None:
    town = square()
    town.ways = [("ABCDA", {**RESIDENTIAL, "junction": "roundabout"})]
    assert imported(town, tmp_path).network.road_km == pytest.approx(4.0, rel=0.01)


def test_a_file_from_an_editor_has_negative_ids(tmp_path: Path) -> None:
    town = square(point_tags={"B": {"barrier": "bollard"}})
    usual = imported(town, tmp_path).network
    file = tmp_path / "edited.osm"
    file.write_text(town.xml().replace('id="', 'id="-').replace('ref="', 'ref="-'), encoding="utf-8")
    edited = network_from_file(file).network
    assert sorted(edited.arc_ms.tolist()) == pytest.approx(sorted(usual.arc_ms.tolist()), abs=1)


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        imported(square(), tmp_path).network.save(tmp_path / name)
    assert (tmp_path / "first/network.npz").read_bytes() == (tmp_path / "second/network.npz").read_bytes()
    assert (tmp_path / "first/network.json").read_bytes() == (tmp_path / "second/network.json").read_bytes()


def test_full_graph_holds_every_stretch(tmp_path: Path) -> None:
    graph = full_graph(read_extract(square().write(tmp_path / "town.osm")), None, SpeedTable())
    assert graph.number_of_edges() == 10


def box(folder: Path, west_km: float, south_km: float, east_km: float, north_km: float) -> Path:
    corners = [(west_km, south_km), (east_km, south_km), (east_km, north_km), (west_km, north_km), (west_km, south_km)]
    ring = [[lon, lat] for lat, lon in (at(*corner) for corner in corners)]
    file = folder / "area.geojson"
    file.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    return file
