"""Changing fleet and rosters: looked at first, with everybody whom it would hurt; done after, with a reason; and undone.

A change is a list of records to be set (`roster_records`). What it means is found by setting them inside a transaction that is
rolled back, and by planning the days it touches anew (`backend.bookings.reshaping`), without a lock. Carrying it out does
the same under the days' locks. Three versions of a day's shifts are merged: what the roster gave, what it would give, and
what stands there; so a shift that somebody changed for one date stays as it is when its week changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import Refusal
from backend.bookings.days import locked_day, service_day
from backend.bookings.ending import cancel_bookings
from backend.bookings.idempotency import Answer, once
from backend.bookings.journal import audit
from backend.bookings.localtime import service_date
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.overriding import checked_reason
from backend.bookings.plan_document import day_row
from backend.bookings.reshaping import Reshaped, differs, reshaped, write_reshaped
from backend.bookings.selectors import refusal_document
from backend.config.kept_texts import kept_in_german
from backend.control.duties import unlawful
from backend.control.models import RosterChange
from backend.control.permits import unpermitted, without_papers
from backend.control.roster_records import Record, before, day_values, is_planned_with, read, split_key, write
from backend.districts.models import District, Shift, Vehicle
from backend.districts.selectors import shifts_on

CHANNEL = "dispatcher"
LOOKED_AHEAD = timedelta(days=15)  # so far ahead the law is looked after


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be set, and how people call it."""

    title: str
    records: tuple[Record, ...]
    undoes: str = ""  # id of the change that this takes back
    expects: tuple[Record, ...] | None = None  # what stood there when somebody looked; None: whatever stands there


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would mean. `faults`: the law forbids it; `refusal`: it cannot be done at all.

    `unpermitted`: who would drive what she may not, as far as we know; somebody may know better, and says why.
    """

    change: Change
    days: tuple[Reshaped, ...]
    faults: tuple[str, ...] = ()
    unpermitted: tuple[str, ...] = ()
    refusal: Refusal | None = None

    @property
    def stranded(self) -> tuple[str, ...]:
        """Codes of all rides for which there would be no place."""
        return tuple(code for day in self.days for code in day.stranded)

    @property
    def is_possible(self) -> bool:
        return not self.faults and self.refusal is None


def preview(district: District, change: Change, now: datetime) -> Preview:
    """What a change would mean for rides and drivers. Writes nothing."""
    _make_days(district, change)
    refusal = _moved_on(district, change)
    if refusal:
        return Preview(change, (), refusal=refusal)
    with transaction.atomic():
        wanted, faults, without = _set(district, change, now)
        transaction.set_rollback(True)
    days = tuple(reshaped(day, rows, now) for day, rows in wanted if differs(day, rows))
    refusal = next((day.refusal for day in days if day.refusal), None)
    return Preview(change, days, tuple(faults), tuple(without), refusal)


def carry_out(
    district: District,
    change: Change,
    reason: str,
    by: str,
    now: datetime,
    *,
    key: str,
    may_cancel: Sequence[str] = (),
    despite: Sequence[str] = (),
) -> Answer:
    """Do what a preview showed; once per key.

    `may_cancel` are the rides that the preview named as without a place: they are cancelled, and their riders told. `despite`
    is what the preview said against drivers' permits, set aside by whoever gives the reason. The answer names the change; or
    says "look again", if others would lose their place; or the refusal. Raises InvalidInput.
    """
    reason = checked_reason(reason)
    _make_days(district, change)
    content = [change.title, list(change.records), change.undoes, reason, sorted(may_cancel), by, sorted(despite)]

    def act() -> Answer:
        return _carried_out(district, change, reason, by, now, key, frozenset(may_cancel), frozenset(despite))

    return once("roster", key, content, district.pk, now, act)


def undoing(row: RosterChange) -> Change:
    """The change that takes another back. Rides that were cancelled by it do not come back."""
    records = tuple((kind, key, values) for kind, key, values in row.before)
    return Change(_("Zurückgenommen: %(title)s") % {"title": row.title}, records, str(row.pk))


@kept_in_german
def _carried_out(
    district: District,
    change: Change,
    reason: str,
    by: str,
    now: datetime,
    key: str,
    may_cancel: frozenset[str],
    despite: frozenset[str],
) -> Answer:
    with transaction.atomic():
        # The district's row first: one change of fleet at a time. Then days in the order of their rows, as everybody locks them.
        District.objects.select_for_update(no_key=True).get(pk=district.pk)
        for day_id in ServiceDay.objects.filter(district=district, date__gte=_today(district, now)).order_by("pk"):
            locked_day(day_id.pk)
        refusal = _moved_on(district, change)
        if refusal:
            return {"refusal": refusal_document(refusal)}
        former = before(district, change.records)
        if change.expects is not None and former != list(change.expects):
            return {"look_again": []}  # somebody has changed the same since
        wanted, faults, without = _set(district, change, now)
        if not set(without) <= despite:
            transaction.set_rollback(True)
            return {"unpermitted": without}
        if faults:
            transaction.set_rollback(True)
            return {"faults": faults}
        days = [(locked_day(day.pk), rows) for day, rows in wanted]
        found = [reshaped(day, rows, now) for day, rows in days if differs(day, rows)]
        stranded = {code for day in found for code in day.stranded}
        refusal = next((day.refusal for day in found if day.refusal), None)
        if refusal or not stranded <= may_cancel:
            transaction.set_rollback(True)
            return {"refusal": refusal_document(refusal)} if refusal else {"look_again": sorted(stranded)}
        refusal_of_one = _cancel(stranded, by, reason, now)
        if refusal_of_one:
            transaction.set_rollback(True)
            return refusal_of_one
        moved = [_write_day(day, rows, now) for day, rows in days]
        effects = {
            "days": sorted(day.day.date.isoformat() for day in found),
            "moved": [code for of_day in moved for code in of_day],
            "cancelled": sorted(stranded),
        }
        row = RosterChange.objects.create(
            district=district, at=now, by=by, title=change.title[:160], reason=reason, before=former,
            after=list(change.records), effects=effects, undoes_id=change.undoes or None, key=key,
        )  # fmt: skip
        audit(district, now, by, CHANNEL, "roster.undone" if change.undoes else "roster.changed", str(row.pk), reason)
        if without:
            audit(district, now, by, CHANNEL, "roster.permit_set_aside", str(row.pk), reason)
    return {"change": str(row.pk)}


def _write_day(day: ServiceDay, rows: list[DayShift], now: datetime) -> list[str]:
    """Plan a day anew as it is now, after cancellations; the codes of the rides that moved."""
    day = locked_day(day.pk)
    if not differs(day, rows):
        return []
    found = reshaped(day, rows, now)
    write_reshaped(found, "roster", now)
    return [ride.code for ride in found.moved]


def _cancel(codes: set[str], by: str, reason: str, now: datetime) -> Answer | None:
    """Cancel the rides that have no place any more; their riders are told as of every cancellation."""
    rows = list(Booking.objects.filter(code__in=codes).select_related("district", "service_day").order_by("pk"))
    if not rows:
        return None
    answer = cancel_bookings(rows, CHANNEL, by, now)
    if "refusal" in answer:
        return answer
    for row in rows:
        audit(row.district, now, by, CHANNEL, "roster.ride_lost", row.code, reason)
    return None


def _moved_on(district: District, change: Change) -> Refusal | None:
    """No to taking back what somebody has changed again since, and to taking away a vehicle that is planned with."""
    for kind, key, values in change.records:
        if kind == "vehicle" and values is None and is_planned_with(district, key):
            return Refusal("in_use", _("Dieses Fahrzeug ist schon eingeplant. Nehmen Sie zuerst seine Dienste heraus."))
    if not change.undoes:
        return None
    row = RosterChange.objects.filter(pk=change.undoes, district=district).first()
    if row is None or RosterChange.objects.filter(undoes=row).exists():
        return Refusal("undone_before", _("Diese Änderung ist schon zurückgenommen."))
    if any(read(district, kind, key) != values for kind, key, values in row.after):
        return Refusal("changed_since", _("Das wurde inzwischen noch einmal geändert. Ändern Sie es bitte von Hand."))
    return None


def _make_days(district: District, change: Change) -> None:
    """The dates that a change names exist, each with its roster."""
    for kind, key, _values in change.records:
        if kind in ("day", "day_driver"):
            service_day(district, split_key(key)[0])


def _today(district: District, now: datetime) -> date:
    return service_date(now, ZoneInfo(district.timezone))


def _set(
    district: District, change: Change, now: datetime
) -> tuple[list[tuple[ServiceDay, list[DayShift]]], list[str], list[str]]:
    """Set the records, and give the shifts of every day that may be touched, with what the law has against drivers and what
    their permits do not allow.

    Must run inside a transaction; shifts of dates are not saved.
    """
    today = _today(district, now)
    days = list(ServiceDay.objects.filter(district=district, date__gte=today).select_related("district").order_by("pk"))
    zone = ZoneInfo(district.timezone)
    kinds = {kind for kind, _key, _values in change.records}
    was = {day.pk: _by_roster(day, zone) for day in days} if kinds & {"outage", "shift"} else {}
    until = today + LOOKED_AHEAD
    # Whose papers were not asked for before the first ones are written down is no news of this change.
    known = {
        *unlawful(district, today, until),
        *unpermitted(district, today, until),
        *without_papers(district, today, until),
    }
    write(district, change.records)
    vehicles = {key for kind, key, _values in change.records if kind == "vehicle"}
    dated: dict[date, list[tuple[str, dict[str, Any] | None]]] = {}
    for kind, key, values in change.records:
        if kind == "day":
            on, code = split_key(key)
            dated.setdefault(on, []).append((code, values))
    wanted = []
    for day in days:
        rows = {row.code: row for row in day.day_shifts.select_related("vehicle__depot")}
        merged = _merged(rows, was[day.pk], _by_roster(day, zone)) if day.pk in was else dict(rows)
        for code, values in dated.get(day.date, []):
            if values is None:
                merged.pop(code, None)
            else:
                merged[code] = _dated_row(day, code, values, rows.get(code))
        touches = merged != rows or any(row.vehicle.code in vehicles for row in merged.values())
        if touches:
            wanted.append((day, list(merged.values())))
    instead = {day.pk: rows for day, rows in wanted}
    faults, without = unlawful(district, today, until, instead), unpermitted(district, today, until, instead)
    return wanted, [one for one in faults if one not in known], [one for one in without if one not in known]


def _by_roster(day: ServiceDay, zone: ZoneInfo) -> dict[str, DayShift]:
    """What the week's roster gives for a day."""
    return {shift.code: day_row(day, shift, zone) for shift in shifts_on(day.district, day.date)}


def _merged(rows: dict[str, DayShift], was: dict[str, DayShift], gives: dict[str, DayShift]) -> dict[str, DayShift]:
    """The day's shifts after its roster has changed; what somebody changed for this date stays."""
    merged = {}
    for code in rows.keys() | was.keys() | gives.keys():
        now, old, new = rows.get(code), was.get(code), gives.get(code)
        row = new if not _same(old, new) and _same(now, old) else now
        if row is not None:
            merged[code] = row
    return merged


def _same(one: DayShift | None, other: DayShift | None) -> bool:
    return (day_values(one) if one else None) == (day_values(other) if other else None)


def _dated_row(day: ServiceDay, code: str, values: dict[str, Any], row: DayShift | None) -> DayShift:
    vehicle = Vehicle.objects.select_related("depot").get(district_id=day.district_id, code=values["vehicle"])
    shift = Shift.objects.filter(district_id=day.district_id, code=code).first()
    return DayShift(
        service_day=day, shift=row.shift if row else shift, code=code, vehicle=vehicle, start_s=values["start_s"],
        end_s=values["end_s"], breaks=values["breaks"],
    )  # fmt: skip
