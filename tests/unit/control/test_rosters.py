"""Changes of fleet and rosters: looked at, carried out with a reason, taken back. Nobody loses a ride unseen."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from accessibility.desk import InvalidInput, Party
from backend.bookings.models import AuditEntry, Booking, DayShift, OutboxMessage, ServiceDay
from backend.bookings.planning import current_plan
from backend.control.duties import duty_roster
from backend.control.models import RosterChange, ShiftDriver
from backend.control.roster_records import Record, day_key, read
from backend.control.rosters import Change, carry_out, preview, undoing
from backend.districts.models import District, Shift, Vehicle, VehicleOutage
from backend.driving.models import Driver
from dispatch.checker import check
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish, at

pytestmark = pytest.mark.django_db
NOW = at("7:00")
TODAY = date(2026, 11, 24)
REASON = "Werkstatt hat einen Termin frei"


def an_outage(first: str = "2026-11-24", last: str | None = "2026-11-24", vehicle: str = "bus-1") -> Record:
    return ("outage", str(uuid.uuid4()), {"vehicle": vehicle, "first": first, "last": last, "note": "Werkstatt"})


def changed(district: District, *records: Record, may_cancel: tuple[str, ...] = (), key: str = "") -> dict[str, Any]:
    return carry_out(
        district, Change("Probe", records), REASON, "leitstelle", NOW, key=key or a_key(), may_cancel=may_cancel
    )


def shifts(day: date = TODAY) -> dict[str, tuple[int, int]]:
    rows = DayShift.objects.filter(service_day__date=day).order_by("start_s", "code")
    return {row.code: (row.start_s, row.end_s) for row in rows}


def vehicle_in_use() -> str:
    plan = current_plan(ServiceDay.objects.get()).plan
    serving = zip(plan.shifts, plan.routes, strict=True)
    return next(shift.vehicle.id for shift, route in serving if any(event.request_id for event in route.events))


def lawful(day: date = TODAY) -> None:
    plan = current_plan(ServiceDay.objects.get(date=day))
    assert check(plan.plan, plan.travel_s) == []
    live = Booking.objects.filter(service_day__date=day, state="booked").values_list("code", flat=True)
    assert set(live) == set(plan.plan.requests)


def test_a_preview_writes_nothing() -> None:
    district = a_district()
    code = a_booking(a_desk()).code
    found = preview(district, Change("Probe", (an_outage(),)), NOW)
    assert found.stranded == (code,)
    assert not VehicleOutage.objects.exists()
    assert shifts() != {}
    lawful()


def test_a_vehicle_in_the_workshop_hands_its_rides_over() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    a_booking(a_desk())
    used = vehicle_in_use()
    outage = an_outage(vehicle=used)
    found = preview(district, Change("Probe", (outage,)), NOW)
    assert (found.stranded, len(found.days[0].moved)) == ((), 1)
    answer = changed(district, outage)
    row = RosterChange.objects.get(pk=answer["change"])
    assert row.effects["moved"] == [found.days[0].moved[0].code]
    assert len(shifts()) == 1
    lawful()
    entry = AuditEntry.objects.get(action="roster.changed")
    assert (entry.actor, entry.reason) == ("leitstelle", REASON)


def some_hours(begin: str, end: str, vehicle: str = "bus-1") -> Record:
    kind, key, values = an_outage(vehicle=vehicle)
    assert values is not None
    hours = {name: int(clock.split(":")[0]) * 3600 + int(clock.split(":")[1]) * 60
             for name, clock in (("from_s", begin), ("until_s", end)) if clock}  # fmt: skip
    return kind, key, values | hours


@pytest.mark.parametrize(
    ("begin", "end", "left"),
    [
        ("10:00", "11:00", [(6, 10), (11, 12)]),
        ("10:00", "", [(6, 10)]),
        ("5:00", "8:00", [(8, 12)]),
        ("5:00", "6:00", [(6, 12)]),
        ("12:00", "13:00", [(6, 12)]),
        ("6:15", "11:45", []),  # for a quarter of an hour nobody drives out
        ("", "", []),
    ],
)
def test_a_vehicle_that_is_out_for_some_hours_drives_the_others(begin: str, end: str, left: list[Any]) -> None:
    district = a_district()
    a_desk().quote(a_wish(), key="a day")
    assert "change" in changed(district, some_hours(begin, end))
    assert list(shifts().values()) == [(one * 3600, other * 3600) for one, other in left]
    lawful()
    row = RosterChange.objects.get()
    assert "change" in carry_out(district, undoing(row), "doch nicht", "leitstelle", NOW, key=a_key())
    assert list(shifts().values()) == [(6 * 3600, 12 * 3600)]


def test_only_rides_of_those_hours_move() -> None:
    district = a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk()
    early, late = (a_booking(desk, a_wish(when=clock)).code for clock in ("8:30", "10:30"))
    used = vehicle_in_use()
    answer = changed(district, some_hours("9:45", "11:45", vehicle=used))
    assert RosterChange.objects.get(pk=answer["change"]).effects["moved"] == [late]
    lawful()
    plan = current_plan(ServiceDay.objects.get()).plan
    bus_of = {event.request_id: shift.vehicle.id for shift, route in zip(plan.shifts, plan.routes, strict=True)
              for event in route.events}  # fmt: skip
    assert (bus_of[early] == used, bus_of[late] == used) == (True, False)


def test_who_drives_a_shift_drives_both_of_its_parts() -> None:
    district = a_district()
    a_desk().quote(a_wish(), key="a day")
    driver = Driver.objects.create(district=district, name="Testfahrerin 1", code_hash="x")
    code = Shift.objects.get().code
    changed(district, ("shift_driver", f"{code}|1", {"driver": driver.pk}))
    changed(district, some_hours("9:00", "10:00"))
    roster = duty_roster(district, TODAY, TODAY)
    assert [roster.driver_of[TODAY, part] for part in (code, f"{code}+2")] == [driver, driver]


def test_who_has_no_place_is_named_and_never_lost() -> None:
    district = a_district()
    code = a_booking(a_desk()).code
    assert changed(district, an_outage()) == {"look_again": [code]}
    assert not VehicleOutage.objects.exists()
    lawful()


def test_who_has_no_place_is_cancelled_only_if_the_dispatcher_has_seen_it() -> None:
    district = a_district()
    code = a_booking(a_desk()).code
    answer = changed(district, an_outage(), may_cancel=(code,))
    assert RosterChange.objects.get(pk=answer["change"]).effects["cancelled"] == [code]
    assert Booking.objects.get(code=code).state == "cancelled"
    assert OutboxMessage.objects.filter(topic="booking.cancelled", payload__booking=code).exists()
    assert AuditEntry.objects.get(action="roster.ride_lost").reason == REASON
    assert shifts() == {}
    lawful()


def test_taking_it_back_brings_the_shift_but_not_the_ride() -> None:
    district = a_district()
    before = shifts()
    code = a_booking(a_desk()).code
    before = shifts()
    row = RosterChange.objects.get(pk=changed(district, an_outage(), may_cancel=(code,))["change"])
    answer = carry_out(district, undoing(row), "Termin fiel aus", "leitstelle", NOW, key=a_key())
    assert RosterChange.objects.get(pk=answer["change"]).undoes == row
    assert shifts() == before
    assert not VehicleOutage.objects.exists()
    again = carry_out(district, undoing(row), "noch einmal", "leitstelle", NOW, key=a_key())
    assert again["refusal"]["code"] == "undone_before"


def test_what_was_changed_since_is_not_taken_back() -> None:
    district = a_district()
    a_desk().quote(a_wish(), key="a day")
    code = Shift.objects.get().code
    values = read(district, "shift", code)
    assert values is not None
    row = RosterChange.objects.get(pk=changed(district, ("shift", code, {**values, "end_s": 11 * 3600}))["change"])
    changed(district, ("shift", code, {**values, "end_s": 10 * 3600}))
    answer = carry_out(district, undoing(row), "doch nicht", "leitstelle", NOW, key=a_key())
    assert answer["refusal"]["code"] == "changed_since"


def test_the_week_reaches_planned_days_but_not_what_was_set_for_a_date() -> None:
    district = a_district()
    desk = a_desk()
    for day in ("2026-11-24", "2026-11-25", "2026-11-26"):
        desk.quote(a_wish(when=at("8:30", day)), key=day)
    code = Shift.objects.get().code
    values = read(district, "day", day_key(date(2026, 11, 25), code))
    assert values is not None
    changed(district, ("day", day_key(date(2026, 11, 25), code), {**values, "end_s": 10 * 3600}))
    weekly = read(district, "shift", code)
    assert weekly is not None
    changed(district, ("shift", code, {**weekly, "end_s": 11 * 3600}))
    ends = {row.service_day.date.day: row.end_s // 3600 for row in DayShift.objects.select_related("service_day")}
    assert ends == {24: 11, 25: 10, 26: 11}
    desk.quote(a_wish(when=at("8:30", "2026-11-27")), key="a new day")
    assert shifts(date(2026, 11, 27))[code][1] == 11 * 3600


def test_a_date_can_lose_its_shift_and_stay_without_it() -> None:
    district = a_district()
    a_desk().quote(a_wish(), key="a day")
    code = Shift.objects.get().code
    changed(district, ("day", day_key(TODAY, code), None))
    assert shifts() == {}
    weekly = read(district, "shift", code)
    assert weekly is not None
    changed(district, ("shift", code, {**weekly, "end_s": 11 * 3600}))
    assert shifts() == {}, "what was cancelled for one date does not come back with the week"


def test_a_bus_that_loses_its_wheelchair_place_names_who_needs_it() -> None:
    district = a_district()
    desk = a_desk()
    a_booking(desk, a_wish(when="8:30"))
    needs_it = a_booking(desk, a_wish(when="10:00", party=Party(wheelchairs=1))).code
    values = read(district, "vehicle", "bus-1")
    assert values is not None
    plain = {**values, "configurations": [[8, 0, 6]]}
    found = preview(district, Change("Probe", (("vehicle", "bus-1", plain),)), NOW)
    assert found.stranded == (needs_it,)
    assert Vehicle.objects.get().configurations != [[8, 0, 6]]
    changed(district, ("vehicle", "bus-1", plain), may_cancel=(needs_it,))
    assert Vehicle.objects.get().planned_here
    lawful()


def test_the_same_press_twice_is_one_change() -> None:
    district = a_district()
    a_desk().quote(a_wish(), key="a day")
    outage = an_outage()
    answers = [changed(district, outage, key="one") for _press in range(2)]
    assert answers[0] == answers[1]
    assert RosterChange.objects.count() == 1


def test_what_another_has_changed_since_one_looked_is_looked_at_again() -> None:
    district = a_district()
    a_desk().quote(a_wish(), key="a day")
    code = Shift.objects.get().code
    seen = read(district, "shift", code)
    assert seen is not None
    mine = Change("Probe", (("shift", code, {**seen, "end_s": 10 * 3600}),), expects=(("shift", code, seen),))
    changed(district, ("shift", code, {**seen, "end_s": 11 * 3600}))
    answer = carry_out(district, mine, REASON, "leitstelle", NOW, key=a_key())
    assert answer == {"look_again": []}
    assert Shift.objects.get().end_s == 11 * 3600


def test_a_vehicle_is_added_and_taken_back_unless_it_is_planned_with() -> None:
    district = a_district()
    values = read(district, "vehicle", "bus-1")
    assert values is not None
    added = RosterChange.objects.get(pk=changed(district, ("vehicle", "bus-9", {**values, "name": "Neu"}))["change"])
    shift = {"vehicle": "bus-9", "days": 127, "start_s": 0, "end_s": 3600, "breaks": [], "on_holidays": "as_weekday"}
    put_on = RosterChange.objects.get(pk=changed(district, ("shift", "own", shift))["change"])
    assert preview(district, undoing(added), NOW).refusal is not None
    carry_out(district, undoing(put_on), "doch nicht", "leitstelle", NOW, key=a_key())
    assert not Shift.objects.filter(code="own", dropped=False).exists()
    assert Vehicle.objects.filter(code="bus-9").exists()


@pytest.mark.parametrize("reason", ["", "  ", "ja"])
def test_nothing_is_changed_without_a_reason(reason: str) -> None:
    district = a_district()
    with pytest.raises(InvalidInput):
        carry_out(district, Change("Probe", (an_outage(),)), reason, "leitstelle", NOW, key=a_key())


def test_a_driver_may_not_break_the_law() -> None:
    district = a_district(BusOnDuty(end="12:00"), BusOnDuty(start="09:00", end="15:00"))
    desk = a_desk()
    desk.quote(a_wish(), key="a day")
    driver = Driver.objects.create(district=district, name="Testfahrer 1", code_hash="")
    records = tuple(("shift_driver", f"{shift.code}|1", {"driver": driver.pk}) for shift in Shift.objects.all())
    found = preview(district, Change("Probe", records), NOW)
    assert any("überschneiden sich" in fault for fault in found.faults)
    assert "faults" in changed(district, *records)
    assert not ShiftDriver.objects.exists()
    assert "change" in changed(district, records[0])
    assert ShiftDriver.objects.get().driver == driver
