"""Which buses a driver may choose from, in words and in the order of the fleet."""

from __future__ import annotations

import pytest

from backend.web.driver_vehicles import vehicles_to_choose
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, at


@pytest.mark.django_db
def test_each_bus_says_once_from_when_it_drives() -> None:
    district = a_district(BusOnDuty())
    a_booking(a_desk())
    (_code, words), *_others = vehicles_to_choose(district, at("08:00"))
    assert words.count("Uhr") == 1
    assert ", ab " in words
