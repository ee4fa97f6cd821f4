"""The least cost that any lawful plan has, proved: a mixed-integer programme over the event graph, solved by HiGHS.

Flow through `dispatch.event_graph` chooses the routes (Gaul, Klamroth & Stiglmayr 2022); one time for each moment keeps
windows, ride limits and durations; waiting, excess riding and missing slack cost what `dispatch.objective` says. Two
families of rows tighten it: the time of a moment follows from the arc that enters or leaves it, and whoever is aboard
rides at least as long as the arcs that carry him.

Tests hold the search against it; `tests/oracles` holds it against other methods in turn.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from dispatch.event_graph import END, START, EventGraph, Group, route_of
from dispatch.layout import I32
from dispatch.model import Plan, Route
from dispatch.objective import Weights, objective
from dispatch.state import retimed

F64 = npt.NDArray[np.float64]


class NoLawfulPlan(ValueError):
    """What is fixed, or what must be served, leaves no lawful plan."""


class NotSolved(RuntimeError):
    """No lawful plan was found in the time given."""


@dataclass(frozen=True, slots=True)
class Exact:
    """A plan and what is proved of it.

    Attributes
    ----------
    cost, bound
        Cost of the plan by `dispatch.objective`; no lawful plan costs less than `bound`.
    proved
        Whether the two are the same, within the solver's tolerance.
    states, arcs
        Size of the event graph.
    """

    plan: Plan
    cost: int
    bound: float
    proved: bool
    seconds: float
    states: int
    arcs: int


def solve_exactly(
    plan: Plan,
    travel_s: I32,
    weights: Weights,
    *,
    seconds: float = 60.0,
    all_served: bool = False,
    keep_served: bool = False,
    alights_first: bool = True,
    most_states: int = 200_000,
) -> Exact:
    """The cheapest plan for the requests of a plan; what is done or locked in it stays.

    Parameters
    ----------
    plan
        Lawful. Its requests are served or left as the objective says; its breaks keep their order.
    travel_s
        int32[n_locations, n_locations] driving seconds that obey the triangle inequality.
    seconds
        When to stop without proof.
    all_served
        Whether leaving a free request out is forbidden (else it costs `weights.unserved`).
    keep_served
        Whether that is so for those whom the plan given serves.
    alights_first, most_states
        See `EventGraph`.

    Raises
    ------
    NoLawfulPlan, NotSolved
        Proved that there is none; none found in time.
    TooLarge
        See `EventGraph`.
    """
    begun = time.perf_counter()
    graph = EventGraph(plan, travel_s, alights_first=alights_first, most_states=most_states)
    must = frozenset(plan.requests) if all_served else frozenset(_served(plan) if keep_served else ())
    programme = _Programme(plan, graph, weights, must)
    values, bound, proved = programme.solve(max(0.1, seconds - (time.perf_counter() - begun)))
    routes = programme.routes(values)
    found = retimed(replace(plan, routes=routes), travel_s, weights)
    return Exact(
        plan=found,
        cost=objective(found, travel_s, weights).cost,
        bound=bound,
        proved=proved,
        seconds=time.perf_counter() - begun,
        states=sum(len(group.states) for group in graph.groups),
        arcs=sum(len(group.arcs) for group in graph.groups),
    )


def _served(plan: Plan) -> set[str]:
    return {event.request_id for route in plan.routes for event in route.events if event.request_id is not None}


class _Programme:
    """Variables and rows; the unit of time is a thousandth of the day's span, so that tolerances mean little."""

    def __init__(self, plan: Plan, graph: EventGraph, weights: Weights, must: frozenset[str]) -> None:
        self.plan, self.graph, self.weights = plan, graph, weights
        latest_s = [moment.latest_s for moment in graph.moments] + [shift.end_s for shift in plan.shifts]
        self.unit_s = max(1.0, max(latest_s, default=1) / 1000.0)
        self.cost: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.whole: list[int] = []
        self.entries: list[tuple[int, int, float]] = []
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []
        self.constant = 0.0
        self._add_moments()
        self._add_requests(must)
        self.flow = [self._add_flow(group) for group in graph.groups]
        self._add_cover()
        self._add_order()
        for group, first in zip(graph.groups, self.flow, strict=True):
            self._add_duration(group, first)
        self._add_riders()

    def _variable(self, cost: float, lower: float, upper: float, *, whole: bool = False) -> int:
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(int(whole))
        return len(self.cost) - 1

    def _row(self, terms: dict[int, float], lower: float = -np.inf, upper: float = np.inf) -> None:
        row = len(self.row_lower)
        self.entries += [(row, column, value) for column, value in terms.items() if value != 0.0]
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def _add_moments(self) -> None:
        """Variable m: when moment m begins."""
        for moment in self.graph.moments:
            earliest_s = min(moment.earliest_s, moment.latest_s)  # a request nobody can serve has a time all the same
            self._variable(0.0, earliest_s / self.unit_s, max(moment.latest_s, earliest_s) / self.unit_s)

    def _add_requests(self, must: frozenset[str]) -> None:
        """Variable left_out[r]: request r is not served."""
        self.left_out = []
        for r in range(len(self.graph.requests)):
            free = r in self.graph.free
            lower = float(not free and r not in self.graph.begun)
            request_id = self.graph.requests[r].id
            if lower and request_id in must:
                raise NoLawfulPlan(f"request {request_id} has no lawful times")
            upper = float(free and request_id not in must) or lower
            self.left_out.append(self._variable(self.weights.unserved, lower, upper, whole=True))

    def _add_flow(self, group: Group) -> int:
        """One variable an arc, conserved at each state; returns the first. Keeps the order of fixed moments too."""
        first = len(self.cost)
        route = self.plan.routes[group.shift_numbers[0]]
        for k in range(1, len(group.fixed)):
            tail, head = group.fixed[k - 1], group.fixed[k]
            leg_s = self.graph.travel[route.events[k - 1].location][route.events[k].location]
            self.constant += self.weights.drive * leg_s
            if k >= route.done:
                gap_s = self.graph.moments[tail].dwell_s + leg_s
                self._row({head: 1.0, tail: -1.0}, lower=gap_s / self.unit_s)
        if not group.states:
            return first
        vehicles = float(len(group.shift_numbers))
        balance: dict[int, dict[int, float]] = defaultdict(dict)
        for tail, head, leg_s in group.arcs:
            idle = tail == 0 and head == len(group.states) - 1
            x = self._variable(self.weights.drive * leg_s, 0.0, vehicles if idle else 1.0, whole=True)
            balance[tail][x] = 1.0
            balance[head][x] = -1.0
        if not balance[0]:
            raise NoLawfulPlan(f"shift {self.plan.shifts[group.shift_numbers[0]].id} cannot end lawfully")
        for k in range(len(group.states) - 1):
            supply = vehicles if k == 0 else 0.0
            self._row(balance[k], supply, supply)
        return first

    def _add_cover(self) -> None:
        """Each free request boards once or is left out."""
        boards: dict[int, dict[int, float]] = {2 * r: {self.left_out[r]: 1.0} for r in self.graph.free}
        for group, first in zip(self.graph.groups, self.flow, strict=True):
            for k, arc in enumerate(group.arcs):
                if group.states[arc.head].moment in boards:
                    boards[group.states[arc.head].moment][first + k] = 1.0
        for terms in boards.values():
            self._row(terms, 1.0, 1.0)

    def _add_order(self) -> None:
        """An arc's head begins no sooner than its tail, plus dwell and drive."""
        moments = self.graph.moments
        pairs: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        enter: dict[int, dict[int, float]] = defaultdict(dict)
        leave: dict[int, dict[int, float]] = defaultdict(dict)
        for group, first in zip(self.graph.groups, self.flow, strict=True):
            for k, arc in enumerate(group.arcs):
                tail, head = group.states[arc.tail].moment, group.states[arc.head].moment
                gap_s = arc.leg_s + (moments[tail].dwell_s if tail != START else 0)
                arrive_s = group.earliest_s[arc.tail] + gap_s
                if tail != START:
                    late_s = moments[tail].latest_s - (group.latest_s[arc.head] - gap_s)
                    leave[tail][first + k] = max(0, late_s) / self.unit_s
                    if head != END:
                        pairs[tail, head, gap_s].append(first + k)
                if head != END:
                    enter[head][first + k] = -max(0, arrive_s - moments[head].earliest_s) / self.unit_s
        for m, terms in enter.items():
            self._row({m: 1.0, **terms}, lower=moments[m].earliest_s / self.unit_s)
        for m, terms in leave.items():
            self._row({m: 1.0, **terms}, upper=moments[m].latest_s / self.unit_s)
        for (tail, head, gap_s), variables in pairs.items():
            loose = max(0, moments[tail].latest_s + gap_s - moments[head].earliest_s) / self.unit_s
            terms = dict.fromkeys(variables, -loose)
            self._row({head: 1.0, tail: -1.0, **terms}, lower=gap_s / self.unit_s - loose)

    def _add_duration(self, group: Group, first: int) -> None:
        """A variable for each moment bounds when its route began from above; it must not lie too far before the END."""
        if group.duration_s is None:
            return
        moments = self.graph.moments
        longest = group.duration_s / self.unit_s
        horizon = group.must_end_s / self.unit_s
        if group.fixed and not group.states:
            self._row({group.fixed[-1]: 1.0, group.fixed[0]: -1.0}, upper=longest)
            return
        began: dict[int, int] = {}
        for m in sorted({state.moment for state in group.states} - {START, END}):
            began[m] = self._variable(0.0, 0.0, horizon)
            self._row({began[m]: 1.0, m: -1.0}, upper=0.0)
        if group.fixed:
            self._row({began[group.fixed[-1]]: 1.0, group.fixed[0]: -1.0}, upper=0.0)
        pairs: dict[tuple[int, int], list[int]] = defaultdict(list)
        ends: dict[tuple[int, int], list[int]] = defaultdict(list)
        for k, arc in enumerate(group.arcs):
            tail, head = group.states[arc.tail].moment, group.states[arc.head].moment
            if head == END:
                ends[tail, arc.leg_s].append(first + k)
            elif tail == START:
                loose = horizon + arc.leg_s / self.unit_s
                self._row({began[head]: 1.0, head: -1.0, first + k: loose}, upper=loose - arc.leg_s / self.unit_s)
            else:
                pairs[tail, head].append(first + k)
        for (tail, head), variables in pairs.items():
            terms = dict.fromkeys(variables, horizon)
            self._row({began[head]: 1.0, began[tail]: -1.0, **terms}, upper=horizon)
        for (tail, leg_s), variables in ends.items():
            if tail == START:
                if leg_s > group.duration_s:
                    for x in variables:
                        self.upper[x] = 0.0
                continue
            gap = (moments[tail].dwell_s + leg_s) / self.unit_s
            loose = max(0.0, moments[tail].latest_s / self.unit_s + gap - longest)
            terms = dict.fromkeys(variables, loose)
            self._row({tail: 1.0, began[tail]: -1.0, **terms}, upper=longest - gap + loose)

    def _add_riders(self) -> None:
        """Ride limits, and what waiting, excess riding and missing slack cost."""
        aboard: dict[int, dict[int, float]] = defaultdict(dict)
        for group, first in zip(self.graph.groups, self.flow, strict=True):
            for k, arc in enumerate(group.arcs):
                state = group.states[arc.tail]
                for r in state.aboard:
                    dwell_s = 0 if state.moment == 2 * r else self.graph.moments[state.moment].dwell_s
                    aboard[r][first + k] = -(arc.leg_s + dwell_s) / self.unit_s
        weights = self.weights
        for r, request in enumerate(self.graph.requests):
            up, down = 2 * r, 2 * r + 1
            pickup, delivery = self.graph.moments[up], self.graph.moments[down]
            if self.lower[self.left_out[r]] > 0:
                continue
            dwell = request.pickup_dwell_s / self.unit_s
            if not delivery.done:
                self._row({down: 1.0, up: -1.0}, upper=request.max_ride_s / self.unit_s + dwell)
            if r in self.graph.free:
                self._row({down: 1.0, up: -1.0, self.left_out[r]: dwell, **aboard[r]}, lower=dwell)
            direct = self.graph.travel[request.pickup_location][request.delivery_location] / self.unit_s
            self._add_excess(r, {up: 1.0}, request.pickup_earliest_s / self.unit_s, weights.wait * request.riders)
            lower = 0.0 if r in self.graph.free else -np.inf
            self._add_excess(r, {down: 1.0, up: -1.0}, dwell + direct, weights.excess_ride * request.riders, lower)
            for moment, m, latest_s in (
                (pickup, up, request.pickup_latest_s),
                (delivery, down, request.delivery_latest_s),
            ):
                if not moment.done:
                    self._add_excess(r, {m: 1.0}, (latest_s - weights.slack_target_s) / self.unit_s, weights.slack)

    def _add_excess(self, r: int, terms: dict[int, float], beyond: float, weight: int, lower: float = 0.0) -> None:
        """Pay for what the terms exceed, if the request is served."""
        if weight == 0:
            return
        excess = self._variable(weight * self.unit_s, lower, np.inf)
        most = sum(self.upper[m] if factor > 0 else -self.lower[m] for m, factor in terms.items())
        loose = max(0.0, most - beyond)
        self._row({**terms, excess: -1.0, self.left_out[r]: -loose}, upper=beyond)

    def solve(self, seconds: float) -> tuple[F64, float, bool]:
        """Values of all variables, the bound, whether the values reach it."""
        rows, columns, values = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        matrix = csr_array((values, (rows, columns)), shape=(len(self.row_lower), len(self.cost)))
        result = milp(
            np.array(self.cost),
            integrality=np.array(self.whole),
            bounds=Bounds(np.array(self.lower), np.array(self.upper)),
            constraints=LinearConstraint(matrix, np.array(self.row_lower), np.array(self.row_upper)),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if result.status == 2:
            raise NoLawfulPlan("no choice of routes keeps what is fixed and serves what must be served")
        if result.x is None:
            raise NotSolved(f"no lawful plan found in {seconds:.1f} s: {result.message}")
        return result.x, float(result.mip_dual_bound) + self.constant, result.status == 0

    def routes(self, values: F64) -> tuple[Route, ...]:
        """The routes that the flow describes, without times."""
        routes = list(self.plan.routes)
        for group, first in zip(self.graph.groups, self.flow, strict=True):
            following: dict[int, list[int]] = defaultdict(list)
            for k, arc in enumerate(group.arcs):
                following[arc.tail] += [arc.head] * round(values[first + k])
            for v in group.shift_numbers:
                moments = []
                at = 0
                while following[at]:
                    at = following[at].pop()
                    moments.append(group.states[at].moment)
                routes[v] = route_of(self.plan, self.graph, v, [m for m in moments if m != END])
        return tuple(routes)
