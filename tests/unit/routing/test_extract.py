"""What is wrong with a file is said with file, cause and remedy."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from routing.boundary import read_boundary
from routing.errors import RoadError
from routing.extract import read_extract
from routing.osm import network_from_file
from tests.unit.routing.town import RESIDENTIAL, Town, at, square


def refusal(file: Path, **options: bool) -> RoadError:
    with pytest.raises(RoadError) as caught:
        read_extract(file, **options)
    error = caught.value
    assert error.file == str(file)
    assert error.remedy
    assert "\n" not in str(error)
    return error


def test_reads_plain_and_packed_files(tmp_path: Path) -> None:
    plain = read_extract(square().write(tmp_path / "town.osm"))
    packed = read_extract(square().write(tmp_path / "town.osm.gz"))
    assert plain == packed
    assert [way.tags["name"] for way in plain.ways] == ["Ringstraße", "Feldweg"]
    assert plain.points[ord("A")] == pytest.approx(at(0, 0), abs=1e-6)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "is not there" in str(refusal(tmp_path / "nowhere.osm.pbf"))


def test_an_unknown_ending(tmp_path: Path) -> None:
    file = tmp_path / "roads.shp"
    file.write_bytes(b"x")
    assert ".osm.pbf" in refusal(file).remedy


def test_an_empty_file(tmp_path: Path) -> None:
    file = tmp_path / "empty.osm"
    file.touch()
    assert "is empty" in str(refusal(file))


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_gzip_file_that_was_cut_off(tmp_path: Path, share: float) -> None:
    file = square().write(tmp_path / "town.osm.gz")
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    assert "gzip" in str(refusal(file))


def test_a_gzip_file_with_damage_inside(tmp_path: Path) -> None:
    file = square().write(tmp_path / "town.osm.gz")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(bytes(content))
    assert "gzip" in str(refusal(file))


def test_a_file_that_is_something_else(tmp_path: Path) -> None:
    for name, content in {
        "page.osm": b"<html><body>Not found</body></html>",
        "text.osm.pbf": b"Not found, and a little longer than that",
        "text.osm.gz": b"Not found",
        "text.osm.bz2": b"Not found",
        "half.osm": b'<osm version="0.6"><node id="1" lat="52.0"',
        "packed.osm.pbf": gzip.compress(b"<osm/>"),
    }.items():
        file = tmp_path / name
        file.write_bytes(content)
        assert "cannot be read as" in str(refusal(file)), name


def test_no_roads_at_all(tmp_path: Path) -> None:
    error = refusal(Town({"A": (0, 0), "B": (1, 0)}, [("AB", {"waterway": "river"})]).write(tmp_path / "river.osm"))
    assert "no way is tagged highway" in error.cause


def test_no_roads_that_a_minibus_may_drive(tmp_path: Path) -> None:
    error = refusal(Town({"A": (0, 0), "B": (1, 0)}, [("AB", {"highway": "footway"})]).write(tmp_path / "path.osm"))
    assert "no roads that a minibus may drive" in error.problem
    assert "of 1 ways" in error.cause


def test_a_clipped_file(tmp_path: Path) -> None:
    error = refusal(square(lost="E").write(tmp_path / "town.osm"))
    assert "is clipped: 1 of 2 roads refer to 1 points" in error.problem
    assert "way 2" in error.cause
    assert "complete_ways" in error.remedy


def test_a_clipped_footpath_does_no_harm(tmp_path: Path) -> None:
    town = square(lost="X")
    town.ways.append(("EX", {"highway": "footway"}))
    assert len(read_extract(town.write(tmp_path / "town.osm")).ways) == 2


def test_a_clipped_file_is_taken_where_it_says_its_box_or_one_insists(tmp_path: Path) -> None:
    boxed = read_extract(square(lost="E", box=True).write(tmp_path / "boxed.osm"))
    insisted = read_extract(square(lost="E").write(tmp_path / "town.osm"), accept_clipped=True)
    assert boxed.cut_ways == insisted.cut_ways == 1
    assert network_from_file(tmp_path / "boxed.osm").network.road_km == pytest.approx(4.0, rel=0.01)


def test_roads_clipped_outside_the_boundary_do_no_harm(tmp_path: Path) -> None:
    town = square(lost="Z")
    town.points = {**town.points, "Y": (9, 9), "Z": (10, 9)}
    town.ways.append(("YZ", dict(RESIDENTIAL)))
    file = town.write(tmp_path / "town.osm")
    corners = [at(-0.1, -0.1), at(2.1, -0.1), at(2.1, 1.1), at(-0.1, 1.1), at(-0.1, -0.1)]
    ring = ",".join(f"[{lon}, {lat}]" for lat, lon in corners)
    area = tmp_path / "area.geojson"
    area.write_text(f'{{"type": "Polygon", "coordinates": [[{ring}]]}}', encoding="utf-8")
    refusal(file)
    assert read_extract(file, read_boundary(area)).cut_ways == 0
