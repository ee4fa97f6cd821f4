"""Reminders, on the evening before and shortly before a ride. Which are due is read from the bookings each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from backend.bookings.clock import SetClock
from backend.bookings.localtime import clock_to_seconds, to_moment, to_seconds
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.selectors import bookings, message_contact
from backend.districts.selectors import rules_of
from backend.notifications.kinds import Kind
from backend.notifications.messages import tell
from backend.notifications.models import RiderMessage
from backend.notifications.rides import ride_of
from backend.operations.dayclock import now_on
from backend.riders.models import Account, Contact
from fixtures.rules import MessageRules

AROUND = timedelta(days=2)  # service days beside today's that may have rides of tonight and tomorrow
MOST_AMENDED_S = 7200  # by how much an incident may have moved a promise
TOO_LATE = timedelta(minutes=5)  # who stands at the stop needs no reminder


def remind(now: datetime) -> int:
    """Queue the reminders that are due; how many."""
    first, last = (now - AROUND).date(), (now + AROUND).date()
    days = ServiceDay.objects.select_related("district").filter(date__gte=first, date__lte=last)
    return sum(_remind_of(day, now_on(day, SetClock(now)), now) for day in days.order_by("date"))


def _remind_of(day: ServiceDay, day_now: datetime, now: datetime) -> int:
    rules, zone = rules_of(day.district).messages, ZoneInfo(day.district.timezone)
    local = day_now.astimezone(zone)
    return _on_the_evening(day, rules, local, now) + _shortly_before(day, rules, local, now)


def _on_the_evening(day: ServiceDay, rules: MessageRules, local: datetime, now: datetime) -> int:
    """Of the rides that begin tomorrow and were booked before this evening."""
    second = local.hour * 3600 + local.minute * 60 + local.second
    if not rules.evening_from_s <= second < rules.evening_to_s:
        return 0
    zone, tomorrow = ZoneInfo(day.district.timezone), local.date() + timedelta(days=1)
    begun = to_moment(clock_to_seconds(rules.evening_from_s, local.date(), zone), local.date(), zone)
    rows = [row for row in _without(day, Kind.EVENING).filter(booked_at__lt=begun) if _begins(row).date() == tomorrow]
    told = 0
    for booking in _wanting(rows, Account.MessageWish.EVENING.value):
        told += tell(booking, Kind.EVENING, key=f"evening:{booking.code}", now=now) is not None
    return told


def _shortly_before(day: ServiceDay, rules: MessageRules, local: datetime, now: datetime) -> int:
    """Of the rides whose promised window begins soon, unless they were booked only just now."""
    before = timedelta(seconds=rules.before_s)
    now_s = to_seconds(local, day.date, ZoneInfo(day.district.timezone))
    around = (now_s - MOST_AMENDED_S, now_s + rules.before_s + MOST_AMENDED_S)
    told = 0
    for booking in _without(day, Kind.BEFORE).filter(offer__pickup_earliest_s__range=around):
        begins = _begins(booking)
        if not begins - before <= local < begins - TOO_LATE or booking.booked_at > begins - 2 * before:
            continue
        told += tell(booking, Kind.BEFORE, key=f"before:{booking.code}", now=now) is not None
    return told


def _without(day: ServiceDay, kind: Kind) -> QuerySet[Booking]:
    """Booked rides of a day that have no message of this kind yet."""
    has_one = RiderMessage.objects.filter(booking=OuterRef("pk"), kind=kind.value)
    return bookings().filter(service_day=day, state=Booking.State.BOOKED).exclude(Exists(has_one))


def _wanting(rows: Sequence[Booking], wish: str) -> list[Booking]:
    """Those whose reader has an account that asks for this; in one query, since it is asked again and again."""
    contacts = {row.pk: {value for value in message_contact(row) if value} for row in rows}
    known = Contact.objects.filter(value__in=set().union(*contacts.values())).values_list("value", "account__messages")
    wanted = {value for value, messages in known if wish in messages}
    return [row for row in rows if contacts[row.pk] & wanted]


def _begins(booking: Booking) -> datetime:
    return ride_of(booking).pickup_from
