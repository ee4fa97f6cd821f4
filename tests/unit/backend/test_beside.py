"""Somebody who rings, then writes, then lets her daughter book has one ride to take: who books next hears of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accessibility.desk import Access, Booker, BookingView, Passenger, RideWish
from backend.bookings.models import OutboxMessage
from tests.builders.accounts import an_account
from tests.builders.district import (
    BEETZENDORF,
    KLOETZE,
    MARKT,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
)
from tests.builders.series import a_rule

pytestmark = pytest.mark.django_db
CARER = Booker("Karin Muster", "03901 304040", "", rider_agrees=True)


def found(second: RideWish, passenger: Passenger | None = None, *, first: Passenger | None = None) -> list[str]:
    """When the rides begin that clash with the second wish, after Erika Muster has booked 8:30 from Markt to Klötze."""
    desk = a_desk()
    a_booking(desk, passenger=first)
    offer = desk.quote(second, key=a_key()).offers[0]
    return [f"{one.ride.pickup_from:%H:%M}" for one in desk.rides_beside([offer.id], passenger or a_passenger())]


@pytest.mark.parametrize(
    ("second", "clashes"),
    [
        (a_wish(), True),  # the very same
        (a_wish(when="9:45"), True),  # the same ride, an hour and a quarter later
        (a_wish(when="10:45"), False),  # once more, in the afternoon of a morning
        (a_wish(MARKT, BEETZENDORF, "8:35"), True),  # nobody can be in two buses
        (a_wish(KLOETZE, MARKT, "9:00"), False),  # the way back
        (a_wish(when=at("8:30", "2026-11-25")), False),  # the next day
    ],
)
def test_the_same_ride_and_two_rides_at_once_clash(second: RideWish, clashes: bool) -> None:
    a_district()
    assert found(second) == (["08:30"] if clashes else [])


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        (a_passenger(), a_passenger("Muster, Erica", "+49 3901 304031"), True),  # heard otherwise
        (a_passenger("Anruf 031"), a_passenger("Erika Muster"), True),  # said no name then
        (a_passenger(), a_passenger("Jonas Berger"), False),  # a home has one telephone for many
        (a_passenger(), a_passenger(phone="03901 304032"), False),  # somebody of the same name
        (Passenger("Ilse Muster", booked_by=CARER), Passenger("Ilse Muster", booked_by=CARER), True),
        (Passenger("Ilse Muster", "03901 304050", booked_by=CARER), Passenger("Ilse", "03901 304050"), True),
        (Passenger("Ilse Muster", booked_by=CARER), Passenger("Karin Muster", "03901 304040"), False),  # she herself
    ],
)
def test_it_is_the_same_person_who_is_asked_about(first: Passenger, second: Passenger, clashes: bool) -> None:
    a_district()
    assert bool(found(a_wish(), second, first=first)) is clashes


def test_whoever_has_an_account_is_known_by_all_that_it_has_proved() -> None:
    district = a_district()
    an_account(district, phone="+493901304031", email="erika@beispiel.de")
    assert found(a_wish(), a_passenger(phone="", email="erika@beispiel.de"))


def test_a_ride_that_is_changed_or_has_ended_is_none() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk)
    offer = desk.quote(a_wish(when="9:00"), key=a_key()).offers[0]
    assert desk.rides_beside([offer.id], a_passenger(), replaces=view.code) == ()
    assert desk.rides_beside([offer.id], a_passenger())[0].ride.code == view.code
    desk.cancel(view.code, Access(staff="leitstelle"), key=a_key())
    assert desk.rides_beside([offer.id], a_passenger()) == ()


def test_of_a_series_each_day_is_looked_at() -> None:
    a_district()
    desk = a_desk()
    a_booking(desk, a_wish(when=at("8:30", "2026-12-01")))
    series = desk.quote_series(a_wish(when="8:30"), a_rule(1), key=a_key())
    [one] = desk.rides_beside_series(series.series_id, a_passenger())
    assert one.ride.pickup_from == at("8:30", "2026-12-01")


def test_nobody_is_refused_and_only_what_nobody_asked_about_is_announced() -> None:
    a_district()
    desk = a_desk()
    first = a_booking(desk)
    ids = [desk.quote(a_wish(when=when), key=a_key()).offers[0].id for when in ("8:30", "8:35")]
    for offer_id, knowing in zip(ids, ([first.code], []), strict=True):
        assert isinstance(desk.book(offer_id, a_passenger(), key=a_key(), knowing=knowing), BookingView)
    told = [row.payload["beside"] for row in OutboxMessage.objects.filter(topic="booking.confirmed").order_by("pk")]
    assert told[:2] == [[], []]
    assert first.code in told[2]


def test_what_is_called_a_stop_within_one_village_is_the_same_only_at_the_same_stops() -> None:
    a_district()
    desk = a_desk()
    a_booking(desk, a_wish("100", "101", "8:30"))
    back = desk.quote(a_wish("101", "100", "9:00"), key=a_key()).offers[0]
    assert desk.rides_beside([back.id], a_passenger()) == ()
    again = desk.quote(replace(a_wish("100", "101", "9:30")), key=a_key()).offers[0]
    assert len(desk.rides_beside([again.id], a_passenger())) == 1
