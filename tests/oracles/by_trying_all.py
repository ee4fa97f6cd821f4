"""The least cost of a tiny day by trying every order of every split, timed by the engine's proven schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from dispatch.checker import check, least_start_times
from dispatch.layout import I32
from dispatch.model import EventKind, Plan, Request, Route, Shift, StopEvent
from dispatch.objective import Weights, objective
from dispatch.state import retimed


def least_cost(plan: Plan, travel_s: I32, weights: Weights) -> int:
    """Cost of the best plan for at most four requests and shifts that have not begun; every order is allowed."""
    requests = list(plan.requests.values())
    best_of: list[dict[frozenset[int], int]] = []
    for shift, route in zip(plan.shifts, plan.routes, strict=True):
        best: dict[frozenset[int], int] = {}
        for order in _orders(requests, len(shift.breaks)):
            chosen = frozenset(node // 2 for node in order if node >= 0)
            trial = replace(route, events=_events(shift, route, requests, order))
            own = {requests[r].id: requests[r] for r in sorted(chosen)}
            if least_start_times(shift, trial, own, travel_s) is None:
                continue
            alone = retimed(Plan((shift,), (trial,), own), travel_s, weights)
            if not check(alone, travel_s):
                cost = objective(alone, travel_s, weights).cost
                best[chosen] = min(cost, best.get(chosen, cost))
        best_of.append(best)
    costs = []
    for choice in product(*best_of):
        served = frozenset[int]().union(*choice)
        if len(served) == sum(map(len, choice)):
            left_out = len(requests) - len(served)
            total = sum(best[each] for best, each in zip(best_of, choice, strict=True))
            costs.append(total + weights.unserved * left_out)
    return min(costs)


def _orders(requests: list[Request], breaks: int) -> Iterator[tuple[int, ...]]:
    """Stops 2r and 2r + 1 of any of the requests, with breaks as -1, -2, ... in their order, nobody aboard at them."""

    def extend(order: tuple[int, ...], aboard: frozenset[int], over: int) -> Iterator[tuple[int, ...]]:
        if not aboard and over == breaks:
            yield order
        if not aboard and over < breaks:
            yield from extend((*order, -1 - over), aboard, over + 1)
        for r in aboard:
            yield from extend((*order, 2 * r + 1), aboard - {r}, over)
        for r in range(len(requests)):
            if 2 * r not in order:
                yield from extend((*order, 2 * r), aboard | {r}, over)

    yield from extend((), frozenset(), 0)


def _events(shift: Shift, route: Route, requests: list[Request], order: tuple[int, ...]) -> tuple[StopEvent, ...]:
    events = [route.events[0]]
    for node in order:
        request = requests[node // 2]
        if node < 0:
            index = -1 - node
            dwell_s = shift.breaks[index].duration_s
            events.append(StopEvent(EventKind.BREAK, events[-1].location, 0, dwell_s, break_index=index))
        elif node % 2:
            place, dwell_s = request.delivery_location, request.delivery_dwell_s
            events.append(StopEvent(EventKind.DELIVERY, place, 0, dwell_s, request.id))
        else:
            events.append(StopEvent(EventKind.PICKUP, request.pickup_location, 0, request.pickup_dwell_s, request.id))
    home = events[-1].location if shift.end_location is None else shift.end_location
    return (*events, StopEvent(EventKind.END, home, 0))
