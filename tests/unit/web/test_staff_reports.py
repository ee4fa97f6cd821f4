"""What drivers report, as the control room reads it."""

from __future__ import annotations

import pytest

from backend.driving.devices import lock
from backend.driving.models import DriverEvent
from backend.web.staff_reports import report_of
from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.driving import a_bus

pytestmark = pytest.mark.django_db


def test_what_could_not_be_taken_back_says_what_it_was_and_what_to_do() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    slip = bus.says("arrived", "8:29", stop=MARKT)
    bus.says("boarded", "8:31", booking=ride.code)
    back = bus.says("take_back", "8:31", detail={"event": str(slip.id)})
    report = report_of(district, DriverEvent.objects.get(pk=back.id))
    assert report.what == "wollte zurücknehmen: angekommen"
    assert report.why == "Seitdem ist etwas geschehen, das darauf beruht."
    assert report.to_do == "Rufen Sie den Fahrer an: Was stimmt? Berichtigen Sie es, und sagen Sie es den Fahrgästen."


def test_what_lay_on_a_lost_device_is_to_be_asked_about() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    lock(bus.duty.device, "leitstelle", "Im Bus vergessen", at("8:40"))
    [kept] = bus.sends([bus.event("boarded", "8:31", booking=ride.code)], "8:50")
    report = report_of(district, DriverEvent.objects.get(pk=kept.id))
    assert (report.what, report.came_late) == ("eingestiegen", True)
    assert "Fahrten ohne Meldung" in report.to_do


def test_a_shift_that_ended_with_somebody_aboard_asks_for_a_call() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    bus.says("boarded", "8:31", booking=ride.code)
    ended = bus.says("shift_end", "8:32")
    report = report_of(district, DriverEvent.objects.get(pk=ended.id))
    assert report.to_do == "Fragen Sie den Fahrer, wer im Bus sitzt."
