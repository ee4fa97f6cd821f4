"""A district with one bus on duty, its desk, and a ride in it."""

from __future__ import annotations

import pytest

from accessibility.desk import BookingView
from backend.bookings.desk import Desk
from backend.districts.models import District
from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_wish
from tests.builders.driving import Bus, a_bus


@pytest.fixture
def district() -> District:
    return a_district(BusOnDuty())


@pytest.fixture
def desk(district: District) -> Desk:
    return a_desk()


@pytest.fixture
def bus(district: District) -> Bus:
    return a_bus(district)


@pytest.fixture
def ride(desk: Desk) -> BookingView:
    """From Markt to Klötze, promised from 8:30 to 8:40 Uhr."""
    return a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
