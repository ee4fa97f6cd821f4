"""Where a point lies on the roads: the nearest place on any arc, and a network in which such places are nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely

from routing.errors import RoadError
from routing.network import F64, I64, Road, RoadNetwork, from_roads, roads_of

METRES_PER_DEGREE = 111_195.0
SAME_PLACE_M = 1.0  # closer than this to an end of its arc, or to another point, a point shares that node
STUB_FROM_M = 30.0  # farther from the road than this, the last metres are driven too: a forecourt the map lacks
STUB_KMH = 15.0


@dataclass(frozen=True, slots=True)
class OnRoad:
    """The place on the roads nearest to a point: after `share` (0 to 1) of an arc's length, `away_m` from the point."""

    arc: int
    share: float
    lat: float
    lon: float
    away_m: float


class RoadIndex:
    """Finds the nearest place on the roads of one network; made once, asked often."""

    def __init__(self, network: RoadNetwork) -> None:
        self.network = network
        self.twins = network.twins()
        self._arcs = np.flatnonzero((self.twins < 0) | (np.arange(network.n_arcs) < self.twins))
        self._middle = float(network.node_lat.mean())
        self._lines = _lines(network, self._arcs, self._middle)
        self._tree = shapely.STRtree(self._lines)

    def snap(self, points: F64, limit_m: float, labels: Sequence[str] | None = None) -> list[OnRoad]:
        """The nearest place on the roads for each of float64[n, 2] points (latitude, longitude).

        Of a road's two directions the arc with the lower number is named. Raises RoadError that names the farthest
        point (by its label) where points are farther than `limit_m` from any road.
        """
        where = shapely.points(*_plane(points[:, 0], points[:, 1], self._middle))
        nearest = np.atleast_1d(self._tree.nearest(where))
        lines = self._lines[nearest]
        away_m = shapely.distance(lines, where)
        _check_near(away_m, limit_m, points, labels)
        along = shapely.line_locate_point(lines, where, normalized=True)
        feet = shapely.line_interpolate_point(lines, along, normalized=True)
        lat = shapely.get_y(feet) / METRES_PER_DEGREE
        lon = shapely.get_x(feet) / METRES_PER_DEGREE / np.cos(np.radians(self._middle))
        return [
            OnRoad(int(self._arcs[nearest[k]]), float(along[k]), float(lat[k]), float(lon[k]), float(away_m[k]))
            for k in range(len(points))
        ]

    def ends(self, place: OnRoad, *, leaving: bool) -> list[tuple[int, float]]:
        """The nodes at which one comes out (or, not leaving, sets in) when driving from (to) a place, each with the
        milliseconds between node and place."""
        network, tails = self.network, self.network.arc_tail
        length_m = float(network.arc_m[place.arc])
        if place.share * length_m < SAME_PLACE_M:
            return [(int(tails[place.arc]), stub_ms(place.away_m))]
        if (1.0 - place.share) * length_m < SAME_PLACE_M:
            return [(int(network.arc_head[place.arc]), stub_ms(place.away_m))]
        ends = []
        for arc, share in ((place.arc, place.share), (int(self.twins[place.arc]), 1.0 - place.share)):
            if arc < 0:
                continue
            part = 1.0 - share if leaving else share
            node = network.arc_head[arc] if leaving else tails[arc]
            ends.append((int(node), part * float(network.arc_ms[arc]) + stub_ms(place.away_m)))
        return ends


def stub_ms(away_m: float) -> float:
    """Driving time between a point and the road that it lies off; none where it lies at the road."""
    return away_m / STUB_KMH * 3600.0 if away_m > STUB_FROM_M else 0.0


def with_points(roads_index: RoadIndex, points: F64, places: Sequence[OnRoad]) -> tuple[RoadNetwork, I64]:
    """A network in which every point is a node, and int64[n_points] these nodes.

    Arcs are split, in both directions of a road, so that driving times and lengths between former nodes stay the same.
    A point far from its road (`STUB_FROM_M`) is joined to it by a slow stub. Two points at one place share a node.
    """
    network, roads = roads_index.network, roads_of(roads_index.network)
    lat, lon = list(network.node_lat), list(network.node_lon)
    nodes = np.empty(len(places), dtype=np.int64)
    by_arc: dict[int, list[int]] = defaultdict(list)
    for index, place in enumerate(places):
        by_arc[place.arc].append(index)
    replaced: dict[int, list[Road]] = {}
    for arc, indices in by_arc.items():
        cuts: list[tuple[float, int]] = []
        for index in sorted(indices, key=lambda number: places[number].share):
            nodes[index] = _node_at(roads[arc], places[index], cuts, lat, lon)
        replaced[arc] = _split(network, arc, roads[arc], cuts)
        twin = int(roads_index.twins[arc])
        if twin >= 0:
            replaced[twin] = _split(network, twin, roads[twin], [(1.0 - share, node) for share, node in reversed(cuts)])
    kept = [road for arc, road in enumerate(roads) if arc not in replaced]
    split = [road for arc in sorted(replaced) for road in replaced[arc]]
    stubs = _stubs(points, places, nodes, lat, lon)
    return from_roads(np.array(lat), np.array(lon), kept + split + stubs, network.source), nodes


