"""Driving seconds between points of a road network: all stops at once, or one point to and from many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from routing.network import F64, I32, I64, RoadNetwork


@dataclass(frozen=True, slots=True)
class TravelFactors:
    """How much longer everything takes: by time of day and by weather, multiplied.

    `bands` are (from second, to second, factor) of the service day. A factor is looked up at departure and applied to the
    whole drive; at the end of a band a later departure may therefore arrive earlier, by at most the factor's difference.
    """

    bands: tuple[tuple[int, int, float], ...] = ()
    weather: float = 1.0

    def at(self, second: int) -> float:
        """The factor for a drive that begins at this second of the service day."""
        for begin_s, end_s, factor in self.bands:
            if begin_s <= second < end_s:
                return factor * self.weather
        return self.weather

    def apply(self, seconds: I32, departure_s: int) -> I32:
        """Driving seconds, rounded up, for a departure at this second."""
        stretched: I32 = np.ceil(np.round(seconds * self.at(departure_s), 6)).astype(np.int32)
        return stretched


def graph_of(network: RoadNetwork) -> csr_matrix:
    """The network as a sparse matrix of milliseconds, the fastest of parallel arcs. An arc of 0 ms counts as 1."""
    tail = network.arc_tail
    order = np.lexsort((network.arc_ms, network.arc_head, tail))
    keep = np.ones(len(order), dtype=bool)
    keep[1:] = (np.diff(tail[order]) != 0) | (np.diff(network.arc_head[order]) != 0)
    kept = order[keep]
    shape = (network.n_nodes, network.n_nodes)
    return csr_matrix(
        (np.maximum(network.arc_ms[kept], 1).astype(np.float64), (tail[kept], network.arc_head[kept])), shape
    )


def seconds_from_ms(ms: F64) -> I32:
    """Whole seconds, rounded up, so that going by way of a third point never looks faster than going straight."""
    return np.ceil(ms / 1000.0).astype(np.int32)


def travel_seconds(network: RoadNetwork, nodes: I64) -> I32:
    """int32[n, n]: driving seconds from each of the nodes to each."""
    if len(nodes) == 0:
        return np.empty((0, 0), dtype=np.int32)
    graph = graph_of(network)
    unique, back = np.unique(nodes, return_inverse=True)
    ms = dijkstra(graph, indices=unique)[:, unique]
    return seconds_from_ms(ms[np.ix_(back, back)])


def seconds_between(graph: csr_matrix, ends: list[tuple[int, float]], nodes: I64) -> I32:
    """int32[n]: driving seconds from a point to each of the nodes.

    `ends` are the nodes at which the road from the point comes out, with the milliseconds to them
    (`routing.snap.RoadIndex.ends`). For seconds from the nodes to a point, give the transposed graph and the ends with
    leaving=False.
    """
    sources = np.array([node for node, _ in ends])
    access_ms = np.array([ms for _, ms in ends])
    ms = dijkstra(graph, indices=sources)[:, nodes] + access_ms[:, None]
    return seconds_from_ms(ms.min(axis=0))
