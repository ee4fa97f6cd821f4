"""What past days teach: where wishes will come from, and at which hours a vehicle's time is worth most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.insertion import Insertion
from dispatch.layout import I32
from dispatch.simulation.figures import DayFigures, hour_of
from dispatch.simulation.wishes import Wish

NEAR_S = 900  # a wish this far from a waiting place counts as near it
LATE_KNOWN_S = 3 * 3600  # wishes known longer before are in the plan already


@dataclass(frozen=True, slots=True)
class Foresight:
    """Learned on past days.

    Attributes
    ----------
    price
        By hour: the share of wishes that found no place. A second of driving in that hour costs so much of a ride.
    limit_s
        A ride that drives more priced seconds than this is not offered; 0: never refuse.
    hubs
        Places where vehicles may wait.
    expected
        float64[24, n_hubs]: wishes at short notice expected in an hour near each hub.
    idle_s
        A vehicle that stands idle for longer may move; 0: never.
    gain
        By how many expected wishes per vehicle another hub must be better.
    choice
        Weight of the price when the engine chooses among its best insertions.
    """

    price: dict[str, float]
    limit_s: int
    hubs: tuple[int, ...]
    expected: npt.NDArray[np.float64]
    idle_s: int = 0
    gain: float = 0.3
    choice: float = 0.0

    def worth(self, insertion: Insertion) -> bool:
        """Whether a ride takes no more of the fleet's time than it may at its hour."""
        if not self.limit_s:
            return True
        return self.price.get(hour_of(insertion.pickup_s), 0.0) * insertion.driving_s <= self.limit_s

    def cost(self, insertion: Insertion, drive_weight: int) -> float:
        """What an insertion costs, with the time that it takes from others at its hour."""
        taken_s = insertion.driving_s + 0.2 * (insertion.delivery_s - insertion.pickup_s)
        return insertion.cost + self.choice * drive_weight * self.price.get(hour_of(insertion.pickup_s), 0.0) * taken_s

    def waiting_place(self, place: int, now_s: int, others: Sequence[int], travel_s: I32, within_s: int) -> int | None:
        """A better hub for an idle vehicle, or None to stay."""
        if not self.idle_s:
            return None
        hour = min(max(now_s // 3600, 0), 23)
        scores = []
        for h, hub in enumerate(self.hubs):
            there = sum(1 for other in others if travel_s[other, hub] < NEAR_S)
            scores.append(self.expected[hour, h] / (1.0 + there))
        near = [h for h, hub in enumerate(self.hubs) if travel_s[place, hub] < NEAR_S]
        own = max((scores[h] for h in near), default=0.0)
        best = max(range(len(self.hubs)), key=lambda h: scores[h] - travel_s[place, self.hubs[h]] / 3600.0)
        hub = self.hubs[best]
        if hub == place or best in near or scores[best] < own + self.gain:
            return None
        return hub if 2 * int(travel_s[place, hub]) < within_s else None


def learn(
    days: Sequence[DayFigures], wishes: Sequence[Sequence[Wish]], hubs: tuple[int, ...], travel_s: I32
) -> Foresight:
    """Prices and expectations of past days; it neither refuses nor moves anything until told so by `replace`."""
    price = {}
    for hour in sorted({hour for day in days for hour in day.by_hour}):
        groups = [day.by_hour[hour] for day in days if hour in day.by_hour]
        price[hour] = sum(group.refused for group in groups) / max(1, sum(group.requested for group in groups))
    expected = np.zeros((24, len(hubs)))
    for day in wishes:
        for wish in day:
            if wish.time_s - wish.known_at_s < LATE_KNOWN_S:
                for h, hub in enumerate(hubs):
                    if travel_s[hub, wish.origin] < NEAR_S:
                        expected[min(max(wish.time_s // 3600 - 1, 0), 23), h] += 1.0 / len(wishes)
    return Foresight(price, 0, hubs, expected)
