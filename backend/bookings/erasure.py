"""Deletes a person's data (Art. 17 DSGVO). What is over is anonymised at once, what is still to be driven afterwards.

Rides and wishes of whoever asks for nothing are anonymised as well, once they are older than the district keeps them.

Anonymous means: no name, number, address, need or concession, and no point that might be somebody's door. Stops, times,
who rode (as counts) and the fare stay: they are what the authority's reports are made of.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from accessibility.desk import Access, BookingView, Channel, Passenger
from backend.bookings.acceptance import CODE_ALPHABET
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.forgotten import tell_all
from backend.bookings.localtime import midnight, service_date, to_moment
from backend.bookings.models import AuditEntry, Booking, RideRequest, RuleOverride, Series
from backend.bookings.of_contacts import OPEN, bookings_of
from backend.bookings.selectors import bookings, contacts_that_open, message_contact
from backend.bookings.services import audit
from backend.districts.models import District, Stop
from backend.districts.selectors import rules_of
from backend.riders.models import Account, Contact, Erasure, Rider
from backend.riders.selectors import contacts_of
from backend.riders.services import keep_rider

BATCH = 200
STILL_UNDER_WAY = timedelta(hours=3)  # a late bus has not ended yet


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done, and where to say so for the last time."""

    erasure: Erasure
    contacts: tuple[str, ...]


def open_bookings(account: Account, now: datetime) -> list[Booking]:
    """Bookings that still need this person's name: not ended, and not long over.

    A ride that was booked for somebody else, who can be reached without her, is theirs and goes on without her.
    """
    contacts = contacts_of(account)
    rows = bookings_of(contacts).filter(state__in=OPEN)
    own = (row for row in rows if not _is_over(row, now) and not _is_anothers(row, contacts))
    return sorted(own, key=_ends_at)


def erase_account(account: Account, cancel_open: bool, now: datetime) -> Erased:
    """Delete an account with everything that belongs to it; open rides are cancelled, or kept until they are driven.

    A ride that can no longer be cancelled, since the bus is on its way, is kept as well.
    """
    contacts = contacts_of(account)
    with transaction.atomic():
        number = _free_number()
        kept, cancelled = open_bookings(account, now), 0
        if cancel_open:
            desk = Desk(SetClock(now))
            refused = []
            for row in sorted(kept, key=lambda row: row.service_day_id):  # days are locked in the order of their rows
                phone, email = message_contact(row)
                access = Access(contact=phone or email, is_proved=True, channel=Channel.WEB)
                answer = desk.cancel(row.code, access, key=f"erasure:{number}:{row.code}")
                if not isinstance(answer, BookingView):
                    refused.append(row)
            cancelled, kept = len(kept) - len(refused), refused
        over = list(bookings_of(contacts).exclude(pk__in=[row.pk for row in kept]))
        anonymise(over, contacts, now)
        tell_all(_nameless(over), contacts, now)
        erasure = Erasure.objects.create(
            district=account.district,
            number=number,
            requested_at=now,
            finished_at=None if kept else now,
            anonymised=len(over),
            cancelled=cancelled,
            kept=[row.code for row in kept],
        )
        _forget_sessions(str(account.user_id), {row.code for row in over})
        account.user.delete()  # with account, contacts, favourites, passkeys, identity providers, tokens
        audit(erasure.district, now, "rider", "web", "account.erased", number)
    return Erased(erasure, contacts)


def finish_erasures(now: datetime) -> int:
    """Anonymise what was kept until it was driven; how many erasures are finished by it."""
    finished = 0
    for erasure in Erasure.objects.filter(finished_at__isnull=True):
        rows = list(_with_successors(bookings().filter(code__in=erasure.kept)))
        if not all(_is_over(row, now) for row in rows):
            continue
        with transaction.atomic():
            contacts = {value for row in rows for pair in contacts_that_open(row) for value in pair if value}
            hers = {value for row in rows for value in (row.contact_phone, row.contact_email) if value}
            anonymise(rows, sorted(contacts), now)
            tell_all(_nameless(rows), hers - _proved_again(hers), now)
            erasure.anonymised += len(rows)
            erasure.kept, erasure.finished_at = [], now
            erasure.save(update_fields=["anonymised", "kept", "finished_at"])
        finished += 1
    return finished


