"""What drivers report and are told, of whom, and for how long: a driver's ways are nobody's business for more than a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from backend.bookings.forgotten import Forgotten
from backend.driving.models import DriverEvent, DriverMessage
from backend.operations.models import VehiclePosition
from backend.operations.services import KEPT

BATCH = 5000  # of positions, deleted at once
EMPTIED: dict[str, Any] = {"lat": None, "lon": None, "detail": {}, "undo": None}


def forget_ways_and_words(now: datetime) -> int:
    """Take the places and the words out of old reports, and delete old messages to drivers; how many rows changed.

    What happened when to which booking stays: the authority's figures are made of it.
    """
    old = DriverEvent.objects.filter(at__lt=now - KEPT).filter(
        Q(lat__isnull=False) | ~Q(detail={}) | Q(undo__isnull=False)
    )
    # A vehicle that reports no more forgets nothing by itself (`operations.services.take_positions`).
    passed = VehiclePosition.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:BATCH]
    gone = VehiclePosition.objects.filter(pk__in=list(passed)).delete()[0]
    return old.update(**EMPTIED) + gone + DriverMessage.objects.filter(sent_at__lt=now - KEPT).delete()[0]


def forget_riders(what: Forgotten) -> None:
    """What was told to a driver about somebody goes with her ride, and where and how she was met."""
    DriverMessage.objects.filter(booking_code__in=what.codes).delete()
    DriverEvent.objects.filter(booking_code__in=what.codes).update(**EMPTIED)


def said_about(codes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What drivers reported of these rides and were told about them, for who rode (Art. 15 DSGVO)."""
    told = DriverMessage.objects.filter(booking_code__in=codes).order_by("sent_at")
    reports = DriverEvent.objects.filter(booking_code__in=codes).order_by("at")
    return {
        "told_to_drivers": [
            {"about": row.booking_code, "at": row.sent_at.isoformat(), "text": row.text, "answer": row.answer}
            for row in told
        ],
        "reported_by_drivers": [
            {"about": row.booking_code, "at": row.at.isoformat(), "kind": row.kind, "detail": row.detail}
            for row in reports
        ],
    }
