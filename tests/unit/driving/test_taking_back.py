"""A slip of the finger is taken back: what it did is undone where nothing has followed from it, else somebody sees to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accessibility.desk import BookingView, Party
from backend.bookings.desk import Desk
from backend.bookings.models import AuditEntry, Booking, BrokenPromise, DayShift, DrivenRide, OutboxMessage, ServiceDay
from backend.bookings.planning import current_plan, load_plan
from backend.bookings.receipts import issue_receipt
from backend.districts.models import District
from backend.driving.intake import Result
from backend.driving.messages import send_to_vehicle
from backend.driving.models import DriverEvent, DriverMessage
from backend.driving.selectors import conflicts_of
from backend.driving.standing import standing_of
from dispatch.checker import check
from tests.builders.district import (
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    a_booking,
    a_wish,
    at,
    show,
)
from tests.builders.driving import Bus, a_bus

pytestmark = pytest.mark.django_db


def the_day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get()


def standing() -> dict[str, Any]:
    """All that a report can change, apart from the record that it came."""
    day = the_day()
    loaded = load_plan(day)
    assert loaded.plan == current_plan(day).plan, "what is kept is what is stored"
    assert check(loaded.plan, loaded.travel_s) == []
    return {
        "plan": loaded.plan,
        "bookings": list(Booking.objects.order_by("pk").values("code", "state", "ended_at", "amended")),
        "driven": list(DrivenRide.objects.order_by("booking").values_list(
            "booking", "vehicle", "vehicle_at", "boarded_at", "left_at", "cash_cents"
        )),
        "broken": list(BrokenPromise.objects.order_by("pk").values_list("booking", "limit", "by_s")),
        "overrun": list(DayShift.objects.order_by("pk").values_list("code", "overrun")),
    }  # fmt: skip


def takes_back(bus: Bus, slip: Result, clock: str) -> Result:
    return bus.says("take_back", clock, detail={"event": str(slip.id)})


def says_before(bus: Bus, ride: BookingView, kind: str) -> None:
    """What a driver has said before a report of this kind makes sense."""
    steps: list[tuple[str, str, dict[str, str]]] = [
        ("shift_begin", "6:00", {}), ("left", "8:24", {}), ("arrived", "8:29", {"stop": MARKT}),
        ("boarded", "8:31", {"booking": ride.code}), ("left", "8:32", {"stop": MARKT}),
        ("arrived", "8:47", {"stop": KLOETZE}), ("alighted", "8:48", {"booking": ride.code}),
        ("left", "8:49", {"stop": KLOETZE}),
    ]  # fmt: skip
    needed = {
        "shift_begin": 0,
        "left": 1,
        "delay": 2,
        "arrived": 2,
        "boarded": 3,
        "no_show": 3,
        "alighted": 6,
        "shift_end": 8,
    }
    for name, clock, said in steps[: needed.get(kind, 1)]:
        assert bus.says(name, clock, **said).outcome == "taken"


@pytest.mark.parametrize(
    ("kind", "clock", "said"),
    [
        ("shift_begin", "6:00", {}),
        ("left", "8:20", {}),
        ("arrived", "8:26", {"stop": MARKT}),
        ("boarded", "8:31", {"detail": {"cash_cents": 525}}),
        ("no_show", "8:35", {}),
        ("alighted", "8:48", {"stop": KLOETZE}),
        ("alighted", "8:48", {"stop": KUHFELDE}),
        ("delay", "8:26", {"detail": {"minutes": 40}}),
        ("break_begin", "7:00", {}),
        ("fuel", "7:00", {}),
        ("shift_end", "9:30", {}),
    ],
)
def test_what_is_taken_back_has_not_been(
    bus: Bus, desk: Desk, ride: BookingView, kind: str, clock: str, said: dict[str, Any]
) -> None:
    if kind != "shift_end":
        a_booking(desk, a_wish(KUHFELDE, BEETZENDORF, "11:00"))
    says_before(bus, ride, kind)
    before, was_standing = standing(), standing_of(bus.duty)
    about = {"booking": ride.code} if kind in ("boarded", "no_show", "alighted") else {}
    slip = bus.says(kind, clock, **about, **said)
    assert slip.outcome in ("taken", "conflict")
    assert kind == "fuel" or (standing(), standing_of(bus.duty)) != (before, was_standing), "it did something"
    back = takes_back(bus, slip, clock)
    assert (back.outcome, back.reason) == ("taken", "")
    assert standing() == before
    assert standing_of(bus.duty) == was_standing
    assert DriverEvent.objects.get(pk=slip.id).outcome == "taken_back"
    assert not conflicts_of(the_day()).filter(pk=slip.id).exists()
    told = OutboxMessage.objects.get(topic="report.taken_back").payload
    assert (told["kind"], told["event"]) == (kind, str(slip.id))
    assert AuditEntry.objects.filter(action="driver.taken_back", subject=str(slip.id), reason=kind).exists()


def test_taken_back_twice_is_once_and_the_right_tap_counts(bus: Bus, ride: BookingView) -> None:
    bus.says("arrived", "8:29", stop=MARKT)
    slip = bus.says("boarded", "8:31", booking=ride.code, detail={"cash_cents": 525})
    back = bus.event("take_back", "8:31", detail={"event": str(slip.id)})
    assert [result.outcome for result in (*bus.sends([back], "8:31"), *bus.sends([back], "8:32"))] == ["taken", "taken"]
    again = takes_back(bus, slip, "8:32")
    assert (again.outcome, again.reason) == ("refused", "taken_back")
    assert OutboxMessage.objects.filter(topic="report.taken_back").count() == 1
    assert bus.says("boarded", "8:33", booking=ride.code).outcome == "taken"
    row = Booking.objects.get(code=ride.code)
    assert (row.state, row.driven.boarded_at, row.driven.cash_cents) == ("aboard", at("8:33"), None)
    assert standing_of(bus.duty).cash_cents == 0, "what was not paid is not in the purse"


def test_only_the_last_word_can_be_taken_back(bus: Bus, ride: BookingView) -> None:
    slip = bus.says("arrived", "8:29", stop=MARKT)
    boarded = bus.says("boarded", "8:31", booking=ride.code)
    before = standing()
    back = takes_back(bus, slip, "8:31")
    assert (back.outcome, back.reason) == ("conflict", "something_followed")
    assert standing() == before
    assert conflicts_of(the_day()).get().kind == "take_back", "a dispatcher sees to it"
    bus.says("fuel", "8:31")
    assert takes_back(bus, boarded, "8:32").outcome == "taken", "what nothing rests on is in nobody's way"
    assert takes_back(bus, slip, "8:32").outcome == "taken"


def test_what_was_booked_meanwhile_stays_and_the_slip_goes(bus: Bus, desk: Desk, ride: BookingView) -> None:
    bus.says("shift_begin", "6:00")
    bus.says("arrived", "8:29", stop=MARKT)
    slip = bus.says("boarded", "8:31", booking=ride.code)
    show(desk, at("8:31"))
    other = a_booking(desk, a_wish(KUHFELDE, BEETZENDORF, "12:00"))
    assert takes_back(bus, slip, "8:31").outcome == "taken"
    standing()
    assert Booking.objects.get(code=ride.code).state == "booked"
    served = [event.request_id for route in current_plan(the_day()).plan.routes for event in route.events]
    assert served.count(other.code) == served.count(ride.code) == 2


def test_a_seat_that_was_given_away_is_not_taken_back(district: District, desk: Desk, bus: Bus) -> None:
    """Six seats: whoever was not there lost them to somebody else."""
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30", party=Party(adults=6)))
    bus.says("shift_begin", "6:00")
    bus.says("arrived", "8:29", stop=MARKT)
    slip = bus.says("no_show", "8:35", booking=ride.code)
    assert slip.outcome == "taken"
    show(desk, at("8:35"))
    other = a_booking(desk, a_wish(MARKT, KLOETZE, "9:40", party=Party(adults=6)))
    back = takes_back(bus, slip, "8:36")
    assert (back.outcome, back.reason) == ("conflict", "something_followed")
    assert Booking.objects.get(code=ride.code).state == "no_show"
    assert Booking.objects.get(code=other.code).state == "booked"
    standing()


def test_both_in_one_batch_do_nothing_however_old(bus: Bus, ride: BookingView) -> None:
    bus.says("arrived", "8:29", stop=MARKT)
    before, told = standing(), OutboxMessage.objects.exclude(topic="driver.event").count()
    slip = bus.event("boarded", "8:31", booking=ride.code)
    results = bus.sends([slip, bus.event("take_back", "8:31", detail={"event": str(slip.id)})], "9:40")
    assert [result.outcome for result in results] == ["taken_back", "taken"]
    assert standing() == before
    assert OutboxMessage.objects.exclude(topic="driver.event").count() == told, "nobody hears of it"


def test_what_came_late_is_for_the_control_room(bus: Bus, ride: BookingView) -> None:
    slip = bus.event("boarded", "8:31", booking=ride.code)
    bus.sends([slip], "8:50")
    back = bus.says("take_back", "8:51", detail={"event": str(slip.id)})
    assert (back.outcome, back.reason) == ("conflict", "too_late_to_take_back")
    assert back.text
    assert Booking.objects.get(code=ride.code).state == "aboard"


def test_a_receipt_for_a_ride_that_was_none_is_not_left_behind(bus: Bus, ride: BookingView) -> None:
    slip = bus.says("alighted", "8:48", booking=ride.code)  # on, and off again, in one tap
    issue_receipt(Booking.objects.get(code=ride.code), "relay", at("8:48"))
    back = takes_back(bus, slip, "8:48")
    assert (back.outcome, back.reason) == ("conflict", "something_followed")
    assert Booking.objects.get(code=ride.code).state == "completed"


@pytest.mark.parametrize("kind", ["help", "walk_up"])
def test_help_and_who_paid_at_the_door_are_for_a_person(bus: Bus, ride: BookingView, kind: str) -> None:
    said = {
        "help": {"detail": {"what": "Panne"}},
        "walk_up": {"stop": MARKT, "detail": {"destination": KLOETZE, "party": {"adults": 1}}},
    }
    bus.says("arrived", "8:00", stop=MARKT)
    slip = bus.says(kind, "8:01", **said[kind])
    back = takes_back(bus, slip, "8:01")
    expected = ("conflict", "cannot_take_back") if slip.outcome == "taken" else ("taken", "")
    assert (back.outcome, back.reason) == expected


def test_nobody_takes_back_what_another_device_said(district: District, bus: Bus, ride: BookingView) -> None:
    slip = bus.says("shift_begin", "6:00")
    other = a_bus(district, since="6:01")
    back = takes_back(other, slip, "6:02")
    assert (back.outcome, back.reason) == ("refused", "unknown_event")
    nonsense = bus.says("take_back", "6:03", detail={"event": "gestern"})
    assert (nonsense.outcome, nonsense.reason) == ("refused", "invalid")


def test_an_answer_is_the_one_before_again(bus: Bus, ride: BookingView) -> None:
    day = the_day()
    message = send_to_vehicle(
        day, bus.duty.vehicle, "Tanken?", "leitstelle", at("7:00"), shown=at("7:00"), choices=["Ja", "Nein"]
    )
    bus.says("answer", "7:01", detail={"message": str(message.pk), "choice": "Ja"})
    slip = bus.says("answer", "7:02", detail={"message": str(message.pk), "choice": "Nein"})
    assert takes_back(bus, slip, "7:02").outcome == "taken"
    assert DriverMessage.objects.get().answer == "Ja"


def test_the_plan_as_seen_by_the_clock_goes_on(bus: Bus, desk: Desk, ride: BookingView) -> None:
    """A slip that is noticed a minute later: what had been late by it is in time again."""
    says_before(bus, ride, "delay")
    before = standing()
    slip = bus.says("delay", "8:25", detail={"minutes": 60})
    assert BrokenPromise.objects.exists()
    back = takes_back(bus, slip, at("8:26") + timedelta(seconds=5))  # type: ignore[arg-type]
    assert back.outcome == "taken"
    assert standing() == before
