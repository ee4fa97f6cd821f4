"""The area whose roads are wanted: polygons from a GeoJSON file, with a margin around them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
import shapely.affinity
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from routing.errors import RoadError

METRES_PER_DEGREE = 111_195.0
MARGIN_M = 1000.0  # the way from village to village may lead through the neighbour's fields


@dataclass(frozen=True, slots=True)
class Boundary:
    """Polygons in degrees (x: longitude, y: latitude), margin included."""

    area: Polygon | MultiPolygon

    def holds(self, lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """bool[n]: which points lie inside."""
        inside: npt.NDArray[np.bool_] = shapely.contains_xy(self.area, lon, lat)
        return inside

    def holds_any(self, points: Sequence[tuple[float, float]]) -> bool:
        """Whether one of these (lat, lon) lies inside."""
        return bool(points) and bool(
            self.holds(np.array([p[0] for p in points]), np.array([p[1] for p in points])).any()
        )


def read_boundary(file: Path, margin_m: float = MARGIN_M) -> Boundary:
    """The polygons of a GeoJSON file (geometry, feature or collection), joined and widened by a margin in metres.

    Raises RoadError for a file that is missing, no GeoJSON, or without an area.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        polygons = [part for part in _geometries(document) if isinstance(part, Polygon | MultiPolygon)]
    except OSError as error:
        raise RoadError("cannot be read", file=str(file), cause=error.strerror or str(error)) from error
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
        raise RoadError(
            "is no GeoJSON file", file=str(file), cause=str(error), remedy="give polygons in WGS 84 as GeoJSON"
        ) from error
    area = shapely.union_all([shapely.make_valid(polygon) for polygon in polygons])
    area = shapely.union_all([part for part in shapely.get_parts(area) if isinstance(part, Polygon)])
    if area.is_empty or area.area == 0.0:
        raise RoadError(
            "the boundary is empty",
            file=str(file),
            cause="it holds no polygon with an area",
            remedy="give a Polygon or MultiPolygon in degrees, longitude first",
        )
    west, south, east, north = area.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise RoadError(
            "the boundary lies outside the earth",
            file=str(file),
            cause=f"coordinates from {west:.0f}, {south:.0f} to {east:.0f}, {north:.0f}",
            remedy="give degrees (WGS 84, EPSG:4326), not metres of a projection",
        )
    return Boundary(_widened(area, margin_m))


def _geometries(document: dict[str, object]) -> list[BaseGeometry]:
    kind = document["type"]
    if kind == "FeatureCollection":
        features = document["features"]
        if not isinstance(features, list):
            raise TypeError("features is no list")
        return [geometry for feature in features for geometry in _geometries(feature)]
    if kind == "Feature":
        inner = document["geometry"]
        return _geometries(inner) if isinstance(inner, dict) else []
    geometry = shape(document)
    return list(shapely.get_parts(geometry)) if geometry.geom_type == "GeometryCollection" else [geometry]


def _widened(area: BaseGeometry, margin_m: float) -> Polygon | MultiPolygon:
    """The area and all within a margin of it; east-west measures are taken at its middle."""
    if margin_m > 0.0:
        squeeze = float(np.cos(np.radians(area.centroid.y)))
        flat = shapely.affinity.scale(area, xfact=squeeze, origin=(0.0, 0.0))
        area = shapely.affinity.scale(flat.buffer(margin_m / METRES_PER_DEGREE), xfact=1 / squeeze, origin=(0.0, 0.0))
    if not isinstance(area, Polygon | MultiPolygon):
        raise TypeError(f"a widened area is an area, not a {area.geom_type}")
    shapely.prepare(area)
    return area
