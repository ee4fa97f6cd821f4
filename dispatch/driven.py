"""What has happened on a route becomes facts of its plan; what comes is re-timed. Pure: values in, values out.

Drivers do what is sensible, not what was planned: they let Anna board before Bert, or drive to the second stop first. So
a fact moves its event to the end of what is done, and the rest keeps its order. Times of facts are what they were, however
late or early; `settled` then gives the rest its best times, or as much more time as it needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dispatch.checker import Broken, check
from dispatch.lateness import stretched, timed
from dispatch.layout import I32
from dispatch.model import EventKind, Load, Plan, Request, Route, StopEvent
from dispatch.objective import Weights, objective
from dispatch.state import DayState, InfeasiblePlan, insert

ABSENT = " absent"  # ends the id of a visit to somebody who was not there
SILENT_S = 900  # a vehicle from which nothing is heard so long after the plan is taken to drive as planned
SOON_S = 600  # what is to be done at the stop where a vehicle stands is fixed so long before
MOST_MOVED = 3  # rides that one late vehicle gives away at once
IMPOSSIBLE = {Broken.CAPACITY, Broken.FEATURE, Broken.APART, Broken.BREAK, Broken.STRUCTURE}


@dataclass(frozen=True, slots=True)
class Roads:
    """What times and costs come from: int32[n_locations, n_locations] driving seconds, and the objective's weights."""

    travel_s: I32
    weights: Weights


# -- facts of one route ------------------------------------------------------------------------------------------------


def begun(route: Route, at_s: int) -> Route:
    """The vehicle has left its depot, or could have, since this second."""
    if route.done:
        return route
    start = replace(route.events[0], start_s=at_s)
    return replace(route, events=(start, *route.events[1:]), done=1, locked=1, ready_s=max(route.ready_s, at_s))


def position_of(route: Route, kind: EventKind, request_id: str | None = None) -> int | None:
    """Where an event that has not happened stands in a route."""
    for k, event in enumerate(route.events[route.done :], start=route.done):
        if event.kind is kind and (request_id is None or event.request_id == request_id):
            return k
    return None


def happened(route: Route, k: int, at_s: int) -> Route:
    """Event number `k` has ended at a second; what was to come before it comes after it, unless it was overtaken."""
    event = route.events[k]
    route = _overtaken(route, k, at_s)
    k = route.events.index(event)
    where = route.events[route.done - 1].location if event.kind is EventKind.BREAK else event.location
    fact = replace(event, start_s=at_s - (0 if event.kind is EventKind.BREAK else event.dwell_s), location=where)
    rest = route.events[route.done : k] + route.events[k + 1 :]
    done = route.done + 1
    events = _breaks_when_empty((*route.events[: route.done], fact, *rest), done)
    ready_s = max(route.ready_s, fact.start_s + fact.dwell_s)
    return Route(route.shift_id, events, done, _standing(events, done), ready_s)


def _overtaken(route: Route, k: int, at_s: int) -> Route:
    """What riders were long due to do before event number `k` happened is taken to have happened as planned.

    Somebody forgot to say so: else a forgotten tap would send the vehicle back, and make everything late that is to come. A
    break that nobody took is still to be taken.
    """
    last = route.done
    while last < k and route.events[last].start_s + route.events[last].dwell_s + SILENT_S < at_s:
        last += 1
    due = route.events[route.done : last]
    rides = tuple(event for event in due if event.request_id)
    rests = tuple(event for event in due if not event.request_id)
    events = (*route.events[: route.done], *rides, *rests, *route.events[last:])
    done = route.done + len(rides)
    return replace(route, events=events, done=done, locked=max(route.locked, done))