def _node_at(road: Road, place: OnRoad, cuts: list[tuple[float, int]], lat: list[float], lon: list[float]) -> int:
    """The node of a place on a road: one of its ends, the last cut, or a new one."""
    if place.share * road.metres < SAME_PLACE_M:
        return road.tail
    if (1.0 - place.share) * road.metres < SAME_PLACE_M:
        return road.head
    if not cuts or (place.share - cuts[-1][0]) * road.metres >= SAME_PLACE_M:
        cuts.append((place.share, len(lat)))
        lat.append(place.lat)
        lon.append(place.lon)
    return cuts[-1][1]


def _split(network: RoadNetwork, arc: int, road: Road, cuts: list[tuple[float, int]]) -> list[Road]:
    """A road in pieces between its cuts (ascending shares); milliseconds and metres add up to the whole."""
    shape_lat, shape_lon = network.arc_shape(arc, road.tail)
    steps = np.hypot(np.diff(shape_lat), np.diff(shape_lon) * np.cos(np.radians(float(network.node_lat.mean()))))
    at = np.concatenate(([0.0], np.cumsum(steps)))
    at = at / at[-1] if at[-1] > 0 else at
    pieces = []
    ends = [(0.0, road.tail), *cuts, (1.0, road.head)]
    for (begin, tail), (end, head) in pairwise(ends):
        inner = [k for k in range(1, len(at) - 1) if begin < at[k] < end]
        pieces.append(
            replace(
                road,
                tail=tail,
                head=head,
                ms=round(road.ms * end) - round(road.ms * begin),
                metres=road.metres * (end - begin),
                shape=tuple((float(shape_lat[k]), float(shape_lon[k])) for k in inner),
            )
        )
    return pieces


def _stubs(points: F64, places: Sequence[OnRoad], nodes: I64, lat: list[float], lon: list[float]) -> list[Road]:
    """Join points that lie off the road; their nodes in `nodes` become the points themselves."""
    stubs = []
    known: dict[tuple[float, float], int] = {}
    for index, place in enumerate(places):
        if place.away_m <= STUB_FROM_M:
            continue
        here = (float(points[index, 0]), float(points[index, 1]))
        on_road = int(nodes[index])
        if here not in known:
            known[here] = len(lat)
            lat.append(here[0])
            lon.append(here[1])
            ms = round(stub_ms(place.away_m))
            stubs.append(Road(on_road, known[here], ms, place.away_m))
            stubs.append(Road(known[here], on_road, ms, place.away_m))
        nodes[index] = known[here]
    return stubs


def _lines(network: RoadNetwork, arcs: I64, middle: float) -> np.ndarray:
    """One line for each of the arcs, in metres of a plane."""
    tails = network.arc_tail
    inner = np.diff(network.shape_start)[arcs]
    owner = np.repeat(np.arange(len(arcs)), inner + 2)
    lat, lon = np.empty(len(owner)), np.empty(len(owner))
    first = np.concatenate(([0], np.cumsum(inner + 2)))[:-1]
    last = first + inner + 1
    lat[first], lon[first] = network.node_lat[tails[arcs]], network.node_lon[tails[arcs]]
    lat[last], lon[last] = network.node_lat[network.arc_head[arcs]], network.node_lon[network.arc_head[arcs]]
    between = np.ones(len(owner), dtype=bool)
    between[first] = between[last] = False
    taken = np.concatenate([np.arange(network.shape_start[arc], network.shape_start[arc + 1]) for arc in arcs])
    lat[between], lon[between] = network.shape_lat[taken], network.shape_lon[taken]
    return np.asarray(shapely.linestrings(np.column_stack(_plane(lat, lon, middle)), indices=owner))


def _plane(lat: F64, lon: F64, middle: float) -> tuple[F64, F64]:
    """Metres east and north; measured at the middle latitude, so within 1 % across a district."""
    return lon * METRES_PER_DEGREE * np.cos(np.radians(middle)), lat * METRES_PER_DEGREE


def _check_near(away_m: F64, limit_m: float, points: F64, labels: Sequence[str] | None) -> None:
    far = np.flatnonzero(away_m > limit_m)
    if not len(far):
        return
    worst = int(far[np.argmax(away_m[far])])
    lat, lon = points[worst]
    name = labels[worst] if labels is not None else "point"
    others = f" ({len(far) - 1} more are too far as well)" if len(far) > 1 else ""
    raise RoadError(
        f"{name} ({lat:.5f}, {lon:.5f}) is {away_m[worst] / 1000:.1f} km from any road{others}",
        cause=f"at most {limit_m / 1000:.1f} km are allowed",
        remedy="use an extract that covers the district, or correct the position",
    )
