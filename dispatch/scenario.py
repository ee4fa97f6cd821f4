"""Scenario folders: a network, requests as they become known, and vehicles; read, checked, and written (docs/scenario-format.md).

Made to be filled by others: plain or gzipped CSV, any order of rows and columns, a byte-order mark, either kind of line end,
quoted fields and further columns are all right. What has no clear meaning is refused, naming file, line and column.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import tomllib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]


MOST = 1e9  # metres, people: beyond it a number is a slip, and sums would no longer fit
MOST_S = 10_000_000  # sixteen weeks: times of a service day in seconds, not in milliseconds or since 1970
LONGEST_LINK_MS = 86_400_000
MOST_ALPHA = 1000.0


class ScenarioError(ValueError):
    """A scenario that cannot be read: where, what is wrong, what would be right."""

    def __init__(self, file: str, where: str, problem: str, right: str = "") -> None:
        super().__init__(f"{file}: {where}: {problem}" + (f"; right would be: {right}" if right else ""))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised: boarding by earliest departure + `max_wait_s`, arrival by earliest departure +
    `max_travel_alpha` x direct drive + `max_travel_beta_s`."""

    name: str
    horizon_s: int
    dwell_s: int
    max_wait_s: int
    max_travel_alpha: float
    max_travel_beta_s: int


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes in metres, float64[n_nodes, 2], and links from node to node: int64[n_links, 2], metres, milliseconds."""

    node_ids: tuple[str, ...]
    xy_m: F64
    ends: I64
    length_m: F64
    ms: I64


@dataclass(frozen=True, slots=True)
class ScenarioRequest:
    id: str
    known_at_s: int
    earliest_departure_s: int
    from_xy_m: tuple[float, float]
    to_xy_m: tuple[float, float]
    seats: int
    wheelchairs: int


@dataclass(frozen=True, slots=True)
class ScenarioVehicle:
    id: str
    start_xy_m: tuple[float, float]
    shift_start_s: int
    shift_end_s: int
    seats: int
    wheelchairs: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole folder. `requests` in the order in which they become known."""

    terms: Terms
    network: Network
    requests: tuple[ScenarioRequest, ...]
    vehicles: tuple[ScenarioVehicle, ...]


def read_scenario(folder: Path) -> Scenario:
    """Read and check a folder. Raises ScenarioError."""
    if not folder.is_dir():
        raise ScenarioError(
            str(folder), "folder", "there is no such folder", "a folder with scenario.toml and its tables"
        )
    terms = _terms(folder / "scenario.toml")
    network = _network(folder)
    requests = sorted(
        _unique((_request(row), row) for row in _rows(folder, "requests", REQUEST_COLUMNS)),
        key=lambda request: request.known_at_s,
    )
    vehicles = _unique((_vehicle(row), row) for row in _rows(folder, "vehicles", VEHICLE_COLUMNS))
    if not vehicles:
        raise ScenarioError("vehicles.csv", "line 2", "there are no vehicles", "at least one row")
    return Scenario(terms, network, tuple(requests), tuple(vehicles))


NODE_COLUMNS = ("node", "x", "y")
LINK_COLUMNS = ("link", "from", "to", "length_m", "freespeed_mps")
REQUEST_COLUMNS = (
    "id", "known_at_s", "earliest_departure_s", "from_x", "from_y", "to_x", "to_y", "seats", "wheelchairs",
)  # fmt: skip
VEHICLE_COLUMNS = ("id", "start_x", "start_y", "shift_start_s", "shift_end_s", "seats", "wheelchairs")