def _breaks_when_empty(events: tuple[StopEvent, ...], done: int) -> tuple[StopEvent, ...]:
    """The same events; a break that would come while somebody is aboard comes when the vehicle is empty."""
    aboard: set[str] = set()
    ordered: list[StopEvent] = list(events[:done])
    waiting: list[StopEvent] = []
    for k, event in enumerate(events):
        if event.request_id is not None:
            (aboard.add if event.kind is EventKind.PICKUP else aboard.discard)(event.request_id)
        if k < done:
            continue
        if event.kind is EventKind.BREAK and aboard:
            waiting.append(event)
            continue
        ordered.append(event)
        if not aboard:
            ordered += waiting
            waiting.clear()
    return tuple(ordered)


def at_stop(route: Route, location: int, at_s: int, travel_s: I32) -> Route:
    """The vehicle has come to a stop: what is to be done there is not moved any more, if it comes next."""
    if route.done >= len(route.events) or route.events[route.done].location != location or not route.done:
        return route
    came_from = route.events[route.done - 1].location
    ready_s = max(route.ready_s, at_s - int(travel_s[came_from, location]))
    return replace(route, locked=_fixed_here(route.events, route.done, location, at_s), ready_s=ready_s)


def departed(route: Route, at_s: int) -> Route:
    """The vehicle has left for what comes next, which nobody moves any more; on the way home it may still turn."""
    ready_s = max(route.ready_s, at_s)
    ahead = route.events[route.done] if route.done < len(route.events) else None
    under_way = ahead is not None and ahead.request_id is not None
    return replace(route, locked=route.done + 1 if under_way else route.done, ready_s=ready_s)


def delayed(route: Route, at_s: int, seconds: int) -> Route:
    """The vehicle stands for so many seconds more than planned."""
    under_way = route.locked > route.done
    return replace(route, ready_s=(route.ready_s if under_way else max(route.ready_s, at_s)) + seconds)


def over(route: Route, at_s: int) -> Route | None:
    """The shift has ended; None where somebody is still to be carried. Breaks that were not taken are over, too."""
    rest = route.events[route.done :]
    if any(event.request_id for event in rest):
        return None
    ended = tuple(replace(event, start_s=at_s) for event in rest)
    return Route(route.shift_id, route.events[: route.done] + ended, len(route.events), len(route.events), at_s)


def _standing(events: tuple[StopEvent, ...], done: int) -> int:
    """How much of a route is fixed for a vehicle that stands where its last event was."""
    last = events[done - 1]
    return _fixed_here(events, done, last.location, last.start_s + last.dwell_s)


def _fixed_here(events: tuple[StopEvent, ...], done: int, location: int, at_s: int) -> int:
    """How much of a route is fixed for a vehicle at a place: what is to be done there soon."""
    locked = done
    for event in events[done:]:
        if event.location != location or not event.request_id or event.start_s > at_s + SOON_S:
            break
        locked += 1
    return locked


def without(route: Route, request_id: str, at_s: int) -> Route:
    """A route that serves a ride no more, of which nothing has happened. A vehicle under way to it may have to turn back."""
    left = route.events[route.done - 1] if route.done else None
    turns = any(event.request_id == request_id for event in route.events[route.done : route.locked])
    events = tuple(event for event in route.events if event.request_id != request_id)
    gone = sum(event.request_id == request_id for event in route.events[: route.locked])
    ready_s = route.ready_s
    if turns and left is not None:
        # Driving back takes no longer than it has driven so far.
        ready_s = max(ready_s, at_s + max(0, at_s - max(route.ready_s, left.start_s + left.dwell_s)))
    return Route(route.shift_id, events, route.done, max(route.done, route.locked - gone), ready_s)


def absent_request(request: Request) -> Request:
    """A ride of nobody to nowhere: it keeps a visit to somebody who was not there in the route as a fact."""
    return replace(
        request, id=request.id + ABSENT, delivery_location=request.pickup_location, load=Load(), pickup_dwell_s=0,
        delivery_dwell_s=0, features=frozenset(), apart_from=frozenset(),
    )  # fmt: skip


