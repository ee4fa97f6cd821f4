"""Public instances: the dial-a-ride files of Cordeau & Laporte and the pick-up-and-delivery files of Li & Lim, read as plans.

Dial-a-ride (Cordeau 2006; Cordeau & Laporte 2003): line 1 `K n T Q L` (vehicles, requests or customer nodes, longest route,
capacity, longest ride), then `id x y service load earliest latest` a node: depot, pick-ups, their deliveries in the same
order, and in some families the depot again. Li & Lim: line 1 `K Q speed`, then
`id x y demand ready due service pickup delivery`. What a file is, its columns say, not its name.

Driving takes as long as the unrounded Euclidean distance. The engine counts in whole units, so distances are rounded up
at a fine scale: what it accepts is lawful, and the triangle inequality holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dispatch.layout import I32
from dispatch.model import Load, Plan, Request, Shift, Vehicle
from dispatch.objective import Weights
from dispatch.state import InfeasiblePlan, empty_plan

FINEST_SCALE = 100_000
COARSEST_SCALE = 1000  # coordinates have three decimals
ROUNDING_NOISE = 1e-9  # of the floating-point distance: what is whole stays whole
MOST_NODES = 10_000
NO_RIDE_LIMIT = 1 << 40


class UnreadableInstance(ValueError):
    """A file that is no instance; says file, line, field, and what would be right."""


@dataclass(frozen=True, slots=True)
class Node:
    """One row: a place, what is picked up there (or, negative, left), and when service may begin."""

    x: float
    y: float
    service: float
    load: int
    earliest: float
    latest: float


@dataclass(frozen=True, slots=True)
class Instance:
    """The numbers of a file, as they stand there.

    Attributes
    ----------
    nodes
        Node 0 is the depot where routes begin; `end_node` is where they end (0, or the depot's second row).
    pairs
        (pick-up, delivery) node numbers, one a request.
    max_duration, max_ride
        Infinite where the family knows no such limit.
    """

    name: str
    vehicles: int
    capacity: int
    max_duration: float
    max_ride: float
    nodes: tuple[Node, ...]
    end_node: int
    pairs: tuple[tuple[int, int], ...]

    def distances(self) -> npt.NDArray[np.float64]:
        """Unrounded Euclidean distances, float64[n_nodes, n_nodes]."""
        xy = np.array([(node.x, node.y) for node in self.nodes])
        return np.asarray(np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1]))


@dataclass(frozen=True, slots=True)
class Problem:
    """An instance as the engine sees it; its locations are the instance's nodes.

    Attributes
    ----------
    plan
        All requests, none served.
    travel_s
        int32[n_nodes, n_nodes], in units of 1 / scale.
    weights
        Driving alone counts, after the number of requests served.
    """

    plan: Plan
    travel_s: I32
    weights: Weights
    scale: int


def read_instance(path: Path) -> Instance:
    """Read a file of either format. Raises UnreadableInstance."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInstance(f"{path}: cannot be read as text ({error})") from None
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), start=1) if line.split()]
    if len(lines) < 2:
        raise UnreadableInstance(f"{path}: has {len(lines)} lines with content; an instance has a head and its nodes")
    head = len(lines[0][1])
    if head == 5:
        return _dial_a_ride(path, lines)
    if head == 3:
        return _li_lim(path, lines)
    raise UnreadableInstance(
        f"{path}, line {lines[0][0]}: has {head} numbers; `K n T Q L` (dial-a-ride) or `K Q speed` (Li & Lim) would be right"
    )


