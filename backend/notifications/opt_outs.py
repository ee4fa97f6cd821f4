"""Numbers whose owner has told the carrier STOP: no SMS reaches them, so nothing is sent there until she says START."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.notifications.models import OptOut


def opt_out(kind: str, number: str, now: datetime) -> None:
    """Take down that a number wants no more messages of this kind ("phone" or "whatsapp"); twice is as once."""
    OptOut.objects.get_or_create(kind=kind, number=number, defaults={"since": now})


def opt_in(kind: str, number: str) -> None:
    """The number wants messages again."""
    OptOut.objects.filter(kind=kind, number=number).delete()


def has_opted_out(kind: str, number: str) -> bool:
    """Whether messages of this kind do not reach the number."""
    return OptOut.objects.filter(kind=kind, number=number).exists()


def opt_outs_of(contacts: Sequence[str]) -> list[dict[str, str]]:
    """Which of these numbers want no messages, and since when (Art. 15 DSGVO)."""
    rows = OptOut.objects.filter(number__in=contacts).order_by("since")
    return [{"kind": row.kind, "number": row.number, "since": row.since.isoformat()} for row in rows]
