"""The road network as arrays: nodes, directed arcs, seconds, metres, shapes."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from routing.errors import RoadError

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where a network comes from, as it must be shown wherever the network shows."""

    name: str
    attribution: str
    synthetic: bool
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """A strongly connected road network in compressed sparse rows.

    Attributes
    ----------
    node_lat, node_lon
        float64[n_nodes], degrees, WGS 84.
    arc_start
        int64[n_nodes + 1]; the arcs that leave node i are arc_start[i] .. arc_start[i + 1] - 1.
    arc_head
        int32[n_arcs], the node an arc leads to.
    arc_ms
        int32[n_arcs], driving time in milliseconds, so that rounding does not add up along a path.
    arc_m
        float64[n_arcs], metres.
    arc_name
        int32[n_arcs], index into `names` (0: no name).
    shape_start, shape_lat, shape_lon
        int64[n_arcs + 1] and float64[n_points]: the points between the two ends of an arc; none: a straight line.
    names
        Street names; names[0] is "".
    """

    node_lat: F64
    node_lon: F64
    arc_start: I64
    arc_head: I32
    arc_ms: I32
    arc_m: F64
    arc_name: I32
    shape_start: I64
    shape_lat: F64
    shape_lon: F64
    names: tuple[str, ...]
    source: Source

    @property
    def n_nodes(self) -> int:
        return len(self.node_lat)

    @property
    def n_arcs(self) -> int:
        return len(self.arc_head)

    @property
    def arc_tail(self) -> I32:
        """int32[n_arcs], the node an arc leaves."""
        return np.repeat(np.arange(self.n_nodes, dtype=np.int32), np.diff(self.arc_start))

    @property
    def km(self) -> float:
        """Length of all arcs, each direction counted."""
        return float(self.arc_m.sum()) / 1000.0

    @property
    def road_km(self) -> float:
        """Length of all roads, a road that may be driven both ways counted once."""
        return (self.km + float(self.arc_m[self.twins() < 0].sum()) / 1000.0) / 2.0

    def twins(self) -> I64:
        """int64[n_arcs]: the arc that is the same road in the other direction, -1 for one-way roads."""
        waiting: dict[tuple[int, int, bytes], list[int]] = {}
        twin = np.full(self.n_arcs, -1, dtype=np.int64)
        points = np.column_stack((self.shape_lat, self.shape_lon))
        starts, tails, heads = self.shape_start.tolist(), self.arc_tail.tolist(), self.arc_head.tolist()
        for arc, (tail, head) in enumerate(zip(tails, heads, strict=True)):
            inner = points[starts[arc] : starts[arc + 1]]
            partners = waiting.get((head, tail, inner[::-1].tobytes()))
            if partners:
                other = partners.pop()
                twin[arc], twin[other] = other, arc
            else:
                waiting.setdefault((tail, head, inner.tobytes()), []).append(arc)
        return twin

    def with_fingerprint(self, fingerprint: str) -> RoadNetwork:
        """The same network, labelled with the name of its inputs."""
        return replace(self, source=replace(self.source, fingerprint=fingerprint))

    def validate(self) -> None:
        """Raise RoadError unless the arrays fit together."""
        n, m = self.n_nodes, self.n_arcs
        lengths = (self.arc_ms, self.arc_m, self.arc_name)
        if n == 0 or m == 0:
            raise RoadError("the network is empty", remedy="build it from an extract that contains roads")
        if len(self.arc_start) != n + 1 or self.arc_start[-1] != m or any(len(array) != m for array in lengths):
            raise RoadError("the network's arrays do not fit together", remedy="build it again")
        if self.arc_head.min() < 0 or self.arc_head.max() >= n or self.arc_ms.min() < 0:
            raise RoadError("the network has arcs that lead nowhere or back in time", remedy="build it again")

    def arc_shape(self, arc: int, tail: int) -> tuple[F64, F64]:
        """Latitudes and longitudes of an arc from end to end."""
        inner = slice(self.shape_start[arc], self.shape_start[arc + 1])
        head = self.arc_head[arc]
        lat = np.concatenate(([self.node_lat[tail]], self.shape_lat[inner], [self.node_lat[head]]))
        lon = np.concatenate(([self.node_lon[tail]], self.shape_lon[inner], [self.node_lon[head]]))
        return lat, lon

    def save(self, folder: Path) -> None:
        """Write `network.npz` and `network.json`; the same network gives the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {name: getattr(self, name) for name in ("arc_start", "arc_head", "arc_ms", "arc_name", "shape_start")}
        # A ten-millionth of a degree is a centimetre.
        for name in ("node_lat", "node_lon", "shape_lat", "shape_lon"):
            arrays[name] = np.round(getattr(self, name) * 1e7).astype(np.int32)
        arrays["arc_m"] = np.round(self.arc_m * 10).astype(np.int32)
        with zipfile.ZipFile(folder / "network.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, array in sorted(arrays.items()):
                buffer = io.BytesIO()
                np.save(buffer, array, allow_pickle=False)
                archive.writestr(
                    zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED
                )
        meta = {"format": FORMAT, "source": asdict(self.source), "names": list(self.names)}
        (folder / "network.json").write_text(json.dumps(meta, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> RoadNetwork:
        """Read what `save` wrote. Raises RoadError where a file is missing or of another format."""
        try:
            meta = json.loads((folder / "network.json").read_text(encoding="utf-8"))
            with np.load(folder / "network.npz", allow_pickle=False) as stored:
                arrays = dict(stored)
        except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
            raise RoadError(
                "cannot be read as a road network", file=str(folder), cause=str(error), remedy="build it again"
            ) from error
        if meta.get("format") != FORMAT:
            raise RoadError(
                f"has the format {meta.get('format')}, not {FORMAT}", file=str(folder), remedy="build it again"
            )
        for name in ("node_lat", "node_lon", "shape_lat", "shape_lon"):
            arrays[name] = arrays[name] / 1e7
        arrays["arc_m"] = arrays["arc_m"] / 10.0
        network = cls(**arrays, names=tuple(meta["names"]), source=Source(**meta["source"]))
        network.validate()
        return network


@dataclass(frozen=True, slots=True)
class Road:
    """One directed stretch of road between two nodes, as makers of networks hand them to `from_roads`."""

    tail: int
    head: int
    ms: int
    metres: float
    name: str = ""
    shape: tuple[tuple[float, float], ...] = ()  # (lat, lon) between the ends


def from_roads(node_lat: F64, node_lon: F64, roads: list[Road], source: Source) -> RoadNetwork:
    """A network of these nodes and directed roads."""
    roads = sorted(roads, key=lambda road: (road.tail, road.head, road.ms))
    names = ("", *sorted({road.name for road in roads if road.name}))
    number = {name: index for index, name in enumerate(names)}
    counts = np.bincount([road.tail for road in roads], minlength=len(node_lat))
    points = [point for road in roads for point in road.shape]
    network = RoadNetwork(
        node_lat=np.asarray(node_lat, dtype=np.float64),
        node_lon=np.asarray(node_lon, dtype=np.float64),
        arc_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        arc_head=np.array([road.head for road in roads], dtype=np.int32),
        arc_ms=np.array([road.ms for road in roads], dtype=np.int32),
        arc_m=np.array([road.metres for road in roads], dtype=np.float64),
        arc_name=np.array([number[road.name] for road in roads], dtype=np.int32),
        shape_start=np.cumsum([0, *(len(road.shape) for road in roads)], dtype=np.int64),
        shape_lat=np.array([lat for lat, _ in points], dtype=np.float64),
        shape_lon=np.array([lon for _, lon in points], dtype=np.float64),
        names=names,
        source=source,
    )
    network.validate()
    return network


def roads_of(network: RoadNetwork) -> list[Road]:
    """The network's arcs, in their order, as `from_roads` takes them."""
    tails = network.arc_tail
    points = list(zip(network.shape_lat.tolist(), network.shape_lon.tolist(), strict=True))
    return [
        Road(
            tail=int(tails[arc]),
            head=int(network.arc_head[arc]),
            ms=int(network.arc_ms[arc]),
            metres=float(network.arc_m[arc]),
            name=network.names[network.arc_name[arc]],
            shape=tuple(points[network.shape_start[arc] : network.shape_start[arc + 1]]),
        )
        for arc in range(network.n_arcs)
    ]