def problem_of(instance: Instance) -> Problem:
    """The instance in whole units. Raises UnreadableInstance if its distances are too long to count finely."""
    distances = instance.distances()
    longest = float(distances.max(initial=1.0))
    scale = FINEST_SCALE
    while longest * scale > np.iinfo(np.int32).max // 4:
        scale //= 10
    if scale < COARSEST_SCALE:
        raise UnreadableInstance(
            f"{instance.name}: nodes lie {longest:.0f} apart; at most 500000 can be counted finely"
        )
    travel_s = np.ceil(distances * scale * (1.0 - ROUNDING_NOISE) - ROUNDING_NOISE).astype(np.int32)
    np.fill_diagonal(travel_s, 0)

    def units(value: float) -> int:
        return round(min(value, 1e12) * scale)

    depot = instance.nodes[0]
    vehicle = Vehicle("vehicle", (Load(instance.capacity),))
    duration = None if math.isinf(instance.max_duration) else units(instance.max_duration)
    shifts = tuple(
        Shift(
            id=f"vehicle {k + 1}",
            vehicle=vehicle,
            start_location=0,
            end_location=instance.end_node,
            start_s=units(depot.earliest),
            end_s=units(min(depot.latest, instance.nodes[instance.end_node].latest)),
            max_duration_s=duration,
        )
        for k in range(instance.vehicles)
    )
    requests = {}
    for number, (pickup, delivery) in enumerate(instance.pairs, start=1):
        up, down = instance.nodes[pickup], instance.nodes[delivery]
        requests[str(number)] = Request(
            id=str(number),
            pickup_location=pickup,
            delivery_location=delivery,
            pickup_earliest_s=units(up.earliest),
            pickup_latest_s=units(up.latest),
            delivery_earliest_s=units(down.earliest),
            delivery_latest_s=units(down.latest),
            max_ride_s=NO_RIDE_LIMIT if math.isinf(instance.max_ride) else units(instance.max_ride),
            load=Load(up.load),
            pickup_dwell_s=units(up.service),
            delivery_dwell_s=units(down.service),
        )
    # Nothing that routes can cost outweighs a request: no route plan is longer than all nodes, each from afar.
    unserved = int(travel_s.max(initial=1)) * (2 * len(instance.nodes) + 2)
    weights = Weights(drive=1, wait=0, excess_ride=0, slack=0, unserved=unserved)
    try:
        empty = empty_plan(shifts, travel_s)
    except InfeasiblePlan:
        raise UnreadableInstance(
            f"{instance.name}: not even an empty vehicle gets from the first to the last depot within its window and T"
        ) from None
    return Problem(replace(empty, requests=requests), travel_s, weights, scale)


def _dial_a_ride(path: Path, lines: list[tuple[int, list[str]]]) -> Instance:
    line, words = lines[0]
    vehicles, stated, capacity = (_whole(path, line, name, words[k]) for name, k in (("K", 0), ("n", 1), ("Q", 3)))
    max_duration, max_ride = (_number(path, line, name, words[k]) for name, k in (("T", 2), ("L", 4)))
    rows = lines[1:]
    if len(rows) not in {2 * stated + 1, 2 * stated + 2, stated + 1, stated + 2}:
        raise UnreadableInstance(
            f"{path}, line {line}: n is {stated}, but {len(rows)} nodes follow; right would be {2 * stated + 1} or "
            f"{2 * stated + 2} nodes (n requests), or {stated + 1} or {stated + 2} (n customers)"
        )
    requests = (len(rows) - 1) // 2
    nodes = []
    for expected, (row_line, row) in enumerate(rows):
        _check_row(path, row_line, row, 7, expected)
        x, y, service, load, earliest, latest = (
            _number(path, row_line, name, word)
            for name, word in zip(("x", "y", "service", "load", "earliest", "latest"), row[1:], strict=True)
        )
        nodes.append(_node(path, row_line, x, y, service, load, earliest, latest))
    for r in range(1, requests + 1):
        if nodes[r].load <= 0:
            raise UnreadableInstance(
                f"{path}, line {rows[r][0]}: load is {nodes[r].load}; a pick-up has a positive one"
            )
        if nodes[r + requests].load != -nodes[r].load:
            raise UnreadableInstance(
                f"{path}, line {rows[r + requests][0]}: load is {nodes[r + requests].load}; node {r} picks up "
                f"{nodes[r].load}, so {-nodes[r].load} would be right"
            )
    end_node = len(nodes) - 1 if len(nodes) == 2 * requests + 2 else 0
    pairs = tuple((r, r + requests) for r in range(1, requests + 1))
    _check_head(path, line, vehicles, capacity, max_duration, max_ride)
    return Instance(path.stem, vehicles, capacity, max_duration, max_ride, tuple(nodes), end_node, pairs)


