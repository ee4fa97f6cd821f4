"""What an intervention makes of a day, looked at and written: who moves, who is late, who is lost, and the way back."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction

from accessibility.desk import Party, Refusal
from backend.bookings.intervention_effects import Effects
from backend.bookings.intervention_writes import former, looked_at, write_outcome
from backend.bookings.interventions import AddTaxi, BreakDown, ChangeShift, CloseRoad, Keep, Move, Restore, SwapVehicles
from backend.bookings.models import Booking
from backend.bookings.planning import current_plan, load_plan
from backend.bookings.rearranged import times_of
from backend.bookings.situation import Outcome
from backend.control.previews import Preview, preview
from backend.control.services import intervene, tend_roads
from dispatch.improvement import Limits, improve
from tests.builders.district import (
    BAHNHOF,
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_wish,
    at,
)
from tests.builders.interventions import a_side_road, assert_sound, bus_of, the_day

pytestmark = pytest.mark.django_db


def act(intervention, now: datetime):  # type: ignore[no-untyped-def]
    """Do it; gives what was looked at, and what stood before."""
    day = the_day()
    found = looked_at(day, intervention, now)
    assert not isinstance(found, Refusal), found
    outcome, effects = found
    before = former(day, current_plan(day).plan, outcome, effects)
    with transaction.atomic():
        write_outcome(day, outcome, effects, intervention.kind, "leitstelle", "Probe", now)
    assert_sound()
    return outcome, effects, before


def refused(intervention, now: datetime) -> str:  # type: ignore[no-untyped-def]
    found = looked_at(the_day(), intervention, now)
    assert isinstance(found, Refusal)
    assert found.reason
    assert found.way_out
    return found.code


def two_buses(**more: str) -> None:
    a_district(BusOnDuty(**more), BusOnDuty(**more))


def test_a_ride_moves_stays_and_goes_back() -> None:
    two_buses()
    ride = a_booking(a_desk())
    first = bus_of(ride.code)
    other = {"bus-1": "bus-2", "bus-2": "bus-1"}[first]
    _outcome, effects, before = act(Move(ride.code, other), at("7:05"))
    assert [(one.vehicle_before, one.vehicle_after, one.breaks) for one in effects.bookings] == [(first, other, False)]
    assert bus_of(ride.code) == other
    day = the_day()
    plan = current_plan(day)
    bettered = improve(plan.plan, plan.travel_s, plan.weights, Limits(iterations=300), seed=1).plan
    serving = [r.shift_id for r in bettered.routes if any(e.request_id == ride.code for e in r.events)]
    assert serving == [next(s.id for s in plan.plan.shifts if s.vehicle.id == other)], "the worker leaves it there"
    act(Restore(**before), at("7:06"))
    assert bus_of(ride.code) == first
    assert Booking.objects.get().kept_on is None


def test_a_lock_holds_and_is_taken_off() -> None:
    two_buses()
    ride = a_booking(a_desk())
    act(Keep(ride.code), at("7:05"))
    assert Booking.objects.get().kept_on.code == bus_of(ride.code)
    assert refused(Keep(ride.code), at("7:05")) == "as_it_is"
    act(Keep(ride.code, on=False), at("7:06"))
    assert Booking.objects.get().kept_on is None


def test_what_fits_nowhere_is_refused_and_nothing_changes() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="one-seat"))
    ride = a_booking(a_desk(), a_wish(party=Party(adults=3)))
    version = the_day().plan_version
    assert refused(Move(ride.code, "bus-2"), at("7:05")) == "no_place"
    assert refused(Move(ride.code, "bus-1"), at("7:05")) == "same_vehicle"
    assert the_day().plan_version == version


def test_a_move_that_is_late_says_by_how_much_and_no_more() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="one-seat"))
    desk = a_desk()
    first = a_booking(desk)
    act(Move(first.code, "bus-2"), at("7:01"))
    second = a_booking(desk)
    assert bus_of(second.code) == "bus-1"
    _outcome, effects, before = act(Move(second.code, "bus-2"), at("7:05"))
    (effect,) = effects.broken
    assert effect.code == second.code, "only who is moved may become late"
    assert 0 < effect.late_s <= 1800
    amended = Booking.objects.get(code=second.code).amended
    assert 0 <= amended["pickup_latest_s"] - effect.pickup_after_s < 300
    assert amended["pickup_latest_s"] % 300 == 0, "promised times are whole five minutes"
    act(Restore(**before), at("7:06"))
    assert Booking.objects.get(code=second.code).amended is None


def test_two_shifts_change_vehicles_and_the_wheelchair_follows_the_ramp() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk(at("5:00"))
    chair = a_booking(desk, a_wish(party=Party(wheelchairs=1), needs=frozenset({"ramp"})))
    day = the_day()
    one, other = day.day_shifts.order_by("code")
    _outcome, effects, before = act(SwapVehicles(one.code, other.code), at("5:05"))
    assert bus_of(chair.code) == "bus-1", "only this bus has the ramp"
    assert not effects.dropped
    act(Restore(**before), at("5:06"))
    assert list(the_day().day_shifts.order_by("code").values_list("vehicle__code", flat=True)) == ["bus-1", "bus-2"]
    assert refused(SwapVehicles(one.code, other.code), at("7:00")) == "shift_begun"


def test_a_longer_shift_keeps_the_law_of_working_hours() -> None:
    a_district(BusOnDuty(start="06:00", end="11:30"))
    a_booking(a_desk())
    shift = the_day().day_shifts.get()
    outcome, _effects, before = act(ChangeShift(shift.code, end_s=13 * 3600), at("7:05"))
    (rest,) = the_day().day_shifts.get().breaks
    assert rest[2] == 1800
    assert outcome.remarks
    assert refused(ChangeShift(shift.code, end_s=18 * 3600), at("7:06")) == "too_long"
    act(Restore(**before), at("7:07"))
    assert the_day().day_shifts.get().end_s == int(11.5 * 3600)


def test_a_shorter_shift_sends_rides_elsewhere() -> None:
    two_buses()
    ride = a_booking(a_desk(), a_wish(when="10:30"))
    shift = the_day().day_shifts.get(vehicle__code=bus_of(ride.code))
    _outcome, effects, _before = act(ChangeShift(shift.code, end_s=10 * 3600), at("7:05"))
    assert [one.moves for one in effects.bookings] == [True]
    assert bus_of(ride.code) != shift.vehicle.code


def test_a_taxi_joins_the_day_and_takes_a_ride() -> None:
    a_district(BusOnDuty())
    ride = a_booking(a_desk())
    taxi = AddTaxi("Taxi Probe", "03901 304039", MARKT, 8 * 3600, 11 * 3600)
    outcome, effects, before = act(taxi, at("7:05"))
    assert effects.bookings == ()
    assert "03901 304039" in outcome.remarks[0]
    code = the_day().day_shifts.exclude(vehicle__firm="").get().vehicle.code
    act(Move(ride.code, code), at("7:06"))
    assert bus_of(ride.code) == code
    act(Restore(**before), at("7:07"))
    assert bus_of(ride.code) == "bus-1"
    assert the_day().day_shifts.count() == 1


def test_a_breakdown_sends_those_aboard_and_those_waiting_with_the_other_bus() -> None:
    two_buses()
    desk = a_desk()
    aboard = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    bus = bus_of(aboard.code)
    waiting = a_booking(desk, a_wish(BEETZENDORF, KLOETZE, "9:30"))
    if bus_of(waiting.code) != bus:
        act(Move(waiting.code, bus, keep=False), at("7:01"))
    shift = the_day().day_shifts.get(vehicle__code=bus)
    Booking.objects.filter(code=aboard.code).update(state="aboard")
    outcome, effects, before = act(BreakDown(shift.code, KUHFELDE), at("8:42"))
    assert outcome.transferred == (aboard.code,)
    assert not effects.dropped
    assert {bus_of(aboard.code), bus_of(waiting.code)} == {"bus-1", "bus-2"} - {bus}
    row = Booking.objects.get(code=aboard.code)
    assert row.state == "booked"
    assert row.amended["pickup_location"] == 2
    assert refused(BreakDown(shift.code, KUHFELDE), at("8:43")) == "as_it_is"
    outcome, _effects, _before = act(Restore(**before), at("8:44"))
    assert bus_of(waiting.code) == bus, "the repaired bus fetches who still waits"


def test_who_finds_no_other_bus_is_named_and_her_ride_ends() -> None:
    a_district(BusOnDuty())
    ride = a_booking(a_desk())
    shift = the_day().day_shifts.get()
    outcome, effects, _before = act(BreakDown(shift.code, KUHFELDE), at("8:00"))
    assert outcome.rearranged.dropped == (ride.code,)
    assert [one.is_dropped for one in effects.bookings] == [True]
    assert Booking.objects.get().state == "cancelled"


def looked(intervention, now: datetime) -> tuple[Outcome, Effects]:  # type: ignore[no-untyped-def]
    found = looked_at(the_day(), intervention, now)
    assert not isinstance(found, Refusal)
    return found


def test_a_closed_road_is_driven_around_and_who_is_cut_off_is_named() -> None:
    a_district(BusOnDuty())
    desk = a_desk()
    near = a_booking(desk, a_wish(BAHNHOF, MARKT, "8:00"))
    far = a_booking(desk, a_wish(MARKT, KLOETZE, "9:00"))
    shown = looked(CloseRoad(KUHFELDE, BEETZENDORF, 12 * 3600), at("7:05"))
    assert [one.code for one in shown[1].dropped] == [far.code], "there is only one road"
    assert near.code not in shown[0].rearranged.dropped
    assert the_day().plan_version == 2, "looking closes nothing"


def test_a_detour_makes_late_by_no_more_than_it_takes_and_ends_when_it_is_lifted() -> None:
    district = a_district(BusOnDuty())
    a_side_road(district)
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "9:00"))
    act_doc = {"kind": "road", "origin": KUHFELDE, "target": BEETZENDORF, "until_s": 12 * 3600}
    shown = preview(the_day(), act_doc, at("7:05"))
    assert isinstance(shown, Preview)
    assert not shown.effects.dropped
    done = intervene(shown.token, "Baum auf der Straße", "leitstelle", at("7:06"), key=a_key())
    assert_sound()
    travel = load_plan(the_day()).travel
    assert travel.direct_s(2, 3, 9 * 3600) == 2 * 300
    assert travel.direct_s(0, 1, 9 * 3600) == 300
    assert travel.direct_s(2, 3, 13 * 3600) == 300, "by then it is open"
    pickup_s, delivery_s = times_of(load_plan(the_day()).plan, ride.code)
    assert delivery_s - pickup_s >= 900 + 300, "five minutes around"
    back = preview(the_day(), {"kind": "undo", "intervention": done["intervention"]}, at("7:10"))
    assert isinstance(back, Preview)
    intervene(back.token, "Baum ist weg", "leitstelle", at("7:11"), key=a_key())
    assert load_plan(the_day()).travel.direct_s(2, 3, 9 * 3600) == 300
    assert_sound()
    tend_roads(at("7:12"))
    assert_sound()
