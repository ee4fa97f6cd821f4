"""A day driven as planned: what riders are told on the way is what then happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import Access, BookingView
from accessibility.following import Phase
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.localtime import to_moment
from backend.bookings.models import ServiceDay
from backend.bookings.planning import current_plan
from backend.districts.models import District
from backend.districts.selectors import roads_of, stops_by_number
from backend.operations.followdesk import Follower
from backend.operations.route_reading import visits_of
from backend.operations.services import SentPoint
from backend.operations.virtual_drive import VirtualDrive
from tests.builders.district import BEETZENDORF, BERLIN, KLOETZE, KUHFELDE, MARKT, a_booking, a_desk, a_district, a_wish
from tests.builders.tracks import report

pytestmark = pytest.mark.django_db
CONTACT = Access(contact="03901 304031")


@pytest.fixture
def desk(settings) -> Desk:
    settings.SITE_DISTRICT = "probe"
    a_district()
    return a_desk()


@pytest.fixture
def rides(desk: Desk) -> list[BookingView]:
    wishes = [
        (MARKT, KLOETZE, "8:30"),
        (KUHFELDE, KLOETZE, "8:35"),
        (KLOETZE, MARKT, "9:30"),
        (BEETZENDORF, MARKT, "10:30"),
    ]
    return [a_booking(desk, a_wish(origin, target, when)) for origin, target, when in wishes]


def drive(late_s: int = 0) -> tuple[ServiceDay, VirtualDrive]:
    day = ServiceDay.objects.get()
    plan = current_plan(day).plan
    district = District.objects.get()
    visits, _done = visits_of(plan.routes[0], plan.requests, stops_by_number(district))
    return day, VirtualDrive(visits, roads_of(district).way, late_s)


# That a bus will set out late nobody can know before; once it drives, its delay is known.
@pytest.mark.parametrize(("late_s", "watched_s"), [(0, 2400), (420, 240)])
@pytest.mark.parametrize("number", range(4))
def test_a_bus_comes_within_what_was_told(rides: list[BookingView], number: int, late_s: int, watched_s: int) -> None:
    ride = rides[number]
    day, virtual = drive(late_s)
    visit = next(visit for visit in virtual.visits if ride.code in visit.boards)
    stop = (visit.lat, visit.lon)
    came_s = next(
        second for second in range(visit.start_s - 3600, visit.start_s + 3600)
        if virtual.place_at(second) == stop and second >= visit.start_s + late_s - 600
    )  # fmt: skip
    came = max(to_moment(came_s, day.date, BERLIN), ride.offer.pickup_from)
    told, sent_s = 0, virtual.visits[0].start_s - 300
    for now_s in range(came_s - watched_s, came_s, watched_s // 20):
        moments = range(sent_s, now_s + 1, 10)
        report(
            [
                SentPoint(f"{second}", to_moment(second, day.date, BERLIN), *virtual.place_at(second), 5.0)
                for second in moments
            ],
            to_moment(now_s, day.date, BERLIN),
        )
        sent_s = now_s + 10
        answer = Follower(SetClock(to_moment(now_s, day.date, BERLIN))).where(ride.code, CONTACT)
        if answer.phase in (Phase.COMING, Phase.LATE):
            assert answer.earliest - timedelta(seconds=60) <= came <= answer.latest + timedelta(seconds=60), (
                now_s,
                answer,
            )
            told += 1
    assert told >= 15
