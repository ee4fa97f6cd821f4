"""Roads of a place by its name. The servers are two pages on the loopback that answer as the real ones do."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import osmnx
import pytest

from routing import build
from routing.errors import RoadError
from routing.osm import network_from_extract, network_from_file
from routing.overpass import extract_of_place
from routing.speeds import SpeedTable
from tests.unit.routing.town import RESIDENTIAL, Town, at, square

RING = [[lon, lat] for lat, lon in (at(*corner) for corner in [(-1, -1), (3, -1), (3, 2), (-1, 2), (-1, -1)])]


def found_by_nominatim() -> list[dict[str, object]]:
    lat, lon = at(1, 1)
    lats, lons = [point[1] for point in RING], [point[0] for point in RING]
    return [
        {
            "place_id": 1, "osm_type": "relation", "osm_id": 1, "lat": str(lat), "lon": str(lon), "class": "boundary",
            "type": "administrative", "importance": 0.5, "name": "Probstadt", "display_name": "Probstadt",
            "addresstype": "town", "place_rank": 16,
            "boundingbox": [str(min(lats)), str(max(lats)), str(min(lons)), str(max(lons))],
            "geojson": {"type": "Polygon", "coordinates": [RING]},
        }
    ]  # fmt: skip


def answered_by_overpass(town: Town) -> dict[str, object]:
    elements: list[dict[str, object]] = []
    for name, place in town.points.items():
        lat, lon = at(*place)
        tags = dict(town.point_tags.get(name, {}))
        elements.append({"type": "node", "id": ord(name), "lat": lat, "lon": lon, "tags": tags})
    for number, (names, way_tags) in enumerate(town.ways, start=1):
        elements.append({"type": "way", "id": number, "nodes": [ord(name) for name in names], "tags": dict(way_tags)})
    return {"version": 0.6, "generator": "test", "elements": elements}


@contextmanager
def servers(places: list[dict[str, object]], town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    class Answer(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            content = json.dumps(places if "search" in self.path else answered_by_overpass(town)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815  (http.server's names)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(osmnx.settings, "nominatim_url", address)
    monkeypatch.setattr(osmnx.settings, "overpass_url", address + "api")
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_place_gives_the_same_roads_as_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    town = square(point_tags={"B": {"barrier": "bollard"}})
    town.points = {**town.points, "F": (0, -0.5)}
    town.ways += [
        ("FA", {**RESIDENTIAL, "oneway": "-1", "name": "Einbahn"}),
        ("FA", {**RESIDENTIAL, "oneway": "yes", "name": "Rückweg"}),
        ("AC", {"highway": "footway"}),
    ]
    with servers(found_by_nominatim(), town, monkeypatch):
        by_name = network_from_extract(extract_of_place("Probstadt"), "x", None, SpeedTable(), "Probstadt").network
    by_file = network_from_file(town.write(tmp_path / "town.osm")).network
    assert by_name.names == by_file.names
    assert by_name.road_km == pytest.approx(by_file.road_km)
    assert np.allclose(np.sort(by_name.arc_ms), np.sort(by_file.arc_ms), atol=5)  # the file rounds to a centimetre
    assert np.allclose(np.sort(by_name.node_lat), np.sort(by_file.node_lat), atol=1e-6)


def test_osmnx_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = (osmnx.settings.all_oneway, list(osmnx.settings.useful_tags_way), osmnx.settings.use_cache)
    with servers(found_by_nominatim(), square(), monkeypatch):
        extract_of_place("Probstadt")
    assert (osmnx.settings.all_oneway, list(osmnx.settings.useful_tags_way), osmnx.settings.use_cache) == before


def test_an_unknown_place(monkeypatch: pytest.MonkeyPatch) -> None:
    with servers([], square(), monkeypatch), pytest.raises(RoadError, match="know no roads of this place") as caught:
        extract_of_place("Nirgendwo")
    assert caught.value.file == "Nirgendwo"
    assert "--osm" in caught.value.remedy


def test_a_place_without_roads_for_a_minibus(monkeypatch: pytest.MonkeyPatch) -> None:
    town = square(ways=[("ABC", {"highway": "footway"})])
    with servers(found_by_nominatim(), town, monkeypatch), pytest.raises(RoadError, match="no roads that a minibus"):
        extract_of_place("Probstadt")


def test_servers_that_cannot_be_reached(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, not listening: a connection is refused
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        monkeypatch.setattr(osmnx.settings, "nominatim_url", address)
        assert build.main(["--place", "Kalbe (Milde)", "--out", str(tmp_path / "out"), "--json"]) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert "Kalbe (Milde): OpenStreetMap's servers cannot be reached" in told
    assert "--osm" in told
