"""A dispatcher sees to a message that reached nobody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings.journal import audit
from backend.notifications.models import RiderMessage

LONGEST_NOTE = 500


def settle(message: RiderMessage, note: str, actor: str, now: datetime) -> None:
    """A dispatcher has reached the person, or has decided that nobody need. Twice is as once. Raises InvalidInput."""
    note = " ".join(note.split())
    if not note:
        raise InvalidInput("note", _("Schreiben Sie kurz, wie es ausging. Zum Beispiel: angerufen, weiß Bescheid."))
    if len(note) > LONGEST_NOTE:
        raise InvalidInput("note", _("Die Notiz ist zu lang. Höchstens 500 Zeichen passen."))
    with transaction.atomic():
        row = RiderMessage.objects.select_for_update(of=("self",)).select_related("district").get(pk=message.pk)
        if row.state != RiderMessage.State.UNDELIVERABLE or row.settled_at is not None:
            return
        row.note, row.settled_by, row.settled_at = note, actor[:150], now
        row.save(update_fields=["note", "settled_by", "settled_at"])
        audit(row.district, now, actor, "dispatcher", "message.settled", str(row.pk))
