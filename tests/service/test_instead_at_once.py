"""Cancelled riders who answer at once: each rides once, one seat goes to one of them, and nobody rides twice."""

from __future__ import annotations

from typing import Any

import pytest

from accessibility.desk import Access, BookingView, Channel, Party, Refusal
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.models import Booking
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish, at
from tests.builders.riders_messages import hear_all, mobile_rider
from tests.service.test_concurrency import all_at_once, assert_plan_holds_exactly_the_live_bookings
from tests.service.test_interventions_at_once import SUSPENDED, the_day

pytestmark = pytest.mark.django_db(transaction=True)


def cancelled(parties: int) -> list[tuple[str, str]]:
    """Code and number of so many riders whose rides fell to one suspension; each was offered another time."""
    a_district(BusOnDuty(start="08:00", end="14:00"), BusOnDuty(start="08:00", end="14:00"))
    desk = a_desk()
    rides = [
        (
            a_booking(desk, a_wish(when="9:00", party=Party(adults=8 // parties)), mobile_rider(n)).code,
            f"+491713920{n:03d}",
        )
        for n in range(1, parties + 1)
    ]
    shown = preview(the_day(), SUSPENDED, at("7:05"))
    assert isinstance(shown, Preview)
    intervene(shown.token, "Unwetterwarnung", "leitstelle", at("7:05"), key=a_key())
    hear_all(at("7:05"))
    return rides


def take(code: str, number: str) -> Any:
    access = Access(contact=number, is_proved=True, channel=Channel.SMS)
    return Desk(SetClock(at("7:20"))).take_instead(code, access, key=a_key())


def test_one_rider_who_answers_eight_times_rides_once() -> None:
    ((code, number),) = cancelled(1)
    answers = all_at_once([lambda: take(code, number) for _ in range(8)])
    assert {answer.code for answer in answers if isinstance(answer, BookingView)} == {
        Booking.objects.get(state="booked").code
    }
    assert len(answers) == 8
    assert_plan_holds_exactly_the_live_bookings(the_day())


def test_who_find_their_place_taken_are_offered_another_and_nobody_is_lost() -> None:
    rides = cancelled(4)
    answers = all_at_once([lambda c=c, n=n: take(c, n) for c, n in rides])
    taken = [answer for answer in answers if isinstance(answer, BookingView)]
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(taken) + len(refused) == 4
    assert taken
    assert all(refusal.code == "no_longer_available" for refusal in refused)
    assert Booking.objects.filter(state="booked").count() == len(taken)
    again = [take(code, number) for code, number in rides]
    assert {answer.code for answer in taken} <= {answer.code for answer in again if isinstance(answer, BookingView)}
    assert_plan_holds_exactly_the_live_bookings(the_day())
