"""Two dispatchers who intervene at once, and a rider who books in the same second: one after the other, on the real database."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from accessibility.desk import Access, BookingView, InvalidInput, Refusal
from backend.bookings.models import Booking, OutboxMessage, PlanVersion, ServiceDay
from backend.bookings.planning import current_plan
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from tests.builders.district import (
    BEETZENDORF,
    KUHFELDE,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
)
from tests.builders.interventions import a_side_road
from tests.service.test_concurrency import all_at_once, assert_plan_holds_exactly_the_live_bookings

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("7:05")
SUSPENDED = {"kind": "suspend", "why": "Glatteis", "from_s": 8 * 3600, "until_s": 10 * 3600}


def the_day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get()


def token_of(document: dict[str, Any]) -> str:
    shown = preview(the_day(), document, NOW)
    assert isinstance(shown, Preview), shown
    return shown.token


def act(token: str, who: str, key: str | None = None) -> Any:
    try:
        return intervene(token, "Zur gleichen Zeit", who, NOW, key=key or a_key())
    except InvalidInput as problem:
        return problem


def bus_of(code: str) -> str:
    plan = current_plan(the_day()).plan
    return next(
        shift.vehicle.id
        for shift, route in zip(plan.shifts, plan.routes, strict=True)
        if any(event.request_id == code for event in route.events)
    )


def assert_sound() -> None:
    assert_plan_holds_exactly_the_live_bookings(the_day())
    versions = list(PlanVersion.objects.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, len(versions) + 1)), "no version is lost or written twice"


def test_one_confirmation_pressed_by_two_hands_is_one_intervention() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk(), a_wish(when="9:00")).code
    token, key = token_of({"kind": "move", "booking": code, "vehicle": "", "keep": True}), a_key()
    answers = all_at_once([lambda: act(token, "leitstelle", key) for _ in range(8)])
    assert answers.count(answers[0]) == 8
    assert InterventionRecord.objects.count() == 1
    assert_sound()


def test_two_who_move_the_same_ride_to_two_buses_leave_it_on_one_of_them() -> None:
    a_district(BusOnDuty(), BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk(), a_wish(when="9:00")).code
    others = sorted({"bus-1", "bus-2", "bus-3"} - {bus_of(code)})
    tokens = [token_of({"kind": "move", "booking": code, "vehicle": bus, "keep": True}) for bus in others]
    answers = all_at_once([lambda t=t, w=w: act(t, w) for t, w in zip(tokens, ("a", "b"), strict=True)])
    done = [answer for answer in answers if isinstance(answer, dict) and "intervention" in answer]
    assert done, answers
    last = InterventionRecord.objects.order_by("version").last()
    assert last is not None
    assert bus_of(code) == last.document["vehicle"]
    assert Booking.objects.get().kept_on.code == last.document["vehicle"]  # type: ignore[union-attr]
    assert len(done) == InterventionRecord.objects.count()
    assert_sound()


def test_a_suspension_and_bookings_in_the_same_second_leave_nobody_waiting_in_it() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk(NOW)
    first = a_booking(desk, a_wish(when="9:00")).code
    token = token_of(SUSPENDED)
    offers = [desk.quote(a_wish(when=clock), key=a_key()).offers[0].id for clock in ("8:20", "9:00", "9:30", "11:00")]
    acts: list[Any] = [lambda: act(token, "leitstelle")]
    acts += [
        lambda o=o, n=n: desk.book(o, a_passenger(f"Testfahrgast {n}", f"03901 3041{n:02d}"), key=a_key())
        for n, o in enumerate(offers)
    ]
    suspended, *booked = all_at_once(acts)
    assert_sound()
    if "fresh" in suspended:  # somebody booked first: she sees whom it hits now, and nothing has happened
        assert not InterventionRecord.objects.exists()
        assert Booking.objects.get(code=first).state == "booked"
        suspended = act(token_of(SUSPENDED), "leitstelle")  # others may have booked since she was shown it anew
    assert "intervention" in suspended, suspended
    for answer in booked:
        assert isinstance(answer, BookingView | Refusal), answer
        if isinstance(answer, Refusal):
            assert answer.code == "suspended", answer
            continue
        state = Booking.objects.get(code=answer.code).state
        assert state == ("booked" if answer.offer.pickup_from >= at("10:00") else "cancelled")
    told = Counter(
        code for row in OutboxMessage.objects.filter(topic="service.suspended") for code in row.payload["bookings"]
    )
    gone = set(Booking.objects.filter(state="cancelled").values_list("code", flat=True))
    assert told == Counter(dict.fromkeys(gone, 1)), "everybody is told, and once"
    assert_sound()


def test_a_suspension_and_a_riders_own_cancellation_end_one_ride_once() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    ride = a_booking(a_desk(), a_wish(when="9:00"))
    token, desk = token_of(SUSPENDED), a_desk(NOW)
    contact = Access(contact="03901 304031")
    answers = all_at_once([lambda: act(token, "leitstelle"), lambda: desk.cancel(ride.code, contact, key=a_key())])
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    assert Booking.objects.get().state == "cancelled"
    assert OutboxMessage.objects.filter(topic="booking.cancelled").count() == 1
    assert_sound()


def test_two_who_take_the_same_intervention_back_do_it_once() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk(), a_wish(when="9:00")).code
    before = bus_of(code)
    done = act(token_of({"kind": "move", "booking": code, "vehicle": "", "keep": True}), "leitstelle")
    token = token_of({"kind": "undo", "intervention": done["intervention"]})
    answers = all_at_once([lambda n=n: act(token, f"leitstelle-{n}") for n in range(4)])
    assert sum(isinstance(answer, dict) and "intervention" in answer for answer in answers) == 1, answers
    assert InterventionRecord.objects.filter(kind="undo").count() == 1
    assert bus_of(code) == before
    assert_sound()


def test_a_road_closed_until_further_notice_misses_no_day_that_is_made_meanwhile() -> None:
    a_side_road(a_district(BusOnDuty()))
    a_booking(a_desk(), a_wish(when="9:00"))
    token = token_of({"kind": "road", "origin": KUHFELDE, "target": BEETZENDORF})
    dates = [f"2026-11-{day}" for day in range(25, 29)]

    def books(date: str) -> Any:
        desk = a_desk(NOW)
        offers = desk.quote(a_wish(when=at("9:00", date)), key=a_key()).offers
        return desk.book(offers[0].id, a_passenger(), key=a_key()) if offers else None

    answers = all_at_once([lambda: act(token, "leitstelle"), *(lambda d=d: books(d) for d in dates)])
    done = answers[0]
    if "fresh" in done:  # somebody who had booked meanwhile is hit: she looks once more
        done = act(done["fresh"], "leitstelle")
    assert "intervention" in done, answers
    for date in ("2026-11-24", *dates):
        day = ServiceDay.objects.select_related("district").get(date=date)
        assert day.closures.filter(lifted_at__isnull=True).count() == 1, date
        assert_plan_holds_exactly_the_live_bookings(day)
