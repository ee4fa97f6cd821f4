"""Whatever dispatchers do while riders book and the worker improves: the checker is content and no booking is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accessibility.desk import Access, InvalidInput, Party, Refusal
from backend.bookings.models import Booking, OutboxMessage, ServiceDay
from backend.bookings.planning import DayPlan, current_plan, load_plan
from backend.bookings.services import improve_service_day
from backend.control.models import InterventionRecord
from backend.control.previews import preview
from backend.control.services import intervene, tend_roads
from dispatch.checker import check
from dispatch.improvement import Limits, improve
from dispatch.model import Plan
from tests.builders.district import STOPS, BusOnDuty, a_desk, a_district, a_key, a_passenger, a_wish, at, later
from tests.builders.examples import examples

PARTIES = st.sampled_from([Party(), Party(), Party(adults=3), Party(wheelchairs=1)])
N = st.integers(0, 30)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("book"), st.tuples(st.permutations([c for c, _v, _n in STOPS]), st.integers(13, 80), PARTIES)
        ),
        st.tuples(
            st.just("book"), st.tuples(st.permutations([c for c, _v, _n in STOPS]), st.integers(13, 80), PARTIES)
        ),
        st.tuples(st.just("cancel"), N),
        st.tuples(st.just("wait"), st.integers(1, 45)),
        st.tuples(st.just("improve"), N),
        st.tuples(st.just("move"), st.tuples(N, st.sampled_from(["", "bus-1", "bus-2", "bus-3"]), st.booleans())),
        st.tuples(st.just("keep"), st.tuples(N, st.booleans())),
        st.tuples(st.just("swap"), st.tuples(N, N)),
        st.tuples(st.just("shift"), st.tuples(N, st.integers(-6, 6))),
        st.tuples(st.just("taxi"), st.tuples(N, st.integers(1, 4))),
        st.tuples(st.just("breakdown"), st.tuples(N, N)),
        st.tuples(st.just("suspend"), st.tuples(st.integers(0, 12), st.integers(1, 4))),
        st.tuples(st.just("road"), st.tuples(st.integers(0, 3), st.booleans(), st.integers(-4, 12), st.integers(0, 6))),
        st.tuples(st.just("undo"), N),
        st.tuples(st.just("undo"), N),
    ),
    min_size=2,
    max_size=16,
)


@dataclass
class Office:
    """Riders at the desk and a dispatcher with a free hand."""

    desk: Any = field(default_factory=lambda: a_desk(at("4:00")))
    codes: list[str] = field(default_factory=list)

    @property
    def now(self) -> Any:
        return self.desk.clock.now()

    def day(self) -> ServiceDay | None:
        return ServiceDay.objects.select_related("district").filter(date="2026-11-24", plan_version__gt=0).first()

    def book(self, what: Any) -> None:
        (origin, destination, *_rest), fives, party = what
        when = at("4:00") + timedelta(minutes=5 * fives)
        if when <= self.now:
            return
        quote = self.desk.quote(a_wish(origin, destination, when, party=party), key=a_key())
        if quote.offers:
            answer = self.desk.book(quote.offers[0].id, a_passenger(), key=a_key())
            if not isinstance(answer, Refusal):
                self.codes.append(answer.code)

    def cancel(self, number: int) -> None:
        if self.codes:
            self.desk.cancel(self.codes[number % len(self.codes)], Access(staff="x"), key=a_key())

    def wait(self, minutes: int) -> None:
        later(self.desk, minutes)
        tend_roads(self.now)

    def improve(self, seed: int) -> None:
        day = self.day()

        def search(before: DayPlan) -> Plan:
            return improve(before.plan, before.travel_s, before.weights, Limits(iterations=40), seed=seed).plan

        if day:
            improve_service_day(day.pk, search, self.now)

    def act(self, document: dict[str, Any]) -> None:
        """Look, then confirm at once: what was seen is what happens."""
        day = self.day()
        assert day is not None
        version = day.plan_version
        try:
            shown = preview(day, document, self.now)
        except InvalidInput:
            return
        assert ServiceDay.objects.get(pk=day.pk).plan_version == version, "looking changes nothing"
        if isinstance(shown, Refusal):
            assert shown.reason
            return
        before = set(Booking.objects.filter(state__in=("booked", "aboard")).values_list("code", flat=True))
        answer = intervene(shown.token, "Probe", "leitstelle", self.now, key=a_key())
        assert "intervention" in answer, answer
        after = set(Booking.objects.filter(state__in=("booked", "aboard")).values_list("code", flat=True))
        dropped = {one.code for one in shown.effects.dropped}
        assert before - after == dropped, "who loses the ride was named before"
        told = OutboxMessage.objects.filter(topic="booking.cancelled", payload__by="service")
        assert dropped <= {row.payload["booking"] for row in told}
        record = InterventionRecord.objects.get(pk=answer["intervention"])
        assert set(record.effects["dropped"]) == dropped

    def on_a_booking(self, number: int, document: dict[str, Any]) -> None:
        if self.codes and self.day():
            self.act({"booking": self.codes[number % len(self.codes)], **document})

    def on_a_shift(self, number: int, document: dict[str, Any], name: str = "shift") -> None:
        day = self.day()
        if day:
            codes = sorted(day.day_shifts.values_list("code", flat=True))
            self.act({name: codes[number % len(codes)], **document})

    def move(self, what: Any) -> None:
        number, vehicle, keep = what
        self.on_a_booking(number, {"kind": "move", "vehicle": vehicle, "keep": keep})

    def keep(self, what: Any) -> None:
        self.on_a_booking(what[0], {"kind": "keep", "on": what[1]})

    def swap(self, what: Any) -> None:
        day = self.day()
        if day:
            codes = sorted(day.day_shifts.values_list("code", flat=True))
            self.on_a_shift(what[0], {"kind": "swap", "other": codes[what[1] % len(codes)]})

    def shift(self, what: Any) -> None:
        day = self.day()
        if day:
            codes = sorted(day.day_shifts.values_list("code", flat=True))
            row = day.day_shifts.get(code=codes[what[0] % len(codes)])
            self.act({"kind": "shift", "shift": row.code, "end_s": row.end_s + 1800 * what[1]})

    def taxi(self, what: Any) -> None:
        if self.day():
            start_s = 5 * 3600 + 900 * what[0]
            self.act(
                {
                    "kind": "taxi",
                    "firm": "Taxi Probe",
                    "phone": "030 23125 001",
                    "stop": "101",
                    "start_s": start_s,
                    "end_s": start_s + 3600 * what[1],
                }
            )

    def breakdown(self, what: Any) -> None:
        self.on_a_shift(what[0], {"kind": "breakdown", "stop": STOPS[what[1] % len(STOPS)][0]})

    def suspend(self, what: Any) -> None:
        if self.day():
            from_s = 5 * 3600 + 1800 * what[0]
            self.act({"kind": "suspend", "why": "Eis", "from_s": from_s, "until_s": from_s + 3600 * what[1]})

    def road(self, what: Any) -> None:
        if self.day():
            one, other = STOPS[what[0]][0], STOPS[what[0] + 1][0]
            from_s = 5 * 3600 + 1800 * what[2] if what[2] >= 0 else None
            until_s = (from_s or 4 * 3600) + 1800 * what[3] if what[3] else None
            values = {"origin": one, "target": other, "both_ways": what[1], "from_s": from_s, "until_s": until_s}
            self.act({"kind": "road", **values})

    def undo(self, number: int) -> None:
        records = list(InterventionRecord.objects.exclude(kind="undo").order_by("at", "pk"))
        if records and self.day():
            self.act({"kind": "undo", "intervention": str(records[number % len(records)].pk)})


def assert_laws(office: Office) -> None:
    for day in ServiceDay.objects.select_related("district"):
        stored = load_plan(day)
        assert stored.plan == current_plan(day).plan, "what is kept is what is stored"
        assert check(stored.plan, stored.travel_s) == []
        live = set(day.bookings.filter(state__in=("booked", "aboard")).values_list("code", flat=True))
        assert set(stored.plan.requests) == live, "every live booking is served, and nobody else"
        versions = list(day.plans.order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, day.plan_version + 1))
    assert Booking.objects.count() == len(office.codes)


@pytest.mark.django_db
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_intervention_loses_a_booking_or_breaks_a_law(steps: Any) -> None:
    with transaction.atomic():
        a_district(
            BusOnDuty(start="05:00", end="11:00"),
            BusOnDuty(
                kind="plain", start="05:00", end="12:30", breaks='[{ from = "07:00", to = "10:00", minutes = 30 }]'
            ),
            BusOnDuty(kind="one-seat", start="06:00", end="10:00"),
        )
        office = Office()
        for name, argument in steps:
            getattr(office, name)(argument)
            assert_laws(office)
        transaction.set_rollback(True)
