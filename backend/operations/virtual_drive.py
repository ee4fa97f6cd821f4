"""A vehicle that keeps to its plan, as a row of positions: for demonstrations and tests. Pure but for the roads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backend.operations.track import METRES_PER_DEGREE, Visit
from routing.paths import Way

EARLY_S = 120
WayBetween = Callable[[int, int], Way]


@dataclass(frozen=True, slots=True)
class VirtualDrive:
    """One route, driven `late_s` seconds behind its plan. Where there is time, the vehicle stays and sets out so that it is
    two minutes early."""

    visits: Sequence[Visit]
    way: WayBetween
    late_s: int = 0

    def place_at(self, second: float) -> tuple[float, float]:
        """(lat, lon) at a second of the service day; before and after the shift, where it begins and ends."""
        second -= self.late_s
        here = self.visits[0]
        for before, after in pairwise(self.visits):
            seconds = self.way(before.location, after.location).seconds if before.location != after.location else 0
            leaves_s = max(before.end_s, after.start_s - seconds - EARLY_S)
            if second < leaves_s:
                return before.lat, before.lon
            if second < leaves_s + seconds:
                return along(self.way(before.location, after.location), (second - leaves_s) / seconds)
            here = after
        return here.lat, here.lon


def along(way: Way, share: float) -> tuple[float, float]:
    """The point of a line that divides it by a share of its length."""
    north = np.diff(way.lat) * METRES_PER_DEGREE
    east = np.diff(way.lon) * METRES_PER_DEGREE * np.cos(np.radians(way.lat[:-1]))
    gone = np.concatenate(([0.0], np.cumsum(np.hypot(north, east))))
    wanted = share * gone[-1]
    return float(np.interp(wanted, gone, way.lat)), float(np.interp(wanted, gone, way.lon))
