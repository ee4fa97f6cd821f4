"""The schedule is exact: feasible exactly when Bellman-Ford says so, and as cheap as a linear programme."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dispatch.checker import check, least_start_times
from dispatch.model import Break, EventKind, Load, Plan, Request, Route, Shift, StopEvent, Vehicle
from dispatch.objective import Weights, objective
from dispatch.state import DayState, InfeasiblePlan, retimed

BUS = Vehicle("bus", (Load(8, 0, 8),))


def a_random_order(seed: int, riders: int) -> tuple[Shift, Route, dict[str, Request], np.ndarray]:
    """A route in a random lawful order with tight limits, so that about half of all orders have no schedule."""
    rng = np.random.default_rng(seed)
    n_places = 6
    xy = rng.uniform(0, 600, size=(n_places, 2))
    travel_s = np.ceil(np.linalg.norm(xy[:, None] - xy[None, :], axis=2)).astype(np.int32)
    requests = {}
    stops: list[StopEvent] = []
    clock = 1000
    for number in range(riders):
        pickup, delivery = (int(place) for place in rng.choice(n_places, size=2, replace=False))
        direct_s = int(travel_s[pickup, delivery])
        earliest_s = clock + int(rng.integers(0, 900))
        latest_s = earliest_s + int(rng.integers(60, 1500))
        arrive_from_s = int(rng.choice([0, earliest_s + direct_s + int(rng.integers(0, 1200))]))
        arrive_by_s = max(latest_s, arrive_from_s) + direct_s + int(rng.integers(100, 2400))
        request = Request(
            id=f"r{number}", pickup_location=pickup, delivery_location=delivery,
            pickup_earliest_s=earliest_s, pickup_latest_s=latest_s, delivery_earliest_s=arrive_from_s,
            delivery_latest_s=arrive_by_s, max_ride_s=direct_s + int(rng.integers(0, 1500)), load=Load(1),
            pickup_dwell_s=int(rng.integers(0, 90)), delivery_dwell_s=int(rng.integers(0, 90)),
            riders=int(rng.integers(1, 4)),
        )  # fmt: skip
        requests[request.id] = request
        clock += int(rng.integers(0, 700))
        at = int(rng.integers(max(0, len(stops) - 3), len(stops) + 1))
        stops.insert(at, StopEvent(EventKind.PICKUP, pickup, 0, request.pickup_dwell_s, request.id))
        after = min(len(stops), at + 1 + int(rng.integers(0, 4)))
        stops.insert(after, StopEvent(EventKind.DELIVERY, delivery, 0, request.delivery_dwell_s, request.id))
    breaks: tuple[Break, ...] = ()
    if rng.random() < 0.5:
        breaks = (Break(int(rng.integers(500, 3000)), int(rng.integers(3000, 9000)), 300),)
        gaps = [k for k in range(len(stops) + 1) if _aboard(stops[:k]) == 0]
        at = int(rng.choice(gaps))
        here = stops[at - 1].location if at else 0
        stops.insert(at, StopEvent(EventKind.BREAK, here, 0, 300, break_index=0))
    duration = int(rng.integers(3000, 9000)) if rng.random() < 0.3 else None
    shift = Shift("shift", BUS, 0, 0, 0, 20000, breaks, duration)
    events = (StopEvent(EventKind.START, 0, 0), *stops, StopEvent(EventKind.END, 0, 0))
    done = 0
    if rng.random() < 0.3:
        least = least_start_times(shift, Route("shift", events), requests, travel_s)
        if least is not None:
            done = int(rng.integers(1, len(events)))
            late = int(rng.integers(0, 60))
            events = tuple(
                StopEvent(
                    e.kind, e.location, s + (late if k == done - 1 else 0), e.dwell_s, e.request_id, e.break_index
                )
                for k, (e, s) in enumerate(zip(events, least, strict=True))
            )
    ready_s = int(rng.integers(0, 3000)) if done and rng.random() < 0.5 else 0
    return shift, Route("shift", events, done=done, locked=max(1, done), ready_s=ready_s), requests, travel_s


def _aboard(stops: list[StopEvent]) -> int:
    return sum(1 if event.kind is EventKind.PICKUP else -1 for event in stops if event.request_id)


def least_cost_by_lp(
    shift: Shift, route: Route, requests: dict[str, Request], travel_s: np.ndarray, weights: Weights
) -> float:
    """Cost of waiting, riding and missing slack by a linear programme that knows nothing of our method."""
    events = route.events
    n = len(events)
    cost = np.zeros(2 * n)  # starts, then missing slack
    rows: list[tuple[np.ndarray, float]] = []
    bounds: list[tuple[float, float | None]] = []
    constant = 0.0
    for k, event in enumerate(events):
        past = k < route.done
        window: tuple[float, float] = (shift.start_s, shift.end_s)
        if event.kind is EventKind.BREAK:
            window = (shift.breaks[0].earliest_s, shift.breaks[0].latest_s)
        if event.request_id:
            request = requests[event.request_id]
            picks_up = event.kind is EventKind.PICKUP
            window = (request.pickup_earliest_s, request.pickup_latest_s)
            if not picks_up:
                window = (request.delivery_earliest_s, request.delivery_latest_s)
            if picks_up:
                cost[k] += weights.wait * request.riders
                constant -= weights.wait * request.riders * request.pickup_earliest_s
            else:
                partner = next(i for i in range(k) if events[i].request_id == event.request_id)
                weight = weights.excess_ride * request.riders
                cost[k] += weight
                cost[partner] -= weight
                direct_s = int(travel_s[request.pickup_location, request.delivery_location])
                constant -= weight * (request.pickup_dwell_s + direct_s)
                if not past:
                    row = np.zeros(2 * n)
                    row[k], row[partner] = 1, -1
                    rows.append((row, request.max_ride_s + request.pickup_dwell_s))
            if not past:
                cost[n + k] = weights.slack
                row = np.zeros(2 * n)
                row[k], row[n + k] = 1, -1
                rows.append((row, window[1] - weights.slack_target_s))
        if past:
            window = (event.start_s, event.start_s)
        elif k > 0:
            before = events[k - 1]
            leg_s = int(travel_s[before.location, event.location])
            row = np.zeros(2 * n)
            row[k - 1], row[k] = 1, -1
            rows.append((row, -(before.dwell_s + leg_s)))
            if k == route.done:
                window = (max(window[0], route.ready_s + leg_s), window[1])
        bounds.append(window)
    if shift.max_duration_s is not None and route.done < n:
        row = np.zeros(2 * n)
        row[n - 1], row[0] = 1, -1
        rows.append((row, shift.max_duration_s))
    bounds += [(0, None)] * n
    matrix = np.array([row for row, _ in rows])
    solved = linprog(cost, A_ub=matrix, b_ub=[limit for _, limit in rows], bounds=bounds, method="highs")
    assert solved.status == 0, solved.message
    return float(solved.fun) + constant


@settings(max_examples=600, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), riders=st.integers(1, 9))
def test_an_order_is_feasible_exactly_when_bellman_ford_finds_times(seed: int, riders: int) -> None:
    shift, route, requests, travel_s = a_random_order(seed, riders)
    expected = least_start_times(shift, route, requests, travel_s)
    plan = Plan((shift,), (route,), requests)
    for weights in (Weights(), Weights(drive=1, wait=0, excess_ride=0, slack=0)):
        if expected is None:
            with pytest.raises(InfeasiblePlan):
                DayState(plan, travel_s, weights)
        else:
            assert check(retimed(plan, travel_s, weights), travel_s) == []


@settings(max_examples=600, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    riders=st.integers(1, 9),
    weights=st.builds(
        Weights, wait=st.integers(0, 5), excess_ride=st.integers(0, 5), slack=st.integers(0, 3),
        slack_target_s=st.sampled_from([0, 60, 300]),
    ),
)  # fmt: skip
def test_times_cost_as_little_as_a_linear_programme_can(seed: int, riders: int, weights: Weights) -> None:
    shift, route, requests, travel_s = a_random_order(seed, riders)
    if least_start_times(shift, route, requests, travel_s) is None:
        return
    if not (weights.wait or weights.excess_ride or weights.slack):
        return
    plan = retimed(Plan((shift,), (route,), requests), travel_s, weights)
    judged = objective(plan, travel_s, weights)
    state = DayState(plan, travel_s, weights)
    assert judged.cost == state.cost, "the engine and the objective must agree on what a plan costs"
    ours = judged.cost - weights.drive * judged.driving_s
    assert ours == pytest.approx(least_cost_by_lp(shift, route, requests, travel_s, weights), abs=1e-3)


def test_leaving_later_shortens_a_ride_that_an_earliest_start_would_reject() -> None:
    travel_s = np.array([[0, 100], [100, 0]], dtype=np.int32)
    request = Request("r", 0, 1, 0, 1000, 900, 1000, 150, Load(1))
    shift = Shift("shift", BUS, 0, None, 0, 5000)
    events = (
        StopEvent(EventKind.START, 0, 0),
        StopEvent(EventKind.PICKUP, 0, 0, 0, "r"),
        StopEvent(EventKind.DELIVERY, 1, 0, 0, "r"),
        StopEvent(EventKind.END, 1, 0),
    )
    plan = retimed(Plan((shift,), (Route("shift", events),), {"r": request}), travel_s, Weights())
    assert [event.start_s for event in plan.routes[0].events][1:3] == [800, 900]


def test_every_order_of_two_riders_agrees_with_trying_all_whole_seconds() -> None:
    """Brute force on a grid small enough to try every combination of times."""
    travel_s = np.array([[0, 2, 3], [2, 0, 2], [3, 2, 0]], dtype=np.int32)
    requests = {
        "a": Request("a", 0, 1, 1, 4, 4, 8, 3, Load(1), riders=2),
        "b": Request("b", 1, 2, 3, 6, 0, 10, 4, Load(1)),
    }
    shift = Shift("shift", BUS, 0, None, 0, 12)
    weights = Weights(drive=0, wait=2, excess_ride=3, slack=1, slack_target_s=2)
    names = [("a", True), ("a", False), ("b", True), ("b", False)]
    lawful = 0
    for permutation in itertools.permutations(names):
        if permutation.index(("a", True)) > permutation.index(("a", False)):
            continue
        if permutation.index(("b", True)) > permutation.index(("b", False)):
            continue
        places = [requests[r].pickup_location if up else requests[r].delivery_location for r, up in permutation]
        best = None
        for times in itertools.product(range(13), repeat=4):
            events = [StopEvent(EventKind.START, 0, 0)]
            for (r, up), place, time in zip(permutation, places, times, strict=True):
                events.append(StopEvent(EventKind.PICKUP if up else EventKind.DELIVERY, place, time, 0, r))
            events.append(StopEvent(EventKind.END, places[-1], times[-1]))
            plan = Plan((shift,), (Route("shift", tuple(events)),), requests)
            if not check(plan, travel_s):
                cost = objective(plan, travel_s, weights).cost
                best = cost if best is None else min(best, cost)
        empty_times = [StopEvent(e.kind, e.location, 0, 0, e.request_id) for e in events]
        plan = Plan((shift,), (Route("shift", tuple(empty_times)),), requests)
        if best is None:
            with pytest.raises(InfeasiblePlan):
                retimed(plan, travel_s, weights)
        else:
            lawful += 1
            assert objective(retimed(plan, travel_s, weights), travel_s, weights).cost == best
    assert lawful >= 2
