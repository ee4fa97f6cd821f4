"""Who is aboard after each event: the graph in which a path is a route that keeps capacity, pairing and precedence.

A state is an event together with the riders then aboard (Gaul, Klamroth & Stiglmayr 2022, "Event-based MILP models for
ridepooling applications"). Only windows, ride limits and the ends of shifts are left for the programme over it, which
`dispatch.exact` states and solves. Shifts that are alike share one graph; a shift that has begun, or has breaks, has its own.

The graph grows with every set of riders that may share a vehicle. It is meant for a few dozen requests.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import cache
from heapq import heappop, heappush
from typing import NamedTuple

from dispatch.layout import I32
from dispatch.model import EventKind, Load, Plan, Request, Route, Shift, StopEvent

START = -1
END = -2


class TooLarge(ValueError):
    """The problem has more states than the exact method should be asked to hold."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An event that happens at most once. Request number r owns moments 2r (pick-up) and 2r + 1 (delivery); breaks, and
    the START and END of shifts that have begun, follow."""

    earliest_s: int
    latest_s: int
    dwell_s: int
    event: StopEvent
    done: bool = False


class State(NamedTuple):
    """A moment (or START, END), where the vehicle then stands, who is aboard, how many breaks are over."""

    moment: int
    place: int
    aboard: frozenset[int]
    breaks_over: int


class Arc(NamedTuple):
    """One event after another: numbers of states, driving seconds."""

    tail: int
    head: int
    leg_s: int


@dataclass(frozen=True, slots=True)
class Group:
    """Shifts that are alike, and every way that each may go on.

    `fixed`: the moments that are done or locked, in order. `leave_from_s`: no departure from there before. `duration_s`:
    the most from START to END where the START may still be chosen.
    """

    shift_numbers: tuple[int, ...]
    fixed: tuple[int, ...]
    leave_from_s: int
    must_end_s: int
    duration_s: int | None
    states: tuple[State, ...]  # states[0]: where free events begin; states[-1]: END
    arcs: tuple[Arc, ...]
    earliest_s: tuple[int, ...]  # of each state's moment, by the fastest way to it; START: the departure
    latest_s: tuple[int, ...]  # from which END can still be reached in time


class EventGraph:
    """All groups of a plan over one table of moments.

    Parameters
    ----------
    plan
        Lawful; what its routes serve beyond the locked events is free to move.
    travel_s
        int32[n_locations, n_locations] driving seconds that obey the triangle inequality.
    alights_first
        Leave out orders in which somebody boards before somebody leaves at one stop, as the engine's insertion does.
    most_states
        Raises TooLarge beyond.
    """

    def __init__(self, plan: Plan, travel_s: I32, *, alights_first: bool = True, most_states: int = 200_000) -> None:
        self.plan = plan
        self.travel: list[list[int]] = travel_s.tolist()
        self.alights_first = alights_first
        self.states_left = most_states
        self.requests = tuple(plan.requests.values())
        self.number = {request_id: r for r, request_id in enumerate(plan.requests)}
        self.moments: list[Moment] = []
        for request in self.requests:
            self.moments += _tightened(request, self.travel[request.pickup_location][request.delivery_location])
        fixed = [self._lay_fixed(v) for v in range(len(plan.routes))]
        self.begun = {m // 2 for moments in fixed for m in moments if m < 2 * len(self.requests)}
        self.free = tuple(
            r
            for r in range(len(self.requests))
            if r not in self.begun and all(self.moments[m].earliest_s <= self.moments[m].latest_s for m in (2 * r, 2 * r + 1))
        )  # fmt: skip
        self.boards_with = cache(self._boards_with)
        self.leaves_before = cache(self._leaves_before)
        self.apart = {
            frozenset((r, self.number[other]))
            for r, request in enumerate(self.requests)
            for other in request.apart_from
            if other in self.number
        }
        self.groups = tuple(self._group(shifts, fixed[shifts[0]]) for shifts in self._alike(fixed))

    def _lay_fixed(self, v: int) -> tuple[int, ...]:
        """Moments of what is done or locked in a route that has begun; nothing for one that has not."""
        shift, route = self.plan.shifts[v], self.plan.routes[v]
        if route.done == 0 and route.locked <= 1:
            return ()
        moments = []
        for k, event in enumerate(route.events[: route.locked]):
            if event.request_id is not None:
                r = self.number[event.request_id]
                m = 2 * r + (event.kind is EventKind.DELIVERY)
                if event.kind is EventKind.PICKUP:  # facts may lie outside the promise, so nothing follows from it
                    self.moments[2 * r : 2 * r + 2] = _promised(self.requests[r])
                moment = self.moments[m]
            else:
                m = len(self.moments)
                earliest_s, latest_s = shift.start_s, shift.end_s
                if event.kind is EventKind.BREAK:
                    rest = shift.breaks[event.break_index or 0]
                    earliest_s, latest_s = rest.earliest_s, rest.latest_s
                moment = Moment(earliest_s, latest_s, event.dwell_s, event)
                self.moments.append(moment)
            if k < route.done:
                moment = replace(moment, earliest_s=event.start_s, latest_s=event.start_s, done=True)
            elif k == route.done:
                leg_s = self.travel[route.events[k - 1].location][event.location] if k else 0
                moment = replace(moment, earliest_s=max(moment.earliest_s, route.ready_s + leg_s))
            self.moments[m] = moment
            moments.append(m)
        return tuple(moments)

    def _alike(self, fixed: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        groups: dict[object, list[int]] = {}
        for v, (shift, route) in enumerate(zip(self.plan.shifts, self.plan.routes, strict=True)):
            key: object = v
            if not fixed[v] and not shift.breaks:
                vehicle = shift.vehicle
                kind = (vehicle.configurations, vehicle.features, shift.start_location, shift.end_location)
                key = (kind, shift.start_s, shift.end_s, shift.max_duration_s, route.ready_s)
            groups.setdefault(key, []).append(v)
        return [tuple(group) for group in groups.values()]

    def _group(self, shift_numbers: tuple[int, ...], fixed: tuple[int, ...]) -> Group:
        shift, route = self.plan.shifts[shift_numbers[0]], self.plan.routes[shift_numbers[0]]
        duration_s, must_end_s = shift.max_duration_s, shift.end_s
        leave_from_s = max(shift.start_s, route.ready_s)
        origin = State(START, shift.start_location, frozenset(), 0)
        if fixed:
            leave_from_s = route.ready_s if route.done == route.locked else 0
            aboard: set[int] = set()
            for m in fixed:
                if m < 2 * len(self.requests):
                    aboard ^= {m // 2}
            over = sum(event.kind is EventKind.BREAK for event in route.events[: route.locked])
            origin = State(fixed[-1], route.events[route.locked - 1].location, frozenset(aboard), over)
            if route.done > 0 and duration_s is not None:
                must_end_s = min(must_end_s, route.events[0].start_s + duration_s)
                duration_s = None
        breaks = tuple(range(len(self.moments), len(self.moments) + len(shift.breaks)))
        for index, rest in enumerate(shift.breaks):
            event = StopEvent(EventKind.BREAK, origin.place, 0, rest.duration_s, break_index=index)
            self.moments.append(Moment(rest.earliest_s, rest.latest_s, rest.duration_s, event))
        if route.locked >= len(route.events):
            return Group(shift_numbers, fixed, 0, must_end_s, duration_s, (), (), (), ())
        states, arcs = self._explore(shift, origin, breaks)
        earliest_s, latest_s = self._bounds(states, arcs, leave_from_s, must_end_s)
        arcs = tuple(
            arc
            for arc in arcs
            if earliest_s[arc.tail] + self._dwell(states[arc.tail]) + arc.leg_s <= latest_s[arc.head]
        )
        return Group(
            shift_numbers, fixed, leave_from_s, must_end_s, duration_s, states, arcs, tuple(earliest_s), tuple(latest_s)
        )

    def _dwell(self, state: State) -> int:
        return self.moments[state.moment].dwell_s if state.moment >= 0 else 0

    def _bounds(
        self, states: tuple[State, ...], arcs: tuple[Arc, ...], leave_from_s: int, must_end_s: int
    ) -> tuple[list[int], list[int]]:
        """Earliest and latest second of each state along any path; ride limits are not looked at."""
        window = [
            (self.moments[state.moment].earliest_s, self.moments[state.moment].latest_s) if state.moment >= 0 else (0, must_end_s)
            for state in states
        ]  # fmt: skip
        after: list[list[tuple[int, int]]] = [[] for _ in states]
        before: list[list[tuple[int, int]]] = [[] for _ in states]
        for tail, head, leg_s in arcs:
            gap_s = self._dwell(states[tail]) + leg_s
            after[tail].append((head, gap_s))
            before[head].append((tail, gap_s))
        never = must_end_s + max((moment.latest_s for moment in self.moments), default=0) + 1
        earliest_s = [never] * len(states)
        heap = [(max(window[0][0], leave_from_s - self._dwell(states[0])), 0)]
        while heap:
            time_s, k = heappop(heap)
            if time_s < earliest_s[k]:
                earliest_s[k] = time_s
                for head, gap_s in after[k]:
                    arrive_s = max(time_s + gap_s, window[head][0])
                    if arrive_s < earliest_s[head] and arrive_s <= window[head][1]:
                        heappush(heap, (arrive_s, head))
        latest_s = [-1] * len(states)
        heap = [(-must_end_s, len(states) - 1)]
        while heap:
            time_s, k = heappop(heap)
            if -time_s > latest_s[k]:
                latest_s[k] = -time_s
                for tail, gap_s in before[k]:
                    leave_s = min(latest_s[k] - gap_s, window[tail][1])
                    if leave_s > latest_s[tail] and leave_s >= window[tail][0]:
                        heappush(heap, (-leave_s, tail))
        return earliest_s, latest_s

    def _explore(
        self, shift: Shift, origin: State, breaks: tuple[int, ...]
    ) -> tuple[tuple[State, ...], tuple[Arc, ...]]:
        able = [r for r in self.free if self.requests[r].features <= shift.vehicle.features]
        seen: dict[State, int] = {origin: 0}
        waiting = deque([origin])
        arcs: list[tuple[State, State, int]] = []
        ends: list[tuple[State, int]] = []
        while waiting:
            state = waiting.popleft()
            for following in self._after(state, shift, able, breaks):
                if following not in seen:
                    seen[following] = len(seen)
                    waiting.append(following)
                    if len(seen) > self.states_left:
                        raise TooLarge(f"more than {self.states_left} states of events and riders aboard")
                arcs.append((state, following, self.travel[state.place][following.place]))
            if not state.aboard and state.breaks_over == len(breaks):
                place = state.place if shift.end_location is None else shift.end_location
                ends.append((state, self.travel[state.place][place]))
        self.states_left -= len(seen)
        # What leads to no END is left out.
        before: dict[State, list[State]] = {}
        for tail, head, _ in arcs:
            before.setdefault(head, []).append(tail)
        useful = {state for state, _ in ends}
        stack = list(useful)
        while stack:
            for tail in before.get(stack.pop(), ()):
                if tail not in useful:
                    useful.add(tail)
                    stack.append(tail)
        useful.add(origin)
        kept = [state for state in seen if state in useful]
        index = {state: k for k, state in enumerate(kept)}
        numbered = [Arc(index[tail], index[head], leg_s) for tail, head, leg_s in arcs if head in useful]
        numbered += [Arc(index[tail], len(kept), leg_s) for tail, leg_s in ends]
        return (*kept, State(END, START, frozenset(), len(breaks))), tuple(numbered)

    def _after(self, state: State, shift: Shift, able: list[int], breaks: tuple[int, ...]) -> list[State]:
        found = []
        place, aboard, over = state.place, state.aboard, state.breaks_over
        if not aboard and over < len(breaks) and self._in_time(state, breaks[over], place):
            found.append(State(breaks[over], place, aboard, over + 1))
        boarded_here = 0 <= state.moment < 2 * len(self.requests) and state.moment % 2 == 0
        for r in aboard:
            target = self.requests[r].delivery_location
            rest = aboard - {r}
            if boarded_here and self.alights_first and target == place:
                continue
            if self._in_time(state, 2 * r + 1, target) and all(self.leaves_before(r, other) for other in rest):
                found.append(State(2 * r + 1, target, rest, over))
        for r in able:
            target = self.requests[r].pickup_location
            if r in aboard or state.moment // 2 == r or not self._in_time(state, 2 * r, target):
                continue
            if all(self.boards_with(other, r) for other in aboard) and self._fits(shift, aboard | {r}):
                found.append(State(2 * r, target, aboard | {r}, over))
        return found

    def _in_time(self, state: State, m: int, place: int) -> bool:
        if state.moment < 0:
            return True
        tail, head = self.moments[state.moment], self.moments[m]
        return tail.earliest_s + tail.dwell_s + self.travel[state.place][place] <= head.latest_s

    def _fits(self, shift: Shift, aboard: frozenset[int]) -> bool:
        loads = [self.requests[r].load.as_tuple() for r in aboard]
        total = [sum(parts) for parts in zip(*loads, strict=True)]
        return any(_covers(configuration, total) for configuration in shift.vehicle.configurations)

    def _boards_with(self, first: int, second: int) -> bool:
        """Whether the second may board while the first is aboard."""
        if frozenset((first, second)) in self.apart:
            return False
        up, down = (2 * first, 2 * second), (2 * first + 1, 2 * second + 1)
        return self._lawful([*up, *down]) or self._lawful([*up, *reversed(down)])

    def _leaves_before(self, first: int, second: int) -> bool:
        """Whether the first may leave while the second stays aboard."""
        up, down = (2 * first, 2 * second), (2 * first + 1, 2 * second + 1)
        return self._lawful([*up, *down]) or self._lawful([*reversed(up), *down])

    def _lawful(self, order: list[int]) -> bool:
        """Whether events have times in this order with nothing between them: a necessary test, least times by relaxation."""
        moments = [self.moments[m] for m in order]
        start = [moment.earliest_s for moment in moments]
        for _ in range(2 * len(order) + 2):
            grown = False
            for k, moment in enumerate(moments):
                if k > 0:
                    before = moments[k - 1]
                    gap_s = before.dwell_s + self.travel[before.event.location][moment.event.location]
                    if before.done and moment.done:
                        gap_s = 0
                    if start[k - 1] + gap_s > start[k]:
                        start[k] = start[k - 1] + gap_s
                        grown = True
                if order[k] % 2 and not moment.done:
                    partner = order.index(order[k] - 1)
                    limit_s = self.requests[order[k] // 2].max_ride_s + moments[partner].dwell_s
                    if start[k] - limit_s > start[partner]:
                        start[partner] = start[k] - limit_s
                        grown = True
            if any(time > moment.latest_s for time, moment in zip(start, moments, strict=True)):
                return False
            if not grown:
                return True
        return False  # still growing: a cycle that no schedule satisfies


def _covers(configuration: Load, total: list[int]) -> bool:
    return all(part <= places for part, places in zip(total, configuration.as_tuple(), strict=True))


def _promised(request: Request) -> tuple[Moment, Moment]:
    """Pick-up and delivery with their windows as promised."""
    pickup = StopEvent(EventKind.PICKUP, request.pickup_location, 0, request.pickup_dwell_s, request.id)
    delivery = StopEvent(EventKind.DELIVERY, request.delivery_location, 0, request.delivery_dwell_s, request.id)
    return (
        Moment(request.pickup_earliest_s, request.pickup_latest_s, request.pickup_dwell_s, pickup),
        Moment(request.delivery_earliest_s, request.delivery_latest_s, request.delivery_dwell_s, delivery),
    )


def _tightened(request: Request, direct_s: int) -> tuple[Moment, Moment]:
    """The same, each window narrowed by what the other, the direct drive and the ride limit imply."""
    shortest_s = request.pickup_dwell_s + direct_s
    longest_s = request.pickup_dwell_s + request.max_ride_s
    board_from_s = max(request.pickup_earliest_s, request.delivery_earliest_s - longest_s)
    leave_by_s = min(request.delivery_latest_s, request.pickup_latest_s + longest_s)
    if longest_s < shortest_s:
        leave_by_s = board_from_s - 1  # the direct drive alone is too long
    board_by_s = min(request.pickup_latest_s, leave_by_s - shortest_s)
    leave_from_s = max(request.delivery_earliest_s, board_from_s + shortest_s)
    pickup, delivery = _promised(request)
    return (
        replace(pickup, earliest_s=board_from_s, latest_s=board_by_s),
        replace(delivery, earliest_s=leave_from_s, latest_s=leave_by_s),
    )


def route_of(plan: Plan, graph: EventGraph, v: int, moments: list[int]) -> Route:
    """The route of shift number v: what is fixed of it, then these moments, then its END, all still without times."""
    shift, route = plan.shifts[v], plan.routes[v]
    events = list(route.events[: route.locked]) if route.done or route.locked > 1 else [route.events[0]]
    for m in moments:
        event = graph.moments[m].event
        floats = event.kind is EventKind.BREAK
        events.append(replace(event, location=events[-1].location) if floats else event)
    if route.locked < len(route.events):
        floats = shift.end_location is None
        events.append(replace(route.events[-1], location=events[-1].location) if floats else route.events[-1])
    return replace(route, events=tuple(events))
