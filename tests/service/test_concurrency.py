"""Many at once, on the real database (SQLite's file, and PostgreSQL in `make test`): one wins, everybody is answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from accessibility.desk import Access, BookingState, BookingView, Refusal, TripKind
from backend.bookings.models import Booking, IdempotencyRecord, OutboxMessage, RideRequest, ServiceDay
from backend.bookings.planning import current_plan
from dispatch.checker import check
from tests.builders.district import (
    KLOETZE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 50
Answer = TypeVar("Answer")


def all_at_once(acts: list[Callable[[], Answer]]) -> list[Answer]:
    """Run every act in a thread of its own, started together; an exception in any is raised here."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer:
        try:
            start.wait(timeout=60)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def assert_plan_holds_exactly_the_live_bookings(day: ServiceDay) -> None:
    plan = current_plan(day)
    assert check(plan.plan, plan.travel_s) == []
    live = Booking.objects.filter(service_day=day, state="booked").values_list("code", flat=True)
    assert set(plan.plan.requests) == set(live)
    versions = list(day.plans.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, day.plan_version + 1))


def test_fifty_for_the_last_seat_have_one_winner_and_49_clear_answers() -> None:
    a_district(BusOnDuty(kind="one-seat", start="08:00", end="09:10"))
    desk = a_desk(at("7:25"))
    offers = [desk.quote(a_wish(), key=a_key()).offers[0] for _ in range(MANY)]
    acts = [
        lambda offer=offer, number=number: desk.book(
            offer.id, a_passenger(f"Person {number}", f"03901 3041{number:02d}"), key=f"seat-{number}"
        )
        for number, offer in enumerate(offers)
    ]
    answers = all_at_once(acts)
    winners = [answer for answer in answers if isinstance(answer, BookingView)]
    losers = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(winners) == 1
    assert len(losers) == MANY - 1
    assert Counter(loser.code for loser in losers) == {"no_longer_available": MANY - 1}
    assert all(loser.reason and loser.way_out for loser in losers)
    assert Booking.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="booking.confirmed").count() == 1
    assert_plan_holds_exactly_the_live_bookings(ServiceDay.objects.get())
    again = all_at_once(acts)
    assert again == answers, "the same keys give the same answers"


def test_one_key_pressed_many_times_books_once() -> None:
    a_district()
    desk = a_desk()
    offer = desk.quote(a_wish(), key=a_key()).offers[0]
    answers = all_at_once([lambda: desk.book(offer.id, a_passenger(), key="pressed") for _ in range(20)])
    assert isinstance(answers[0], BookingView)
    assert answers.count(answers[0]) == 20
    assert Booking.objects.count() == 1
    assert IdempotencyRecord.objects.filter(scope="book").count() == 1
    assert ServiceDay.objects.get().plan_version == 1


def test_one_key_asked_many_times_keeps_one_wish() -> None:
    a_district()
    desk = a_desk()
    answers = all_at_once([lambda: desk.quote(a_wish(), key="asked") for _ in range(20)])
    assert answers.count(answers[0]) == 20
    assert RideRequest.objects.count() == 1
    assert ServiceDay.objects.count() == 1


def test_bookings_and_cancellations_at_once_leave_a_lawful_plan() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk(at("5:00"))
    first = [a_booking(desk, a_wish(when=f"{hour}:00")) for hour in (7, 8, 9, 10)]
    offers = [desk.quote(a_wish(when=f"{hour}:20"), key=a_key()).offers[0] for hour in (7, 8, 9, 10)]
    contact = Access(contact="03901 304031")
    acts = [lambda view=view: desk.cancel(view.code, contact, key=a_key()) for view in first]
    acts += [lambda offer=offer: desk.book(offer.id, a_passenger(), key=a_key()) for offer in offers]
    answers = all_at_once(acts)
    assert all(isinstance(answer, BookingView) for answer in answers)
    assert [answer.state for answer in answers[:4]] == [BookingState.CANCELLED] * 4  # type: ignore[union-attr]
    assert_plan_holds_exactly_the_live_bookings(ServiceDay.objects.get())


def test_changes_to_and_fro_between_two_days_do_not_wait_for_each_other() -> None:
    a_district()
    desk = a_desk()
    contact = Access(contact="03901 304031")
    today, tomorrow = at("9:00"), at("9:00", "2026-11-25")
    acts = []
    for number in range(6):
        when, then = (today, tomorrow) if number % 2 else (tomorrow, today)
        view = a_booking(desk, a_wish(when=when))
        offer = desk.quote(a_wish(when=then, replaces=view.code), key=a_key()).offers[0]
        acts.append(lambda view=view, offer=offer: desk.change(view.code, offer.id, contact, key=a_key()))
    answers = all_at_once(acts)
    assert all(isinstance(answer, BookingView) for answer in answers), answers
    assert Booking.objects.filter(state="booked").count() == 6
    for day in ServiceDay.objects.all():
        assert_plan_holds_exactly_the_live_bookings(day)


def test_twenty_who_want_the_last_seat_there_and_back_get_both_or_neither() -> None:
    a_district(BusOnDuty(kind="one-seat", start="08:00", end="09:40"))
    desk = a_desk(at("7:25"))
    wishes = (a_wish(MARKT, KLOETZE, "8:25"), a_wish(KLOETZE, MARKT, "9:10"))
    trips = [[desk.quote(wish, key=a_key()).offers[0].id for wish in wishes] for _ in range(20)]
    acts = [
        lambda trip=trip, number=number: desk.book_together(
            trip, a_passenger(f"Person {number}", f"03901 3041{number:02d}"), key=f"trip-{number}", kind=TripKind.SERIES
        )
        for number, trip in enumerate(trips)
    ]
    answers = all_at_once(acts)
    winners = [answer for answer in answers if not isinstance(answer, Refusal)]
    assert [len(winner) for winner in winners] == [2]
    assert {loser.code for loser in answers if isinstance(loser, Refusal)} == {"no_longer_available"}
    assert Booking.objects.count() == 2
    assert_plan_holds_exactly_the_live_bookings(ServiceDay.objects.get())
    assert all_at_once(acts) == answers, "the same keys give the same answers"


def test_trips_over_two_days_in_either_order_do_not_wait_for_each_other() -> None:
    a_district()
    desk = a_desk()
    acts = []
    for number in range(8):
        days = ("2026-11-24", "2026-11-25") if number % 2 else ("2026-11-25", "2026-11-24")
        offers = [desk.quote(a_wish(when=at("9:00", day)), key=a_key()).offers[0].id for day in days]
        acts.append(lambda offers=offers: desk.book_together(offers, a_passenger(), key=a_key(), kind=TripKind.SERIES))
    answers = all_at_once(acts)
    assert not [answer for answer in answers if isinstance(answer, Refusal)], answers
    for day in ServiceDay.objects.all():
        assert_plan_holds_exactly_the_live_bookings(day)
