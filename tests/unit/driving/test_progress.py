"""The plan follows what drivers report: facts, the way under way, seats that become free, lateness that breaks a promise."""

from __future__ import annotations

import pytest

from accessibility.desk import Access, BookingView, Refusal
from backend.bookings.desk import Desk
from backend.bookings.models import Booking, BrokenPromise, OutboxMessage, ServiceDay
from backend.bookings.planning import current_plan, load_plan
from dispatch.checker import check
from dispatch.model import EventKind, Route
from tests.builders.district import (
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
    show,
)
from tests.builders.driving import Bus, a_bus

pytestmark = pytest.mark.django_db
CONTACT = Access(contact="03901 304031")
OFFICE = Access(staff="leitstelle")


def plan_is_lawful() -> None:
    day = ServiceDay.objects.select_related("district").get()
    loaded = load_plan(day)
    assert loaded.plan == current_plan(day).plan, "what is kept is what is stored"
    assert check(loaded.plan, loaded.travel_s) == []


def route_of(code: str) -> Route:
    plan = current_plan(ServiceDay.objects.select_related("district").get()).plan
    return next(route for route in plan.routes if any(event.request_id == code for event in route.events))


def at_of(code: str, kind: EventKind) -> int:
    """Minutes after midnight at which an event of a booking begins by plan, or began."""
    return next(e.start_s for e in route_of(code).events if e.request_id == code and e.kind is kind) // 60


def test_a_driven_ride_is_a_fact_of_the_plan(desk: Desk, bus: Bus) -> None:
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    bus.says("shift_begin", "6:00")
    bus.says("left", "8:24")
    route = route_of(ride.code)
    assert (route.done, route.locked) == (1, 2), "under way to Markt"
    bus.says("arrived", "8:29", stop=MARKT)
    bus.says("boarded", "8:32", booking=ride.code)
    assert route_of(ride.code).done == 2
    bus.says("left", "8:32", stop=MARKT)
    bus.says("arrived", "8:47", stop=KLOETZE)
    bus.says("alighted", "8:48", booking=ride.code)
    route = route_of(ride.code)
    assert route.done == 3
    assert [event.start_s + event.dwell_s for event in route.events[1:3]] == [8 * 3600 + 32 * 60, 8 * 3600 + 48 * 60]
    plan_is_lawful()


def test_nothing_is_planned_before_what_has_happened(desk: Desk, bus: Bus) -> None:
    """The bus stands in Klötze at 8:48; who wants to go from Markt at 9:00 cannot be fetched before it is back."""
    first = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    for kind, clock, said in (
        ("boarded", "8:32", {"booking": first.code}),
        ("alighted", "8:48", {"booking": first.code}),
    ):
        bus.says(kind, clock, **said)
    show(desk, at("8:48"))
    quote = desk.quote(a_wish(MARKT, KUHFELDE, "9:50"), key=a_key())
    assert quote.offers
    view = desk.book(quote.offers[0].id, a_passenger(), key=a_key())
    assert isinstance(view, BookingView)
    assert at_of(view.code, EventKind.PICKUP) >= 9 * 60 + 3
    plan_is_lawful()


@pytest.mark.parametrize("clock", ["8:55", "9:09", "9:15", "9:40"])
def test_a_bus_on_its_way_home_or_there_with_hours_left_is_free_at_once(desk: Desk, bus: Bus, clock: str) -> None:
    """By its plan it is home at 9:08; the shift lasts until noon, and nobody says anything at the depot."""
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    for kind, moment, said in (
        ("shift_begin", "6:00", {}), ("boarded", "8:32", {"booking": ride.code}), ("alighted", "8:48", {"booking": ride.code}),
        ("left", "8:48", {"stop": KLOETZE}),
    ):  # fmt: skip
        bus.says(kind, moment, **said)
    show(desk, at(clock))
    following = a_booking(desk, a_wish(MARKT, KLOETZE, "11:00"))
    assert following.offer.pickup_from == at("11:00")
    plan_is_lawful()


def test_a_silent_bus_is_taken_to_drive_as_planned(desk: Desk) -> None:
    first = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    planned = at_of(first.code, EventKind.PICKUP)
    show(desk, at("8:40"))
    second = a_booking(desk, a_wish(KLOETZE, MARKT, "9:45"))
    assert at_of(first.code, EventKind.PICKUP) == planned
    assert at_of(second.code, EventKind.PICKUP) > at_of(first.code, EventKind.DELIVERY)
    assert route_of(first.code).done == 0, "an assumption is no fact"
    plan_is_lawful()


