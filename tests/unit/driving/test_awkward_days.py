"""What goes wrong in the middle of a day: two devices in one bus, a driver relieved, a bus changed, a device lost, clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from rest_framework.test import APIClient

from accessibility.desk import BookingView
from backend.bookings.clock import SetClock
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, BrokenPromise, OutboxMessage, ServiceDay
from backend.bookings.planning import current_plan, load_plan
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.districts.models import Vehicle
from backend.driving.devices import lock, unlock
from backend.driving.intake import Taken, take_events
from backend.driving.models import DriverEvent, Duty
from backend.driving.selectors import conflicts_of, shift_of
from backend.driving.standing import standing_of, stands_at
from dispatch.checker import check
from tests.builders.district import (
    KLOETZE,
    MARKT,
    RULES,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_wish,
    at,
)
from tests.builders.driving import Bus, a_bus

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def row(ride: BookingView) -> Booking:
    return Booking.objects.get(code=ride.code)


def plan_is_lawful(day: ServiceDay | None = None) -> None:
    day = day or ServiceDay.objects.select_related("district").get()
    loaded = load_plan(day)
    assert loaded.plan == current_plan(day).plan
    assert check(loaded.plan, loaded.travel_s) == []


# -- two devices in one bus --------------------------------------------------------------------------------------------


def test_two_devices_in_one_bus_say_the_same_and_it_counts_once() -> None:
    """A second telephone signs on for the same bus; both had no network and come back one after the other."""
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    first = a_bus(district)
    said = [
        first.event("arrived", "8:29", stop=MARKT), first.event("boarded", "8:31", booking=ride.code),
        first.event("left", "8:32", stop=MARKT),
    ]  # fmt: skip
    second = a_bus(district, since="8:00")
    first.duty.refresh_from_db()
    assert first.duty.ended_at == at("8:00"), "one device is on duty in a bus"
    own = [
        second.event("arrived", "8:29", stop=MARKT),
        second.event("boarded", "8:31", booking=ride.code, detail={"cash_cents": 525}),
        second.event("left", "8:32", stop=MARKT),
    ]
    assert [result.outcome for result in second.sends(own, "8:40")] == ["taken"] * 3
    late = first.sends(said, "8:45")
    assert [(result.outcome, result.reason) for result in late] == [
        ("taken", ""), ("refused", "already_aboard"), ("refused", "already_left"),
    ]  # fmt: skip
    assert not conflicts_of(row(ride).service_day).exists(), "the control room has nothing to settle"
    assert OutboxMessage.objects.filter(topic="vehicle.arrived").count() == 1
    assert row(ride).driven.cash_cents == 525
    assert stands_at(row(ride).service_day, second.duty.vehicle) == ""
    assert second.says("alighted", "8:48", booking=ride.code).outcome == "taken"
    plan_is_lawful()


# -- handed over in mid-route ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["9:00", "11:30"])
def test_who_takes_a_bus_over_sees_who_sits_in_it_and_counts_her_own_money(since: str) -> None:
    """Also shortly before the shift's end, where another driver would come for the next one."""
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    bus.says("arrived", "8:29", stop=MARKT)
    bus.says("boarded", "8:31", booking=ride.code, detail={"cash_cents": 525})
    relief = a_bus(district, since=since)
    shift = shift_of(relief.duty, at(since))
    assert shift.carried[ride.code].rider.state == "aboard"
    assert (shift.standing.cash_cents, standing_of(bus.duty).cash_cents) == (0, 525)
    assert shift.standing.standing_stop == MARKT, "where the bus stands it has from the one before"
    assert relief.says("alighted", since, booking=ride.code).outcome == "taken"
    plan_is_lawful()


def test_who_comes_early_for_the_next_shift_sees_the_next_shift() -> None:
    district = a_district(BusOnDuty(end="09:00"), BusOnDuty())
    a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:00"))
    a_bus(district)
    relief = a_bus(district, since="8:50")
    [route] = shift_of(relief.duty, at("8:50")).routes
    assert route.shift_code.startswith("bus-1"), "the only one there is"


# -- the bus was changed while the driver had no network ---------------------------------------------------------------


