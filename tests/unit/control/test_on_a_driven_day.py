"""Interventions between what drivers report: facts stay facts, and who changes the bus boards once more."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction

from backend.bookings.days import locked_day
from backend.bookings.driven import board, complete
from backend.bookings.interventions import BreakDown, Keep, Move, Restore
from backend.bookings.models import Booking
from backend.bookings.planning import current_plan
from backend.bookings.progress import Progress
from backend.control.trouble_reading import troubles_of
from backend.control.troubles import TroubleKind
from tests.builders.district import (
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_wish,
    at,
)
from tests.builders.interventions import a_side_road, assert_sound, bus_of, carried_out, the_day
from tests.unit.control.test_rearranging import act, refused

pytestmark = pytest.mark.django_db
STOP = {MARKT: 1, KUHFELDE: 2, BEETZENDORF: 3, KLOETZE: 4}


def boards(code: str, moment: datetime, stop: str = MARKT) -> None:
    """The bus that the plan names stands at the stop, and the riders get in."""
    vehicle = bus_of(code)
    with transaction.atomic():
        day = locked_day(the_day().pk)
        booking = Booking.objects.select_related("district", "offer__ride_request", "service_day").get(code=code)
        progress = Progress(day, moment)
        progress.begins(vehicle, moment)
        progress.arrives(vehicle, STOP[stop], moment)
        assert progress.boards(vehicle, booking, moment)
        row = day.day_shifts.select_related("vehicle").get(vehicle__code=vehicle).vehicle
        board(booking, row, moment, "driver", moment, cash_cents=525)
        assert progress.write(moment) is not None
    assert_sound()


def leaves(code: str, moment: datetime) -> None:
    with transaction.atomic():
        day = locked_day(the_day().pk)
        booking = Booking.objects.select_related("district", "offer__ride_request", "service_day").get(code=code)
        progress = Progress(day, moment)
        progress.alights(booking, moment)
        complete(booking, moment, "driver", moment)
        assert progress.write(moment) is not None


def the_other(bus: str) -> str:
    return {"bus-1": "bus-2", "bus-2": "bus-1"}[bus]


def test_who_was_aboard_is_fetched_and_brought_to_the_end() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    rider = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30")).code
    bus = bus_of(rider)
    boards(rider, at("8:33"))
    shift = the_day().day_shifts.get(vehicle__code=bus).code
    assert refused(Move(rider, the_other(bus)), at("8:40")) == "already_under_way"
    outcome, effects, _before = act(BreakDown(shift, KUHFELDE), at("8:40"))
    assert outcome.transferred == (rider,)
    assert bus_of(rider) == the_other(bus)
    (effect,) = effects.bookings
    assert effect.pickup_after_s is not None
    assert effect.pickup_after_s >= 8 * 3600 + 40 * 60, "nobody comes before the bus broke down"
    boards(rider, at("8:55"), KUHFELDE)
    leaves(rider, at("9:07"))
    booking = Booking.objects.get(code=rider)
    assert (booking.state, booking.driven.cash_cents) == ("completed", 525)


def test_what_was_driven_stays_where_it_was() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    first, second = (a_booking(desk, a_wish(MARKT, KLOETZE, clock)).code for clock in ("8:30", "10:00"))
    bus = bus_of(first)
    if bus_of(second) != bus:
        act(Move(second, bus, keep=False), at("7:02"))
    boards(first, at("8:33"))
    facts = [event for route in current_plan(the_day()).plan.routes for event in route.events[: route.done]]
    _outcome, _effects, before = act(Move(second, the_other(bus)), at("8:40"))
    act(Keep(second, on=False), at("8:41"))
    act(Restore(**before), at("8:42"))
    assert bus_of(second) == bus
    after = [event for route in current_plan(the_day()).plan.routes for event in route.events[: route.done]]
    assert [(one.request_id, one.start_s) for one in facts] == [(one.request_id, one.start_s) for one in after]


def test_a_road_that_is_closed_in_front_of_a_bus_with_riders_is_for_the_dispatcher_to_settle() -> None:
    a_district(BusOnDuty())
    rider = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30")).code
    boards(rider, at("8:33"))
    document = {"kind": "road", "origin": BEETZENDORF, "target": KLOETZE, "until_s": 12 * 3600}
    shown, _done = carried_out(document, "8:36", "Unfall")
    assert rider in shown.remarks[1]
    assert "Rufen Sie den Fahrer an." in shown.remarks[1]
    (trouble,) = [one for one in troubles_of(the_day(), at("8:37")) if one.kind is TroubleKind.CUT_OFF]
    assert (trouble.level, trouble.bookings) == (3, (rider,))
    assert [remedy.document["kind"] for remedy in trouble.remedies if remedy.document] == ["breakdown"]
    leaves(rider, at("8:52"))  # the driver found a way
    assert TroubleKind.CUT_OFF not in {one.kind for one in troubles_of(the_day(), at("8:53"))}


def test_a_bus_under_way_drives_around_and_what_it_reports_still_counts() -> None:
    a_side_road(a_district(BusOnDuty()))
    rider = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30")).code
    waits = a_booking(a_desk(), a_wish(BEETZENDORF, KLOETZE, "8:45")).code
    boards(rider, at("8:33"))
    document = {"kind": "road", "origin": KUHFELDE, "target": BEETZENDORF, "until_s": 12 * 3600}
    shown, _done = carried_out(document, "8:34", "Unfall")
    assert shown.effects.bookings, "it takes five minutes more"
    boards(waits, at("8:54"), BEETZENDORF)
    plan = current_plan(the_day())
    (route,) = plan.plan.routes
    assert [plan.travel.stop_of(event.location) for event in route.events] == [0, 1, 3, 4, 4, 0]
    leaves(rider, at("9:00"))
    leaves(waits, at("9:00"))
    (route,) = current_plan(the_day()).plan.routes
    assert route.done == 5
