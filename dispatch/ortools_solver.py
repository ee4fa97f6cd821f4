"""The same day for OR-Tools' routing library: a second opinion beside our own search.

What OR-Tools cannot say is fixed or approximated here, and judged exactly afterwards; a result that the checker faults or
that costs more than the plan given is thrown away.

- A break happens with nobody aboard wherever the vehicle stands. Here each break stays at its present time and place, so
  a shift becomes a piece before and a piece after it.
- Capacity configurations become sums: with (8 seats | 6 + 1 wheelchair | 4 + 2), a wheelchair takes two seats. The sums
  allow nothing unlawful, but may forbid a lawful load of an uneven vehicle.
- Shifts that have begun keep their route.
- Excess riding is counted from the start of the promised window; the exact schedule puts that right at the end.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, replace

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from dispatch.checker import check, check_successor
from dispatch.improvement import Improvement
from dispatch.layout import I32
from dispatch.model import EventKind, Load, Plan, Request, Shift, StopEvent
from dispatch.objective import Weights, objective
from dispatch.state import InfeasiblePlan, retimed


class WarmStartRefused(RuntimeError):
    """OR-Tools did not take the plan it was given to start from."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a shift between two fixed events, as a vehicle of its own."""

    shift_number: int
    first: int  # position of the fixed event that begins it
    last: int  # and of the one that ends it
    start_location: int
    end_location: int
    start_s: int
    end_s: int
    requests: tuple[str, ...]  # pick-ups and deliveries in their present order


def improve_with_ortools(plan: Plan, travel_s: I32, weights: Weights, seconds: float) -> Improvement:
    """Search with guided local search from the plan given, for so many seconds.

    Raises WarmStartRefused if OR-Tools does not accept the plan, which would be a fault of this translation.
    """
    begun = time.perf_counter()
    before = objective(plan, travel_s, weights).cost
    pieces = _pieces(plan)
    ids = sorted({request_id for piece in pieces for request_id in piece.requests})
    if not ids:
        return Improvement(plan, before, before, 0, time.perf_counter() - begun)
    orders = _Model(plan, pieces, ids, travel_s, weights).solve(seconds)
    found = _rebuilt(plan, pieces, orders)
    try:
        found = retimed(found, travel_s, weights)
    except InfeasiblePlan:
        found = plan
    after = objective(found, travel_s, weights).cost
    if after > before or check(found, travel_s, all_served=False) or check_successor(plan, found):
        found, after = plan, before
    return Improvement(found, before, after, 1, time.perf_counter() - begun)


def _pieces(plan: Plan) -> list[Piece]:
    pieces = []
    for v, (shift, route) in enumerate(zip(plan.shifts, plan.routes, strict=True)):
        if route.locked > 1:
            continue
        cuts = [k for k, event in enumerate(route.events) if event.request_id is None]
        for first, last in itertools.pairwise(cuts):
            begin, end = route.events[first], route.events[last]
            inside = tuple(str(event.request_id) for event in route.events[first + 1 : last])
            end_s = shift.end_s if end.kind is EventKind.END else end.start_s
            start_s = max(begin.start_s + begin.dwell_s, route.ready_s)
            pieces.append(Piece(v, first, last, begin.location, end.location, start_s, end_s, inside))
    return pieces


