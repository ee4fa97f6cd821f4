"""A driver's tap for one rider becomes one message, by the rider's own way."""

from __future__ import annotations

import pytest

from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.driving import a_bus
from tests.builders.riders_messages import MOBILE, left, mobile_rider, post

pytestmark = pytest.mark.django_db(transaction=True)


def test_five_minutes_later_reaches_the_rider_it_names_and_once() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"), passenger=mobile_rider())
    bus = a_bus(district)
    bus.says("delay", "8:20", detail={"minutes": 5})  # the whole bus: the forecast tells whom it concerns
    post(at("8:20"))
    assert not [text for _kind, _to, text in left() if "Verspätung" in text]
    bus.says("delay", "8:21", booking=ride.code, detail={"minutes": 5})
    post(at("8:21"))
    post(at("8:22"))
    told = [(to, text) for _kind, to, text in left() if "Verspätung" in text]
    assert len(told) == 1
    assert told[0][0] == MOBILE
    assert "zwischen 8:35 und 8:45 Uhr" in told[0][1]


def test_who_is_aboard_is_not_told() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"), passenger=mobile_rider())
    bus = a_bus(district)
    bus.says("arrived", "8:30", stop=MARKT)
    bus.says("boarded", "8:31", booking=ride.code)
    bus.says("delay", "8:32", booking=ride.code, detail={"minutes": 5})
    post(at("8:33"))
    assert not [text for _kind, _to, text in left() if "Verspätung" in text]
