"""Takes queued messages out, one by one: decides the way, sends, notes what became of it.

Before a message leaves, the attempt is written down (`SendingAttempt`, "open"). If the process dies in between, the attempt
stays open; the sender is asked whether it took the message, and what nobody knows is not sent again by the same way
(docs/decisions/0505-messages-are-rows.md).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from backend.bookings.clock import Clock, SetClock, SystemClock
from backend.bookings.models import Booking
from backend.bookings.selectors import bookings
from backend.districts.selectors import rules_of
from backend.notifications.endings import drop, give_up
from backend.notifications.kinds import MANNERS, Kind
from backend.notifications.letters import SENDER_OF, key_of, letter
from backend.notifications.looking_again import look_again
from backend.notifications.models import RiderMessage, SendingAttempt
from backend.notifications.reaching import reach_of_booking, reach_of_person
from backend.notifications.rides import Ride, ride_of, rides_of
from backend.notifications.rules import (
    REPORT_WITHIN,
    Reach,
    Tried,
    is_true,
    may_wait,
    next_way,
    useful_until,
    wait_after,
    wakes_at,
    ways,
)
from backend.notifications.sending import CannotSend, Message, send, sender_for
from backend.notifications.services import note_early_report
from backend.operations.dayclock import now_on

logger = logging.getLogger("rufbus.messages")
IN_HAND = timedelta(seconds=90)  # longer than any sender waits for its provider
AFTER_A_BUG = timedelta(minutes=1)
MOST_BUGS = 5
TOO_LATE = "too_late"
MADE_UP = "made_up"
State, Outcome = RiderMessage.State, SendingAttempt.Outcome
OF_TIMES = (Kind.WINDOW, Kind.DELAY, Kind.BREAKDOWN)  # each tells when the bus comes; the newest alone is true


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in hand."""

    attempt: SendingAttempt
    message: Message


@dataclass(frozen=True, slots=True)
class _Case:
    """A message with what decides over it. `day_now` is a moment of the ride's day, which may be a played one."""

    row: RiderMessage
    kind: Kind
    booking: Booking | None
    ride: Ride | None
    reach: Reach
    now: datetime
    day_now: datetime

    @property
    def until(self) -> datetime:
        began = self.row.created_at + (self.day_now - self.now)
        return useful_until(self.kind, began, self.ride.times if self.ride else None)

    def needless(self) -> str:
        """Why it need not be said any more; "" where it must."""
        if not self.reach.is_anybody:
            return "erased"
        if self.booking and not is_true(self.kind, self.booking.state, hasattr(self.booking, "replaced_by")):
            return "not_true"
        if self._is_overtaken():
            return "overtaken"
        return TOO_LATE if self.day_now > self.until else ""

    def _is_overtaken(self) -> bool:
        """Whether a later message says other times of the same end of the ride: an old one, tried again, would be false."""
        if self.kind not in OF_TIMES or not self.row.booking_id:
            return False
        later = RiderMessage.objects.filter(booking=self.row.booking_id, kind__in=OF_TIMES, pk__gt=self.row.pk)
        own = _end_told(self.row)
        return any(_end_told(row) == own for row in later.exclude(state=State.DROPPED))

    def must_wait_until(self) -> datetime | None:
        """When the quiet hours end that this message has to wait for."""
        if MANNERS[self.kind].answers and self.row.answers_reader:
            return None
        local = self.day_now.astimezone(ZoneInfo(self.row.district.timezone))
        wakes = wakes_at(local, rules_of(self.row.district).messages)
        times = self.ride.times if self.ride else None
        return wakes if wakes is not None and may_wait(self.kind, self.until, wakes, times) else None


def _end_told(row: RiderMessage) -> str:
    """Which end of a ride a message of new times is about."""
    return "arrival" if row.context.get("arrive") and not row.context.get("from") else "pickup"


def _case(row: RiderMessage, now: datetime) -> _Case:
    booking = bookings().filter(pk=row.booking_id).first() if row.booking_id else None
    return _Case(
        row=row,
        kind=Kind(row.kind),
        booking=booking,
        ride=ride_of(booking) if booking else None,
        reach=reach_of_booking(booking) if booking else reach_of_person(row.contact),
        now=now,
        day_now=now_on(booking.service_day, SetClock(now)) if booking else now,
    )


