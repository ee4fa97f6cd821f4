"""Series against series, on the real database: the days are shared out without waiting in a circle."""

from __future__ import annotations

from datetime import date

import pytest

from accessibility.desk import BookingView, Refusal, SeriesRule, SeriesView
from backend.bookings.models import Booking, Series, ServiceDay
from tests.builders.district import BusOnDuty, a_desk, a_district, a_key, a_passenger, a_wish, at
from tests.builders.series import CONTACT, MO, TH, TU, WE, a_rule, a_series
from tests.service.test_concurrency import all_at_once, assert_plan_holds_exactly_the_live_bookings

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


def test_of_many_series_for_the_last_seats_one_is_booked_whole_and_nobody_in_part() -> None:
    a_district(BusOnDuty(kind="one-seat", start="08:00", end="09:10"))
    desk = a_desk(at("7:25"))
    # Half of them begin in the middle: their days are the same rows in another order of first use.
    rules = [a_rule(MO, TU, WE, TH, first=("2026-11-24", "2026-12-01")[n % 2], until="2026-12-11") for n in range(MANY)]
    quotes = [desk.quote_series(a_wish(), rule, key=a_key()) for rule in rules]
    assert all(one.as_wished for quote in quotes for one in quote.dates)
    acts = [
        lambda quote=quote, n=n: desk.book_series(quote.series_id, a_passenger(f"Testfahrgast {n}"), key=f"series-{n}")
        for n, quote in enumerate(quotes)
    ]
    answers = all_at_once(acts)
    winners = [answer for answer in answers if isinstance(answer, SeriesView)]
    losers = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(winners) == 1, "every pair of these series shares days"
    assert {loser.code for loser in losers} == {"dates_taken"}
    assert Booking.objects.count() == len(winners[0].bookings)
    assert Series.objects.filter(state="booked").count() == 1
    for day in ServiceDay.objects.all():
        assert_plan_holds_exactly_the_live_bookings(day)
    assert all_at_once(acts) == answers, "the same keys give the same answers"


def test_one_press_sent_many_times_books_one_series() -> None:
    a_district()
    desk = a_desk()
    quote = desk.quote_series(a_wish(), a_rule(), key=a_key())
    answers = all_at_once([lambda: desk.book_series(quote.series_id, a_passenger(), key="pressed") for _ in range(10)])
    assert isinstance(answers[0], SeriesView)
    assert answers.count(answers[0]) == 10
    assert Booking.objects.count() == len(quote.dates)


def test_booking_cancelling_and_changing_series_at_once_leaves_lawful_plans() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk(at("5:00"))
    rule = SeriesRule(frozenset({TU, TH}), date(2026, 11, 24), date(2026, 12, 10))
    booked = [a_series(desk, rule, a_wish(when=f"{hour}:00")) for hour in (7, 9)]
    quotes = [desk.quote_series(a_wish(when=f"{hour}:20"), rule, key=a_key()) for hour in (7, 8, 10)]
    single = desk.quote(a_wish(when=at("8:00", "2026-12-03")), key=a_key()).offers[0]
    acts = [lambda view=view: desk.cancel_series(view.bookings[0].code, CONTACT, key=a_key()) for view in booked]
    acts += [lambda quote=quote: desk.book_series(quote.series_id, a_passenger(), key=a_key()) for quote in quotes]
    acts += [lambda: desk.book(single.id, a_passenger(), key=a_key())]
    answers = all_at_once(acts)
    assert all(isinstance(answer, (SeriesView, BookingView)) for answer in answers), answers
    for day in ServiceDay.objects.all():
        assert_plan_holds_exactly_the_live_bookings(day)
