"""Where a duty has come to by what was reported: begun, at a stop, in a break, over, and what was taken.

A second device, or a browser that has lost everything, goes on from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.driving.models import DriverEvent, Duty

Kind = DriverEvent.Kind


@dataclass(frozen=True, slots=True)
class Standing:
    """`standing_stop` is "" while the vehicle is under way, or where nobody has said."""

    begun_at: datetime | None = None
    ended_at: datetime | None = None
    pausing_since: datetime | None = None
    standing_stop: str = ""
    standing_since: datetime | None = None
    cash_cents: int = 0


def standing_of(duty: Duty) -> Standing:
    """Read from the duty's own reports, in the order of time; where the vehicle stands also from those before."""
    own = DriverEvent.objects.filter(service_day=duty.service_day_id, vehicle=duty.vehicle_id)
    counts = (DriverEvent.Outcome.TAKEN, DriverEvent.Outcome.CONFLICT)
    rows = own.filter(outcome__in=counts).order_by("at", "received_at", "pk")
    begun_at = ended_at = pausing_since = standing_since = None
    standing_stop, cash_cents = "", 0
    for row in rows:
        if row.kind in (Kind.ARRIVED, Kind.LEFT):
            is_there = row.kind == Kind.ARRIVED
            standing_stop, standing_since = (row.stop_code, row.at) if is_there else ("", None)
        if row.duty_id != duty.pk:
            continue
        match row.kind:
            case Kind.SHIFT_BEGIN:
                begun_at = begun_at or row.at
            case Kind.SHIFT_END:
                ended_at, pausing_since = row.at, None
            case Kind.BREAK_BEGIN:
                pausing_since = row.at
            case Kind.BREAK_END:
                pausing_since = None
            case Kind.BOARDED:
                cash_cents += row.detail.get("cash_cents", 0)
    return Standing(begun_at, ended_at, pausing_since, standing_stop, standing_since, cash_cents)
