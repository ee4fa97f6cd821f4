"""Is this plan lawful? Written without looking at any solver: it reads the plan's values and the travel times, no more.

`check` judges the times that the plan states. `least_start_times` asks whether a fixed order has lawful times at all, by
Bellman-Ford over its difference constraints; tests hold the engine's schedule against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from dispatch.model import EventKind, Load, Plan, Request, Route, Shift, StopEvent


class Broken(StrEnum):
    """Which law a plan breaks."""

    STRUCTURE = "structure"
    SHIFT = "shift"
    TRAVEL = "travel"
    WINDOW = "window"
    RIDE_TIME = "ride_time"
    CAPACITY = "capacity"
    FEATURE = "feature"
    BREAK = "break"
    APART = "apart"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken law: where, whose, and what is wrong in words."""

    kind: Broken
    shift_id: str
    request_id: str | None
    message: str


Travel = npt.NDArray[np.int32]


def check(plan: Plan, travel_s: Travel, *, all_served: bool = True) -> list[Violation]:
    """Every law that the plan breaks; empty for a lawful plan.

    Parameters
    ----------
    plan
        The plan with its stated times.
    travel_s
        int32[n_locations, n_locations], driving seconds.
    all_served
        Whether every request of the plan must be served.
    """
    found = list(_check_structure(plan, all_served))
    if found:
        return found  # times of a malformed plan mean nothing
    for shift, route in zip(plan.shifts, plan.routes, strict=True):
        found += _check_times(shift, route, plan.requests, travel_s)
        found += _check_loads(shift, route, plan.requests)
    return found


def check_successor(before: Plan, after: Plan, driven: frozenset[str] = frozenset()) -> list[Violation]:
    """What a new version of a plan must not do: lose or alter a promise, or rewrite what has happened or is locked.

    `driven` are the shifts of which new facts are known: they may contradict what was locked, but never an older fact.
    """
    found = []
    for request_id, request in before.requests.items():
        if request_id in after.requests and after.requests[request_id] != request:
            found.append(Violation(Broken.HISTORY, "", request_id, "the promise was altered"))
        elif request_id not in after.requests:
            found.append(Violation(Broken.HISTORY, "", request_id, "the request was dropped"))
    if [shift.id for shift in before.shifts] != [shift.id for shift in after.shifts]:
        return [*found, Violation(Broken.HISTORY, "", None, "the shifts are not the same")]
    for old, new in zip(before.routes, after.routes, strict=True):
        if old.shift_id in driven:
            if not _keeps_facts(old, new):
                found.append(Violation(Broken.HISTORY, old.shift_id, None, "a past event was lost or altered"))
            continue
        fixed_before = [_identity(event) for event in old.events[: old.locked]]
        fixed_after = [_identity(event) for event in new.events[: old.locked]]
        if fixed_before != fixed_after or new.locked < old.locked or new.done < old.done:
            found.append(Violation(Broken.HISTORY, old.shift_id, None, "the locked events were moved"))
        if [event.start_s for event in old.events[: old.done]] != [event.start_s for event in new.events[: old.done]]:
            found.append(Violation(Broken.HISTORY, old.shift_id, None, "the time of a past event was altered"))
    return found


def _keeps_facts(old: Route, new: Route) -> bool:
    """Whether all that had happened still has, at its time and in its order."""
    past = iter((_identity(event), event.start_s) for event in new.events[: new.done])
    return all((_identity(event), event.start_s) in past for event in old.events[: old.done])


def _identity(event: StopEvent) -> tuple[EventKind, str | None, int | None]:
    return event.kind, event.request_id, event.break_index


def _check_structure(plan: Plan, all_served: bool) -> Iterator[Violation]:
    if len(plan.shifts) != len(plan.routes):
        yield Violation(Broken.STRUCTURE, "", None, f"{len(plan.shifts)} shifts but {len(plan.routes)} routes")
        return
    times_served: Counter[str] = Counter()
    for shift, route in zip(plan.shifts, plan.routes, strict=True):
        for message, request_id in _route_faults(shift, route, plan.requests):
            yield Violation(Broken.STRUCTURE, route.shift_id, request_id, message)
        times_served.update(event.request_id for event in route.events if event.request_id is not None)
    for request_id, count in times_served.items():
        if count != 2:
            yield Violation(Broken.STRUCTURE, "", request_id, f"stands {count} times in the routes instead of twice")
    if all_served:
        for request_id in plan.requests.keys() - times_served.keys():
            yield Violation(Broken.STRUCTURE, "", request_id, "is not served")


