"""Whatever riders, drivers, clocks and networks do on a day: the plan stays lawful, no ride is lost, nothing counts twice."""

from __future__ import annotations

import logging
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, BrokenPromise, OutboxMessage
from backend.bookings.planning import current_plan, load_plan
from backend.bookings.rules import CORRECTIONS, TRANSITIONS
from backend.driving.models import DriverEvent
from dispatch.checker import check
from tests.builders.district import BERLIN, BusOnDuty, a_district
from tests.builders.driven_days import BUS, Town, a_day_undone, play, step, steps
from tests.builders.examples import examples

NUMBER = st.integers(0, 30)
KINDS = st.one_of(  # riders are what most goes wrong with
    st.sampled_from([DriverEvent.Kind.BOARDED, DriverEvent.Kind.ALIGHTED, DriverEvent.Kind.NO_SHOW]),
    st.sampled_from([DriverEvent.Kind.BOARDED, DriverEvent.Kind.ALIGHTED, DriverEvent.Kind.NO_SHOW]),
    st.sampled_from(list(DriverEvent.Kind)),
)
SLIP = step("slip", BUS, KINDS, NUMBER, st.integers(0, 2))
STEPS = steps(
    step("anything", BUS, KINDS, NUMBER, st.integers(0, 90)), SLIP, SLIP, step("regret", BUS, NUMBER), step("again", BUS, NUMBER),
    late_min=(12, 12, 40), most=28,
)  # fmt: skip


def assert_laws(town: Town, faults: list[logging.LogRecord]) -> None:
    assert not faults, faults[0].exc_info
    day = town.day()
    loaded = load_plan(day)
    assert loaded.plan == current_plan(day).plan, "what is kept is what is stored"
    assert check(loaded.plan, loaded.travel_s) == []
    served = {event.request_id for route in loaded.plan.routes for event in route.events if event.request_id}
    rows = {row.code: row for row in Booking.objects.select_related("offer", "driven")}
    assert set(rows) == set(town.codes), "no booking is lost"
    for code, row in rows.items():
        before = town.states.get(code, "booked")
        assert row.state == before or row.state in reachable(before), (before, row.state)
        assert row.state != "booked" or code in served, "who is booked is fetched"
        assert row.state not in ("cancelled", "no_show") or code not in served
        town.states[code] = row.state
        if row.state in ("aboard", "completed") and row.driven.vehicle_at:
            late = row.driven.vehicle_at > to_moment(row.offer.pickup_latest_s, day.date, BERLIN)
            assert not late or BrokenPromise.objects.filter(booking=row, limit="pickup").exists(), "broken in silence"
    told = Counter(row.payload["booking"] for row in OutboxMessage.objects.filter(topic="promise.broken"))
    broken = Counter(BrokenPromise.objects.values_list("booking__code", flat=True))
    slips = DriverEvent.objects.filter(outcome="taken_back").exists()  # what was told by mistake is told again
    assert told >= broken if slips else told == broken, "each is told once"
    sent = [event.id for cab in town.cabs for event in cab.sent]
    assert DriverEvent.objects.count() == len(set(sent)) == len(sent)


def reachable(state: str) -> set[str]:
    """States that one report may lead to: leaving without a tap on boarding is both at once."""
    found: set[str] = set()
    todo = [state]
    while todo:
        one = todo.pop()
        for following in (*TRANSITIONS[one], *CORRECTIONS.get(one, ())):
            if following not in found:
                found.add(following)
                todo.append(following)
    return found


@pytest.mark.django_db
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_day_breaks_the_plan(steps) -> None:  # type: ignore[no-untyped-def]
    with a_day_undone() as faults:
        district = a_district(
            BusOnDuty(start="05:00", end="11:00"),
            BusOnDuty(start="05:30", end="12:00", breaks='[{ from = "07:00", to = "09:00", minutes = 30 }]'),
        )
        play(Town(district), steps, lambda town: assert_laws(town, faults))
