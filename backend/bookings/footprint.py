"""What one report of a driver changed in bookings, shifts and plan: kept with the report, so that it can be taken back.

It is put back only where everything still is as the report left it: what has followed stays true. The caller holds the
service day's lock.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from backend.bookings.models import Booking, BrokenPromise, DayShift, DrivenRide, PlanVersion, Receipt, ServiceDay
from backend.bookings.plan_document import read_routes
from backend.bookings.progress import Progress

Document = dict[str, Any]
MAY_HAVE_A_RECEIPT = (Booking.State.ABOARD, Booking.State.COMPLETED)


class SomethingFollowed(Exception):
    """What a report changed is not as the report left it."""


def look(day: ServiceDay, codes: Collection[str], vehicles: Collection[str]) -> Document:
    """How rides and shifts stand now, as JSON."""
    rows = day.bookings.filter(code__in=codes).select_related("driven")
    broken: dict[int, Document] = {}
    for row in BrokenPromise.objects.filter(booking__service_day=day, booking__code__in=codes):
        broken.setdefault(row.booking_id, {})[row.limit] = {"by_s": row.by_s, "known_at": _text(row.known_at)}
    return {
        "version": day.plan_version,
        "rides": {row.code: _ride(row, broken.get(row.pk, {})) for row in rows},
        "shifts": dict(day.day_shifts.filter(vehicle__code__in=vehicles).values_list("code", "overrun")),
    }


def footprint(before: Document, after: Document) -> Document:
    """What differs between two looks, each with what it was and what it became."""

    def changed(name: str) -> Document:
        was, became = before[name], after[name]
        return {key: {"before": was[key], "after": became[key]} for key in was if was[key] != became.get(key)}

    return {
        "before": before["version"], "after": after["version"], "rides": changed("rides"), "shifts": changed("shifts"),
    }  # fmt: skip


def put_back(progress: Progress, kept: Document) -> None:
    """Let everything be as it was before a report. Raises SomethingFollowed; the caller's savepoint then undoes the rest."""
    day = progress.day
    rides, shifts = kept["rides"], kept["shifts"]
    now = look(day, rides.keys(), ())
    overrun = dict(day.day_shifts.filter(code__in=shifts).values_list("code", "overrun"))
    if any(now["rides"].get(code) != ride["after"] for code, ride in rides.items()):
        raise SomethingFollowed
    if any(overrun.get(code) != shift["after"] for code, shift in shifts.items()):
        raise SomethingFollowed
    receipts = Receipt.objects.filter(booking__code__in=rides).values_list("booking__code", flat=True)
    if any(rides[code]["before"]["state"] not in MAY_HAVE_A_RECEIPT for code in receipts):
        raise SomethingFollowed  # a receipt for a ride that nobody rode cannot be called back
    for code, ride in rides.items():
        _put_ride_back(day.bookings.get(code=code), ride["before"])
    for code, shift in shifts.items():
        DayShift.objects.filter(service_day=day, code=code).update(overrun=shift["before"])
    if kept["before"] != kept["after"]:
        versions = {row.version: row for row in day.plans.filter(version__in=(kept["before"], kept["after"]))}
        if len(versions) != 2:
            raise SomethingFollowed  # so much that the steps between are forgotten
        _put_plan_back(progress, versions[kept["before"]], versions[kept["after"]], kept)


def _put_plan_back(progress: Progress, before: PlanVersion, after: PlanVersion, kept: Document) -> None:
    was, became = read_routes(before.routes), read_routes(after.routes)
    touches_promises = bool(kept["shifts"]) or any(
        ride["before"][part] != ride["after"][part] for ride in kept["rides"].values() for part in ("amended", "broken")
    )
    if not progress.untells(was, became, kept["rides"].keys(), only_as_before=touches_promises):
        raise SomethingFollowed


def _ride(row: Booking, broken: Document) -> Document:
    ride: DrivenRide | None = getattr(row, "driven", None)
    happened = ride and {
        "vehicle": ride.vehicle_id, "vehicle_at": _text(ride.vehicle_at), "boarded_at": _text(ride.boarded_at),
        "left_at": _text(ride.left_at), "cash_cents": ride.cash_cents,
    }  # fmt: skip
    return {
        "state": row.state, "ended_at": _text(row.ended_at), "amended": row.amended, "driven": happened, "broken": broken,
    }  # fmt: skip


def _put_ride_back(row: Booking, ride: Document) -> None:
    row.state, row.ended_at, row.amended = ride["state"], _moment(ride["ended_at"]), ride["amended"]
    row.save(update_fields=["state", "ended_at", "amended"])
    was = ride["driven"]
    if was is None:
        DrivenRide.objects.filter(booking=row).delete()
    else:
        DrivenRide.objects.filter(booking=row).update(
            vehicle_id=was["vehicle"], vehicle_at=_moment(was["vehicle_at"]), boarded_at=_moment(was["boarded_at"]),
            left_at=_moment(was["left_at"]), cash_cents=was["cash_cents"],
        )  # fmt: skip
    BrokenPromise.objects.filter(booking=row).exclude(limit__in=ride["broken"]).delete()
    for limit, broken in ride["broken"].items():
        BrokenPromise.objects.filter(booking=row, limit=limit).update(by_s=broken["by_s"])


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