def visited(route: Route, request: Request, at_s: int) -> Route:
    """The vehicle was at a ride's stop, and nobody came."""
    visit = absent_request(request)
    here = request.pickup_location
    k = position_of(route, EventKind.PICKUP, request.id)
    route = route if k is None else _overtaken(route, k, at_s)
    facts = (
        StopEvent(EventKind.PICKUP, here, at_s, 0, visit.id),
        StopEvent(EventKind.DELIVERY, here, at_s, 0, visit.id),
    )
    rest = tuple(event for event in route.events[route.done :] if event.request_id != request.id)
    events = (*route.events[: route.done], *facts, *rest)
    done = route.done + 2
    return Route(route.shift_id, events, done, _standing(events, done), max(route.ready_s, at_s))


# -- facts that a whole plan must take in --------------------------------------------------------------------------------


def taken_aboard(plan: Plan, v: int, request: Request, at_s: int, roads: Roads) -> Plan | None:
    """A party sits in a vehicle that was not to fetch it: it is let off where that costs least. None where it cannot be
    carried by any plan; the party is aboard all the same, and somebody must see to it."""
    route = plan.routes[v]
    pickup = StopEvent(
        EventKind.PICKUP, request.pickup_location, at_s - request.pickup_dwell_s, request.pickup_dwell_s, request.id
    )
    delivery = StopEvent(EventKind.DELIVERY, request.delivery_location, at_s, request.delivery_dwell_s, request.id)
    past, rest = (*route.events[: route.done], pickup), route.events[route.done :]
    requests = {**plan.requests, request.id: request}
    best: tuple[int, Route] | None = None
    for j in range(len(rest)):  # before the depot at the latest
        events = (*past, *rest[:j], delivery, *rest[j:])
        trial = Route(route.shift_id, events, len(past), len(past), max(route.ready_s, at_s))
        cost = _cost_of(plan, v, trial, requests, roads)
        if cost is not None and (best is None or cost < best[0]):
            best = (cost, trial)
    if best is None:
        return None
    found = replace(best[1], locked=_standing(best[1].events, best[1].done))
    return Plan(plan.shifts, _put(plan.routes, v, found), requests)


def _cost_of(plan: Plan, v: int, route: Route, requests: dict[str, Request], roads: Roads) -> int | None:
    """What an order costs with the times that it needs, lateness included; None if no times make it lawful."""
    shift, own = plan.shifts[v], _own(route, requests)
    best = timed(shift, route, own, roads.travel_s, roads.weights)
    late_s = 0
    if best is None:
        wider, wide = stretched(shift, route, own, roads.travel_s)
        best = timed(wider, route, wide, roads.travel_s, roads.weights)
        if best is None:
            return None
        late_s = sum(
            max(0, wide[key].pickup_latest_s - own[key].pickup_latest_s)
            + max(0, wide[key].delivery_latest_s - own[key].delivery_latest_s)
            for key in own
        )
        shift, own = wider, wide
    alone = Plan((shift,), (best,), own)
    if any(fault.kind in IMPOSSIBLE for fault in check(alone, roads.travel_s)):
        return None
    return objective(alone, roads.travel_s, roads.weights).cost + 100 * late_s


def settled(plan: Plan, shifts: Iterable[str], now_s: int, roads: Roads, may_move: bool = True) -> Plan:
    """The plan with lawful times on the routes named, of which something new is known.

    Where a vehicle's lateness leaves its order without times, rides that are not locked are given to others first; only
    what is left is stretched.
    """
    for shift_id in shifts:
        v = next(v for v, route in enumerate(plan.routes) if route.shift_id == shift_id)
        plan = _settled(plan, v, now_s, roads, may_move)
    return plan


