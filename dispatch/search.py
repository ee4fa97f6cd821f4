"""Large-neighbourhood search in compiled loops: take some requests out, put them back where they cost least.

Ruin and recreate (Shaw 1998; Schrimpf et al. 2000; Ropke & Pisinger 2006): related requests, whole routes, costly ones or
random ones are taken out; they return by cheapest or by regret-2 insertion with the exact schedule; a solution is kept
if it is not much worse than the present one (simulated annealing, cooled with progress). What has happened, what is
locked and who is aboard never move.
"""

from __future__ import annotations

import numpy as np

from dispatch._compiled import compiled
from dispatch.insertion import count_apart
from dispatch.layout import EARLIEST, I32, I64, INFINITE, LOCATION
from dispatch.positions import (
    PROFILE_ROWS,
    can_serve,
    collect_pairs,
    insert_into,
    profile_route,
    remove_from,
    sort_pairs,
)
from dispatch.schedule import evaluate

NEVER_TRIED = -1


@compiled
def best_in_route(
    order: I64,
    n: int,
    profile: I64,
    cost: int,
    events: I64,
    travel_s: I32,
    configurations: I64,
    done: int,
    locked: int,
    actual_s: I64,
    ready_s: int,
    drive_weight: int,
    slack: I64,
    timed: bool,
    pickup: int,
    apart: I64,
    skip: float,
    rng: np.random.Generator,
    pairs: I64,
    trial: I64,
    scratch: I64,
    best: I64,
) -> None:
    """Write (cost, i, j) of the cheapest insertion into one route, INFINITE if there is none.

    With `skip` > 0 that share of the pairs is passed over by chance, which makes the search wander (Christiaens & Vanden
    Berghe 2020 call it blinks).
    """
    best[0] = INFINITE
    watch_apart = apart.shape[0] > 0
    if watch_apart:
        count_apart(order, n, apart, profile)
    count = collect_pairs(
        order, n, events, travel_s, profile, configurations, done, locked, ready_s, pickup, watch_apart, INFINITE, pairs
    )
    sort_pairs(pairs, count)
    for c in range(count):
        if pairs[c, 0] * drive_weight >= best[0]:
            break
        if skip > 0.0 and rng.random() < skip:
            continue
        m = insert_into(order, n, pickup, pairs[c, 1], pairs[c, 2], trial)
        bound = INFINITE
        if best[0] < INFINITE:
            bound = cost + best[0]
        total, _ = evaluate(
            trial, m, events, travel_s, done, actual_s, ready_s, drive_weight, slack, timed, bound, scratch
        )
        if total < INFINITE and total - cost < best[0]:
            best[0] = total - cost
            best[1] = pairs[c, 1]
            best[2] = pairs[c, 2]


@compiled
def relatedness(events: I64, travel_s: I32, a: int, b: int) -> float:
    """How alike two requests are, in seconds; small is alike: near in place and near in time."""
    near = (
        travel_s[events[a, LOCATION], events[b, LOCATION]] + travel_s[events[a + 1, LOCATION], events[b + 1, LOCATION]]
    )
    return float(near + abs(events[a, EARLIEST] - events[b, EARLIEST]))


@compiled
def choose_ruined(
    kind: int,
    wanted: int,
    movable: I64,
    where: I64,
    saving: I64,
    events: I64,
    travel_s: I32,
    rng: np.random.Generator,
    chosen: I64,
) -> int:
    """Write the requests to take out into `chosen` (their numbers); return how many.

    Kinds: 0 related to a random seed, 1 random, 2 costly, 3 a whole route, 4 a span of time. `movable`: request numbers;
    `where[r]`: route of request r, -1 if unserved; `saving[r]`: what its absence would save.
    """
    total = movable.shape[0]
    if total == 0:
        return 0
    wanted = min(wanted, total)
    score = np.empty(total, dtype=np.float64)
    seed = movable[rng.integers(0, total)]
    if kind == 3 and where[seed] >= 0:
        count = 0
        for r in movable:
            if where[r] == where[seed] and count < chosen.shape[0]:
                chosen[count] = r
                count += 1
        return count
    for k in range(total):
        r = movable[k]
        if kind == 0:
            score[k] = relatedness(events, travel_s, 2 * seed, 2 * r) * rng.random() ** 0.5
        elif kind == 2:
            score[k] = -float(saving[r]) * rng.random() ** 0.5
        elif kind == 4:
            score[k] = abs(events[2 * r, EARLIEST] - events[2 * seed, EARLIEST]) * (0.5 + rng.random())
        else:
            score[k] = rng.random()
    ranked = np.argsort(score)
    for k in range(wanted):
        chosen[k] = movable[ranked[k]]
    return wanted


