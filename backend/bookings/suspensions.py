"""When the service stands still: what the control room has closed, as closures of the zones that the booking rules read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from backend.bookings.ends import End
from backend.bookings.models import Suspension
from backend.districts.models import District
from backend.districts.selectors import rules_of
from fixtures.rules import Closure, Rules, Zone


def place_that_stands(
    rules: Rules, zones: Collection[str], is_within: bool, origin: Collection[str], destination: Collection[str]
) -> str | None:
    """The name of what stands still and hits a ride: "" for all of the district, None where nothing does.

    `origin`, `destination`: the villages in which the ride may begin and end. A ride is hit that begins or ends in one of the
    zones; with `is_within` only one that does both in the same.
    """
    if not zones:
        return ""
    for zone in rules.zones:
        if zone.id not in zones:
            continue
        if not zone.villages:
            return ""
        touched = [not zone.villages.isdisjoint(ends) for ends in (origin, destination)]
        if all(touched) or (any(touched) and not is_within):
            return zone.name
    return None


def with_suspensions(
    district: District, zone: Zone, origin: Collection[str], destination: Collection[str], ahead_s: int = 0
) -> Zone:
    """A zone with what is closed for rides between these villages.

    `ahead_s`: nobody boards so shortly before a closure, for she would not arrive.
    """
    rules, closures = rules_of(district), []
    for row in Suspension.objects.filter(district=district, lifted_at__isnull=True).order_by("from_at"):
        place = place_that_stands(rules, row.zones, row.is_within, origin, destination)
        if place is not None:
            closures.append(Closure(row.from_at - timedelta(seconds=ahead_s), row.until_at, row.reason, place))
    return replace(zone, closures=tuple(closures)) if closures else zone


def villages_of(end: End) -> frozenset[str]:
    """Where a ride may begin or end: at the point that was meant, or at any stop that serves it.

    Whoever can only go to a stop where nothing drives is told so at once, and not after choosing an offer.
    """
    return frozenset({end.village, *(stop.village for stop, _walk_m in end.stops)})
