"""How fast a minibus drives on a way: the posted limit, else what is usual on roads of its class."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from routing.errors import RoadError

KMH_PER_MPH = 1.609344
WALK_KMH = 7.0  # what courts in Germany take "Schrittgeschwindigkeit" for, at most

# Rural Germany: usual km/h where no limit is tagged, and the most that bends, villages and a full bus allow on average.
CLASS_KMH: dict[str, tuple[float, float]] = {
    "motorway": (100.0, 100.0),
    "motorway_link": (60.0, 80.0),
    "trunk": (90.0, 100.0),
    "trunk_link": (50.0, 70.0),
    "primary": (75.0, 90.0),
    "primary_link": (45.0, 70.0),
    "secondary": (68.0, 80.0),
    "secondary_link": (45.0, 60.0),
    "tertiary": (60.0, 75.0),
    "tertiary_link": (40.0, 60.0),
    "unclassified": (50.0, 65.0),
    "residential": (30.0, 50.0),
    "living_street": (WALK_KMH, WALK_KMH),
    "road": (40.0, 60.0),
    "service": (15.0, 30.0),
    "track": (15.0, 30.0),
    "pedestrian": (WALK_KMH, WALK_KMH),
    "busway": (40.0, 50.0),
}
SURFACE_KMH = {
    "gravel": 30.0, "fine_gravel": 40.0, "compacted": 40.0, "unpaved": 30.0, "pebblestone": 25.0, "grass_paver": 20.0,
    "sett": 40.0, "cobblestone": 30.0, "unhewn_cobblestone": 20.0, "metal": 40.0, "wood": 20.0,
}  # fmt: skip
BAD_SMOOTHNESS_KMH = 25.0

# What a sign "leaving the town" means, by country code; elsewhere as in Germany.
RURAL_KMH = {
    "CH": 80.0, "LI": 80.0, "DK": 80.0, "FI": 80.0, "FR": 80.0, "NL": 80.0, "CZ": 90.0, "LU": 90.0, "PL": 90.0,
}  # fmt: skip
SYMBOLS = {"rural": 100.0, "urban": 50.0, "living_street": WALK_KMH, "walk": WALK_KMH, "bicycle_road": 30.0}

_NUMBER = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(mph|knots|km/?h|kph)?$")
_ZONE = re.compile(r"^zone:?(\d+)$")


@dataclass(frozen=True, slots=True)
class SpeedTable:
    """Usual and highest km/h by highway class; a district may set its own (see `read_speeds`)."""

    kmh: Mapping[str, tuple[float, float]] = field(default_factory=lambda: dict(CLASS_KMH))

    def drive_kmh(self, tags: Mapping[str, str], forward: bool = True) -> float:
        """Average km/h on a way with these tags, driven along or against the order of its nodes."""
        usual, most = self.kmh.get(tags.get("highway", ""), CLASS_KMH["road"])
        limit = limit_kmh(tags, forward)
        kmh = usual if limit is None else min(limit, most)
        kmh = min(kmh, SURFACE_KMH.get(tags.get("surface", ""), kmh))
        return min(kmh, BAD_SMOOTHNESS_KMH) if tags.get("smoothness") == "bad" else kmh

    def fingerprint(self) -> str:
        """The table as text: the same text for the same speeds."""
        return json.dumps({name: list(pair) for name, pair in sorted(self.kmh.items())})


def limit_kmh(tags: Mapping[str, str], forward: bool = True) -> float | None:
    """The limit that the tags state, or None where they state none."""
    along = "maxspeed:forward" if forward else "maxspeed:backward"
    for key in ("maxspeed:bus", "maxspeed:psv", along, "maxspeed"):
        kmh = parse_kmh(tags.get(key, ""))
        if kmh is not None:
            return kmh
    for key in ("maxspeed:type", "source:maxspeed", "zone:maxspeed", "zone:traffic"):
        value = tags.get(key, "")
        if ":" in value:  # "DE:urban"; a plain "sign" or "markings" says nothing about the speed
            kmh = parse_kmh(value)
            if kmh is not None:
                return kmh
    return None


def parse_kmh(value: str) -> float | None:
    """Km/h of one value of `maxspeed`; the lowest of a list; None for "none", "signals", and what nobody can read."""
    parts = [part for part in (_parse_one(part.strip()) for part in re.split(r"[;|]", value)) if part is not None]
    return min(parts, default=None)


def _parse_one(value: str) -> float | None:
    country, _, symbol = value.rpartition(":") if re.match(r"^[A-Z]{2}:", value) else ("", "", value)
    country, symbol = country[:2], value[3:] if country else symbol
    symbol = symbol.lower()
    zone = _ZONE.match(symbol)
    match = _NUMBER.match(zone.group(1) if zone else symbol)
    if match is None:
        return RURAL_KMH.get(country, SYMBOLS["rural"]) if symbol == "rural" else SYMBOLS.get(symbol)
    number = float(match.group(1).replace(",", "."))
    factor = {"mph": KMH_PER_MPH, "knots": 1.852}.get(match.group(2) or "", 1.0)
    return number * factor if number > 0 else None


def read_speeds(file: Path) -> SpeedTable:
    """The table `[roads.speed_kmh]` of a TOML file, such as a district package's; classes not named keep their speed.

    A class is given as `tertiary = 60` (the usual speed; the highest rises with it) or `tertiary = [60, 75]`.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RoadError("cannot be read", file=str(file), cause=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RoadError("is no TOML file", file=str(file), cause=str(error)) from error
    table = dict(CLASS_KMH)
    for name, given in document.get("roads", {}).get("speed_kmh", {}).items():
        pair = given if isinstance(given, list) else [given, given]
        lawful = len(pair) == 2 and all(isinstance(kmh, int | float) and 0 < kmh <= 130 for kmh in pair)
        if name not in CLASS_KMH or not lawful or pair[0] > pair[1]:
            raise RoadError(
                f"[roads.speed_kmh] {name} = {given!r} is no speed of a highway class",
                file=str(file),
                remedy=f"give usual and highest km/h, e.g. tertiary = [60, 75]; classes: {', '.join(sorted(CLASS_KMH))}",
            )
        most = float(pair[1]) if isinstance(given, list) else max(float(given), CLASS_KMH[name][1])
        table[name] = (float(pair[0]), most)
    return SpeedTable(table)