@dataclass(slots=True)
class Postman:
    """Sends what is due. Several may work at once, in several processes."""

    clock: Clock = field(default_factory=SystemClock)

    def deliver_due(self) -> int:
        """Send until nothing is due; how many messages were taken in hand."""
        taken = 0
        while self.deliver_one():
            taken += 1
        return taken

    def deliver_one(self) -> bool:
        """Take one message in hand, the urgent ones first; False where none is due."""
        pk = self._claim()
        if pk is None:
            return False
        try:
            with transaction.atomic():
                sealed = self._seal(pk)
        except Exception:  # a text that cannot be made must not stop all others
            logger.exception("message %s cannot be made ready", pk)
            self._put_back(pk)
            return True
        if sealed is not None:
            self._send(sealed)
        return True

    def _claim(self) -> int | None:
        now = self.clock.now()
        due = RiderMessage.objects.filter(state__in=(State.QUEUED, State.SENDING), due_at__lte=now)
        if not due.exists():  # a look takes no lock
            return None
        with transaction.atomic():
            row = due.select_for_update(skip_locked=True).order_by("-is_urgent", "due_at", "pk").first()
            if row is None:
                return None
            row.state, row.due_at = State.SENDING, now + IN_HAND
            row.save(update_fields=["state", "due_at"])
        return row.pk

    def _seal(self, pk: int) -> Letter | None:
        """Decide what becomes of a message that is in hand; a letter where it leaves now."""
        now = self.clock.now()
        case = _case(RiderMessage.objects.select_for_update(of=("self",)).select_related("district").get(pk=pk), now)
        row = case.row
        open_one = row.ways.filter(outcome=Outcome.OPEN).first()
        if open_one is not None and self._has_left(row, open_one, now):
            return None
        needless = case.needless()
        if needless:
            if needless == TOO_LATE and row.is_urgent and row.attempts:
                give_up(row, needless, now)
            else:
                drop(row, needless, now)
            return None
        if case.booking is not None and not self._is_as_said(case, now):
            return None
        wakes = case.must_wait_until()
        if wakes is not None:
            row.state, row.due_at = State.QUEUED, now + (wakes - case.day_now)
            row.save(update_fields=["state", "due_at"])
            return None
        found = ways(case.reach, MANNERS[case.kind])
        way = next_way(found, _tried(row), row.is_urgent)
        if way is None:
            if found or row.is_urgent:
                give_up(row, "no_way_left", now)
            else:
                drop(row, "no_way", now)
            return None
        row.attempts += 1
        row.save(update_fields=["attempts"])
        attempt = SendingAttempt.objects.create(message=row, channel=way.channel, began_at=now)
        rides = rides_of(case.booking, row.also) if case.booking else []
        return Letter(attempt, letter(row, rides, way, case.reach, case.day_now))

    @staticmethod
    def _is_as_said(case: _Case, now: datetime) -> bool:
        """Look once more at the bus that a message speaks of. What no longer holds is dropped, so that it can be said once it
        is true again; a delay that has grown or shrunk is told as it is now.
        """
        assert case.booking is not None
        row, again = case.row, look_again(case.row, case.booking, case.day_now)
        if not again.holds:
            row.key = f"{row.key}:{MADE_UP}:{row.pk}"
            row.save(update_fields=["key"])
            drop(row, MADE_UP, now)
        elif again.window is not None:
            row.context = {**row.context, **again.window}
            row.save(update_fields=["context"])
        return again.holds

    def _has_left(self, row: RiderMessage, attempt: SendingAttempt, now: datetime) -> bool:
        """Clear up an attempt that a process left open when it died; True where the message has left by it."""
        taken = getattr(sender_for(SENDER_OF[attempt.channel]), "taken", None)
        if taken is not None and taken(
            Message(SENDER_OF[attempt.channel], "", "", key=key_of(row.pk, attempt.channel))
        ):
            _note_sent(row, attempt, "", now)
            return True
        knows = taken is not None
        attempt.outcome = Outcome.FAILED if knows or attempt.channel == "email" else Outcome.SILENT
        attempt.error = "not taken" if knows else "unknown"
        attempt.save(update_fields=["outcome", "error"])
        return False

    def _send(self, sealed: Letter) -> None:
        """Outside any transaction: a provider may take seconds."""
        attempt, now = sealed.attempt, self.clock.now
        try:
            provider_id = send(sealed.message)
        except CannotSend as error:
            with transaction.atomic():
                row = RiderMessage.objects.select_for_update().get(pk=attempt.message_id)
                attempt.outcome = Outcome.REFUSED if error.is_final else Outcome.FAILED
                attempt.error = str(error)[:80]
                attempt.save(update_fields=["outcome", "error"])
                if row.state == State.SENDING:
                    failed = row.ways.filter(channel=attempt.channel, outcome=Outcome.FAILED).count()
                    wait = timedelta(0) if error.is_final else wait_after(failed)
                    row.state, row.due_at = State.QUEUED, now() + wait
                    row.save(update_fields=["state", "due_at"])
            return
        with transaction.atomic():
            row = RiderMessage.objects.select_for_update().get(pk=attempt.message_id)
            attempt.refresh_from_db()
            _note_sent(row, attempt, provider_id, now())

    def _put_back(self, pk: int) -> None:
        with transaction.atomic():
            row = RiderMessage.objects.select_for_update().get(pk=pk)
            row.attempts += 1
            if row.attempts >= MOST_BUGS:
                row.save(update_fields=["attempts"])
                give_up(row, "cannot_be_made", self.clock.now())
                return
            row.state, row.due_at = State.QUEUED, self.clock.now() + AFTER_A_BUG
            row.save(update_fields=["attempts", "state", "due_at"])


def _tried(row: RiderMessage) -> Tried:
    failures: dict[str, int] = {}
    closed = set()
    for channel, outcome in row.ways.values_list("channel", "outcome"):
        if outcome == Outcome.FAILED:
            failures[channel] = failures.get(channel, 0) + 1
        elif outcome in (Outcome.REFUSED, Outcome.SILENT):
            closed.add(channel)
    return Tried(failures, frozenset(closed))


def _note_sent(row: RiderMessage, attempt: SendingAttempt, provider_id: str, now: datetime) -> None:
    reports = provider_id and getattr(sender_for(SENDER_OF[attempt.channel]), "reports_delivery", False)
    attempt.outcome, attempt.provider_id = Outcome.SENT, provider_id[:64]
    attempt.save(update_fields=["outcome", "provider_id"])
    if row.state != State.SENDING:
        return
    row.state = State.SENT
    row.due_at = now + REPORT_WITHIN[row.is_urgent]
    row.ended_at = None if reports else now
    row.save(update_fields=["state", "due_at", "ended_at"])
    note_early_report(attempt, now)
