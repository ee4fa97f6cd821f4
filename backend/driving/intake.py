"""Takes in what drivers report: each id once, in the order of time, and nothing is swallowed.

What cannot be true is kept as a conflict with its reason; what of it can still hold is done. A batch is one transaction
with its messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import Refusal, WayOut
from backend.bookings.clock import Clock, SystemClock
from backend.bookings.days import locked_day
from backend.bookings.journal import announce, audit
from backend.bookings.models import ServiceDay
from backend.driving.models import Device, DriverEvent, Duty
from backend.driving.reports import Outcome, Reports
from backend.driving.rules import OLDEST, REASONS, Sent, fault_of, in_order, slips
from backend.operations.dayclock import now_on
from backend.operations.services import clock_error

MOST_EVENTS = 200
LONGEST_AFTER = timedelta(hours=12)  # who is relieved without a network taps on until the shift is over
BEFORE_DUTY = timedelta(minutes=5)  # a clock that is a little wrong does not put a report before its duty


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one report; asked again, the same. `answer` is what the driver needs to know, such as a fare."""

    id: UUID
    outcome: str
    reason: str = ""
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The reason in words."""
        return str(REASONS.get(self.reason, ""))


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch, in the order in which it was sent, and the plan's version after it."""

    results: tuple[Result, ...]
    version: int


def take_events(device: Device, sent: Sequence[Sent], sent_at: datetime, clock: Clock | None = None) -> Taken | Refusal:
    """Take a batch of reports in. `sent_at` is what the device's clock showed while sending."""
    duties = list(device.duties.select_related("service_day__district", "vehicle", "device").order_by("-began_at")[:20])
    if not duties:
        way = WayOut("sign_in", _("Melden Sie sich mit Ihrem Code an."))
        return Refusal("no_duty", _("Auf diesem Gerät ist niemand angemeldet."), (way,))
    now = (clock or SystemClock()).now()
    shown = now_on(duties[0].service_day, clock)
    error = clock_error(sent_at, shown)
    with transaction.atomic():
        own = [(_duty_at(duties, event.at + error), event) for event in in_order(list(sent))]
        results: dict[UUID, Result] = {}
        version = duties[0].service_day.plan_version
        for day_id, group in groupby(sorted(own, key=lambda pair: pair[0].service_day_id), _day_id):
            day = locked_day(day_id)
            done = {result.id: result for result in _take_day(day, list(group), error, shown, now)}
            results = done | results
            if day_id == duties[0].service_day_id:
                version = day.plan_version
    return Taken(tuple(results[event.id] for event in sent), version)


def _day_id(pair: tuple[Duty, Sent]) -> int:
    return pair[0].service_day_id


def _duty_at(duties: Sequence[Duty], at: datetime) -> Duty:
    """The duty that a report belongs to: the last that had begun, if it was not over for long; else the next one. Newest first.

    So a clock that was set while nobody was looking puts no report into a bus that was driven long before.
    """
    begun = [duty for duty in duties if duty.began_at - BEFORE_DUTY <= at]
    if begun and not (begun[0].ended_at and at > begun[0].ended_at + LONGEST_AFTER):
        return begun[0]
    later = [duty for duty in duties if duty not in begun]
    return later[-1] if later else duties[0]


def _take_day(
    day: ServiceDay, own: Sequence[tuple[Duty, Sent]], error: timedelta, shown: datetime, now: datetime
) -> Iterator[Result]:
    """The reports of one locked day, each in its turn."""
    known = {row.pk: row for row in DriverEvent.objects.filter(pk__in=[event.id for _duty, event in own])}
    reports = Reports(day, shown, now, slips(event for _duty, event in own if event.id not in known))
    for duty, event in own:
        row = known.get(event.id)
        if row is None:
            row = _take(reports, duty, event, error, shown, now)
            known[event.id] = row
        elif row.duty.device_id != duty.device_id:
            yield Result(event.id, DriverEvent.Outcome.REFUSED, "id_taken")
            continue
        yield Result(row.pk, row.outcome, row.reason, row.detail.get("answer", {}))
    reports.finish()


def _take(reports: Reports, duty: Duty, event: Sent, error: timedelta, shown: datetime, now: datetime) -> DriverEvent:
    at = min(event.at + error, shown)  # nothing has happened in the future, whatever a clock says
    row = DriverEvent(
        id=event.id, service_day=reports.day, vehicle=duty.vehicle, duty=duty, kind=event.kind, device_at=event.at, at=at,
        received_at=now, booking_code=event.booking, stop_code=event.stop, lat=event.lat, lon=event.lon,
        detail=dict(event.detail),
    )  # fmt: skip
    fault = "too_old" if at < shown - OLDEST else fault_of(event)
    outcome = Outcome(DriverEvent.Outcome.REFUSED, fault) if fault else _of_locked(row) or reports.take(row)
    row.outcome, row.reason = outcome.outcome, outcome.reason
    row.detail = {**row.detail, **outcome.detail}
    row.save(force_insert=True)
    _tell(reports.day, row, now)
    return row


def _of_locked(row: DriverEvent) -> Outcome | None:
    """A lost device changes nothing. What it had noted before it was locked is kept: a dispatcher decides about it."""
    if row.duty.device.locked_at is None:
        return None
    in_duty = row.duty.ended_at is None or row.at <= row.duty.ended_at
    return Outcome(DriverEvent.Outcome.CONFLICT if in_duty else DriverEvent.Outcome.REFUSED, "device_locked")


def _tell(day: ServiceDay, row: DriverEvent, now: datetime) -> None:
    payload = {
        "district": day.district_id, "date": day.date.isoformat(), "service_day": day.pk, "vehicle": row.vehicle.code,
        "kind": row.kind, "event": str(row.pk), "outcome": row.outcome,
    }  # fmt: skip
    announce(day.district, "driver.event", payload, now)
    if row.kind == DriverEvent.Kind.HELP and row.outcome != DriverEvent.Outcome.REFUSED:
        announce(day.district, "driver.help", payload, now)


def settle(event: DriverEvent, actor: str, reason: str, now: datetime) -> DriverEvent:
    """A dispatcher has dealt with a conflict."""
    with transaction.atomic():
        row = (
            DriverEvent.objects.select_for_update(of=("self",))
            .select_related("service_day__district", "vehicle")
            .get(pk=event.pk)
        )
        if row.outcome == DriverEvent.Outcome.CONFLICT and row.settled_at is None:
            row.settled_at, row.settled_by = now, actor[:150]
            row.save(update_fields=["settled_at", "settled_by"])
            district = row.service_day.district
            audit(district, now, actor, "dispatcher", "driver.conflict_settled", str(row.pk), reason)
            _tell(row.service_day, row, now)
    return row
