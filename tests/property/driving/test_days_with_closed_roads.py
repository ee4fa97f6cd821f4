"""Roads that close and open while a day is driven: the plan stays lawful, and no ride is lost unsaid."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.models import Booking, OutboxMessage
from backend.bookings.planning import current_plan, load_plan
from backend.control.models import InterventionRecord
from backend.control.previews import preview
from backend.control.services import intervene, tend_roads
from dispatch.checker import check
from tests.builders.district import STOPS, BusOnDuty, a_district, a_key, at
from tests.builders.driven_days import NUMBER, Town, a_day_undone, play, step, steps
from tests.builders.examples import examples
from tests.builders.interventions import a_side_road

CODES = [code for code, _village, _name in STOPS]
CLOSE = step("close", st.integers(0, 3), st.booleans(), st.integers(-30, 90), st.integers(0, 90))
STEPS = steps(CLOSE, CLOSE, step("undo", NUMBER), late_min=(20, 20, 20), most=24)


@dataclass
class ClosedTown(Town):
    """A town where roads close."""

    dropped: set[str] = field(default_factory=set)

    def wait(self, minutes: int) -> None:
        Town.wait(self, minutes)
        tend_roads(self.now)

    def close(self, what: Any) -> None:
        """Between two neighbours, from so many minutes on (or from now), for so long (or until further notice)."""
        number, both_ways, after_min, minutes = what
        now_s = round((self.now - self.midnight()).total_seconds())
        from_s = now_s + 60 * after_min if after_min > 0 else None
        document = {
            "kind": "road", "origin": CODES[number], "target": CODES[number + 1], "both_ways": both_ways, "from_s": from_s,
            "until_s": (from_s or now_s) + 60 * minutes if minutes else None,
        }  # fmt: skip
        self.act(document)

    def undo(self, number: int) -> None:
        records = list(InterventionRecord.objects.exclude(kind="undo").order_by("at", "pk"))
        if records:
            self.act({"kind": "undo", "intervention": str(records[number % len(records)].pk)})

    def act(self, document: dict[str, Any]) -> None:
        try:
            shown = preview(self.day(), document, self.now)
        except InvalidInput:
            return
        if isinstance(shown, Refusal):
            assert document["kind"] == "undo", shown
            return
        answer = intervene(shown.token, "Probe", "leitstelle", self.now, key=a_key())
        assert "intervention" in answer, answer
        self.dropped |= {one.code for one in shown.effects.dropped}

    @staticmethod
    def midnight() -> Any:
        return at("0:00")


def assert_laws(town: ClosedTown, faults: list[logging.LogRecord]) -> None:
    assert not faults, faults[0].exc_info
    day = town.day()
    loaded = load_plan(day)
    assert loaded.plan == current_plan(day).plan, "what is kept is what is stored"
    assert check(loaded.plan, loaded.travel_s) == []
    served = {event.request_id for route in loaded.plan.routes for event in route.events if event.request_id}
    live = set(Booking.objects.filter(state__in=("booked", "aboard")).values_list("code", flat=True))
    assert live <= served, "who is booked is fetched"
    told = OutboxMessage.objects.filter(topic="booking.cancelled", payload__by="service")
    assert {row.payload["booking"] for row in told} == town.dropped, "who loses the ride is told, and was named before"


@pytest.mark.django_db
@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_closed_road_breaks_a_driven_day(steps: Any) -> None:
    with a_day_undone() as faults:
        district = a_district(BusOnDuty(start="05:00", end="11:00"), BusOnDuty(start="05:30", end="11:30"))
        a_side_road(district)
        play(ClosedTown(district), steps, lambda town: assert_laws(town, faults))