def _route_faults(shift: Shift, route: Route, requests: dict[str, Request]) -> Iterator[tuple[str, str | None]]:
    events = route.events
    if route.shift_id != shift.id:
        yield f"route of shift {route.shift_id} stands where {shift.id} belongs", None
    if len(events) < 2 or events[0].kind is not EventKind.START or events[-1].kind is not EventKind.END:
        yield "does not go from START to END", None
        return
    if any(event.kind in (EventKind.START, EventKind.END) for event in events[1:-1]):
        yield "has a START or END on the way", None
    if events[0].location != shift.start_location:
        yield "does not begin at the shift's depot", None
    if shift.end_location is not None and events[-1].location != shift.end_location:
        yield "does not end at the shift's depot", None
    if not 0 <= route.done <= route.locked <= len(events):
        yield f"done {route.done} and locked {route.locked} do not fit {len(events)} events", None
    breaks = [event.break_index for event in events if event.kind is EventKind.BREAK]
    if sorted(index for index in breaks if index is not None) != list(range(len(shift.breaks))):
        yield f"has the breaks {breaks}, the shift has {len(shift.breaks)}", None
    aboard: set[str] = set()
    for event in events:
        if event.kind not in (EventKind.PICKUP, EventKind.DELIVERY):
            continue
        request = requests.get(event.request_id or "")
        if request is None:
            yield f"serves {event.request_id}, which is not in the plan", event.request_id
            continue
        picks_up = event.kind is EventKind.PICKUP
        if event.location != (request.pickup_location if picks_up else request.delivery_location):
            yield "stops at the wrong place", request.id
        if event.dwell_s != (request.pickup_dwell_s if picks_up else request.delivery_dwell_s):
            yield "stays a wrong time at the stop", request.id
        if picks_up:
            aboard.add(request.id)
        elif request.id not in aboard:
            yield "lets somebody off who has not boarded", request.id
        else:
            aboard.discard(request.id)
    for request_id in sorted(aboard):
        yield "never lets somebody off", request_id


def _check_times(shift: Shift, route: Route, requests: dict[str, Request], travel_s: Travel) -> Iterator[Violation]:
    boarded: dict[str, tuple[int, int]] = {}
    for k, event in enumerate(route.events):
        past = k < route.done
        if k > 0 and not past:
            before = route.events[k - 1]
            leave_s = before.start_s + before.dwell_s
            if k == route.done:
                leave_s = max(leave_s, route.ready_s)
            arrive_s = leave_s + int(travel_s[before.location, event.location])
            if event.start_s < arrive_s:
                message = f"event {k} begins at {event.start_s}, the vehicle arrives at {arrive_s}"
                yield Violation(Broken.TRAVEL, shift.id, event.request_id, message)
        window = _window(shift, event, requests)
        if not past and not window[0] <= event.start_s <= window[1]:
            kind = Broken.WINDOW if event.request_id else Broken.SHIFT
            kind = Broken.BREAK if event.kind is EventKind.BREAK else kind
            message = f"event {k} begins at {event.start_s}, outside {window[0]}..{window[1]}"
            yield Violation(kind, shift.id, event.request_id, message)
        if event.kind is EventKind.BREAK and event.dwell_s < shift.breaks[event.break_index or 0].duration_s:
            yield Violation(Broken.BREAK, shift.id, None, f"break {event.break_index} is too short")
        if event.kind is EventKind.PICKUP and event.request_id:
            boarded[event.request_id] = (k, event.start_s + event.dwell_s)
        elif event.kind is EventKind.DELIVERY and event.request_id and not past:
            aboard_s = event.start_s - boarded[event.request_id][1]
            longest_s = requests[event.request_id].max_ride_s
            if aboard_s > longest_s:
                message = f"rides {aboard_s} s, promised were at most {longest_s}"
                yield Violation(Broken.RIDE_TIME, shift.id, event.request_id, message)
    lasts_s = route.events[-1].start_s - route.events[0].start_s
    if shift.max_duration_s is not None and lasts_s > shift.max_duration_s:
        yield Violation(Broken.SHIFT, shift.id, None, f"lasts {lasts_s} s, at most {shift.max_duration_s} are allowed")


