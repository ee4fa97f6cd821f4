"""The command that turns an extract into a district's roads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from routing import build
from routing.errors import RoadError
from routing.roads import Roads
from tests.unit.routing.town import at, square

STOPS = {"markt": (0.5, 0.0), "bahnhof": (1.0, 0.5), "feld": (1.9, 1.0)}


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return square().write(tmp_path / "town.osm.gz")


@pytest.fixture
def stops(tmp_path: Path) -> Path:
    rows = [f"{name},{at(*point)[0]},{at(*point)[1]}" for name, point in STOPS.items()]
    file = tmp_path / "stops.csv"
    file.write_text("\n".join(["stop_id,lat,lon", *rows]), encoding="utf-8")
    return file


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, object]:
    assert build.main([*map(str, arguments), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    figures = json.loads(lines[0])
    assert isinstance(figures, dict)
    return figures


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    assert build.main([*map(str, arguments), "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    return told.err


def test_prints_the_figures_and_leaves_roads_that_can_be_loaded(
    capsys: pytest.CaptureFixture[str], extract: Path, stops: Path, tmp_path: Path
) -> None:
    figures = run(capsys, "--osm", extract, "--out", tmp_path / "out", "--stops", stops)
    assert figures["nodes"] == 2
    assert figures["arcs"] == 4
    assert figures["km"] == 5.0
    assert figures["stops"] == 3
    assert figures["component_share"] == 1.0
    assert figures["cached"] is False
    assert float(str(figures["seconds"])) > 0
    roads = Roads.load(tmp_path / "out")
    assert roads.stop_ids == tuple(STOPS)
    assert roads.seconds[1, 2] == pytest.approx(60 + 108, abs=2)
    assert roads.network.source.fingerprint == figures["fingerprint"]
    assert "OpenStreetMap" in roads.network.source.attribution


def test_runs_as_a_program(extract: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "routing.build", "--osm", str(extract), "--out", str(tmp_path / "out"), "--json"]
    root = Path(build.__file__).resolve().parents[1]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root, timeout=120)
    assert json.loads(done.stdout)["km"] == 5.0


def test_the_second_time_it_only_loads(
    capsys: pytest.CaptureFixture[str], extract: Path, stops: Path, tmp_path: Path
) -> None:
    arguments = ("--osm", extract, "--out", tmp_path / "out", "--stops", stops)
    first, second = run(capsys, *arguments), run(capsys, *arguments)
    assert second["cached"] is True
    assert second["matrix_cached"] is True
    assert second["fingerprint"] == first["fingerprint"]
    assert run(capsys, *arguments, "--fresh")["cached"] is False


def test_whatever_changes_the_roads_changes_the_fingerprint(
    capsys: pytest.CaptureFixture[str], extract: Path, tmp_path: Path
) -> None:
    ring = [[lon, lat] for lat, lon in (at(*corner) for corner in [(-1, -1), (3, -1), (3, 2), (-1, 2), (-1, -1)])]
    area, speeds = tmp_path / "area.geojson", tmp_path / "district.toml"
    area.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    speeds.write_text("[roads.speed_kmh]\nresidential = 20\n", encoding="utf-8")
    base = ("--osm", extract, "--out", tmp_path / "out")
    names = [
        run(capsys, *base)["fingerprint"],
        run(capsys, *base, "--boundary", area)["fingerprint"],
        run(capsys, *base, "--boundary", area, "--margin-m", "10")["fingerprint"],
        run(capsys, *base, "--speeds", speeds)["fingerprint"],
        run(capsys, *base, "--accept-clipped")["fingerprint"],
    ]
    square(ways=[("ABCDA", {"highway": "residential"})]).write(extract)
    figures = run(capsys, *base)
    assert figures["cached"] is False
    assert len({*names, figures["fingerprint"]}) == 6


def test_a_damaged_cache_is_built_again(capsys: pytest.CaptureFixture[str], extract: Path, tmp_path: Path) -> None:
    run(capsys, "--osm", extract, "--out", tmp_path / "out")
    (tmp_path / "out/source/network.npz").write_bytes(b"")
    assert run(capsys, "--osm", extract, "--out", tmp_path / "out")["cached"] is False
    (tmp_path / "out/source/import.json").write_text("[]", encoding="utf-8")
    assert run(capsys, "--osm", extract, "--out", tmp_path / "out")["cached"] is False


def test_without_stops_the_network_alone_can_be_loaded(
    capsys: pytest.CaptureFixture[str], extract: Path, tmp_path: Path
) -> None:
    run(capsys, "--osm", extract, "--out", tmp_path / "out")
    roads = Roads.load(tmp_path / "out")
    assert roads.stop_ids == ()
    assert roads.network.n_nodes == 2


def test_tells_people_in_sentences(capsys: pytest.CaptureFixture[str], extract: Path, tmp_path: Path) -> None:
    square(lost="E", box=True).write(extract)
    assert build.main(["--osm", str(extract), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    assert "4.0 km of roads" in told
    assert "© OpenStreetMap" in told
    assert "1 roads end at the edge of the extract" in told


def test_errors_are_one_line_and_code_2(capsys: pytest.CaptureFixture[str], extract: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "no.osm: cannot be read" in refused(capsys, "--osm", tmp_path / "no.osm", "--out", out)
    assert "is no stop" in refused(
        capsys, "--osm", extract, "--out", out, "--stops", _csv(tmp_path, "stop_id,lat,lon\na,x,1")
    )
    assert "lists no stops" in refused(
        capsys, "--osm", extract, "--out", out, "--stops", _csv(tmp_path, "stop_id,lat,lon")
    )
    far = refused(capsys, "--osm", extract, "--out", out, "--stops", _csv(tmp_path, "stop_id,lat,lon\nweit,52.6,11.2"))
    assert "stop weit" in far
    assert "km from any road" in far
    assert "boundary is empty" in refused(
        capsys, "--osm", extract, "--out", out, "--boundary", _csv(tmp_path, '{"type": "Polygon", "coordinates": []}')
    )
    square(lost="E").write(extract)
    assert "is clipped" in refused(capsys, "--osm", extract, "--out", out)
    extract.write_bytes(extract.read_bytes()[:100])
    assert "gzip" in refused(capsys, "--osm", extract, "--out", out)


def test_a_folder_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str], extract: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    told = refused(capsys, "--osm", extract, "--out", tmp_path / "out")
    assert "out" in told
    assert "--out" in told


def test_file_or_place_but_not_both_nor_none(extract: Path, tmp_path: Path) -> None:
    for arguments in (["--out", str(tmp_path)], ["--osm", str(extract), "--place", "Kalbe", "--out", str(tmp_path)]):
        with pytest.raises(SystemExit) as caught:
            build.main(arguments)
        assert caught.value.code == 2


@pytest.mark.parametrize("line", ["a,52.7", "a,91,11", "a,52.7,nan", ",52.7,11.2", "a,,"])
def test_a_wrong_line_of_stops_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(RoadError, match="line 3 is no stop"):
        build.read_stops(_csv(tmp_path, f"stop_id,lat,lon\nb,52.7,11.2\n{line}"))


def test_stops_named_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RoadError, match="b is listed twice"):
        build.read_stops(_csv(tmp_path, "stop_id,lat,lon\nb,52.7,11.2\nb,52.8,11.2"))


def test_stops_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    stop_ids, points = build.read_stops(_csv(tmp_path, "\ufeffstop_id,name,lat,lon\nb,Böse,52.7,11.2"))
    assert stop_ids == ["b"]
    assert np.allclose(points, [[52.7, 11.2]])


def _csv(folder: Path, text: str) -> Path:
    file = folder / "given.csv"
    file.write_text(text, encoding="utf-8")
    return file
