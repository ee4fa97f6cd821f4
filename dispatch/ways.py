"""Fastest ways over a scenario's network: points to nodes, then seconds and metres between all that matter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from dispatch._compiled import compiled
from dispatch.layout import I32, I64
from dispatch.scenario import Network

F32 = npt.NDArray[np.float32]
UNREACHED = 1 << 60


def snapped(network: Network, points: Sequence[tuple[float, float]]) -> I64:
    """The nearest node of each point among those from which every other can be reached and left again."""
    n = len(network.node_ids)
    graph = csr_matrix((np.ones(len(network.ends)), (network.ends[:, 0], network.ends[:, 1])), (n, n))
    _, part = connected_components(graph, directed=True, connection="strong")
    largest = np.flatnonzero(part == np.bincount(part).argmax())
    _, nearest = cKDTree(network.xy_m[largest]).query(np.array(points, dtype=np.float64).reshape(-1, 2))
    found: I64 = largest[nearest].astype(np.int64)
    return found


def all_ways(network: Network, nodes: I64, threads: int | None = None) -> tuple[I32, F32]:
    """Seconds int32[n, n] and metres float32[n, n] of the fastest ways between nodes that all reach each other.

    Milliseconds are added up along a way and rounded up once: ceil(a + b) <= ceil(a) + ceil(b), so going by way of a third
    node never looks faster than going straight.
    """
    order = np.argsort(network.ends[:, 0], kind="stable")
    start = np.searchsorted(network.ends[order, 0], np.arange(len(network.node_ids) + 1)).astype(np.int64)
    head = np.ascontiguousarray(network.ends[order, 1])
    ms, metres = np.ascontiguousarray(network.ms[order]), np.ascontiguousarray(network.length_m[order])
    seconds = np.empty((len(nodes), len(nodes)), dtype=np.int32)
    along_m = np.empty((len(nodes), len(nodes)), dtype=np.float32)
    threads = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:  # the compiled search holds no lock
        parts = [
            pool.submit(_search_from, first, threads, nodes, start, head, ms, metres, seconds, along_m)
            for first in range(threads)
        ]
        for part in parts:
            part.result()
    return seconds, along_m


@compiled
def _search_from(
    first: int,
    step: int,
    nodes: I64,
    start: I64,
    head: I64,
    ms: I64,
    metres: npt.NDArray[np.float64],
    seconds: I32,
    along_m: F32,
) -> None:
    """Dijkstra's search from every `step`-th node; a heap that may hold a node several times, the stale ones passed over."""
    n_nodes = start.shape[0] - 1
    best = np.empty(n_nodes, dtype=np.int64)
    way_m = np.empty(n_nodes, dtype=np.float64)
    wanted = np.zeros(n_nodes, dtype=np.int64)
    for k in range(nodes.shape[0]):
        wanted[nodes[k]] = 1
    n_wanted = int(wanted.sum())
    keys = np.empty(head.shape[0] + 1, dtype=np.int64)
    heap = np.empty(head.shape[0] + 1, dtype=np.int64)
    for s in range(first, nodes.shape[0], step):
        best[:] = UNREACHED
        origin = nodes[s]
        best[origin] = 0
        way_m[origin] = 0.0
        keys[0] = 0
        heap[0] = origin
        size = 1
        left = n_wanted
        while size > 0 and left > 0:
            key = keys[0]
            node = heap[0]
            size -= 1
            # The last entry sinks from the top to its place.
            last_key = keys[size]
            last = heap[size]
            hole = 0
            while True:
                child = 2 * hole + 1
                if child >= size:
                    break
                if child + 1 < size and keys[child + 1] < keys[child]:
                    child += 1
                if keys[child] >= last_key:
                    break
                keys[hole] = keys[child]
                heap[hole] = heap[child]
                hole = child
            keys[hole] = last_key
            heap[hole] = last
            if key > best[node]:
                continue
            left -= wanted[node]
            for arc in range(start[node], start[node + 1]):
                other = head[arc]
                reached = key + ms[arc]
                if reached < best[other]:
                    best[other] = reached
                    way_m[other] = way_m[node] + metres[arc]
                    hole = size
                    size += 1
                    while hole > 0 and keys[(hole - 1) // 2] > reached:
                        keys[hole] = keys[(hole - 1) // 2]
                        heap[hole] = heap[(hole - 1) // 2]
                        hole = (hole - 1) // 2
                    keys[hole] = reached
                    heap[hole] = other
        for k in range(nodes.shape[0]):
            seconds[s, k] = -(-best[nodes[k]] // 1000)
            along_m[s, k] = way_m[nodes[k]]