def forget_ended_sessions(now: datetime) -> int:
    """Delete sessions that have run out: they hold codes and contacts of whoever looked at a booking. How many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


def anonymise(rows: Sequence[Booking], contacts: Sequence[str], now: datetime) -> None:
    """Take the person out of these bookings and out of what was kept about who booked them."""
    known = {row.rider_id for row in rows}
    for row in rows:
        booker = getattr(row, "booker", None)
        if booker:
            booker.delete()
            if _is_anothers(row, contacts):
                # She booked for somebody who is not to be forgotten: the ride becomes the rider's own.
                row.rider = keep_rider(row.district, Passenger(row.contact_name, row.contact_phone, row.contact_email))
                row.save(update_fields=["rider"])
                continue
        _forget_ride(row, now)
    _forget_series({row.trip_id for row in rows}, now)
    _forget_reasons(_nameless(rows), now)
    named = Q(phone__in=contacts) & ~Q(phone="") | Q(email__in=contacts) & ~Q(email="")
    riders = Rider.objects.filter(named | Q(pk__in=known), erased_at__isnull=True)
    for rider in riders:
        if rider.bookings.filter(~Q(contact_phone="", contact_email="") | Q(booker__isnull=False)).exists():
            _forget_contacts(rider, contacts)
        else:
            rider.name = rider.phone = rider.email = ""
            rider.erased_at = now
            rider.save(update_fields=["name", "phone", "email", "erased_at"])


def forget_old_rides(now: datetime) -> int:
    """Anonymise rides, and wishes that nobody booked, older than their district keeps them; how many rows of both.

    At most `BATCH` of each in one transaction, so that a booking never waits for it; the next call goes on.
    """
    forgotten = 0
    for district in District.objects.all():
        oldest = service_date(now, ZoneInfo(district.timezone)) - timedelta(days=rules_of(district).rides_kept_days)
        with transaction.atomic():
            named = ~Q(contact_name="", contact_phone="", contact_email="")
            rows = list(bookings().filter(named, district=district, service_day__date__lt=oldest)[:BATCH])
            for row in rows:
                if hasattr(row, "booker"):
                    row.booker.delete()
                _forget_ride(row, now)
            _forget_series({row.trip_id for row in rows}, now)
            _forget_riders_without_rides({row.rider_id for row in rows}, now)
            tell_all((row.code for row in rows), (), now)
            until = midnight(oldest, ZoneInfo(district.timezone))
            wishes = RideRequest.objects.filter(district=district, forgotten_at=None, wished_at__lt=until)
            unmet = list(wishes.exclude(offers__booking__in=Booking.objects.filter(named))[:BATCH])
            for wish in unmet:
                _forget_wish(wish, now)
            for series in Series.objects.filter(trip=None, requests__in=unmet).distinct():
                _forget_template(series)
            _forget_reasons((row.code for row in rows), now)
        forgotten += len(rows) + len(unmet)
    return forgotten


def _nameless(rows: Iterable[Booking]) -> Iterator[str]:
    """Codes of those that name nobody any more; a ride of somebody else goes on under her own name."""
    return (row.code for row in rows if not (row.contact_name or row.contact_phone or row.contact_email))


def _proved_again(contacts: Iterable[str]) -> set[str]:
    """Who has opened another account meanwhile keeps what belongs to that one."""
    return set(Contact.objects.filter(value__in=list(contacts)).values_list("value", flat=True))


def _forget_reasons(codes: Iterable[str], now: datetime) -> None:
    """Staff are asked to name nobody in a reason that they give; whether they did, nobody has looked."""
    given = RuleOverride.objects.filter(ride_request__forgotten_at=now).exclude(reason="")
    wishes = [str(pk) for pk in given.values_list("ride_request", flat=True)]
    given.update(reason="")
    AuditEntry.objects.filter(subject__in=[*codes, *wishes]).exclude(reason="").update(reason="")


def _forget_riders_without_rides(rider_ids: set[int], now: datetime) -> None:
    """Nobody any more is who has no ride left that names them."""
    for rider in Rider.objects.filter(pk__in=rider_ids, erased_at=None):
        if not rider.bookings.exclude(contact_name="", contact_phone="", contact_email="").exists():
            rider.name = rider.phone = rider.email = ""
            rider.erased_at = now
            rider.save(update_fields=["name", "phone", "email", "erased_at"])


def _forget_ride(row: Booking, now: datetime) -> None:
    """Take the person out of a booking and of everything that was asked around it."""
    row.contact_name = row.contact_phone = row.contact_email = ""
    row.save(update_fields=["contact_name", "contact_phone", "contact_email"])
    for wish in {row.offer.ride_request, *_wishes_beside(row)}:
        _forget_wish(wish, now)


def _forget_series(trip_ids: set[int | None], now: datetime) -> None:
    """A series says what was needed on every day of it, also on those that were not booked."""
    for series in Series.objects.filter(trip__in=[trip_id for trip_id in trip_ids if trip_id]):
        if series.trip and series.trip.bookings.exclude(contact_phone="", contact_email="").exists():
            continue  # some of its rides are still to be driven
        _forget_template(series)
        for wish in series.requests.all():
            _forget_wish(wish, now)


def _forget_template(series: Series) -> None:
    series.needs = []
    series.wish = {**series.wish, "concession": "none", "max_walk_m": None}
    for end in ("origin", "destination"):
        series.wish[end] = _without_point(series.wish[end], None)
    series.save(update_fields=["needs", "wish"])


def _wishes_beside(row: Booking) -> QuerySet[RideRequest]:
    """What was asked around a booking and not booked: to change it, and to be fetched after it."""
    return RideRequest.objects.filter(Q(replaces=row.code) | Q(open_return__booking=row))


def _forget_wish(wish: RideRequest, now: datetime) -> None:
    wish.forgotten_at = now
    wish.needs, wish.max_walk_m, wish.concession = [], None, "none"
    wish.origin = _without_point(wish.origin, wish.origin_stop)
    wish.destination = _without_point(wish.destination, wish.destination_stop)
    wish.save(update_fields=["needs", "max_walk_m", "concession", "origin", "destination", "forgotten_at"])


def _forget_contacts(rider: Rider, contacts: Sequence[str]) -> None:
    """Of somebody who also booked in another way, only what was erased goes, as far as the rest still reaches them."""
    phone = "" if rider.phone in contacts else rider.phone
    email = "" if rider.email in contacts else rider.email
    if phone or email:
        rider.phone, rider.email = phone, email
        rider.save(update_fields=["phone", "email"])


def _without_point(place: dict[str, Any], stop: Stop | None) -> dict[str, Any]:
    if place.get("lat") is None:
        return place
    return {"stop_id": stop.code, "place_id": None, "lat": None, "lon": None} if stop else {}


def _with_successors(rows: Iterable[Booking]) -> Iterable[Booking]:
    """Bookings with those that a change put in their place."""
    for row in rows:
        yield row
        yield from _with_successors(bookings().filter(replaces=row))


def _is_anothers(row: Booking, contacts: Sequence[str]) -> bool:
    """Whether the rider is somebody else than who has these contacts."""
    reached = {row.contact_phone, row.contact_email} - {""}
    return bool(reached) and not reached & set(contacts)


def _is_over(row: Booking, now: datetime) -> bool:
    return row.state not in OPEN or _ends_at(row) + STILL_UNDER_WAY < now


def _ends_at(row: Booking) -> datetime:
    return to_moment(row.offer.delivery_latest_s, row.service_day.date, ZoneInfo(row.district.timezone))


def _forget_sessions(user_id: str, codes: set[str]) -> None:
    """End this person's sessions everywhere, and take the bookings out of others' that had opened them."""
    for session in Session.objects.iterator():
        content = session.get_decoded()
        if content.get("_auth_user_id") == user_id or codes & set(content.get("bookings", {})):
            session.delete()


def _free_number() -> str:
    while True:
        letters = "".join(secrets.choice(CODE_ALPHABET) for _number in range(8))
        number = f"L-{letters[:4]}-{letters[4:]}"
        if not Erasure.objects.filter(number=number).exists():
            return number
