"""The roads of a district as the rest of the house uses them: seconds between its stops, the way from stop to stop.

Built once into a folder (network, nearest node of each stop, all seconds), then memory-mapped.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from routing.errors import RoadError
from routing.matrix import graph_of, travel_seconds
from routing.network import F64, I32, I64, RoadNetwork

METRES_PER_DEGREE = 111_195.0
MATRIX_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one leg: its line (degrees), metres, seconds, and the named stretches in order."""

    lat: F64
    lon: F64
    metres: float
    seconds: int
    stretches: tuple[tuple[str, float], ...]


def fingerprint(network_folder: Path, stop_ids: list[str], points: F64) -> str:
    """A name for exactly these roads and stops."""
    digest = hashlib.sha256(f"{MATRIX_FORMAT}".encode())
    digest.update((network_folder / "network.npz").read_bytes())
    digest.update(json.dumps(stop_ids).encode())
    digest.update(np.round(points * 1e6).astype(np.int64).tobytes())
    return digest.hexdigest()


def nearest_nodes(network: RoadNetwork, stop_ids: list[str], points: F64, limit_m: float) -> I64:
    """int64[n_stops]: the node nearest to each stop. Raises RoadError for a stop farther than the limit from all."""
    nodes = np.empty(len(points), dtype=np.int64)
    for k, (lat, lon) in enumerate(points):
        north = (network.node_lat - lat) * METRES_PER_DEGREE
        east = (network.node_lon - lon) * METRES_PER_DEGREE * np.cos(np.radians(lat))
        away = np.hypot(north, east)
        nodes[k] = int(np.argmin(away))
        if away[nodes[k]] > limit_m:
            raise RoadError(
                f"stop {stop_ids[k]} is {away[nodes[k]] / 1000:.1f} km from any road",
                cause=f"at most {limit_m / 1000:.1f} km are allowed",
                remedy="use an extract that covers the district, or correct the stop's position",
            )
    return nodes


def build_roads(network_folder: Path, out: Path, stop_ids: list[str], points: F64, snap_limit_m: float) -> bool:
    """Compute and store what `Roads` needs, unless `out` holds it for these inputs already; whether it was computed.

    Parameters
    ----------
    network_folder
        As `RoadNetwork.save` wrote it.
    stop_ids, points
        The stops and float64[n_stops, 2] their latitudes and longitudes.
    """
    name = fingerprint(network_folder, stop_ids, points)
    meta = out / "roads.json"
    if meta.exists() and json.loads(meta.read_text(encoding="utf-8")).get("fingerprint") == name:
        return False
    network = RoadNetwork.load(network_folder)
    nodes = nearest_nodes(network, stop_ids, points, snap_limit_m)
    seconds = travel_seconds(network, nodes)
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "matrix_s.npy", seconds)
    np.save(out / "stop_nodes.npy", nodes)
    network.save(out)
    # Last, so that an interrupted build is built again.
    meta.write_text(json.dumps({"fingerprint": name, "stops": stop_ids}), encoding="utf-8")
    return True


@dataclass(slots=True)
class Roads:
    """A built district: `seconds[i, j]` is int32 driving seconds between stops in the order of `stop_ids`."""

    network: RoadNetwork
    stop_ids: tuple[str, ...]
    stop_nodes: I64
    seconds: I32
    _graph: csr_matrix = field(init=False)
    _ways: dict[tuple[int, int], Way] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._graph = graph_of(self.network)

    @classmethod
    def load(cls, folder: Path) -> Roads:
        """Open what `build_roads` stored."""
        try:
            stop_ids = json.loads((folder / "roads.json").read_text(encoding="utf-8"))["stops"]
            seconds = np.load(folder / "matrix_s.npy", mmap_mode="r")
            nodes = np.load(folder / "stop_nodes.npy")
        except (OSError, ValueError, KeyError) as error:
            raise RoadError(
                "holds no built roads", file=str(folder), cause=str(error), remedy="build them again"
            ) from error
        return cls(RoadNetwork.load(folder), tuple(stop_ids), nodes, seconds)

    def way(self, origin: int, target: int) -> Way:
        """The fastest way between two stops (their positions in `stop_ids`)."""
        key = (origin, target)
        if key not in self._ways:
            self._ways[key] = self._find_way(int(self.stop_nodes[origin]), int(self.stop_nodes[target]))
        return self._ways[key]

    def _find_way(self, start: int, end: int) -> Way:
        network = self.network
        ms, before = dijkstra(self._graph, indices=start, return_predecessors=True)
        chain = [end]
        while chain[-1] != start:
            chain.append(int(before[chain[-1]]))
        chain.reverse()
        lat = [np.array([network.node_lat[start]])]
        lon = [np.array([network.node_lon[start]])]
        metres = 0.0
        stretches: list[tuple[str, float]] = []
        for tail, head in itertools.pairwise(chain):
            first, last = network.arc_start[tail], network.arc_start[tail + 1]
            arcs = [arc for arc in range(first, last) if network.arc_head[arc] == head]
            arc = min(arcs, key=lambda number: int(network.arc_ms[number]))
            arc_lat, arc_lon = network.arc_shape(arc, tail)
            lat.append(arc_lat[1:])
            lon.append(arc_lon[1:])
            length_m = float(network.arc_m[arc])
            metres += length_m
            name = network.names[network.arc_name[arc]]
            if stretches and stretches[-1][0] == name:
                length_m += stretches.pop()[1]
            stretches.append((name, length_m))
        seconds = int(np.ceil(ms[end] / 1000.0))
        return Way(np.concatenate(lat), np.concatenate(lon), metres, seconds, tuple(stretches))
