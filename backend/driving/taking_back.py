"""A driver takes a tap back: what it did is undone where nothing has followed from it, else a dispatcher sees to it.

Why a report goes at once and is taken back by another: docs/decisions/0618-a-tap-goes-at-once.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from backend.bookings.footprint import SomethingFollowed, put_back
from backend.bookings.journal import announce, audit
from backend.bookings.progress import FAULTS, Progress
from backend.driving.models import DriverEvent, DriverMessage
from backend.driving.rules import HARMLESS, UNDOABLE

TAKEN, CONFLICT, REFUSED = DriverEvent.Outcome.TAKEN, DriverEvent.Outcome.CONFLICT, DriverEvent.Outcome.REFUSED
TAKEN_BACK = DriverEvent.Outcome.TAKEN_BACK


def take_back(progress: Progress, by: DriverEvent, slip_id: UUID, now: datetime) -> tuple[str, str]:
    """Undo what one report did; outcome and reason. Everything or nothing, in a savepoint of its own."""
    rows = DriverEvent.objects.select_related("vehicle", "duty")
    slip = rows.filter(pk=slip_id, service_day=progress.day, duty__device=by.duty.device_id).first()
    if slip is None or slip.outcome == TAKEN_BACK:
        return REFUSED, "unknown_event" if slip is None else "taken_back"
    if slip.outcome == REFUSED:
        return TAKEN, ""  # it did nothing
    if slip.kind not in UNDOABLE:
        return CONFLICT, "cannot_take_back"
    if _stands_under_others(slip):
        return CONFLICT, "something_followed"
    if slip.undo is None:
        return CONFLICT, "too_late_to_take_back"
    try:
        with transaction.atomic():
            _undo(progress, slip, slip.undo, by, now)
    except (SomethingFollowed, *FAULTS):
        progress.day.refresh_from_db(fields=["plan_version", "plan_token", "altered_version"])
        return CONFLICT, "something_followed"
    return TAKEN, ""


def _stands_under_others(slip: DriverEvent) -> bool:
    """Whether the same vehicle has said something later that rests on it."""
    rows = DriverEvent.objects.filter(
        service_day=slip.service_day_id, vehicle=slip.vehicle_id, outcome__in=(TAKEN, CONFLICT)
    )
    later = Q(at__gt=slip.at) | Q(at=slip.at, received_at__gt=slip.received_at)
    return rows.filter(later).exclude(pk=slip.pk).exclude(kind__in=HARMLESS).exists()


def _undo(progress: Progress, slip: DriverEvent, kept: dict[str, Any], by: DriverEvent, now: datetime) -> None:
    day = progress.day
    if slip.kind == DriverEvent.Kind.ANSWER:
        _unsay(slip)
    put_back(progress, kept)
    if kept["before"] != kept["after"]:
        progress.write_or_fail(now, "taken_back")
    actor = f"driver {by.duty.driver_id}"
    for code, ride in kept["rides"].items():
        if ride["before"]["state"] != ride["after"]["state"]:
            audit(day.district, now, actor, "driver", "booking.taken_back", code, slip.kind)
    audit(day.district, now, actor, "driver", "driver.taken_back", str(slip.pk), slip.kind)
    slip.outcome, slip.reason, slip.undo = TAKEN_BACK, "taken_back", None
    slip.save(update_fields=["outcome", "reason", "undo"])
    payload: dict[str, Any] = {
        "district": day.district_id, "date": day.date.isoformat(), "service_day": day.pk, "vehicle": slip.vehicle.code,
        "kind": slip.kind, "event": str(slip.pk), "booking": slip.booking_code, "bookings": sorted(kept["rides"]),
    }  # fmt: skip
    announce(day.district, "report.taken_back", payload, now)


def _unsay(slip: DriverEvent) -> None:
    """The answer to a message is the one before again, or none."""
    answers = DriverEvent.objects.filter(
        service_day=slip.service_day_id, vehicle=slip.vehicle_id, kind=slip.kind, outcome=TAKEN,
        detail__message=slip.detail["message"], at__lt=slip.at,
    )  # fmt: skip
    last = answers.order_by("at", "received_at").last()
    told = DriverMessage.objects.filter(pk=slip.detail["message"], answered_at=slip.at)
    told.update(answer=last.detail["choice"] if last else "", answered_at=last.at if last else None)
