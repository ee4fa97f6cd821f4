"""Plain OR-Tools routing on a public instance: the peer that our search is measured against.

Cheapest insertion in parallel, then guided local search, as its guides advise for pick-up and delivery. Every request may be
left out at a price, since it otherwise finds no first solution on many of these instances.
"""

from __future__ import annotations

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from dispatch.benchmark.public import Problem


def solve_plainly(problem: Problem, seconds: float) -> list[list[int]]:
    """Routes as node numbers, within about so many seconds; requests may be missing, and all are if nothing was found."""
    plan, travel = problem.plan, problem.travel_s.astype(np.int64)
    requests = list(plan.requests.values())
    shift = plan.shifts[0]
    end = shift.start_location if shift.end_location is None else shift.end_location
    n_vehicles = len(plan.shifts)
    manager = pywrapcp.RoutingIndexManager(
        len(travel), n_vehicles, [shift.start_location] * n_vehicles, [end] * n_vehicles
    )
    routing = pywrapcp.RoutingModel(manager)
    service = np.zeros(len(travel), dtype=np.int64)
    load = np.zeros(len(travel), dtype=np.int64)
    for request in requests:
        service[[request.pickup_location, request.delivery_location]] = request.pickup_dwell_s, request.delivery_dwell_s
        load[[request.pickup_location, request.delivery_location]] = request.load.seats, -request.load.seats
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(travel.tolist()))
    horizon = shift.end_s
    routing.AddDimension(
        routing.RegisterTransitMatrix((travel + service[:, None]).tolist()), horizon, horizon, False, "time"
    )
    clock = routing.GetDimensionOrDie("time")
    for v in range(n_vehicles):
        clock.CumulVar(routing.Start(v)).SetRange(shift.start_s, shift.end_s)
        clock.CumulVar(routing.End(v)).SetRange(shift.start_s, shift.end_s)
        if shift.max_duration_s is not None:
            clock.SetSpanUpperBoundForVehicle(min(shift.max_duration_s, horizon), v)
    seats = shift.vehicle.configurations[0].seats
    routing.AddDimension(routing.RegisterUnaryTransitVector(load.tolist()), 0, seats, True, "load")
    for request in requests:
        pickup = manager.NodeToIndex(request.pickup_location)
        delivery = manager.NodeToIndex(request.delivery_location)
        routing.AddPickupAndDelivery(pickup, delivery)
        routing.solver().Add(routing.VehicleVar(pickup) == routing.VehicleVar(delivery))
        boards, leaves = clock.CumulVar(pickup), clock.CumulVar(delivery)
        boards.SetRange(request.pickup_earliest_s, min(request.pickup_latest_s, horizon))
        leaves.SetRange(request.delivery_earliest_s, min(request.delivery_latest_s, horizon))
        routing.solver().Add(boards <= leaves)
        if request.max_ride_s < horizon:
            routing.solver().Add(leaves - boards <= request.max_ride_s + request.pickup_dwell_s)
        for index in (pickup, delivery):
            routing.AddDisjunction([index], problem.weights.unserved)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
    found = routing.SolveWithParameters(parameters)
    if found is None:
        return []
    routes = []
    for v in range(n_vehicles):
        index = found.Value(routing.NextVar(routing.Start(v)))
        route = []
        while not routing.IsEnd(index):
            route.append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
        routes.append(route)
    return routes
