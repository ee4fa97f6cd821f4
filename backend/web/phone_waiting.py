"""Callers who wait for a person, as the phone desk shows them, and what they have said to the automatic line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from backend.channels_in.call_models import WaitingCall
from backend.channels_in.waiting import waiting_calls
from backend.districts.models import District

WHY = {
    WaitingCall.Why.ASKED: _("möchte einen Menschen sprechen"),
    WaitingCall.Why.MISUNDERSTOOD: _("wurde nicht verstanden"),
    WaitingCall.Why.SILENT: _("hat nichts gesagt"),
    WaitingCall.Why.REFUSED: _("bekam keine Fahrt"),
    WaitingCall.Why.FAILED: _("die Ansage hatte einen Fehler"),
}
WHO = {"line": _("Ansage"), "caller": _("Anruf")}


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One caller. `can_take` is False where a colleague is on it."""

    id: int
    phone: str
    since: datetime
    why: str
    state_text: str
    kind: str
    can_take: bool


@dataclass(frozen=True, slots=True)
class SaidLine:
    who: str
    text: str


def waiting_lines(district: District, user: object) -> list[WaitingLine]:
    """Who waits, those on the line first, then the longest waiting."""
    rows = sorted(waiting_calls(district), key=lambda row: (not row.is_on_line, row.since))
    return [_line(row, user) for row in rows]


def _line(row: WaitingCall, user: object) -> WaitingLine:
    own = row.taken_by_id is not None and row.taken_by_id == getattr(user, "pk", None)
    text, kind = (_("in der Leitung"), "stop") if row.is_on_line else (_("möchte zurückgerufen werden"), "mind")
    if row.taken_by_id:
        text, kind = (_("von Ihnen angenommen"), "go") if own else (_("eine Kollegin ist dran"), "")
    return WaitingLine(
        row.pk, row.number, row.since, str(WHY.get(WaitingCall.Why(row.why), "")), str(text), kind,
        own or row.taken_by_id is None,
    )  # fmt: skip


def waiting_case(case_id: str) -> WaitingCall | None:
    """The case that a call at the desk came from, while it is open."""
    if not case_id.isdigit():
        return None
    return WaitingCall.objects.filter(pk=int(case_id)).exclude(state__in=WaitingCall.CLOSED).first()


def said_before(case_id: str) -> list[SaidLine]:
    """The dialogue so far."""
    case = waiting_case(case_id)
    return [SaidLine(str(WHO.get(who, who)), text) for who, text in case.lines] if case else []
