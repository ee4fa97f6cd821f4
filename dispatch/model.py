"""What the engine plans with: frozen values, no behaviour that a solver could hide in.

Units: seconds are integers since midnight of the service day and may exceed 86,400. A location is an index into the
square matrix of travel seconds that comes with a problem.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class EventKind(IntEnum):
    """What happens at a stop event."""

    START = 0
    PICKUP = 1
    DELIVERY = 2
    BREAK = 3
    END = 4


@dataclass(frozen=True, slots=True)
class Load:
    """The places that a party takes, or that a capacity configuration offers."""

    seats: int = 0
    wheelchairs: int = 0
    storage: int = 0  # floor units: a walking frame 1, a pram 2, a bicycle 3

    def __post_init__(self) -> None:
        if min(self.seats, self.wheelchairs, self.storage) < 0:
            raise ValueError(f"a load has no negative part: {self}")

    def as_tuple(self) -> tuple[int, int, int]:
        return (self.seats, self.wheelchairs, self.storage)


@dataclass(frozen=True, slots=True)
class Request:
    """A ride with its promise: what the plan must keep.

    Service at a stop begins when boarding (or leaving) begins; the windows bound that moment. Time aboard runs from the
    end of boarding to the beginning of leaving (Cordeau 2006).
    """

    id: str
    pickup_location: int
    delivery_location: int
    pickup_earliest_s: int
    pickup_latest_s: int
    delivery_earliest_s: int
    delivery_latest_s: int
    max_ride_s: int
    load: Load
    pickup_dwell_s: int = 0
    delivery_dwell_s: int = 0
    riders: int = 1  # how many people's waiting and riding counts
    features: frozenset[str] = frozenset()  # what the vehicle must have: "ramp", "child_seat"
    apart_from: frozenset[str] = frozenset()  # ids of requests that must not be aboard at the same time


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What a vehicle can carry. A load is lawful when one configuration covers every part of it; folding seats between
    stops is part of the dwell time."""

    id: str
    configurations: tuple[Load, ...]
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of the driver that begins within its window, wherever the vehicle then stands, with nobody aboard."""

    earliest_s: int
    latest_s: int
    duration_s: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A vehicle and a driver, from depot to depot. `end_location` None: the vehicle may stay where its day ends."""

    id: str
    vehicle: Vehicle
    start_location: int
    end_location: int | None
    start_s: int
    end_s: int
    breaks: tuple[Break, ...] = ()
    max_duration_s: int | None = None


@dataclass(frozen=True, slots=True)
class StopEvent:
    """One entry of a route. `start_s` is when service begins; for what has already happened, when it did."""

    kind: EventKind
    location: int
    start_s: int
    dwell_s: int = 0
    request_id: str | None = None  # PICKUP and DELIVERY
    break_index: int | None = None  # BREAK: which of the shift's breaks


@dataclass(frozen=True, slots=True)
class Route:
    """The events of one shift, from START to END.

    The first `done` events have happened (their times are facts). The first `locked` events (`locked >= done`) keep
    their place: the vehicle is on its way to the last of them, or there. The vehicle cannot leave for the first event
    that is not done before `ready_s`.
    """

    shift_id: str
    events: tuple[StopEvent, ...]
    done: int = 0
    locked: int = 1
    ready_s: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All routes of a service day, one for each shift, and the requests that they serve."""

    shifts: tuple[Shift, ...]
    routes: tuple[Route, ...]  # routes[i] belongs to shifts[i]
    requests: dict[str, Request] = field(default_factory=dict)
