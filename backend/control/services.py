"""What dispatchers do to a day by hand. One use case, one function, one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.clock import SetClock
from backend.bookings.days import locked_day
from backend.bookings.idempotency import Answer, once
from backend.bookings.intervention_effects import Effects
from backend.bookings.intervention_writes import (
    begin_closure,
    close_road,
    former,
    looked_at,
    open_road,
    suspend,
    write_outcome,
)
from backend.bookings.interventions import BreakDown, Restore, Suspend
from backend.bookings.journal import LONGEST_REASON, announce, audit
from backend.bookings.localtime import to_seconds
from backend.bookings.models import RoadClosure, ServiceDay
from backend.bookings.planning import current_plan
from backend.bookings.selectors import refusal_document
from backend.config.kept_texts import kept_in_german
from backend.control.models import InterventionRecord
from backend.control.previews import intervention_of, is_as_seen, read_token, seen, summary
from backend.control.telling import tell_riders
from backend.control.working_time import LATEST_END_S
from backend.operations.dayclock import now_on

CHANNEL = "dispatcher"


def tend_roads(now: datetime) -> None:
    """Let road closures begin whose time has come, and lift those whose time is over, at the latest with their service day."""
    for closure in RoadClosure.objects.filter(lifted_at__isnull=True).select_related("service_day__district"):
        day = closure.service_day
        shown_s = to_seconds(now_on(day, SetClock(now)), day.date, ZoneInfo(day.district.timezone))
        until_s = LATEST_END_S if closure.until_s is None else closure.until_s
        begins = closure.begun_at is None and shown_s >= closure.from_s
        if shown_s >= until_s or begins:
            with transaction.atomic():
                locked_day(day.pk)
                if shown_s >= until_s:
                    open_road(str(closure.pk), "relay", now)
                else:
                    begin_closure(closure, now)
                announce(day.district, "trouble.changed", {"date": day.date.isoformat(), "open": -1}, now)


def checked_reason(reason: str) -> str:
    """A reason that says something. Raises InvalidInput."""
    reason = " ".join(reason.split())
    if len(reason) < 3:
        raise InvalidInput("reason", _("Schreiben Sie kurz, warum Sie das tun."))
    if len(reason) > LONGEST_REASON:
        raise InvalidInput("reason", _("Schreiben Sie höchstens %(most)d Zeichen.") % {"most": LONGEST_REASON})
    return reason


def intervene(
    token: str,
    reason: str,
    actor: str,
    now: datetime,
    *,
    key: str,
    day_id: int | None = None,
    shown: datetime | None = None,
) -> Answer:
    """Carry out what a preview showed; once per key.

    The answer names the intervention; or the refusal; or, where the day has moved on so that it would hit others or harder,
    a fresh token to be looked at: then nothing has happened. Raises InvalidInput.

    Parameters
    ----------
    now
        The machine's time: when messages leave.
    day_id
        The day that the caller means.
    shown
        What time it is on that day, where it is played.
    """
    reason = checked_reason(reason)
    told = read_token(token)
    if day_id not in (None, told["day"]):
        raise InvalidInput("token", _("Diese Vorschau gehört zu einem anderen Tag."))
    day = ServiceDay.objects.select_related("district").get(pk=told["day"])
    content = [token, reason]
    return once(
        "intervene",
        key,
        content,
        day.district_id,
        now,
        lambda: _carried_out(day.pk, told, reason, actor, now, shown or now),
    )


@kept_in_german
def _carried_out(day_id: int, told: dict[str, Any], reason: str, actor: str, now: datetime, shown: datetime) -> Answer:
    day = locked_day(day_id)
    document = told["document"]
    intervention = intervention_of(day, document)
    before = current_plan(day).plan
    found = looked_at(day, intervention, shown)
    if isinstance(found, Refusal):
        return {"refusal": refusal_document(found)}
    outcome, effects = found
    if not is_as_seen(effects, told["seen"]):
        return {"fresh": seen(day, document, found).token}
    stood = former(day, before, outcome, effects)
    if outcome.suspends:
        stood["suspension"] = str(suspend(day, outcome.suspends, actor, now).pk)
    if outcome.closes:
        stood["closure"] = str(close_road(day, outcome.closes, actor, now, shown).pk)
    version = write_outcome(day, outcome, effects, intervention.kind, actor, reason, now)
    undone = InterventionRecord.objects.get(pk=document["intervention"]) if intervention.kind == Restore.kind else None
    record = InterventionRecord.objects.create(
        service_day=day,
        kind=intervention.kind,
        document=document,
        former=stood,
        effects=summary(effects),
        reason=reason,
        actor=actor[:150],
        at=shown,
        version=version.version,
        undoes=undone,
    )
    audit(day.district, now, actor, CHANNEL, f"intervention.{intervention.kind}", _subject(document, record), reason)
    _announce(day, intervention, effects, record, now)
    tell_riders(day, record, effects, now)
    return {"intervention": str(record.pk)}


def _subject(document: dict[str, Any], record: InterventionRecord) -> str:
    for name in ("booking", "shift", "firm", "intervention"):
        if document.get(name):
            return str(document[name])[:60]
    return str(record.pk)


def _announce(day: ServiceDay, intervention: Any, effects: Effects, record: InterventionRecord, now: datetime) -> None:
    payload = {
        "district": day.district_id, "date": day.date.isoformat(), "intervention": str(record.pk), "kind": record.kind,
        **summary(effects),
    }  # fmt: skip
    announce(day.district, "intervention.done", payload, now)
    if isinstance(intervention, Suspend):
        told = {"bookings": payload["dropped"], "text": intervention.why.strip()}
        announce(day.district, "service.suspended", payload | told, now)
    if isinstance(intervention, BreakDown):
        # Riders hear of it by `tell_riders`, each what she must know; this is for boards and drivers.
        told = {"bookings": [], "hit": [one.code for one in effects.bookings], "shift": intervention.shift}
        announce(day.district, "vehicle.broken_down", payload | told, now)
