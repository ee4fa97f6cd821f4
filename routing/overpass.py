"""Roads of a place by its name, from OpenStreetMap's public servers through osmnx; needs internet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import networkx as nx
import osmnx

from routing.drivable import ACCESS_KEYS, NEEDED, ONEWAY_KEYS, closes_road, direction_of
from routing.errors import RoadError
from routing.extract import Extract, OsmWay

WAY_TAGS = (
    "highway", "service", "area", "junction", "name", "ref", "surface", "smoothness", "maxspeed", "maxspeed:forward",
    "maxspeed:backward", "maxspeed:bus", "maxspeed:psv", "maxspeed:type", "source:maxspeed", "zone:maxspeed",
    "zone:traffic", *ACCESS_KEYS, *ONEWAY_KEYS, *NEEDED,
)  # fmt: skip
NODE_TAGS = ("barrier", *ACCESS_KEYS)
TIMEOUT_S = 120


def extract_of_place(place: str) -> Extract:
    """The drivable ways of a place that Nominatim knows, such as "Kalbe (Milde), Sachsen-Anhalt".

    Raises RoadError when the servers cannot be reached, or do not know the place or any road in it.
    """
    try:
        with _settings():
            graph = osmnx.graph_from_place(
                place, custom_filter='["highway"]', simplify=False, retain_all=True, truncate_by_edge=True
            )
    except OSError as error:
        raise RoadError(
            "OpenStreetMap's servers cannot be reached",
            file=place,
            cause=type(error).__name__,
            remedy="check the internet connection, or download an extract and give it with --osm",
        ) from error
    except (TypeError, ValueError) as error:
        raise RoadError(
            "OpenStreetMap's servers know no roads of this place",
            file=place,
            cause=str(error).splitlines()[0] if str(error) else type(error).__name__,
            remedy="name it as on openstreetmap.org, with its district, or give an extract with --osm",
        ) from error
    return _as_extract(graph, place)


@contextmanager
def _settings() -> Iterator[None]:
    """osmnx's settings for our question, as they were afterwards."""
    ours = {
        "useful_tags_way": list(WAY_TAGS),
        "useful_tags_node": list(NODE_TAGS),
        "all_oneway": True,  # each way once, along its nodes; the direction is decided from the tags here
        "requests_timeout": TIMEOUT_S,
        "use_cache": False,
        "doh_url_template": None,
    }
    before = {name: getattr(osmnx.settings, name) for name in ours}
    try:
        for name, value in ours.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)


def _as_extract(graph: nx.MultiDiGraph[int], place: str) -> Extract:
    """Every edge as a way of two points. osmnx has turned ways with oneway=-1 round already."""
    ways = []
    for tail, head, edge in graph.edges(data=True):
        tags = {name: str(edge[name]) for name in WAY_TAGS if name in edge}
        if tags.get("oneway") in {"-1", "reverse"}:
            tags["oneway"] = "yes"
        if direction_of(tags) is not None:
            ways.append(OsmWay(int(edge["osmid"]), (tail, head), tags))
    if not ways:
        raise RoadError("has no roads that a minibus may drive", file=place, remedy="give an extract with --osm")
    used = {node for way in ways for node in way.nodes}
    points = {node: (float(graph.nodes[node]["y"]), float(graph.nodes[node]["x"])) for node in sorted(used)}
    closed = frozenset(node for node in used if closes_road(_node_tags(graph, node)))
    return Extract(tuple(ways), points, closed)


def _node_tags(graph: nx.MultiDiGraph[int], node: int) -> dict[str, str]:
    attributes = graph.nodes[node]
    return {name: str(attributes[name]) for name in NODE_TAGS if name in attributes}
