"""A small town to draw in a test: points by name, ways with tags, written as OpenStreetMap XML."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from routing.network import Road, RoadNetwork, Source, from_roads

KM = 1000.0 / 111_195.0  # degrees of latitude
ORIGIN = (52.7, 11.2)
RESIDENTIAL = {"highway": "residential", "maxspeed": "30"}


def at(east_km: float, north_km: float) -> tuple[float, float]:
    """Latitude and longitude of a point so many kilometres from the town's corner."""
    return ORIGIN[0] + north_km * KM, ORIGIN[1] + east_km * KM / float(np.cos(np.radians(ORIGIN[0])))


@dataclass
class Town:
    """Points by one-letter names in kilometres (east, north); ways as strings of these letters."""

    points: Mapping[str, tuple[float, float]]
    ways: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    point_tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lost: str = ""  # points that the file does not hold
    box: bool = False  # whether the file says which box it was cut to

    def xml(self) -> str:
        lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
        if self.box:
            lines.append('<bounds minlat="52.6" minlon="11.1" maxlat="52.9" maxlon="11.4"/>')
        for name, (east_km, north_km) in self.points.items():
            if name not in self.lost:
                lat, lon = at(east_km, north_km)
                lines.append(f'<node id="{ord(name)}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">')
                lines += _tags(self.point_tags.get(name, {}))
                lines.append("</node>")
        for number, (names, tags) in enumerate(self.ways, start=1):
            lines.append(f'<way id="{number}" version="1">')
            lines += [f'<nd ref="{ord(name)}"/>' for name in names]
            lines += _tags(tags)
            lines.append("</way>")
        return "\n".join([*lines, "</osm>"])

    def write(self, file: Path) -> Path:
        packed = file.name.endswith(".gz")
        file.write_bytes(gzip.compress(self.xml().encode()) if packed else self.xml().encode())
        return file


def _tags(tags: Mapping[str, str]) -> list[str]:
    return [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]


def square(**changes: object) -> Town:
    """Four corners A B C D, a kilometre apart, with a street round them and a dead end from C to E."""
    town = Town(
        points={"A": (0, 0), "B": (1, 0), "C": (1, 1), "D": (0, 1), "E": (2, 1)},
        ways=[("ABCDA", {**RESIDENTIAL, "name": "Ringstraße"}), ("CE", {**RESIDENTIAL, "name": "Feldweg"})],
    )
    for name, value in changes.items():
        setattr(town, name, value)
    return town


def grid(width: int, height: int, seed: int = 1) -> RoadNetwork:
    """A network of crossings half a kilometre apart with uneven speeds and some one-way streets, strongly connected."""
    rng = np.random.default_rng(seed)
    numbers = np.arange(width * height).reshape(height, width)
    lat, lon = np.array([at(0.5 * (k % width), 0.5 * (k // width)) for k in range(width * height)]).T
    roads = []
    pairs = [(int(a), int(b)) for a, b in zip(numbers[:, :-1].ravel(), numbers[:, 1:].ravel(), strict=True)]
    pairs += [(int(a), int(b)) for a, b in zip(numbers[:-1].ravel(), numbers[1:].ravel(), strict=True)]
    edge = {*numbers[0].tolist(), *numbers[-1].tolist(), *numbers[:, 0].tolist(), *numbers[:, -1].tolist()}
    for a, b in pairs:
        ms = int(rng.integers(20_000, 90_000))
        bend = (at(*rng.uniform(-0.05, 0.05, 2)),)
        bend = ((bend[0][0] - ORIGIN[0] + (lat[a] + lat[b]) / 2, bend[0][1] - ORIGIN[1] + (lon[a] + lon[b]) / 2),)
        roads.append(Road(a, b, ms, 520.0, f"Straße {a}", bend))
        if rng.random() < 0.7 or (a in edge and b in edge):
            roads.append(Road(b, a, ms + int(rng.integers(0, 5_000)), 520.0, f"Straße {a}", bend))
    return from_roads(lat, lon, roads, Source("Raster", "erfunden", True))
