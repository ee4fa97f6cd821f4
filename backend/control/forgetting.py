"""What the control room has noted about somebody goes with her rides; what it did stays, and names nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from backend.bookings.forgotten import Forgotten
from backend.bookings.models import AuditEntry
from backend.control.models import HandoverEntry, InterventionRecord

COUNTRY = len("+49")  # before it people write 0, 0049 or +49


def forget_riders(what: Forgotten) -> None:
    """Empty lines of the handover log about these rides or with these contacts, and reasons given for touching the rides."""
    for line in _lines_about(what.codes, what.contacts):
        line.text = _("(gelöscht)")
        line.save(update_fields=["text"])
    touched = (
        InterventionRecord.objects.filter(service_day__bookings__code__in=what.codes).exclude(reason="").distinct()
    )
    for record in touched.select_related("service_day"):
        told = json.dumps([record.document, record.former, record.effects])
        if any(code in told for code in what.codes):
            same = AuditEntry.objects.filter(district=record.service_day.district_id, reason=record.reason)
            same.filter(action=f"intervention.{record.kind}").update(reason="")
            record.reason = ""
            record.save(update_fields=["reason"])


def noted_about(codes: Collection[str], contacts: Collection[str]) -> list[dict[str, str]]:
    """What dispatchers noted for each other about somebody, for her (Art. 15 DSGVO)."""
    return [
        {"at": line.at.isoformat(), "about": line.booking, "text": line.text} for line in _lines_about(codes, contacts)
    ]


def _lines_about(codes: Collection[str], contacts: Collection[str]) -> Iterator[HandoverEntry]:
    """Lines that name a ride, or say a contact; the text is encrypted, so that it must be read to know."""
    lines = HandoverEntry.objects.all() if contacts else HandoverEntry.objects.filter(booking__in=codes)
    for line in lines.order_by("at"):
        if line.booking in codes or any(_names(line.text, contact) for contact in contacts):
            yield line


def _names(text: str, contact: str) -> bool:
    """Whether a line says this number or address, however the number is written."""
    if "@" in contact:
        return contact in text.lower()
    return contact[COUNTRY:] in re.sub(r"[\s/().-]", "", text)
