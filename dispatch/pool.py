"""Routes that a search has seen, kept for set partitioning: one column for each set of rides and class of shifts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dispatch._compiled import compiled
from dispatch.layout import I32, I64


class Pool(NamedTuple):
    """Columns in flat arrays, found again by a hash of who is served.

    `filled` is int64[2]: columns, and items used. Column c serves with a shift of class `classes[shift[c]]`, in the order
    `items[start[c] : start[c + 1]]`.
    """

    filled: I64
    table: I64  # open addressing; column + 1, 0 for empty
    key: I64
    cost: I64
    shift: I64
    start: I64
    items: I32
    request_key: I64
    shift_key: I64  # the same for shifts that can drive the same routes at the same cost


def pool_for(n_requests: int, classes: I64, columns: int, rng: np.random.Generator) -> Pool:
    """An empty pool. `classes: int64[n_shifts]`: equal numbers for shifts that are the same for every route."""
    keys = rng.integers(1, 1 << 62, size=n_requests + int(classes.max(initial=0)) + 1, dtype=np.int64)
    return Pool(
        filled=np.zeros(2, dtype=np.int64),
        table=np.zeros(1 << (2 * columns - 1).bit_length(), dtype=np.int64),
        key=np.zeros(columns, dtype=np.int64),
        cost=np.zeros(columns, dtype=np.int64),
        shift=np.zeros(columns, dtype=np.int64),
        start=np.zeros(columns + 1, dtype=np.int64),
        items=np.zeros(40 * columns, dtype=np.int32),
        request_key=keys[:n_requests],
        shift_key=keys[n_requests:][classes],
    )


def empty_pool(pool: Pool) -> None:
    """Forget all columns."""
    pool.filled[:] = 0
    pool.table[:] = 0


@compiled
def add_column(pool: Pool, order: I64, n: int, cost: int, shift: int) -> None:
    """Keep a route, or its cheaper order if its set of rides is known. A full pool keeps no more."""
    n_requests = pool.request_key.shape[0]
    key = pool.shift_key[shift]
    for k in range(n):
        if order[k] < 2 * n_requests and order[k] % 2 == 0:
            key ^= pool.request_key[order[k] // 2]
    mask = pool.table.shape[0] - 1
    slot = (key ^ (key >> 29)) & mask
    while pool.table[slot] > 0:
        column = pool.table[slot] - 1
        if pool.key[column] == key:
            if cost < pool.cost[column]:
                pool.cost[column] = cost
                start = pool.start[column]
                for k in range(min(n, pool.start[column + 1] - start)):
                    pool.items[start + k] = order[k]
            return
        slot = (slot + 1) & mask
    column = pool.filled[0]
    if column >= pool.key.shape[0] or pool.filled[1] + n > pool.items.shape[0]:
        return
    pool.table[slot] = column + 1
    pool.key[column] = key
    pool.cost[column] = cost
    pool.shift[column] = shift
    start = pool.filled[1]
    for k in range(n):
        pool.items[start + k] = order[k]
    pool.start[column] = start
    pool.start[column + 1] = start + n
    pool.filled[0] = column + 1
    pool.filled[1] = start + n
