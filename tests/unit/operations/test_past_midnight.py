"""A shift from ten in the evening until half past one: what is told of its rides once the date has changed.

On two nights a year the clocks change an hour after it; on those the seconds of the service day are those that have passed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from accessibility.desk import Access, BookingView, Party
from accessibility.following import Phase, RideForecast
from backend.bookings.clock import SetClock
from backend.bookings.models import ServiceDay
from backend.control.trouble_reading import troubles_of
from backend.control.troubles import TroubleKind
from backend.districts.models import District
from backend.districts.selectors import rules_of
from backend.notifications.coming import look_at_buses
from backend.notifications.models import RiderMessage
from backend.operations.board_forecast import forecasts_of_day
from backend.operations.followdesk import Follower
from backend.operations.forecasts import traffic
from backend.operations.models import VehiclePosition
from backend.operations.selectors import day_now
from tests.builders.district import BAHNHOF, KLOETZE, MARKT, RULES, BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.riders_messages import MOBILE, mobile_rider
from tests.builders.tracks import a_point, report

pytestmark = pytest.mark.django_db
CONTACT = Access(contact=MOBILE)
NIGHT = RULES.replace('from = "05:00", to = "23:00"', 'from = "05:00", to = "26:00"').replace(
    'from = "06:00", to = "23:00"', 'from = "06:00", to = "26:00"'
)
DAYS = pytest.mark.parametrize(
    "day", ["2026-11-24", "2026-10-24", "2027-03-27"], ids=["any", "longest night", "shortest night"]
)


@dataclass(frozen=True, slots=True)
class Night:
    """A ride at half past midnight; `clock("0:20")` is a moment after midnight, `clock("23:50")` one before."""

    district: District
    day: str
    ride: BookingView

    def clock(self, clock: str) -> datetime:
        evening = at(clock, self.day)
        return evening if evening.hour > 12 else at(clock, (evening.date() + timedelta(days=1)).isoformat())

    @property
    def service_day(self) -> ServiceDay:
        return ServiceDay.objects.select_related("district").get(date=self.day)

    def drives(self, since: str, until: str, upto: float) -> None:
        """From the depot towards the ride's stop, a point every ten seconds."""
        begin, end = self.clock(since), self.clock(until)
        steps = range(0, int((end - begin).total_seconds()) + 1, 10)
        most = max(steps)
        points = [a_point(begin + timedelta(seconds=s), BAHNHOF, MARKT, upto * s / most) for s in steps]
        assert report(points, end).taken == len(points)

    def told(self, clock: str) -> RideForecast:
        answer = Follower(SetClock(self.clock(clock))).where(self.ride.code, CONTACT)
        assert isinstance(answer, RideForecast), answer
        return answer


def a_night(day: str) -> Night:
    district = a_district(BusOnDuty(start="22:00", end="25:30"), rules=NIGHT)
    after_midnight = at("0:30", (at("0:00", day).date() + timedelta(days=1)).isoformat())
    wish = a_wish(MARKT, KLOETZE, after_midnight, party=Party())
    ride = a_booking(a_desk(at("19:00", day)), wish, mobile_rider())
    assert ride.offer.pickup_from == after_midnight
    return Night(district, day, ride)


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.SITE_DISTRICT = "probe"


@DAYS
def test_a_bus_on_its_way_is_coming_whatever_the_date(day: str) -> None:
    night = a_night(day)
    assert night.told("23:50").phase is Phase.PLANNED
    night.drives("0:24", "0:28", 0.4)
    assert {row.service_day.date.isoformat() for row in VehiclePosition.objects.select_related("service_day")} == {day}
    answer = night.told("0:28")
    assert (answer.phase, answer.line) == (Phase.COMING, "Ihr Bus ist unterwegs. Noch etwa 3 Minuten.")
    assert answer.likely
    assert abs(answer.likely - night.clock("0:31")) <= timedelta(seconds=15)
    forecast = next(iter(forecasts_of_day(night.service_day, night.clock("0:28")).values()))
    number = next(number for number, visit in enumerate(forecast.visits) if night.ride.code in visit.boards)
    assert abs(forecast.arrivals[number].likely_s - (24 * 3600 + 31 * 60)) <= 15


@DAYS
def test_who_is_late_after_midnight_is_late_for_riders_and_control_room(day: str) -> None:
    night = a_night(day)
    night.drives("0:42", "0:44", 0.05)
    assert night.told("0:44").phase is Phase.LATE
    kinds = {one.kind for one in troubles_of(night.service_day, night.clock("0:44"))}
    assert TroubleKind.PROMISE in kinds
    assert TroubleKind.SILENT not in kinds
    look_at_buses(night.clock("0:44"))
    assert RiderMessage.objects.filter(kind="delay", booking__code=night.ride.code).count() == 1


@DAYS
def test_who_says_nothing_after_midnight_is_silent(day: str) -> None:
    night = a_night(day)
    night.drives("23:50", "23:55", 0.2)
    assert night.told("0:20").phase is Phase.SILENT
    assert TroubleKind.SILENT in {one.kind for one in troubles_of(night.service_day, night.clock("0:20"))}


@DAYS
def test_the_control_room_sees_the_evening_until_its_last_bus_is_home(day: str) -> None:
    night = a_night(day)
    following = (at("0:00", day).date() + timedelta(days=1)).isoformat()
    shown = [day_now(night.district, night.clock(clock)).isoformat() for clock in ("23:50", "0:20", "1:29", "1:31")]
    assert shown == [day, day, day, following]


@pytest.mark.parametrize(
    ("clock", "factor"), [("23:59", 1.0), ("0:10", 2.0), ("1:10", 3.0), ("4:59", 2.0), ("5:00", 1.0), ("22:00", 1.0)]
)
def test_hours_of_slow_roads_are_hours_of_the_clock(clock: str, factor: float) -> None:
    """The small hours by their own name, and one of them as an hour of the evening before."""
    slow = ((0, 5 * 3600, 2.0), (25 * 3600, 26 * 3600, 3.0))
    rules = replace(rules_of(a_district()), time_factors=slow)
    assert traffic(rules, "normal", at(clock)) == factor