def _settled(plan: Plan, v: int, now_s: int, roads: Roads, may_move: bool) -> Plan:
    route = plan.routes[v]
    if route.done >= len(route.events):
        return plan
    if not route.done:
        return _retimed_unheard(plan, v, now_s, roads)
    route = _not_before(route, now_s, roads.travel_s)
    plan = replace(plan, routes=_put(plan.routes, v, route))
    best = timed(plan.shifts[v], route, _own(route, plan.requests), roads.travel_s, roads.weights)
    if best is None and may_move:
        plan = _relieved(plan, v, now_s, roads)
        route = plan.routes[v]
        best = timed(plan.shifts[v], route, _own(route, plan.requests), roads.travel_s, roads.weights)
    if best is not None:
        return replace(plan, routes=_put(plan.routes, v, best))
    shift, own = stretched(plan.shifts[v], route, _own(route, plan.requests), roads.travel_s)
    best = timed(shift, route, own, roads.travel_s, roads.weights)
    assert best is not None  # wide enough for its earliest times
    return Plan(_put(plan.shifts, v, shift), _put(plan.routes, v, best), plan.requests | own)


def _not_before(route: Route, now_s: int, travel_s: I32) -> Route:
    """Nobody leaves before now; who is on the way has not arrived yet."""
    ready_s = now_s
    if route.locked > route.done:
        here, target = route.events[route.done - 1], route.events[route.done]
        ready_s -= 0 if target.kind is EventKind.BREAK else int(travel_s[here.location, target.location])
    return replace(route, ready_s=max(route.ready_s, ready_s))


def _retimed_unheard(plan: Plan, v: int, now_s: int, roads: Roads) -> Plan:
    """New times for a route of which nothing was heard: what is past by the clock stays as it was planned."""
    route = plan.routes[v]
    seen = as_of_route(plan, v, now_s, roads.travel_s)
    best = timed(plan.shifts[v], seen, _own(seen, plan.requests), roads.travel_s, roads.weights)
    best = best or timed(plan.shifts[v], route, _own(route, plan.requests), roads.travel_s, roads.weights)
    if best is None:
        shift, own = stretched(plan.shifts[v], route, _own(route, plan.requests), roads.travel_s)
        best = timed(shift, route, own, roads.travel_s, roads.weights)
        assert best is not None  # wide enough for its earliest times
        plan = Plan(_put(plan.shifts, v, shift), plan.routes, plan.requests | own)
    kept = replace(best, done=route.done, locked=route.locked, ready_s=route.ready_s)
    return replace(plan, routes=_put(plan.routes, v, kept))


def _relieved(plan: Plan, v: int, now_s: int, roads: Roads) -> Plan:
    """Give rides of a late vehicle to others that keep their promises, the first to be fetched first."""
    for _number in range(MOST_MOVED):
        route = plan.routes[v]
        if timed(plan.shifts[v], route, _own(route, plan.requests), roads.travel_s, roads.weights) is not None:
            break
        open_ids = [
            event.request_id
            for event in route.events[max(route.locked, route.done) :]
            if event.kind is EventKind.PICKUP and event.request_id
        ]
        moved = next((found for key in open_ids if (found := _moved(plan, v, key, now_s, roads))), None)
        if moved is None:
            break
        plan = moved
    return plan


def _moved(plan: Plan, v: int, request_id: str, now_s: int, roads: Roads) -> Plan | None:
    """The plan in which another vehicle serves a ride within its promise; None if none can."""
    route = plan.routes[v]
    events = tuple(event for event in route.events if event.request_id != request_id)
    left = replace(route, events=events)
    request = plan.requests[request_id]
    others = {key: value for key, value in plan.requests.items() if key != request_id}
    frozen = replace(left, done=len(events), locked=len(events))
    seen = as_of(Plan(plan.shifts, _put(plan.routes, v, frozen), others), now_s, roads.travel_s)
    try:
        found, _effort = DayState(seen, roads.travel_s, roads.weights).quote(request)
    except InfeasiblePlan:
        return None
    if not found:
        return None
    wider = insert(seen, request, found[0], roads.travel_s, roads.weights)
    base = Plan(plan.shifts, _put(plan.routes, v, left), others)
    return back_to_facts(base, wider)


# -- what is past by the clock -------------------------------------------------------------------------------------------


