"""Rides that the same person has booked already, and that she could not ride as well: the same ride twice, or two at once.

Nobody is refused for it: a companion may need the second seat. Who books hears of it before the booking is firm
(docs/decisions/0895-the-same-ride-twice.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from django.db.models import Q

from accessibility.desk import Offer, Passenger, RideBeside, StopView
from accessibility.language.said import fold
from backend.bookings.models import Booking, OfferRecord
from backend.bookings.of_contacts import OPEN
from backend.bookings.selectors import bookings, leg_view, offer_view, promised_view
from backend.riders.selectors import account_with_contact, contacts_of

SAME_WITHIN = timedelta(hours=2)  # two rides between the same places, so near each other, are one ride asked for twice
ELSEWHERE = timedelta(minutes=30)  # the least that it takes from where one ride ends to where another begins
ALIKE = 0.75  # "Amuster" is "Muster", heard wrong
NAMELESS = frozenset({"fahrgast", "anruf", "nummer"})  # what lines call somebody who said no name
TITLES = frozenset({"herr", "frau", "dr", "familie"})


@dataclass(frozen=True, slots=True)
class Span:
    """A ride as this rule sees it: from where to where, when it begins, and when it can be over at the soonest."""

    pickup: StopView
    delivery: StopView
    begins: datetime
    begins_at_latest: datetime
    soonest_end: datetime

    def clashes_with(self, other: Span) -> bool:
        """Whether nobody could ride both, or both are the same ride."""
        can_ride_both = self._can_follow(other) or other._can_follow(self)
        return not can_ride_both or (self._goes_as(other) and abs(self.begins - other.begins) < SAME_WITHIN)

    def _can_follow(self, other: Span) -> bool:
        """Whether who has ridden the other can still board this one; elsewhere than where she got off takes time."""
        between = timedelta() if self.pickup.village == other.delivery.village else ELSEWHERE
        return self.begins_at_latest >= other.soonest_end + between

    def _goes_as(self, other: Span) -> bool:
        """Whether both go from the same village to the same; within one village, from the same stop to the same."""
        if self.pickup.village != self.delivery.village:
            return (self.pickup.village, self.delivery.village) == (other.pickup.village, other.delivery.village)
        return (self.pickup.id, self.delivery.id) == (other.pickup.id, other.delivery.id)


def rides_beside(
    offers: Sequence[OfferRecord], passenger: Passenger, but_not: Iterable[str] = ()
) -> tuple[RideBeside, ...]:
    """The open rides of the same person that clash with one of these offers, the first one first.

    `passenger` is checked; `but_not` are the codes of bookings that end with these offers. What an offer has become itself,
    where a step is worked out a second time, does not clash with it. Who may hear of the rides is the caller's to know.
    """
    spans = [(offer, _span(offer_view(offer), offer.direct_s)) for offer in offers]
    days = {span.begins.date() + timedelta(days=ahead) for _offer, span in spans for ahead in (-1, 0, 1)}
    contacts = _contacts(passenger)
    rows = bookings().filter(_may_be(passenger, contacts), state__in=OPEN, service_day__date__in=days)
    own = [
        (row, _span(promised_view(row), row.offer.direct_s))
        for row in rows.exclude(code__in=list(but_not)).exclude(offer__in=[offer.pk for offer in offers])
        if _is_same_person(row, passenger, contacts)
    ]
    found = [
        RideBeside(str(offer.pk), leg_view(row))
        for offer, span in spans
        for row, its_span in own
        if span.clashes_with(its_span)
    ]
    return tuple(sorted(found, key=lambda one: (one.ride.pickup_from, one.ride.code)))


def _span(promise: Offer, direct_s: int) -> Span:
    return Span(
        promise.pickup_stop, promise.delivery_stop, promise.pickup_from, promise.pickup_until,
        promise.pickup_from + timedelta(seconds=direct_s),
    )  # fmt: skip


def _may_be(passenger: Passenger, contacts: Sequence[str]) -> Q:
    """Bookings with a contact of this person, or booked by the same person for somebody."""
    rides = Q(contact_phone__in=contacts) | Q(contact_email__in=contacts)
    if passenger.booked_by is None:
        return rides
    booker = [contact for contact in (passenger.booked_by.phone, passenger.booked_by.email) if contact]
    return rides | Q(booker__phone__in=booker) | Q(booker__email__in=booker)


def _contacts(passenger: Passenger) -> list[str]:
    """What was given, and whatever else the account has proved that one of them belongs to."""
    given = [("phone", passenger.phone), ("email", passenger.email)]
    found = dict.fromkeys(value for _kind, value in given if value)
    for kind, value in given:
        if value and (account := account_with_contact(kind, value)):
            found |= dict.fromkeys(contacts_of(account))
    return list(found)


def _is_same_person(row: Booking, passenger: Passenger, contacts: Sequence[str]) -> bool:
    """Of one number many may ride: a couple, a home. Clearly another name is somebody else.

    Who books for several people has said whom: only the same name is the same person.
    """
    own, other = _name(row.contact_name), _name(passenger.name)
    is_alike = any(SequenceMatcher(None, one, two).ratio() >= ALIKE for one in own for two in other)
    by_contact = row.contact_phone in contacts or row.contact_email in contacts
    return is_alike or (by_contact and not (own and other))


def _name(text: str) -> set[str]:
    """The words of a name that tell one person from another; none of "Anruf 017"."""
    words = {word for word in re.findall(r"[^\W\d_]+", fold(text)) if len(word) > 1}
    return set() if words & NAMELESS else words - TITLES
