"""The names of a district package (docs: fixtures/README.md), for the command line and the measured corpus."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

from accessibility.language.gazetteer import PlaceName


def read_names(folder: Path) -> tuple[tuple[PlaceName, ...], str]:
    """Stops and places of a district as names, and its time zone. Raises OSError, KeyError or ValueError."""
    document = tomllib.loads((folder / "district.toml").read_text(encoding="utf-8"))
    stops = [
        PlaceName(row["stop_id"], "stop", row["name"], row["village"], float(row["lat"]), float(row["lon"]))
        for row in _rows(folder / document["files"]["stops"])
    ]
    places = [
        PlaceName(
            row["place_id"],
            row["kind"],
            row["name"],
            row["village"],
            float(row["lat"]),
            float(row["lon"]),
            int(row["population"] or 0),
            tuple(alias for alias in row["aliases"].split("|") if alias),
        )
        for row in _rows(folder / document["files"]["places"])
    ]
    return (*stops, *places), str(document["district"]["timezone"])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
