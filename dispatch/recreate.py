"""How rides return to their routes: one by one, each to its cheapest place in the exact schedule.

What an insertion costs depends on one route only, so costs are remembered per ride and route until the route changes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch._compiled import compiled
from dispatch.insertion import count_apart
from dispatch.layout import EARLIEST, I32, I64, INFINITE, LATEST, LOCATION, SEATS
from dispatch.positions import can_serve, collect_pairs, insert_into, profile_route, sort_pairs
from dispatch.schedule import evaluate

BOOLS = npt.NDArray[np.bool_]

NO_PLACE = -1
DRAWN = 12  # so many places are drawn one by one before the rest is sorted: mostly the first few settle it
PASSED_OVER = 0.2  # share of a route's places that a blink passes over


class Problem(NamedTuple):
    """What does not change during a search; see `dispatch.layout` and `dispatch.state.DayState` for the arrays."""

    events: I64
    travel_s: I32
    configurations: I64
    configuration_start: I64
    features: I64
    apart_start: I64  # requests that must not meet, as compressed rows of pick-up events
    apart_items: I64
    done: I64
    locked: I64
    actual_s: I64
    ready_s: I64
    drive_weight: int
    slack: I64
    timed: bool
    left_out: I64  # int64[n_requests]: what it costs not to serve a request; those served at first are dearest
    movable: I64  # numbers of the requests that may be taken out or are unserved
    fixed: BOOLS  # bool[n_requests]: the others
    near: I32  # int32[n_requests, m]: the movable requests most like each movable one, -1 where there are no more


class Routes(NamedTuple):
    """One plan: `order: int64[n_shifts, width]`, of which `lengths` count; `stamps` name what stands in each route."""

    order: I64
    lengths: I64
    costs: I64
    stamps: I64
    where: I64  # int64[n_requests]: the route that serves a request, -1 if none does


class Memory(NamedTuple):
    """What inserting request r into route v costs, while the route's stamp is the one remembered.

    `cost, i, j` are the cheapest place; if i is NO_PLACE there is none cheaper than `cost`.
    """

    stamp: I64
    cost: I64
    i: I32
    j: I32
    profiles: I64
    profile_stamp: I64
    next_stamp: I64  # int64[1]


class Room(NamedTuple):
    """Space to work in, allocated once."""

    pairs: I64
    trial: I64
    scratch: I64
    found: I64  # int64[3]: cost, i, j
    bank: I64
    rank: npt.NDArray[np.float64]
    removed: BOOLS
    hit: BOOLS


@compiled
def draw_cheapest(pairs: I64, c: int, count: int) -> None:
    """Bring the pair that adds least driving among c .. count - 1 to place c; the first of equals."""
    at = c
    for k in range(c + 1, count):
        if pairs[k, 0] < pairs[at, 0]:
            at = k
    extra, i, j = pairs[at, 0], pairs[at, 1], pairs[at, 2]
    pairs[at, 0], pairs[at, 1], pairs[at, 2] = pairs[c, 0], pairs[c, 1], pairs[c, 2]
    pairs[c, 0], pairs[c, 1], pairs[c, 2] = extra, i, j


@compiled
def best_in_route(
    problem: Problem,
    routes: Routes,
    memory: Memory,
    v: int,
    r: int,
    ceiling: int,
    skip: float,
    rng: np.random.Generator,
    room: Room,
) -> None:
    """Write (cost, i, j) of the cheapest insertion of request r into route v into `room.found`; INFINITE if none costs
    less than `ceiling`. With `skip` > 0 that share of the places is passed over by chance (blinks)."""
    found = room.found
    found[0] = INFINITE
    found[1] = NO_PLACE
    pickup = 2 * r
    n = routes.lengths[v]
    order = routes.order[v]
    if n + 2 > order.shape[0] or not can_serve(problem.events, pickup, problem.features[v]):
        return
    profile = memory.profiles[v]
    done = problem.done[v]
    if memory.profile_stamp[v] != routes.stamps[v]:
        profile_route(
            order, n, problem.events, problem.travel_s, done, problem.actual_s[v], problem.ready_s[v], profile
        )
        memory.profile_stamp[v] = routes.stamps[v]
    apart = problem.apart_items[problem.apart_start[r] : problem.apart_start[r + 1]]
    watch_apart = apart.shape[0] > 0
    if watch_apart:
        count_apart(order, n, apart, profile)
    most_extra_s = INFINITE
    if ceiling < INFINITE and problem.drive_weight > 0:
        most_extra_s = (ceiling - 1) // problem.drive_weight
    own = problem.configurations[problem.configuration_start[v] : problem.configuration_start[v + 1]]
    count = collect_pairs(
        order, n, problem.events, problem.travel_s, profile, own, done, problem.locked[v], problem.ready_s[v], pickup,
        watch_apart, most_extra_s, room.pairs,
    )  # fmt: skip
    least = ceiling
    for c in range(count):
        if c < DRAWN:
            draw_cheapest(room.pairs, c, count)
        elif c == DRAWN:
            sort_pairs(room.pairs[c:], count - c)
        if room.pairs[c, 0] * problem.drive_weight >= least:
            break
        if skip > 0.0 and rng.random() < skip:
            continue
        m = insert_into(order, n, pickup, room.pairs[c, 1], room.pairs[c, 2], room.trial)
        bound = INFINITE
        if least < INFINITE:
            bound = routes.costs[v] + least
        total, _ = evaluate(
            room.trial, m, problem.events, problem.travel_s, done, problem.actual_s[v], problem.ready_s[v],
            problem.drive_weight, problem.slack, problem.timed, bound, room.scratch,
        )  # fmt: skip
        if total < INFINITE and total - routes.costs[v] < least:
            least = total - routes.costs[v]
            found[0] = least
            found[1] = room.pairs[c, 1]
            found[2] = room.pairs[c, 2]


@compiled
def put_back(
    problem: Problem,
    routes: Routes,
    memory: Memory,
    r: int,
    blink: float,
    rng: np.random.Generator,
    room: Room,
) -> None:
    """Insert request r where it costs least, if any route has room for it.

    With chance `blink` a route is looked at only in part, which lets the search past a greedy choice.
    """
    least = INFINITE
    route = -1
    i = 0
    j = 0
    n_shifts = routes.lengths.shape[0]
    for v in range(n_shifts):  # what is remembered costs nothing and bounds the rest
        if memory.stamp[r, v] == routes.stamps[v] and memory.i[r, v] >= 0 and memory.cost[r, v] < least:
            if blink > 0.0 and rng.random() < blink:
                continue
            least = memory.cost[r, v]
            route = v
            i = memory.i[r, v]
            j = memory.j[r, v]
    for v in range(n_shifts):
        if memory.stamp[r, v] == routes.stamps[v] and (memory.i[r, v] >= 0 or memory.cost[r, v] >= least):
            continue
        if blink > 0.0 and rng.random() < blink:
            best_in_route(problem, routes, memory, v, r, least, PASSED_OVER, rng, room)
        else:
            best_in_route(problem, routes, memory, v, r, least, 0.0, rng, room)
            memory.stamp[r, v] = routes.stamps[v]
            memory.cost[r, v] = min(room.found[0], least)
            memory.i[r, v] = room.found[1]
            memory.j[r, v] = room.found[2]
        if room.found[0] < least:
            least = room.found[0]
            route = v
            i = room.found[1]
            j = room.found[2]
    if route < 0:
        return
    m = insert_into(routes.order[route], routes.lengths[route], 2 * r, i, j, room.trial)
    routes.order[route, :m] = room.trial[:m]
    routes.lengths[route] = m
    routes.costs[route] += least
    restamp(routes, memory, route)
    routes.where[r] = route


@compiled
def restamp(routes: Routes, memory: Memory, v: int) -> None:
    """Say that route v is no longer what it was."""
    memory.next_stamp[0] += 1
    routes.stamps[v] = memory.next_stamp[0]


@compiled
def order_bank(problem: Problem, routes: Routes, rng: np.random.Generator, room: Room) -> int:
    """List the unserved requests in the order in which they return; return how many."""
    events = problem.events
    count = 0
    draw = rng.random() * 14.0
    for r in problem.movable:
        if routes.where[r] >= 0:
            continue
        a = 2 * r
        if draw < 5.0:
            rank = rng.random()
        elif draw < 7.0:  # those who take most room first
            rank = -float(events[a, SEATS] + 4 * events[a, SEATS + 1]) + rng.random()
        elif draw < 9.0:  # the longest ways first
            rank = -float(problem.travel_s[events[a, LOCATION], events[a + 1, LOCATION]])
        elif draw < 10.0:
            rank = float(problem.travel_s[events[a, LOCATION], events[a + 1, LOCATION]])
        elif draw < 12.0:  # the least choice of time first
            rank = float(events[a, LATEST] - events[a, EARLIEST] + events[a + 1, LATEST] - events[a + 1, EARLIEST])
        elif draw < 13.0:
            rank = float(events[a, EARLIEST])
        else:
            rank = -float(events[a + 1, LATEST])
        b = count
        while b > 0 and room.rank[b - 1] > rank:
            room.rank[b] = room.rank[b - 1]
            room.bank[b] = room.bank[b - 1]
            b -= 1
        room.rank[b] = rank
        room.bank[b] = r
        count += 1
    return count
