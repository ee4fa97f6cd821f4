"""The area whose roads are wanted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from routing.boundary import read_boundary
from routing.errors import RoadError
from tests.unit.routing.town import at

RING = [[11.0, 52.0], [12.0, 52.0], [12.0, 53.0], [11.0, 53.0], [11.0, 52.0]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
FEATURE = {"type": "Feature", "properties": {}, "geometry": SQUARE}


def written(folder: Path, document: object) -> Path:
    file = folder / "area.geojson"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "document",
    [
        SQUARE,
        FEATURE,
        {"type": "FeatureCollection", "features": [FEATURE, {"type": "Feature", "geometry": None}]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
        {"type": "GeometryCollection", "geometries": [SQUARE, {"type": "Point", "coordinates": [0, 0]}]},
    ],
)
def test_reads_every_kind_of_geojson(tmp_path: Path, document: object) -> None:
    area = read_boundary(written(tmp_path, document), 0.0)
    assert area.holds(np.array([52.5, 52.5]), np.array([11.5, 12.5])).tolist() == [True, False]


def test_a_margin_is_as_wide_in_every_direction(tmp_path: Path) -> None:
    corners = [at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)]
    file = written(tmp_path, {"type": "Polygon", "coordinates": [[[lon, lat] for lat, lon in corners]]})
    area = read_boundary(file, 500.0)
    for inside in ((1.45, 0.5), (-0.45, 0.5), (0.5, 1.45), (0.5, -0.45)):
        assert area.holds_any([at(*inside)]), inside
    for outside in ((1.55, 0.5), (-0.55, 0.5), (0.5, 1.55), (0.5, -0.55)):
        assert not area.holds_any([at(*outside)]), outside


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"type": "Polygon", "coordinates": []}, "boundary is empty"),
        ({"type": "FeatureCollection", "features": []}, "boundary is empty"),
        ({"type": "LineString", "coordinates": [[11, 52], [12, 53]]}, "boundary is empty"),
        ({"type": "Polygon", "coordinates": [[[11, 52], [11, 52], [11, 52], [11, 52]]]}, "boundary is empty"),
        ("", "no GeoJSON"),
        ("[]", "no GeoJSON"),
        ("{}", "no GeoJSON"),
        ({"type": "Circle"}, "no GeoJSON"),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "no GeoJSON"),
        ({"type": "Polygon", "coordinates": [[[4e6, 5e6], [5e6, 5e6], [5e6, 6e6], [4e6, 5e6]]]}, "outside the earth"),
    ],
)
def test_says_what_is_wrong(tmp_path: Path, document: object, said: str) -> None:
    file = written(tmp_path, document)
    with pytest.raises(RoadError, match=said) as caught:
        read_boundary(file)
    assert caught.value.file == str(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RoadError, match=r"nowhere\.geojson: cannot be read"):
        read_boundary(tmp_path / "nowhere.geojson")
