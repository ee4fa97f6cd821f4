"""OpenStreetMap -> road network: from an extract's file, or by a place's name where there is internet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx

from routing.boundary import Boundary
from routing.drivable import Direction, direction_of
from routing.errors import RoadError
from routing.extract import Extract, OsmWay, read_extract
from routing.network import Road, RoadNetwork, Source, from_roads
from routing.speeds import SpeedTable

ATTRIBUTION = "© OpenStreetMap-Mitwirkende, ODbL 1.0"


@dataclass(frozen=True, slots=True)
class Imported:
    """A network and how much of the drivable roads it holds: `component_share` is its share of their points."""

    network: RoadNetwork
    component_share: float
    cut_ways: int  # roads that end early because the extract lacks their points


def network_from_file(
    file: Path, boundary: Boundary | None = None, speeds: SpeedTable | None = None, accept_clipped: bool = False
) -> Imported:
    """The road network of an OpenStreetMap file, see `routing.extract.read_extract`. Raises RoadError."""
    extract = read_extract(file, boundary, accept_clipped)
    return network_from_extract(extract, f"OpenStreetMap: {file.name}", boundary, speeds or SpeedTable(), str(file))


def network_from_extract(
    extract: Extract, name: str, boundary: Boundary | None, speeds: SpeedTable, origin: str
) -> Imported:
    """Drivable ways -> the largest part in which every point reaches every other, as arrays.

    Seconds come from each way's own tags before stretches are joined, so joining changes no driving time. Raises
    RoadError, naming `origin`.
    """
    graph = full_graph(extract, boundary, speeds)
    if graph.number_of_edges() == 0:
        raise RoadError(
            "no road is left inside the boundary",
            file=origin,
            cause=f"all {len(extract.ways)} roads of the extract lie outside it",
            remedy="check that boundary and extract show the same area",
        )
    connected = osmnx.truncate.largest_component(graph, strongly=True)
    if len(connected) < 2:
        raise RoadError(
            "no two points of its roads reach each other both ways",
            file=origin,
            cause="there are only one-way stretches that lead nowhere",
            remedy="use a larger extract",
        )
    network = _as_arrays(_joined(connected), Source(name, ATTRIBUTION, False))
    return Imported(network, len(connected) / len(graph), extract.cut_ways)


def full_graph(extract: Extract, boundary: Boundary | None, speeds: SpeedTable) -> nx.MultiDiGraph[Node]:
    """Every drivable stretch between two neighbouring points as osmnx has graphs: nodes x, y; edges length and ms."""
    inside = _nodes_inside(extract, boundary)
    graph: nx.MultiDiGraph[Node] = nx.MultiDiGraph(crs=osmnx.settings.default_crs)
    edges: list[tuple[Node, Node, float, str]] = []
    for way in extract.ways:
        edges.extend(_edges(way, inside, extract.closed, speeds))
    for node in sorted({node for tail, head, *_ in edges for node in (tail, head)}):
        lat, lon = extract.points[node[0]]
        graph.add_node(node, x=lon, y=lat)
    ends = np.array([(*extract.points[a[0]], *extract.points[b[0]]) for a, b, *_ in edges]).reshape(-1, 4)
    metres = osmnx.distance.great_circle(ends[:, 0], ends[:, 1], ends[:, 2], ends[:, 3])
    for (tail, head, kmh, street), length_m in zip(edges, metres, strict=True):
        graph.add_edge(tail, head, length=float(length_m), ms=float(length_m) / kmh * 3600.0, street=street)
    return graph


def _nodes_inside(extract: Extract, boundary: Boundary | None) -> set[int]:
    if boundary is None:
        return set(extract.points)
    ids = list(extract.points)
    lat, lon = np.array([extract.points[node] for node in ids]).T
    return {node for node, inside in zip(ids, boundary.holds(lat, lon), strict=True) if inside}


# A node of the graph: an OpenStreetMap id and 0. A closed point (a bollard) ends the road on either side; there each side
# gets an end of its own: the id and that of the neighbour.
Node = tuple[int, int]


def _edges(
    way: OsmWay, inside: set[int], closed: frozenset[int], speeds: SpeedTable
) -> Iterator[tuple[Node, Node, float, str]]:
    direction = direction_of(way.tags)
    street = way.tags.get("name") or way.tags.get("ref") or ""
    along_kmh, against_kmh = speeds.drive_kmh(way.tags, True), speeds.drive_kmh(way.tags, False)
    for a, b in pairwise(way.nodes):
        if a == b or a not in inside or b not in inside or (a in closed and b in closed):
            continue
        tail = (a, b) if a in closed else (a, 0)
        head = (b, a) if b in closed else (b, 0)
        if direction in {Direction.BOTH, Direction.FORWARD}:
            yield tail, head, along_kmh, street
        if direction in {Direction.BOTH, Direction.BACKWARD}:
            yield head, tail, against_kmh, street


def _joined(graph: nx.MultiDiGraph[Node]) -> nx.MultiDiGraph[Node]:
    """Points that are neither crossings nor dead ends become shapes; a street's name changes only at a node."""
    return osmnx.simplification.simplify_graph(
        graph, edge_attrs_differ=["street"], remove_rings=False, edge_attr_aggs={"length": sum, "ms": sum}
    )


def _as_arrays(graph: nx.MultiDiGraph[Node], source: Source) -> RoadNetwork:
    nodes = sorted(graph.nodes)
    number = {node: index for index, node in enumerate(nodes)}
    roads = []
    for tail, head, edge in graph.edges(data=True):
        inner = list(edge["geometry"].coords)[1:-1] if "geometry" in edge else []
        roads.append(
            Road(
                tail=number[tail],
                head=number[head],
                ms=max(1, round(edge["ms"])),
                metres=edge["length"],
                name=edge["street"],
                shape=tuple((lat, lon) for lon, lat in inner),
            )
        )
    lat = np.array([graph.nodes[node]["y"] for node in nodes])
    lon = np.array([graph.nodes[node]["x"] for node in nodes])
    return from_roads(lat, lon, sorted(roads, key=lambda road: road.shape), source)
