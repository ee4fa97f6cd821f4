"""Replays a scenario folder: every request is answered when it becomes known, from what is known then.

python -m dispatch.simulate --scenario FOLDER --seconds-per-improvement S --json
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from dispatch.checker import check
from dispatch.improvement import Limits
from dispatch.layout import I32, I64
from dispatch.live import LiveFleet
from dispatch.model import EventKind, Load, Plan, Request, Shift, Vehicle
from dispatch.objective import Weights
from dispatch.scenario import Scenario, ScenarioError, ScenarioRequest, read_scenario
from dispatch.ways import F32, all_ways, snapped

WEIGHTS = Weights(drive=10, wait=2, excess_ride=3, slack=0)
EVERY_S = 300


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a scenario. Waiting: boarding minus earliest departure; excess: time aboard minus the direct drive."""

    requested: int
    served: int
    rejected: int
    wait_s_mean: float
    wait_s_p95: float
    excess_ride_s_mean: float
    driven_km: float
    empty_share: float
    wall_s: float
    violations: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the replay."""
    parser.add_argument("--scenario", type=Path, required=True, help="a folder as docs/scenario-format.md describes it")
    parser.add_argument(
        "--seconds-per-improvement",
        type=float,
        default=0.0,
        metavar="S",
        help="of real time; 0: insertion alone (default)",
    )
    parser.add_argument("--improve-every-s", type=int, default=EVERY_S, help="simulated seconds (default: %(default)s)")
    parser.add_argument("--cores", type=int, default=1, help="for improvement (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of improvement (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON line instead of a table")


def run(options: argparse.Namespace) -> int:
    """Replay as the options say; 2 for what cannot be."""
    seconds = options.seconds_per_improvement
    try:
        if not 0 <= seconds < float("inf") or options.improve_every_s < 1 or options.cores < 1:
            raise ValueError("--seconds-per-improvement must be 0 or more, --improve-every-s and --cores at least 1")
        scenario = read_scenario(options.scenario)
    except (ScenarioError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    found = replay(scenario, seconds, options.improve_every_s, seed=options.seed, cores=options.cores)
    if options.json:
        print(json.dumps(asdict(found)))
    else:
        print("\n".join(f"{name:<20} {value}" for name, value in asdict(found).items()))
    return 0


def replay(
    scenario: Scenario, seconds: float = 0.0, every_s: int = EVERY_S, *, seed: int = 0, cores: int = 1
) -> Replay:
    """Live through a scenario.

    Parameters
    ----------
    scenario
        As read.
    seconds
        Of real time for each improvement; 0: none.
    every_s
        Simulated seconds between improvements; left out where nothing was accepted since the last.
    """
    begun = time.perf_counter()
    travel_s, metres, places = _ways_of(scenario)
    shifts = _shifts(scenario, places)
    first = len(scenario.vehicles)
    promised = {
        row.id: request_of(scenario, row, int(places[first + 2 * k]), int(places[first + 2 * k + 1]), travel_s)
        for k, row in enumerate(scenario.requests)
    }
    fleet = LiveFleet(shifts, travel_s, WEIGHTS)
    next_improvement_s = scenario.requests[0].known_at_s + every_s if scenario.requests else 0
    fresh = improvements = 0
    for row in scenario.requests:
        while seconds > 0 and row.known_at_s >= next_improvement_s:
            if fresh:
                fleet.advance(next_improvement_s)
                improvements += 1
                fleet.improve(Limits(seconds=seconds), seed + improvements, cores)
                fresh = 0
            next_improvement_s += every_s
        fleet.advance(row.known_at_s)
        request = promised[row.id]
        insertion = fleet.quote(request)
        if insertion is not None:
            fleet.accept(request, insertion)
            fresh += 1
    plan = fleet.finished_plan()
    return _judged(scenario, plan, promised, travel_s, metres, begun)


def _ways_of(scenario: Scenario) -> tuple[I32, F32, I64]:
    """Travel matrices between the nodes that matter, and the number of each point among them: vehicles, then both ends of
    each request."""
    points = [vehicle.start_xy_m for vehicle in scenario.vehicles]
    for request in scenario.requests:
        points += [request.from_xy_m, request.to_xy_m]
    nodes, places = np.unique(snapped(scenario.network, points), return_inverse=True)
    travel_s, metres = all_ways(scenario.network, nodes)
    return travel_s, metres, places.astype(np.int64)


def _shifts(scenario: Scenario, places: I64) -> tuple[Shift, ...]:
    return tuple(
        Shift(
            vehicle.id,
            Vehicle(vehicle.id, (Load(vehicle.seats, vehicle.wheelchairs),)),
            int(places[k]),
            None,
            vehicle.shift_start_s,
            vehicle.shift_end_s,
        )
        for k, vehicle in enumerate(scenario.vehicles)
    )


def request_of(scenario: Scenario, row: ScenarioRequest, origin: int, target: int, travel_s: I32) -> Request:
    """The promise that accepting a request gives."""
    terms, direct_s = scenario.terms, int(travel_s[origin, target])
    latest_arrival_s = row.earliest_departure_s + int(terms.max_travel_alpha * direct_s + terms.max_travel_beta_s)
    return Request(
        id=row.id,
        pickup_location=origin,
        delivery_location=target,
        pickup_earliest_s=row.earliest_departure_s,
        pickup_latest_s=row.earliest_departure_s + terms.max_wait_s,
        delivery_earliest_s=row.earliest_departure_s,
        delivery_latest_s=latest_arrival_s,
        max_ride_s=max(0, latest_arrival_s - row.earliest_departure_s),
        load=Load(row.seats, row.wheelchairs),
        pickup_dwell_s=terms.dwell_s,
        delivery_dwell_s=terms.dwell_s,
    )


def _judged(
    scenario: Scenario, plan: Plan, promised: dict[str, Request], travel_s: I32, metres: F32, begun: float
) -> Replay:
    """Figures of the day as driven; the checker judges all of it, and every promise against the one first given."""
    violations = len(check(plan, travel_s)) + sum(promised[key] != request for key, request in plan.requests.items())
    known_at_s = {row.id: row.known_at_s for row in scenario.requests}
    waits, excess = [], []
    driven_m = empty_m = 0.0
    for route in plan.routes:
        here = route.events[0].location
        boarded: dict[str, int] = {}
        for event in route.events:
            leg_m = float(metres[here, event.location])
            driven_m += leg_m
            empty_m += 0.0 if boarded else leg_m
            leaves_s = event.start_s - int(travel_s[here, event.location])
            here = event.location
            if event.request_id is None:
                continue
            request = promised[event.request_id]
            if event.kind is EventKind.PICKUP:
                violations += leaves_s < known_at_s[request.id]
                waits.append(event.start_s - request.pickup_earliest_s)
                boarded[request.id] = event.start_s + event.dwell_s
            else:
                direct_s = int(travel_s[request.pickup_location, request.delivery_location])
                excess.append(event.start_s - boarded.pop(request.id) - direct_s)
    served = len(plan.requests)
    return Replay(
        requested=len(scenario.requests),
        served=served,
        rejected=len(scenario.requests) - served,
        wait_s_mean=round(float(np.mean(waits)), 1) if waits else 0.0,
        wait_s_p95=round(float(np.percentile(waits, 95)), 1) if waits else 0.0,
        excess_ride_s_mean=round(float(np.mean(excess)), 1) if excess else 0.0,
        driven_km=round(driven_m / 1000.0, 3),
        empty_share=round(empty_m / driven_m, 4) if driven_m else 0.0,
        wall_s=round(time.perf_counter() - begun, 2),
        violations=int(violations),
    )
