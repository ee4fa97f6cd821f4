"""What goes wrong on a day, before it has: values and rules. Pure; seconds of the service day.

A trouble has a key, so that it is the same one a minute later, and a level: 1 worth knowing, 2 soon, 3 now. What wavers
around a limit must not come and go: whatever is raised at one limit is taken back only at a lower one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.operations.eta import AT_RISK

RAISED_AT, CLEARED_AT = AT_RISK, 0.15  # chance that a promise breaks
SURE = 0.8
SOON_S = 900
SILENT_S, LONG_SILENT_S, HEARD_AGAIN_S = 300, 900, 120
OVERRUN_S = 300
LEVELS = (3, 2, 1)  # now, soon, worth knowing


class TroubleKind(StrEnum):
    """In the order in which equals are listed."""

    HELP = "help"  # a driver calls for help
    CUT_OFF = "cut_off"  # a vehicle stands before a closed road, with riders
    STRANDED = "stranded"  # riders whom an intervention left without a ride
    PROMISE = "promise"  # a promise breaks, or may
    NO_DEVICE = "no_device"  # the shift has begun and nobody has signed in
    PAPERS = "papers"  # somebody drives, or will, whose papers do not fit the vehicle
    SILENT = "silent"  # a vehicle that was heard of is so no more
    CONFLICT = "conflict"  # a driver's report cannot be true as it is
    UNDELIVERED = "undelivered"  # a rider could not be told
    OVERRUN = "overrun"  # a shift will not end in time
    NO_BREAK = "no_break"  # the law asks for a break that is not there
    UNSERVED = "unserved"  # somebody got no ride


class Proposed(StrEnum):
    """What a rider whose wish got no ride was told instead, the best of it."""

    SAME_DAY = "same_day"  # another time on the same day
    OTHER_STOP = "other_stop"
    OTHER_DAY = "other_day"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What can be done: `document` leads to the preview of an intervention, `address` to a page; a tel: link is one, too."""

    text: str
    document: dict[str, Any] | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong.

    Attributes
    ----------
    due_s
        When it bites; None: it does already, or no moment can be named.
    chance
        That it happens, where that can be said.
    bookings
        Codes of the bookings it is about.
    proposed
        Of a wish that got no ride, what was proposed instead.
    """

    kind: TroubleKind
    about: str
    level: int
    title: str
    text: str
    due_s: int | None = None
    chance: float | None = None
    vehicle: str = ""
    bookings: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    proposed: Proposed | None = None

    @property
    def key(self) -> str:
        """The same for the same trouble, whenever it is looked at."""
        return f"{self.kind}:{self.about}"[:120]


def is_raised(chance: float, key: str, open_keys: Collection[str]) -> bool:
    """Whether a chance is a trouble: a new one needs more than one that is open already."""
    return chance >= (CLEARED_AT if key in open_keys else RAISED_AT)


def promise_level(chance: float, due_in_s: float) -> int:
    """How urgent a promise at risk is."""
    if chance >= SURE:
        return 3
    return 2 if due_in_s <= SOON_S else 1


def silence_level(silent_s: float, key: str, open_keys: Collection[str]) -> int:
    """How urgent a silence is; 0: none."""
    if silent_s < (HEARD_AGAIN_S if key in open_keys else SILENT_S):
        return 0
    return 3 if silent_s >= LONG_SILENT_S else 2


def in_order(troubles: Collection[Trouble]) -> list[Trouble]:
    """The most urgent first; of equals what bites first."""
    kinds = list(TroubleKind)
    return sorted(
        troubles,
        key=lambda one: (-one.level, one.due_s if one.due_s is not None else -1, kinds.index(one.kind), one.about),
    )
