"""Interventions at the wrong time, twice, on what is gone: each says what is so, and nobody is told what is not."""

from __future__ import annotations

from typing import Any

import pytest

from accessibility.desk import Access, InvalidInput, Party, Refusal
from backend.bookings.models import Booking
from backend.bookings.planning import current_plan
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.control.trouble_reading import troubles_of
from backend.control.troubles import TroubleKind
from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish, at
from tests.builders.interventions import assert_sound, bus_of, the_day
from tests.builders.riders_messages import left, mobile_rider, post
from tests.unit.control.test_on_a_driven_day import boards

pytestmark = pytest.mark.django_db
WHEELCHAIR = Party(adults=1, wheelchairs=1)


def look(document: dict[str, Any], clock: str) -> Preview:
    shown = preview(the_day(), document, at(clock))
    assert isinstance(shown, Preview), shown
    return shown


def do(document: dict[str, Any], clock: str) -> str:
    answer = intervene(look(document, clock).token, "Probe", "leitstelle", at(clock), key=a_key())
    assert_sound()
    return str(answer["intervention"])


def shift_of(vehicle: str) -> str:
    return str(the_day().day_shifts.get(vehicle__code=vehicle).code)


def a_breakdown(vehicle: str) -> dict[str, Any]:
    return {"kind": "breakdown", "shift": shift_of(vehicle), "stop": "102"}


def a_taxi(**more: Any) -> dict[str, Any]:
    return {
        "kind": "taxi", "firm": "Taxi Probe", "phone": "030 23125 001", "stop": "101", "start_s": 8 * 3600,
        "end_s": 11 * 3600, **more,
    }  # fmt: skip


@pytest.fixture
def in_a_wheelchair() -> str:
    """Aboard the only bus with a ramp; the other has none."""
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    code = a_booking(a_desk(), a_wish(when="8:30", party=WHEELCHAIR), mobile_rider()).code
    post(at("7:00"))
    boards(code, at("8:33"))
    return code


def test_a_wheelchair_aboard_and_no_other_ramp_is_said_before_with_what_helps(in_a_wheelchair: str) -> None:
    shown = look(a_breakdown("bus-1"), "8:40")
    (effect,) = shown.effects.bookings
    assert (effect.is_dropped, effect.is_transferred) == (True, True)
    assert "kein anderes Fahrzeug kann sie holen" in shown.remarks[0]
    assert "ein Taxi mit Rollstuhlplatz" in shown.remarks[0]
    do(a_taxi(wheelchairs=1), "8:41")
    again = look(a_breakdown("bus-1"), "8:42")
    assert not again.remarks
    assert not again.effects.dropped
    do(a_breakdown("bus-1"), "8:42")
    assert bus_of(in_a_wheelchair).startswith("taxi-")


def test_who_sits_in_the_bus_is_not_told_that_her_ride_does_not_take_place(in_a_wheelchair: str) -> None:
    do(a_breakdown("bus-1"), "8:40")
    post(at("8:40"))
    text = left()[-1][2]
    assert "Bitte bleiben Sie bei ihm." in text
    assert "findet nicht statt" not in text
    assert "Antworten Sie" not in text
    (trouble,) = [one for one in troubles_of(the_day(), at("8:41")) if one.kind is TroubleKind.STRANDED]
    assert (trouble.level, trouble.bookings) == (3, (in_a_wheelchair,))


def test_what_was_seen_and_then_cancelled_by_the_rider_happens_to_nobody() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk()).code
    shown = look({"kind": "move", "booking": code, "vehicle": ""}, "7:05")
    a_desk(at("7:06")).cancel(code, Access(staff="x"), key=a_key())
    with pytest.raises(InvalidInput) as problem:
        intervene(shown.token, "Probe", "leitstelle", at("7:07"), key=a_key())
    assert problem.value.field_name == "booking"
    assert not InterventionRecord.objects.exists()


def test_what_was_seen_before_the_shift_began_is_refused_after() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    a_booking(a_desk(at("5:00")), a_wish(when="9:00"))
    shown = look({"kind": "swap", "shift": shift_of("bus-1"), "other": shift_of("bus-2")}, "5:45")
    answer = intervene(shown.token, "Probe", "leitstelle", at("6:05"), key=a_key())
    assert answer["refusal"]["code"] == "shift_begun"
    assert not InterventionRecord.objects.exists()


