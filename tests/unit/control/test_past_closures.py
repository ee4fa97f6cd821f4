"""What is told of a bus on its way knows of closed roads: whoever waits behind one is told of the way around."""

from __future__ import annotations

import pytest

from accessibility.desk import Access
from accessibility.following import RideForecast
from backend.bookings.clock import SetClock
from backend.bookings.closures import roads_past
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.districts.selectors import rules_of, stops_by_number
from backend.operations import maps
from backend.operations.board_forecast import forecasts_of_day
from backend.operations.followdesk import Follower
from backend.operations.forecasts import seconds_ahead
from backend.operations.selectors import vehicle_routes
from backend.operations.track import Point, believable
from routing.closures import CUT_OFF_S
from tests.builders.district import (
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_wish,
    at,
)
from tests.builders.interventions import a_side_road, the_day
from tests.builders.tracks import a_point, report, standing

pytestmark = pytest.mark.django_db
DETOUR_S = 300


def done(document: dict[str, object], clock: str) -> str:
    shown = preview(the_day(), document, at(clock))
    assert isinstance(shown, Preview)
    return str(intervene(shown.token, "Baum auf der Straße", "leitstelle", at(clock), key=a_key())["intervention"])


def likely(code: str, clock: str) -> float:
    """When the bus reaches the rider, by what she and by what the control room is told; both say the same."""
    told = Follower(SetClock(at(clock))).where(code, Access(contact="03901 304031"))
    assert isinstance(told, RideForecast)
    assert told.likely
    (row,) = forecasts_of_day(the_day(), at(clock)).values()
    visit = next(number for number, one in enumerate(row.visits) if code in one.boards)
    board_s = row.arrivals[visit].likely_s
    assert told.likely.timestamp() - at("0:00").timestamp() == pytest.approx(board_s, abs=1)
    return board_s


def lines(clock: str) -> str:
    return str(
        maps.routes(the_day().district, the_day().date, vehicle_routes(the_day().district, the_day().date, "bus-1"))
    )


def test_the_forecast_leads_around_a_closure_and_short_again_when_it_is_lifted(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_DISTRICT = "probe"
    a_side_road(a_district())
    ride = a_booking(a_desk(), a_wish(BEETZENDORF, KLOETZE, "8:15"))
    report(standing(MARKT, "8:15", "8:16"))
    open_s, short = likely(ride.code, "8:16"), lines("8:16")
    road = done({"kind": "road", "origin": KUHFELDE, "target": BEETZENDORF, "until_s": 12 * 3600}, "8:16")
    assert likely(ride.code, "8:16") >= open_s + DETOUR_S
    assert lines("8:16") != short, "the map shows the way around"
    done({"kind": "undo", "intervention": road}, "8:16")
    assert likely(ride.code, "8:16") == open_s
    assert lines("8:16") == short


def test_a_bus_on_the_closed_stretch_itself_gets_out_of_it() -> None:
    district = a_district()
    numbers = {stop.code: number for number, stop in stops_by_number(district).items()}
    roads = roads_past(district, {(numbers[KUHFELDE], numbers[BEETZENDORF], True)})
    assert roads.seconds[numbers[MARKT], numbers[KLOETZE]] >= CUT_OFF_S, "there is only one road"
    (halfway,) = believable([Point("a", 0.0, *_between(KUHFELDE, BEETZENDORF), 8.0)])
    ahead = seconds_ahead(district, roads, halfway, rules_of(district))
    assert ahead is not None
    assert (ahead < CUT_OFF_S).all()


def _between(one: str, other: str) -> tuple[float, float]:
    point = a_point(at("8:00"), one, other, 0.5)
    return point.lat, point.lon
