"""Other bookings are moved for who needs a ramp, before such a rider hears a no; nobody's promise changes by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import BookingView, Party, RideWish
from backend.bookings.models import AuditEntry, OutboxMessage, PlanVersion, ServiceDay
from backend.bookings.planning import DayPlan, current_plan
from backend.bookings.series import MOST_IN_VAIN
from backend.bookings.services import MOST_ROOM_AN_HOUR, consider_wish, record_wish
from dispatch.checker import check
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_passenger, a_wish
from tests.builders.series import FR, MO, TH, TU, WE, a_rule, a_series_quote

pytestmark = pytest.mark.django_db


def a_full_ramp_bus() -> None:
    """Eight people ride at 8:30 Uhr in the bus with the ramp; the bus without one stands idle."""
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    a_booking(a_desk(), a_wish(when="8:30", party=Party(adults=8)))
    assert shifts_in_use() == {"bus-1"}


def shifts_in_use() -> set[str]:
    plan = current_plan(ServiceDay.objects.get()).plan
    vehicle_of = {shift.id: shift.vehicle.id for shift in plan.shifts}
    return {vehicle_of[route.shift_id] for route in plan.routes if any(event.request_id for event in route.events)}


def by_wheelchair() -> RideWish:
    return a_wish(when="8:25", party=Party(adults=1, wheelchairs=1))


def test_a_group_that_fits_any_bus_is_moved_for_a_wheelchair() -> None:
    a_full_ramp_bus()
    promised = current_plan(ServiceDay.objects.get()).plan.requests
    desk = a_desk()
    quote = desk.quote(by_wheelchair(), key=a_key())
    assert quote.offers[0].pickup_from.strftime("%H:%M") == "08:25"
    answer = desk.book(quote.offers[0].id, a_passenger(), key=a_key())
    assert isinstance(answer, BookingView), answer
    day = current_plan(ServiceDay.objects.get())
    assert shifts_in_use() == {"bus-1", "bus-2"}
    assert promised.items() <= day.plan.requests.items()
    assert check(day.plan, day.travel_s) == []


def test_the_move_is_a_version_of_the_plan_that_others_hear_of() -> None:
    a_full_ramp_bus()
    quote = a_desk().quote(by_wheelchair(), key=a_key())
    assert list(PlanVersion.objects.order_by("version").values_list("reason", flat=True)) == ["booking", "room"]
    assert OutboxMessage.objects.filter(topic="plan.changed").count() == 2
    entry = AuditEntry.objects.get(action="plan.room")
    assert entry.subject == quote.request_id, "the record says for which wish it was"


def test_nobody_is_moved_for_whom_every_bus_can_carry() -> None:
    a_full_ramp_bus()
    desk = a_desk()
    a_booking(desk, a_wish(when="8:30", party=Party(adults=8)))
    quote = desk.quote(a_wish(when="8:25", party=Party(adults=8)), key=a_key())
    assert all(offer.pickup_from.strftime("%H:%M") != "08:25" for offer in quote.offers)
    assert "room" not in PlanVersion.objects.values_list("reason", flat=True)


def test_an_offer_whose_room_was_lost_before_it_was_written_is_not_forced() -> None:
    """Somebody books between the search and the writing: the day's plan stays as that booking left it."""
    a_full_ramp_bus()
    day = ServiceDay.objects.select_related("district").get()
    desk = a_desk()
    considered = consider_wish(day.district, by_wheelchair(), desk.clock.now())
    assert considered.moved is not None
    a_booking(desk, a_wish(when="10:30"))
    before = ServiceDay.objects.get().plan_version
    record_wish(day.district, considered, desk.clock.now())
    assert ServiceDay.objects.get().plan_version == before


def test_of_a_series_few_days_are_searched_in_vain_and_all_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a year of days on which no bus with a ramp drives at that hour must not keep a core busy."""
    a_full_ramp_bus()
    searched = []
    with_room = DayPlan.with_room
    monkeypatch.setattr(DayPlan, "with_room", lambda plan, probe: searched.append(probe) or with_room(plan, probe))
    wish = a_wish(when="18:00", party=Party(adults=1, wheelchairs=1))
    one = a_series_quote(a_desk(), a_rule(until="2026-11-24"), wish)
    of_one_day = len(searched)
    assert of_one_day > 0
    quote = a_series_quote(a_desk(), a_rule(MO, TU, WE, TH, FR, until="2027-02-26"), wish)
    assert {day.refusal.code for day in (*one.dates, *quote.dates) if day.refusal} == {"no_vehicle"}
    assert len(quote.dates) > 60
    assert len(searched) <= of_one_day + MOST_IN_VAIN * of_one_day


def test_who_only_asks_cannot_rearrange_a_day_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    a_full_ramp_bus()
    for number in range(MOST_ROOM_AN_HOUR):
        day, at_seven = ServiceDay.objects.get(), a_desk().clock.now()
        PlanVersion.objects.create(
            service_day=day, version=1000 + number, created_at=at_seven, reason="room", routes=[], cost=0, driving_s=0,
            wait_s=0, excess_ride_s=0,
        )  # fmt: skip
    desk = a_desk()
    refused = desk.quote(by_wheelchair(), key=a_key())
    assert all(offer.pickup_from.strftime("%H:%M") != "08:25" for offer in refused.offers)
    assert PlanVersion.objects.filter(reason="room").count() == MOST_ROOM_AN_HOUR
    PlanVersion.objects.filter(version__gte=1000).update(created_at=desk.clock.now() - timedelta(minutes=61))
    assert desk.quote(by_wheelchair(), key=a_key()).offers[0].pickup_from.strftime("%H:%M") == "08:25"
