"""Whatever riders do in whatever order: no promise breaks, no booking is lost, every change is told and counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accessibility.desk import Access, Anchor, BookingState, BookingView, Party, Refusal, TripKind
from backend.bookings.models import AuditEntry, Booking, OutboxMessage, RideRequest, ServiceDay, Trip
from backend.bookings.planning import DayPlan, current_plan, load_plan
from backend.bookings.services import improve_service_day
from dispatch.checker import check
from dispatch.improvement import Limits, improve
from dispatch.model import EventKind, Plan
from tests.builders.district import (
    STOPS,
    BusOnDuty,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
    later,
    with_reserve,
)
from tests.builders.examples import examples

CONTACT = Access(contact="03901 304031")
PARTIES = st.sampled_from(
    [Party(), Party(adults=2, children=1), Party(wheelchairs=1), Party(bicycles=1), Party(adults=5), Party(adults=8)]
)
WISHES = st.tuples(
    st.permutations([code for code, _village, _name in STOPS]),
    st.integers(5, 95).map(lambda minutes: 5 * minutes),  # after 4:00 Uhr
    st.sampled_from(list(Anchor)),
    PARTIES,
    st.sampled_from(["2026-11-24", "2026-11-25"]),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("book"), WISHES),
        st.tuples(st.just("book"), WISHES),
        st.tuples(st.just("book_together"), st.lists(WISHES, min_size=2, max_size=4)),
        st.tuples(st.just("change"), st.tuples(st.integers(0, 9), WISHES)),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("cancel_together"), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.just("improve"), st.integers(0, 99)),
    ),
    min_size=1,
    max_size=14,
)


@dataclass
class Town:
    """The desk with what its riders remember."""

    desk: object = field(default_factory=lambda: a_desk(at("4:00")))
    codes: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def quote(self, wish, replaces: str | None = None):  # type: ignore[no-untyped-def]
        (origin, destination, *_rest), minutes, anchor, party, day = wish
        when = at("4:00", day) + timedelta(minutes=minutes)
        if when <= self.desk.clock.now():
            return None
        quote = self.desk.quote(
            a_wish(origin, destination, when, anchor=anchor, party=party, replaces=replaces), key=a_key()
        )
        assert bool(quote.offers) != bool(quote.refusal)
        if quote.refusal:
            assert quote.refusal.reason
            assert quote.refusal.way_out
        starts = [offer.pickup_from for offer in quote.offers]
        assert len(set(starts)) == len(starts)
        if anchor is Anchor.ARRIVE:
            assert all(offer.arrive_by <= when for offer in quote.offers)
        return quote

    def book(self, wish) -> None:  # type: ignore[no-untyped-def]
        quote = self.quote(wish)
        if quote and quote.offers:
            offer = quote.offers[len(self.codes) % len(quote.offers)]
            view = self.desk.book(offer.id, a_passenger(), key=a_key())
            assert isinstance(view, BookingView), "an offer booked at once holds"
            self.codes.append(view.code)
            self.done["booking.confirmed"] += 1

    def book_together(self, wishes) -> None:  # type: ignore[no-untyped-def]
        """Several wishes as one: all are booked, or one is named that stands in the way."""
        quotes = [self.quote(wish) for wish in wishes]
        offers = [quote.offers[0] for quote in quotes if quote and quote.offers]
        if not offers:
            return
        before = Booking.objects.count(), Trip.objects.count()
        ids = [offer.id for offer in offers]
        answer = self.desk.book_together(ids, a_passenger(), key=a_key(), kind=TripKind.SERIES)
        if isinstance(answer, Refusal):
            assert len(offers) > 1, "an offer booked at once holds"
            assert answer.code == "no_longer_available"
            assert answer.concerns in ids
            assert answer.way_out
            assert (Booking.objects.count(), Trip.objects.count()) == before, "all or none"
            return
        assert [view.offer.id for view in answer] == ids
        self.codes += [view.code for view in answer]
        self.done["booking.confirmed"] += len(answer)

    def change(self, what) -> None:  # type: ignore[no-untyped-def]
        number, wish = what
        if not self.codes:
            return
        code = self.codes[number % len(self.codes)]
        quote = self.quote(wish, replaces=code)
        if quote and quote.offers:
            answer = self.desk.change(code, quote.offers[0].id, CONTACT, key=a_key())
            if isinstance(answer, Refusal):
                assert answer.code in ("already_cancelled", "ride_over")
                return
            self.codes.append(answer.code)
            self.done["booking.changed"] += 1

    def cancel(self, number: int) -> None:
        if not self.codes:
            return
        answer = self.desk.cancel(self.codes[number % len(self.codes)], CONTACT, key=a_key())
        if isinstance(answer, Refusal):
            assert answer.code in ("already_cancelled", "ride_over")
            return
        assert answer.state == BookingState.CANCELLED
        self.done["booking.cancelled"] += 1

    def cancel_together(self, number: int) -> None:
        if not self.codes:
            return
        before = Booking.objects.filter(state="cancelled").count()
        answer = self.desk.cancel_together(self.codes[number % len(self.codes)], CONTACT, key=a_key())
        if isinstance(answer, Refusal):
            assert answer.code in ("already_cancelled", "ride_over")
            assert Booking.objects.filter(state="cancelled").count() == before, "all or none"
            return
        assert {view.state for view in answer} == {BookingState.CANCELLED}
        self.done["booking.cancelled"] += len(answer)

    def improve(self, seed: int) -> None:
        def search(before: DayPlan) -> Plan:
            return improve(before.plan, before.travel_s, before.weights, Limits(iterations=40), seed=seed).plan

        for day in ServiceDay.objects.all():
            before = day.plans.filter(version=day.plan_version).first()
            improved = improve_service_day(day.pk, search, self.desk.clock.now())
            day.refresh_from_db()
            assert day.improved_version == day.plan_version
            if improved and before:
                assert day.plans.get(version=day.plan_version).cost < before.cost
            assert day.plan_version == (before.version if before else 0) + improved

    def wait(self, minutes: int) -> None:
        later(self.desk, minutes)


def assert_laws(town: Town) -> None:
    for day in ServiceDay.objects.select_related("district"):
        plan = load_plan(day)
        assert plan.plan == current_plan(day).plan, "what is kept is what is stored"
        assert check(plan.plan, plan.travel_s) == []
        assert_promises(day)
        versions = list(day.plans.order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, day.plan_version + 1))
        told = OutboxMessage.objects.filter(topic="plan.changed", payload__service_day=day.pk)
        assert [row.payload["version"] for row in told.order_by("pk")] == versions
    topics = Counter(OutboxMessage.objects.exclude(topic="plan.changed").values_list("topic", flat=True))
    assert topics == town.done
    assert Counter(AuditEntry.objects.values_list("action", flat=True)) == town.done
    assert Booking.objects.count() == len(town.codes)
    changed_or_cancelled = town.done["booking.changed"] + town.done["booking.cancelled"]
    assert Booking.objects.filter(state="cancelled").count() == changed_or_cancelled
    assert not RideRequest.objects.filter(refusal_code="", offers__isnull=True).exists()


def assert_promises(day: ServiceDay) -> None:
    """Read from the stored document alone, without the engine's eyes."""
    times: dict[str, dict[int, int]] = {}
    for route in day.plans.get(version=day.plan_version).routes if day.plan_version else []:
        for kind, _location, start_s, _dwell_s, code, _break in route["events"]:
            if code:
                assert kind not in times.setdefault(code, {}), f"{code} stands twice"
                times[code][kind] = start_s
    live = {booking.code: booking.offer for booking in day.bookings.filter(state="booked").select_related("offer")}
    assert set(times) == set(live)
    for code, offer in live.items():
        pickup_s, delivery_s = times[code][EventKind.PICKUP], times[code][EventKind.DELIVERY]
        assert offer.pickup_earliest_s <= pickup_s <= offer.pickup_latest_s
        assert delivery_s <= offer.delivery_latest_s
        assert offer.direct_s <= delivery_s - pickup_s - offer.dwell_s <= offer.max_ride_s


@pytest.mark.django_db
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=STEPS, reserve_s=st.sampled_from([0, 180]))
def test_no_sequence_of_riders_breaks_a_promise(steps, reserve_s) -> None:  # type: ignore[no-untyped-def]
    with transaction.atomic():
        a_district(
            BusOnDuty(start="05:00", end="11:00"),
            BusOnDuty(kind="plain", breaks='[{ from = "07:00", to = "09:00", minutes = 30 }]'),
            rules=with_reserve(reserve_s),
        )
        town = Town()
        for name, argument in steps:
            getattr(town, name)(argument)
            assert_laws(town)
        transaction.set_rollback(True)
