"""The best places for one request in a whole plan: all shifts, all pairs of positions, exact.

Pairs are looked at in ascending order of the driving that they add, which is a lower bound of their cost, until the
bound exceeds the k-th best found (branch and bound; the order never changes the answer, only the work).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dispatch._compiled import compiled
from dispatch.layout import I32, I64, INFINITE, S_TIME
from dispatch.positions import P_APART, can_serve, collect_pairs, insert_into, sort_pairs
from dispatch.schedule import evaluate


@dataclass(frozen=True, slots=True)
class Insertion:
    """One lawful way to serve a request: behind which events, at what cost, and when.

    Positions count events of the present route: the pick-up goes behind `pickup_position`, the delivery behind
    `delivery_position` (equal: right after the pick-up).
    """

    shift_id: str
    pickup_position: int
    delivery_position: int
    cost: int  # by how much the objective's cost grows
    driving_s: int  # by how many seconds driving grows
    pickup_s: int
    delivery_s: int


@dataclass(frozen=True, slots=True)
class SearchEffort:
    """How much work a search took: pairs of positions in all, pairs that passed the quick tests, exact evaluations."""

    pairs: int
    candidates: int
    evaluated: int

    @property
    def pruned_share(self) -> float:
        """Share of all pairs that never needed an exact schedule."""
        return 1.0 - self.evaluated / self.pairs if self.pairs else 0.0


@compiled
def count_apart(order: I64, n: int, apart: I64, profile: I64) -> None:
    """Fill the profile's row of people aboard whom the request must not meet (`apart`: their pick-up events)."""
    aboard = 0
    for k in range(n):
        for a in range(apart.shape[0]):
            if order[k] == apart[a]:
                aboard += 1
            elif order[k] == apart[a] + 1:
                aboard -= 1
        profile[P_APART, k] = aboard


@compiled
def search(
    routes: I64,
    lengths: I64,
    profiles: I64,
    costs: I64,
    events: I64,
    travel_s: I32,
    configurations: I64,
    configuration_start: I64,
    features: I64,
    done: I64,
    locked: I64,
    actual_s: I64,
    ready_s: I64,
    drive_weight: int,
    slack: I64,
    timed: bool,
    pickup: int,
    apart: I64,
    found: I64,
    pairs: I64,
    scratch: I64,
    effort: I64,
) -> int:
    """Write the best insertions into `found: int64[k, 7]` and return how many there are.

    Columns of `found`: cost, shift, i, j, extra driving seconds, pick-up second, delivery second; ascending by cost, ties
    by shift and position. `effort: int64[3]` receives the counts of `SearchEffort`.
    """
    wanted = found.shape[0]
    count = 0
    trial = np.empty(routes.shape[1] + 2, dtype=np.int64)
    watch_apart = apart.shape[0] > 0
    for v in range(routes.shape[0]):
        if not can_serve(events, pickup, features[v]):
            continue
        n = lengths[v]
        order = routes[v]
        own = configurations[configuration_start[v] : configuration_start[v + 1]]
        free = n - max(locked[v], 1)
        effort[0] += free * (free + 1) // 2
        if watch_apart:
            count_apart(order, n, apart, profiles[v])
        worst = INFINITE
        if count == wanted:
            worst = found[count - 1, 0]
        most_extra_s = INFINITE
        if drive_weight > 0 and worst < INFINITE:
            most_extra_s = worst // drive_weight
        candidates = collect_pairs(
            order, n, events, travel_s, profiles[v], own, done[v], locked[v], ready_s[v], pickup,
            watch_apart, most_extra_s, pairs,
        )  # fmt: skip
        effort[1] += candidates
        sort_pairs(pairs, candidates)
        for c in range(candidates):
            if count == wanted and pairs[c, 0] * drive_weight >= found[count - 1, 0]:
                break
            i = pairs[c, 1]
            j = pairs[c, 2]
            m = insert_into(order, n, pickup, i, j, trial)
            effort[2] += 1
            bound = INFINITE
            if count == wanted:
                bound = costs[v] + found[count - 1, 0]
            cost, _ = evaluate(
                trial, m, events, travel_s, done[v], actual_s[v], ready_s[v], drive_weight, slack, timed, bound, scratch
            )
            if cost >= INFINITE:
                continue
            extra_cost = cost - costs[v]
            if count == wanted and extra_cost >= found[count - 1, 0]:
                continue
            at = min(count, wanted - 1)
            while at > 0 and found[at - 1, 0] > extra_cost:
                found[at, :] = found[at - 1, :]
                at -= 1
            found[at, 0] = extra_cost
            found[at, 1] = v
            found[at, 2] = i
            found[at, 3] = j
            found[at, 4] = pairs[c, 0]
            found[at, 5] = scratch[S_TIME, i + 1]
            found[at, 6] = scratch[S_TIME, j + 2]
            count = min(count + 1, wanted)
    return count
