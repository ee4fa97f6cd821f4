"""The plan of a day in progress stays lawful and keeps its promises, whatever is asked, called off, driven or missed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.benchmark.instances import rural_geometry, rural_request, rural_shifts
from dispatch.checker import check, check_successor
from dispatch.improvement import Limits
from dispatch.model import EventKind, Route
from dispatch.objective import Weights
from dispatch.simulation.rolling import RollingPlan
from dispatch.state import InfeasiblePlan

STEPS = st.lists(st.sampled_from(["ask", "ask", "drive", "drive", "drive", "cancel", "miss", "improve"]), max_size=40)


class _Driver:
    """Drives each vehicle exactly as planned, one event at a time, so that no promise ever needs more time."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        geometry = rural_geometry(12, self.rng, width_km=15.0)
        self.geometry, self.shifts = geometry, rural_shifts(2, geometry)
        self.live = RollingPlan(self.shifts, geometry.travel_s, Weights())
        self.live.now_s = 0
        self.asked = 0

    def ask(self) -> None:
        request = rural_request(self.asked, self.geometry, self.rng)
        self.asked += 1
        insertion = self.live.quote(request) or self.live.make_room(request, 20, self.asked)
        if insertion:
            self.live.accept(request, insertion)

    def cancel(self) -> None:
        open_ids = list(self.live.plan.requests)
        if open_ids:
            try:
                self.live.cancel(str(self.rng.choice(open_ids)))
            except InfeasiblePlan:
                return  # a vehicle is on its way, or was there

    def drive(self, missed: bool = False) -> None:
        """The vehicle whose next event begins first begins it in time; until then every vehicle leaves in time."""
        following = {shift.id: self.live.standing(shift.id).next for shift in self.shifts}
        coming = sorted((event.start_s, shift_id) for shift_id, event in following.items() if event is not None)
        if not coming:
            return
        start_s, shift_id = coming[0]
        # Who has to leave before this event leaves then; the clock must not run past anybody's departure.
        for leave_s, leaver in sorted((self._leave_s(other), other) for _start_s, other in coming):
            if leave_s <= start_s and not self._has_left(leaver):
                self.live.now_s = max(self.live.now_s, leave_s)
                self.live.depart(leaver)
        event = self.live.standing(shift_id).next
        assert event is not None
        self.live.now_s = max(self.live.now_s, event.start_s)
        if missed and event.kind is EventKind.PICKUP and event.request_id:
            self.live.absent(event.request_id)
        else:
            self.live.begin(shift_id, self.live.now_s + event.dwell_s)

    def _route(self, shift_id: str) -> Route:
        return next(route for route in self.live.plan.routes if route.shift_id == shift_id)

    def _has_left(self, shift_id: str) -> bool:
        route = self._route(shift_id)
        return route.locked > route.done

    def _leave_s(self, shift_id: str) -> int:
        """The last moment at which a vehicle leaves in time for its next event."""
        route = self._route(shift_id)
        event = route.events[route.done]
        here = route.events[max(0, route.done - 1)].location
        leg_s = 0 if event.kind is EventKind.BREAK else int(self.geometry.travel_s[here, event.location])
        return event.start_s - leg_s


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), steps=STEPS)
def test_every_step_leaves_a_lawful_plan_that_follows_from_the_one_before(seed: int, steps: list[str]) -> None:
    driver = _Driver(seed)
    for step in ["ask"] * 4 + steps:
        before = driver.live.plan
        if step == "ask":
            driver.ask()
        elif step == "cancel":
            driver.cancel()
        elif step == "improve":
            driver.live.improve(Limits(iterations=20), seed)
        else:
            driver.drive(missed=step == "miss")
        after = driver.live.plan
        facts = replace(after, routes=tuple(replace(route, ready_s=0) for route in after.routes))
        assert check(facts, driver.geometry.travel_s) == []
        lost = {found.request_id for found in check_successor(before, after)} - {None, ""}
        ended = before.requests.keys() - after.requests.keys()  # called off, or nobody came
        if step not in ("cancel", "miss"):  # without a ride before it, a break may come too late for what follows
            assert lost <= ended
        assert len(ended) <= (step in ("cancel", "miss"))


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), late_s=st.integers(0, 7200), driven=st.integers(1, 12))
def test_lateness_stretches_promises_and_never_stops_the_day(seed: int, late_s: int, driven: int) -> None:
    driver = _Driver(seed)
    for _ in range(12):
        driver.ask()
    for _ in range(driven):
        driver.drive()
    promised = dict(driver.live.plan.requests)
    driver.live.now_s += late_s
    driver.ask()
    while any(driver.live.standing(shift.id).next for shift in driver.shifts):
        driver.drive()
    done = driver.live.plan
    assert all(route.done == len(route.events) for route in done.routes)
    for request_id, request in promised.items():
        kept = done.requests[request_id]
        assert kept.pickup_latest_s >= request.pickup_latest_s
        assert kept.max_ride_s >= request.max_ride_s
    assert promised.keys() <= {event.request_id for route in done.routes for event in route.events}
