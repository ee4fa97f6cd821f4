"""Finds persons by what they said on the telephone: a name or a number. Each look-up is recorded, without what was looked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from accessibility.desk import InvalidInput
from backend.bookings.journal import audit
from backend.bookings.models import Booking
from backend.districts.models import District
from backend.riders.services import normalised_phone

LEAST_LETTERS = 3
MOST_PERSONS = 12
MOST_RIDES = 6  # of each person
MOST_ROWS = 300


@dataclass(frozen=True, slots=True)
class PersonFound:
    """Somebody who booked, with the rides that come next, then the last ones."""

    name: str
    phone: str
    rides: tuple[Booking, ...]


def find_persons(district: District, text: str, today: date, *, actor: str, now: datetime) -> tuple[PersonFound, ...]:
    """Who booked under a name or number that contains the text; recorded as a look-up by whoever searches.

    Numbers are compared whole, or by their last digits where a caller gives only these; the audit keeps how somebody was
    looked for ("name" or "phone"), never the text.
    """
    by_number = _digits(text)
    if not by_number and len(text.strip()) < LEAST_LETTERS:
        return ()
    matches = _by_number(text, by_number) if by_number else _by_name(text)
    rows = (
        Booking.objects.filter(matches, district=district)
        .select_related("service_day", "offer__pickup_stop", "offer__delivery_stop")
        .order_by("-service_day__date", "-offer__pickup_earliest_s")[:MOST_ROWS]
    )
    audit(district, now, actor, "dispatcher", "person.looked_up", "phone" if by_number else "name")
    return tuple(_grouped(rows, today))


def _digits(text: str) -> str:
    """The digits of what can only be a telephone number, or part of one; "" of anything else."""
    digits = "".join(sign for sign in text if sign.isdigit())
    others = [sign for sign in text if not (sign.isdigit() or sign in " +-/()")]
    return digits if not others and len(digits) >= 4 else ""


def _by_number(text: str, digits: str) -> Q:
    try:
        whole = normalised_phone(text)
    except InvalidInput:
        whole = ""
    ends = digits.removeprefix("00").removeprefix("49").lstrip("0")
    found = Q(contact_phone__endswith=ends) | Q(booker__phone__endswith=ends) if len(ends) >= 4 else Q(pk__in=[])
    return found | Q(contact_phone=whole) | Q(booker__phone=whole) if whole else found


def _by_name(text: str) -> Q:
    """Every word of the text in the rider's name, or in that of who booked for them."""
    rider, booker = Q(), Q()
    for word in text.split()[:4]:
        rider &= Q(contact_name__icontains=word)
        booker &= Q(booker__name__icontains=word)
    return rider | booker


def _grouped(rows: Iterable[Booking], today: date) -> list[PersonFound]:
    persons: dict[tuple[str, str], list[Booking]] = {}
    for row in rows:
        persons.setdefault((row.contact_name, row.contact_phone), []).append(row)
    found = []
    for (name, phone), rides in persons.items():
        coming = [ride for ride in reversed(rides) if ride.service_day.date >= today]
        past = [ride for ride in rides if ride.service_day.date < today]
        found.append(PersonFound(name, phone, tuple([*coming, *past][:MOST_RIDES])))
    return found[:MOST_PERSONS]
