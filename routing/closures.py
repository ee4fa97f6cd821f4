"""A closed stretch of road: which arcs it is, and driving seconds without them. The network itself stays as it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.sparse.csgraph import dijkstra

from routing.errors import RoadError
from routing.matrix import graph_of, seconds_from_ms
from routing.network import I32, I64
from routing.paths import fastest_arc
from routing.roads import Roads

CLOSED_MS = 1_000_000_000  # an arc nobody takes who has another way; longer than any day, so that cut off is cut off
CUT_OFF_S = CLOSED_MS // 2000


def arcs_between(roads: Roads, origin: int, target: int, both_ways: bool = True) -> I64:
    """The arcs of the fastest way between two stops (positions in `stop_ids`), and of the same road the other way.

    Raises RoadError where no road leads from one to the other.
    """
    network = roads.network
    start, end = int(roads.stop_nodes[origin]), int(roads.stop_nodes[target])
    ms, before = dijkstra(graph_of(network), indices=start, return_predecessors=True)
    if not np.isfinite(ms[end]):
        raise RoadError(f"no road leads from stop {origin} to stop {target}", remedy="name two other stops")
    chain = [end]
    while chain[-1] != start:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    arcs = [fastest_arc(network, tail, head) for tail, head in pairwise(chain)]
    if both_ways:
        twins = network.twins()
        arcs += [int(twins[arc]) for arc in list(arcs) if twins[arc] >= 0]
    return np.array(sorted(set(arcs)), dtype=np.int64)


def seconds_without(roads: Roads, arcs: I64) -> I32:
    """int32[n_stops, n_stops]: driving seconds when nobody drives over these arcs; at least `CUT_OFF_S` where no way is left.

    Only from stops whose fastest ways used one of the arcs is the way looked for anew.
    """
    if not len(arcs):
        return np.array(roads.seconds, dtype=np.int32)
    network, nodes = roads.network, roads.stop_nodes
    open_graph = graph_of(network)
    tails, heads = network.arc_tail[arcs], network.arc_head[arcs]
    to_tail = dijkstra(open_graph.T.tocsr(), indices=np.unique(tails))[:, nodes]
    from_head = dijkstra(open_graph, indices=np.unique(heads))[:, nodes]
    row_of_tail = {int(node): row for row, node in enumerate(np.unique(tails))}
    row_of_head = {int(node): row for row, node in enumerate(np.unique(heads))}
    seconds = np.array(roads.seconds, dtype=np.int32)
    fastest_ms = seconds.astype(np.float64) * 1000.0
    hit = np.zeros(len(nodes), dtype=np.bool_)
    for arc, tail, head in zip(arcs, tails, heads, strict=True):
        by_arc_ms = to_tail[row_of_tail[int(tail)]] + float(network.arc_ms[arc])
        hit |= (by_arc_ms[:, None] + from_head[row_of_head[int(head)]][None, :] <= fastest_ms).any(axis=1)
    if not hit.any():
        return seconds
    closed_ms = network.arc_ms.copy()
    closed_ms[arcs] = CLOSED_MS
    graph = graph_of(replace(network, arc_ms=closed_ms))
    rows = np.flatnonzero(hit)
    unique, back = np.unique(nodes[rows], return_inverse=True)
    seconds[rows] = seconds_from_ms(dijkstra(graph, indices=unique)[:, nodes])[back]
    return seconds


def roads_without(roads: Roads, arcs: I64) -> Roads:
    """The same roads where nobody drives over these arcs who has another way."""
    closed_ms = roads.network.arc_ms.copy()
    closed_ms[arcs] = CLOSED_MS
    seconds = seconds_without(roads, arcs)
    return Roads(replace(roads.network, arc_ms=closed_ms), roads.stop_ids, roads.stop_nodes, seconds)
