"""Room for a ride that fits nowhere as the plan stands: other rides are moved, and none loses its promise.

Meant for riders whom only some vehicles can carry. Their buses fill up with people whom any bus could carry, and they take
longer to board, so a plain insertion refuses them more often than others; see docs/decisions/0334.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dispatch.improvement import Limits, improve
from dispatch.layout import I32
from dispatch.model import Load, Plan, Request, Shift
from dispatch.objective import Weights
from dispatch.state import remove

# Steps of the search for room: found within these or hardly at all, and quick enough to wait for.
ROOM_STEPS = 200


def can_carry(shift: Shift, load: Load, features: frozenset[str]) -> bool:
    """Whether a party fits into the empty vehicle of a shift, which has all that the party needs."""
    return features <= shift.vehicle.features and any(
        all(part <= places for part, places in zip(load.as_tuple(), table.as_tuple(), strict=True))
        for table in shift.vehicle.configurations
    )


def only_some_can_carry(shifts: Iterable[Shift], load: Load, features: frozenset[str]) -> bool:
    """Whether some vehicles can carry a party and others cannot."""
    return len({can_carry(shift, load, features) for shift in shifts}) == 2


def with_room(
    plan: Plan, request: Request, travel_s: I32, weights: Weights, *, steps: int = ROOM_STEPS, seed: int = 0
) -> Plan | None:
    """The same rides, arranged so that a request has a place; None if the search finds no such plan.

    Parameters
    ----------
    plan
        Lawful; it does not know the request.
    request
        What no insertion serves.
    travel_s
        int32[n_locations, n_locations], driving seconds.
    steps, seed
        Of the search. The same arguments give the same plan.
    """
    wanted = replace(plan, requests=plan.requests | {request.id: request})
    found = improve(wanted, travel_s, weights, Limits(iterations=steps), seed=seed).plan
    if not any(event.request_id == request.id for route in found.routes for event in route.events):
        return None
    return remove(found, request.id, travel_s, weights)
