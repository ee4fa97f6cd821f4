"""Forgets what nobody asks for any more: old versions of plans, and answers to keys that no caller repeats."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from backend.bookings.models import IdempotencyRecord, PlanVersion

HISTORY = timedelta(days=2)  # all versions of a day are kept so long after it
STEPS_KEPT = timedelta(hours=1)  # of a day that is driven, each tap makes a version
KEYS_KEPT = timedelta(days=14)
BATCH = 500  # deleted at once, so that nobody waits for the database


def prune_plans(now: datetime) -> int:
    """Delete versions of old days but the last, and steps of progress that newer versions stand upon. How many."""
    older = PlanVersion.objects.exclude(version=F("service_day__plan_version"))
    old_days = older.filter(service_day__date__lt=(now - HISTORY).date())
    steps = older.filter(reason="progress", created_at__lt=now - STEPS_KEPT)
    return _delete(PlanVersion, old_days.values_list("pk", flat=True)[:BATCH]) + _delete(
        PlanVersion, steps.values_list("pk", flat=True)[:BATCH]
    )


def prune_keys(now: datetime) -> int:
    """Delete answers to keys after two weeks: whoever repeats a call does so within minutes. How many."""
    old = IdempotencyRecord.objects.filter(created_at__lt=now - KEYS_KEPT)
    return _delete(IdempotencyRecord, old.values_list("pk", flat=True)[:BATCH])


def _delete(model: type[PlanVersion] | type[IdempotencyRecord], keys: object) -> int:
    return int(model.objects.filter(pk__in=list(keys)).delete()[0])  # type: ignore[call-overload]  # a slice of a QuerySet
