"""What happened on a simulated day: of every wish, of every drive. Written as it happens, independent of any plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.model import Request
from dispatch.simulation.wishes import Wish


class Fate(StrEnum):
    """What became of a wish in the end. Every wish has exactly one."""

    SERVED = "served"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    FAILED = "failed"  # booked, and nobody came: the worst


@dataclass(slots=True)
class RideRecord:
    """One wish from question to end.

    Attributes
    ----------
    refusal
        The booking rules' code, "no_vehicle", or "declined" where the rider took none of the offered times.
    promise
        What the rider was told.
    apart_s
        Seconds between the wished boarding and the promised window's start.
    vehicle_at_s
        When boarding could begin: the vehicle is there and the window open.
    aboard_s
        Seconds in a vehicle, from the end of boarding; of all vehicles, where one broke down.
    cancelled_s
        When the rider called it off.
    incident
        A vehicle that was to serve the ride broke down.
    """

    wish: Wish
    direct_s: int
    fate: Fate | None = None
    refusal: str = ""
    promise: Request | None = None
    apart_s: int = 0
    vehicle_at_s: int | None = None
    boarded_s: int | None = None
    left_s: int | None = None
    aboard_s: int = 0
    cancelled_s: int | None = None
    shared: bool = False
    incident: bool = False

    @property
    def wait_s(self) -> int:
        """From the promised window's start until boarding could begin."""
        assert self.promise is not None
        assert self.vehicle_at_s is not None
        return max(0, self.vehicle_at_s - self.promise.pickup_earliest_s)

    @property
    def picked_up_in_window(self) -> bool:
        assert self.promise is not None
        return self.vehicle_at_s is not None and self.vehicle_at_s <= self.promise.pickup_latest_s

    @property
    def arrived_in_time(self) -> bool:
        """By the promised arrival, and no longer aboard than promised."""
        assert self.promise is not None
        return (
            self.left_s is not None
            and self.left_s <= self.promise.delivery_latest_s
            and self.aboard_s <= self.promise.max_ride_s
        )

    @property
    def promise_kept(self) -> bool:
        return self.fate is Fate.SERVED and self.picked_up_in_window and self.arrived_in_time


@dataclass(frozen=True, slots=True)
class Drive:
    """One leg of a vehicle, as driven. `people`: aboard."""

    shift_id: str
    begun_s: int
    seconds: int
    metres: float
    people: int


@dataclass(slots=True)
class DayRecord:
    """A whole day. `vehicle_hours`: paid hours of the shifts that were on duty, without breaks."""

    seed: int
    weather: str
    rides: list[RideRecord] = field(default_factory=list)
    drives: list[Drive] = field(default_factory=list)
    vehicle_hours: float = 0.0
    broken_down: str = ""  # the vehicle
    aboard_then: int = 0
    waiting_then: int = 0
