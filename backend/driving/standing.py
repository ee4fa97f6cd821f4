"""Where a duty has come to by what was reported: begun, at a stop, in a break, over, and what was taken.

A second device, or a browser that has lost everything, goes on from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.bookings.models import ServiceDay
from backend.districts.models import Vehicle
from backend.driving.models import DriverEvent, Duty

Kind = DriverEvent.Kind
COUNTS = (DriverEvent.Outcome.TAKEN, DriverEvent.Outcome.CONFLICT)


@dataclass(frozen=True, slots=True)
class Standing:
    """`standing_stop` is "" while the vehicle is under way, or where nobody has said."""

    begun_at: datetime | None = None
    ended_at: datetime | None = None
    pausing_since: datetime | None = None
    standing_stop: str = ""
    standing_since: datetime | None = None
    cash_cents: int = 0


def stands_at(day: ServiceDay, vehicle: Vehicle) -> str:
    """The code of the stop where a vehicle stands by the newest word on it; "" while it is under way."""
    rows = DriverEvent.objects.filter(
        service_day=day, vehicle=vehicle, kind__in=(Kind.ARRIVED, Kind.LEFT), outcome__in=COUNTS
    )
    last = rows.order_by("at", "received_at", "pk").last()
    return last.stop_code if last and last.kind == Kind.ARRIVED else ""


def standing_of(duty: Duty) -> Standing:
    """Read from the duty's own reports, in the order of time; where the vehicle stands also from those before."""
    own = DriverEvent.objects.filter(service_day=duty.service_day_id, vehicle=duty.vehicle_id)
    rows = own.filter(outcome__in=COUNTS).order_by("at", "received_at", "pk")
    begun_at = ended_at = pausing_since = standing_since = None
    standing_stop, cash_cents = "", 0
    for row in rows:
        if row.kind == Kind.LEFT:
            standing_stop, standing_since = "", None
        elif row.kind == Kind.ARRIVED and row.stop_code != standing_stop:  # who says it again has not come again
            standing_stop, standing_since = row.stop_code, row.at
        if row.duty_id != duty.pk:
            continue
        match row.kind:
            case Kind.SHIFT_BEGIN:
                begun_at = begun_at or row.at
            case Kind.SHIFT_END if row.outcome == DriverEvent.Outcome.TAKEN:
                ended_at, pausing_since = row.at, None
            case Kind.BREAK_BEGIN:
                pausing_since = row.at
            case Kind.BREAK_END:
                pausing_since = None
            case Kind.BOARDED:
                cash_cents += row.detail.get("cash_cents", 0)
    return Standing(begun_at, ended_at, pausing_since, standing_stop, standing_since, cash_cents)
