"""Set partitioning: of all routes that a search has seen, those that together serve everybody at the least cost.

The linear relaxation comes first. A column whose reduced cost exceeds the distance between relaxation and incumbent is in
no better plan, so few columns are left for the branching (Foster & Ryan 1976 give the model). Solver: HiGHS, in scipy.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from dispatch.layout import I32, I64
from dispatch.pool import Pool

F64 = npt.NDArray[np.float64]

BRANCHED = (600, 1200)  # columns that the branching is given, step by step; with more it mostly proves what it has
MOST_KEPT = 8000  # columns kept for the next time


@dataclass(frozen=True, slots=True)
class Columns:
    """Routes: `order[start[c] : start[c + 1]]` are the events of column c, made for shift `shift[c]`."""

    key: I64
    cost: I64
    shift: I64
    start: I64
    order: I32

    def __len__(self) -> int:
        return len(self.cost)

    def chosen(self, which: I64) -> Columns:
        """Some of the columns, in the order given."""
        lengths = (self.start[1:] - self.start[:-1])[which]
        start = np.concatenate(([0], np.cumsum(lengths)))
        picked = np.arange(start[-1]) + np.repeat(self.start[which] - start[:-1], lengths)
        return Columns(self.key[which], self.cost[which], self.shift[which], start, self.order[picked])


def columns_of(pool: Pool) -> Columns:
    """A copy of what a pool holds."""
    n, used = (int(value) for value in pool.filled)
    return Columns(
        pool.key[:n].copy(),
        pool.cost[:n].copy(),
        pool.shift[:n].copy(),
        pool.start[: n + 1].copy(),
        pool.items[:used].copy(),
    )


def merged(parts: Sequence[Columns]) -> Columns:
    """All columns once, the cheapest of each set of requests."""
    lengths = [len(part.order) for part in parts]
    offsets = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    together = Columns(
        np.concatenate([part.key for part in parts]),
        np.concatenate([part.cost for part in parts]),
        np.concatenate([part.shift for part in parts]),
        np.concatenate([part.start[:-1] + at for part, at in zip(parts, offsets, strict=True)] + [[sum(lengths)]]),
        np.concatenate([part.order for part in parts]),
    )
    ranked = np.lexsort((together.cost, together.key))
    first = np.ones(len(ranked), dtype=bool)
    first[1:] = together.key[ranked][1:] != together.key[ranked][:-1]
    return together.chosen(ranked[first])


@dataclass(frozen=True, slots=True)
class Partition:
    """The chosen columns, None if none were found that beat the incumbent; and the columns worth keeping."""

    chosen: Columns | None
    kept: Columns


def best_partition(
    columns: Columns,
    must: I64,
    may: I64,
    classes: I64,
    incumbent: int,
    seconds: float | None,
) -> Partition:
    """The cheapest choice of columns that serves who must be served once, and others at most once.

    Parameters
    ----------
    must, may
        Numbers of the requests that the plan to beat serves and could serve otherwise; and of those it leaves out.
    classes
        int64[n_shifts]: equal numbers for shifts that are the same for every route. A class uses as many columns as it
        has shifts.
    incumbent
        What the routes of the plan to beat cost.
    seconds
        At most half for the relaxation, the rest for the branching. None: until the one is solved and the other has seen
        a number of nodes, so that the result is the same every time.
    """
    matrix, right = _rows(columns, must, may, classes)
    n = len(columns)
    cost = np.concatenate((columns.cost.astype(np.float64), np.zeros(len(may))))
    end_s = None if seconds is None else time.perf_counter() + seconds
    half = {} if seconds is None else {"time_limit": seconds / 2}
    relaxed = linprog(cost, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs-ds", options=half)
    if relaxed.status != 0:
        return Partition(None, columns)
    reduced = (cost - matrix.T @ relaxed.eqlin.marginals)[:n]
    ranked = np.argsort(reduced, kind="stable")
    kept = columns.chosen(ranked[:MOST_KEPT])
    chosen, bound = None, float(incumbent)
    # Few columns first: what they give lowers the bound, which leaves the next, wider step fewer to branch on.
    for size in BRANCHED:
        few = ranked[:size][reduced[ranked[:size]] < bound - relaxed.fun]
        left_s = None if end_s is None else end_s - time.perf_counter()
        if len(few) == 0 or (left_s is not None and left_s <= 0.0):
            break
        used = np.concatenate((few, n + np.arange(len(may))))
        found = milp(
            cost[used],
            integrality=np.ones(len(used)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix[:, used], right, right),
            options={"node_limit": 100} if left_s is None else {"time_limit": left_s},
        )
        if found.x is not None and found.fun < bound - 0.5:
            chosen, bound = few[found.x[: len(few)] > 0.5], float(found.fun)
        if (reduced < bound - relaxed.fun).sum() <= size:
            break  # no other column is in a better plan
    return Partition(None if chosen is None else columns.chosen(chosen), kept)


def _rows(columns: Columns, must: I64, may: I64, classes: I64) -> tuple[csr_array, F64]:
    """One row a request, one a class of shifts; behind the columns one variable for each request that may be left out."""
    events = int(columns.order.max(initial=0)) + 1
    requests = np.concatenate((must, may))
    row_of = np.full(max(events, 2 * int(requests.max(initial=0)) + 1), -1, dtype=np.int64)
    row_of[2 * requests] = np.arange(len(requests))  # by the event of boarding
    row = row_of[columns.order]
    column = np.repeat(np.arange(len(columns)), columns.start[1:] - columns.start[:-1])[row >= 0]
    n, m = len(columns), len(requests)
    rows = np.concatenate((row[row >= 0], m + classes[columns.shift], len(must) + np.arange(len(may))))
    places = np.concatenate((column, np.arange(n), n + np.arange(len(may))))
    shape = (m + int(classes.max()) + 1, n + len(may))
    matrix = csr_array((np.ones(len(rows)), (rows, places)), shape=shape)
    return matrix, np.concatenate((np.ones(m), np.bincount(classes).astype(np.float64)))
