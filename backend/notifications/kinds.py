"""The kinds of messages that riders get, and the manner of each: how urgent, for whom, until when it is of use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from backend.riders.models import Account


class Kind(StrEnum):
    BOOKED = "booked"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    SERIES_BOOKED = "series_booked"
    BESIDE = "beside"  # two rides at the same time, and nobody was asked
    SERIES_CHANGED = "series_changed"
    RETURN_GRANTED = "return_granted"  # the right to be fetched home
    RETURN_UNSERVED = "return_unserved"  # called, and no ride was found
    EVENING = "evening"  # reminder on the evening before
    BEFORE = "before"  # reminder shortly before the ride
    NEAR = "near"  # the bus will be there in a few minutes
    THERE = "there"  # the bus stands at the stop
    WINDOW = "window"  # what was promised has become another window
    DELAY = "delay"  # the bus will miss what was promised
    BREAKDOWN = "breakdown"
    SUSPENDED = "suspended"  # we cannot drive it: the service is suspended, or nobody is left to drive
    NO_SHOW = "no_show"
    CORRECTION = "correction"  # something that was said by mistake, as a driver took it back
    RECEIPT = "receipt"
    NOTE = "note"  # a dispatcher's own words


class Lasts(StrEnum):
    """Until when a message is of use, beside its own `use`."""

    PICKUP = "pickup"  # the end of the promised window
    ARRIVAL = "arrival"  # the latest promised arrival
    USE = "use"  # only its own


class Calls(StrEnum):
    """Whether a message may be read out on the telephone."""

    NEVER = "never"
    CHOSEN = "chosen"  # to who wants to be called
    ALWAYS = "always"  # to everybody whom nothing else reaches, unless they wish no calls


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind is handled.

    Attributes
    ----------
    wish
        The choice in the account that asks for it; None: everybody gets it.
    use
        How long after it was due it is still worth saying.
    hold
        What happens within this time after it is said in the same message, or makes it needless.
    answers
        It answers what its reader has just done, so that it may come at night too.
    """

    lasts: Lasts
    use: timedelta
    is_urgent: bool = False
    wish: str | None = None
    for_guests: bool = True
    calls: Calls = Calls.CHOSEN
    hold: timedelta = timedelta(0)
    answers: bool = False


_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_SOON = timedelta(seconds=3)
_Wish = Account.MessageWish

MANNERS: dict[Kind, Manner] = {
    Kind.BOOKED: Manner(Lasts.PICKUP, 14 * _DAY, calls=Calls.NEVER, hold=_SOON, answers=True),
    Kind.CHANGED: Manner(Lasts.PICKUP, 14 * _DAY, hold=_SOON, answers=True),
    Kind.CANCELLED: Manner(Lasts.ARRIVAL, 14 * _DAY, hold=_SOON, answers=True),
    Kind.SERIES_BOOKED: Manner(Lasts.USE, 2 * _DAY, calls=Calls.NEVER, hold=_SOON, answers=True),
    Kind.BESIDE: Manner(Lasts.PICKUP, 14 * _DAY, hold=_SOON),
    Kind.SERIES_CHANGED: Manner(Lasts.USE, 2 * _DAY, hold=_SOON, answers=True),
    Kind.RETURN_GRANTED: Manner(Lasts.ARRIVAL, _DAY, calls=Calls.NEVER, hold=_SOON, answers=True),
    Kind.RETURN_UNSERVED: Manner(Lasts.USE, 2 * _HOUR, is_urgent=True, calls=Calls.ALWAYS),
    Kind.EVENING: Manner(Lasts.PICKUP, 2 * _HOUR, wish=_Wish.EVENING.value, for_guests=False),
    Kind.BEFORE: Manner(Lasts.PICKUP, 20 * _MINUTE, wish=_Wish.BEFORE.value),
    Kind.NEAR: Manner(Lasts.ARRIVAL, 10 * _MINUTE, wish=_Wish.NEAR.value, for_guests=False, is_urgent=True),
    Kind.THERE: Manner(Lasts.ARRIVAL, 5 * _MINUTE, wish=_Wish.NEAR.value, for_guests=False, is_urgent=True),
    Kind.WINDOW: Manner(Lasts.ARRIVAL, 14 * _DAY, is_urgent=True, calls=Calls.ALWAYS),
    Kind.DELAY: Manner(Lasts.USE, 2 * _HOUR, is_urgent=True, calls=Calls.ALWAYS),
    Kind.BREAKDOWN: Manner(Lasts.USE, 3 * _HOUR, is_urgent=True, calls=Calls.ALWAYS),
    Kind.SUSPENDED: Manner(Lasts.ARRIVAL, 14 * _DAY, is_urgent=True, calls=Calls.ALWAYS, hold=_SOON),
    Kind.NO_SHOW: Manner(Lasts.USE, _DAY, calls=Calls.NEVER),
    Kind.CORRECTION: Manner(Lasts.ARRIVAL, 20 * _MINUTE, is_urgent=True),
    Kind.RECEIPT: Manner(Lasts.USE, 7 * _DAY, wish=_Wish.RECEIPT.value, for_guests=False, calls=Calls.NEVER),
    Kind.NOTE: Manner(Lasts.USE, _DAY, calls=Calls.ALWAYS),
}
