"""Who stands at a stop without a booking, and what becomes of rides of which nothing was reported."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accessibility.desk import BookingView, InvalidInput, Party
from backend.bookings.models import AuditEntry, Booking, IdempotencyRecord, OutboxMessage, PlanVersion, ServiceDay
from backend.bookings.planning import current_plan, load_plan
from backend.bookings.pruning import prune_keys, prune_plans
from backend.bookings.receipts import issue_receipt
from backend.driving.day_end import settle_day, unreported
from backend.driving.forgetting import forget_ways_and_words
from backend.driving.keeping_up import keep_up
from backend.driving.models import DriverEvent
from backend.driving.services import send_to_vehicle
from backend.operations.models import VehiclePosition
from dispatch.checker import check
from tests.builders.district import (
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    RULES,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_wish,
    at,
)
from tests.builders.driving import a_bus
from tests.builders.tracks import driving, report

pytestmark = pytest.mark.django_db
WALK_UP = RULES.replace("[roads]", "[boarding]\nwalk_up = true\n[roads]")


def day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get()


def plan_is_lawful() -> None:
    loaded = load_plan(day())
    assert loaded.plan == current_plan(day()).plan
    assert check(loaded.plan, loaded.travel_s) == []


def asking(adults: int = 1, **more: object) -> dict[str, object]:
    return {"destination": KLOETZE, "party": {"adults": adults}, **more}


def test_who_stands_at_the_stop_rides_along_and_hears_the_fare() -> None:
    district = a_district(rules=WALK_UP)
    desk, bus = a_desk(), a_bus(district)
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    bus.says("arrived", "8:30", stop=MARKT)
    result = bus.says("walk_up", "8:31", stop=MARKT, detail=asking())
    assert result.outcome == "taken", result
    assert result.answer["fare_cents"] == 525
    booking = Booking.objects.get(code=result.answer["booking"])
    assert (booking.state, booking.driven.boarded_at) == ("aboard", at("8:31"))
    assert bus.says("boarded", "8:32", booking=booking.code, detail={"cash_cents": 525}).outcome == "taken"
    assert Booking.objects.get(code=booking.code).driven.cash_cents == 525
    assert bus.says("boarded", "8:32", booking=booking.code, detail={"cash_cents": 525}).reason == "already_aboard"
    plan_is_lawful()
    bus.says("boarded", "8:32", booking=ride.code)
    assert bus.says("alighted", "8:48", booking=booking.code).outcome == "taken"
    plan_is_lawful()


def test_who_paid_at_the_end_of_the_ride_is_counted_once_and_by_her_bus_only() -> None:
    """The answer came late, from where there is no network: the fare was taken at the destination."""
    district = a_district(BusOnDuty(), BusOnDuty(), rules=WALK_UP)
    bus, other = a_bus(district), a_bus(district, "bus-2")
    bus.says("arrived", "8:30", stop=MARKT)
    answer = bus.says("walk_up", "8:31", stop=MARKT, detail=asking())
    assert answer.outcome == "taken", answer
    code = str(answer.answer["booking"])
    assert bus.says("alighted", "8:48", booking=code).outcome == "taken"
    paid = {"booking": code, "detail": {"cash_cents": 525}}
    assert other.says("boarded", "8:49", **paid).reason == "already_completed"
    assert bus.says("boarded", "8:49", booking=code).reason == "already_completed"
    assert bus.says("boarded", "8:50", **paid).outcome == "taken"
    booking = Booking.objects.get(code=code)
    assert (booking.state, booking.driven.cash_cents) == ("completed", 525)
    assert bus.says("boarded", "8:51", **paid).reason == "already_completed"
    plan_is_lawful()


def test_a_full_bus_and_a_district_without_walk_ups_say_no() -> None:
    district = a_district(rules=WALK_UP)
    desk, bus = a_desk(), a_bus(district)
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30", party=Party(adults=8)))
    bus.says("arrived", "8:30", stop=MARKT)
    bus.says("boarded", "8:31", booking=ride.code)
    result = bus.says("walk_up", "8:32", stop=MARKT, detail=asking())
    assert (result.outcome, result.reason) == ("refused", "no_room")
    assert Booking.objects.count() == 1
    for wrong in (asking(cats=1) | {"party": {"cats": 1}}, asking() | {"destination": "4711"}, asking(0), {}):
        result = bus.says("walk_up", "8:33", stop=MARKT, detail=wrong)
        assert (result.outcome, result.reason) == ("refused", "invalid"), wrong


def test_a_seat_that_is_free_later_is_none_now() -> None:
    """The bus is full, and could be back within a quarter of an hour: who is told "yes" would be in no plan."""
    district = a_district(rules=WALK_UP)
    desk, bus = a_desk(), a_bus(district)
    ride = a_booking(desk, a_wish(MARKT, KUHFELDE, "8:30", party=Party(adults=8)))
    bus.says("arrived", "8:30", stop=MARKT)
    bus.says("boarded", "8:31", booking=ride.code)
    result = bus.says("walk_up", "8:32", stop=MARKT, detail=asking())
    assert (result.outcome, result.reason) == ("refused", "no_room")
    assert Booking.objects.count() == 1
    assert not OutboxMessage.objects.filter(topic="booking.boarded").exclude(payload__booking=ride.code).exists()
    assert bus.says("alighted", "8:40", booking=ride.code).outcome == "taken"
    plan_is_lawful()


def test_the_district_decides_about_walk_ups() -> None:
    bus = a_bus(a_district())
    bus.says("arrived", "8:30", stop=MARKT)
    result = bus.says("walk_up", "8:31", stop=MARKT, detail=asking())
    assert (result.outcome, result.reason) == ("refused", "no_walk_up")


def test_rides_without_a_word_wait_for_somebody_who_knows() -> None:
    a_district()
    desk = a_desk()
    one, two = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30")), a_booking(desk, a_wish(KLOETZE, KUHFELDE, "9:30"))
    assert not unreported(day(), at("8:45")).exists()
    assert [row.code for row in unreported(day(), at("12:00"))] == [one.code, two.code]

    def settle(code: str, state: str, reason: str = "Fahrer gefragt") -> list[str]:
        return settle_day(day(), [code], state, "leitstelle", reason, at("12:00"), at("12:00"))

    with pytest.raises(InvalidInput):
        settle(one.code, "completed", " ")
    with pytest.raises(InvalidInput):
        settle(one.code, "cancelled")
    assert settle(one.code, "completed") == [one.code]
    assert settle(two.code, "no_show") == [two.code]
    assert settle(one.code, "completed") == [], "once is enough"
    with pytest.raises(InvalidInput):
        settle(one.code, "no_show")
    assert Booking.objects.get(code=one.code).state == "completed"
    assert Booking.objects.get(code=two.code).state == "no_show"
    assert AuditEntry.objects.filter(reason="Fahrer gefragt").count() >= 2
    assert issue_receipt(Booking.objects.get(code=one.code), "rider", at("13:00")).number == 1  # type: ignore[union-attr]
    plan_is_lawful()


def test_positions_alone_make_the_plan_late() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    ride = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    served = next(r.shift_id for r in current_plan(day()).plan.routes if len(r.events) > 2)
    vehicle = district.vehicles.get(code=served[:5])
    report(driving(BEETZENDORF, KLOETZE, "8:18", "8:28"), vehicle=vehicle.code)  # a quarter of an hour away
    assert VehiclePosition.objects.exists()
    assert keep_up(vehicle, day(), at("8:28"), at("8:28"))
    moved = next(r.shift_id for r in current_plan(day()).plan.routes if len(r.events) > 2)
    assert moved != served, "the other bus keeps the promise"
    assert not OutboxMessage.objects.filter(topic="promise.broken").exists()
    assert not keep_up(vehicle, day(), at("8:28"), at("8:28")), "once a minute is enough"
    assert isinstance(ride, BookingView)
    plan_is_lawful()


def test_old_plans_and_keys_are_forgotten() -> None:
    a_district()
    desk = a_desk()
    for number in range(3):
        a_booking(desk, a_wish(MARKT, KLOETZE, f"{8 + number}:30"))
    assert prune_plans(at("12:00", "2026-11-25")) == 0
    assert prune_plans(at("12:00", "2026-11-27")) == 2
    assert PlanVersion.objects.get().version == day().plan_version
    assert IdempotencyRecord.objects.exists()
    assert prune_keys(at("12:00", "2026-12-01")) == 0
    prune_keys(at("12:00", "2026-12-20"))
    assert not IdempotencyRecord.objects.exists()


def test_a_drivers_ways_and_words_are_forgotten_after_a_month() -> None:
    bus = a_bus(a_district())
    a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    bus.says("help", "8:20", lat=52.8, lon=11.1, detail={"what": "Panne"})
    send_to_vehicle(
        day(), bus.duty.vehicle, "Bitte anrufen", "leitstelle", at("8:30"), shown=at("8:30"), choices=("ja",)
    )
    assert forget_ways_and_words(at("8:00", "2026-12-23")) == 0
    assert forget_ways_and_words(at("9:00", "2026-12-25")) == 2
    event = DriverEvent.objects.get()
    assert (event.lat, event.lon, event.detail, event.kind) == (None, None, {}, "help")
    assert forget_ways_and_words(at("9:00", "2026-12-25")) == 0


def test_a_message_is_answered_by_a_tap_and_sent_once() -> None:
    bus = a_bus(a_district())
    a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    key = uuid4()
    for _number in range(2):
        message = send_to_vehicle(
            day(), bus.duty.vehicle, "Können Sie Anna mitnehmen?", "leitstelle", at("8:00"), shown=at("8:00"),
            choices=("Ja", "Nein"), key=key,
        )  # fmt: skip
    told = OutboxMessage.objects.get(topic="message.to_driver")
    assert "Anna" not in str(told.payload)
    said = {"message": str(message.pk), "choice": "Ja"}
    assert bus.says("answer", "8:02", detail=said).outcome == "taken"
    message.refresh_from_db()
    assert (message.answer, message.answered_at) == ("Ja", at("8:02"))
    assert bus.says("answer", "8:03", detail=said | {"choice": "Vielleicht"}).reason == "unknown_message"
    with pytest.raises(InvalidInput):
        send_to_vehicle(day(), bus.duty.vehicle, "  ", "leitstelle", at("8:00"), shown=at("8:00"))


def test_the_first_time_a_bus_leaves_needs_no_arrival() -> None:
    bus = a_bus(a_district())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    assert bus.says("left", "8:24").outcome == "taken"
    assert next(r for r in current_plan(day()).plan.routes if len(r.events) > 2).locked == 2
    assert bus.says("left", "8:26").reason == "left_before_arrived"
    assert isinstance(ride, BookingView)