def says_unheard(bus: Bus, ride: BookingView) -> list[tuple[str, str]]:
    """A driver without a network drives on in the bus that he sits in."""
    events = [
        bus.event("shift_begin", "6:05"), bus.event("arrived", "8:29", stop=MARKT),
        bus.event("boarded", "8:31", booking=ride.code),
    ]  # fmt: skip
    return [(result.outcome, result.reason) for result in bus.sends(events, "8:45")]


def test_taps_from_a_bus_that_changed_shifts_meanwhile_are_facts_of_that_bus() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    ride = a_booking(a_desk(at("5:00")), a_wish(MARKT, KLOETZE, "8:30"))
    day = ServiceDay.objects.select_related("district").get()
    plan = current_plan(day).plan
    own = next(route.shift_id for route in plan.routes if any(event.request_id == ride.code for event in route.events))
    other = next(route.shift_id for route in plan.routes if route.shift_id != own)
    bus = a_bus(district, own[:5])
    shown = preview(day, {"kind": "swap", "shift": own, "other": other}, at("5:56"))
    assert isinstance(shown, Preview), shown
    intervene(shown.token, "Bremse defekt", "leitstelle", at("5:57"), key="swap")
    assert says_unheard(bus, ride) == [("taken", ""), ("taken", ""), ("conflict", "moved_to_another")]
    assert (row(ride).state, row(ride).driven.vehicle.code) == ("aboard", own[:5])
    after = current_plan(ServiceDay.objects.select_related("district").get()).plan
    route = next(route for route in after.routes if any(event.request_id == ride.code for event in route.events))
    vehicle_of = {shift.id: shift.vehicle.id for shift in after.shifts}
    assert vehicle_of[route.shift_id] == own[:5], "the plan carries her where she sits"
    assert bus.says("alighted", "8:48", booking=ride.code).outcome == "taken"
    plan_is_lawful()


def test_taps_from_a_bus_without_a_shift_are_facts_and_nobody_else_drives_for_them() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    spare = Vehicle.objects.select_related("depot").get()
    spare.pk, spare.code, spare.name = None, "bus-9", "Ersatzbus"
    spare.save()
    day = row(ride).service_day
    day.day_shifts.update(vehicle=spare)
    ServiceDay.objects.filter(pk=day.pk).update(plan_token=uuid4())
    assert says_unheard(bus, ride) == [("taken", ""), ("taken", ""), ("conflict", "moved_to_another")]
    assert (row(ride).state, row(ride).driven.vehicle.code) == ("aboard", "bus-1")
    plan = current_plan(ServiceDay.objects.select_related("district").get()).plan
    assert ride.code not in plan.requests, "the other bus drives for nobody"
    assert bus.says("alighted", "8:50", booking=ride.code).outcome == "taken"
    assert row(ride).state == "completed"
    plan_is_lawful()


# -- lost and found ----------------------------------------------------------------------------------------------------


def test_what_a_locked_device_had_noted_changes_nothing_and_is_not_lost() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    lock(bus.duty.device, "leitstelle", "Im Bus vergessen", at("8:40"))
    before = [bus.event("arrived", "8:29", stop=MARKT), bus.event("boarded", "8:31", booking=ride.code)]
    after = [bus.event("no_show", "8:45", booking=ride.code)]
    results = bus.sends([*before, *after], "8:50")
    assert [(result.outcome, result.reason) for result in results] == [
        ("conflict", "device_locked"), ("conflict", "device_locked"), ("refused", "device_locked"),
    ]  # fmt: skip
    assert row(ride).state == "booked"
    assert conflicts_of(row(ride).service_day).count() == 2, "the control room decides"
    assert not OutboxMessage.objects.filter(topic__in=("vehicle.arrived", "booking.boarded")).exists()
    unlock(bus.duty.device, "leitstelle", "Gefunden", at("8:55"))
    assert {result.outcome for result in bus.sends(before, "8:56")} == {"conflict"}, "each counts once"


def test_a_locked_device_may_report_and_nothing_else_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    district = a_district(BusOnDuty())
    a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district)
    lock(bus.duty.device, "leitstelle", "Im Bus vergessen", at("8:40"))
    client = APIClient(headers={"Rufbus-Device": bus.credential})

    def report() -> int:
        event = {"id": str(bus.event("fuel", "8:20").id), "kind": "fuel", "at": at("8:20").isoformat()}
        sent = {"sent_at": at("8:50").isoformat(), "events": [event]}
        return client.post("/api/v1/driver/events", sent, format="json").status_code

    assert report() == 200
    assert client.get("/api/v1/driver/shift").status_code == 403
    monkeypatch.setattr("backend.driving.selectors.MOST_OF_LOCKED", 1)
    assert report() == 403
    assert DriverEvent.objects.count() == 1


