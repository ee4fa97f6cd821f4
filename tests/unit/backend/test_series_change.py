"""Another time for all that is left of a series: asked as a list of days, changed with one yes."""

from __future__ import annotations

from datetime import date

import pytest

from accessibility.desk import Access, Party, Refusal, SeriesChange, SeriesQuote
from backend.bookings.models import Booking
from tests.builders.district import BusOnDuty, a_desk, a_district, a_key, a_passenger, a_wish, at
from tests.builders.series import TH, TU, a_rule, a_series

pytestmark = pytest.mark.django_db


def test_all_that_is_left_of_a_series_gets_another_time_with_one_yes() -> None:
    a_district()
    desk = a_desk()
    series = a_series(desk, a_rule(TU, until="2026-12-08"))
    codes = [leg.code for leg in series.bookings]
    mine = Access(contact=a_passenger().phone)
    asked = desk.quote_series_change(codes[0], at("9:30"), mine, key=a_key())
    assert isinstance(asked, SeriesQuote)
    assert [one.offers[0].pickup_from for one in asked.dates] == [
        at("9:30", day) for day in ("2026-11-24", "2026-12-01", "2026-12-08")
    ]
    key = a_key()
    answer = desk.change_series(codes[0], asked.series_id, mine, key=key)
    assert isinstance(answer, SeriesChange)
    assert [f"{leg.pickup_from:%d.%m. %H:%M}" for leg in answer.changed] == [
        "24.11. 09:30",
        "01.12. 09:30",
        "08.12. 09:30",
    ]
    assert answer.kept == ()
    assert desk.change_series(codes[0], asked.series_id, mine, key=key) == answer, "once"
    assert Booking.objects.filter(state="booked").count() == 3
    assert Booking.objects.filter(code__in=codes, state="cancelled").count() == 3
    assert {leg.code for leg in answer.changed} == {leg.code for leg in answer.series.bookings}, "they stay one series"
    assert {row.trip_id for row in Booking.objects.filter(state="booked")} == {
        Booking.objects.get(code=codes[0]).trip_id
    }


def test_a_day_on_which_the_other_time_is_impossible_keeps_its_ride() -> None:
    a_district(BusOnDuty(end="12:00"))
    desk = a_desk(at("7:00", "2026-11-23"))
    series = a_series(desk, a_rule(TU, until="2026-12-08"))
    for _seat in range(8):  # the bus is full on the first of December at ten
        quote = desk.quote(a_wish(when=at("10:00", "2026-12-01"), party=Party(adults=4)), key=a_key())
        if not quote.offers or quote.offers[0].pickup_from > at("10:10", "2026-12-01"):
            break
        desk.book(quote.offers[0].id, a_passenger("Jonas Berger", "03901 304077"), key=a_key())
    mine = Access(contact=a_passenger().phone)
    asked = desk.quote_series_change(series.bookings[0].code, at("10:00"), mine, key=a_key())
    assert isinstance(asked, SeriesQuote)
    assert [one.as_wished for one in asked.dates] == [True, False, True]
    answer = desk.change_series(series.bookings[0].code, asked.series_id, mine, key=a_key())
    assert isinstance(answer, SeriesChange)
    assert answer.kept == (date(2026, 12, 1),)
    assert [f"{leg.pickup_from:%H:%M}" for leg in answer.series.bookings] == ["10:00", "08:30", "10:00"]


def test_another_time_can_begin_later_and_needs_the_riders_contact() -> None:
    a_district()
    desk = a_desk()
    code = a_series(desk, a_rule(TU, until="2026-12-08")).bookings[0].code
    asked = desk.quote_series_change(code, at("9:30", "2026-12-01"), Access(contact=a_passenger().phone), key=a_key())
    assert isinstance(asked, SeriesQuote)
    assert [one.day for one in asked.dates] == [date(2026, 12, 1), date(2026, 12, 8)]
    stranger = Access(contact="03901 999999")
    assert isinstance(desk.quote_series_change(code, at("9:30"), stranger, key=a_key()), Refusal)
    assert isinstance(desk.change_series(code, asked.series_id, stranger, key=a_key()), Refusal)


def test_a_quote_of_one_series_changes_no_other() -> None:
    a_district()
    desk = a_desk()
    mine = Access(contact=a_passenger().phone)
    one, other = (a_series(desk, a_rule(day, until="2026-12-10")).bookings[0].code for day in (TU, TH))
    asked = desk.quote_series_change(one, at("9:30"), mine, key=a_key())
    assert isinstance(asked, SeriesQuote)
    assert isinstance(desk.change_series(other, asked.series_id, mine, key=a_key()), Refusal)
    assert not Booking.objects.filter(state="cancelled").exists()
