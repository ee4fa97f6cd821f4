"""Reads reports of barriers."""

from __future__ import annotations

from collections.abc import Sequence

from backend.districts.models import District
from backend.feedback.models import BarrierReport
from backend.riders.services import is_contact

MOST_SHOWN = 200


def open_reports_of(district: District, contacts: Sequence[str]) -> list[BarrierReport]:
    """Reports that are to be answered to one of these contacts. Encrypted, so each open one is read."""
    waiting = BarrierReport.objects.filter(district=district, closed_at__isnull=True).order_by("created_at", "pk")
    return [report for report in waiting if any(_is_to(report, contact) for contact in contacts)]


def _is_to(report: BarrierReport, contact: str) -> bool:
    phone, email = ("", contact) if "@" in contact else (contact, "")
    return is_contact(report.said["contact"], phone, email)


def reports(district: District) -> list[BarrierReport]:
    """Open ones first, the oldest of them on top; then closed ones, the newest first."""
    found = BarrierReport.objects.filter(district=district)
    waiting = list(found.filter(closed_at__isnull=True).order_by("created_at", "pk")[:MOST_SHOWN])
    return [*waiting, *found.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")[:MOST_SHOWN]]
