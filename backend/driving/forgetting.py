"""A driver's ways are nobody's business for longer than a month, and words to a driver may name somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from backend.driving.models import DriverEvent, DriverMessage
from backend.operations.services import KEPT


def forget_ways_and_words(now: datetime) -> int:
    """Take the places and the words out of old reports, and delete old messages to drivers; how many rows changed.

    What happened when to which booking stays: the authority's figures are made of it.
    """
    old = DriverEvent.objects.filter(at__lt=now - KEPT).filter(Q(lat__isnull=False) | ~Q(detail={}))
    emptied: dict[str, Any] = {"lat": None, "lon": None, "detail": {}}
    return old.update(**emptied) + DriverMessage.objects.filter(sent_at__lt=now - KEPT).delete()[0]
