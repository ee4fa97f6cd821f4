"""Series among other riders: all or none, no promise broken, every ride accounted for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accessibility.desk import BookingState, BookingView, Refusal, SeriesRule, SeriesView
from backend.bookings.models import Booking, Series, ServiceDay
from backend.bookings.planning import current_plan, load_plan
from backend.bookings.recurrence import days_of
from dispatch.checker import check
from tests.builders.district import BERLIN, STOPS, BusOnDuty, a_desk, a_district, a_key, a_passenger, a_wish, at, later
from tests.builders.examples import examples
from tests.builders.series import CONTACT

FIRST = date(2026, 11, 24)
RIDES = st.tuples(st.permutations([code for code, _village, _name in STOPS]), st.integers(0, 20))
RULES = st.builds(
    lambda weekdays, offset, length, every: SeriesRule(
        weekdays, FIRST + timedelta(days=offset), FIRST + timedelta(days=offset + length), every
    ),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, 5),
    st.integers(0, 16),
    st.integers(1, 2),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("series"), st.tuples(RIDES, RULES, st.lists(st.booleans(), min_size=24, max_size=24))),
        st.tuples(st.just("meanwhile"), st.tuples(RIDES, RULES, RIDES)),
        st.tuples(st.just("single"), st.tuples(RIDES, st.integers(0, 13))),
        st.tuples(st.just("skip"), st.tuples(st.integers(0, 9), st.integers(0, 20))),
        st.tuples(st.just("cancel"), st.tuples(st.integers(0, 9), st.integers(0, 20))),
        st.tuples(st.just("wait"), st.integers(1, 2000)),
    ),
    min_size=1,
    max_size=7,
)


class Town:
    """The desk, with the series that its riders hold."""

    def __init__(self) -> None:
        self.desk = a_desk(at("4:00"))
        self.series: list[str] = []  # the code of a ride of each

    def wish(self, ride, day: date = FIRST):  # type: ignore[no-untyped-def]
        (origin, destination, *_rest), slot = ride
        when = at("6:00", day.isoformat()) + timedelta(minutes=15 * slot)
        return a_wish(origin, destination, max(when, self.desk.clock.now()))

    def quote(self, ride, rule: SeriesRule):  # type: ignore[no-untyped-def]
        today = self.desk.clock.now().astimezone(BERLIN).date()
        if rule.first < today:
            return None
        quote = self.desk.quote_series(self.wish(ride, rule.first), rule, key=a_key())
        if quote.refusal:
            assert quote.refusal.way_out
            return None
        kept = Series.objects.get(pk=quote.series_id)
        asked = [one.day for one in quote.dates if not one.left_out]
        assert tuple(asked) == days_of(kept.recurrence)
        for one in quote.dates:
            assert bool(one.offers) != bool(one.refusal)
            assert not one.as_wished or len(one.offers) == 1
            assert not one.refusal or (one.refusal.reason and one.refusal.way_out)
        return quote

    def do_series(self, what) -> None:  # type: ignore[no-untyped-def]
        ride, rule, ticks = what
        quote = self.quote(ride, rule)
        if quote is None:
            return
        chosen = [one.offers[-1].id for one, tick in zip(quote.dates, ticks, strict=False) if tick and one.offers]
        if not chosen:
            return
        answer = self.desk.book_series(quote.series_id, a_passenger(), key=a_key(), offer_ids=chosen)
        assert isinstance(answer, SeriesView), "offers booked at once hold, on different days"
        assert len(answer.bookings) == len(chosen)
        self.series.append(answer.bookings[0].code)

    def do_meanwhile(self, what) -> None:  # type: ignore[no-untyped-def]
        """Somebody else takes a place between the list and the press."""
        ride, rule, other = what
        quote = self.quote(ride, rule)
        if quote is None or not any(one.as_wished for one in quote.dates):
            return
        self.do_single((other, (quote.dates[-1].day - FIRST).days))
        before = Booking.objects.count()
        wished = [one for one in quote.dates if one.as_wished]
        answer = self.desk.book_series(quote.series_id, a_passenger(), key=a_key())
        if isinstance(answer, Refusal):
            assert answer.code == "dates_taken"
            assert Booking.objects.count() == before, "all or none"
            fresh = self.desk.quoted_series(quote.series_id)
            assert len(fresh.dates) == len(quote.dates)
        else:
            assert Booking.objects.count() == before + len(wished)
            self.series.append(answer.bookings[0].code)

    def do_single(self, what) -> None:  # type: ignore[no-untyped-def]
        ride, ahead = what
        day = FIRST + timedelta(days=ahead)
        if day < self.desk.clock.now().astimezone(BERLIN).date():
            return
        quote = self.desk.quote(self.wish(ride, day), key=a_key())
        if quote.offers:
            person = a_passenger("Testfahrgast 2", "03901 304032")
            assert isinstance(self.desk.book(quote.offers[0].id, person, key=a_key()), BookingView)

    def do_skip(self, what) -> None:  # type: ignore[no-untyped-def]
        number, ahead = what
        if self.series:
            code, day = self.series[number % len(self.series)], FIRST + timedelta(days=ahead)
            before = self.live(code)
            answer = self.desk.skip_date(code, day, CONTACT, key=a_key())
            assert before - self.live(code) == (0 if isinstance(answer, Refusal) else 1)

    def do_cancel(self, what) -> None:  # type: ignore[no-untyped-def]
        number, ahead = what
        if self.series:
            code, day = self.series[number % len(self.series)], FIRST + timedelta(days=ahead)
            answer = self.desk.cancel_series(code, CONTACT, key=a_key(), from_day=day)
            if isinstance(answer, SeriesView):
                coming = [leg for leg in answer.bookings if leg.pickup_from.date() >= day]
                now = self.desk.clock.now()
                assert all(leg.state is BookingState.CANCELLED or leg.pickup_until < now for leg in coming)

    def do_wait(self, minutes: int) -> None:
        later(self.desk, minutes)

    def live(self, code: str) -> int:
        view = self.desk.series_status(code, CONTACT)
        assert isinstance(view, SeriesView)
        return sum(leg.state is BookingState.BOOKED for leg in view.bookings)


def assert_plans_are_lawful() -> None:
    for day in ServiceDay.objects.select_related("district"):
        plan = load_plan(day)
        assert plan.plan == current_plan(day).plan
        assert check(plan.plan, plan.travel_s) == []
        live = Booking.objects.filter(service_day=day, state="booked").values_list("code", flat=True)
        assert set(plan.plan.requests) == set(live)
    for series in Series.objects.exclude(trip=None):
        states = set(series.trip.bookings.values_list("state", flat=True))
        assert (series.state == "ended") == (states == {"cancelled"})


@pytest.mark.django_db
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_series_among_other_riders_keep_every_law(steps) -> None:  # type: ignore[no-untyped-def]
    with transaction.atomic():
        a_district(BusOnDuty(kind="one-seat", start="06:00", end="12:00"))
        town = Town()
        for name, argument in steps:
            getattr(town, f"do_{name}")(argument)
            assert_plans_are_lawful()
        transaction.set_rollback(True)
