"""The one objective: what makes a plan better than another, everywhere.

Lexicographic by weight: requests served; then driving; then riders' waiting (from the promised window's start to
boarding) and excess ride time (aboard beyond the direct drive), each counted per rider; then robustness: seconds by
which an event stands closer than `slack_target_s` to the end of its window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dispatch.model import EventKind, Plan


@dataclass(frozen=True, slots=True)
class Weights:
    """Integer cost of one second, and of one request left unserved."""

    drive: int = 10
    wait: int = 2
    excess_ride: int = 3
    slack: int = 1
    slack_target_s: int = 120
    unserved: int = 10_000_000

    def __post_init__(self) -> None:
        for name in ("drive", "wait", "excess_ride", "slack", "slack_target_s", "unserved"):
            if getattr(self, name) < 0:
                raise ValueError(f"the weight {name} must not be negative, it is {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Objective:
    """The parts of the objective, in seconds (waiting and excess: rider-seconds), and their weighted sum."""

    unserved: int
    driving_s: int
    wait_s: int
    excess_ride_s: int
    slack_shortfall_s: int
    cost: int


def objective(plan: Plan, travel_s: npt.NDArray[np.int32], weights: Weights) -> Objective:
    """Evaluate a plan as it stands, with the times that its events state.

    Parameters
    ----------
    plan
        Routes with their times.
    travel_s
        int32[n_locations, n_locations], driving seconds.
    weights
        What a second costs.
    """
    driving_s = wait_s = excess_ride_s = shortfall_s = 0
    served: set[str] = set()
    for route in plan.routes:
        here = route.events[0].location
        boarded: dict[str, int] = {}
        for position, event in enumerate(route.events):
            if event.kind is not EventKind.BREAK and event.location >= 0:
                driving_s += int(travel_s[here, event.location])
                here = event.location
            if event.request_id is None:
                continue
            request = plan.requests[event.request_id]
            if event.kind is EventKind.PICKUP:
                wait_s += request.riders * max(0, event.start_s - request.pickup_earliest_s)
                boarded[request.id] = event.start_s + request.pickup_dwell_s
                latest_s = request.pickup_latest_s
            else:
                direct_s = int(travel_s[request.pickup_location, request.delivery_location])
                excess_ride_s += request.riders * (event.start_s - boarded[request.id] - direct_s)
                served.add(request.id)
                latest_s = request.delivery_latest_s
            if position >= route.done:
                shortfall_s += max(0, event.start_s - (latest_s - weights.slack_target_s))
    unserved = len(plan.requests) - len(served)
    cost = (
        weights.unserved * unserved
        + weights.drive * driving_s
        + weights.wait * wait_s
        + weights.excess_ride * excess_ride_s
        + weights.slack * shortfall_s
    )
    return Objective(unserved, driving_s, wait_s, excess_ride_s, shortfall_s, cost)
