"""What is remembered between two inputs. Frozen, and JSON through `stored`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from accessibility.dialogue.caller import Caller, Known, Spot, Wished
from accessibility.dialogue.saying import Choice, Say


class Asked(StrEnum):
    """The question that is open."""

    START = "start"  # what would you like?
    RESUME = "resume"  # go on with the wish of the call that broke off?
    PIN = "pin"
    USUAL = "usual"  # one of these rides, as always?
    FROM = "from"
    TO = "to"
    VILLAGE_STOP = "village_stop"  # keys only: which stop of the village
    WHICH_PLACE = "which_place"
    DAY = "day"
    WHEN = "when"
    ANCHOR = "anchor"  # keys only: to leave then, or to be there then
    WHICH_TIME = "which_time"
    UNTIL = "until"  # how long a series runs
    WHO = "who"
    AIDS = "aids"
    THINGS = "things"  # keys only: what else comes along
    NEEDS = "needs"  # keys only: what help is needed
    FARE = "fare"  # keys only: why the fare is lower
    NAME = "name"
    NUMBER = "number"
    OFFER = "offer"
    BESIDE = "beside"  # yes to the offer, and there is a ride at that time already: both?
    OTHER = "other"  # no to the offer: what then?
    REFUSED = "refused"
    WHICH_RIDE = "which_ride"
    RIDE = "ride"  # what about this ride?
    CANCEL = "cancel"
    CHANGE = "change"
    LATE = "late"
    FETCH = "fetch"
    CALL_BACK = "call_back"
    MORE = "more"  # anything else?
    NOTHING = "nothing"  # the dialogue is over


@dataclass(frozen=True, slots=True)
class OfferHeard:
    """An offer as it is read out."""

    id: str
    pickup_stop: str
    delivery_stop: str
    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime
    fare_cents: int
    pickup_walk_m: int = 0
    delivery_walk_m: int = 0


@dataclass(frozen=True, slots=True)
class SeriesHeard:
    """What a series is offered, as it is read out: the times hold on each of its days, told on the first of them."""

    id: str
    count: int
    first: str  # ISO date
    last: str
    missing: tuple[str, ...]  # ISO dates without a ride at that time
    pickup_stop: str
    delivery_stop: str
    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime
    is_even: bool  # every day has the same window
    fare_cents: int  # of all rides


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """An end that may be one of several places."""

    end: str  # "from" or "to"
    heard: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Everything. `waits_for` names the action whose result is awaited."""

    asked: Asked = Asked.START
    caller: Caller = field(default_factory=Caller)
    known: Known | None = None
    is_proved: bool = False
    by_pin: bool = False  # proved by the PIN of an account
    proof_for: str = ""  # what to go on with once the caller is proved
    wish: Wished = field(default_factory=Wished)
    open_places: tuple[OpenPlace, ...] = ()
    open_times: tuple[datetime, ...] = ()
    offers: tuple[OfferHeard, ...] = ()
    offer: int = 0
    series: SeriesHeard | None = None
    beside: tuple[str, ...] = ()  # codes of rides at the same time that the rider has been asked about
    shift: str = ""  # "earlier" or "later": what the last asking was about
    ride: str = ""  # the code of the ride that is talked about
    rest: tuple[str, ...] = ()  # the codes that are cancelled together with it
    is_whole: bool = False  # of a series all that is left is cancelled or changed, not one day
    of_series: bool = False  # what is wanted was said of a series
    ride_for: str = ""  # what to do with it: "where", "cancel", "change", "late", "fetch", ""
    last: Wished = field(default_factory=Wished)  # the wish that was booked last: its way back may follow
    return_text: str = ""  # what was said of the way back together with the ride there
    kept_text: str = ""  # said before it could be understood: "lieber um neun" before the ride is known
    name: str = ""
    number: str = ""  # where the rider is reached, if not by the caller's own contact
    for_other: bool = False  # a relay, a carer: the caller is not the rider
    by_keys: bool = False
    by_steps: bool = False  # a part of the wish had to be asked for
    is_slow: bool = False
    choices: tuple[Choice, ...] = ()
    said: tuple[Say, ...] = ()  # the last reply, for saying it again
    pending: tuple[Say, ...] = ()  # to be said once the awaited result has come
    misses: int = 0  # in a row
    silences: int = 0  # in a row
    waits_for: str = ""
    turn: int = 0
    booked: str = ""  # the code that was booked last in this dialogue
    is_over: bool = False
    is_handed_over: bool = False
