"""Rides that an intervention ended, booked again: looked at first, then by one press, and never a second ride for anybody.

A ride that was cancelled does not come back by itself: its rider was told so and may have found another way (decisions/0892).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import BookingView, InvalidInput, Refusal
from backend.bookings.again import promise_again, room_for
from backend.bookings.journal import LONGEST_REASON, audit
from backend.bookings.localtime import to_seconds
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.of_contacts import bookings_of
from backend.bookings.selectors import booking_by_code, booking_view, bookings, contacts_that_open, refusal_from
from backend.control.models import InterventionRecord


class Chance(StrEnum):
    """What can be done about a ride that was cancelled."""

    FREE = "free"  # there is room for it again, as it was promised
    OWN = "own"  # she has another ride by now
    PAST = "past"  # it would have begun
    NONE = "none"  # no room
    UNKNOWN = "unknown"  # nothing is known of it any more


@dataclass(frozen=True, slots=True)
class Lost:
    """A ride that was cancelled. `other`: the ride that she has instead."""

    code: str
    chance: Chance
    other: str = ""


def ended_by(record: InterventionRecord) -> list[str]:
    """The rides that an intervention ended; of one that took another back, those that the other ended."""
    return sorted((record.undoes or record).effects["dropped"])


def look_again(record: InterventionRecord, now: datetime) -> list[Lost]:
    """What has become of the rides that an intervention ended, the first to depart first. Writes nothing."""
    rows = sorted(_rides(record).values(), key=lambda row: (row.offer.pickup_earliest_s, row.code))
    lost = {row.code: _look(record.service_day, row, now) for row in rows if row.state == Booking.State.CANCELLED}
    open_ones = [row for row in rows if row.code in lost and lost[row.code].chance is Chance.NONE]
    free = room_for(record.service_day, open_ones, now)
    return [Lost(code, Chance.FREE) if code in free else one for code, one in lost.items()]


def book_again(
    record: InterventionRecord, codes: Collection[str], actor: str, now: datetime, shown: datetime
) -> dict[str, BookingView | Refusal]:
    """Book these of the rides again as they were promised. `shown`: what time it is on that day.

    Their riders are told like of any booking. Whoever has a ride by now, by a second press too, keeps that one.
    """
    rows, done = _rides(record), dict[str, BookingView | Refusal]()
    reason = (_("Ausgefallene Fahrt neu gebucht: %(reason)s") % {"reason": record.reason})[:LONGEST_REASON]
    for row in sorted(rows.values(), key=lambda row: (row.offer.pickup_earliest_s, row.code)):
        if row.code in codes and row.state == Booking.State.CANCELLED:
            done[row.code] = _booked(record.service_day, row, actor, reason, now, shown)
    return done


def _rides(record: InterventionRecord) -> dict[str, Booking]:
    found = bookings().filter(service_day=record.service_day, code__in=ended_by(record))
    return {row.code: row for row in found}


def _look(day: ServiceDay, row: Booking, now: datetime) -> Lost:
    """What stands in the way of a ride, but for room in the plan."""
    if row.offer.ride_request.forgotten_at is not None:
        return Lost(row.code, Chance.UNKNOWN)
    other = _own_ride(row)
    if other:
        return Lost(row.code, Chance.OWN, other.code)
    latest_s = row.offer.pickup_latest_s
    is_past = latest_s <= to_seconds(now, day.date, ZoneInfo(day.district.timezone))
    return Lost(row.code, Chance.PAST if is_past else Chance.NONE)


def _own_ride(row: Booking) -> Booking | None:
    """Another ride of the same person on this day, booked since this one ended."""
    contacts = [contact for pair in contacts_that_open(row) for contact in pair if contact]
    others = bookings_of(contacts).filter(service_day=row.service_day).exclude(state=Booking.State.CANCELLED)
    return others.filter(booked_at__gte=row.ended_at).order_by("booked_at").first() if row.ended_at else None


def _booked(
    day: ServiceDay, row: Booking, actor: str, reason: str, now: datetime, shown: datetime
) -> BookingView | Refusal:
    """Under the day's lock: nobody can book for herself between the look and the booking."""
    with transaction.atomic():
        ServiceDay.objects.select_for_update().get(pk=day.pk)
        found = _look(day, row, shown)
        if found.chance is Chance.OWN:
            text = _("Der Fahrgast hat inzwischen die Fahrt %(code)s. Noch eine wurde nicht gebucht.")
            return Refusal("already_booked", text % {"code": found.other})
        if found.chance is not Chance.NONE:
            return Refusal("no_offer", _("Die Zeit ist vorbei, oder die Angaben sind gelöscht."))
        try:
            answer = promise_again(row, actor, reason, now)
        except InvalidInput as problem:
            return Refusal("no_offer", problem.problem)
        if "refusal" in answer:
            return refusal_from(answer["refusal"])
        audit(day.district, now, actor, "dispatcher", "booking.again", answer["booking"], reason)
        booked = booking_by_code(answer["booking"])
        assert booked is not None  # it was written in this transaction
        return booking_view(booked)
