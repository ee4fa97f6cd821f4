"""A road that is closed from when to when: who drives in that time drives around, who drives before or after does not."""

from __future__ import annotations

from typing import Any

import pytest

from accessibility.desk import Access, BookingView
from accessibility.following import RideForecast
from backend.bookings.clock import SetClock
from backend.bookings.closures import roads_on
from backend.bookings.intervention_effects import Effect, Effects
from backend.bookings.models import Booking, RoadClosure
from backend.bookings.planning import current_plan, load_plan
from backend.bookings.rearranged import times_of
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import tend_roads
from backend.control.telling import tell_riders
from backend.districts.selectors import roads_of
from backend.operations import maps
from backend.operations.followdesk import Follower
from tests.builders.district import (
    BAHNHOF,
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
from tests.builders.interventions import a_side_road, assert_sound, carried_out, the_day
from tests.builders.riders_messages import left, mobile_rider, post

pytestmark = pytest.mark.django_db
AROUND_S = 300  # the way around takes so much longer
TEN, ELEVEN = 10 * 3600, 11 * 3600


def closed(clock: str = "7:05", **more: Any) -> tuple[Preview, str]:
    """The road from Kuhfelde to Beetzendorf is closed from ten to eleven, or as it is said."""
    document = {"kind": "road", "origin": KUHFELDE, "target": BEETZENDORF, "from_s": TEN, "until_s": ELEVEN, **more}
    return carried_out(document, clock, "Baustelle")


def driven_s(ride: BookingView) -> int:
    """How long the plan keeps the rider aboard, from boarding to leaving."""
    pickup_s, delivery_s = times_of(load_plan(the_day()).plan, ride.code)
    return delivery_s - pickup_s


@pytest.fixture
def rides() -> tuple[BookingView, BookingView, BookingView]:
    """Before, in and after that time, all over the same road."""
    a_side_road(a_district(BusOnDuty(start="06:00", end="12:00"), BusOnDuty(start="07:00", end="13:00")))
    desk = a_desk(at("5:00"))
    return (
        a_booking(desk, a_wish(MARKT, KLOETZE, "8:00")),
        a_booking(desk, a_wish(MARKT, KLOETZE, "10:10")),
        a_booking(desk, a_wish(MARKT, KLOETZE, "11:55")),
    )


def test_only_who_drives_in_that_time_drives_around(rides: tuple[BookingView, ...]) -> None:
    before, within, after = rides
    usual = [driven_s(ride) for ride in rides]
    shown, _id = closed()
    assert [driven_s(ride) for ride in rides] == [usual[0], usual[1] + AROUND_S, usual[2]]
    assert {one.code for one in shown.effects.bookings} == {within.code}
    assert not shown.effects.dropped
    assert shown.effects.metres > 0, "the way around costs kilometres"
    assert "Ab 10:00 Uhr und bis 11:00 Uhr rechnen die Fahrten mit dem Umweg" in shown.remarks[0]
    assert {before.code, after.code}.isdisjoint(one.code for one in shown.effects.bookings)


def test_new_rides_are_promised_by_the_way_that_is_open_then(rides: tuple[BookingView, ...]) -> None:
    closed()
    desk = a_desk(at("7:10"))
    within, after = (a_booking(desk, a_wish(KUHFELDE, BEETZENDORF, clock)) for clock in ("10:20", "12:10"))
    assert_sound()
    assert driven_s(within) >= 2 * driven_s(after) - 120
    assert within.offer.max_ride_minutes > after.offer.max_ride_minutes


def test_the_road_closes_and_opens_by_itself(rides: tuple[BookingView, ...]) -> None:
    closed()
    open_roads = roads_of(the_day().district)
    seconds = []
    for clock in ("9:59", "10:00", "10:59", "11:00"):
        tend_roads(at(clock))
        tend_roads(at(clock))
        seconds.append(int(roads_on(the_day()).seconds[2, 3]))
        assert_sound()
    assert seconds == [300, 600, 600, 300]
    assert roads_on(the_day()) is open_roads
    assert RoadClosure.objects.get().lifted_at == at("11:00")


def test_taking_it_back_gives_the_short_way_again(rides: tuple[BookingView, ...]) -> None:
    usual = [driven_s(ride) for ride in rides]
    _shown, done = closed()
    carried_out({"kind": "undo", "intervention": done}, "7:10", "Baustelle verschoben")
    assert [driven_s(ride) for ride in rides] == usual
    assert current_plan(the_day()).travel.spans == ()


def test_two_closures_of_one_day_end_each_for_itself(rides: tuple[BookingView, ...]) -> None:
    closed()
    closed(origin=BAHNHOF, target=MARKT, from_s=TEN, until_s=ELEVEN + 1800, clock="7:06")
    tend_roads(at("10:01"))
    tend_roads(at("11:01"))
    assert_sound()
    assert roads_on(the_day()).seconds[2, 3] == 300
    assert RoadClosure.objects.filter(lifted_at__isnull=True).count() == 1


def test_the_riders_map_draws_the_way_around(rides: tuple[BookingView, ...], settings) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_DISTRICT = "probe"

    def way(ride: BookingView) -> Any:
        told = Follower(SetClock(at("9:50"))).where(ride.code, Access(contact="03901 304031"))
        assert isinstance(told, RideForecast)
        return maps.ride(the_day().district, told)["features"][0]["geometry"]["coordinates"]

    before = [way(ride) for ride in rides[1:]]
    closed()
    within, after = (way(ride) for ride in rides[1:])
    assert within != before[0]
    assert after == before[1]
    assert max(lat for _lon, lat in within) > max(lat for _lon, lat in after)


@pytest.mark.parametrize(
    ("pickup_s", "said"),
    [
        (32_400, "dauert länger. Sie sind bis etwa 9:40 Uhr am Ziel. Das tut uns leid."),
        (34_000, "Neue Zeit: Ihr Bus kommt heute zwischen 9:20 und 9:30 Uhr"),
    ],
)
def test_who_arrives_late_hears_when_also_if_the_bus_is_at_the_stop_in_time(pickup_s: int, said: str) -> None:
    a_district(BusOnDuty())
    code = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "9:00"), mobile_rider()).code
    row = Booking.objects.select_related("offer", "district").get(code=code)
    effect = Effect(
        code, "bus-1", "bus-1", 32_400, pickup_s, 33_300, 34_650, 33_000, 34_200, 450, is_dropped=False, is_transferred=False,
        is_kept=False,
    )  # fmt: skip
    record = InterventionRecord.objects.create(
        service_day=the_day(),
        kind="road",
        document={},
        former={},
        effects={},
        reason="x",
        actor="x",
        at=at("7:00"),
        version=1,
    )
    post(at("7:00"))
    tell_riders(the_day(), record, Effects((effect,), 0, 0, {code: row}), at("7:05"))
    post(at("7:05"))
    text = left()[-1][2]
    assert said in text
    assert "Sie sind bis etwa 9:40 Uhr am Ziel." in text


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"from_s": ELEVEN, "until_s": TEN}, "Das Ende muss nach dem Beginn liegen."),
        ({"from_s": None, "until_s": 7 * 3600}, "Das Ende muss in der Zukunft liegen."),
        ({"origin": KLOETZE, "target": KLOETZE}, "Nennen Sie zwei verschiedene Haltestellen."),
    ],
)
def test_nonsense_is_named(rides: tuple[BookingView, ...], span: dict[str, Any], said: str) -> None:
    from accessibility.desk import InvalidInput

    document = {"kind": "road", "origin": KUHFELDE, "target": BEETZENDORF, "from_s": TEN, "until_s": ELEVEN, **span}
    with pytest.raises(InvalidInput) as problem:
        preview(the_day(), document, at("7:05"))
    assert problem.value.problem == said
