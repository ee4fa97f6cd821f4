"""Everything that a simulated day is made with, apart from its wishes and its luck."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dispatch.layout import I32
from dispatch.model import Shift
from dispatch.objective import Weights
from dispatch.room import ROOM_STEPS
from dispatch.simulation.chance import Uncertainty
from dispatch.simulation.wishes import BookingRules


@dataclass(frozen=True, slots=True)
class Policy:
    """How the day is planned and driven.

    Attributes
    ----------
    planning_factor
        Travel times are planned with so much of the free roads' seconds (and the weather's factor, which is known).
    leave_ahead_s
        Vehicles leave so much earlier than would be just in time, where they stand idle.
    improve_every_s, improve_iterations
        How often the plan is improved, and by how many steps. The evening before a day it gets ten times as many.
    room_steps
        How long other rides are moved about, before somebody whom only some vehicles can carry hears a no; 0: not at all.
    breakdown_s, breakdown_vehicle
        When a vehicle breaks down for the rest of its shift (None: never), and which ("": the one with most people aboard).
    """

    planning_factor: float = 1.08
    leave_ahead_s: int = 0
    improve_every_s: int = 900
    improve_iterations: int = 300
    room_steps: int = ROOM_STEPS
    breakdown_s: int | None = 10 * 3600 + 40 * 60
    breakdown_vehicle: str = ""

    def __post_init__(self) -> None:
        if self.planning_factor <= 0:
            raise ValueError(f"planning_factor is {self.planning_factor}; right is more than 0, such as 1.08")
        for name in ("leave_ahead_s", "improve_iterations", "room_steps"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; right is zero or more")
        if self.improve_every_s < 60:
            raise ValueError(f"improve_every_s is {self.improve_every_s}; right is 60 or more")


@dataclass(frozen=True, slots=True)
class Setting:
    """A district, its rules, how it is driven and how far reality strays.

    Attributes
    ----------
    travel_s, metres
        int32[n, n] seconds on free roads in fine weather, float32[n, n] metres of the same ways.
    time_factors
        (from second, to second, factor): how much longer drives that begin then really last.
    """

    shifts: tuple[Shift, ...]
    travel_s: I32
    metres: npt.NDArray[np.float32]
    rules: BookingRules
    weights: Weights
    time_factors: tuple[tuple[int, int, float], ...] = ()
    policy: Policy = field(default_factory=Policy)
    uncertainty: Uncertainty = field(default_factory=Uncertainty)

    def planned_s(self, weather_factor: float) -> I32:
        """int32[n, n]: the seconds that the engine plans with. Rounding up keeps the triangle inequality."""
        factor = self.policy.planning_factor * weather_factor
        seconds = np.ceil(np.round(self.travel_s * factor, 6))
        return np.ascontiguousarray(seconds, dtype=np.int32)

    def time_factor(self, second: int) -> float:
        """How much longer a drive that begins now lasts because of the time of day."""
        return next((factor for from_s, to_s, factor in self.time_factors if from_s <= second < to_s), 1.0)
