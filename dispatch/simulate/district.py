"""A district package as the simulation needs it: shifts, travel seconds, metres, rules and wishes.

A command-line edge: the one place where package, roads and engine meet without a database.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import dijkstra

from dispatch.layout import I32, I64
from dispatch.model import Break, Load, Shift, Vehicle
from dispatch.objective import Weights
from dispatch.simulation.rules import DistrictRules, ZoneRules
from dispatch.simulation.wishes import Need, Wish
from fixtures.make.demand import DemandRow
from fixtures.package import DistrictPackage, StopRow, read_package
from fixtures.rules import Rules
from fixtures.toml_tables import PackageError
from routing.matrix import graph_of, seconds_from_ms
from routing.network import RoadNetwork
from routing.snap import RoadIndex, with_points

F32 = npt.NDArray[np.float32]
TUESDAY = 1


@dataclass(frozen=True, slots=True)
class District:
    """A district ready to simulate.

    Attributes
    ----------
    travel_s
        int32[n_stops, n_stops]: driving seconds between stops, free roads and fine weather.
    metres
        float32[n_stops, n_stops]: metres along the same ways.
    """

    package: DistrictPackage
    synthetic_roads: bool
    travel_s: I32
    metres: F32

    @property
    def rules(self) -> Rules:
        return self.package.rules


def read_district(folder: Path) -> District:
    """Read a package and compute the ways between all its stops. Raises PackageError, RoadError."""
    package = read_package(folder)
    network = RoadNetwork.load(folder / package.rules.files["roads"])
    points = np.array([(stop.lat, stop.lon) for stop in package.stops])
    index = RoadIndex(network)
    labels = [f"stop {stop.stop_id}" for stop in package.stops]
    joined, nodes = with_points(index, points, index.snap(points, package.rules.snap_limit_m, labels))
    travel_s, metres = _ways(joined, nodes)
    return District(package, network.source.synthetic, travel_s, metres)


def _ways(network: RoadNetwork, nodes: I64) -> tuple[I32, F32]:
    """Seconds and metres of the fastest ways between nodes, by walking all of them back at once, arc by arc."""
    graph = graph_of(network)
    ms, before = dijkstra(graph, indices=nodes, return_predecessors=True)
    fastest = np.lexsort((network.arc_ms, network.arc_head, network.arc_tail))[::-1]
    lengths = graph.copy()
    # Of parallel arcs the fastest is written last, and stays.
    lengths[network.arc_tail[fastest], network.arc_head[fastest]] = network.arc_m[fastest]
    arc_m = np.zeros(ms.shape)
    rows, heads = np.nonzero(before >= 0)
    arc_m[rows, heads] = np.asarray(lengths[before[rows, heads], heads]).ravel()
    here = np.broadcast_to(nodes, (len(nodes), len(nodes))).copy()
    metres = np.zeros(here.shape)
    source = np.arange(len(nodes))[:, None]
    while (before[source, here] >= 0).any():
        metres += arc_m[source, here]
        here = np.where(before[source, here] >= 0, before[source, here], here)
    return seconds_from_ms(ms[:, nodes]), metres.astype(np.float32)


def shifts_of(
    district: District, weekday: int = TUESDAY, without: frozenset[str] = frozenset(), ramps: int | None = None
) -> tuple[Shift, ...]:
    """The shifts of a day of the week for the engine, in the order of their ids. Raises PackageError.

    Parameters
    ----------
    without
        Vehicles that stay in the depot.
    ramps
        How many vehicles have a ramp, if not those that have one.
    """
    rules = district.rules
    unknown = without - {vehicle.id for vehicle in rules.vehicles}
    if unknown:
        known = ", ".join(vehicle.id for vehicle in rules.vehicles)
        raise PackageError("district.toml", "vehicle", f"there is no {min(unknown)}", f"one of {known}")
    number = {stop.stop_id: index for index, stop in enumerate(district.package.stops)}
    kinds = {kind.id: kind for kind in rules.kinds}
    depots = {depot.id: number[depot.stop_id] for depot in rules.depots}
    vehicles = {vehicle.id: vehicle for vehicle in rules.vehicles}
    kind_of = _kinds_with_ramps(rules, ramps)
    shifts = []
    for template in sorted(rules.shifts, key=lambda shift: shift.id):
        if weekday not in template.days or template.vehicle in without:
            continue
        spec = vehicles[template.vehicle]
        kind = kinds[kind_of[spec.id]]
        vehicle = Vehicle(spec.id, tuple(Load(*places) for places in kind.configurations), kind.features)
        depot = depots[spec.depot]
        breaks = tuple(Break(*rest) for rest in template.breaks)
        shifts.append(Shift(template.id, vehicle, depot, depot, template.start_s, template.end_s, breaks))
    return tuple(shifts)


def _kinds_with_ramps(rules: Rules, ramps: int | None) -> dict[str, str]:
    """The kind of each vehicle: its own, or, for a number of ramps, that of others; who has a ramp gives it up last."""
    own = {vehicle.id: vehicle.kind for vehicle in rules.vehicles}
    if ramps is None:
        return own
    with_ramp = [kind.id for kind in rules.kinds if "ramp" in kind.features]
    plain = [kind.id for kind in rules.kinds if "ramp" not in kind.features]
    if not with_ramp or not plain or not 0 <= ramps <= len(own):
        right = f"a number from 0 to {len(own)}, with one kind of vehicle that has a ramp and one that has none"
        raise PackageError("the option", "--ramps", f"is {ramps}", right)
    order = sorted(own, key=lambda vehicle_id: own[vehicle_id] not in with_ramp)
    return {
        vehicle_id: own[vehicle_id] if own[vehicle_id] in kinds else kinds[0]
        for k, vehicle_id in enumerate(order)
        for kinds in [with_ramp if k < ramps else plain]
    }


def weights_of(district: District) -> Weights:
    """The district's objective."""
    own = district.rules.objective
    return Weights(own.drive, own.wait, own.excess_ride, own.slack, own.slack_target_s)


