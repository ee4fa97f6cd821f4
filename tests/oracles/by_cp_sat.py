"""The least cost of a small day by constraint programming: one circuit a shift, no states, no big constants.

Shares nothing with `dispatch.exact` but the model's values, so that an error in one shows beside the other.
"""

from __future__ import annotations

from itertools import pairwise, product

from ortools.sat.python import cp_model

from dispatch.layout import I32
from dispatch.model import EventKind, Plan, Request
from dispatch.objective import Weights

LATEST_S = 20_000


def least_cost(plan: Plan, travel_s: I32, weights: Weights, *, alights_first: bool = True) -> int | None:
    """Cost of the best plan, what is done or locked left as it is; None if the proof needs more than a few seconds."""
    return _Model(plan, travel_s, weights, alights_first).solve()


class _Model:
    def __init__(self, plan: Plan, travel_s: I32, weights: Weights, alights_first: bool) -> None:
        self.plan, self.travel_s, self.weights = plan, travel_s, weights
        self.alights_first = alights_first
        self.model = cp_model.CpModel()
        self.requests = list(plan.requests.values())
        self.number = {request.id: r for r, request in enumerate(self.requests)}
        self.costs: list[cp_model.LinearExprT] = []
        self.past = {
            (event.request_id, event.kind)
            for route in plan.routes
            for event in route.events[: route.done]
            if event.request_id
        }
        stops = 2 * len(self.requests)
        self.most = stops + max(len(shift.breaks) for shift in plan.shifts)  # most events between START and END
        self.time = [self._time(request, kind) for request in self.requests for kind in ("up", "down")]
        self.rank = [self.model.new_int_var(0, self.most, f"rank {k}") for k in range(stops)]
        most = sum(sum(request.load.as_tuple()) for request in self.requests)
        self.load = [[self.model.new_int_var(0, most, f"load {k} {d}") for d in range(3)] for k in range(stops)]
        self.on = [[self.model.new_bool_var(f"{r} on {v}") for v in range(len(plan.shifts))] for r in range(stops // 2)]
        for v in range(len(plan.shifts)):
            self._add_shift(v)
        for r, request in enumerate(self.requests):
            self._add_request(r, request)

    def _time(self, request: Request, kind: str) -> cp_model.IntVar:
        window = (request.pickup_earliest_s, request.pickup_latest_s)
        if kind == "down":
            window = (request.delivery_earliest_s, request.delivery_latest_s)
        if any(request.id == begun for begun, _kind in self.past):
            window = (0, LATEST_S)  # facts may lie outside the promise
        return self.model.new_int_var(*window, f"{request.id} {kind}")

    def place(self, k: int) -> int:
        request = self.requests[k // 2]
        return request.delivery_location if k % 2 else request.pickup_location

    def dwell_s(self, k: int) -> int:
        request = self.requests[k // 2]
        return request.delivery_dwell_s if k % 2 else request.pickup_dwell_s

    def change(self, k: int) -> tuple[int, ...]:
        return tuple((-1 if k % 2 else 1) * part for part in self.requests[k // 2].load.as_tuple())

    def _add_shift(self, v: int) -> None:
        _Tour(self, v).add()
        shift = self.plan.shifts[v]
        for r, request in enumerate(self.requests):
            chosen = [self.model.new_bool_var("configuration") for _ in shift.vehicle.configurations]
            self.model.add_bool_or([*chosen, self.on[r][v].negated()])
            for each, configuration in zip(chosen, shift.vehicle.configurations, strict=True):
                for part, places in zip(self.load[2 * r], configuration.as_tuple(), strict=True):
                    self.model.add(part <= places).only_enforce_if(each)
            if not request.features <= shift.vehicle.features:
                self.model.add(self.on[r][v] == 0)
            for other in (self.number[other_id] for other_id in request.apart_from if other_id in self.number):
                before = self.model.new_bool_var("before")
                both = [self.on[r][v], self.on[other][v]]
                self.model.add(self.rank[2 * r + 1] < self.rank[2 * other]).only_enforce_if([*both, before])
                self.model.add(self.rank[2 * other + 1] < self.rank[2 * r]).only_enforce_if([*both, before.negated()])

    def _add_request(self, r: int, request: Request) -> None:
        model, weights = self.model, self.weights
        up, down = self.time[2 * r], self.time[2 * r + 1]
        served = model.new_bool_var("served")
        model.add(sum(self.on[r]) == served)
        self.costs.append(weights.unserved * (1 - served))
        if (request.id, EventKind.PICKUP) not in self.past:
            model.add_linear_constraint(up, request.pickup_earliest_s, request.pickup_latest_s).only_enforce_if(served)
        if (request.id, EventKind.DELIVERY) not in self.past:
            window = (request.delivery_earliest_s, request.delivery_latest_s)
            model.add_linear_constraint(down, *window).only_enforce_if(served)
            model.add(down - up - request.pickup_dwell_s <= request.max_ride_s).only_enforce_if(served)
        model.add(self.rank[2 * r] < self.rank[2 * r + 1]).only_enforce_if(served)
        direct_s = int(self.travel_s[request.pickup_location, request.delivery_location])
        self._pay(served, up - request.pickup_earliest_s, weights.wait * request.riders)
        excess = down - up - request.pickup_dwell_s - direct_s
        # Only a fact can be faster than the direct drive.
        lowest_s = -LATEST_S if (request.id, EventKind.PICKUP) in self.past else 0
        self._pay(served, excess, weights.excess_ride * request.riders, lowest_s)
        for kind, at, latest_s in (
            (EventKind.PICKUP, up, request.pickup_latest_s),
            (EventKind.DELIVERY, down, request.delivery_latest_s),
        ):
            if (request.id, kind) not in self.past:
                self._pay(served, at - (latest_s - weights.slack_target_s), weights.slack)

    def _pay(self, served: cp_model.IntVar, amount: cp_model.LinearExprT, weight: int, lowest_s: int = 0) -> None:
        paid = self.model.new_int_var(lowest_s, LATEST_S, "paid")
        self.model.add(paid >= amount).only_enforce_if(served)
        self.model.add(paid == 0).only_enforce_if(served.negated())
        self.costs.append(weight * paid)

    def solve(self) -> int | None:
        self.model.minimize(sum(self.costs))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 0  # proves these circuits ten times as fast without a linear relaxation
        solver.parameters.max_deterministic_time = 4  # the same answer on every machine
        status = solver.solve(self.model)
        assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN), solver.status_name(status)
        return None if status != cp_model.OPTIMAL else round(solver.objective_value)


class _Tour:
    """One shift as a circuit. Nodes: the stops of all requests, then START (END too, to close the circuit), then breaks."""

    def __init__(self, whole: _Model, v: int) -> None:
        self.whole, self.model = whole, whole.model
        self.shift, self.route = whole.plan.shifts[v], whole.plan.routes[v]
        self.v, self.stops = v, 2 * len(whole.requests)
        self.depot = self.stops
        self.rests = range(self.stops + 1, self.stops + 1 + len(self.shift.breaks))
        self.begin = self.model.new_int_var(self.shift.start_s, self.shift.end_s, "begin")
        self.end = self.model.new_int_var(self.shift.start_s, self.shift.end_s, "end")
        self.time = dict(enumerate(whole.time))
        self.rank = dict(enumerate(whole.rank))
        self.rest_place = {}
        for b, rest in zip(self.rests, self.shift.breaks, strict=True):
            self.time[b] = self.model.new_int_var(rest.earliest_s, rest.latest_s, "rest")
            self.rank[b] = self.model.new_int_var(1, whole.most, "rank")
            self.rest_place[b] = self.model.new_int_var(0, len(whole.travel_s) - 1, "place")
        self.past_arcs: set[tuple[int, int]] = set()
        self.ready_after: tuple[int, int] | None = None  # last node that is done, when the vehicle may leave

    def add(self) -> None:
        if self.shift.max_duration_s is not None:
            self.model.add(self.end - self.begin <= self.shift.max_duration_s)
        fixed = self._fix()
        arcs = [(k, k, self.whole.on[k // 2][self.v].negated()) for k in range(self.stops)]
        nodes = [*range(self.stops), self.depot, *self.rests]
        for i, j in product(nodes, nodes):
            if i == j != self.depot or ((i, j) not in fixed and self._is_forbidden(i, j)):
                continue
            x = self.model.new_bool_var(f"{self.v}: {i} then {j}")
            arcs.append((i, j, x))
            if (i, j) in fixed:
                self.model.add(x == 1)
            self._add_leg(x, i, j)
        self.model.add_circuit(arcs)

    def _is_forbidden(self, i: int, j: int) -> bool:
        """An empty circuit that leaves out the breaks; boarding before others leave at one stop."""
        if i == j:
            return len(self.rests) > 0
        both_stop = i < self.stops and j < self.stops
        boards_then_leaves = both_stop and i % 2 == 0 and j % 2 == 1
        return self.whole.alights_first and boards_then_leaves and self.whole.place(i) == self.whole.place(j)

    def _fix(self) -> set[tuple[int, int]]:
        """Arcs between what is done or locked; facts get their times, the next event waits for the vehicle."""
        route, travel_s = self.route, self.whole.travel_s
        chain: list[int] = []
        for k, event in enumerate(route.events[: max(route.locked, 1)]):
            node = self.depot
            if event.request_id is not None:
                node = 2 * self.whole.number[event.request_id] + (event.kind is EventKind.DELIVERY)
                self.model.add(self.whole.on[node // 2][self.v] == 1)
            elif event.kind is EventKind.BREAK:
                node = self.rests[event.break_index or 0]
            at = self.begin if k == 0 else (self.end if event.kind is EventKind.END else self.time[node])
            if k < route.done:
                self.model.add(at == event.start_s)
            elif k == route.done:
                leg_s = int(travel_s[route.events[k - 1].location, event.location]) if k else 0
                self.model.add(at >= route.ready_s + leg_s)
            chain.append(node)
        if 0 < route.done == route.locked:
            self.ready_after = (chain[-1], route.ready_s)
        arcs = list(pairwise(chain))
        self.past_arcs = {arc for k, arc in enumerate(arcs) if k + 1 < route.done}
        return set(arcs)

    def _add_leg(self, x: cp_model.IntVar, i: int, j: int) -> None:
        """What follows if node j comes right after node i: place, driving, times, ranks, loads."""
        whole, model = self.whole, self.model
        target = self.shift.end_location if j == self.depot else (None if j in self.rests else whole.place(j))
        leg: cp_model.LinearExprT = 0
        here = None
        if i in self.rests:
            longest_s = int(whole.travel_s.max())
            if target is not None:
                leg = model.new_int_var(0, longest_s, "leg")
                model.add_element(self.rest_place[i], whole.travel_s[:, target].tolist(), leg)
            paid = model.new_int_var(0, longest_s, "paid")
            model.add(paid >= leg).only_enforce_if(x)
            whole.costs.append(whole.weights.drive * paid)
        else:
            here = self.shift.start_location if i == self.depot else whole.place(i)
            leg = 0 if target is None else int(whole.travel_s[here, target])
            whole.costs.append(whole.weights.drive * leg * x)
        self._add_times(x, i, j, leg)
        if j in self.rests:
            model.add(self.rest_place[j] == (self.rest_place[i] if here is None else here)).only_enforce_if(x)
        if j != self.depot:
            model.add(self.rank[j] == (0 if i == self.depot else self.rank[i]) + 1).only_enforce_if(x)
        for d in range(3):
            aboard = whole.load[i][d] if i < self.stops else 0
            after = whole.load[j][d] if j < self.stops else 0
            model.add(after == aboard + (whole.change(j)[d] if j < self.stops else 0)).only_enforce_if(x)

    def _add_times(self, x: cp_model.IntVar, i: int, j: int, leg: cp_model.LinearExprT) -> None:
        if (i, j) in self.past_arcs:
            return
        leave, dwell_s = (self.begin, 0) if i == self.depot else (self.time[i], 0)
        if i in self.rests:
            dwell_s = self.shift.breaks[i - self.rests.start].duration_s
        elif i < self.stops:
            dwell_s = self.whole.dwell_s(i)
        arrive = self.end if j == self.depot else self.time[j]
        self.model.add(arrive >= leave + dwell_s + leg).only_enforce_if(x)
        if self.ready_after is not None and self.ready_after[0] == i:
            self.model.add(arrive >= self.ready_after[1] + leg).only_enforce_if(x)