def _terms(path: Path) -> Terms:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ScenarioError(path.name, "file", f"cannot be read ({error.strerror})", "a TOML file") from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of thousands of digits
        raise ScenarioError(path.name, "file", f"is not TOML ({error})") from error

    def number(key: str, most: float = MOST_S) -> float:
        value = document.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
            huge = isinstance(value, int) and abs(value) > MOST  # may have more digits than Python prints
            problem = "is missing" if value is None else "is too large" if huge else f"is {repr(value)[:40]}"
            raise ScenarioError(path.name, key, problem, f"a number from 0 to {most:.0f}")
        return float(value)

    name = document.get("name", path.parent.name)
    if not isinstance(name, str):
        raise ScenarioError(path.name, "name", f"is {name!r}", "a text")
    return Terms(
        name,
        round(number("horizon_s")),
        round(number("dwell_s")),
        round(number("max_wait_s")),
        number("max_travel_alpha", MOST_ALPHA),
        round(number("max_travel_beta_s")),
    )


class _Row:
    """A row that knows where it stands."""

    def __init__(self, file: str, line: int, values: dict[str, str]) -> None:
        self.file, self.line, self.values = file, line, values

    def wrong(self, column: str, problem: str, right: str) -> ScenarioError:
        return ScenarioError(self.file, f"line {self.line}, {column}", problem, right)

    def text(self, column: str) -> str:
        value = self.values[column].strip()
        if not value:
            raise self.wrong(column, "is empty", "a name")
        return value

    def number(self, column: str, least: float = -MOST, most: float = MOST) -> float:
        text = self.values[column].strip()
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise self.wrong(column, f"is {text[:40]!r}", f"a number from {least:.0f} to {most:.0f}")
        return value

    def second(self, column: str) -> int:
        return round(self.number(column, -MOST_S, MOST_S))

    def count(self, column: str) -> int:
        value = self.number(column, 0)
        if value != int(value):
            raise self.wrong(column, f"is {self.values[column]!r}", "a whole number")
        return int(value)

    def point(self, x: str, y: str) -> tuple[float, float]:
        return self.number(x), self.number(y)


def _rows(folder: Path, table: str, columns: tuple[str, ...]) -> Iterator[_Row]:
    """The rows of a table, plain or gzipped."""
    found = [path for path in (folder / f"{table}.csv", folder / f"{table}.csv.gz") if path.is_file()]
    if len(found) != 1:
        problem = "is missing" if not found else f"is there twice, as {found[0].name} and {found[1].name}"
        raise ScenarioError(f"{table}.csv", "file", problem, f"one of {table}.csv and {table}.csv.gz")
    path = found[0]
    try:
        packed = path.read_bytes()
        text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScenarioError(path.name, "file", f"is not UTF-8 ({error})", "UTF-8") from error
    except (OSError, EOFError, zlib.error) as error:
        raise ScenarioError(path.name, "file", f"cannot be read ({error})") from error
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        head = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in head]
        if missing:
            raise ScenarioError(path.name, "line 1", f"lacks the column {missing[0]}", ",".join(columns))
        places = {name: head.index(name) for name in columns}
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) < len(head):
                raise ScenarioError(
                    path.name,
                    f"line {reader.line_num}",
                    f"has {len(cells)} fields",
                    f"{len(head)}, as the first line names",
                )
            yield _Row(path.name, reader.line_num, {name: cells[place] for name, place in places.items()})
    except csv.Error as error:
        raise ScenarioError(path.name, f"line {reader.line_num}", f"is no CSV ({error})") from error


def _network(folder: Path) -> Network:
    number: dict[str, int] = {}
    points: list[tuple[float, float]] = []
    for row in _rows(folder, "nodes", NODE_COLUMNS):
        name = row.text("node")
        if name in number:
            raise row.wrong("node", f"{name!r} is there already", "each node once")
        number[name] = len(points)
        points.append(row.point("x", "y"))
    if not points:
        raise ScenarioError("nodes.csv", "line 2", "there are no nodes", "at least one row")
    ends, lengths, ms = [], [], []
    for row in _rows(folder, "links", LINK_COLUMNS):
        pair = []
        for column in ("from", "to"):
            name = row.text(column)
            if name not in number:
                raise row.wrong(column, f"there is no node {name!r}", "a node of nodes.csv")
            pair.append(number[name])
        length_m, speed = row.number("length_m", 0), row.number("freespeed_mps")
        if speed <= 0 or length_m / speed * 1000.0 > LONGEST_LINK_MS:
            raise row.wrong(
                "freespeed_mps",
                f"is {row.values['freespeed_mps']!r}",
                "a number above 0 that brings a vehicle to the link's end within a day",
            )
        ends.append(pair)
        lengths.append(length_m)
        ms.append(math.ceil(length_m / speed * 1000.0))
    return Network(
        tuple(number),
        np.array(points, dtype=np.float64),
        np.array(ends, dtype=np.int64).reshape(-1, 2),
        np.array(lengths, dtype=np.float64),
        np.array(ms, dtype=np.int64),
    )


