"""What a driver calls for is named to the control room; a report taken back is no emergency."""

from __future__ import annotations

from uuid import uuid4

import pytest

from backend.bookings.models import ServiceDay
from backend.control.previews import Preview, preview
from backend.control.trouble_reading import troubles_of
from backend.control.troubles import TroubleKind
from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.driving import a_bus

pytestmark = pytest.mark.django_db


def test_a_breakdown_is_called_a_breakdown() -> None:
    a_bus(a_district(BusOnDuty())).says("help", "8:00", detail={"what": "breakdown"})
    (trouble,) = [one for one in troubles_of(ServiceDay.objects.get(), at("8:01")) if one.kind is TroubleKind.HELP]
    assert trouble.title.endswith("ruft um Hilfe: Panne")


def test_a_wrong_report_names_its_time_and_ride_and_is_no_emergency() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    wrong = uuid4()
    bus.says("arrived", "8:30", stop=MARKT)
    bus.sends([bus.event("boarded", "8:31", wrong, booking=ride.code)], "8:31")
    bus.says("help", "8:33", detail={"what": "correction", "event": str(wrong)})
    found = troubles_of(ServiceDay.objects.get(), at("8:34"))
    assert not [one for one in found if one.kind is TroubleKind.HELP]
    (trouble,) = [one for one in found if one.title.endswith("Meldung berichtigen")]
    assert ride.code in trouble.text
    assert "8:31" in trouble.text


def test_a_correction_of_nothing_harms_nobody() -> None:
    bus = a_bus(a_district(BusOnDuty()))
    bus.says("help", "8:00", detail={"what": "correction", "event": "kein Ausweis"})
    assert [
        one for one in troubles_of(ServiceDay.objects.get(), at("8:01")) if one.title.endswith("Meldung berichtigen")
    ]


def test_who_sits_in_a_broken_bus_at_her_stop_only_gets_out() -> None:
    """Her tap comes from the driver; the preview says so, instead of sending another bus without a word."""
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    day = ServiceDay.objects.get()
    bus = a_bus(district)
    bus.says("arrived", "8:30", stop=MARKT)
    bus.says("boarded", "8:31", booking=ride.code)
    bus.says("left", "8:32", stop=MARKT)
    bus.says("arrived", "8:50", stop=KLOETZE)
    shift = day.day_shifts.get().code
    document = {"kind": "breakdown", "shift": shift, "stop": KLOETZE}
    shown = preview(ServiceDay.objects.get(), document, at("8:51"))
    assert isinstance(shown, Preview)
    assert [remark for remark in shown.remarks if ride.code in remark and "ausgestiegen" in remark]
    bus.says("alighted", "8:52", booking=ride.code, stop=KLOETZE)
    after = preview(ServiceDay.objects.get(), document, at("8:53"))
    assert not isinstance(after, Preview) or not after.remarks
