"""Takes reports of barriers, and closes them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from backend.bookings.idempotency import once
from backend.bookings.journal import audit
from backend.districts.models import District
from backend.feedback.models import BarrierReport
from backend.feedback.rules import checked_report
from backend.feedback.selectors import open_reports_of

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
RIDER = "rider"


def report_barrier(district: District, said: Mapping[str, str], language: str, now: datetime, *, key: str) -> str:
    """Keep a report; gives its number. Raises InvalidInput."""
    report = checked_report(said)

    def act() -> dict[str, str]:
        number = "B-" + "".join(secrets.choice(LETTERS) for _place in range(6))
        BarrierReport.objects.create(district=district, number=number, said=report, language=language, created_at=now)
        audit(district, now, RIDER, "web", "barrier.reported", number)
        return {"number": number}

    return str(once("barrier", key, report, district.pk, now, act)["number"])


@transaction.atomic
def forget_contacts(district: District, contacts: Sequence[str]) -> int:
    """Forget where to answer whoever has deleted an account; the barriers themselves stay. Gives how many reports that were."""
    found = open_reports_of(district, contacts)
    for report in found:
        report.said = {**report.said, "contact": ""}
        report.save(update_fields=["said"])
    return len(found)


@transaction.atomic
def close_report(number: str, actor: str, now: datetime) -> bool:
    """Say that a report has been dealt with; whom to answer is forgotten with it. A second time changes nothing."""
    report = BarrierReport.objects.select_for_update().filter(number=number, closed_at__isnull=True).first()
    if report is None:
        return False
    report.said = {**report.said, "contact": ""}
    report.closed_at, report.closed_by = now, actor[:150]
    report.save(update_fields=["said", "closed_at", "closed_by"])
    audit(report.district, now, actor, "web", "barrier.closed", number)
    return True
