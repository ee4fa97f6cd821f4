"""Other shifts for a planned day: rides go on where they can, find other places where they must, and nobody is lost unseen."""

from __future__ import annotations

import pytest

from accessibility.desk import Party
from backend.bookings.models import DayShift, PlanVersion, ServiceDay
from backend.bookings.planning import current_plan, load_plan
from backend.bookings.reshaping import Reshaped, differs, reshaped, write_reshaped
from dispatch.checker import check
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_wish, at

pytestmark = pytest.mark.django_db
NOW = at("7:00")


def the_day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get()


def rows() -> list[DayShift]:
    return list(the_day().day_shifts.select_related("vehicle__depot").order_by("code"))


def tried(changed: list[DayShift]) -> Reshaped:
    return reshaped(the_day(), changed, NOW)


def test_the_same_shifts_change_nothing() -> None:
    a_district()
    a_booking(a_desk())
    assert not differs(the_day(), rows())
    found = tried(rows())
    assert (found.moved, found.stranded, found.refusal) == ((), (), None)


def test_a_shift_shortened_behind_its_rides_keeps_them() -> None:
    a_district()
    code = a_booking(a_desk(), a_wish(when="8:30")).code
    shorter = rows()
    shorter[0].end_s = 11 * 3600
    assert differs(the_day(), shorter)
    found = tried(shorter)
    assert (found.moved, found.stranded) == ((), ())
    write_reshaped(found, "roster", NOW)
    assert code in current_plan(the_day()).plan.requests
    assert rows()[0].end_s == 11 * 3600
    again = load_plan(the_day())
    assert again.plan == current_plan(the_day()).plan
    assert check(again.plan, again.travel_s) == []
    assert PlanVersion.objects.latest("version").reason == "roster"


def test_a_shift_shortened_before_a_ride_strands_who_has_no_other_bus() -> None:
    a_district()
    code = a_booking(a_desk(), a_wish(when="10:30")).code
    shorter = rows()
    shorter[0].end_s = 9 * 3600
    found = tried(shorter)
    assert found.stranded == (code,)
    with pytest.raises(ValueError, match="nobody may lose a ride"):
        write_reshaped(found, "roster", NOW)
    assert code in current_plan(the_day()).plan.requests


def test_the_other_bus_takes_who_cannot_stay() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk(), a_wish(when="10:30")).code
    plan = current_plan(the_day()).plan
    used = next(s for s, r in zip(plan.shifts, plan.routes, strict=True) if any(e.request_id for e in r.events))
    left = [row for row in rows() if row.code != used.id]
    found = tried(left)
    assert found.stranded == ()
    assert [(ride.code, ride.vehicle_before) for ride in found.moved] == [(code, used.vehicle.id)]
    assert found.moved[0].vehicle_after != used.vehicle.id
    write_reshaped(found, "roster", NOW)
    assert [row.code for row in rows()] == [left[0].code]
    day = load_plan(the_day())
    assert check(day.plan, day.travel_s) == []


def test_a_bus_without_its_wheelchair_place_names_who_needs_it() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk()
    a_booking(desk, a_wish(when="8:30"))
    by_wheelchair = a_booking(desk, a_wish(when="10:00", party=Party(wheelchairs=1))).code
    changed = rows()
    ramp = next(row for row in changed if "ramp" in row.vehicle.features)
    ramp.vehicle.configurations = [[8, 0, 6]]
    assert tried(changed).stranded == (by_wheelchair,)


def test_a_day_without_bookings_takes_any_shifts_and_another_plan() -> None:
    district = a_district()
    a_desk().quote(a_wish(), key="asked")
    token = the_day().plan_token
    assert not district.bookings.exists()
    assert write_reshaped(tried([]), "roster", NOW) is None
    assert rows() == []
    assert the_day().plan_token != token
    assert not a_desk().quote(a_wish(), key="asked again").offers


def test_a_bus_put_on_for_one_day_takes_bookings() -> None:
    a_district(BusOnDuty(end="09:00"))
    desk = a_desk()
    a_booking(desk, a_wish(when="8:05"))
    more = rows()
    extra = DayShift(
        service_day=the_day(), code="extra", vehicle=more[0].vehicle, start_s=9 * 3600, end_s=14 * 3600, breaks=[]
    )
    write_reshaped(tried([*more, extra]), "roster", NOW)
    assert a_booking(desk, a_wish(when="12:30")).code in current_plan(the_day()).plan.requests
