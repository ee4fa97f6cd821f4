"""Whatever is done to fleet and rosters: no booking is lost unseen, every plan is lawful, and undoing brings the shifts back."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accessibility.desk import BookingView, Party
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.planning import current_plan, load_plan
from backend.control.models import RosterChange
from backend.control.roster_records import Record, day_key, read
from backend.control.rosters import Change, carry_out, preview, undoing
from backend.districts.models import District
from dispatch.checker import check
from tests.builders.district import (
    BAHNHOF,
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    BusOnDuty,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
)
from tests.builders.examples import examples

pytestmark = pytest.mark.django_db
NOW, TODAY = at("6:00"), date(2026, 11, 24)
ENDS = st.sampled_from([(MARKT, KLOETZE), (KLOETZE, MARKT), (BAHNHOF, BEETZENDORF), (BEETZENDORF, KUHFELDE)])
BOOK = st.tuples(
    st.just("book"), ENDS, st.integers(15, 23), st.sampled_from([Party(), Party(adults=3), Party(wheelchairs=1)])
)
HOURS = st.tuples(st.just("hours"), st.integers(0, 2), st.integers(6, 8), st.integers(9, 12))
OUT = st.tuples(st.just("out"), st.integers(0, 2))
PLACES = st.tuples(st.just("places"), st.integers(0, 2), st.sampled_from([[[8, 0, 6]], [[2, 0, 0]], [[6, 1, 4]]]))
DROP = st.tuples(st.just("drop"), st.integers(0, 2))
UNDO = st.tuples(st.just("undo"))


def assert_sound() -> None:
    """Every live booking is served by a lawful plan; what is kept in memory is what the database says."""
    for day in ServiceDay.objects.select_related("district"):
        live = set(day.bookings.filter(state=Booking.State.BOOKED).values_list("code", flat=True))
        for plan in (current_plan(day), load_plan(day)):
            assert set(plan.plan.requests) == live
            assert check(plan.plan, plan.travel_s) == []
        assert current_plan(day).plan.shifts == load_plan(day).plan.shifts


def record_of(district: District, step: tuple[Any, ...]) -> Record | None:
    rows = list(DayShift.objects.filter(service_day__date=TODAY).select_related("vehicle").order_by("code"))
    if not rows:
        return None
    row = rows[step[1] % len(rows)]
    key = day_key(TODAY, row.code)
    if step[0] == "hours":
        return (
            "day",
            key,
            {"vehicle": row.vehicle.code, "start_s": step[2] * 3600, "end_s": step[3] * 3600, "breaks": []},
        )
    if step[0] == "drop":
        return ("day", key, None)
    if step[0] == "out":
        outage = {"vehicle": row.vehicle.code, "first": TODAY.isoformat(), "last": TODAY.isoformat(), "note": ""}
        return ("outage", str(uuid.uuid4()), outage)
    values = read(district, "vehicle", row.vehicle.code)
    assert values is not None
    return ("vehicle", row.vehicle.code, {**values, "configurations": step[2]})


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(BOOK, BOOK, HOURS, OUT, PLACES, DROP, UNDO), min_size=3, max_size=9), may=st.booleans())
def test_nobody_is_lost_by_a_change_of_shifts(steps: list[tuple[Any, ...]], may: bool) -> None:
    with transaction.atomic():
        live_through(steps, may)
        transaction.set_rollback(True)


def live_through(steps: list[tuple[Any, ...]], may: bool) -> None:
    district = a_district(BusOnDuty(), BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk(NOW)
    for step in steps:
        live = set(Booking.objects.filter(state=Booking.State.BOOKED).values_list("code", flat=True))
        if step[0] == "book":
            (origin, destination), half, party = step[1], step[2], step[3]
            quote = desk.quote(
                a_wish(origin, destination, f"{half // 2}:{half % 2 * 30:02d}", party=party), key=a_key()
            )
            if quote.offers:
                assert isinstance(desk.book(quote.offers[0].id, a_passenger(), key=a_key()), BookingView)
            continue
        last = RosterChange.objects.first()
        record = None if step[0] == "undo" else record_of(district, step)
        change = Change("Probe", (record,)) if record else undoing(last) if last else None
        if change is None:
            continue
        stranded = set(preview(district, change, NOW).stranded)
        allowed = tuple(stranded) if may else ()
        answer = carry_out(district, change, "ein Grund", "probe", NOW, key=a_key(), may_cancel=allowed)
        after = set(Booking.objects.filter(state=Booking.State.BOOKED).values_list("code", flat=True))
        assert live - after == (stranded if "change" in answer else set()), "only who was named loses a ride"
        if stranded and not may and "refusal" not in answer:
            assert set(answer["look_again"]) == stranded
        assert_sound()
    assert_sound()
