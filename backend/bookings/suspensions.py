"""When the service stands still: what the control room has closed, as closures of the zones that the booking rules read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.bookings.models import Suspension
from backend.districts.models import District
from fixtures.rules import Closure, Zone


def with_suspensions(district: District, zone: Zone, ahead_s: int = 0) -> Zone:
    """A zone with what is closed in it; `ahead_s`: nobody boards so shortly before a closure, for she would not arrive."""
    rows = Suspension.objects.filter(district=district, lifted_at__isnull=True).order_by("from_at")
    closures = tuple(
        Closure(row.from_at - timedelta(seconds=ahead_s), row.until_at, row.reason)
        for row in rows
        if not row.zones or zone.id in row.zones
    )
    return replace(zone, closures=closures) if closures else zone