def test_two_presses_on_two_screens_are_one_intervention_and_one_no() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk()).code
    document = {"kind": "move", "booking": code, "vehicle": "bus-2" if bus_of(code) == "bus-1" else "bus-1"}
    one, other = look(document, "7:05"), look(document, "7:05")
    assert "intervention" in intervene(one.token, "Probe", "frueh", at("7:06"), key=a_key())
    answer = intervene(other.token, "Probe", "spaet", at("7:06"), key=a_key())
    assert answer["refusal"]["code"] == "same_vehicle"
    assert InterventionRecord.objects.count() == 1


def test_an_undo_after_others_acted_says_what_cannot_go_back() -> None:
    a_district(BusOnDuty(), BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk()).code
    first = do({"kind": "move", "booking": code, "vehicle": ""}, "7:05")
    was = bus_of(code)
    do({"kind": "move", "booking": code, "vehicle": ""}, "7:06")
    a_desk(at("7:07")).cancel(code, Access(staff="x"), key=a_key())
    back = look({"kind": "undo", "intervention": first}, "7:08")
    assert code in back.remarks[0]
    assert "Das geht nicht mehr zurück" in back.remarks[0]
    intervene(back.token, "Probe", "leitstelle", at("7:08"), key=a_key())
    assert_sound()
    assert was
    with pytest.raises(InvalidInput):
        look({"kind": "undo", "intervention": first}, "7:09")


def test_a_taxi_with_a_ride_on_it_is_taken_back_and_the_ride_goes_elsewhere() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk()).code
    taxi = do(a_taxi(), "7:05")
    vehicle = the_day().day_shifts.get(code__startswith="taxi-").vehicle.code
    do({"kind": "move", "booking": code, "vehicle": vehicle, "keep": True}, "7:06")
    back = look({"kind": "undo", "intervention": taxi}, "7:07")
    assert [one.code for one in back.effects.moved] == [code]
    do({"kind": "undo", "intervention": taxi}, "7:07")
    assert bus_of(code) in ("bus-1", "bus-2")
    assert Booking.objects.get(code=code).kept_on is None, "a lock never costs a ride"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"end_s": 47 * 3600}, "end_s"),
        ({"start_s": 11 * 3600, "end_s": 10 * 3600}, "end_s"),
        ({"end_s": 6 * 3600}, "end_s"),
        ({"seats": 0}, "seats"),
        ({"stop": "999"}, "stop"),
    ],
)
def test_a_taxi_at_no_time_or_from_nowhere_is_named(more: dict[str, Any], field: str) -> None:
    a_district(BusOnDuty())
    a_booking(a_desk())
    with pytest.raises(InvalidInput) as problem:
        preview(the_day(), a_taxi(**more), at("7:05"))
    assert problem.value.field_name == field


@pytest.mark.parametrize(
    ("begins", "late_minutes", "is_lost"), [("07:30", 0, False), ("09:00", 25, False), ("10:00", 0, True)]
)
def test_a_smaller_vehicle_says_who_is_late_by_how_much_and_who_loses_the_ride(
    begins: str, late_minutes: int, is_lost: bool
) -> None:
    """The bus for four comes with the other driver, whose shift begins at another time."""
    a_district(
        BusOnDuty(start="07:30"), BusOnDuty(kind="one-seat", start=begins, end="14:00" if begins > "08" else "12:00")
    )
    group = a_booking(a_desk(at("5:00")), a_wish(MARKT, KLOETZE, "8:30", party=Party(adults=4))).code
    document = {"kind": "swap", "shift": shift_of("bus-1"), "other": shift_of("bus-2")}
    shown = look(document, "6:00")
    assert [one.code for one in shown.effects.dropped] == [group] * is_lost
    assert [(one.code, -(-one.late_s // 60)) for one in shown.effects.broken] == [(group, late_minutes)] * bool(
        late_minutes
    )
    do(document, "6:00")
    plan = current_plan(the_day()).plan
    assert {shift.vehicle.id for shift in plan.shifts} == {"bus-1", "bus-2"}


def test_a_bus_breaks_down_twice_only_once() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk()).code
    vehicle = bus_of(code)
    do(a_breakdown(vehicle), "8:00")
    again = preview(the_day(), a_breakdown(vehicle), at("8:01"))
    assert isinstance(again, Refusal)
    assert again.code == "as_it_is"
