"""Command line: roads from OpenStreetMap into a folder that `routing.roads.Roads.load` opens.

    python -m routing.build --osm extract.osm.pbf --out folder [--boundary area.geojson] [--stops stops.csv] [--json]

The imported network lies in `folder/source`, so that roads to other stops can be built from it without the extract.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from routing import boundary, drivable, extract, network, osm, overpass, speeds
from routing.errors import RoadError
from routing.network import F64, RoadNetwork
from routing.roads import IMPORTED, build_roads

SNAP_LIMIT_M = 2000.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to import: a file or a place's name, within a boundary, at which speeds."""

    file: Path | None
    place: str | None
    boundary_file: Path | None
    margin_m: float
    speeds: speeds.SpeedTable
    accept_clipped: bool

    def fingerprint(self) -> str:
        """A name for exactly these inputs and this code: the same name, the same network.

        A place's name stands for what it meant when it was fetched.
        """
        digest = hashlib.sha256()
        for module in (boundary, drivable, extract, network, osm, overpass, speeds):
            digest.update(Path(module.__file__ or "").read_bytes())
        digest.update(f"{version('osmnx')} {self.place} {self.margin_m} {self.accept_clipped}".encode())
        digest.update(self.speeds.fingerprint().encode())
        for file in (self.file, self.boundary_file):
            digest.update(b"-" if file is None else _content_hash(file))
        return digest.hexdigest()[:16]

    def fetch(self) -> osm.Imported:
        """Do the import. Raises RoadError."""
        area = boundary.read_boundary(self.boundary_file, self.margin_m) if self.boundary_file else None
        if self.file is not None:
            return osm.network_from_file(self.file, area, self.speeds, self.accept_clipped)
        found = overpass.extract_of_place(self.place or "")
        return osm.network_from_extract(found, f"OpenStreetMap: {self.place}", area, self.speeds, self.place or "")


def build(wanted: Wanted, out: Path, stops_file: Path | None, fresh: bool = False) -> dict[str, object]:
    """Import what is wanted unless the folder holds it already, build the roads between the stops, return the figures."""
    begin = time.perf_counter()
    stop_ids, points = read_stops(stops_file) if stops_file else ([], np.empty((0, 2)))
    figures = _imported(wanted, out / IMPORTED, fresh)
    computed = build_roads(out / IMPORTED, out, stop_ids, points, SNAP_LIMIT_M)
    return figures | {
        "stops": len(stop_ids),
        "matrix_cached": not computed,
        "seconds": round(time.perf_counter() - begin, 3),
        "out": str(out),
    }


def _imported(wanted: Wanted, folder: Path, fresh: bool) -> dict[str, object]:
    """Figures of the import that lies in the folder, made now if need be."""
    name = wanted.fingerprint()
    label = folder / "import.json"
    if not fresh:
        try:
            known = json.loads(label.read_text(encoding="utf-8"))
            if known["fingerprint"] == name:
                RoadNetwork.load(folder)
                return {**known, "cached": True}
        except (OSError, ValueError, KeyError, TypeError, RoadError):
            pass  # nothing there, or not what it should be: import again
    begin = time.perf_counter()
    imported = wanted.fetch()
    roads = imported.network.with_fingerprint(name)
    label.unlink(missing_ok=True)
    roads.save(folder)
    figures: dict[str, object] = {
        "source": roads.source.name,
        "attribution": roads.source.attribution,
        "fingerprint": name,
        "nodes": roads.n_nodes,
        "arcs": roads.n_arcs,
        "km": round(roads.road_km, 1),
        "component_share": round(imported.component_share, 4),
        "cut_ways": imported.cut_ways,
        "import_seconds": round(time.perf_counter() - begin, 3),
    }
    label.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return figures | {"cached": False}


def read_stops(file: Path) -> tuple[list[str], F64]:
    """Ids and float64[n, 2] positions of a CSV file with the columns stop_id, lat, lon. Raises RoadError."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RoadError("cannot be read as a list of stops", file=str(file), cause=str(error)) from error
    if not rows:
        raise RoadError("lists no stops", file=str(file), remedy="give a CSV file with the columns stop_id, lat, lon")
    points = np.empty((len(rows), 2))
    for index, row in enumerate(rows):
        try:
            points[index] = float(row["lat"]), float(row["lon"])
            lawful = abs(points[index, 0]) <= 90 and abs(points[index, 1]) <= 180 and bool(row["stop_id"])
        except (KeyError, TypeError, ValueError):
            lawful = False
        if not lawful:
            raise RoadError(
                f"line {index + 2} is no stop",
                file=str(file),
                cause=f"stop_id, lat, lon are {row.get('stop_id')!r}, {row.get('lat')!r}, {row.get('lon')!r}",
                remedy="give each stop an id and its position in degrees",
            )
    stop_ids = [row["stop_id"] for row in rows]
    twice = next((stop_id for stop_id, times in Counter(stop_ids).items() if times > 1), None)
    if twice is not None:
        raise RoadError(f"stop {twice} is listed twice", file=str(file), remedy="give each stop an id of its own")
    return stop_ids, points


def _content_hash(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").digest()
    except OSError as error:
        raise RoadError(
            "cannot be read", file=str(file), cause=error.strerror or str(error), remedy="check the path"
        ) from error


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0, or 2 with one line on what is wrong and how to mend it."""
    parser = argparse.ArgumentParser(
        prog="python -m routing.build", description="Roads from OpenStreetMap into a folder."
    )
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--osm", type=Path, help="extract: .osm, .osm.gz, .osm.bz2 or .osm.pbf")
    origin.add_argument("--place", help="a place's name, fetched through Overpass")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for the result; what is there already is used again"
    )
    parser.add_argument("--boundary", type=Path, help="GeoJSON polygons: only roads inside")
    parser.add_argument(
        "--margin-m", type=float, default=boundary.MARGIN_M, help="how far outside the boundary roads still count"
    )
    parser.add_argument("--stops", type=Path, help="CSV with stop_id, lat, lon: compute the seconds between them")
    parser.add_argument(
        "--speeds", type=Path, help="TOML with [roads.speed_kmh], for example a district package's district.toml"
    )
    parser.add_argument(
        "--accept-clipped", action="store_true", help="let roads end where a clipped extract has lost their points"
    )
    parser.add_argument("--fresh", action="store_true", help="import again even if the inputs have not changed")
    parser.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    given = parser.parse_args(arguments)
    try:
        table = speeds.read_speeds(given.speeds) if given.speeds else speeds.SpeedTable()
        wanted = Wanted(given.osm, given.place, given.boundary, given.margin_m, table, given.accept_clipped)
        figures = build(wanted, given.out, given.stops, given.fresh)
    except RoadError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"error: {error.filename}: {error.strerror}; remedy: give --out a folder that can be written",
            file=sys.stderr,
        )
        return 2
    print(json.dumps(figures, ensure_ascii=False) if given.json else _told(figures))
    return 0


def _told(figures: dict[str, object]) -> str:
    """The figures as a person reads them."""
    share = float(str(figures["component_share"]))
    lines = [
        f"{figures['source']}: {figures['nodes']} nodes, {figures['arcs']} arcs, {figures['km']} km of roads",
        f"{figures['stops']} stops; {figures['seconds']} s{' (roads were there already)' if figures['cached'] else ''}",
        f"written to {figures['out']}; show with it: {figures['attribution']}",
    ]
    if share < 0.9:
        lines.append(f"note: {1 - share:.0%} of the roads are not connected with the rest both ways and were left out")
    if figures["cut_ways"]:
        lines.append(f"note: {figures['cut_ways']} roads end at the edge of the extract")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
