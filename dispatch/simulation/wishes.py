"""What riders ask for, what they are offered, and the protocol behind which a district's booking rules stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from dispatch.insertion import Insertion
from dispatch.model import Load, Request


class Need(StrEnum):
    """The groups that a report tells apart; whoever fits several counts under the first."""

    WHEELCHAIR = "wheelchair"
    WALKING_AID = "walking_aid"  # a walking frame, or an arm to lean on
    OTHER = "other"  # sees or hears little, travels with a pram or a child seat
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wish:
    """A ride that somebody asks for.

    Attributes
    ----------
    known_at_s
        When it is asked for, seconds from midnight of the service day; negative for the days before.
    origin, destination
        Locations of the travel matrix.
    time_s, arrive_by
        The second that the rider names, and whether it is the latest arrival (else the earliest departure).
    dwell_s
        Seconds that boarding, and leaving, takes.
    zone
        The zone whose rules hold for the ride.
    """

    id: str
    known_at_s: int
    origin: int
    destination: int
    time_s: int
    arrive_by: bool
    load: Load
    riders: int
    dwell_s: int
    features: frozenset[str]
    zone: str
    need: Need


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise to a rider. `planned` is what the engine keeps: the promise, or less of it where a margin is held back."""

    promise: Request
    planned: Request
    as_wished: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the booking rules say to a wish: offers, the best first, or the code of a refusal."""

    offers: tuple[Offer, ...] = ()
    refusal: str = ""


Ask = Callable[[Request], Insertion | None]


class BookingRules(Protocol):
    """The rules of booking as the simulation sees them."""

    def answer(self, wish: Wish, now_s: int, direct_s: int, ask: Ask, make_room: Ask | None = None) -> Answer:
        """Offers for a wish.

        Parameters
        ----------
        wish
            What the rider wants.
        now_s
            When the rider asks.
        direct_s
            Planned seconds of the direct drive.
        ask
            The engine's cheapest way to serve a request on the plan as it stands, or None.
        make_room
            The same after other rides were moved for it; None: nobody is moved. Changes the plan that `ask` looks at.
        """
        ...