def _li_lim(path: Path, lines: list[tuple[int, list[str]]]) -> Instance:
    line, words = lines[0]
    vehicles, capacity = (_whole(path, line, name, words[k]) for name, k in (("K", 0), ("Q", 1)))
    nodes, siblings = [], []
    for expected, (row_line, row) in enumerate(lines[1:]):
        _check_row(path, row_line, row, 9, expected)
        x, y, load, earliest, latest, service = (
            _number(path, row_line, name, word)
            for name, word in zip(("x", "y", "demand", "ready", "due", "service"), row[1:7], strict=True)
        )
        nodes.append(_node(path, row_line, x, y, service, load, earliest, latest))
        siblings.append([_whole(path, row_line, name, row[k]) for name, k in (("pickup", 7), ("delivery", 8))])
    pairs = []
    for number, (pickup, delivery) in enumerate(siblings):
        row_line = lines[1 + number][0]
        partner = pickup or delivery
        if number == 0:
            continue
        if not 0 < partner < len(nodes) or siblings[partner][0 if delivery else 1] != number:
            raise UnreadableInstance(
                f"{path}, line {row_line}: pickup {pickup} and delivery {delivery} name no row that names node {number} back"
            )
        if delivery:
            if nodes[number].load <= 0 or nodes[delivery].load != -nodes[number].load:
                raise UnreadableInstance(
                    f"{path}, line {row_line}: demand {nodes[number].load} is picked up, but node {delivery} receives "
                    f"{-nodes[delivery].load}; both must be the same positive number"
                )
            pairs.append((number, delivery))
    _check_head(path, line, vehicles, capacity, math.inf, math.inf)
    return Instance(path.stem, vehicles, capacity, math.inf, math.inf, tuple(nodes), 0, tuple(pairs))


def _check_head(path: Path, line: int, vehicles: int, capacity: int, max_duration: float, max_ride: float) -> None:
    for name, value in (("K", vehicles), ("Q", capacity), ("T", max_duration), ("L", max_ride)):
        if value <= 0:
            raise UnreadableInstance(f"{path}, line {line}: {name} is {value}; it must be positive")
    if vehicles > MOST_NODES:
        raise UnreadableInstance(f"{path}, line {line}: K is {vehicles}; at most {MOST_NODES} vehicles are read")


def _check_row(path: Path, line: int, row: list[str], columns: int, expected: int) -> None:
    if len(row) != columns:
        raise UnreadableInstance(f"{path}, line {line}: has {len(row)} columns, {columns} would be right")
    if _whole(path, line, "id", row[0]) != expected:
        raise UnreadableInstance(
            f"{path}, line {line}: id is {row[0]}; nodes are numbered in order, so {expected} is right"
        )
    if expected > MOST_NODES:
        raise UnreadableInstance(f"{path}, line {line}: more than {MOST_NODES} nodes")


def _node(
    path: Path, line: int, x: float, y: float, service: float, load: float, earliest: float, latest: float
) -> Node:
    if service < 0:
        raise UnreadableInstance(f"{path}, line {line}: service is {service:g}; it must not be negative")
    if load != round(load):
        raise UnreadableInstance(f"{path}, line {line}: load is {load:g}; it must be a whole number")
    if latest < earliest:
        raise UnreadableInstance(f"{path}, line {line}: the window {earliest:g} to {latest:g} ends before it begins")
    return Node(x, y, service, round(load), earliest, latest)


def _number(path: Path, line: int, name: str, word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e9:
        raise UnreadableInstance(f"{path}, line {line}: {name} is {word[:40]!r}; a number below 1e9 would be right")
    return value


def _whole(path: Path, line: int, name: str, word: str) -> int:
    value = _number(path, line, name, word)
    if value != round(value):
        raise UnreadableInstance(f"{path}, line {line}: {name} is {word[:40]!r}; a whole number would be right")
    return round(value)
