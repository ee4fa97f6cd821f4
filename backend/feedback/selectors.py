"""Reads reports of barriers."""

from __future__ import annotations

from backend.districts.models import District
from backend.feedback.models import BarrierReport

MOST_SHOWN = 200


def reports(district: District) -> list[BarrierReport]:
    """Open ones first, the oldest of them on top; then closed ones, the newest first."""
    found = BarrierReport.objects.filter(district=district)
    waiting = list(found.filter(closed_at__isnull=True).order_by("created_at", "pk")[:MOST_SHOWN])
    return [*waiting, *found.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")[:MOST_SHOWN]]