def as_of(plan: Plan, now_s: int, travel_s: I32) -> Plan:
    """The plan as it must be taken at a second: nothing is planned before it.

    A vehicle of which nothing is heard is taken to drive as planned; one that is overdue, and was heard of, cannot do the
    next thing before now. A route that is then without lawful times takes nobody on. The view is for planning:
    `back_to_facts` takes its assumptions out again.
    """
    routes = tuple(as_of_route(plan, v, now_s, travel_s) for v in range(len(plan.routes)))
    return replace(plan, routes=routes)


def as_of_route(plan: Plan, v: int, now_s: int, travel_s: I32) -> Route:
    """One route as of a second."""
    shift, route = plan.shifts[v], plan.routes[v]
    if now_s <= shift.start_s and not route.done:
        return route
    n, k = len(route.events), route.done
    if k >= n:
        return route
    heard = k > 0
    events = route.events
    if not heard:
        # It stands ready at its depot from the shift's start on.
        events = (replace(events[0], start_s=min(events[0].start_s, max(shift.start_s, 0))), *events[1:])
        k = 1
    # Who is late home, or stands there with hours left, is free for whoever books now.
    overdue = (
        heard and events[k].kind is not EventKind.END and events[k].start_s < now_s <= events[k].start_s + SILENT_S
    )
    if overdue:
        waiting = replace(route, locked=max(route.locked, k + 1))
        return _if_lawful(plan, v, _not_before(waiting, now_s, travel_s), travel_s)
    while k < n and events[k].start_s <= now_s and events[k].kind is not EventKind.END:
        k += 1
    last = events[k - 1]
    ready_s = max(route.ready_s if k == route.done else 0, last.start_s + last.dwell_s)
    locked = max(route.locked, k)
    ahead = events[k] if k < n else None
    if ahead is not None:
        leave_s = ahead.start_s - (0 if ahead.kind is EventKind.BREAK else int(travel_s[last.location, ahead.location]))
        if ahead.request_id is not None and (locked > k or leave_s < now_s):
            locked, ready_s = max(locked, k + 1), max(ready_s, leave_s)
        else:
            ready_s = max(ready_s, now_s)
    return _if_lawful(plan, v, Route(route.shift_id, events, k, locked, ready_s), travel_s)


def _if_lawful(plan: Plan, v: int, route: Route, travel_s: I32) -> Route:
    """The route, or one that takes nobody on."""
    if timed(plan.shifts[v], route, _own(route, plan.requests), travel_s, Weights()) is not None:
        return route
    n = len(route.events)
    return replace(plan.routes[v], done=n, locked=n)


def back_to_facts(before: Plan, after: Plan, driven: frozenset[str] = frozenset()) -> Plan:
    """A plan that was made on a view (`as_of`) with only those facts that the plan before it knows.

    Routes whose order is the same are those before, untouched. Of the shifts in `driven` the new plan knows better.
    """
    old_of = {route.shift_id: route for route in before.routes}
    routes = []
    for route in after.routes:
        old = old_of.get(route.shift_id)
        if old is None or route.shift_id in driven or _facts(route) == _facts(old):
            routes.append(route)
        elif [_identity(event) for event in route.events] == [_identity(event) for event in old.events]:
            routes.append(old)
        else:
            routes.append(replace(route, done=old.done, locked=old.locked, ready_s=old.ready_s))
    return replace(after, routes=tuple(routes))


def _facts(route: Route) -> tuple[int, int, int]:
    return route.done, route.locked, route.ready_s


def _identity(event: StopEvent) -> tuple[EventKind, str | None, int | None]:
    return event.kind, event.request_id, event.break_index


def _own(route: Route, requests: dict[str, Request]) -> dict[str, Request]:
    return {event.request_id: requests[event.request_id] for event in route.events if event.request_id}


def _put(values: tuple, index: int, value: object) -> tuple:  # type: ignore[type-arg]  # shifts or routes
    return (*values[:index], value, *values[index + 1 :])