# -- clocks ------------------------------------------------------------------------------------------------------------


def test_a_report_from_before_all_duties_is_never_of_a_bus_of_long_ago() -> None:
    """A clock that stood at yesterday noon while the driver tapped, and was set right before it sent."""
    district = a_district(BusOnDuty(), BusOnDuty())
    a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus = a_bus(district, "bus-1")
    week_ago = bus.duty
    Duty.objects.filter(pk=week_ago.pk).update(
        began_at=at("6:00") - timedelta(days=7), ended_at=at("12:00") - timedelta(days=7)
    )
    other = a_bus(district, "bus-2")
    Duty.objects.filter(pk=other.duty.pk).update(device=bus.duty.device)
    event = other.event("fuel", at("12:00") - timedelta(days=1))
    answer = take_events(bus.duty.device, [event], at("8:00"), SetClock(at("8:00")))
    assert isinstance(answer, Taken)
    assert DriverEvent.objects.get().vehicle.code == "bus-2"


def a_ride_on(day: str, when: str, hours: BusOnDuty) -> tuple[BookingView, Bus]:
    district = a_district(hours)
    ride = a_booking(a_desk(at("5:00", day)), a_wish(MARKT, KLOETZE, at(when, day)))
    return ride, a_bus(district, since=at("5:55", day))


@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-28"], ids=["the longest day", "the shortest day"])
def test_a_day_on_which_the_clocks_change_is_driven_by_the_clock_on_the_wall(day: str) -> None:
    ride, bus = a_ride_on(day, "8:30", BusOnDuty())
    assert ride.offer.pickup_from.astimezone(BERLIN).strftime("%H:%M") == "08:30"
    visit = next(visit for visit in shift_of(bus.duty, at("6:00", day)).routes[0].visits if visit.boards)
    assert at("8:28", day) <= visit.at <= at("8:42", day)
    for kind, clock, said in (
        ("shift_begin", "6:00", {}), ("left", "8:24", {}), ("arrived", "8:29", {"stop": MARKT}),
        ("boarded", "8:31", {"booking": ride.code}), ("left", "8:32", {"stop": MARKT}),
        ("alighted", "8:48", {"booking": ride.code}),
    ):  # fmt: skip
        assert bus.says(kind, at(clock, day), **said).outcome == "taken"
    assert row(ride).driven.boarded_at == at("8:31", day)
    assert not BrokenPromise.objects.exists()
    plan_is_lawful()


@pytest.mark.parametrize(
    "day", ["2026-11-24", "2026-10-24", "2027-03-27"], ids=["any", "longest night", "shortest night"]
)
def test_a_shift_past_midnight_belongs_to_the_day_it_began_on(day: str) -> None:
    """From 20:00 to 26:00 Uhr; on two nights a year the clocks change at its end."""
    midnight = at("0:00", day) + timedelta(days=1)
    hours = RULES.replace('from = "05:00", to = "23:00"', 'from = "05:00", to = "26:00"')
    hours = hours.replace('from = "06:00", to = "23:00"', 'from = "06:00", to = "26:00"')
    district = a_district(BusOnDuty(start="20:00", end="26:00"), rules=hours)
    wish = a_wish(MARKT, KLOETZE, midnight.replace(hour=0, minute=30))
    ride = a_booking(a_desk(at("19:00", day)), wish)
    bus = a_bus(district, since=midnight.replace(hour=0, minute=10))
    assert bus.duty.service_day.date == datetime.fromisoformat(day).date()
    assert bus.says("boarded", midnight.replace(hour=0, minute=31), booking=ride.code).outcome == "taken"
    assert bus.says("alighted", midnight.replace(hour=0, minute=48), booking=ride.code).outcome == "taken"
    planned = current_plan(ServiceDay.objects.select_related("district").get(pk=bus.duty.service_day_id)).plan
    second = next(event.start_s for route in planned.routes for event in route.events if event.request_id == ride.code)
    assert to_moment(second, bus.duty.service_day.date, BERLIN) > midnight
