"""The handover log: what one dispatcher leaves for the next, and what was done about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings.journal import announce, audit
from backend.bookings.selectors import booking_by_code
from backend.control.calls import end_forgotten
from backend.control.models import HandoverEntry
from backend.districts.models import District
from backend.districts.selectors import rules_of

LONGEST_ENTRY = 2000
CHANNEL = "dispatcher"


def add_entry(
    district: District, day: date, text: str, by: str, now: datetime, *, key: str, vehicle: str = "", booking: str = "",
    is_point: bool = False,
) -> HandoverEntry:  # fmt: skip
    """Write a line into the log, once per key. Raises InvalidInput, also for a vehicle or booking that is not there."""
    text = text.strip()
    if not text:
        raise InvalidInput("text", _("Schreiben Sie, was die nächste Schicht wissen soll."))
    if len(text) > LONGEST_ENTRY:
        raise InvalidInput("text", _("Der Eintrag ist zu lang. Höchstens 2000 Zeichen passen."))
    if vehicle and not district.vehicles.filter(code=vehicle).exists():
        raise InvalidInput("vehicle", _("Dieses Fahrzeug gibt es nicht."))
    code = ""
    if booking.strip():
        row = booking_by_code(booking)
        if row is None or row.district_id != district.pk:
            raise InvalidInput("booking", _("Diesen Buchungscode gibt es nicht."))
        code = row.code
    known = HandoverEntry.objects.filter(key=key[:64]).first()
    if known:
        return known
    try:
        with transaction.atomic():
            entry = HandoverEntry.objects.create(
                district=district, day=day, by=by, at=now, text=text, vehicle=vehicle, booking=code, is_point=is_point,
                key=key[:64],
            )  # fmt: skip
            audit(district, now, by, CHANNEL, "handover.written", str(entry.pk))
            _tell(entry, now)
    except IntegrityError:  # pressed twice at once
        return HandoverEntry.objects.get(key=key[:64])
    return entry


def tick(district: District, entry_id: str, by: str, now: datetime) -> HandoverEntry | None:
    """An open point is done. Twice is the same as once; None where there is no such point."""
    with transaction.atomic():
        rows = HandoverEntry.objects.select_for_update().filter(district=district, pk=entry_id, is_point=True)
        entry = rows.first()
        if entry is None or entry.done_at is not None:
            return entry
        entry.done_at, entry.done_by = now, by
        entry.save(update_fields=["done_at", "done_by"])
        audit(district, now, by, CHANNEL, "handover.done", str(entry.pk))
        _tell(entry, now)
    return entry


def forget_old(now: datetime) -> int:
    """What is older than rides are kept goes, except points that are still open; forgotten calls end. How many lines went."""
    gone = 0
    for district in District.objects.all():
        end_forgotten(district, now)
        oldest = now.date() - timedelta(days=rules_of(district).rides_kept_days)
        old = HandoverEntry.objects.filter(district=district, day__lt=oldest)
        gone += old.exclude(is_point=True, done_at__isnull=True).delete()[0]
    return gone


def _tell(entry: HandoverEntry, now: datetime) -> None:
    announce(entry.district, "handover.changed", {"district": entry.district_id, "date": entry.day.isoformat()}, now)
