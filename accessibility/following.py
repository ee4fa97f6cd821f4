"""Following a booked ride, as every channel sees it: where the bus is, when it comes, what happens if the rider is late.

Beside the booking desk, since it needs what vehicles report. Texts are German, ready to be read aloud.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from accessibility.desk import Access, Refusal, StopView, WayOut


class Phase(StrEnum):
    """How far a ride has come, as far as anybody can know."""

    EARLY = "early"  # too long before the ride to show anything
    PLANNED = "planned"  # no position yet: what the plan says
    SILENT = "silent"  # the last position is old: what the plan says
    COMING = "coming"
    LATE = "late"  # will not be there within what was promised
    THERE = "there"  # stands at the stop
    LEFT = "left"  # was at the stop, has left it; the rider is aboard or was missed
    ABOARD = "aboard"
    OVERDUE = "overdue"  # the promised time is over, and nothing was heard of the bus
    OVER = "over"  # arrived
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class BusLook:
    """How to recognise the bus; empty texts: not known."""

    name: str
    kind: str
    colour: str = ""
    plate: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class SeenAt:
    """The newest position that can be believed, and the stop that lies nearest to it."""

    lat: float
    lon: float
    at: datetime
    near: StopView
    near_m: int


@dataclass(frozen=True, slots=True)
class RideForecast:
    """What can honestly be said of a ride now.

    `earliest` to `latest` is when the bus reaches the stop that matters next: the pick-up, after it the destination.
    None where only the promise can be told. `line` says all of it in one or two short sentences.
    """

    phase: Phase
    line: str
    now: datetime
    pickup_stop: StopView
    delivery_stop: StopView
    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime
    waits_until: datetime  # the bus leaves the stop not before this
    bus: BusLook | None
    earliest: datetime | None = None
    likely: datetime | None = None
    latest: datetime | None = None
    seen: SeenAt | None = None
    needs_call: bool = False  # what is said may worry: name the telephone


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """What a rider's delay means, by rule. `verdict`: "enough", "likely", "tight" or "missed"."""

    verdict: str
    text: str
    minutes: int
    there_at: datetime
    waits_until: datetime
    way_out: tuple[WayOut, ...] = ()


class FollowDesk(Protocol):
    """Where is my bus; I am late. `key` makes a call idempotent."""

    def where(self, code: str, access: Access) -> RideForecast | Refusal: ...

    def late(self, code: str, minutes: int, access: Access, *, key: str) -> LateAnswer | Refusal: ...