def test_who_is_not_there_gives_the_seat_back_and_the_bus_goes_on(desk: Desk, bus: Bus) -> None:
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    other = a_booking(desk, a_wish(KUHFELDE, BEETZENDORF, "8:45"))
    bus.says("arrived", "8:30", stop=MARKT)
    bus.says("no_show", "8:34", booking=ride.code)
    plan = current_plan(ServiceDay.objects.select_related("district").get()).plan
    assert ride.code not in plan.requests
    route = route_of(other.code)
    assert route.events[route.done - 1].location == 1, "it is known to stand at Markt"
    assert not any(event.request_id == ride.code for event in route.events)
    plan_is_lawful()


def test_a_late_bus_stretches_what_it_cannot_keep_and_says_so_once(desk: Desk, bus: Bus) -> None:
    ride = a_booking(desk, a_wish(KLOETZE, KUHFELDE, "8:30"))
    bus.says("shift_begin", "6:00")
    bus.says("left", "8:40")  # twenty minutes to Klötze; the promise ends at 8:40
    broken = {row.limit: row.by_s for row in BrokenPromise.objects.all()}
    assert broken["pickup"] == 20 * 60
    assert Booking.objects.get(code=ride.code).amended["pickup_latest_s"] == 9 * 3600
    told = OutboxMessage.objects.filter(topic="promise.broken", payload__limit="pickup")
    assert told.count() == 1
    bus.says("delay", "8:50", detail={"minutes": 5})
    assert told.count() == 1
    assert BrokenPromise.objects.get(limit="pickup").by_s == 25 * 60
    plan_is_lawful()


def test_another_bus_takes_over_before_a_promise_breaks() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    desk, bus = a_desk(), a_bus(district)
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    served_by = route_of(ride.code).shift_id
    bus = bus if served_by.startswith("bus-1") else a_bus(district, "bus-2")
    bus.says("shift_begin", "6:00")
    bus.says("delay", "8:10", detail={"minutes": 60})
    assert route_of(ride.code).shift_id != served_by
    assert not BrokenPromise.objects.exists()
    assert Booking.objects.get(code=ride.code).amended is None
    plan_is_lawful()


def test_a_ride_that_was_moved_but_boarded_is_carried_by_who_carries_it() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    planned = route_of(ride.code).shift_id.removesuffix("-mo-su-06:00")
    other = "bus-2" if planned == "bus-1" else "bus-1"
    bus = a_bus(district, other)
    result = bus.says("boarded", "8:31", booking=ride.code)
    assert (result.outcome, result.reason) == ("conflict", "moved_to_another")
    assert route_of(ride.code).shift_id.startswith(other)
    plan_is_lawful()
    assert bus.says("alighted", "8:47", booking=ride.code).outcome == "taken"
    assert Booking.objects.get(code=ride.code).state == "completed"
    plan_is_lawful()


def test_who_boards_after_cancelling_has_a_place_in_the_plan_again(desk: Desk, bus: Bus) -> None:
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    assert isinstance(desk.cancel(ride.code, CONTACT, key=a_key()), BookingView)
    bus.says("boarded", "8:31", booking=ride.code)
    route = route_of(ride.code)
    assert route.done == 2
    bus.says("alighted", "8:50", booking=ride.code)
    plan_is_lawful()


def test_who_leaves_earlier_leaves_there(desk: Desk, bus: Bus) -> None:
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    bus.says("boarded", "8:31", booking=ride.code)
    result = bus.says("alighted", "8:38", booking=ride.code, stop=KUHFELDE)
    assert (result.outcome, result.reason) == ("conflict", "other_stop")
    route = route_of(ride.code)
    assert route.events[route.done - 1].location == 2
    plan_is_lawful()


def test_the_driver_may_let_the_second_board_first(desk: Desk, bus: Bus) -> None:
    one = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    two = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    first = next(e.request_id for e in route_of(one.code).events if e.request_id)
    second = two.code if first == one.code else one.code
    bus.says("arrived", "8:30", stop=MARKT)
    for code, clock in ((second, "8:31"), (first, "8:32")):
        assert bus.says("boarded", clock, booking=code).outcome == "taken"
        plan_is_lawful()
    assert [event.request_id for event in route_of(one.code).events[1:3]] == [second, first]


