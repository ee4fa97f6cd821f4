"""The simulation's rules of booking promise and refuse what the booking desk does, booking by booking."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from accessibility.desk import Anchor, Refusal
from backend.bookings.plan_document import promised_request
from backend.bookings.selectors import offer_of
from dispatch.simulate.district import booking_rules, read_district, shifts_of, weights_of, wishes_of
from dispatch.simulation.rolling import RollingPlan
from fixtures.make.demand import DemandRow
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
    with_reserve,
)  # fmt: skip

pytestmark = pytest.mark.django_db

TRIPS = [
    (MARKT, KLOETZE, "8:30", "depart"),
    (KLOETZE, MARKT, "9:10", "arrive"),
    (KUHFELDE, BAHNHOF, "8:40", "depart"),
    (BAHNHOF, MARKT, "6:10", "depart"),  # too late: half an hour ahead
    (BEETZENDORF, KLOETZE, "7:20", "arrive"),
    (MARKT, BEETZENDORF, "8:35", "depart"),
    (KLOETZE, BAHNHOF, "11:40", "depart"),
    (KLOETZE, BAHNHOF, "11:58", "depart"),  # the shift ends at noon
    (BAHNHOF, KUHFELDE, "23:30", "depart"),
    (MARKT, KUHFELDE, "10:00", "arrive"),
]


def a_row(number: int, origin: str, destination: str, clock: str, anchor: str) -> DemandRow:
    hour, minute = clock.split(":")
    return DemandRow(
        request_no=number, known_at_s=6 * 3600, from_stop_id=origin, to_stop_id=destination, anchor=anchor,
        time_s=int(hour) * 3600 + int(minute) * 60, adults=1, children=0, wheelchairs=0, walking_frames=0, prams=0,
        guide_dogs=0, bicycles=0, luggage=0, needs="", concession="none", channel="web", purpose="visit",
    )  # fmt: skip


@pytest.mark.parametrize("reserve_s", [0, 180, 420])
def test_wishes_one_after_the_other_get_the_same_answers(reserve_s: int) -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain", start="07:00"), rules=with_reserve(reserve_s))
    desk = a_desk(at("6:00"))
    district = read_district(Path(settings.DATA_DIR) / "packages" / "probe")
    shifts = shifts_of(district)
    rules = booking_rules(district, shifts)
    live = RollingPlan(shifts, district.travel_s, weights_of(district))
    live.now_s = 0  # the desk's plan stands still, too
    for number, trip in enumerate(TRIPS):
        origin, destination, clock, anchor = trip
        quote = desk.quote(a_wish(origin, destination, clock, anchor=Anchor(anchor)), key=a_key())
        (wish,) = wishes_of(district, [a_row(number, *trip)])
        answer = rules.answer(wish, 6 * 3600, int(district.travel_s[wish.origin, wish.destination]), live.quote)
        assert answer.refusal == (quote.refusal.code if isinstance(quote.refusal, Refusal) else ""), trip
        if not answer.offers:
            continue
        offered, promised = quote.offers[0], answer.offers[0].promise
        midnight = at("0:00")
        theirs = [
            int((moment - midnight).total_seconds())
            for moment in (offered.pickup_from, offered.pickup_until, offered.arrive_by)
        ]
        assert [promised.pickup_earliest_s, promised.pickup_latest_s, promised.delivery_latest_s] == theirs, trip
        assert promised.max_ride_s == 60 * offered.max_ride_minutes
        kept = promised_request(wish.id, offer_of(offered.id))
        assert kept == answer.offers[0].planned, trip
        desk.book(offered.id, a_passenger(), key=a_key())
        insertion = live.quote(answer.offers[0].planned)
        assert insertion is not None
        live.accept(answer.offers[0].planned, insertion)
    assert len(live.plan.requests) >= 6
