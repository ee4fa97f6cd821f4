"""When, to whom and by which way a message goes: pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import phonenumbers

from backend.notifications.kinds import MANNERS, Calls, Kind, Lasts, Manner
from fixtures.rules import MessageRules

SMS, EMAIL, CALL = "sms", "email", "call"
USUAL_ORDER = (SMS, EMAIL, CALL)
MOST_TRIES = {True: 4, False: 7}  # by one way, of what is urgent and of what is not
# What is urgent and not reported as delivered by then goes another way; the rest is taken as sent.
REPORT_WITHIN = {True: timedelta(minutes=2), False: timedelta(days=1)}
SOON = timedelta(hours=1)  # a ride that begins so soon after the quiet hours lets nobody sleep on
LIVE = ("booked", "aboard")
# In which states of its booking a message is still true.
TRUE_WHILE: Mapping[Kind, Collection[str]] = {
    Kind.BOOKED: ("booked",),
    Kind.CHANGED: ("booked",),
    Kind.CANCELLED: ("cancelled",),
    Kind.BESIDE: ("booked",),
    Kind.RETURN_GRANTED: LIVE,
    Kind.EVENING: ("booked",),
    Kind.BEFORE: ("booked",),
    Kind.NEAR: ("booked",),
    Kind.THERE: ("booked",),
    Kind.WINDOW: ("booked",),
    Kind.DELAY: ("booked",),
    Kind.BREAKDOWN: LIVE,
    Kind.SUSPENDED: ("cancelled",),
    Kind.NO_SHOW: ("no_show",),
    Kind.CORRECTION: ("booked",),
    Kind.RECEIPT: ("completed",),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person can be reached, and what she wants to hear.

    Attributes
    ----------
    phone, sms_to, email
        Where to call, where to write; E.164 and an address, or "".
    prefers
        "sms", "email", "call", or "" where it is all the same to her.
    wishes
        Messages that her account asks for; None for a guest.
    reads_only
        Does not hear: is never called, and told by text when the bus comes.
    """

    phone: str = ""
    sms_to: str = ""
    email: str = ""
    language: str = "de"
    prefers: str = ""
    may_be_called: bool = True
    wishes: frozenset[str] | None = None
    reads_only: bool = False

    @property
    def is_anybody(self) -> bool:
        """False once the person's data were deleted."""
        return bool(self.phone or self.sms_to or self.email)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a person: "sms", "email" or "call", and where to."""

    channel: str
    to: str


@dataclass(frozen=True, slots=True)
class RideTimes:
    """What decides until when a message about a ride is of use. All aware moments."""

    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime


def takes_sms(number: str, countries: Collection[int]) -> bool:
    """Whether an SMS to this number (E.164) may arrive, at a price that we pay."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return parsed.country_code in countries and phonenumbers.number_type(parsed) in mobile


def is_at_usual_price(number: str, countries: Collection[int]) -> bool:
    """Whether writing to or ringing this number (E.164) costs what it usually costs.

    Anybody may book with any number: a service number or one abroad, at euros a minute, would make us pay its owner.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    kinds = phonenumbers.PhoneNumberType
    usual = (kinds.FIXED_LINE, kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE, kinds.VOIP)
    return parsed.country_code in countries and phonenumbers.number_type(parsed) in usual


def ways(reach: Reach, manner: Manner) -> tuple[Way, ...]:
    """The ways to a person for a message of this manner, the one to try first at the front."""
    order = sorted(USUAL_ORDER, key=lambda channel: channel != reach.prefers)
    targets = {SMS: reach.sms_to, EMAIL: reach.email, CALL: reach.phone if _may_call(reach, manner) else ""}
    found = tuple(Way(channel, targets[channel]) for channel in order if targets[channel])
    if not found and reach.phone and not reach.may_be_called:
        return (Way(SMS, reach.phone),)  # a landline that nobody may ring: some of them show texts
    return found


def _may_call(reach: Reach, manner: Manner) -> bool:
    if not reach.may_be_called or reach.reads_only or manner.calls is Calls.NEVER:
        return False
    return manner.calls is Calls.ALWAYS or reach.prefers == CALL


def is_wanted(kind: Kind, reach: Reach) -> bool:
    """Whether this person gets messages of this kind."""
    manner = MANNERS[kind]
    if manner.wish is None or (reach.reads_only and kind in (Kind.NEAR, Kind.THERE)):
        return True
    return manner.for_guests if reach.wishes is None else manner.wish in reach.wishes


def wakes_at(local: datetime, rules: MessageRules) -> datetime | None:
    """When the quiet hours end that a local moment lies in; None by day."""
    second = local.hour * 3600 + local.minute * 60 + local.second
    if rules.quiet_to_s <= second < rules.quiet_from_s:
        return None
    day = local.date() + timedelta(days=1 if second >= rules.quiet_from_s else 0)
    hour, rest_s = divmod(rules.quiet_to_s, 3600)
    return datetime(day.year, day.month, day.day, hour, rest_s // 60, tzinfo=local.tzinfo)


def useful_until(kind: Kind, due_at: datetime, ride: RideTimes | None) -> datetime:
    """Until when a message is worth sending."""
    manner = MANNERS[kind]
    ends = due_at + manner.use
    if ride is not None and manner.lasts is Lasts.PICKUP:
        return min(ends, ride.pickup_until)
    if ride is not None and manner.lasts is Lasts.ARRIVAL:
        return min(ends, ride.arrive_by)
    return ends


def may_wait(kind: Kind, until: datetime, wakes: datetime, ride: RideTimes | None) -> bool:
    """Whether a message can wait for the end of the quiet hours."""
    if until <= wakes:
        return False
    if not MANNERS[kind].is_urgent:
        return True
    return ride is not None and ride.pickup_from > wakes + SOON


def wait_after(tries: int) -> timedelta:
    """Back-off after so many failed tries by one way: 2, 4, 8, ... seconds, at most five minutes."""
    return timedelta(seconds=min(2**tries, 300))


def is_true(kind: Kind, state: str, is_replaced: bool) -> bool:
    """Whether what a message says still is so, by the state of its booking."""
    if is_replaced and kind not in (Kind.SUSPENDED, Kind.NOTE):
        return False  # what stands in its place has a message of its own
    return kind not in TRUE_WHILE or state in TRUE_WHILE[kind]


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the ways that a message has gone: how often each failed, and which are of no use."""

    failures: Mapping[str, int] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()


def next_way(found: Collection[Way], tried: Tried, is_urgent: bool) -> Way | None:
    """The first way that is still open; None where none is."""
    most = MOST_TRIES[is_urgent]
    for way in found:
        if way.channel not in tried.closed and tried.failures.get(way.channel, 0) < most:
            return way
    return None
