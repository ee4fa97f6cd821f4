"""What happens when: a queue of things to do, in the order of their time, then of their being written down."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count


class Agenda:
    """Runs actions at their second. `now_s` is the second of the action that runs."""

    def __init__(self, begin_s: int) -> None:
        self.now_s = begin_s
        self._number = count()
        self._queue: list[tuple[int, int, Callable[[], None]]] = []

    def at(self, second: int, action: Callable[[], None]) -> None:
        """Do something at a second; what is already past happens now."""
        heapq.heappush(self._queue, (max(second, self.now_s), next(self._number), action))

    def run(self) -> None:
        """Until nothing is left to do."""
        while self._queue:
            self.now_s, _, action = heapq.heappop(self._queue)
            action()
