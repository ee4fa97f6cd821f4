"""What goes wrong on a virtual day, by a seed: riders, roads, clocks and networks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NO_SHOW, LATE, CANCELS, CANCELLED_UNDER_WAY, WALKS_UP = 0.03, 0.12, 0.03, 0.03, 0.15
SENDS_TWICE = 0.05
LATE_MEAN_S = 90
LEG_SIGMA = 0.10
OFFLINE_S = 3600
INVENTED = "Testperson "  # how the demo's own riders are called (backend/operations/demo_day.py)


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a rider behaves. Drawn by the booking's number among all, so that the same seed gives the same people."""

    absent: bool
    late_s: int
    cancels: bool
    cancelled_under_way: bool


AS_BOOKED = Conduct(absent=False, late_s=0, cancels=False, cancelled_under_way=False)


class Chance:
    """Draws by name, whoever asks first."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def _rng(self, *name: object) -> np.random.Generator:
        words = [self.seed, *(abs(hash_of(str(part))) for part in name)]
        return np.random.default_rng(words)

    def conduct(self, name: str, drawn_by: str) -> Conduct:
        """How a rider of this name behaves; whoever booked by hand, to see the ride driven, is there and keeps it."""
        if not name.startswith(INVENTED):
            return AS_BOOKED
        rng = self._rng("rider", drawn_by)
        draws = rng.random(4)
        late_s = int(rng.exponential(LATE_MEAN_S)) if draws[1] < LATE else 0
        return Conduct(bool(draws[0] < NO_SHOW), late_s, bool(draws[2] < CANCELS), bool(draws[3] < CANCELLED_UNDER_WAY))

    def leg_factor(self, vehicle: str, number: int) -> float:
        """How much longer than on free roads a leg really lasts."""
        return float(self._rng("leg", vehicle, number).lognormal(0.0, LEG_SIGMA))

    def wrong_s(self, vehicle: str, number: int) -> int:
        """By how much a device's clock is ahead: of every fourth, three minutes one way or the other."""
        return 0 if number % 4 else (180 if number % 8 else -180)

    def which(self, name: str, many: int) -> int:
        """One of so many."""
        return int(self._rng(name).integers(many))

    def sends_twice(self, vehicle: str, number: int) -> bool:
        return bool(self._rng("twice", vehicle, number).random() < SENDS_TWICE)

    def walks_up(self, vehicle: str, number: int) -> bool:
        return bool(self._rng("walk-up", vehicle, number).random() < WALKS_UP)


def hash_of(text: str) -> int:
    """The same in every process, unlike Python's own."""
    value = 0
    for letter in text:
        value = (value * 131 + ord(letter)) % 2_147_483_647
    return value
