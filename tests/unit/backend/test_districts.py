"""A district package becomes rows: again, changed, and with what it no longer has."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from backend.districts.models import District, Place, Shift, Stop, Vehicle, VehicleOutage
from backend.districts.selectors import roads_of, rules_of, shifts_on, stop_by_code
from backend.districts.services import build, import_package
from fixtures.toml_tables import PackageError
from tests.builders.district import (
    BAHNHOF,
    KLOETZE,
    LEG_S,
    MARKT,
    RULES,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_package,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (District, Stop, Place, Vehicle, Shift))


def test_importing_again_changes_nothing() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    before = counts()
    stops = dict(Stop.objects.values_list("code", "pk"))
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    assert counts() == before == (1, 5, 2, 2, 2)
    assert dict(Stop.objects.values_list("code", "pk")) == stops


def test_roads_are_built_once_and_measure_the_way() -> None:
    district = a_district()
    assert not build(district)
    roads = roads_of(district)
    first, last = stop_by_code(district, BAHNHOF), stop_by_code(district, KLOETZE)
    assert first
    assert last
    assert roads.seconds[first.number, last.number] == 4 * LEG_S
    assert round(roads.way(first.number, last.number).metres) == 20_000


def test_a_changed_package_changes_rules_and_keeps_bookings() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk)
    district = a_district(
        rules=RULES.replace("stop_s = 30", "stop_s = 300").replace("lead_time_s = 3600", "lead_time_s = 60")
    )
    assert rules_of(district).zones[1].lead_time_s == 60
    other = a_booking(desk)  # the whole plan is checked with it: an old promise means what it meant
    assert other.code != view.code


def test_a_stop_that_left_the_package_stays_but_is_not_served(tmp_path: Path) -> None:
    district = a_district()
    folder = a_package(tmp_path / "smaller")
    stops = folder / "stops.csv"
    kept = [line for line in stops.read_text(encoding="utf-8").splitlines() if not line.startswith(MARKT)]
    stops.write_text("\n".join(kept) + "\n", encoding="utf-8")
    places = folder / "places.csv"
    places.write_text(places.read_text(encoding="utf-8").replace("100 101", "100"), encoding="utf-8")
    import_package(folder)
    district.refresh_from_db()
    gone = Stop.objects.get(code=MARKT)
    assert not gone.served
    assert Stop.objects.count() == 5
    assert all(named.id != MARKT for named in _finder(district))


def _finder(district: District):  # type: ignore[no-untyped-def]
    from backend.districts.selectors import finder_of

    return finder_of(district).everything


def test_a_broken_package_writes_nothing(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "broken", rules=RULES.replace("horizon_days = 14", 'horizon_days = "two weeks"'))
    with pytest.raises(PackageError, match=r"booking\.horizon_days"):
        import_package(folder)
    assert not District.objects.exists()


def test_what_the_control_room_planned_survives_the_package() -> None:
    district = a_district()
    Vehicle.objects.update(configurations=[[4, 1, 2]], planned_here=True)
    Shift.objects.update(end_s=11 * 3600, planned_here=True)
    own = Vehicle.objects.get()
    Shift.objects.create(district=district, code="own", vehicle=own, days=127, start_s=0, end_s=3600, planned_here=True)
    a_district()
    assert Vehicle.objects.get().configurations == [[4, 1, 2]]
    assert {shift.code: shift.end_s for shift in Shift.objects.all()} == {
        "bus-1-mo-su-06:00": 11 * 3600,
        "own": 3600,
    }


def test_a_vehicle_in_the_workshop_has_no_shift() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    VehicleOutage.objects.create(
        vehicle=Vehicle.objects.get(code="bus-1"), first=date(2026, 11, 24), last=date(2026, 11, 25)
    )
    drives = {
        day: [shift.vehicle.code for shift in shifts_on(district, date(2026, 11, day))] for day in (23, 24, 25, 26)
    }
    assert drives == {23: ["bus-1", "bus-2"], 24: ["bus-2"], 25: ["bus-2"], 26: ["bus-1", "bus-2"]}


def test_a_holiday_may_be_a_sunday_to_a_shift() -> None:
    district = a_district()
    Shift.objects.update(days=0b0011111, on_holidays=Shift.OnHolidays.AS_SUNDAY)  # Monday to Friday
    assert not shifts_on(district, date(2026, 12, 25)), "Christmas is a Friday in 2026"
    assert shifts_on(district, date(2026, 12, 18))
    Shift.objects.update(on_holidays=Shift.OnHolidays.AS_WEEKDAY)
    assert shifts_on(district, date(2026, 12, 25))
