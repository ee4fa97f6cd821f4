"""Where a duty has come to: what a second device goes on from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from accessibility.desk import BookingView, Party
from backend.bookings.desk import Desk
from backend.districts.models import District
from backend.driving.selectors import routes_of_duty, shift_of, shift_tag
from backend.driving.serializers import shift_document
from backend.driving.standing import Standing, standing_of
from tests.builders.district import KLOETZE, MARKT, a_booking, a_wish, at
from tests.builders.driving import Bus, a_bus

pytestmark = pytest.mark.django_db


def test_a_duty_that_has_not_begun_stands_nowhere(bus: Bus) -> None:
    assert standing_of(bus.duty) == Standing()


def test_it_stands_until_it_has_left(bus: Bus, ride: BookingView) -> None:
    bus.says("shift_begin", "6:00")
    bus.says("arrived", "8:29", stop=MARKT)
    standing = standing_of(bus.duty)
    assert (standing.begun_at, standing.standing_stop, standing.standing_since) == (at("6:00"), MARKT, at("8:29"))
    bus.says("boarded", "8:31", booking=ride.code, detail={"cash_cents": 350})
    bus.says("left", "8:32", stop=MARKT)
    standing = standing_of(bus.duty)
    assert (standing.standing_stop, standing.standing_since, standing.cash_cents) == ("", None, 350)


def test_a_break_ends_with_the_shift(bus: Bus) -> None:
    bus.says("break_begin", "10:00")
    assert standing_of(bus.duty).pausing_since == at("10:00")
    bus.says("shift_end", "10:20")
    standing = standing_of(bus.duty)
    assert (standing.pausing_since, standing.ended_at) == (None, at("10:20"))


def test_whoever_relieves_begins_anew_but_stands_where_the_bus_stands(bus: Bus, district: District) -> None:
    bus.says("shift_begin", "6:00")
    bus.says("arrived", "8:29", stop=MARKT)
    relief = a_bus(district, since="8:40")
    standing = standing_of(relief.duty)
    assert (standing.begun_at, standing.standing_stop) == (None, MARKT)


def test_the_shift_says_what_is_to_do_in_words(desk: Desk, bus: Bus) -> None:
    wish = a_wish(MARKT, KLOETZE, "8:30", party=Party(adults=1, walking_frames=1), needs=frozenset({"blind"}))
    ride = a_booking(desk, wish)
    document = shift_document(shift_of(bus.duty, at("8:00")))
    rider = document["riders"][ride.code]
    assert rider["needs_words"] == ["Blind: Namen sagen, Arm anbieten.", "1 Rollator: verstauen und sichern."]
    assert rider["party_text"] == "1 erwachsene Person, 1 Rollator"
    assert {visit["fold"] for shift in document["shifts"] for visit in shift["visits"]} == {""}


@dataclass
class Route:
    """As much of a shift as decides whose it is."""

    code: str
    ends_at: datetime
    visits: tuple[Any, ...] = ()  # nobody is under way


@pytest.mark.parametrize(
    ("signs_in", "drives"),
    [("5:40", "early"), ("12:00", "early"), ("14:10", "late"), ("14:50", "late"), ("23:30", "late")],
)
def test_a_driver_gets_the_one_shift_that_is_hers(signs_in: str, drives: str) -> None:
    routes: Any = [Route("early", at("14:45")), Route("late", at("23:15"))]
    assert [route.code for route in routes_of_duty(routes, at(signs_in))] == [drives]  # type: ignore[attr-defined]


def test_each_report_makes_another_shift_for_a_second_device(bus: Bus) -> None:
    before = shift_tag(bus.duty)
    bus.says("shift_begin", "6:00")
    assert shift_tag(bus.duty) != before
