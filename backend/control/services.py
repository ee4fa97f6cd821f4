"""What dispatchers do to a day by hand. One use case, one function, one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.clock import SetClock
from backend.bookings.closures import standing_of
from backend.bookings.days import locked_day
from backend.bookings.idempotency import Answer, once
from backend.bookings.intervention_effects import Effects
from backend.bookings.intervention_writes import (
    begin_closure,
    close_road,
    former,
    looked_at,
    open_road,
    stand,
    stand_no_more,
    suspend,
    write_outcome,
)
from backend.bookings.interventions import BreakDown, CloseRoad, Restore, Suspend
from backend.bookings.journal import LONGEST_REASON, announce, audit
from backend.bookings.localtime import to_seconds
from backend.bookings.models import RoadClosure, ServiceDay, StandingClosure
from backend.bookings.planning import current_plan
from backend.bookings.selectors import refusal_document
from backend.config.kept_texts import kept_in_german
from backend.control.days_ahead import NOBODY, DayAhead, looked_ahead, reaches_on, record_of
from backend.control.models import InterventionRecord
from backend.control.previews import are_as_seen, intervention_of, is_as_seen, read_token, seen, summary
from backend.control.telling import tell_riders
from backend.control.working_time import LATEST_END_S
from backend.districts.models import District
from backend.operations.dayclock import now_on

CHANNEL = "dispatcher"


def tend_roads(now: datetime) -> None:
    """Let road closures begin whose time has come, and lift those whose time is over, at the latest with their service day."""
    remember_carried(now)
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


def remember_carried(now: datetime) -> None:
    """A day that was made while a road is closed until further notice shows that among its interventions, with its way back."""
    rows = RoadClosure.objects.filter(
        standing__isnull=False, lifted_at__isnull=True, standing__first__lt=F("service_day__date")
    )
    records = InterventionRecord.objects.filter(kind=CloseRoad.kind, service_day__closures__in=rows)
    known = set(records.values_list("former__closure", flat=True))
    for closure in rows.select_related("service_day", "standing"):
        day = closure.service_day
        if str(closure.pk) in known:
            continue
        first = closure.standing.days.order_by("service_day__date").first() if closure.standing else None
        origin = record_of(str(first.pk)) if first else None
        if origin is None:
            continue
        InterventionRecord.objects.create(
            service_day=day, kind=CloseRoad.kind, document=origin.document | {"from_s": 0},
            former={"bookings": {}, "shifts": {}, "withdrawn": {}, "suspension": "", "closure": str(closure.pk)},
            effects=summary(NOBODY), reason=origin.reason, actor=origin.actor, at=origin.at, version=day.plan_version,
        )  # fmt: skip


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
    document = told["document"]
    day = _locked(day_id, document)
    intervention = intervention_of(day, document)
    found = looked_at(day, intervention, shown)
    if isinstance(found, Refusal):
        return {"refusal": refusal_document(found)}
    ahead = looked_ahead(day, intervention, shown)
    if isinstance(ahead, Refusal):
        return {"refusal": refusal_document(ahead)}
    if not is_as_seen(found[1], told["seen"]) or not are_as_seen(ahead, told.get("ahead", {})):
        return {"fresh": seen(day, document, found, ahead).token}
    undone = InterventionRecord.objects.get(pk=document["intervention"]) if intervention.kind == Restore.kind else None
    standing = None
    if isinstance(intervention, CloseRoad) and reaches_on(intervention):
        standing = stand(day, intervention, actor, now)
    elif isinstance(intervention, Restore) and (opened := standing_of(intervention.closure)):
        stand_no_more(opened, day)
    done = Done(reason, actor, now, shown, standing)
    record = _write(done, DayAhead(day, document, intervention, found, undone))
    for part in ahead:
        _write(done, part)
    return {"intervention": str(record.pk)}


@dataclass(frozen=True, slots=True)
class Done:
    """What all days of an intervention share: why, by whom, when by the machine and on the day, closed until further notice."""

    reason: str
    actor: str
    now: datetime
    shown: datetime
    standing: StandingClosure | None


def _locked(day_id: int, document: dict[str, Any]) -> ServiceDay:
    """The day, locked. Where an intervention reaches on, all that follow, too: the district's row first, so that none is made
    meanwhile, then days in the order of their rows, as everybody locks them."""
    day = ServiceDay.objects.select_related("district").get(pk=day_id)
    if reaches_on(intervention_of(day, document)):
        District.objects.select_for_update(no_key=True).get(pk=day.district_id)
        for row in ServiceDay.objects.filter(district=day.district_id, date__gte=day.date).order_by("pk"):
            locked_day(row.pk)
    return locked_day(day_id)


def _write(done: Done, part: DayAhead) -> InterventionRecord:
    """Write one day's part of an intervention."""
    day, act, effects = part.day, part.intervention, part.effects
    stood: dict[str, Any] = {"bookings": {}, "shifts": {}, "withdrawn": {}, "suspension": "", "closure": ""}
    if part.found:
        outcome = part.found[0]
        stood = former(day, current_plan(day).plan, outcome, effects)
        if outcome.suspends:
            stood["suspension"] = str(suspend(day, outcome.suspends, done.actor, done.now).pk)
    if isinstance(act, CloseRoad):
        stood["closure"] = str(close_road(day, act, done.actor, done.now, done.shown, done.standing).pk)
    if part.found:
        version = write_outcome(day, outcome, effects, act.kind, done.actor, done.reason, done.now).version
    else:  # nothing is planned on this day yet
        version = day.plan_version
        if isinstance(act, Restore):
            open_road(act.closure, done.actor, done.now)
    record = InterventionRecord.objects.create(
        service_day=day, kind=act.kind, document=part.document, former=stood, effects=summary(effects), reason=done.reason,
        actor=done.actor[:150], at=done.shown, version=version, undoes=part.undoes,
    )  # fmt: skip
    subject = _subject(part.document, record)
    audit(day.district, done.now, done.actor, CHANNEL, f"intervention.{act.kind}", subject, done.reason)
    _announce(day, act, effects, record, done.now)
    tell_riders(day, record, effects, done.now)
    return record


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
