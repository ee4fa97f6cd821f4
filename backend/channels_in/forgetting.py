"""What was said or written with somebody goes with her account; callers whom nobody ever called back are not kept for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backend.bookings.forgotten import Forgotten
from backend.channels_in.call_models import Call, WaitingCall
from backend.channels_in.models import TextThread
from backend.channels_in.proof import contact_hash
from backend.channels_in.text_threads import KEPT
from backend.channels_in.waiting import finish_call


def forget_riders(what: Forgotten) -> None:
    """Delete conversations with these contacts and calls that have ended; who waits to be called back need not any more."""
    TextThread.objects.filter(address__in=what.contacts).delete()
    calls = Call.objects.filter(contact_hash__in=[contact_hash(contact) for contact in what.contacts])
    for case in (
        WaitingCall.objects.exclude(state__in=WaitingCall.CLOSED).select_related("call") if what.contacts else ()
    ):
        if case.number in what.contacts and (case.call is None or case.call.ended_at):
            finish_call(case.pk, None, what.at)
    calls.filter(ended_at__isnull=False).delete()


def calls_of(contacts: Sequence[str]) -> list[dict[str, Any]]:
    """What was said on the telephone with who has these numbers, as long as it is kept (Art. 15 DSGVO)."""
    calls = Call.objects.filter(contact_hash__in=[contact_hash(contact) for contact in contacts]).order_by("created_at")
    waiting = WaitingCall.objects.exclude(state__in=WaitingCall.CLOSED).order_by("since")
    return [{"at": row.created_at.isoformat(), "said": row.lines} for row in calls] + [
        {"wants_to_be_called_since": row.since.isoformat(), "said": row.lines}
        for row in waiting
        if row.number in contacts
    ]


def forget_waiting(now: datetime) -> int:
    """Close cases that are a month old, with number and words; how many."""
    old = WaitingCall.objects.exclude(state__in=WaitingCall.CLOSED).filter(since__lt=now - KEPT)
    keys = list(old.values_list("pk", flat=True))
    for key in keys:
        finish_call(key, None, now)
    return len(keys)
