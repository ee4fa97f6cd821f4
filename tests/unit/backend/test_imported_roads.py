"""Roads that an operator imported go before the stand-in of the package."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from backend.districts.selectors import roads_folder, roads_of
from backend.districts.services import build
from routing.network import RoadNetwork, Source
from routing.roads import IMPORTED
from tests.builders.district import a_district

REAL = Source("OpenStreetMap: altmark.osm.pbf", "© OpenStreetMap-Mitwirkende, ODbL 1.0", False)


@pytest.mark.django_db
def test_imported_roads_go_before_the_package_s_and_leave_with_their_folder() -> None:
    district = a_district()
    build(district)
    stand_in = roads_of(district).network.source
    assert stand_in != REAL
    packaged = RoadNetwork.load(Path(district.folder) / district.document["files"]["roads"])
    imported = roads_folder(district.pk) / IMPORTED
    try:
        replace(packaged, source=REAL).save(imported)
        assert build(district)
        assert roads_of(district).network.source == REAL
    finally:
        shutil.rmtree(imported, ignore_errors=True)
    assert build(district)
    assert roads_of(district).network.source == stand_in
