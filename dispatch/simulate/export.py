"""The command `export`: a district's day of wishes as a scenario folder, without a database.

python -m dispatch.simulate export --district fixtures/altmark --out FOLDER
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from pyproj import Transformer

from dispatch.scenario import Network, Scenario, ScenarioRequest, ScenarioVehicle, Terms, write_scenario
from dispatch.simulate.day import ALTMARK
from dispatch.simulate.district import District, booking_rules, read_district, read_rows, shifts_of, wishes_of
from dispatch.simulation.rules import AS_WISHED_S
from fixtures.toml_tables import PackageError
from routing.errors import RoadError
from routing.network import RoadNetwork

METRES = "EPSG:25832"  # ETRS89 / UTM zone 32N, which covers most of Germany


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    parser.add_argument("--district", type=Path, default=ALTMARK, help="a district package (default: the Altmark)")
    parser.add_argument("--demand", type=Path, help="wishes (default: the package's own file)")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")


def run(options: argparse.Namespace) -> int:
    """Write the folder; 2 for what cannot be."""
    try:
        district = read_district(options.district)
        demand = options.demand or options.district / district.rules.files["demand"]
        scenario = scenario_of(district, RoadNetwork.load(options.district / district.rules.files["roads"]), demand)
        write_scenario(scenario, options.out)
    except (PackageError, RoadError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{options.out}: {len(scenario.requests)} requests, {len(scenario.vehicles)} vehicles")
    return 0


def scenario_of(district: District, roads: RoadNetwork, demand: Path) -> Scenario:
    """A district's day: each shift of a weekday as a vehicle, each wish as a request.

    What the format cannot say is left out: breaks, depots at the end, features, storage and lead times. A vehicle with
    several arrangements of its places stands as the one with the fewest wheelchair places above none.
    """
    project = Transformer.from_crs("EPSG:4326", METRES, always_xy=True).transform
    stops = district.package.stops
    stop_x, stop_y = project([stop.lon for stop in stops], [stop.lat for stop in stops])
    points = [(round(x, 1), round(y, 1)) for x, y in zip(stop_x, stop_y, strict=True)]
    node_x, node_y = project(roads.node_lon, roads.node_lat)
    network = Network(
        tuple(map(str, range(roads.n_nodes))),
        np.round(np.column_stack((node_x, node_y)), 1),
        np.column_stack((roads.arc_tail, roads.arc_head)).astype(np.int64),
        roads.arc_m.astype(np.float64),
        np.maximum(roads.arc_ms, 1).astype(np.int64),
    )
    shifts = shifts_of(district)
    rules, dwell = booking_rules(district, shifts), district.rules.dwell
    dwell_s = dwell.stop_s + dwell.person_s
    # Boarding within what the booking desk takes for "as wished", and the longest ride from the last of it.
    beta_s = rules.max_ride_extra_s + AS_WISHED_S + dwell_s
    terms = Terms(district.rules.name, 86_400, dwell_s, AS_WISHED_S, rules.max_ride_factor, beta_s)
    requests = []
    for wish in wishes_of(district, read_rows(demand), str(demand)):
        direct_s = int(district.travel_s[wish.origin, wish.destination])
        depart_s = rules.wished_pickup_s(wish, direct_s) - (AS_WISHED_S if wish.arrive_by else 0)
        ends = points[wish.origin], points[wish.destination]
        load = wish.load
        requests.append(ScenarioRequest(wish.id, wish.known_at_s, depart_s, *ends, load.seats, load.wheelchairs))
    vehicles = []
    for shift in shifts:
        places = min(
            shift.vehicle.configurations, key=lambda load: (load.wheelchairs == 0, load.wheelchairs, -load.seats)
        )
        vehicles.append(
            ScenarioVehicle(
                shift.id, points[shift.start_location], shift.start_s, shift.end_s, places.seats, places.wheelchairs
            )
        )
    return Scenario(terms, network, tuple(requests), tuple(vehicles))
