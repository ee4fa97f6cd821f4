"""Locks on the real database: who holds a row by a foreign key does not wait in a circle with who does the same."""

from __future__ import annotations

from threading import Barrier

import pytest
from django.db import transaction

from accessibility.desk import Access, BookingView, InvalidInput, Party, Place
from backend.bookings.clock import SetClock
from backend.bookings.days import locked_day
from backend.bookings.models import Booking, RideRequest, ServiceDay
from backend.bookings.services import consider_wish, record_wish
from backend.districts.models import District
from backend.operations.followdesk import Follower
from backend.operations.models import SharedRide
from backend.riders.models import Account, Rider
from backend.riders.selectors import UsualRide
from backend.riders.services import FavouriteInput, Reached, add_contact, save_favourite
from tests.builders.accounts import PHONE, an_account
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
)
from tests.service.test_concurrency import all_at_once, assert_plan_holds_exactly_the_live_bookings

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.mark.postgres
def test_whoever_changes_the_plan_of_a_day_lets_others_keep_wishes_of_it() -> None:
    """Two series at once: each changes the plan of one day and keeps a wish of the other's.

    PostgreSQL looks at foreign keys on commit and holds the rows that they name; SQLite has one writer at a time.
    """
    a_district()
    desk = a_desk()
    days = ("2026-11-24", "2026-11-25")
    district = District.objects.get()
    considered = [consider_wish(district, a_wish(when=at("9:30", day)), desk.clock.now()) for day in days]
    rows = [ServiceDay.objects.get(date=day).pk for day in days]
    both_hold_a_day = Barrier(2)

    def change_one_and_keep_a_wish_of(own: int, other: int) -> None:
        with transaction.atomic():
            locked_day(rows[own])
            record_wish(district, considered[other], desk.clock.now())
            both_hold_a_day.wait(timeout=60)

    all_at_once([lambda: change_one_and_keep_a_wish_of(0, 1), lambda: change_one_and_keep_a_wish_of(1, 0)])
    assert RideRequest.objects.count() == 2


def test_many_wheelchairs_asked_for_at_once_are_all_answered() -> None:
    a_district(*[BusOnDuty(), BusOnDuty(kind="plain")] * 2)
    desk = a_desk()
    for _group in range(2):
        a_booking(desk, a_wish(when="8:30", party=Party(adults=8)))
    wishes = [a_wish(when=f"8:{20 + n}", party=Party(adults=1, wheelchairs=1)) for n in range(MANY)]
    quotes = all_at_once([lambda wish=wish: desk.quote(wish, key=a_key()) for wish in wishes])
    assert all(quote.offers for quote in quotes)
    assert_plan_holds_exactly_the_live_bookings(ServiceDay.objects.get())


def test_one_new_number_in_two_bookings_of_different_days_at_once_is_one_rider() -> None:
    a_district()
    desk = a_desk(at("7:00", "2026-11-30"))
    days = [f"2026-12-{1 + n:02}" for n in range(MANY)]
    offers = [desk.quote(a_wish(when=at("9:00", day)), key=a_key()).offers[0] for day in days]
    answers = all_at_once([lambda offer=offer: desk.book(offer.id, a_passenger(), key=a_key()) for offer in offers])
    assert all(isinstance(answer, BookingView) for answer in answers)
    assert (Rider.objects.count(), Booking.objects.count()) == (1, MANY)


def test_sharing_a_ride_in_many_tabs_at_once_opens_one_link(settings) -> None:
    settings.SITE_DISTRICT = "probe"
    a_district()
    ride = a_booking(a_desk())
    access, follower = Access(contact=ride.passenger.phone), Follower(SetClock(at("8:00")))
    shares = all_at_once([lambda: follower.share(ride.code, access, key=a_key()) for _tab in range(MANY)])
    assert {share.pk for share in shares} == {SharedRide.objects.get().pk}  # type: ignore[union-attr]


def test_a_favourite_saved_by_two_presses_at_once_is_one() -> None:
    account = an_account(a_district())
    ride = FavouriteInput("Zum Arzt", Place(stop_id=MARKT), "Markt", Place(stop_id=KLOETZE), "Klötze", UsualRide())
    kept = all_at_once([lambda: save_favourite(account, ride, at("8:00")) for _press in range(MANY)])
    assert len({favourite.pk for favourite in kept}) == 1


def test_a_number_that_many_accounts_prove_at_once_belongs_to_one() -> None:
    district = a_district()
    accounts = [an_account(district, phone="", email=f"testfahrgast-{n}@example.org") for n in range(MANY)]

    def prove(account: Account) -> str:
        try:
            add_contact(account, Reached("phone", PHONE), at("8:00"))
        except InvalidInput as problem:
            return problem.code
        return "kept"

    answers = all_at_once([lambda account=account: prove(account) for account in accounts])
    assert sorted(answers) == ["contact_taken"] * (MANY - 1) + ["kept"]
