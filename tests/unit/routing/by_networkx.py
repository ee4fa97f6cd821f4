"""The same roads in networkx: an oracle that shares no code with ours."""

from __future__ import annotations

import math

import networkx as nx

from routing.network import RoadNetwork


def as_graph(network: RoadNetwork) -> nx.MultiDiGraph[int]:
    """Every arc as an edge with its milliseconds and metres."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.n_nodes))
    for tail in range(network.n_nodes):
        for arc in range(network.arc_start[tail], network.arc_start[tail + 1]):
            graph.add_edge(
                tail, int(network.arc_head[arc]), ms=int(network.arc_ms[arc]), metres=float(network.arc_m[arc])
            )
    return graph


def seconds(graph: nx.MultiDiGraph[int], start: int, end: int) -> int:
    """Driving seconds of the fastest way, rounded up once."""
    return math.ceil(nx.dijkstra_path_length(graph, start, end, weight="ms") / 1000)
