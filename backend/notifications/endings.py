"""How a message ends without being sent: it need not be said any more, or a dispatcher has to see to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.bookings.journal import announce
from backend.bookings.localtime import service_date
from backend.notifications.models import RiderMessage


def drop(row: RiderMessage, reason: str, now: datetime) -> None:
    """It need not be said any more. Inside a transaction that holds the row."""
    row.state, row.reason, row.ended_at = RiderMessage.State.DROPPED, reason, now
    row.save(update_fields=["state", "reason", "ended_at"])


def give_up(row: RiderMessage, reason: str, now: datetime) -> None:
    """No way leads to this person: tell the dispatchers. Inside a transaction that holds the row."""
    row.state, row.reason, row.ended_at = RiderMessage.State.UNDELIVERABLE, reason, now
    row.save(update_fields=["state", "reason", "ended_at"])
    day = service_date(now, ZoneInfo(row.district.timezone))
    if row.booking is not None:
        day = row.booking.service_day.date
    told: dict[str, Any] = {
        "district": row.district_id,
        "date": day.isoformat(),
        "message": row.pk,
        "kind": row.kind,
        "booking": row.booking.code if row.booking else None,
    }
    announce(row.district, "message.undelivered", told, now)
