"""The way of one leg: its line on the map, its metres, and the streets in order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from routing.errors import RoadError
from routing.network import F64, RoadNetwork


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one leg: its line (degrees), metres, seconds, and the named stretches in order."""

    lat: F64
    lon: F64
    metres: float
    seconds: int
    stretches: tuple[tuple[str, float], ...]


def fastest_way(network: RoadNetwork, graph: csr_matrix, start: int, end: int) -> Way:
    """The fastest way between two nodes; `graph` is `routing.matrix.graph_of(network)`.

    Its seconds are those of the matrix: milliseconds added up, then rounded up once.
    """
    ms, before = dijkstra(graph, indices=start, return_predecessors=True)
    if not np.isfinite(ms[end]):
        raise RoadError(f"no road leads from node {start} to node {end}", remedy="build the network again")
    chain = [end]
    while chain[-1] != start:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    lat = [np.array([network.node_lat[start]])]
    lon = [np.array([network.node_lon[start]])]
    stretches: list[tuple[str, float]] = []
    for tail, head in pairwise(chain):
        arc = fastest_arc(network, tail, head)
        arc_lat, arc_lon = network.arc_shape(arc, tail)
        lat.append(arc_lat[1:])
        lon.append(arc_lon[1:])
        length_m = float(network.arc_m[arc])
        name = network.names[network.arc_name[arc]]
        if stretches and stretches[-1][0] == name:
            length_m += stretches.pop()[1]
        stretches.append((name, length_m))
    metres = sum(length_m for _, length_m in stretches)
    return Way(np.concatenate(lat), np.concatenate(lon), metres, int(np.ceil(ms[end] / 1000.0)), tuple(stretches))


def fastest_arc(network: RoadNetwork, tail: int, head: int) -> int:
    """The fastest of the arcs from one node to its neighbour."""
    first, last = int(network.arc_start[tail]), int(network.arc_start[tail + 1])
    arcs = [arc for arc in range(first, last) if network.arc_head[arc] == head]
    return min(arcs, key=lambda arc: int(network.arc_ms[arc]))
