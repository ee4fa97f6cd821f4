"""The right to be forgotten: afterwards nothing in any table says who it was, and the day's figures stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from accessibility.desk import (
    Access,
    Booker,
    BookingView,
    Concession,
    OpenReturnView,
    Party,
    Passenger,
    Place,
    Refusal,
)
from backend.bookings.erasure import (
    erase_account,
    finish_erasures,
    forget_ended_sessions,
    forget_old_rides,
    open_bookings,
)
from backend.bookings.guessing import WRONG_AT_MOST
from backend.bookings.models import AuditEntry, Booking, RideRequest, Series, Trip
from backend.districts.models import District
from backend.operations.own_data import own_data
from backend.riders.models import Account, Erasure, Rider
from backend.riders.selectors import UsualRide, usual_document
from tests.builders.accounts import EMAIL, PHONE, a_favourite, an_account
from tests.builders.district import KUHFELDE, LATITUDE, a_booking, a_desk, a_district, a_passenger, a_wish, at, later
from tests.builders.series import a_series_quote

pytestmark = pytest.mark.django_db
NAME = "Testfahrgast Einmalig"
DOOR = Place(lat=LATITUDE + 0.0001234, lon=11.0741234)  # beside the stop Markt
TRACES = (NAME, PHONE, EMAIL, "304031", "ramp", "text_only", "free_travel", "11.0741234", "Mein Arzt", "person-1")


@pytest.fixture
def district() -> District:
    return a_district()


@pytest.fixture
def account(district: District) -> Account:
    usual = usual_document(UsualRide(Party(adults=1, wheelchairs=1), frozenset({"ramp"}), Concession.FREE_TRAVEL))
    account = an_account(district, email=EMAIL, name=NAME, usual=usual, wishes=["text_only"])
    a_favourite(account, "Mein Arzt", usual=usual)
    SocialAccount.objects.create(user=account.user, provider="openid_connect", uid="person-1")
    Authenticator.objects.create(user=account.user, type="webauthn", data={"name": NAME})
    return account


def a_ride(desk, when: str = "8:30", phone: str = PHONE, email: str = EMAIL) -> BookingView:
    wish = a_wish(
        DOOR, when=when, party=Party(adults=1, wheelchairs=1), needs=frozenset({"ramp"}), max_walk_m=300,
        concession=Concession.FREE_TRAVEL,
    )  # fmt: skip
    return a_booking(desk, wish, a_passenger(NAME, phone, email))


def a_ride_on(desk, day: str) -> BookingView:
    return a_booking(desk, a_wish(when=at("8:30", day)), a_passenger(NAME, PHONE, EMAIL))


def driven(ride: BookingView, desk) -> None:
    Booking.objects.filter(code=ride.code).update(state=Booking.State.COMPLETED, ended_at=desk.clock.now())


def everything() -> Iterator[str]:
    """Every row of every table, as the program reads it; sessions unpacked, encrypted fields in the clear.

    Fleet and rules are left out: there are ramps and tariffs for free travel in every district.
    """
    for model in apps.get_models():
        if model._meta.app_label == "districts":
            continue
        for row in model._default_manager.all():
            values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
            if isinstance(row, Session):
                values["session_data"] = row.get_decoded()
            yield f"{model.__name__} {values!r}"


def traces(*leave: str) -> list[str]:
    return [row for row in everything() if any(trace in row for trace in TRACES if trace not in leave)]


def test_nothing_in_any_table_says_who_it_was(account: Account) -> None:
    desk = a_desk()
    past, cancelled, coming = a_ride(desk), a_ride(desk, "9:30", email=""), a_ride(desk, "10:30", phone="")
    driven(past, desk)
    Client().force_login(account.user)
    assert traces()
    erased = erase_account(account, True, desk.clock.now())
    assert traces() == []
    assert set(erased.contacts) == {PHONE, EMAIL}
    erasure = erased.erasure
    assert (erasure.anonymised, erasure.cancelled, erasure.kept) == (3, 2, [])
    assert erasure.finished_at == desk.clock.now()
    states = {row.code: row.state for row in Booking.objects.all()}
    assert states == {past.code: "completed", cancelled.code: "cancelled", coming.code: "cancelled"}


def test_rides_are_cancelled_in_the_order_in_which_everybody_locks_days(account: Account) -> None:
    """Who locks days in another order than a series that is being booked would wait with it in a circle."""
    desk = a_desk()
    later_day, earlier_day = (a_ride_on(desk, day) for day in ("2026-11-27", "2026-11-26"))
    erase_account(account, True, desk.clock.now())
    cancelled = AuditEntry.objects.filter(action="booking.cancelled").order_by("pk").values_list("subject", flat=True)
    assert list(cancelled) == [later_day.code, earlier_day.code], "the later day's row was made first"


def test_what_others_guessed_does_not_keep_a_ride_from_being_cancelled(account: Account) -> None:
    desk = a_desk()
    ride = a_ride(desk)
    for number in range(WRONG_AT_MOST):
        desk.status(ride.code, Access(contact=f"03901 {700000 + number}"))
    assert isinstance(desk.status(ride.code, Access(contact=PHONE)), Refusal)
    assert erase_account(account, True, desk.clock.now()).erasure.cancelled == 1


def test_what_reports_are_made_of_stays(account: Account) -> None:
    desk = a_desk()
    ride = a_ride(desk)
    driven(ride, desk)
    erase_account(account, True, desk.clock.now())
    row = Booking.objects.get(code=ride.code)
    wish = RideRequest.objects.get()
    assert row.offer.fare["total_cents"] == ride.offer.fare.total_cents
    assert wish.party["wheelchairs"] == 1
    assert wish.origin == {"stop_id": "101", "place_id": None, "lat": None, "lon": None}


def test_kept_rides_are_driven_with_name_and_forgotten_afterwards(account: Account) -> None:
    desk = a_desk()
    past, coming = a_ride(desk, "8:00"), a_ride(desk, "9:30")
    driven(past, desk)
    erasure = erase_account(account, False, desk.clock.now()).erasure
    assert erasure.kept == [coming.code]
    assert Booking.objects.get(code=coming.code).contact_name == NAME
    assert Booking.objects.get(code=past.code).contact_name == ""
    assert finish_erasures(desk.clock.now()) == 0

    later(desk, 60 * 3)
    assert finish_erasures(desk.clock.now()) == 0  # a late bus may still carry her
    later(desk, 60 * 4)
    assert finish_erasures(desk.clock.now()) == 1
    assert traces() == []
    erasure.refresh_from_db()
    assert (erasure.anonymised, erasure.kept) == (2, [])
    assert finish_erasures(desk.clock.now()) == 0


def test_a_kept_ride_that_is_changed_by_telephone_is_followed(account: Account) -> None:
    desk = a_desk()
    first = a_ride(desk, "9:30")
    erase_account(account, False, desk.clock.now())
    quote = desk.quote(a_wish(KUHFELDE, when="10:30", replaces=first.code), key="change-wish")
    second = desk.change(first.code, quote.offers[0].id, Access(staff="leitstelle"), key="change")
    assert isinstance(second, BookingView)
    desk.clock.moment = at("12:00") + timedelta(hours=6)
    assert finish_erasures(desk.clock.now()) == 1
    assert Booking.objects.get(code=second.code).contact_name == ""
    assert traces() == []


def test_others_keep_what_is_theirs(account: Account, district: District) -> None:
    desk = a_desk()
    a_ride(desk, "8:30", email="")
    other = an_account(district, phone="+493901777777", name="Testfahrgast 2")
    theirs = a_booking(desk, a_wish(when="9:30"), a_passenger("Testfahrgast 2", "03901 777777"))
    erase_account(account, True, desk.clock.now())
    assert [row.code for row in open_bookings(other, desk.clock.now())] == [theirs.code]
    assert Booking.objects.get(code=theirs.code).contact_name == "Testfahrgast 2"
    assert Rider.objects.filter(erased_at__isnull=True).get().phone == "+493901777777"


def test_who_booked_for_somebody_else_is_forgotten_and_the_ride_stays_theirs(account: Account) -> None:
    desk = a_desk()
    booker = Booker(NAME, PHONE, EMAIL, rider_agrees=True, gets_messages=True)
    ride = a_booking(desk, a_wish(), Passenger("Testfahrgast 5", "03901 555555", booked_by=booker))
    assert open_bookings(account, desk.clock.now()) == []
    erasure = erase_account(account, True, desk.clock.now()).erasure
    assert (erasure.kept, erasure.cancelled) == ([], 0)
    assert traces() == []
    row = Booking.objects.get(code=ride.code)
    assert (row.contact_name, row.state, row.rider.name) == ("Testfahrgast 5", "booked", "Testfahrgast 5")


def test_a_ride_that_only_its_booker_can_be_reached_for_is_the_bookers(account: Account) -> None:
    desk = a_desk()
    booker = Booker(NAME, PHONE, "", rider_agrees=True, gets_messages=True)
    ride = a_booking(desk, a_wish(), Passenger("Testfahrgast 5", booked_by=booker))
    assert [row.code for row in open_bookings(account, desk.clock.now())] == [ride.code]
    assert erase_account(account, True, desk.clock.now()).erasure.cancelled == 1
    assert traces() == []


def test_a_series_forgets_what_was_needed_on_its_days(account: Account) -> None:
    desk = a_desk()
    past = a_ride(desk)
    driven(past, desk)
    row = Booking.objects.get(code=past.code)
    trip = Trip.objects.create(district=row.district, kind="series", created_at=desk.clock.now())
    Booking.objects.filter(pk=row.pk).update(trip=trip, leg=0)
    wish = {"origin": asdict(DOOR), "destination": {"stop_id": "104"}, "concession": "free_travel", "max_walk_m": 300}
    series = Series.objects.create(
        district=row.district, created_at=desk.clock.now(), channel="web", rule={}, wish=wish, needs=["ramp"], trip=trip,
        state="booked", booked_at=desk.clock.now(),
    )  # fmt: skip
    RideRequest.objects.filter(pk=row.offer.ride_request_id).update(series=series)
    erase_account(account, False, desk.clock.now())
    assert traces() == []


def test_what_was_asked_around_a_ride_is_forgotten_with_it(account: Account) -> None:
    """A change that was asked for and not taken, and a call to be fetched that found no bus."""
    desk = a_desk()
    ride = a_ride(desk)
    right = desk.ask_return(ride.code, Access(contact=PHONE), key="open")
    assert isinstance(right, OpenReturnView)
    wish = a_wish(DOOR, when="10:30", needs=frozenset({"ramp"}), party=Party(adults=1, wheelchairs=1), max_walk_m=300)
    desk.quote(replace(wish, replaces=ride.code), key="change-wish")
    desk.clock.moment = at("13:00")  # the bus has gone home
    unserved = desk.call_return(ride.code, Access(contact=PHONE), key="call")
    assert isinstance(unserved, Refusal)
    assert unserved.code == "return_unserved"
    assert RideRequest.objects.count() == 3
    driven(ride, desk)
    erase_account(account, False, desk.clock.now())
    assert traces() == []


def test_sessions_that_have_run_out_are_deleted(account: Account) -> None:
    """They hold codes and contacts, and nobody can use them any more."""
    Client().force_login(account.user)
    ends = Session.objects.get().expire_date
    assert forget_ended_sessions(ends - timedelta(seconds=1)) == 0
    assert forget_ended_sessions(ends + timedelta(seconds=1)) == 1
    assert not Session.objects.exists()


def test_rides_of_whoever_asks_for_nothing_are_forgotten_when_they_are_old(district: District) -> None:
    desk = a_desk()
    person = Passenger(NAME, PHONE, EMAIL, Booker("Testfahrgast 2", "03901 304031", rider_agrees=True))
    a_booking(desk, a_wish(DOOR, needs=frozenset({"ramp"}), concession=Concession.FREE_TRAVEL), person)
    unmet = a_wish(DOOR, when="23:30", needs=frozenset({"ramp"}), max_walk_m=300)
    assert desk.quote(unmet, key="unmet").refusal
    a_series_quote(desk, wish=replace(unmet, when=at("8:30")))
    later(desk, 60 * 24 * 89)
    kept = set(traces())
    assert forget_old_rides(desk.clock.now()) == 0
    assert set(traces()) == kept
    later(desk, 60 * 24 * 60)
    assert forget_old_rides(desk.clock.now()) > 0
    assert traces() == []
    assert forget_old_rides(desk.clock.now()) == 0, "nothing is forgotten twice"
    assert RideRequest.objects.count() > 2, "what was asked for stays, without whose it was"


def test_who_rides_still_is_not_forgotten_with_an_old_ride(district: District) -> None:
    desk = a_desk()
    a_ride(desk)
    later(desk, 60 * 24 * 100)
    now = desk.clock.now()
    a_booking(desk, a_wish(when=now + timedelta(days=1)), a_passenger(NAME, PHONE, EMAIL))
    forget_old_rides(now)
    assert Rider.objects.get().phone == PHONE
    assert sorted(Booking.objects.values_list("contact_name", flat=True)) == ["", NAME]


def test_a_number_can_begin_anew(account: Account, district: District) -> None:
    desk = a_desk()
    a_ride(desk, "8:30")
    erase_account(account, True, desk.clock.now())
    again = an_account(district)
    assert own_data(again, desk.clock.now())["rides"] == []
    assert a_ride(desk, "9:30")
    assert Erasure.objects.get().number.startswith("L-")


def test_a_bus_on_its_way_is_not_stopped_by_an_erasure(account: Account) -> None:
    desk = a_desk()
    ride = a_ride(desk, "8:30")
    Booking.objects.filter(code=ride.code).update(state=Booking.State.ABOARD)
    erasure = erase_account(account, True, at("8:40")).erasure
    assert (erasure.cancelled, erasure.kept) == (0, [ride.code])
    assert not Account.objects.exists()