def test_a_rider_cannot_call_off_a_bus_that_is_on_its_way_but_the_office_can(desk: Desk, bus: Bus) -> None:
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    bus.says("shift_begin", "6:00")
    bus.says("left", "8:24")
    show(desk, at("8:26"))
    answer = desk.cancel(ride.code, CONTACT, key=a_key())
    assert isinstance(answer, Refusal)
    assert answer.code == "already_under_way"
    answer = desk.cancel(ride.code, OFFICE, key=a_key())
    assert isinstance(answer, BookingView), answer
    plan = current_plan(ServiceDay.objects.select_related("district").get()).plan
    assert ride.code not in plan.requests
    assert plan.routes[0].locked == 1
    assert plan.routes[0].ready_s >= 8 * 3600 + 28 * 60, "two minutes there, two minutes back"
    plan_is_lawful()


def test_a_break_is_taken_with_nobody_aboard() -> None:
    district = a_district(BusOnDuty(breaks='[{ from = "07:00", to = "11:00", minutes = 30 }]'))
    desk, bus = a_desk(), a_bus(district)
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    bus.says("boarded", "8:31", booking=ride.code)
    result = bus.says("break_begin", "8:35")
    assert (result.outcome, result.reason) == ("conflict", "riders_aboard")
    bus.says("alighted", "8:48", booking=ride.code)
    assert bus.says("break_begin", "8:50").outcome == "taken"
    bus.says("break_end", "9:25")
    route = route_of(ride.code)
    assert route.events[route.done - 1].kind is EventKind.BREAK
    assert route.ready_s == 9 * 3600 + 25 * 60
    plan_is_lawful()


def test_a_shift_ends_when_all_are_home(desk: Desk, bus: Bus) -> None:
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    result = bus.says("shift_end", "8:00")
    assert (result.outcome, result.reason) == ("conflict", "rides_left")
    bus.says("boarded", "8:31", booking=ride.code)
    result = bus.says("shift_end", "8:32")
    assert (result.outcome, result.reason) == ("conflict", "riders_aboard"), "ask the driver, do not move rides"
    bus.says("alighted", "8:48", booking=ride.code)
    assert bus.says("shift_end", "12:10").outcome == "taken"
    route = route_of(ride.code)
    assert route.done == len(route.events)
    plan_is_lawful()


def test_a_forgotten_tap_sends_no_bus_back(desk: Desk, bus: Bus) -> None:
    first = a_booking(desk, a_wish(MARKT, KLOETZE, "8:00"))
    second = a_booking(desk, a_wish(KLOETZE, MARKT, "9:00"))
    third = a_booking(desk, a_wish(MARKT, KUHFELDE, "10:00"))
    bus.says("shift_begin", "6:00")
    assert bus.says("boarded", "9:02", booking=second.code).outcome == "taken"
    assert not BrokenPromise.objects.exists(), "nobody is late for a tap that was forgotten"
    assert Booking.objects.get(code=first.code).state == "booked", "somebody has to say what became of it"
    assert at_of(third.code, EventKind.PICKUP) <= 10 * 60 + 10
    plan_is_lawful()
    assert bus.says("alighted", "9:18", booking=second.code).outcome == "taken"
    assert bus.says("alighted", "9:20", booking=first.code).reason == "never_boarded"
    assert Booking.objects.get(code=first.code).state == "completed"
    plan_is_lawful()


def test_a_late_report_of_the_first_bus_takes_nobody_out_of_the_second() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    planned = route_of(ride.code).shift_id.removesuffix("-mo-su-06:00")
    first, second = a_bus(district, planned), a_bus(district, "bus-2" if planned == "bus-1" else "bus-1")
    second.says("boarded", "8:35", booking=ride.code)
    [late] = first.sends([first.event("boarded", "8:31", booking=ride.code)], "8:40")
    assert (late.outcome, late.reason) == ("conflict", "aboard_another")
    booking = Booking.objects.get(code=ride.code)
    assert booking.driven.vehicle == second.duty.vehicle
    assert second.says("alighted", "8:47", booking=ride.code).outcome == "taken"
    booking.refresh_from_db()
    assert booking.state == "completed"
    plan_is_lawful()


def test_who_changes_into_another_bus_later_rides_in_that() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    planned = route_of(ride.code).shift_id.removesuffix("-mo-su-06:00")
    first, second = a_bus(district, planned), a_bus(district, "bus-2" if planned == "bus-1" else "bus-1")
    first.says("boarded", "8:31", booking=ride.code)
    assert second.says("boarded", "8:38", booking=ride.code).outcome == "taken"
    assert second.says("alighted", "8:47", booking=ride.code).outcome == "taken"
    assert Booking.objects.get(code=ride.code).state == "completed"
