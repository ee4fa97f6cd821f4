"""Who calls: what a number says of its rider, as far as it helps to book in under a minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from accessibility.desk import Anchor, Channel, Place, RideWish
from backend.bookings.models import Booking
from backend.bookings.of_contacts import OwnRide, bookings_of, coming_rides
from backend.bookings.selectors import wish_of
from backend.districts.models import District
from backend.riders.models import Account
from backend.riders.selectors import UsualRide, account_with_contact, contacts_of, favourites, usual_wish_defaults

MOST_LAST_RIDES = 3
MOST_CHOICES = 9  # one digit each
LOOKED_BACK = 40  # bookings, for three different rides


@dataclass(frozen=True, slots=True)
class Again:
    """A ride to be booked once more by its digit. `name` is that of a favourite; "" for a ride taken before."""

    digit: int
    name: str
    origin: Place
    destination: Place
    usual: UsualRide
    clock: tuple[int, int] | None  # hour and minute of the last time
    anchor: Anchor
    origin_text: str = ""  # of a favourite; else the page finds the names
    destination_text: str = ""

    def wish(self, district: District, when: datetime, *, back: bool = False) -> RideWish:
        """The same ride at a time; `back`: the other way round."""
        wish = RideWish(
            district.pk, self.origin, self.destination, when, anchor=Anchor.DEPART if back else self.anchor,
            party=self.usual.party, needs=self.usual.needs, concession=self.usual.concession, channel=Channel.DISPATCHER,
        )  # fmt: skip
        return replace(wish, origin=wish.destination, destination=wish.origin) if back else wish


@dataclass(frozen=True, slots=True)
class Caller:
    """What a number says. Without an account, the names are those that bookings gave."""

    phone: str
    name: str
    email: str
    account: Account | None
    coming: tuple[OwnRide, ...]
    again: tuple[Again, ...]
    usual: UsualRide

    @property
    def is_known(self) -> bool:
        return bool(self.name or self.account or self.coming or self.again)

    @property
    def language(self) -> str:
        return self.account.language if self.account else Account.Language.GERMAN

    @property
    def never_call(self) -> bool:
        return bool(self.account and self.account.never_call)


def caller_of(district: District, phone: str, now: datetime) -> Caller:
    """Who calls from a number (E.164); nobody known from "" or an unknown one."""
    account = account_with_contact("phone", phone) if phone else None
    if account and account.district_id != district.pk:
        account = None
    contacts = contacts_of(account) if account else (phone,)
    rows = list(bookings_of(contacts).filter(district=district).order_by("-booked_at", "-pk")[:LOOKED_BACK])
    newest = rows[0] if rows else None
    usual = usual_wish_defaults(account) if account else UsualRide()
    emails = contacts_of(account, "email") if account else ()
    return Caller(
        phone=phone,
        name=(account.name if account and account.name else "") or _name_of(newest, contacts),
        email=next(iter(emails), ""),
        account=account,
        coming=coming_rides(contacts, now),
        again=tuple(islice(_again(account, rows), MOST_CHOICES)),
        usual=usual,
    )


def _name_of(booking: Booking | None, contacts: tuple[str, ...]) -> str:
    """The name beside the number: the rider's, or of who books for her."""
    if booking is None:
        return ""
    if booking.contact_phone in contacts or booking.contact_email in contacts:
        return booking.contact_name
    booker = getattr(booking, "booker", None)
    return booker.name if booker else ""


def _again(account: Account | None, rows: list[Booking]) -> Iterator[Again]:
    digit = 0
    for booking in _different(rows):
        digit += 1
        wish = wish_of(booking.offer.ride_request)
        yield Again(
            digit, "", wish.origin, wish.destination, UsualRide(wish.party, wish.needs, wish.concession),
            (wish.when.hour, wish.when.minute), wish.anchor,
        )  # fmt: skip
    for ride in favourites(account) if account else ():
        digit += 1
        yield Again(
            digit, ride.label, ride.origin, ride.destination, ride.usual, None, Anchor.DEPART, ride.origin_name,
            ride.destination_name,
        )  # fmt: skip


def _different(rows: list[Booking]) -> list[Booking]:
    """The newest booking of each pair of ends, whatever became of it."""
    found: dict[str, Booking] = {}
    for row in rows:
        request = row.offer.ride_request
        if request.forgotten_at is None:
            found.setdefault(f"{request.origin}>{request.destination}", row)
    return list(found.values())[:MOST_LAST_RIDES]


def next_time(again: Again, now: datetime, lead: timedelta) -> datetime:
    """When "the same again" means, if no time is said: the clock time of the last ride on the next day that is possible.

    A favourite has no time of its own: as soon as can be ordered, in whole five minutes.
    """
    soon = now + lead
    if again.clock is None:
        return (
            soon
            + (-timedelta(minutes=soon.minute % 5, seconds=soon.second, microseconds=soon.microsecond))
            + timedelta(minutes=5)
        )
    hour, minute = again.clock
    moment = soon.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return moment if moment >= soon else moment + timedelta(days=1)
