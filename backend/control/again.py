"""Rides that an intervention ended, booked again: looked at first, then by one press, and never a second ride for anybody.

A ride that was cancelled does not come back by itself: its rider was told so and may have found another way (decisions/0892).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import Anchor, BookingView, Channel, InvalidInput, Offer, Refusal, RideWish
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.ends import resolve_ends
from backend.bookings.journal import LONGEST_REASON, audit
from backend.bookings.localtime import to_moment, to_seconds
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.of_contacts import bookings_of
from backend.bookings.offering import Draft, Offering
from backend.bookings.overriding import quote_against_rules
from backend.bookings.planning import DayPlan, current_plan
from backend.bookings.rules import without_times, zone_for
from backend.bookings.selectors import bookings, contacts_that_open, passenger_of, wish_of
from backend.control.models import InterventionRecord
from backend.districts.selectors import rules_of

NEAR_S = 900  # so far from what was promised, it is another ride
LIFTED = frozenset({"too_late", "after_deadline"})  # she had ordered in time


class Chance(StrEnum):
    """What can be done about a ride that was cancelled."""

    FREE = "free"  # there is a place again
    OWN = "own"  # she has another ride by now
    PAST = "past"  # it would have begun
    NONE = "none"  # no place
    UNKNOWN = "unknown"  # nothing is known of it any more


@dataclass(frozen=True, slots=True)
class Lost:
    """A ride that was cancelled. `window`: when she would be fetched; `other`: the ride that she has instead."""

    code: str
    chance: Chance
    window: tuple[datetime, datetime] | None = None
    other: str = ""


def ended_by(record: InterventionRecord) -> list[str]:
    """The rides that an intervention ended; of one that took another back, those that the other ended."""
    return sorted((record.undoes or record).effects["dropped"])


def look_again(record: InterventionRecord, now: datetime) -> list[Lost]:
    """What has become of the rides that an intervention ended, and for which there is a place. Writes nothing."""
    day = record.service_day
    rows = {row.code: row for row in bookings().filter(service_day=day, code__in=ended_by(record))}
    plan = current_plan(day).as_of(_second(now, day))
    return [_look(day, row, plan, now) for _code, row in sorted(rows.items()) if row.state == Booking.State.CANCELLED]


def book_again(
    record: InterventionRecord, codes: Collection[str], user: Any, now: datetime, shown: datetime
) -> dict[str, BookingView | Refusal]:
    """Book these of the rides again, as near as may be to what was promised. `shown`: what time it is on that day.

    Their riders are told like of any booking. Asked again, each is the same booking; who has booked meanwhile keeps that.
    """
    day, done = record.service_day, dict[str, BookingView | Refusal]()
    rows = {row.code: row for row in bookings().filter(service_day=day, code__in=ended_by(record))}
    for code in sorted(rows.keys() & set(codes)):
        if rows[code].offer.pickup_latest_s <= _second(shown, day):
            done[code] = Refusal("no_vehicle", _("Die zugesagte Zeit ist vorbei."))
        else:
            done[code] = _booked(record, rows[code], user, now)
    return done


def _look(day: ServiceDay, row: Booking, plan: DayPlan, now: datetime) -> Lost:
    if row.offer.ride_request.forgotten_at is not None:
        return Lost(row.code, Chance.UNKNOWN)
    other = _own_ride(row)
    if other:
        return Lost(row.code, Chance.OWN, other=other.code)
    if row.offer.pickup_latest_s <= _second(now, day):
        return Lost(row.code, Chance.PAST)
    draft = _draft(day, row, plan, now)
    if draft is None:
        return Lost(row.code, Chance.NONE)
    zone = ZoneInfo(day.district.timezone)
    begin, end = (
        to_moment(second, day.date, zone) for second in (draft.request.pickup_earliest_s, draft.request.pickup_latest_s)
    )
    return Lost(row.code, Chance.FREE, (begin, end))


def _own_ride(row: Booking) -> Booking | None:
    """Another ride of the same person on this day, booked since this one ended."""
    contacts = [contact for pair in contacts_that_open(row) for contact in pair if contact]
    since = bookings_of(contacts).filter(service_day=row.service_day).exclude(state=Booking.State.CANCELLED)
    return since.filter(booked_at__gte=row.ended_at).order_by("booked_at").first() if row.ended_at else None


def _draft(day: ServiceDay, row: Booking, plan: DayPlan, now: datetime) -> Draft | None:
    wish = _wish(day, row)
    try:
        ends = resolve_ends(day.district, wish)
    except InvalidInput:  # a stop that is served no more
        return None
    rules = rules_of(day.district)
    zone = without_times(zone_for(rules, ends[0].village, ends[1].village), LIFTED)
    drafts = Offering(day.district, day.date, plan, wish, ends, now, rules, zone).drafts()
    near = [one for one in drafts if abs(one.request.pickup_earliest_s - row.offer.pickup_earliest_s) <= NEAR_S]
    return near[0] if near else None


def _wish(day: ServiceDay, row: Booking) -> RideWish:
    """The same ride at the time that was promised."""
    moment = to_moment(row.offer.pickup_earliest_s, day.date, ZoneInfo(day.district.timezone))
    wish = wish_of(row.offer.ride_request)
    return replace(wish, when=moment, anchor=Anchor.DEPART, channel=Channel.DISPATCHER, replaces=None)


def _booked(record: InterventionRecord, row: Booking, user: Any, now: datetime) -> BookingView | Refusal:
    day, desk = record.service_day, Desk(SetClock(now))
    reason = _("Ausgefallene Fahrt neu gebucht: %(reason)s") % {"reason": record.reason}
    if other := _own_ride(row):
        return _has_another(other)
    key = f"again:{row.code}:{now:%Y%m%d%H%M}"  # the places change; twice a minute is one press
    try:
        quote = quote_against_rules(_wish(day, row), reason[:LONGEST_REASON], user, key=key, desk=desk)
    except InvalidInput as problem:
        return Refusal("no_offer", problem.problem)
    zone = ZoneInfo(day.district.timezone)
    promised = to_moment(row.offer.pickup_earliest_s, day.date, zone)
    near = [one for one in quote.offers if abs((one.pickup_from - promised).total_seconds()) <= NEAR_S]
    if not near:
        return quote.refusal or Refusal("no_vehicle", _("Um diese Zeit ist kein passender Platz mehr frei."))
    return _booked_once(day, row, near[0], desk, user, now, reason[:LONGEST_REASON])


def _booked_once(
    day: ServiceDay, row: Booking, offer: Offer, desk: Desk, user: Any, now: datetime, reason: str
) -> BookingView | Refusal:
    """Under the day's lock: nobody can book for herself between the look and the booking."""
    with transaction.atomic():
        ServiceDay.objects.select_for_update().get(pk=day.pk)
        other = _own_ride(Booking.objects.select_related("service_day").get(pk=row.pk))
        if other:
            return _has_another(other)
        answer = desk.book(offer.id, passenger_of(row), key=f"again:{row.code}:{offer.id}")
        if isinstance(answer, BookingView):
            audit(day.district, now, user.get_username(), "dispatcher", "booking.again", answer.code, reason)
        return answer


def _has_another(other: Booking) -> Refusal:
    text = _("Der Fahrgast hat inzwischen die Fahrt %(code)s. Noch eine wurde nicht gebucht.")
    return Refusal("already_booked", text % {"code": other.code})


def _second(moment: datetime, day: ServiceDay) -> int:
    return to_seconds(moment, day.date, ZoneInfo(day.district.timezone))
