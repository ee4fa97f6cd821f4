"""Large-neighbourhood search in compiled loops: take some rides out, put them back where they cost least.

Ruin and recreate (Shaw 1998; Schrimpf et al. 2000): rides that are alike in place and time are taken out; they return one
by one, each to its cheapest place in the exact schedule, now and then past it (the blinks of Christiaens & Vanden Berghe
2020), see `dispatch.recreate`. A solution is kept if it is not much worse than the present one (simulated annealing). What
has happened, what is locked and who is aboard never move.
"""

from __future__ import annotations

import numpy as np

from dispatch._compiled import compiled
from dispatch.layout import INFINITE
from dispatch.pool import Pool, add_column
from dispatch.recreate import Memory, Problem, Room, Routes, order_bank, put_back, restamp
from dispatch.schedule import evaluate


@compiled
def drop_removed(problem: Problem, routes: Routes, memory: Memory, v: int, room: Room) -> bool:
    """Take the marked requests out of route v and time it anew; False in the odd case that it is then unlawful (driving
    seconds that break the triangle inequality)."""
    n_requests = routes.where.shape[0]
    m = 0
    for k in range(routes.lengths[v]):
        event = routes.order[v, k]
        if event < 2 * n_requests and room.removed[event // 2]:
            routes.where[event // 2] = -1
            continue
        routes.order[v, m] = event
        m += 1
    routes.lengths[v] = m
    routes.costs[v], _ = evaluate(
        routes.order[v], m, problem.events, problem.travel_s, problem.done[v], problem.actual_s[v], problem.ready_s[v],
        problem.drive_weight, problem.slack, problem.timed, INFINITE, room.scratch,
    )  # fmt: skip
    restamp(routes, memory, v)
    return bool(routes.costs[v] < INFINITE)


@compiled
def ruin(problem: Problem, routes: Routes, memory: Memory, wanted: int, rng: np.random.Generator, room: Room) -> bool:
    """Take out about `wanted` rides that are like a random one in place and time, wherever they are.

    Of those most alike a random choice is taken, the nearer the likelier (Shaw 1998). False if a route is then unlawful.
    """
    movable = problem.movable
    seed = movable[int(rng.random() * movable.shape[0])]
    for v in range(routes.lengths.shape[0]):
        room.hit[v] = False
    for r in movable:
        room.removed[r] = False
    reach = min(problem.near.shape[1], 3 * wanted)
    taken = 0
    r = seed
    for _ in range(4 * wanted):
        if r >= 0 and routes.where[r] >= 0 and not room.removed[r]:
            room.removed[r] = True
            room.hit[routes.where[r]] = True
            taken += 1
            if taken == wanted:
                break
        r = problem.near[seed, int(rng.random() ** 2 * reach)]
    lawful = True
    for v in range(routes.lengths.shape[0]):
        if room.hit[v]:
            lawful = drop_removed(problem, routes, memory, v, room) and lawful
    return lawful


@compiled
def cost_of(problem: Problem, routes: Routes) -> int:
    """Cost of a plan with what it leaves out."""
    total = 0
    for v in range(routes.costs.shape[0]):
        total += routes.costs[v]
    for r in problem.movable:
        if routes.where[r] < 0:
            total += problem.left_out[r]
    return total


@compiled
def copy_route(source: Routes, target: Routes, v: int) -> None:
    n = source.lengths[v]
    target.order[v, :n] = source.order[v, :n]
    target.lengths[v] = n
    target.costs[v] = source.costs[v]
    target.stamps[v] = source.stamps[v]


@compiled
def search_neighbourhoods(
    iterations: int,
    rng: np.random.Generator,
    hot: float,
    cold: float,
    mean_removed: float,
    blink: float,
    problem: Problem,
    present: Routes,
    work: Routes,
    best: Routes,
    memory: Memory,
    room: Room,
    pool: Pool,
    pool_within: float,
) -> None:
    """Run a number of iterations from `present` in place, keeping the best.

    Parameters
    ----------
    rng
        Where chance comes from; the same state gives the same search.
    hot, cold
        Temperature at the first and last iteration of this call, in cost; it falls geometrically.
    mean_removed
        How many rides an iteration takes out, on average.
    blink
        Chance that a route is looked at only in part.
    present, work, best
        Where the search stands (`work` is a copy of it), and the cheapest plan seen.
    pool, pool_within
        Routes of plans that cost at most this much more than the best, as a share, are kept for set partitioning.
    """
    n_shifts = present.lengths.shape[0]
    present_cost = cost_of(problem, present)
    best_cost = cost_of(problem, best)
    for iteration in range(iterations):
        temperature = hot * (cold / hot) ** (iteration / iterations)
        lawful = ruin(problem, work, memory, 1 + int(rng.random() * 2.0 * mean_removed), rng, room)
        in_bank = order_bank(problem, work, rng, room)
        if lawful:
            for b in range(in_bank):
                put_back(problem, work, memory, room.bank[b], blink, rng, room)
        total = cost_of(problem, work)
        if lawful and pool_within > 0.0 and total <= best_cost + pool_within * abs(best_cost):
            for v in range(n_shifts):
                if work.stamps[v] != present.stamps[v]:
                    add_column(pool, work.order[v], work.lengths[v], work.costs[v], v)
        if lawful and total < present_cost - temperature * np.log(1.0 - rng.random()):
            for v in range(n_shifts):
                if work.stamps[v] != present.stamps[v]:
                    copy_route(work, present, v)
            present.where[:] = work.where
            present_cost = total
            if total < best_cost:
                best_cost = total
                for v in range(n_shifts):
                    if best.stamps[v] != work.stamps[v]:
                        copy_route(work, best, v)
                best.where[:] = work.where
        else:
            for v in range(n_shifts):
                if work.stamps[v] != present.stamps[v]:
                    copy_route(present, work, v)
            work.where[:] = present.where
