"""What leaves with a change, in its transaction: messages to others, and the record of who did it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.bookings.models import AuditEntry, OutboxMessage, ServiceDay
from backend.districts.models import District

LONGEST_REASON = 300


def announce(district: District, topic: str, payload: dict[str, Any], now: datetime) -> None:
    """Put a message into the outbox, in the transaction of what it tells of. Its district is told with it."""
    told = {"district": district.pk, **payload}
    OutboxMessage.objects.create(district=district, topic=topic, payload=told, created_at=now, next_attempt_at=now)


def announce_plan(day: ServiceDay, version: int, now: datetime) -> None:
    """Say that a service day has a new plan."""
    payload = {"service_day": day.pk, "district": day.district_id, "date": day.date.isoformat(), "version": version}
    announce(day.district, "plan.changed", payload, now)


def audit(
    district: District, now: datetime, actor: str, channel: str, action: str, subject: str, reason: str = ""
) -> None:
    """Record who did what; and why, where staff acts by hand."""
    AuditEntry.objects.create(
        district=district,
        at=now,
        actor=actor[:150],
        channel=channel,
        action=action,
        subject=subject[:60],
        reason=reason[:LONGEST_REASON],
    )
