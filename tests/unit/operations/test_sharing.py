"""A link that shows a ride: it tells nothing of the person, follows a change, ends, and can be withdrawn."""

from __future__ import annotations

import pytest

from accessibility.desk import Access, BookingView, Refusal
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.selectors import booking_by_code
from backend.operations.chain import changes_before
from backend.operations.followdesk import Follower
from backend.operations.sharing import expires_at, shared_booking, token_of
from tests.builders.district import a_booking, a_desk, a_district, a_key, a_wish, at

pytestmark = pytest.mark.django_db
CONTACT = Access(contact="03901 304031")


@pytest.fixture
def desk(settings) -> Desk:
    settings.SITE_DISTRICT = "probe"
    a_district()
    return a_desk()


@pytest.fixture
def ride(desk: Desk) -> BookingView:
    return a_booking(desk)


def shared(ride: BookingView, key: str = "share") -> str:
    share = Follower(SetClock(at("8:00"))).share(ride.code, CONTACT, key=key)
    assert not isinstance(share, Refusal)
    return token_of(share)


def test_one_link_a_ride_until_it_is_withdrawn(ride: BookingView) -> None:
    first = shared(ride, "one")
    assert shared(ride, "two") == first
    found = shared_booking(first)
    assert found
    assert found.code == ride.code
    Follower(SetClock(at("8:00"))).withdraw(ride.code, CONTACT, key="off")
    assert shared_booking(first) is None
    assert shared(ride, "three") != first


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-1] + "x", lambda token: "x" + token, lambda _: "", lambda _: "~"]
)
def test_a_link_cannot_be_guessed_from_another(ride: BookingView, spoil) -> None:
    assert shared_booking(spoil(shared(ride))) is None


def test_a_link_follows_the_ride_through_a_change(desk: Desk, ride: BookingView) -> None:
    token = shared(ride)
    offer = desk.quote(a_wish(when="10:00", replaces=ride.code), key=a_key()).offers[0]
    changed = desk.change(ride.code, offer.id, CONTACT, key=a_key())
    assert isinstance(changed, BookingView)
    found = shared_booking(token)
    assert found
    assert found.code == changed.code
    assert changes_before(found) == (ride.code, 1)


def test_a_link_ends_two_hours_after_the_promised_arrival(ride: BookingView) -> None:
    booking = booking_by_code(ride.code)
    assert booking
    assert (expires_at(booking) - ride.offer.arrive_by).total_seconds() == 7200


def test_only_who_may_see_the_ride_may_share_it(ride: BookingView) -> None:
    answer = Follower().share(ride.code, Access(contact="030 23125 999"), key="x")
    assert isinstance(answer, Refusal)


def test_a_link_from_before_a_change_is_shown_and_withdrawn_under_the_new_code(desk: Desk, ride: BookingView) -> None:
    token = shared(ride)
    offer = desk.quote(a_wish(when="10:00", replaces=ride.code), key=a_key()).offers[0]
    changed = desk.change(ride.code, offer.id, CONTACT, key=a_key())
    assert isinstance(changed, BookingView)
    assert shared(changed, "again") == token, "the ride has one link, not one a code"
    Follower(SetClock(at("8:00"))).withdraw(changed.code, CONTACT, key="off")
    assert shared_booking(token) is None
