"""Keeps the list of troubles: looks at the days that are driven now, tells when it changes, lets dispatchers take note."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings.clock import SetClock
from backend.bookings.journal import LONGEST_REASON, announce, audit
from backend.bookings.localtime import service_date
from backend.bookings.models import ServiceDay
from backend.control.trouble_models import TroubleRecord
from backend.control.trouble_reading import troubles_of
from backend.control.troubles import Trouble, TroubleKind
from backend.operations.dayclock import now_on

KEPT_S = 3.0  # a list is looked up by many at once, and worked out once in so many seconds
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Noted:
    """A trouble and what a dispatcher has made of it. `is_open`: nobody has taken note, or it has become worse since."""

    trouble: Trouble
    record: TroubleRecord | None

    @property
    def is_open(self) -> bool:
        record = self.record
        return record is None or record.acknowledged_at is None or self.trouble.level > record.acknowledged_level


_kept: dict[int, tuple[float, object, datetime, list[Trouble]]] = {}
_kept_lock = threading.Lock()


def list_of(day: ServiceDay, now: datetime, *, fresh: bool = False) -> list[Noted]:
    """The troubles of a day, those that nobody has taken note of first."""
    records = {row.key: row for row in TroubleRecord.objects.filter(service_day=day)}
    open_keys = {key for key, row in records.items() if row.gone_at is None}
    found = _looked_up(day, now, open_keys, fresh)
    noted = [Noted(one, records.get(one.key)) for one in found]
    return sorted(noted, key=lambda one: not one.is_open)


def _looked_up(day: ServiceDay, now: datetime, open_keys: set[str], fresh: bool) -> list[Trouble]:
    with _kept_lock:
        kept = _kept.get(day.pk)
    if not fresh and kept and time.monotonic() - kept[0] < KEPT_S and kept[1] == day.plan_token and kept[2] <= now:
        return kept[3]
    found = troubles_of(day, now, open_keys)
    with _kept_lock:
        _kept[day.pk] = (time.monotonic(), day.plan_token, now, found)
        while len(_kept) > 8:
            del _kept[next(iter(_kept))]
    return found


def days_driven(now: datetime) -> Iterable[tuple[ServiceDay, datetime]]:
    """Service days on which vehicles drive now, each with the moment it has come to."""
    near = (now - timedelta(days=2), now + timedelta(days=2))
    days = ServiceDay.objects.select_related("district").filter(plan_version__gt=0)
    for day in days.filter(date__range=(near[0].date(), near[1].date())) | days.filter(clock__isnull=False):
        shown = now_on(day, SetClock(now))
        if is_driven(day, shown):
            yield day, shown


def is_driven(day: ServiceDay, shown: datetime) -> bool:
    """Whether vehicles drive on a day whose clock has come to a moment."""
    today = service_date(shown, ZoneInfo(day.district.timezone))
    return day.plan_version > 0 and today - timedelta(days=1) <= day.date <= today


def watch(now: datetime) -> None:
    """Look at every day that is driven now, and tell what has come, gone or become another."""
    for day, shown in days_driven(now):
        look_at(day, shown, now)


def look_at(day: ServiceDay, shown: datetime, now: datetime | None = None) -> None:
    """Keep the records of one day's troubles, and tell what is new. `shown`: what time it is on that day."""
    now = now or shown
    records = {row.key: row for row in TroubleRecord.objects.filter(service_day=day)}
    open_keys = {key for key, row in records.items() if row.gone_at is None}
    found = {one.key: one for one in troubles_of(day, shown, open_keys)}
    changed: list[str] = []
    at_risk: list[str] = []
    with transaction.atomic():
        for key, trouble in found.items():
            row = records.get(key)
            if row is None:
                row, made = TroubleRecord.objects.get_or_create(
                    service_day=day, key=key, defaults={"level": trouble.level, "raised_at": shown}
                )
                if not made:
                    continue  # another process saw it first
            elif row.gone_at is None and row.level == trouble.level:
                continue
            elif row.gone_at is not None:
                row.raised_at, row.gone_at, row.acknowledged_at = shown, None, None
            row.level = trouble.level
            row.save()
            changed.append(key)
            if trouble.kind is TroubleKind.PROMISE:
                at_risk += trouble.bookings
        gone = sorted(open_keys - found.keys())
        TroubleRecord.objects.filter(service_day=day, key__in=gone).update(gone_at=shown)
        if changed or gone:
            told = {"district": day.district_id, "date": day.date.isoformat(), "open": len(found)}
            announce(day.district, "trouble.changed", told, now)
        if at_risk:
            told = {"district": day.district_id, "date": day.date.isoformat(), "bookings": sorted(set(at_risk))}
            announce(day.district, "promise.at_risk", told, now)


def acknowledge(
    day: ServiceDay, key: str, note: str, actor: str, shown: datetime, now: datetime | None = None
) -> TroubleRecord:
    """A dispatcher has taken note of a trouble; it comes back if it becomes worse. Raises InvalidInput."""
    return acknowledge_all(day, [key], note, actor, shown, now)[0]


def acknowledge_all(
    day: ServiceDay, keys: Iterable[str], note: str, actor: str, shown: datetime, now: datetime | None = None
) -> list[TroubleRecord]:
    """The same for several at once. What is gone meanwhile needs no note; raises InvalidInput where all are."""
    now = now or shown
    note = " ".join(note.split())
    if len(note) > LONGEST_REASON:
        raise InvalidInput("note", _("Schreiben Sie höchstens %(most)d Zeichen.") % {"most": LONGEST_REASON})
    there = {one.trouble.key: one.trouble for one in list_of(day, shown)}
    found = [there[key] for key in dict.fromkeys(keys) if key in there]
    if not found:
        raise InvalidInput("key", _("Diese Störung gibt es nicht mehr."), "not_found")
    with transaction.atomic():
        noted = [_noted(day, trouble, note, actor, shown, now) for trouble in found]
        if any(is_new for _row, is_new in noted):
            told = {"district": day.district_id, "date": day.date.isoformat(), "open": -1}
            announce(day.district, "trouble.changed", told, now)
    return [row for row, _is_new in noted]


def _noted(
    day: ServiceDay, trouble: Trouble, note: str, actor: str, shown: datetime, now: datetime
) -> tuple[TroubleRecord, bool]:
    """The record with a dispatcher's note, and whether that is news."""
    row, _made = TroubleRecord.objects.get_or_create(
        service_day=day, key=trouble.key, defaults={"level": trouble.level, "raised_at": shown}
    )
    if row.acknowledged_at and row.acknowledged_level == trouble.level and row.note == note:
        return row, False
    row.acknowledged_at, row.acknowledged_by = shown, actor[:150]
    row.acknowledged_level, row.note = trouble.level, note
    row.save()
    audit(day.district, now, actor, "dispatcher", "trouble.noted", trouble.key, note)
    return row, True


def forget_troubles(now: datetime) -> None:
    """What is long over is nobody's business any more."""
    TroubleRecord.objects.filter(raised_at__lt=now - FORGOTTEN_AFTER).delete()
