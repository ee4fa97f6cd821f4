"""What a driver reports: each id once, in the order of time; what cannot be true is kept and shown."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accessibility.desk import Access, BookingView
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.models import Booking, BrokenPromise, OutboxMessage
from backend.districts.models import District
from backend.driving.intake import settle
from backend.driving.models import DriverEvent
from backend.driving.selectors import conflicts_of
from backend.driving.standing import standing_of
from tests.builders.district import (
    BAHNHOF,
    KLOETZE,
    MARKT,
    a_key,
    at,
    show,
)
from tests.builders.driving import Bus, a_bus

pytestmark = pytest.mark.django_db
CONTACT = Access(contact="03901 304031")


def row(ride: BookingView) -> Booking:
    return Booking.objects.get(code=ride.code)


def topics() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("topic", flat=True))


def test_a_ride_from_the_depot_to_its_end(bus: Bus, ride: BookingView) -> None:
    steps = [
        bus.says("shift_begin", "6:00"),
        bus.says("left", "8:24"),
        bus.says("arrived", "8:29", stop=MARKT),
        bus.says("boarded", "8:31", booking=ride.code, detail={"cash_cents": 525}),
        bus.says("left", "8:32", stop=MARKT),
        bus.says("arrived", "8:47", stop=KLOETZE),
        bus.says("alighted", "8:48", booking=ride.code, stop=KLOETZE),
    ]
    assert {step.outcome for step in steps} == {"taken"}
    booking = row(ride)
    assert booking.state == "completed"
    assert booking.ended_at == at("8:48")
    assert (booking.driven.vehicle_at, booking.driven.boarded_at) == (at("8:29"), at("8:31"))
    assert (booking.driven.left_at, booking.driven.cash_cents) == (at("8:48"), 525)
    told = topics()
    assert told.count("driver.event") == 7
    assert [told.count(topic) for topic in ("vehicle.arrived", "booking.boarded", "booking.completed")] == [1, 1, 1]
    assert "promise.broken" not in told


def test_the_same_report_counts_once(bus: Bus, ride: BookingView) -> None:
    event = bus.event("boarded", "8:31", booking=ride.code)
    first = bus.sends([event, event], "8:31")
    again = bus.sends([event], "8:40")
    assert [result.outcome for result in (*first, *again)] == ["taken"] * 3
    assert DriverEvent.objects.count() == 1
    assert topics().count("booking.boarded") == 1
    twice = bus.says("boarded", "8:33", booking=ride.code)
    assert (twice.outcome, twice.reason) == ("refused", "already_aboard")


def test_a_wrong_clock_is_put_right(district: District, ride: BookingView) -> None:
    bus = a_bus(district, wrong_s=180)
    bus.says("boarded", "8:31", booking=ride.code)
    event = DriverEvent.objects.get()
    assert (event.at, event.device_at) == (at("8:31"), at("8:34"))
    assert row(ride).driven.boarded_at == at("8:31")


def test_an_hour_without_a_network_comes_in_one_batch_and_any_order(bus: Bus, ride: BookingView) -> None:
    events = [
        bus.event("alighted", "8:48", booking=ride.code),
        bus.event("arrived", "8:29", stop=MARKT),
        bus.event("boarded", "8:31", booking=ride.code),
    ]
    results = bus.sends(events, "9:30")
    assert [result.id for result in results] == [event.id for event in events]
    assert {result.outcome for result in results} == {"taken"}
    assert row(ride).ended_at == at("8:48")


def test_nothing_happened_in_the_future(bus: Bus, ride: BookingView) -> None:
    bus.sends([bus.event("boarded", "9:31", booking=ride.code)], "8:31")
    assert row(ride).driven.boarded_at == at("8:31")


def test_who_boards_after_cancelling_is_counted_and_seen(desk: Desk, bus: Bus, ride: BookingView) -> None:
    show(desk, at("7:10"))
    assert isinstance(desk.cancel(ride.code, CONTACT, key=a_key()), BookingView)
    bus.says("arrived", "8:29", stop=MARKT)
    result = bus.says("boarded", "8:31", booking=ride.code)
    assert (result.outcome, result.reason) == ("conflict", "was_cancelled")
    assert result.text == "Die Fahrt war storniert. Sie wird trotzdem gezählt."
    assert row(ride).state == "aboard"
    (seen,) = conflicts_of(row(ride).service_day)
    settle(seen, "leitstelle", "Ist gefahren", at("9:00"))
    assert not conflicts_of(row(ride).service_day).exists()
    assert bus.says("alighted", "8:48", booking=ride.code).outcome == "taken"
    assert row(ride).state == "completed"


def test_nobody_there_needs_the_wait_and_keeps_its_evidence(bus: Bus, ride: BookingView) -> None:
    result = bus.says("no_show", "8:20", booking=ride.code)
    assert (result.outcome, result.reason) == ("conflict", "not_arrived")
    bus.says("arrived", "8:28", stop=MARKT)
    result = bus.says("no_show", "8:32", booking=ride.code)  # the window begins at 8:30, three minutes are due
    assert (result.outcome, result.reason) == ("conflict", "too_early")
    assert row(ride).state == "booked"
    lat, lon = 52.8, 11.0 + 0.074
    result = bus.says("no_show", "8:33", booking=ride.code, lat=lat, lon=lon)
    assert result.outcome == "taken"
    assert row(ride).state == "no_show"
    evidence = DriverEvent.objects.get(pk=result.id).detail["evidence"]
    assert evidence == {"arrived_at": at("8:28").isoformat(), "waited_s": 300, "stop": MARKT, "distance_m": 0} | {
        "arrived_at": evidence["arrived_at"]
    }
    assert topics().count("booking.missed") == 1


def test_who_says_arrived_again_does_not_begin_to_wait_again(bus: Bus, ride: BookingView) -> None:
    """A second telephone in the bus, or a driver who is not sure."""
    bus.says("arrived", "8:28", stop=MARKT)
    bus.says("arrived", "8:33", stop=MARKT)
    assert standing_of(bus.duty).standing_since == at("8:28")
    assert bus.says("no_show", "8:34", booking=ride.code).outcome == "taken"


def test_a_bus_that_has_left_is_not_there_to_miss_anybody(bus: Bus, ride: BookingView) -> None:
    bus.says("arrived", "8:20", stop=MARKT)
    bus.says("left", "8:25", stop=MARKT)
    result = bus.says("no_show", "8:40", booking=ride.code)
    assert (result.outcome, result.reason) == ("conflict", "not_arrived")
    assert row(ride).state == "booked"
    bus.says("arrived", "8:42", stop=MARKT)
    result = bus.says("no_show", "8:43", booking=ride.code)
    assert (result.outcome, result.reason) == ("conflict", "too_early"), "she waits from when it came back"


def test_who_comes_running_after_all_rides(bus: Bus, ride: BookingView) -> None:
    bus.says("arrived", "8:30", stop=MARKT)
    bus.says("no_show", "8:34", booking=ride.code)
    result = bus.says("boarded", "8:35", booking=ride.code)
    assert (result.outcome, result.reason) == ("conflict", "was_no_show")
    assert row(ride).state == "aboard"
    assert row(ride).ended_at is None


def test_who_leaves_without_a_tap_on_boarding_has_ridden(bus: Bus, ride: BookingView) -> None:
    result = bus.says("alighted", "8:48", booking=ride.code)
    assert (result.outcome, result.reason) == ("conflict", "never_boarded")
    assert row(ride).state == "completed"


def test_a_late_bus_breaks_its_promise_aloud_and_a_late_rider_does_not(bus: Bus, ride: BookingView) -> None:
    bus.says("arrived", "8:39", stop=MARKT)
    bus.says("boarded", "8:42", booking=ride.code)
    assert not BrokenPromise.objects.exists(), "the bus was there in time"
    late = row(ride).offer.delivery_latest_s // 60 + 5
    bus.says("alighted", f"{late // 60}:{late % 60:02d}", booking=ride.code)
    broken = BrokenPromise.objects.get()
    assert (broken.limit, broken.by_s) == ("delivery", 300)
    assert topics().count("promise.broken") == 1


@pytest.mark.parametrize(
    ("kind", "said", "reason"),
    [
        ("boarded", {"booking": "XXX-XXX"}, "unknown_booking"),
        ("boarded", {}, "invalid"),
        ("arrived", {"stop": "4711"}, "unknown_stop"),
        ("arrived", {}, "invalid"),
        ("delay", {"detail": {"minutes": 0}}, "invalid"),
        ("delay", {"detail": {"minutes": "5"}}, "invalid"),
        ("help", {}, "invalid"),
        ("answer", {"detail": {"message": "x", "choice": "ja"}}, "unknown_message"),
        ("answer", {"detail": {"message": str(uuid4()), "choice": "ja"}}, "unknown_message"),
    ],
)
def test_what_means_nothing_is_refused_with_its_reason_and_the_rest_goes_on(
    bus: Bus, ride: BookingView, kind: str, said: dict, reason: str
) -> None:
    wrong, right = bus.sends([bus.event(kind, "8:20", **said), bus.event("fuel", "8:21")], "8:22")
    assert (wrong.outcome, wrong.reason) == ("refused", reason)
    assert wrong.text
    assert right.outcome == "taken"


def test_leaving_before_arriving_is_a_conflict(bus: Bus, ride: BookingView) -> None:
    bus.says("shift_begin", "6:00")
    assert bus.says("left", "8:24", stop=BAHNHOF).outcome == "taken"
    result = bus.says("left", "8:30", stop=MARKT)
    assert (result.outcome, result.reason) == ("conflict", "left_before_arrived")
    bus.says("arrived", "8:31", stop=MARKT)
    result = bus.says("left", "8:32", stop=MARKT)
    assert (result.outcome, result.reason) == ("conflict", "riders_waiting")


def test_help_is_called_at_once(bus: Bus, ride: BookingView) -> None:
    bus.says("help", "8:20", detail={"what": "Panne"})
    message = OutboxMessage.objects.get(topic="driver.help")
    assert message.payload["vehicle"] == "bus-1"
    assert "Panne" not in str(message.payload)


def test_a_report_belongs_to_the_duty_in_which_it_was_made(district: District, ride: BookingView) -> None:
    bus = a_bus(district)
    late = bus.event("boarded", "8:31", booking=ride.code)
    relief = a_bus(district, since="9:00")
    assert bus.sends([late], "9:30")[0].outcome == "taken"
    assert DriverEvent.objects.get().duty == bus.duty
    taken = relief.sends([late], "9:31")[0]
    assert (taken.outcome, taken.reason) == ("refused", "id_taken")


def test_without_a_duty_nothing_is_taken(district: District) -> None:
    from backend.driving.intake import take_events
    from tests.builders.driving import a_device

    device, _credential = a_device(district)
    answer = take_events(device, [], at("8:00"), SetClock(at("8:00")))
    assert answer.code == "no_duty"  # type: ignore[union-attr]
