"""What reaches beyond its day: a road closed until further notice is closed on the following days, too, until it is opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Refusal
from backend.bookings.closures import standing_of
from backend.bookings.intervention_effects import Effects
from backend.bookings.intervention_writes import looked_at
from backend.bookings.interventions import CloseRoad, Restore
from backend.bookings.localtime import day_text, to_seconds
from backend.bookings.models import RoadClosure, ServiceDay
from backend.bookings.situation import Outcome
from backend.control.models import InterventionRecord
from backend.control.working_time import LATEST_END_S

NOBODY = Effects((), 0, 0, {})


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One of the following days, with its own part of the intervention.

    Attributes
    ----------
    document
        As the record of that day keeps it.
    found
        What it does there; None where nothing is planned yet.
    undoes
        The record of that day that is taken back, if there is one.
    """

    day: ServiceDay
    document: dict[str, Any]
    intervention: CloseRoad | Restore
    found: tuple[Outcome, Effects] | None = None
    undoes: InterventionRecord | None = None

    @property
    def effects(self) -> Effects:
        return self.found[1] if self.found else NOBODY


def reaches_on(intervention: Any) -> bool:
    """Whether an intervention is about the days after its own, too."""
    if isinstance(intervention, CloseRoad):
        return intervention.until_s is None
    return isinstance(intervention, Restore) and standing_of(intervention.closure) is not None


def looked_ahead(day: ServiceDay, intervention: Any, now: datetime) -> list[DayAhead] | Refusal:
    """What an intervention would do to the days after its own, by date; the first refusal, with its day. Writes nothing."""
    if not reaches_on(intervention):
        return []
    parts = _closings(day, intervention, now) if isinstance(intervention, CloseRoad) else _openings(day, intervention)
    ahead = []
    for part in parts:
        if part.day.plan_version == 0:
            ahead.append(part)
            continue
        found = looked_at(part.day, part.intervention, now)
        if isinstance(found, Refusal):
            words = {"day": day_text(part.day.date), "reason": found.reason}
            return replace(found, reason=_("%(day)s: %(reason)s") % words)
        ahead.append(replace(part, found=found))
    return ahead


def _closings(day: ServiceDay, act: CloseRoad, now: datetime) -> Iterator[DayAhead]:
    zone = ZoneInfo(day.district.timezone)
    for row in _days_after(day):
        from_s = max(0, to_seconds(now, row.date, zone))
        if from_s < LATEST_END_S:
            own = replace(act, from_s=from_s)
            document = {"kind": act.kind, "origin": act.origin, "target": act.target, "until_s": None}
            yield DayAhead(row, document | {"both_ways": act.both_ways, "from_s": from_s}, own)


def _openings(day: ServiceDay, act: Restore) -> Iterator[DayAhead]:
    rows = RoadClosure.objects.filter(standing=standing_of(act.closure), lifted_at__isnull=True)
    closures = {row.service_day_id: str(row.pk) for row in rows}
    for row in _days_after(day):
        closure = closures.get(row.pk)
        if closure is None:
            continue
        record = record_of(closure)
        document = {"kind": Restore.kind, "intervention": str(record.pk) if record else ""}
        own = Restore(**record.former) if record else Restore({}, {}, {}, closure=closure)
        yield DayAhead(row, document, own, undoes=record)


def record_of(closure: str) -> InterventionRecord | None:
    """The intervention that closed a road on a day, unless somebody has taken it back."""
    rows = InterventionRecord.objects.filter(kind=CloseRoad.kind, former__closure=closure, undone_by__isnull=True)
    return rows.order_by("at", "pk").last()


def _days_after(day: ServiceDay) -> Sequence[ServiceDay]:
    rows = ServiceDay.objects.filter(district=day.district_id, date__gt=day.date)
    return list(rows.select_related("district").order_by("date"))