def _request(row: _Row) -> ScenarioRequest:
    return ScenarioRequest(
        row.text("id"), row.second("known_at_s"), row.second("earliest_departure_s"), row.point("from_x", "from_y"),
        row.point("to_x", "to_y"), row.count("seats"), row.count("wheelchairs"),
    )  # fmt: skip


def _vehicle(row: _Row) -> ScenarioVehicle:
    vehicle = ScenarioVehicle(
        row.text("id"), row.point("start_x", "start_y"), row.second("shift_start_s"), row.second("shift_end_s"),
        row.count("seats"), row.count("wheelchairs"),
    )  # fmt: skip
    if vehicle.shift_end_s < vehicle.shift_start_s:
        raise row.wrong("shift_end_s", f"is {vehicle.shift_end_s}", f"{vehicle.shift_start_s} or later")
    return vehicle


def _unique(rows: Iterator[tuple[Any, _Row]]) -> list[Any]:
    seen: set[str] = set()
    values = []
    for value, row in rows:
        if value.id in seen:
            raise row.wrong("id", f"{value.id!r} is there already", "each id once")
        seen.add(value.id)
        values.append(value)
    return values


def write_scenario(scenario: Scenario, folder: Path, *, packed: bool = True) -> None:
    """Write a folder that `read_scenario` gives back; the large tables gzipped."""
    folder.mkdir(parents=True, exist_ok=True)
    terms, network = scenario.terms, scenario.network
    name = terms.name.replace("\\", "\\\\").replace('"', '\\"')
    (folder / "scenario.toml").write_text(
        f'name = "{name}"\nhorizon_s = {terms.horizon_s}\ndwell_s = {terms.dwell_s}\nmax_wait_s = {terms.max_wait_s}\n'
        f"max_travel_alpha = {terms.max_travel_alpha}\nmax_travel_beta_s = {terms.max_travel_beta_s}\n",
        encoding="utf-8",
    )
    ids = network.node_ids
    tables: dict[str, tuple[tuple[str, ...], Callable[[], Iterator[tuple[Any, ...]]]]] = {
        "nodes": (NODE_COLUMNS, lambda: ((ids[k], *xy) for k, xy in enumerate(network.xy_m.tolist()))),
        "links": (
            LINK_COLUMNS,
            lambda: (
                (k, ids[tail], ids[head], length_m, length_m / ms * 1000.0 if ms and length_m else 1.0)
                for k, ((tail, head), length_m, ms) in enumerate(
                    zip(network.ends.tolist(), network.length_m.tolist(), network.ms.tolist(), strict=True)
                )
            ),
        ),
        "requests": (
            REQUEST_COLUMNS,
            lambda: (
                (r.id, r.known_at_s, r.earliest_departure_s, *r.from_xy_m, *r.to_xy_m, r.seats, r.wheelchairs)
                for r in scenario.requests
            ),
        ),
        "vehicles": (
            VEHICLE_COLUMNS,
            lambda: (
                (v.id, *v.start_xy_m, v.shift_start_s, v.shift_end_s, v.seats, v.wheelchairs) for v in scenario.vehicles
            ),
        ),
    }
    for table, (columns, rows) in tables.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows())
        content = text.getvalue().encode()
        if packed and table != "vehicles":
            (folder / f"{table}.csv.gz").write_bytes(gzip.compress(content, mtime=0))
        else:
            (folder / f"{table}.csv").write_bytes(content)
