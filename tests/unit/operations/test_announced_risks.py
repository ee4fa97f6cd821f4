"""Risks that were announced on a driven day, held against what became of the promises."""

from __future__ import annotations

import pytest

from backend.bookings.models import Booking, ServiceDay
from backend.operations.management.announced_risks import (
    Announced,
    AnnouncedRisks,
    Fate,
    fates_of,
    figures_of,
)
from tests.builders.district import KLOETZE, KUHFELDE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.driving import a_bus
from tests.builders.tracks import report, standing

DUE = (8 * 3600, 9 * 3600)


def a_fate(code: str, pickup_late_s: int = -60, delivery_late_s: int = -60) -> Fate:
    return Fate(code, DUE, (pickup_late_s, delivery_late_s))


def test_a_word_is_right_where_the_promise_broke_and_came_before() -> None:
    fates = [
        a_fate("right", 120), a_fate("wrong"), a_fate("unforeseen", 300), a_fate("too late", 300), a_fate("quiet"),
        a_fate("arrives late", -60, 240),
    ]  # fmt: skip
    first = {
        "right": Announced(DUE[0] - 900, 0.7, False),
        "wrong": Announced(DUE[0] - 300, 0.4, False),
        "too late": Announced(DUE[0] + 60, 1.0, True),
        "arrives late": Announced(DUE[0] + 600, 1.0, True),
    }
    found = figures_of(fates, first)
    assert (found.rides, found.announced, found.right) == (6, 3, 2)
    assert (found.broken, found.foreseen) == (4, 2)
    assert found.lead_s == (900, 3000)
    assert found.bands == ((1, 0), (1, 1), (0, 0)), "what the plan itself had given up names no chance"
    assert found.text.startswith(
        "3 angesagt, davon 2 gebrochen; 4 gebrochen, davon 2 vorher angesagt; Vorlauf im Median 32 min"
    )


def test_a_quiet_day() -> None:
    assert figures_of([a_fate("a")], {}).text == "keine angesagt, keine gebrochen"


@pytest.mark.django_db
def test_a_bus_that_stands_far_away_is_announced_and_breaks_its_promise() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(KUHFELDE, KLOETZE, "9:00"))
    bus = a_bus(district)
    day = ServiceDay.objects.get()
    risks = AnnouncedRisks()
    risks.look(day.pk, at("7:00"))
    assert not risks.first, "two hours before nobody knows"
    report(standing(MARKT, "8:50", "9:05"), at("9:05"))
    for clock in ("9:05", "9:07"):
        risks.look(day.pk, at(clock))
    assert risks.first[ride.code].at_s == 9 * 3600 + 300, "the first word counts"
    for kind, clock, said in (
        ("arrived", "9:40", {"stop": KUHFELDE}), ("boarded", "9:41", {"booking": ride.code}),
        ("alighted", "9:58", {"booking": ride.code}),
    ):  # fmt: skip
        bus.says(kind, clock, **said)
    rows = Booking.objects.select_related("offer", "driven")
    found = figures_of(fates_of(rows, ServiceDay.objects.select_related("district").get()), risks.first)
    assert (found.rides, found.announced, found.right, found.broken, found.foreseen) == (1, 1, 1, 1, 1)
