"""A plan that the checker refuses is not written, and can be looked at again without knowing who rides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from backend.bookings.models import PlanVersion, ServiceDay
from backend.bookings.planning import DayPlan, UnlawfulPlan, load_plan, write_version
from dispatch.case_file import read_case
from dispatch.checker import Broken
from dispatch.model import EventKind, Plan
from dispatch.replay import faults
from tests.builders.district import a_booking, a_desk, a_district, at

pytestmark = pytest.mark.django_db


def boarding_an_hour_early(plan: Plan) -> Plan:
    routes = tuple(
        replace(
            route,
            events=tuple(
                replace(event, start_s=event.start_s - 3600) if event.kind is EventKind.PICKUP else event
                for event in route.events
            ),
        )
        for route in plan.routes
    )
    return replace(plan, routes=routes)


def a_planned_day() -> tuple[ServiceDay, DayPlan, str]:
    a_district()
    booking = a_booking(a_desk())
    day = ServiceDay.objects.get()
    return day, load_plan(day), booking.code


def test_a_refused_plan_is_kept_as_a_file_that_replays(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    day, before, code = a_planned_day()
    assert code in before.plan.requests
    with pytest.raises(UnlawfulPlan, match="kept in") as refused:
        write_version(day, before, boarding_an_hour_early(before.plan), "test", at("7:00"))
    assert PlanVersion.objects.count() == 1
    kept = refused.value.kept
    assert kept is not None
    assert kept.parent == tmp_path / "failures"
    assert code not in kept.read_text(encoding="utf-8")
    found = faults(read_case(kept))
    assert len(found) == len(refused.value.violations) > 0
    for fault, violation in zip(found, refused.value.violations, strict=True):
        assert fault.startswith(violation.kind.value)
        assert fault.endswith(violation.message)
    assert Broken.WINDOW in {violation.kind for violation in refused.value.violations}


def test_a_folder_that_cannot_be_written_does_not_hide_the_fault(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "failures").write_text("no folder")
    settings.DATA_DIR = tmp_path
    day, before, _code = a_planned_day()
    with pytest.raises(UnlawfulPlan, match="window") as refused:
        write_version(day, before, boarding_an_hour_early(before.plan), "test", at("7:00"))
    assert refused.value.kept is None