@compiled
def search_neighbourhoods(
    iterations: int,
    rng: np.random.Generator,
    hot: float,
    cold: float,
    most_ruined: int,
    routes: I64,
    lengths: I64,
    costs: I64,
    best_routes: I64,
    best_lengths: I64,
    best_costs: I64,
    unserved: I64,
    best_unserved: I64,
    movable: I64,
    events: I64,
    travel_s: I32,
    configurations: I64,
    configuration_start: I64,
    features: I64,
    apart_start: I64,
    apart_items: I64,
    done: I64,
    locked: I64,
    actual_s: I64,
    ready_s: I64,
    drive_weight: int,
    slack: I64,
    timed: bool,
    unserved_cost: int,
) -> int:
    """Run a number of iterations on (routes, lengths, costs) in place, keeping the best; return how many improved it.

    Parameters
    ----------
    rng
        Where chance comes from; the same state gives the same search.
    hot, cold
        Temperature at the first and last iteration of this call, in cost.
    routes, lengths, costs
        int64[n_shifts, width], int64[n_shifts], int64[n_shifts]: where the search stands; width leaves room for two
        events of every request.
    unserved, best_unserved
        int64[n_requests]: 1 where a request is not served.
    movable
        Numbers of the requests that may be taken out or are unserved.
    apart_start, apart_items
        Requests that must not meet, as compressed rows of pick-up events.
    unserved_cost
        Cost of a request that is not served.
    """
    n_shifts, width = routes.shape
    n_requests = unserved.shape[0]
    profiles = np.zeros((n_shifts, PROFILE_ROWS, width), dtype=np.int64)
    work = routes.copy()
    work_lengths = lengths.copy()
    work_costs = costs.copy()
    dirty = np.zeros(n_shifts, dtype=np.bool_)
    where = np.full(n_requests, -1, dtype=np.int64)
    saving = np.zeros(n_requests, dtype=np.int64)
    chosen = np.empty(max(1, n_requests), dtype=np.int64)
    bank = np.empty(max(1, n_requests), dtype=np.int64)
    choice = np.empty((max(1, n_requests), n_shifts, 3), dtype=np.int64)
    pairs = np.empty((width * width, 3), dtype=np.int64)
    trial = np.empty(width + 2, dtype=np.int64)
    scratch = np.zeros((10, 3 * (width + 2) + 8), dtype=np.int64)
    triple = np.empty(3, dtype=np.int64)
    for v in range(n_shifts):
        profile_route(routes[v], lengths[v], events, travel_s, done[v], actual_s[v], ready_s[v], profiles[v])
        for k in range(lengths[v]):
            if routes[v, k] < 2 * n_requests:
                where[routes[v, k] // 2] = v
    improved = 0
    present = costs.sum() + unserved_cost * unserved.sum()
    best_cost = best_costs.sum() + unserved_cost * best_unserved.sum()
    for iteration in range(iterations):
        temperature = hot + (cold - hot) * iteration / max(1, iterations)
        draw = int(rng.integers(0, 10))
        kind = 0 if draw < 5 else (1 if draw < 6 else (2 if draw < 8 else (4 if draw < 9 else 3)))
        wanted = 1 + int(rng.integers(0, most_ruined))
        ruined = choose_ruined(kind, wanted, movable, where, saving, events, travel_s, rng, chosen)
        # Ruin.
        dirty[:] = False
        in_bank = 0
        for c in range(ruined):
            r = chosen[c]
            v = where[r]
            if v >= 0:
                m = remove_from(work[v], work_lengths[v], 2 * r, trial)
                work[v, :m] = trial[:m]
                work_lengths[v] = m
                dirty[v] = True
            bank[in_bank] = r
            in_bank += 1
        for r in movable:
            if where[r] < 0:
                known = False
                for c in range(in_bank):
                    if bank[c] == r:
                        known = True
                if not known:
                    bank[in_bank] = r
                    in_bank += 1
        for v in range(n_shifts):
            if dirty[v]:
                before = work_costs[v]
                work_costs[v], _ = evaluate(
                    work[v], work_lengths[v], events, travel_s, done[v], actual_s[v], ready_s[v], drive_weight,
                    slack, timed, INFINITE, scratch,
                )  # fmt: skip
                profile_route(work[v], work_lengths[v], events, travel_s, done[v], actual_s[v], ready_s[v], profiles[v])
                gone = 0
                for c in range(ruined):
                    if where[chosen[c]] == v:
                        gone += 1
                for c in range(ruined):
                    if where[chosen[c]] == v:
                        saving[chosen[c]] = (before - work_costs[v]) // gone
        # Recreate.
        skip = 0.01 if rng.random() < 0.5 else 0.0
        regret = rng.random() < 0.5
        for b in range(in_bank):
            for v in range(n_shifts):
                choice[b, v, 0] = NEVER_TRIED
        left = in_bank
        while left > 0:
            pick = -1
            pick_route = -1
            pick_value = 0.0
            for b in range(in_bank):
                r = bank[b]
                if r < 0:
                    continue
                first = INFINITE
                second = INFINITE
                first_route = -1
                for v in range(n_shifts):
                    if choice[b, v, 0] == NEVER_TRIED:
                        if can_serve(events, 2 * r, features[v]):
                            best_in_route(
                                work[v], work_lengths[v], profiles[v], work_costs[v], events, travel_s,
                                configurations[configuration_start[v] : configuration_start[v + 1]], done[v], locked[v],
                                actual_s[v], ready_s[v], drive_weight, slack, timed, 2 * r,
                                apart_items[apart_start[r] : apart_start[r + 1]], skip, rng, pairs, trial, scratch, triple,
                            )  # fmt: skip
                            choice[b, v, :] = triple
                        else:
                            choice[b, v, 0] = INFINITE
                    value = choice[b, v, 0]
                    if value < first:
                        second = first
                        first = value
                        first_route = v
                    elif value < second:
                        second = value
                if first_route < 0:
                    continue
                rank = float(first)
                if regret:
                    rank = -float(min(second, first + unserved_cost) - first)
                if pick < 0 or rank < pick_value:
                    pick = b
                    pick_route = first_route
                    pick_value = rank
            if pick < 0:
                break
            v = pick_route
            m = insert_into(work[v], work_lengths[v], 2 * bank[pick], choice[pick, v, 1], choice[pick, v, 2], trial)
            work[v, :m] = trial[:m]
            work_lengths[v] = m
            work_costs[v] += choice[pick, v, 0]
            profile_route(work[v], m, events, travel_s, done[v], actual_s[v], ready_s[v], profiles[v])
            dirty[v] = True
            bank[pick] = -1
            left -= 1
            for b in range(in_bank):
                choice[b, v, 0] = NEVER_TRIED
        total = work_costs.sum() + unserved_cost * left
        if total <= present + temperature * -np.log(1.0 - rng.random()):
            for v in range(n_shifts):
                if dirty[v]:
                    routes[v, :] = work[v, :]
                    lengths[v] = work_lengths[v]
                    costs[v] = work_costs[v]
                    for k in range(lengths[v]):
                        if routes[v, k] < 2 * n_requests:
                            where[routes[v, k] // 2] = v
            for b in range(in_bank):
                if bank[b] >= 0:
                    where[bank[b]] = -1
            for r in movable:
                unserved[r] = 1 if where[r] < 0 else 0
            present = total
            if total < best_cost:
                best_cost = total
                improved += 1
                best_routes[:, :] = routes
                best_lengths[:] = lengths
                best_costs[:] = costs
                best_unserved[:] = unserved
        else:
            for v in range(n_shifts):
                if dirty[v]:
                    work[v, :] = routes[v, :]
                    work_lengths[v] = lengths[v]
                    work_costs[v] = costs[v]
                    profile_route(
                        routes[v], lengths[v], events, travel_s, done[v], actual_s[v], ready_s[v], profiles[v]
                    )
    return improved
