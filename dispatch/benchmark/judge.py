"""Are routes lawful for an instance as it stands in its file? Unrounded, and without looking at the engine's integers.

Routes are lists of node numbers. For each, the earliest times that keep windows, driving, ride and duration limits are
found by Bellman-Ford; they exist if and only if the route can be driven.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dispatch.benchmark.public import Instance

# Distances carry an error of some 1e-13 a leg; files state windows with three decimals. What lies between is no fault.
TOLERANCE = 1e-6
STEP = 1e-9


def length(instance: Instance, routes: Sequence[Sequence[int]]) -> float:
    """Unrounded length of all routes, depot to depot; routes without a customer are not driven."""
    distances = instance.distances()
    total = 0.0
    for route in routes:
        if route:
            way = [0, *route, instance.end_node]
            total += sum(float(distances[a, b]) for a, b in pairwise(way))
    return total


def faults(instance: Instance, routes: Sequence[Sequence[int]]) -> list[str]:
    """What is wrong with the routes, in words; empty if they are a lawful solution."""
    found = []
    driven = [route for route in routes if route]
    if len(driven) > instance.vehicles:
        found.append(f"{len(driven)} routes for {instance.vehicles} vehicles")
    where = [(number, place) for number, route in enumerate(driven) for place in route]
    places = [place for _, place in where]
    customers = {node for pair in instance.pairs for node in pair}
    found += [f"node {node} is not visited" for node in sorted(customers - set(places))]
    wrong = sorted({node for node in places if places.count(node) > 1 or node not in customers})
    found += [f"node {node} is visited {places.count(node)} times, or is no customer" for node in wrong]
    if found:
        return found
    distances = instance.distances()
    for number, route in enumerate(driven):
        found += [f"route {number + 1}: {fault}" for fault in _route_faults(instance, route, distances)]
    return found


def _route_faults(instance: Instance, route: Sequence[int], distances: npt.NDArray[np.float64]) -> list[str]:
    position = {node: k for k, node in enumerate(route, start=1)}
    found = []
    for pickup, delivery in instance.pairs:
        if (pickup in position) != (delivery in position):
            return [f"nodes {pickup} and {delivery} are not on the same route"]
        if pickup in position and position[pickup] > position[delivery]:
            found.append(f"node {delivery} comes before its pick-up {pickup}")
    aboard = 0
    for node in route:
        aboard += instance.nodes[node].load
        if aboard > instance.capacity:
            found.append(f"{aboard} aboard after node {node}, capacity {instance.capacity}")
    if found:
        return found
    return [] if _has_times(instance, route, position, distances) else ["has no lawful times"]


def _has_times(
    instance: Instance, route: Sequence[int], position: dict[int, int], distances: npt.NDArray[np.float64]
) -> bool:
    """Longest paths from the earliest times: an arc (a, b, gap) says that b begins no sooner than a + gap."""
    way = [0, *route, instance.end_node]
    nodes = [instance.nodes[node] for node in way]
    arcs = []
    for k in range(1, len(way)):
        service = nodes[k - 1].service if k > 1 else 0.0
        arcs.append((k - 1, k, service + float(distances[way[k - 1], way[k]])))
    for pickup, delivery in instance.pairs:
        if pickup in position and instance.max_ride < float("inf"):
            boards, leaves = position[pickup], position[delivery]
            arcs.append((leaves, boards, -(instance.max_ride + instance.nodes[pickup].service)))
    if instance.max_duration < float("inf"):
        arcs.append((len(way) - 1, 0, -instance.max_duration))
    time = [node.earliest for node in nodes]
    for _ in range(len(way) + 2):
        changed = False
        for a, b, gap in arcs:
            if time[a] + gap > time[b] + STEP:
                time[b] = time[a] + gap
                changed = True
        if any(at > node.latest + TOLERANCE for at, node in zip(time, nodes, strict=True)):
            return False
        if not changed:
            return True
    return False  # still growing after as many rounds as there are events: a cycle