def _combined(configurations: tuple[Load, ...]) -> tuple[int, int, int, int, int]:
    """(seats, storage, wheelchairs, seats a wheelchair costs, storage it costs): sums that allow nothing unlawful."""
    widest = max(configurations, key=lambda load: (load.seats, load.storage))
    seats_each = storage_each = 0
    for load in configurations:
        if load.wheelchairs:
            seats_each = max(seats_each, -(-(widest.seats - load.seats) // load.wheelchairs))
            storage_each = max(storage_each, -(-(widest.storage - load.storage) // load.wheelchairs))
    most = max(load.wheelchairs for load in configurations)
    return widest.seats, widest.storage, most, seats_each, storage_each


class _Model:
    """The routing model: node 2r is the pick-up and 2r + 1 the delivery of request r; then two ends of each piece."""

    def __init__(self, plan: Plan, pieces: list[Piece], ids: list[str], travel_s: I32, weights: Weights) -> None:
        self.plan, self.pieces, self.ids, self.weights = plan, pieces, ids, weights
        self.requests = [plan.requests[request_id] for request_id in ids]
        self.locations = [place for r in self.requests for place in (r.pickup_location, r.delivery_location)]
        self.dwell_s = [seconds for r in self.requests for seconds in (r.pickup_dwell_s, r.delivery_dwell_s)]
        starts, ends = [], []
        for piece in pieces:
            starts.append(len(self.locations))
            ends.append(len(self.locations) + 1)
            self.locations += [piece.start_location, piece.end_location]
            self.dwell_s += [0, 0]
        places = np.array(self.locations)
        self.between_s = np.asarray(travel_s)[np.ix_(places, places)].astype(np.int64)
        self.manager = pywrapcp.RoutingIndexManager(len(places), len(pieces), starts, ends)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._add_driving()
        self._add_times()
        self._add_loads()
        self._forbid_unfit_vehicles()

    def _matrix(self, table: np.ndarray) -> int:
        return int(self.routing.RegisterTransitMatrix(table.tolist()))

    def _add_driving(self) -> None:
        self.routing.SetArcCostEvaluatorOfAllVehicles(self._matrix(self.between_s * self.weights.drive))

    def _add_times(self) -> None:
        horizon = max(piece.end_s for piece in self.pieces) + 1
        transit = self._matrix(self.between_s + np.array(self.dwell_s)[:, None])
        self.routing.AddDimension(transit, horizon, horizon, False, "time")
        clock = self.routing.GetDimensionOrDie("time")
        solver = self.routing.solver()
        for v, piece in enumerate(self.pieces):
            clock.CumulVar(self.routing.Start(v)).SetRange(piece.start_s, piece.end_s)
            clock.CumulVar(self.routing.End(v)).SetRange(piece.start_s, piece.end_s)
        for r, request in enumerate(self.requests):
            pickup, delivery = self.manager.NodeToIndex(2 * r), self.manager.NodeToIndex(2 * r + 1)
            self.routing.AddPickupAndDelivery(pickup, delivery)
            solver.Add(self.routing.VehicleVar(pickup) == self.routing.VehicleVar(delivery))
            boards, leaves = clock.CumulVar(pickup), clock.CumulVar(delivery)
            boards.SetRange(request.pickup_earliest_s, request.pickup_latest_s)
            leaves.SetRange(max(request.delivery_earliest_s, request.pickup_earliest_s), request.delivery_latest_s)
            solver.Add(leaves - boards <= request.max_ride_s + request.pickup_dwell_s)
            self._add_rider_costs(clock, request, pickup, delivery, int(self.between_s[2 * r, 2 * r + 1]))

    def _add_rider_costs(
        self, clock: pywrapcp.RoutingDimension, request: Request, pickup: int, delivery: int, direct_s: int
    ) -> None:
        clock.SetCumulVarSoftUpperBound(pickup, request.pickup_earliest_s, self.weights.wait * request.riders)
        soonest_s = request.pickup_earliest_s + request.pickup_dwell_s + direct_s
        clock.SetCumulVarSoftUpperBound(delivery, soonest_s, self.weights.excess_ride * request.riders)

    def _add_loads(self) -> None:
        limits = [_combined(self.plan.shifts[piece.shift_number].vehicle.configurations) for piece in self.pieces]
        for name, part, most, each in (("seats", 0, 0, 3), ("storage", 2, 1, 4), ("wheelchairs", 1, 2, None)):
            # What a wheelchair costs differs between kinds of vehicle; the dearest counts for all.
            factor = max(limit[each] for limit in limits) if each is not None else 0
            demand = []
            for request in self.requests:
                load = request.load.as_tuple()
                amount = load[part] + factor * request.load.wheelchairs * (part != 1)
                demand += [amount, -amount]
            demand += [0] * (2 * len(self.pieces))
            evaluator = self.routing.RegisterUnaryTransitVector(demand)
            capacities = [limit[most] for limit in limits]
            self.routing.AddDimensionWithVehicleCapacity(evaluator, 0, capacities, True, name)

    def _forbid_unfit_vehicles(self) -> None:
        for r, request in enumerate(self.requests):
            fit = [
                v
                for v, piece in enumerate(self.pieces)
                if request.features <= self.plan.shifts[piece.shift_number].vehicle.features
            ]
            self.routing.VehicleVar(self.manager.NodeToIndex(2 * r)).SetValues([-1, *fit])

    def solve(self, seconds: float) -> list[list[int]]:
        """Nodes of each piece in order, the best found; at worst those of the plan given."""
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
        self.routing.CloseModelWithParameters(parameters)
        number = {request_id: r for r, request_id in enumerate(self.ids)}
        orders = []
        for piece in self.pieces:
            seen: set[str] = set()
            order = []
            for request_id in piece.requests:
                order.append(2 * number[request_id] + (request_id in seen))
                seen.add(request_id)
            orders.append(order)
        start = self.routing.ReadAssignmentFromRoutes(orders, True)
        if start is None:
            raise WarmStartRefused(f"OR-Tools refuses a plan of {len(self.ids)} requests that the checker accepts")
        found = self.routing.SolveFromAssignmentWithParameters(start, parameters)
        if found is None:
            return orders
        result = []
        for v in range(len(self.pieces)):
            index = self.routing.Start(v)
            order = []
            while not self.routing.IsEnd(found.Value(self.routing.NextVar(index))):
                index = found.Value(self.routing.NextVar(index))
                order.append(self.manager.IndexToNode(index))
            result.append(order)
        return result


def _rebuilt(plan: Plan, pieces: list[Piece], orders: list[list[int]]) -> Plan:
    """The plan with each piece's requests in the given order."""
    ids = sorted({request_id for piece in pieces for request_id in piece.requests})
    stops = [(request_id, kind) for request_id in ids for kind in (EventKind.PICKUP, EventKind.DELIVERY)]
    routes = list(plan.routes)
    for v in sorted({piece.shift_number for piece in pieces}):
        own = [(piece, order) for piece, order in zip(pieces, orders, strict=True) if piece.shift_number == v]
        events = [routes[v].events[0]]
        for piece, order in own:
            events += [_event(plan.requests[stops[node][0]], stops[node][1]) for node in order]
            events.append(routes[v].events[piece.last])
        routes[v] = replace(routes[v], events=_with_places(plan.shifts[v], events))
    return replace(plan, routes=tuple(routes))


def _event(request: Request, kind: EventKind) -> StopEvent:
    if kind is EventKind.PICKUP:
        return StopEvent(kind, request.pickup_location, 0, request.pickup_dwell_s, request.id)
    return StopEvent(kind, request.delivery_location, 0, request.delivery_dwell_s, request.id)


def _with_places(shift: Shift, events: list[StopEvent]) -> tuple[StopEvent, ...]:
    """Breaks, and the end of a shift without a depot, happen where the vehicle then stands."""
    placed = []
    here = shift.start_location
    for event in events:
        floats = event.kind is EventKind.BREAK or (event.kind is EventKind.END and shift.end_location is None)
        here = here if floats else event.location
        placed.append(replace(event, location=here))
    return tuple(placed)
