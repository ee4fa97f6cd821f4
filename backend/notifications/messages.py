"""The door for everything that riders are told: `tell` queues a message once. Ways, times and texts are this app's to know."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from backend.bookings.clock import SystemClock
from backend.bookings.models import Booking
from backend.districts.models import District
from backend.notifications.kinds import MANNERS, Kind
from backend.notifications.models import RiderMessage
from backend.notifications.reaching import Person, reach_of_booking, reach_of_person
from backend.notifications.rules import is_wanted

__all__ = ["Kind", "Person", "tell", "tell_person"]

logger = logging.getLogger("rufbus.messages")


def tell(
    booking: Booking,
    kind: Kind | str,
    context: Mapping[str, Any] | None = None,
    *,
    key: str,
    now: datetime | None = None,
    also: Sequence[str] = (),
    answers_reader: bool = False,
) -> RiderMessage | None:
    """Queue a message about a booking to whoever hears of it; None where she gets no such message.

    Parameters
    ----------
    kind
        One of `Kind`.
    context
        What the text needs beside the booking; moments in ISO 8601. Of "window", "delay" and "breakdown" {"from", "until"}: when
        the bus comes; of "window" also, or only, {"arrive"}: a later arrival. Of these, of "suspended" and of "note" {"text"},
        a dispatcher's own words. Of "suspended" {"from", "until", "answer"}: another time and what to answer for it, or
        {"stranded"}: she sits in the vehicle that cannot go on. Never a need, never a telephone number.
    key
        Names what is said: the same key is said once, whoever asks and however often.
    also
        Codes of more bookings that the same message is about.
    answers_reader
        It tells its reader what she has just done herself: she is awake, it need not wait for the morning.

    May be called inside a transaction: the message goes with it, and only once it is committed.
    """
    kind = Kind(kind)
    reach = reach_of_booking(booking)
    if not is_wanted(kind, reach):
        return None
    return _queue(
        booking.district, kind, key, now, booking=booking, also=list(also), context=dict(context or {}),
        answers_reader=answers_reader,
    )  # fmt: skip


def tell_person(
    district: District,
    person: Person,
    kind: Kind | str,
    context: Mapping[str, Any] | None = None,
    *,
    key: str,
    now: datetime | None = None,
) -> RiderMessage | None:
    """The same for somebody without a booking, such as who asked to be called back."""
    kind = Kind(kind)
    if not is_wanted(kind, reach_of_person(person.document())):
        return None
    return _queue(district, kind, key, now, contact=person.document(), context=dict(context or {}))


def _queue(district: District, kind: Kind, key: str, now: datetime | None, **values: Any) -> RiderMessage:
    moment = now or SystemClock().now()
    manner = MANNERS[kind]
    known = RiderMessage.objects.filter(key=key).first()
    if known:
        return known
    try:
        with transaction.atomic():
            return RiderMessage.objects.create(
                district=district, key=key, kind=kind.value, is_urgent=manner.is_urgent, created_at=moment,
                due_at=moment + manner.hold, **values,
            )  # fmt: skip
    except IntegrityError:  # somebody else has just said the same
        return RiderMessage.objects.get(key=key)
