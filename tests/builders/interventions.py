"""A dispatcher's hand on the district's day: look at an intervention, do it, and see that the plan is sound."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from backend.bookings.models import ServiceDay
from backend.bookings.planning import current_plan, load_plan
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.districts.models import District
from backend.districts.services import build
from dispatch.checker import check
from routing.network import Road, Source, from_roads
from tests.builders.district import FIRST_LONGITUDE, LATITUDE, LEG_M, LEG_S, STEP_DEGREES, STOPS, a_key, at

DAY = "2026-11-24"


def the_day(date: str = DAY) -> ServiceDay:
    """A service day of the one district."""
    return ServiceDay.objects.select_related("district").get(date=date)


def carried_out(
    document: dict[str, Any], clock: str | datetime, reason: str = "Probe", day: str = DAY
) -> tuple[Preview, str]:
    """Look at an intervention and confirm it; what was seen, and the id of its record."""
    now = at(clock) if isinstance(clock, str) else clock
    shown = preview(the_day(day), document, now)
    assert isinstance(shown, Preview), shown
    answer = intervene(shown.token, reason, "leitstelle", now, key=a_key())
    assert "intervention" in answer, answer
    assert_sound(day)
    return shown, str(answer["intervention"])


def assert_sound(date: str = DAY) -> None:
    """The plan of a day is lawful, stored as it is kept, and serves who is booked and nobody else."""
    day = the_day(date)
    stored = load_plan(day)
    assert stored.plan == current_plan(day).plan, "what is kept is what is stored"
    assert check(stored.plan, stored.travel_s) == []
    live = set(day.bookings.filter(state__in=("booked", "aboard")).values_list("code", flat=True))
    assert set(stored.plan.requests) == live


def bus_of(code: str) -> str:
    """The code of the vehicle that the plan gives a ride."""
    plan = current_plan(the_day()).plan
    return next(
        shift.vehicle.id
        for shift, route in zip(plan.shifts, plan.routes, strict=True)
        if any(event.request_id == code for event in route.events)
    )


def a_side_road(district: District) -> None:
    """A second road from Kuhfelde to Beetzendorf, twice as long."""
    names = range(len(STOPS))
    longitudes = np.array([FIRST_LONGITUDE + STEP_DEGREES * n for n in names] + [FIRST_LONGITUDE + 2.5 * STEP_DEGREES])
    latitudes = np.array([LATITUDE] * len(STOPS) + [LATITUDE + 0.03])
    pairs = [(n, n + 1) for n in range(len(STOPS) - 1)] + [(2, 5), (5, 3)]
    roads = [Road(a, b, LEG_S * 1000, LEG_M, "Weg") for one, two in pairs for a, b in ((one, two), (two, one))]
    from_roads(latitudes, longitudes, roads, Source("test", "", True)).save(Path(district.folder) / "roads")
    build(district)
