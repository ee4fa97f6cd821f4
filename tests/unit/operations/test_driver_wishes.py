"""What a rider's account tells drivers stands on the manifest of that rider's rides, and nowhere else."""

from __future__ import annotations

import pytest

from backend.operations.selectors import RiderView, day_board
from tests.builders.accounts import PHONE, an_account
from tests.builders.district import a_booking, a_desk, a_district, a_passenger, a_wish, at

pytestmark = pytest.mark.django_db


def test_the_driver_reads_what_the_rider_wishes_on_every_ride() -> None:
    district = a_district()
    an_account(district, wishes=["say_name"])
    an_account(district, phone="", email="testfahrgast2@example.org", wishes=["text_only"], never_call=True)
    desk = a_desk()
    spoken = a_booking(desk, a_wish(needs=frozenset({"blind"})), a_passenger("Testfahrgast 1", PHONE))
    written = a_booking(
        desk, a_wish(when="9:30"), a_passenger("Testfahrgast 2", "03901 222222", "testfahrgast2@example.org")
    )
    plain = a_booking(desk, a_wish(when="10:30"), a_passenger("Testfahrgast 3", "03901 333333"))
    deaf = a_booking(
        desk, a_wish(when="11:30", needs=frozenset({"deaf"})), a_passenger("Testfahrgast 4", "03901 444444")
    )

    routes = day_board(district, at("7:00").date()).routes
    riders: dict[str, RiderView] = {
        rider.code: rider for route in routes for visit in route.visits for rider in visit.boards
    }
    assert riders[spoken.code].needs == ("blind", "say_name")
    assert riders[spoken.code].may_be_called
    assert riders[written.code].needs == ("never_call", "text_only")
    assert not riders[written.code].may_be_called
    assert riders[plain.code].needs == ()
    assert riders[plain.code].may_be_called
    assert not riders[deaf.code].may_be_called  # as the page of sign language says, without an account too
