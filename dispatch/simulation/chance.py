"""What nobody knows beforehand: how long a drive lasts, the weather, who comes late, not at all, or calls it off.

Every draw has a name (its rider, its vehicle and leg), and depends on the seed and that name alone. So two days with the same
seed meet the same riders and the same roads, whatever the plan does: differences between policies are theirs, not luck's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp
from zlib import crc32

import numpy as np

from dispatch.simulation.wishes import Wish


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How far reality strays. All shares are of bookings; assumed values, to be replaced by a district's own.

    Attributes
    ----------
    leg_sigma, day_sigma
        Standard deviation of the logarithm of a drive's length: each leg for itself, and the whole day alike.
    weathers
        (name, factor on all drives, share of days). The weather is known when the day is planned.
    late_share, late_mean_s
        Riders who come late, and by how much on average (exponential).
    no_show_share
        Riders who do not come.
    cancel_share, cancel_late_share
        Bookings called off; of these, the share within the last hour before boarding.
    driver_waits_s
        How long a driver waits for a rider from the promised window's start, or from arrival if that is later.
    flexible_mean_s
        How far from the wished time riders accept another (exponential).
    """

    leg_sigma: float = 0.12
    day_sigma: float = 0.03
    weathers: tuple[tuple[str, float, float], ...] = (("normal", 1.0, 0.72), ("rain", 1.08, 0.25), ("snow", 1.3, 0.03))
    late_share: float = 0.10
    late_mean_s: int = 120
    no_show_share: float = 0.02
    cancel_share: float = 0.06
    cancel_late_share: float = 0.3
    driver_waits_s: int = 180
    flexible_mean_s: int = 2700

    def __post_init__(self) -> None:
        for name in ("late_share", "no_show_share", "cancel_share", "cancel_late_share"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; right is a share from 0 to 1")
        for name in ("leg_sigma", "day_sigma", "late_mean_s", "driver_waits_s", "flexible_mean_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; right is zero or more")
        if not self.weathers or abs(sum(share for _, _, share in self.weathers) - 1.0) > 1e-6:
            raise ValueError("weathers: the shares of days must add up to 1")

    def without_noise(self) -> Uncertainty:
        """The same riders' flexibility on a day on which all goes as planned."""
        return replace(
            self,
            leg_sigma=0.0,
            day_sigma=0.0,
            weathers=(("normal", 1.0, 1.0),),
            late_share=0.0,
            no_show_share=0.0,
            cancel_share=0.0,
        )


@dataclass(frozen=True, slots=True)
class Conduct:
    """What one rider will do. `cancels_at`: share of the time between booking and boarding, or None."""

    late_s: int
    absent: bool
    cancels_at: float | None
    cancels_in_last_hour: bool
    flexible_s: float


class Chance:
    """The luck of one day."""

    def __init__(self, uncertainty: Uncertainty, seed: int) -> None:
        self.uncertainty, self.seed = uncertainty, seed
        rng = self._named("day")
        shares = [share for _, _, share in uncertainty.weathers]
        draw = int(np.searchsorted(np.cumsum(shares), rng.random(), side="right"))
        self.weather, self.weather_factor, _ = uncertainty.weathers[min(draw, len(shares) - 1)]
        self.day_factor = _log_normal(rng, uncertainty.day_sigma)

    def conduct(self, wish: Wish) -> Conduct:
        """What the rider of a wish will do, once booked."""
        own, rng = self.uncertainty, self._named(f"rider {wish.id}")
        late, absent, cancels, in_last_hour, when = rng.random(5)
        return Conduct(
            late_s=round(rng.exponential(own.late_mean_s)) if late < own.late_share else 0,
            absent=bool(absent < own.no_show_share),
            cancels_at=float(when) if cancels < own.cancel_share else None,
            cancels_in_last_hour=bool(in_last_hour < own.cancel_late_share),
            flexible_s=float(rng.exponential(own.flexible_mean_s)),
        )

    def leg_factor(self, shift_id: str, number: int) -> float:
        """By how much the drive number so-and-so of a shift is longer than the day's weather alone makes it."""
        if self.uncertainty.leg_sigma == 0.0:
            return self.day_factor
        return self.day_factor * _log_normal(self._named(f"leg {shift_id} {number}"), self.uncertainty.leg_sigma)

    def _named(self, name: str) -> np.random.Generator:
        return np.random.default_rng((self.seed, crc32(name.encode())))


def _log_normal(rng: np.random.Generator, sigma: float) -> float:
    """With mean 1."""
    return exp(sigma * float(rng.standard_normal()) - sigma * sigma / 2.0)
