"""A series as its rider sees it: quoted as a list, booked as one, changed day by day."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from accessibility.desk import (
    BookingState,
    BookingView,
    InvalidInput,
    Party,
    Passenger,
    Place,
    Refusal,
    SeriesView,
    TripKind,
)
from backend.bookings.models import AuditEntry, Booking, OutboxMessage, RideRequest, Series, ServiceDay
from backend.bookings.planning import current_plan
from tests.builders.district import (
    BERLIN,
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
    later,
)  # fmt: skip
from tests.builders.series import CONTACT, MO, TH, TU, a_rule, a_series, a_series_quote

pytestmark = pytest.mark.django_db
NOBODY = a_passenger(phone="03901 999999")


def refused(answer: object, code: str) -> Refusal:
    assert isinstance(answer, Refusal), answer
    assert answer.code == code
    assert answer.reason
    assert answer.way_out, "never a bare no"
    return answer


# --- quoting


def test_every_day_is_offered_at_the_same_time_on_the_wall() -> None:
    a_district()
    quote = a_series_quote(a_desk(), a_rule(until="2027-04-08"), a_wish(when="8:00", origin=MARKT))
    assert quote.refusal is None
    assert [one.day.weekday() for one in quote.dates[:4]] == [TU, TH, TU, TH]
    assert all(one.as_wished and len(one.offers) == 1 and one.refusal is None for one in quote.dates[1:])
    clocks = {one.offers[0].pickup_from.astimezone(BERLIN).time().isoformat("minutes") for one in quote.dates[1:]}
    assert clocks == {"08:00"}, "also after the clocks have changed on 28 March"
    assert {one.offers[0].pickup_from.utcoffset() for one in quote.dates} == {timedelta(hours=1), timedelta(hours=2)}
    assert quote.dates[-1].day == date(2027, 4, 8), "beyond the horizon of a single ride"


def test_a_day_whose_time_has_passed_is_an_exception_and_not_an_error() -> None:
    a_district()
    quote = a_series_quote(a_desk(at("9:00")), wish=a_wish(when="8:00"))
    assert quote.dates[0].day == date(2026, 11, 24)
    refused(quote.dates[0].refusal, "time_over")
    assert quote.dates[1].as_wished


def test_exceptions_stand_in_the_list_with_reason_and_way_out() -> None:
    a_district(BusOnDuty(kind="one-seat", start="08:00", end="09:15"))
    desk = a_desk()
    a_booking(desk, a_wish(when=at("8:10", "2026-11-26")), NOBODY)
    quote = a_series_quote(desk, a_rule(until="2026-12-03"), a_wish(when=at("8:10", "2026-11-24")))
    by_day = {one.day.isoformat(): one for one in quote.dates}
    assert list(by_day) == ["2026-11-24", "2026-11-26", "2026-12-01", "2026-12-03"]
    taken = by_day["2026-11-26"]
    assert not taken.offers
    refused(taken.refusal, "no_vehicle")
    assert by_day["2026-12-01"].as_wished


def test_a_day_that_is_full_at_the_time_is_offered_near_it() -> None:
    a_district(BusOnDuty(kind="one-seat", start="06:00", end="12:00"))
    desk = a_desk()
    a_booking(desk, a_wish(when=at("8:30", "2026-11-26")), NOBODY)
    quote = a_series_quote(desk, a_rule(until="2026-12-03"))
    near = quote.dates[1]
    assert near.day == date(2026, 11, 26)
    assert near.offers
    assert not near.as_wished
    assert all(abs(offer.pickup_from - at("8:30", "2026-11-26")) < timedelta(hours=2.5) for offer in near.offers)


def test_left_out_days_are_shown_and_not_asked() -> None:
    a_district()
    rule = a_rule(MO, TU, until="2027-01-12", in_school_holidays=False, on_public_holidays=False)
    quote = a_series_quote(a_desk(), rule)
    out = {one.day.isoformat(): one.left_out for one in quote.dates if one.left_out}
    assert out == {
        "2026-12-21": "Weihnachtsferien",
        "2026-12-22": "Weihnachtsferien",
        "2026-12-28": "Weihnachtsferien",
        "2026-12-29": "Weihnachtsferien",
    }
    assert RideRequest.objects.count() == len(quote.dates) - 4
    assert Series.objects.get().recurrence.endswith("EXDATE;VALUE=DATE:20261221,20261222,20261228,20261229")


def test_a_rider_hears_where_our_holidays_end() -> None:
    a_district()
    desk = a_desk()
    until = "2027-02-20"
    assert a_series_quote(desk, a_rule(until=until, in_school_holidays=False)).holidays_known_until == date(2027, 2, 5)
    assert a_series_quote(desk, a_rule(until=until)).holidays_known_until is None
    assert a_series_quote(desk, a_rule(until="2027-02-05", in_school_holidays=False)).holidays_known_until is None


@pytest.mark.parametrize(
    ("rule", "changes", "code"),
    [
        (a_rule(until="2027-12-24"), {}, "beyond_horizon"),
        (a_rule(), {"party": Party(adults=9)}, "group_too_large"),
        (a_rule(), {"origin": Place(lat=52.0, lon=10.0)}, "outside_area"),
        (a_rule(*range(7), until="2027-05-30"), {}, "too_many_dates"),
        (a_rule(MO, first="2026-11-24", until="2026-11-24"), {}, "no_dates"),
    ],
)
def test_what_no_day_can_give_is_refused_once_and_kept(rule, changes, code) -> None:  # type: ignore[no-untyped-def]
    a_district()
    quote = a_series_quote(a_desk(), rule, a_wish(**changes))
    refused(quote.refusal, code)
    assert not [one for one in quote.dates if not one.left_out]
    assert Series.objects.get().refusal["code"] == code
    assert not ServiceDay.objects.exists()


def test_what_cannot_be_meant_is_not_kept() -> None:
    a_district()
    with pytest.raises(InvalidInput):
        a_series_quote(a_desk(), a_rule(until="2026-11-23"))
    assert not Series.objects.exists()


def test_the_same_key_gives_the_same_list() -> None:
    a_district()
    desk = a_desk()
    first = desk.quote_series(a_wish(), a_rule(), key="one")
    assert desk.quote_series(a_wish(), a_rule(), key="one") == first == desk.quoted_series(first.series_id)
    assert Series.objects.count() == 1


def test_needs_are_kept_encrypted() -> None:
    a_district()
    quote = a_series_quote(a_desk(), wish=a_wish(needs=frozenset({"blind"})))
    assert quote.wish.needs == {"blind"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT needs, wish FROM bookings_series")
        assert all("blind" not in str(column) for column in cursor.fetchone())


# --- booking


def test_all_days_are_booked_as_one_and_each_has_its_code() -> None:
    a_district()
    desk = a_desk()
    series = a_series(desk, a_rule(until="2026-12-10"))
    assert len(series.bookings) == 6
    assert len({leg.code for leg in series.bookings}) == 6
    assert series.fare_cents == 6 * 525
    for leg in series.bookings:
        view = desk.status(leg.code, CONTACT)
        assert isinstance(view, BookingView)
        assert view.state == BookingState.BOOKED
        assert view.trip
        assert view.trip.kind is TripKind.SERIES
        assert desk.series_status(leg.code, CONTACT) == series, "any code leads to the whole"
    for day in ServiceDay.objects.all():
        assert len(current_plan(day).plan.requests) == 1
    told = OutboxMessage.objects.get(topic="series.booked").payload
    assert set(told["bookings"]) == {leg.code for leg in series.bookings}
    assert AuditEntry.objects.filter(action="series.booked").count() == 1


def test_a_rider_books_only_the_days_she_ticked() -> None:
    a_district()
    desk = a_desk()
    quote = a_series_quote(desk)
    wanted = [one.offers[0].id for one in quote.dates[1:3]]
    series = desk.book_series(quote.series_id, a_passenger(), key=a_key(), offer_ids=wanted)
    assert isinstance(series, SeriesView)
    assert [leg.pickup_from.date() for leg in series.bookings] == [one.day for one in quote.dates[1:3]]


def test_choosing_what_is_not_in_the_list_is_a_mistake() -> None:
    a_district(BusOnDuty(kind="one-seat", start="06:00", end="12:00"))
    desk = a_desk()
    a_booking(desk, a_wish(when=at("8:30", "2026-11-26")), NOBODY)
    quote = a_series_quote(desk, a_rule(until="2026-12-03"))
    other = a_series_quote(desk)
    near = [offer.id for offer in quote.dates[1].offers]
    for wrong in ([], [other.dates[0].offers[0].id], near[:2]):
        with pytest.raises(InvalidInput) as problem:
            desk.book_series(quote.series_id, a_passenger(), key=a_key(), offer_ids=wrong)
        assert problem.value.field_name == "offer_ids"
    assert Booking.objects.count() == 1


def test_a_place_that_went_meanwhile_stops_all_and_is_asked_again() -> None:
    a_district(BusOnDuty(kind="one-seat", start="06:00", end="12:00"))
    desk = a_desk()
    quote = a_series_quote(desk, a_rule(until="2026-12-03"))
    a_booking(desk, a_wish(when=at("8:30", "2026-11-26")), NOBODY)
    later(desk, 1)  # of two wishes for a day the newer one counts
    answer = desk.book_series(quote.series_id, a_passenger(), key="all")
    refusal = refused(answer, "dates_taken")
    assert "Do, 26.11.2026" in refusal.reason
    assert "01.12.2026" not in refusal.reason
    assert Booking.objects.count() == 1, "none of the series is booked"
    fresh = desk.quoted_series(quote.series_id)
    assert not fresh.dates[1].as_wished
    assert fresh.dates[1].offers, "the same day is offered near the wish"
    assert [one.offers for one in fresh.dates if one.as_wished] == [
        one.offers for one in quote.dates if one.day != date(2026, 11, 26)
    ]
    assert desk.book_series(quote.series_id, a_passenger(), key="all") == answer, "the same key, the same answer"
    wanted = [one.offers[0].id for one in fresh.dates]
    series = desk.book_series(quote.series_id, a_passenger(), key="again", offer_ids=wanted)
    assert isinstance(series, SeriesView)
    assert len(series.bookings) == 4


def test_offers_that_ran_out_are_asked_again() -> None:
    a_district()
    desk = a_desk()
    quote = a_series_quote(desk, a_rule(first="2026-11-26", until="2026-12-03"))
    later(desk, 14)
    assert quote.dates[0].offers[0].expires_at > desk.clock.now(), "a list of days may be read in peace"
    later(desk, 2)
    refusal = refused(desk.book_series(quote.series_id, a_passenger(), key=a_key()), "dates_taken")
    assert "gelten nicht mehr" in refusal.reason
    assert isinstance(desk.book_series(quote.series_id, a_passenger(), key=a_key()), SeriesView)


def test_pressing_twice_books_once() -> None:
    a_district()
    desk = a_desk()
    quote = a_series_quote(desk)
    first = desk.book_series(quote.series_id, a_passenger(), key="pressed")
    assert desk.book_series(quote.series_id, a_passenger(), key="pressed") == first
    refused(desk.book_series(quote.series_id, a_passenger(), key="another"), "series_booked")
    assert Booking.objects.count() == len(quote.dates)


# --- afterwards


def test_one_day_is_skipped_and_the_others_stay() -> None:
    a_district()
    desk = a_desk()
    series = a_series(desk)
    code = series.bookings[0].code
    answer = desk.skip_date(code, date(2026, 12, 3), CONTACT, key="skip")
    assert isinstance(answer, SeriesView)
    states = {leg.pickup_from.date().isoformat(): leg.state for leg in answer.bookings}
    assert states.pop("2026-12-03") == BookingState.CANCELLED
    assert set(states.values()) == {BookingState.BOOKED}
    assert answer.fare_cents == series.fare_cents - 525
    assert not OutboxMessage.objects.filter(topic="series.cancelled").exists()
    assert desk.skip_date(code, date(2026, 12, 3), CONTACT, key="skip") == answer
    refused(desk.skip_date(code, date(2026, 12, 3), CONTACT, key="again"), "no_ride_that_day")
    refused(desk.skip_date(code, date(2026, 12, 4), CONTACT, key=a_key()), "no_ride_that_day")


def test_a_changed_day_stays_in_the_series() -> None:
    a_district()
    desk = a_desk()
    series = a_series(desk, a_rule(until="2027-03-25"))
    last = series.bookings[-1]
    wish = a_wish(when=at("10:00", "2027-03-25"), replaces=last.code)
    quote = desk.quote(wish, key=a_key())
    assert quote.offers, "what replaces a ride of a series may lie beyond the horizon of a single ride"
    changed = desk.change(last.code, quote.offers[0].id, CONTACT, key=a_key())
    assert isinstance(changed, BookingView)
    after = desk.series_status(changed.code, CONTACT)
    assert isinstance(after, SeriesView)
    assert [leg.code for leg in after.bookings] == [*[leg.code for leg in series.bookings[:-1]], changed.code]
    refusal = desk.quote(a_wish(when=at("10:00", "2027-03-25")), key=a_key()).refusal
    refused(refusal, "beyond_horizon")


def test_the_rest_is_cancelled_from_a_day_on() -> None:
    a_district()
    desk = a_desk()
    series = a_series(desk)
    code = series.bookings[2].code
    answer = desk.cancel_series(code, CONTACT, key="rest", from_day=date(2026, 12, 8))
    assert isinstance(answer, SeriesView)
    kept = [leg.pickup_from.date().isoformat() for leg in answer.bookings if leg.state == BookingState.BOOKED]
    assert kept == ["2026-11-24", "2026-11-26", "2026-12-01", "2026-12-03"]
    assert Series.objects.get().state == "booked"
    assert OutboxMessage.objects.filter(topic="booking.cancelled").count() == 6
    later(desk, 60 * 24 * 2 + 150)  # Thursday, half past nine: two rides are over
    answer = desk.cancel_series(code, CONTACT, key="all")
    assert isinstance(answer, SeriesView)
    left = [leg.pickup_from.date().isoformat() for leg in answer.bookings if leg.state == BookingState.BOOKED]
    assert left == ["2026-11-24", "2026-11-26"], "what has been driven stays"
    refused(desk.cancel_series(code, CONTACT, key="more"), "no_ride_left")


def test_a_series_whose_every_ride_is_cancelled_has_ended() -> None:
    a_district()
    desk = a_desk()
    series = a_series(desk)
    assert isinstance(desk.cancel_series(series.bookings[0].code, CONTACT, key=a_key()), SeriesView)
    assert Series.objects.get().state == "ended"
    assert OutboxMessage.objects.filter(topic="series.cancelled").count() == 1
    assert all(not current_plan(day).plan.requests for day in ServiceDay.objects.all())


def test_a_stranger_and_a_single_ride_see_no_series() -> None:
    a_district()
    desk = a_desk()
    series = a_series(desk)
    single = a_booking(desk, a_wish(when="10:00"))
    code = series.bookings[0].code
    stranger = type(CONTACT)(contact="03901 999999")
    refused(desk.series_status(code, stranger), "not_found")
    refused(desk.skip_date(code, date(2026, 12, 3), stranger, key=a_key()), "not_found")
    refused(desk.cancel_series(code, stranger, key=a_key()), "not_found")
    refused(desk.series_status(single.code, CONTACT), "not_found")
    assert Booking.objects.filter(state="cancelled").count() == 0


def test_a_wheelchair_rides_on_every_day() -> None:
    a_district()
    desk = a_desk()
    wish = a_wish(origin=MARKT, destination=KLOETZE, party=Party(wheelchairs=1), needs=frozenset({"arm"}))
    series = a_series(desk, a_rule(until="2026-12-03"), wish)
    assert series.wish.party.wheelchairs == 1
    assert series.passenger == Passenger("Erika Muster", "+493901304031", "")
    view = desk.status(series.bookings[3].code, CONTACT)
    assert isinstance(view, BookingView)
    assert (view.party.wheelchairs, view.needs) == (1, {"arm"})
    assert view.offer.pickup_from.astimezone(ZoneInfo("Europe/Berlin")).hour == 8
