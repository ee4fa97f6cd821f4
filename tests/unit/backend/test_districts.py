"""A district package becomes rows: again, changed, and with what it no longer has."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.districts.models import District, Place, Shift, Stop, Vehicle
from backend.districts.selectors import roads_of, rules_of, stop_by_code
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
