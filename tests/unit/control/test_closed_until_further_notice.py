"""A road that is closed until further notice: on the days that follow, too, until somebody opens it from some day on."""

from __future__ import annotations

import pytest

from accessibility.desk import BookingView
from backend.bookings.closures import closed_on
from backend.bookings.days import service_day
from backend.bookings.models import RoadClosure, StandingClosure
from backend.bookings.planning import load_plan
from backend.bookings.rearranged import times_of
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import intervene, tend_roads
from backend.notifications.models import RiderMessage
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
    a_wish,
    at,
)
from tests.builders.interventions import DAY, a_side_road, assert_sound, carried_out, the_day
from tests.builders.riders_messages import mobile_rider

pytestmark = pytest.mark.django_db
NEXT, THIRD, FOURTH = "2026-11-25", "2026-11-26", "2026-11-27"
AROUND_S = 300
CLOSED = {"kind": "road", "origin": KUHFELDE, "target": BEETZENDORF}


def driven_s(ride: BookingView, day: str) -> int:
    pickup_s, delivery_s = times_of(load_plan(the_day(day)).plan, ride.code)
    return delivery_s - pickup_s


@pytest.fixture
def rides() -> dict[str, BookingView]:
    """One on each of two days, over the same road; on a third day somebody has only asked."""
    district = a_district(BusOnDuty(start="06:00", end="12:00"))
    a_side_road(district)
    desk = a_desk(at("5:00"))
    found = {day: a_booking(desk, a_wish(MARKT, KLOETZE, at("8:00", day)), mobile_rider()) for day in (DAY, NEXT)}
    service_day(district, at("0:00", THIRD).date())
    return found


def test_who_rides_tomorrow_is_seen_before_and_driven_around(rides: dict[str, BookingView]) -> None:
    usual = driven_s(rides[NEXT], NEXT)
    shown = preview(the_day(), CLOSED, at("7:05"))
    assert isinstance(shown, Preview)
    assert [one.day.date.isoformat() for one in shown.following] == [NEXT, THIRD]
    assert [[effect.code for effect in one.effects.bookings] for one in shown.following] == [[rides[NEXT].code], []]
    assert "auch an den folgenden Tagen" in shown.remarks[0]
    assert not RoadClosure.objects.exists(), "looking writes nothing"
    carried_out(CLOSED, "7:05", "Hochwasser")
    for day in (DAY, NEXT):
        assert_sound(day)
        assert driven_s(rides[day], day) == usual + AROUND_S
    records = InterventionRecord.objects.order_by("service_day__date")
    assert [(row.service_day.date.isoformat(), row.reason) for row in records] == [
        (day, "Hochwasser") for day in (DAY, NEXT, THIRD)
    ]


def test_days_that_are_made_later_know_it_and_show_it(rides: dict[str, BookingView]) -> None:
    carried_out(CLOSED, "7:05")
    ride = a_booking(a_desk(at("7:10")), a_wish(MARKT, KLOETZE, at("8:00", FOURTH)))
    assert_sound(FOURTH)
    assert driven_s(ride, FOURTH) == driven_s(rides[DAY], DAY)
    for _minute in range(2):
        tend_roads(at("7:11"))
    (record,) = InterventionRecord.objects.filter(service_day=the_day(FOURTH))
    carried_out({"kind": "undo", "intervention": str(record.pk)}, "7:12", day=FOURTH)
    assert driven_s(ride, FOURTH) == driven_s(rides[DAY], DAY) - AROUND_S
    assert closed_on(the_day(NEXT)), "the days before stay closed"


def test_from_a_day_ahead_on_it_is_closed_from_that_day(rides: dict[str, BookingView]) -> None:
    shown, _done = carried_out(CLOSED, "7:05", day=NEXT)
    assert shown.remarks[0].startswith("Ab Mi, 25.11.2026 rechnen alle Fahrten mit dem Umweg")
    assert [bool(closed_on(the_day(day))) for day in (DAY, NEXT, THIRD)] == [False, True, True]


def test_each_day_begins_and_ends_for_itself_and_the_next_goes_on(rides: dict[str, BookingView]) -> None:
    carried_out(CLOSED, "7:05")
    tend_roads(at("6:01", NEXT))
    first, second, third = RoadClosure.objects.order_by("service_day__date")
    assert (first.lifted_by, first.begun_at) == ("relay", at("7:05"))
    assert (second.lifted_at, second.begun_at) == (None, at("6:01", NEXT))
    assert (third.lifted_at, third.begun_at) == (None, None)


def test_it_is_opened_from_any_day_on(rides: dict[str, BookingView]) -> None:
    usual = driven_s(rides[NEXT], NEXT)
    carried_out(CLOSED, "7:05")
    record = InterventionRecord.objects.get(service_day=the_day(NEXT))
    shown, _done = carried_out({"kind": "undo", "intervention": str(record.pk)}, "18:00", "Wieder frei", NEXT)
    assert [one.day.date.isoformat() for one in shown.following] == [THIRD]
    assert driven_s(rides[NEXT], NEXT) == usual
    assert_sound(NEXT)
    assert [bool(closed_on(the_day(day))) for day in (DAY, NEXT, THIRD)] == [True, False, False]
    assert StandingClosure.objects.get().open_from == at("0:00", NEXT).date()
    assert not closed_on(service_day(the_day().district, at("0:00", FOURTH).date()))


def test_taking_back_the_first_day_takes_back_all(rides: dict[str, BookingView]) -> None:
    usual = {day: driven_s(ride, day) for day, ride in rides.items()}
    _shown, done = carried_out(CLOSED, "7:05")
    shown, _back = carried_out({"kind": "undo", "intervention": done}, "7:06")
    assert [one.day.date.isoformat() for one in shown.following] == [NEXT, THIRD]
    assert {day: driven_s(ride, day) for day, ride in rides.items()} == usual
    assert not RoadClosure.objects.filter(lifted_at__isnull=True).exists()
    assert InterventionRecord.objects.filter(kind="undo", undoes__isnull=False).count() == 3


def too_tight_for_a_detour() -> None:
    """Two who ride after one another tomorrow: with the way around, one of them comes too late."""
    desk = a_desk(at("7:06"))
    for clock in ("8:20", "8:35"):
        a_booking(desk, a_wish(KUHFELDE, BEETZENDORF, at(clock, NEXT)), mobile_rider())


def test_who_booked_for_tomorrow_meanwhile_and_is_hit_is_seen_before_it_happens(rides: dict[str, BookingView]) -> None:
    shown = preview(the_day(), CLOSED, at("7:05"))
    assert isinstance(shown, Preview)
    too_tight_for_a_detour()
    answer = intervene(shown.token, "Hochwasser", "leitstelle", at("7:07"), key=a_key())
    assert "fresh" in answer
    assert not RoadClosure.objects.exists(), "nothing has happened yet"
    assert "intervention" in intervene(answer["fresh"], "Hochwasser", "leitstelle", at("7:08"), key=a_key())
    assert_sound(NEXT)


def test_whose_promise_of_tomorrow_breaks_is_told(rides: dict[str, BookingView]) -> None:
    too_tight_for_a_detour()
    shown, _done = carried_out(CLOSED, "7:07")
    (broken,) = [one.code for ahead in shown.following for one in ahead.effects.broken]
    told = RiderMessage.objects.filter(key__startswith="intervention:", booking__service_day=the_day(NEXT))
    assert [row.booking.code for row in told.select_related("booking") if row.booking] == [broken]
