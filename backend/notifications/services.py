"""What becomes of a message after it has left: reports of the carrier, silence, forgetting."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from backend.bookings.clock import SystemClock
from backend.districts.models import District
from backend.districts.selectors import rules_of
from backend.notifications.models import EarlyReport, RiderMessage, SendingAttempt

ARRIVED, LOST = {"delivered", "read"}, {"failed", "undelivered"}
REPORTS_KEPT = timedelta(days=1)
BATCH = 500
State, Outcome = RiderMessage.State, SendingAttempt.Outcome


def delivery_reported(provider_id: str, status: str, error_code: str = "", now: datetime | None = None) -> None:
    """A provider says what became of a message: "delivered" or "read", "failed" or "undelivered"; others tell nothing new.

    Reports may come twice, in any order, and before we have noted the provider's id.
    """
    moment = now or SystemClock().now()
    if not provider_id or status not in ARRIVED | LOST:
        return
    with transaction.atomic():
        attempt = SendingAttempt.objects.filter(provider_id=provider_id[:64]).first()
        if attempt is None:
            EarlyReport.objects.create(provider_id=provider_id[:64], status=status, error=error_code[:80], at=moment)
            # The attempt may have been noted since we looked.
            attempt = SendingAttempt.objects.filter(provider_id=provider_id[:64]).first()
        if attempt is not None:
            _take_report(attempt, status, error_code, moment)


def note_early_report(attempt: SendingAttempt, now: datetime) -> None:
    """Take what was reported of an attempt before its id was noted. Inside the transaction that notes it."""
    if not attempt.provider_id:
        return
    reports = EarlyReport.objects.filter(provider_id=attempt.provider_id).order_by("pk")
    for report in reports:
        _take_report(attempt, report.status, report.error, now)
    reports.delete()


def _take_report(attempt: SendingAttempt, status: str, error_code: str, now: datetime) -> None:
    row = RiderMessage.objects.select_for_update(of=("self",)).select_related("district").get(pk=attempt.message_id)
    attempt.refresh_from_db()
    if attempt.outcome == Outcome.DELIVERED:
        return
    if status in ARRIVED:
        attempt.outcome, attempt.error = Outcome.DELIVERED, ""
        attempt.save(update_fields=["outcome", "error"])
        if row.state in (State.SENT, State.QUEUED, State.UNDELIVERABLE):
            # what was on its way by another means stays at home
            row.state, row.reason, row.ended_at = State.DELIVERED, "", now
            row.save(update_fields=["state", "reason", "ended_at"])
        return
    attempt.outcome, attempt.error = Outcome.REFUSED, error_code[:80] or status
    attempt.save(update_fields=["outcome", "error"])
    if row.state == State.SENT and attempt == row.ways.last():
        _go_on(row, now)


def _go_on(row: RiderMessage, now: datetime) -> None:
    """The way it took did not lead there: the next one, at once."""
    row.state, row.due_at, row.ended_at = State.QUEUED, now, None
    row.save(update_fields=["state", "due_at", "ended_at"])


def escalate_silent(now: datetime) -> int:
    """What is urgent and was not reported as delivered in time goes another way; the rest is taken as sent. How many."""
    waiting = RiderMessage.objects.filter(state=State.SENT, ended_at__isnull=True, due_at__lte=now)
    keys = list(waiting.values_list("pk", flat=True)[:BATCH])
    for key in keys:
        with transaction.atomic():
            row = waiting.select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
            if row is None:
                continue
            if not row.is_urgent:
                row.ended_at = now
                row.save(update_fields=["ended_at"])
                continue
            row.ways.filter(outcome=Outcome.SENT).update(outcome=Outcome.SILENT)
            _go_on(row, now)
    return len(keys)


def forget(now: datetime) -> int:
    """Delete messages older than a district keeps rides, and what is said of whom nobody knows any more. How many."""
    EarlyReport.objects.filter(at__lt=now - REPORTS_KEPT).delete()
    gone = 0
    for district in District.objects.all():
        oldest = now - timedelta(days=rules_of(district).rides_kept_days)
        of_district = RiderMessage.objects.filter(district=district).exclude(state__in=(State.QUEUED, State.SENDING))
        old = list(of_district.filter(created_at__lt=oldest).values_list("pk", flat=True)[:BATCH])
        nobody = Q(booking__contact_phone="", booking__contact_email="", booking__booker__isnull=True)
        erased = list(of_district.filter(nobody, booking__isnull=False).values_list("pk", flat=True)[:BATCH])
        gone += RiderMessage.objects.filter(pk__in={*old, *erased}).delete()[0]
    return gone
