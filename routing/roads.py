"""The roads of a district as the rest of the house uses them: seconds between its stops, the way from stop to stop.

Built once into a folder (a network in which every stop is a node, and all seconds between stops), then memory-mapped.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from routing.errors import RoadError
from routing.matrix import graph_of, seconds_between, travel_seconds
from routing.network import F64, I32, I64, RoadNetwork
from routing.paths import Way, fastest_way
from routing.snap import OnRoad, RoadIndex, with_points

MATRIX_FORMAT = 3
IMPORTED = "source"  # folder beside the built roads that holds the network they were built from, if it was imported


def fingerprint(network_folder: Path, stop_ids: list[str], points: F64, snap_limit_m: float) -> str:
    """A name for exactly these roads and stops."""
    digest = hashlib.sha256(f"{MATRIX_FORMAT} {snap_limit_m}".encode())
    for name in ("network.npz", "network.json"):
        try:
            digest.update((network_folder / name).read_bytes())
        except OSError as error:
            raise RoadError(
                "holds no road network",
                file=str(network_folder),
                cause=f"{name}: {error.strerror}",
                remedy="build it again",
            ) from error
    digest.update(json.dumps(stop_ids).encode())
    digest.update(np.round(points * 1e6).astype(np.int64).tobytes())
    return digest.hexdigest()


def build_roads(network_folder: Path, out: Path, stop_ids: list[str], points: F64, snap_limit_m: float) -> bool:
    """Compute and store what `Roads` needs, unless `out` holds it for these inputs already; whether it was computed.

    Parameters
    ----------
    network_folder
        As `RoadNetwork.save` wrote it.
    stop_ids, points
        The stops and float64[n_stops, 2] their latitudes and longitudes.
    snap_limit_m
        Raises RoadError for a stop that is farther than this from any road.
    """
    name = fingerprint(network_folder, stop_ids, points, snap_limit_m)
    meta = out / "roads.json"
    if _stored_fingerprint(meta) == name:
        return False
    network = RoadNetwork.load(network_folder)
    nodes = np.empty(0, dtype=np.int64)
    if stop_ids:
        index = RoadIndex(network)
        places = index.snap(points, snap_limit_m, [f"stop {stop_id}" for stop_id in stop_ids])
        network, nodes = with_points(index, points, places)
    seconds = travel_seconds(network, nodes)
    out.mkdir(parents=True, exist_ok=True)
    # The label goes first and comes back last, so that an interrupted build is built again.
    meta.unlink(missing_ok=True)
    _store(out / "matrix_s.npy", seconds)
    _store(out / "stop_nodes.npy", nodes)
    network.save(out)
    meta.write_text(json.dumps({"fingerprint": name, "stops": stop_ids}), encoding="utf-8")
    return True


def _stored_fingerprint(meta: Path) -> str | None:
    try:
        stored = json.loads(meta.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stored.get("fingerprint") if isinstance(stored, dict) else None


def _store(file: Path, array: npt.NDArray[np.generic]) -> None:
    """Write beside, then rename: a process that has the old file mapped keeps it whole."""
    beside = file.with_suffix(".new.npy")
    np.save(beside, array)
    os.replace(beside, file)


@dataclass(slots=True)
class Roads:
    """A built district: `seconds[i, j]` is int32 driving seconds between stops in the order of `stop_ids`."""

    network: RoadNetwork
    stop_ids: tuple[str, ...]
    stop_nodes: I64
    seconds: I32
    _graph: csr_matrix = field(init=False)
    _ways: dict[tuple[int, int], Way] = field(init=False, default_factory=dict)
    _index: RoadIndex | None = field(init=False, default=None)
    _reversed: csr_matrix | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._graph = graph_of(self.network)

    @classmethod
    def load(cls, folder: Path) -> Roads:
        """Open what `build_roads` stored."""
        try:
            stop_ids = json.loads((folder / "roads.json").read_text(encoding="utf-8"))["stops"]
            seconds = np.load(folder / "matrix_s.npy", mmap_mode="r")
            nodes = np.load(folder / "stop_nodes.npy")
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise RoadError(
                "holds no built roads", file=str(folder), cause=str(error), remedy="build them again"
            ) from error
        n = len(stop_ids)
        if seconds.shape != (n, n) or nodes.shape != (n,):
            raise RoadError(
                "holds roads that do not fit together",
                file=str(folder),
                cause=f"{n} stops, but seconds for {seconds.shape[0]}",
                remedy="build them again",
            )
        return cls(RoadNetwork.load(folder), tuple(stop_ids), nodes, seconds)

    def way(self, origin: int, target: int) -> Way:
        """The fastest way between two stops (their positions in `stop_ids`)."""
        key = (origin, target)
        if key not in self._ways:
            start, end = int(self.stop_nodes[origin]), int(self.stop_nodes[target])
            self._ways[key] = fastest_way(self.network, self._graph, start, end)
        return self._ways[key]

    def seconds_from_point(self, lat: float, lon: float, limit_m: float) -> I32:
        """int32[n_stops]: driving seconds from any point to every stop. RoadError if it is off the roads."""
        index = self._road_index()
        ends = index.ends(self._on_road(lat, lon, limit_m), leaving=True)
        return seconds_between(self._graph, ends, self.stop_nodes)

    def seconds_to_point(self, lat: float, lon: float, limit_m: float) -> I32:
        """int32[n_stops]: driving seconds from every stop to any point. RoadError if it is off the roads."""
        index = self._road_index()
        ends = index.ends(self._on_road(lat, lon, limit_m), leaving=False)
        if self._reversed is None:
            self._reversed = self._graph.T.tocsr()
        return seconds_between(self._reversed, ends, self.stop_nodes)

    def way_between_points(self, start: tuple[float, float], end: tuple[float, float], limit_m: float) -> Way:
        """The fastest way between any two points (latitude, longitude). RoadError if one is off the roads."""
        points = np.array([start, end], dtype=np.float64)
        index = self._road_index()
        network, nodes = with_points(index, points, index.snap(points, limit_m))
        return fastest_way(network, graph_of(network), int(nodes[0]), int(nodes[1]))

    def _on_road(self, lat: float, lon: float, limit_m: float) -> OnRoad:
        return self._road_index().snap(np.array([[lat, lon]], dtype=np.float64), limit_m)[0]

    def _road_index(self) -> RoadIndex:
        if self._index is None:
            self._index = RoadIndex(self.network)
        return self._index