def _window(shift: Shift, event: StopEvent, requests: dict[str, Request]) -> tuple[int, int]:
    if event.kind is EventKind.BREAK:
        rest = shift.breaks[event.break_index or 0]
        return rest.earliest_s, rest.latest_s
    if event.request_id is None:
        return shift.start_s, shift.end_s
    request = requests[event.request_id]
    if event.kind is EventKind.PICKUP:
        return request.pickup_earliest_s, request.pickup_latest_s
    return request.delivery_earliest_s, request.delivery_latest_s


def _check_loads(shift: Shift, route: Route, requests: dict[str, Request]) -> Iterator[Violation]:
    aboard: dict[str, Request] = {}
    for event in route.events:
        if event.kind is EventKind.BREAK and aboard:
            yield Violation(Broken.BREAK, shift.id, None, f"break {event.break_index} with riders aboard")
        if event.kind is EventKind.DELIVERY and event.request_id:
            aboard.pop(event.request_id)
        if event.kind is not EventKind.PICKUP or not event.request_id:
            continue
        request = requests[event.request_id]
        missing = request.features - shift.vehicle.features
        if missing:
            message = f"needs {', '.join(sorted(missing))}, vehicle {shift.vehicle.id} lacks it"
            yield Violation(Broken.FEATURE, shift.id, request.id, message)
        for other in aboard.values():
            if other.id in request.apart_from or request.id in other.apart_from:
                yield Violation(Broken.APART, shift.id, request.id, f"must not ride with {other.id}")
        aboard[request.id] = request
        total = Load(
            sum(each.load.seats for each in aboard.values()),
            sum(each.load.wheelchairs for each in aboard.values()),
            sum(each.load.storage for each in aboard.values()),
        )
        if not any(_covers(configuration, total) for configuration in shift.vehicle.configurations):
            yield Violation(Broken.CAPACITY, shift.id, request.id, f"no configuration of the vehicle takes {total}")


def _covers(configuration: Load, load: Load) -> bool:
    return all(part <= places for part, places in zip(load.as_tuple(), configuration.as_tuple(), strict=True))


def least_start_times(shift: Shift, route: Route, requests: dict[str, Request], travel_s: Travel) -> list[int] | None:
    """Earliest lawful start of each event in the route's order, or None if the order has no lawful times.

    Longest paths from midnight over the difference constraints, by Bellman-Ford; a path that still grows after as many
    rounds as there are events is a cycle that no schedule can satisfy.
    """
    events = route.events
    constraints: list[tuple[int, int, int]] = []  # start[j] >= start[i] + bound; i = -1: midnight
    latest = []
    for k, event in enumerate(events):
        earliest_s, latest_s = _window(shift, event, requests)
        if k < route.done:
            earliest_s = latest_s = event.start_s
        elif k > 0:
            before = events[k - 1]
            leg_s = int(travel_s[before.location, event.location])
            constraints.append((k - 1, k, before.dwell_s + leg_s))
            if k == route.done:
                earliest_s = max(earliest_s, route.ready_s + leg_s)
        constraints.append((-1, k, earliest_s))
        latest.append(latest_s)
        if event.kind is EventKind.DELIVERY and event.request_id and k >= route.done:
            request = requests[event.request_id]
            partner = next(i for i in range(k) if events[i].request_id == event.request_id)
            constraints.append((k, partner, -(request.max_ride_s + events[partner].dwell_s)))
    if shift.max_duration_s is not None and route.done < len(events):
        constraints.append((len(events) - 1, 0, -shift.max_duration_s))
    start = [0] * len(events)
    for _ in range(len(events) + 1):
        grown = False
        for i, j, bound in constraints:
            value = bound if i < 0 else start[i] + bound
            if value > start[j]:
                start[j] = value
                grown = True
        if any(time > limit for time, limit in zip(start, latest, strict=True)):
            return None
        if not grown:
            return start
    return None
