"""What changes on the day: positions come in, riders say they are late, a ride is shared. One use case, one function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accessibility.following import RideForecast
from backend.bookings.idempotency import Answer
from backend.bookings.localtime import service_date, to_seconds
from backend.bookings.models import Booking, DayShift
from backend.bookings.selectors import refusal_document
from backend.bookings.services import announce, audit, service_day
from backend.config.kept_texts import kept_in_german
from backend.districts.models import Vehicle
from backend.districts.selectors import rules_of
from backend.operations.chain import chain_of
from backend.operations.models import RiderNote, SharedRide, VehiclePosition
from backend.operations.rules import late_refusal, late_verdict
from backend.operations.sharing import open_shares
from backend.operations.watched import tell_position

CLOCK_PLAY = timedelta(seconds=5)  # the way through the network; more than this is a wrong clock
OLDEST = timedelta(hours=24)
AHEAD = timedelta(seconds=60)
KEPT = timedelta(days=30)  # a driver's ways are nobody's business for longer


@dataclass(frozen=True, slots=True)
class SentPoint:
    """A position as a device sends it."""

    id: str
    at: datetime
    lat: float
    lon: float
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a batch: taken in, known already, of no use (too old, or ahead of us)."""

    taken: int
    known: int
    useless: int


def keep_positions(
    vehicle: Vehicle,
    points: Sequence[SentPoint],
    sent_at: datetime,
    now: datetime,
    on_duty: tuple[date, datetime] | None = None,
) -> Kept:
    """Take a batch of positions in. A point that is known by its id counts once, whichever batch brought it.

    `sent_at` is what the device's clock showed on sending: if it is wrong, all its moments are moved by as much. `on_duty`:
    the service day that the vehicle is driven on, and since when; else the clock tells the day. The first batch of a day also
    forgets what is older than thirty days.
    """
    shift = clock_error(sent_at, now)
    useful = {point.id: point for point in points if now - OLDEST <= point.at + shift <= now + AHEAD}
    known = set(vehicle.positions.filter(point_id__in=list(useful)).values_list("point_id", flat=True))
    days: dict[date, Any] = {}
    rows = []
    for point in useful.values():
        if point.id in known:
            continue
        at = point.at + shift
        on = on_duty[0] if on_duty and at >= on_duty[1] else service_date_of(vehicle, at)
        if on not in days:
            days[on] = service_day(vehicle.district, on)
            if not vehicle.positions.filter(service_day=days[on]).exists():
                vehicle.positions.filter(at__lt=now - KEPT).delete()
        row = VehiclePosition(service_day=days[on], vehicle=vehicle, point_id=point.id, received_at=now)
        row.device_at, row.at = point.at, at
        row.lat, row.lon, row.accuracy_m = point.lat, point.lon, point.accuracy_m
        rows.append(row)
    with transaction.atomic():
        VehiclePosition.objects.bulk_create(rows, ignore_conflicts=True)
        for seen_on in {row.service_day.date for row in rows}:
            tell_position(vehicle.district_id, seen_on, vehicle.code, now)
    return Kept(len(rows), len(points) - len(rows) - _useless(points, useful), _useless(points, useful))


def _useless(points: Sequence[SentPoint], useful: dict[str, SentPoint]) -> int:
    return sum(1 for point in points if point.id not in useful)


def clock_error(sent_at: datetime, now: datetime) -> timedelta:
    """By how much a device's clock is behind ours, which showed `sent_at` while sending; nothing, if the network explains it."""
    wrong = now - sent_at
    return wrong if abs(wrong) > CLOCK_PLAY else timedelta()


def service_date_of(vehicle: Vehicle, at: datetime) -> date:
    """The local date, or the day before where the vehicle still drives a shift of that."""
    zone = ZoneInfo(vehicle.district.timezone)
    own = service_date(at, zone)
    before = own - timedelta(days=1)
    late = DayShift.objects.filter(
        service_day__district_id=vehicle.district_id, service_day__date=before, vehicle=vehicle,
        end_s__gte=to_seconds(at, before, zone),
    )  # fmt: skip
    return before if late.exists() else own


@kept_in_german
def report_late(
    booking: Booking, minutes: int, forecast: RideForecast, actor: str, channel: str, now: datetime
) -> Answer:
    """Note that a rider is late, tell the driver, answer by rule. Must run inside a transaction."""
    rules = rules_of(booking.district)
    refusal = late_refusal(forecast, rules)
    if refusal:
        return {"refusal": refusal_document(refusal)}
    verdict, text, there_at, ways = late_verdict(forecast, minutes, rules)
    RiderNote.objects.create(
        booking=booking, kind=RiderNote.Kind.LATE, minutes=minutes, there_at=there_at, created_at=now
    )
    day = booking.service_day
    payload = {"booking": booking.code, "minutes": minutes, "district": day.district_id, "date": day.date.isoformat()}
    announce(booking.district, "rider.late", payload, now)
    audit(booking.district, now, actor, channel, "rider.late", booking.code)
    return {
        "verdict": verdict,
        "text": text,
        "minutes": minutes,
        "there_at": there_at.isoformat(),
        "waits_until": forecast.waits_until.isoformat(),
        "way_out": [{"kind": way.kind, "text": way.text, "value": way.value} for way in ways],
    }


def share_ride(booking: Booking, actor: str, channel: str, now: datetime) -> Answer:
    """Open a link for others; the one that is open, if there is one. Must run inside a transaction."""
    chain = chain_of(booking)
    Booking.objects.select_for_update(no_key=True).get(pk=chain[0].pk)  # two presses at once open one link
    share = open_shares(chain).first()
    if share is None:
        share = SharedRide.objects.create(booking=booking, created_at=now)
        audit(booking.district, now, actor, channel, "ride.shared", booking.code)
    return {"share": str(share.pk)}


def withdraw_share(booking: Booking, actor: str, channel: str, now: datetime) -> Answer:
    """Close the link, also one from before a change; whoever has it sees nothing more. Must run inside a transaction."""
    if open_shares(chain_of(booking)).update(withdrawn_at=now):
        audit(booking.district, now, actor, channel, "ride.unshared", booking.code)
    return {"share": None}
