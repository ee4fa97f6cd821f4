"""A stand-in road network from stops and places, for a district whose real roads are not at hand.

It is labelled synthetic wherever it shows. What it must give are plausible driving times, not shapes: stops are joined
by a Gabriel graph (two points are neighbours when no third lies in the circle between them: planar, connected, and like
real rural roads about 1.2 to 1.3 times as long as the crow flies); stretches on the fastest ways between towns are main
roads; stretches inside a village are slow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from routing.network import F64, I64, Road, RoadNetwork, Source, from_roads

EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Speeds in km/h and how much longer a stretch of road is than its straight line."""

    village_kmh: float = 38.0
    minor_kmh: float = 62.0
    main_kmh: float = 78.0
    minor_winding: float = 1.12
    main_winding: float = 1.06
    village_stretch_m: float = 900.0  # two stops of one village closer than this are joined by a village street
    merge_m: float = 25.0  # stops closer than this share a node


@dataclass(frozen=True, slots=True)
class Site:
    """A point that the network must reach. `rank` orders the towns: 0 is no town, higher is larger."""

    lat: float
    lon: float
    village: str
    rank: int = 0


def synthetic_network(sites: list[Site], name: str, seed: int, assumed: Assumptions | None = None) -> RoadNetwork:
    """A network that joins all sites, the same for the same sites and seed.

    Parameters
    ----------
    sites
        At least four points, not all on one line.
    name
        The district's name, for the label.
    seed
        Bends the roads; changes no connection.
    """
    assumed = assumed or Assumptions()
    merged = _merged(sites, assumed.merge_m)
    lat = np.array([site.lat for site in merged])
    lon = np.array([site.lon for site in merged])
    x, y = _plane(lat, lon)
    pairs = gabriel_pairs(x, y)
    length_m = np.hypot(x[pairs[:, 0]] - x[pairs[:, 1]], y[pairs[:, 0]] - y[pairs[:, 1]])
    inside = np.array(
        [
            merged[a].village == merged[b].village and m < assumed.village_stretch_m
            for (a, b), m in zip(pairs, length_m, strict=False)
        ]
    )
    main = _main_roads(merged, x, y, pairs, length_m) & ~inside
    winding = np.where(main, assumed.main_winding, np.where(inside, 1.05, assumed.minor_winding))
    kmh = np.where(main, assumed.main_kmh, np.where(inside, assumed.village_kmh, assumed.minor_kmh))
    metres = length_m * winding
    rng = np.random.default_rng(seed)
    roads: list[Road] = []
    for k, (a, b) in enumerate(pairs):
        bend = _bend((lat[a], lon[a]), (lat[b], lon[b]), float(winding[k]), rng) if length_m[k] > 300.0 else ()
        ms = round(metres[k] / kmh[k] * 3600.0)
        label = (
            "Hauptstraße (synthetisch)" if main[k] else ("Ortsstraße" if inside[k] else "Landweg") + " (synthetisch)"
        )
        roads.append(Road(int(a), int(b), ms, float(metres[k]), label, bend))
        roads.append(Road(int(b), int(a), ms, float(metres[k]), label, bend[::-1]))
    return from_roads(lat, lon, roads, Source(f"{name}: synthetisches Straßennetz", "aus Haltestellen erzeugt", True))


def gabriel_pairs(x: F64, y: F64) -> I64:
    """int64[n, 2]: pairs of points with no third inside the circle on their connecting line."""
    triangles = Delaunay(np.column_stack((x, y))).simplices
    edges = np.vstack((triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]))
    edges = np.unique(np.sort(edges, axis=1), axis=0).astype(np.int64)
    a, b = edges[:, 0], edges[:, 1]
    middle_x, middle_y = (x[a] + x[b]) / 2, (y[a] + y[b]) / 2
    radius2 = ((x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2) / 4
    distance2 = (x[None, :] - middle_x[:, None]) ** 2 + (y[None, :] - middle_y[:, None]) ** 2
    inside = distance2 < radius2[:, None] * (1 - 1e-9)
    rows = np.arange(len(edges))
    inside[rows, a] = inside[rows, b] = False
    kept: I64 = edges[~inside.any(axis=1)]
    return kept


def _merged(sites: list[Site], limit_m: float) -> list[Site]:
    kept: list[Site] = []
    x, y = _plane(np.array([site.lat for site in sites]), np.array([site.lon for site in sites]))
    places: list[tuple[float, float]] = []
    for site, east, north in sorted(zip(sites, x, y, strict=False), key=lambda each: -each[0].rank):
        if all((east - e) ** 2 + (north - n) ** 2 > limit_m**2 for e, n in places):
            kept.append(site)
            places.append((east, north))
    return kept


def _plane(lat: F64, lon: F64) -> tuple[F64, F64]:
    """Metres east and north of the middle; good to a few metres in a district."""
    middle = np.radians(lat.mean())
    x: F64 = np.radians(lon - lon.mean()) * EARTH_M * np.cos(middle)
    y: F64 = np.radians(lat - lat.mean()) * EARTH_M
    return x, y


def _main_roads(sites: list[Site], x: F64, y: F64, pairs: I64, length_m: F64) -> np.ndarray:
    """Which stretches lie on the shortest way between two neighbouring towns. Long stretches count a little more."""
    n = len(sites)
    cost = length_m + 80.0  # fewer crossings are better
    graph = csr_matrix((np.tile(cost, 2), (np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]])), (n, n))
    towns = np.array([i for i, site in enumerate(sites) if site.rank > 0], dtype=np.int64)
    main = np.zeros(len(pairs), dtype=bool)
    if len(towns) < 4:
        return main
    number = {(int(a), int(b)): k for k, (a, b) in enumerate(pairs)}
    _, before = dijkstra(graph, directed=False, indices=towns, return_predecessors=True)
    for first, second in gabriel_pairs(x[towns], y[towns]):
        here = int(towns[second])
        while here != int(towns[first]):
            previous = int(before[first, here])
            main[number[min(previous, here), max(previous, here)]] = True
            here = previous
    return main


def _bend(
    start: tuple[float, float], end: tuple[float, float], winding: float, rng: np.random.Generator
) -> tuple[tuple[float, float], ...]:
    """Points of a gentle S between two ends, seven decimals."""
    swing = 0.35 * np.sqrt(max(winding - 1.0, 0.0)) * rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.0)
    d_lat, d_lon = end[0] - start[0], end[1] - start[1]
    stretch = np.cos(np.radians((start[0] + end[0]) / 2))
    points = []
    for share in (0.2, 0.4, 0.6, 0.8):
        side = swing * np.sin(2 * np.pi * share) * 0.5 + swing * np.sin(np.pi * share) * 0.25
        points.append(
            (
                round(start[0] + share * d_lat + side * d_lon * stretch * 0.5, 6),
                round(start[1] + share * d_lon - side * d_lat / stretch * 0.5, 6),
            )
        )
    return tuple(points)