def slowest_factor(district: District) -> float:
    """The factor on travel times that a day is planned with at present: that of the slowest time of day."""
    return max([1.0, *(factor for _from, _to, factor in district.rules.time_factors)])


def booking_rules(district: District, shifts: tuple[Shift, ...], weekday: int = TUESDAY) -> DistrictRules:
    """The district's rules of booking for one day of the week."""
    booking = district.rules.booking
    zones = {
        zone.id: ZoneRules(
            zone.lead_time_s,
            tuple((hours.from_s, hours.to_s) for hours in zone.hours if weekday in hours.days),
            tuple((deadline.from_s, deadline.to_s, deadline.by_s) for deadline in zone.deadlines),
        )
        for zone in district.rules.zones
    }
    return DistrictRules(
        zones=zones,
        shifts=shifts,
        horizon_s=booking.horizon_days * 86_400,
        pickup_window_s=booking.pickup_window_s,
        arrival_buffer_s=booking.arrival_buffer_s,
        max_ride_factor=booking.max_ride_factor,
        max_ride_extra_s=booking.max_ride_extra_s,
        search_earlier_s=booking.search_earlier_s,
        search_later_s=booking.search_later_s,
        max_party=booking.max_party,
        margin_s=booking.promise_reserve_s,
    )


def read_rows(path: Path) -> list[DemandRow]:
    """Rows of demand from a file like demand-weekday.csv. Raises PackageError naming file, line and what is wrong."""
    texts = {"from_stop_id", "to_stop_id", "anchor", "needs", "concession", "channel", "purpose"}
    columns = list(DemandRow.__slots__)
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise PackageError(str(path), "line 1", f"lacks the column {min(missing)}", ", ".join(columns))
        for row in reader:
            values: dict[str, Any] = {}
            for name in columns:
                value = row[name] or ""
                if name not in texts and not value.lstrip("-").isdigit():
                    raise PackageError(str(path), f"line {reader.line_num}, {name}", f"is {value!r}", "a whole number")
                values[name] = value if name in texts else int(value)
            rows.append(DemandRow(**values))
    if not rows:
        raise PackageError(str(path), "line 2", "there are no wishes", "at least one row")
    return rows


def wishes_of(district: District, rows: list[DemandRow], file: str = "demand") -> tuple[Wish, ...]:
    """Rows of demand as wishes, in the order in which they are made. Raises PackageError."""
    stops = {stop.stop_id: index for index, stop in enumerate(district.package.stops)}
    return tuple(
        sorted(
            (_wish(district, row, stops, file, line) for line, row in enumerate(rows, start=2)),
            key=lambda wish: (wish.known_at_s, wish.id),
        )
    )


def _wish(district: District, row: DemandRow, stops: dict[str, int], file: str, line: int) -> Wish:
    for column, stop_id in (("from_stop_id", row.from_stop_id), ("to_stop_id", row.to_stop_id)):
        if stop_id not in stops:
            raise PackageError(file, f"line {line}, {column}", f"there is no stop {stop_id}", "an id of stops.csv")
    if row.anchor not in ("arrive", "depart"):
        raise PackageError(file, f"line {line}, anchor", f"is {row.anchor!r}", "arrive or depart")
    needs = frozenset(need for need in row.needs.split(";") if need)
    origin, destination = stops[row.from_stop_id], stops[row.to_stop_id]
    people = row.adults + row.children
    storage = row.walking_frames + 2 * row.prams + 3 * row.bicycles + row.luggage + row.guide_dogs
    return Wish(
        id=f"{row.request_no:05d}",
        known_at_s=row.known_at_s,
        origin=origin,
        destination=destination,
        time_s=row.time_s,
        arrive_by=row.anchor == "arrive",
        load=Load(max(0, people - row.wheelchairs), row.wheelchairs, storage),
        riders=max(1, people),
        dwell_s=_dwell_s(district.rules, row, needs),
        features=(needs & {"ramp", "child_seat"}) | ({"ramp"} if row.wheelchairs else frozenset()),
        zone=_zone_of(district.rules, district.package.stops[origin], district.package.stops[destination]),
        need=_need_of(row, needs),
    )


def _dwell_s(rules: Rules, row: DemandRow, needs: frozenset[str]) -> int:
    dwell = rules.dwell
    seconds = dwell.stop_s + dwell.person_s * (row.adults + row.children) + dwell.wheelchair_s * row.wheelchairs
    seconds += dwell.walking_frame_s * row.walking_frames
    if "child_seat" in needs:
        seconds += dwell.child_seat_s
    if needs & {"blind", "arm", "slow"}:
        seconds += dwell.walking_frame_s
    return seconds


def _zone_of(rules: Rules, origin: StopRow, destination: StopRow) -> str:
    for zone in rules.zones:
        if not zone.villages or {origin.village, destination.village} <= zone.villages:
            return zone.id
    return rules.zones[-1].id


def _need_of(row: DemandRow, needs: frozenset[str]) -> Need:
    if row.wheelchairs:
        return Need.WHEELCHAIR
    if row.walking_frames or "arm" in needs:
        return Need.WALKING_AID
    return Need.OTHER if needs or row.prams or row.guide_dogs else Need.NONE
