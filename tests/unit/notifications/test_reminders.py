"""Reminders: on the evening before, half an hour before; read from rows, so that no restart and no clock change loses one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accessibility.desk import Anchor, Channel, Party, Place, RideWish
from backend.bookings.models import Booking
from backend.notifications.models import RiderMessage
from backend.notifications.reminders import remind
from tests.builders.accounts import an_account
from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, at
from tests.builders.riders_messages import MOBILE, left, mobile_rider, post

pytestmark = pytest.mark.django_db


def a_ride(when: datetime, booked: datetime, number: int = 1) -> str:
    wish = RideWish(
        district="probe", origin=Place(stop_id=MARKT), destination=Place(stop_id=KLOETZE), when=when, anchor=Anchor.DEPART,
        party=Party(), channel=Channel.WEB,
    )  # fmt: skip
    return a_booking(a_desk(booked), wish, mobile_rider(number)).code


def told(kind: str) -> list[str]:
    rows = RiderMessage.objects.filter(kind=kind).order_by("pk")
    return [row.booking.code for row in rows if row.booking]


def minutes(begin: datetime, end: datetime, step: float = 5) -> list[datetime]:
    """Looks of a relay that runs, in real time."""
    count = int((end.timestamp() - begin.timestamp()) / 60 / step)
    return [datetime.fromtimestamp(begin.timestamp() + 60 * step * number, begin.tzinfo) for number in range(count + 1)]


def test_on_the_evening_before_those_who_wish_it_are_reminded_of_tomorrow_once() -> None:
    district = a_district()
    an_account(district, phone=MOBILE, messages=["evening"])
    tomorrow = a_ride(at("8:30", "2026-11-25"), at("9:00"))
    a_ride(at("9:30", "2026-11-26"), at("9:00"))
    a_ride(at("10:30", "2026-11-25"), at("9:00"), number=2)  # a guest
    late = a_ride(at("11:00", "2026-11-25"), at("18:30"))  # has just been confirmed
    for moment in minutes(at("15:00"), at("22:00")):
        remind(moment)
    assert told("evening") == [tomorrow]
    row = RiderMessage.objects.get(kind="evening")
    assert row.created_at == at("18:00")
    assert late not in told("evening")


def test_a_relay_that_was_away_at_six_reminds_at_seven_and_not_at_nine() -> None:
    an_account(a_district(), phone=MOBILE)
    a_ride(at("8:30", "2026-11-25"), at("9:00"))
    assert remind(at("17:59")) == 0
    assert remind(at("20:00")) == 0
    assert remind(at("19:00")) == 1
    assert remind(at("19:01")) == 0


def test_half_an_hour_before_guests_too_are_reminded_once() -> None:
    a_district()
    code = a_ride(at("8:30"), at("7:00"))
    for moment in minutes(at("7:00"), at("9:00"), 1):
        remind(moment)
    assert told("before") == [code]
    assert RiderMessage.objects.get(kind="before").created_at == at("8:00")
    post(at("8:00"))
    assert next(text for _kind, _to, text in left() if "kommt bald" in text).startswith(
        "Rufbus: Ihr Bus kommt bald: zwischen 8:30 und 8:40 Uhr zur Haltestelle Salzwedel, Markt."
    )


def test_who_booked_only_just_now_or_stands_at_the_stop_is_not_reminded() -> None:
    a_district()
    a_ride(at("8:30"), at("7:00"))
    Booking.objects.update(booked_at=at("7:31"))
    assert remind(at("8:00")) == 0
    Booking.objects.update(booked_at=at("7:00"))
    assert remind(at("8:26")) == 0, "a relay that comes back too late is silent"
    assert remind(at("8:20")) == 1


def test_who_does_not_want_it_is_not_reminded() -> None:
    an_account(a_district(), phone=MOBILE, messages=[])
    a_ride(at("8:30", "2026-11-25"), at("9:00"))
    for moment in (at("18:30"), at("8:00", "2026-11-25")):
        assert remind(moment) == 0


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_on_the_days_of_the_clock_changes_it_is_the_clock_on_the_wall_that_counts(day: str) -> None:
    an_account(a_district(BusOnDuty()), phone=MOBILE)
    eve = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()
    code = a_ride(at("8:30", day), at("10:00", eve))
    looks = [*minutes(at("10:00", eve), at("23:00", eve)), *minutes(at("0:00", day), at("12:00", day))]
    for moment in looks:
        remind(moment)
    assert told("evening") == told("before") == [code]
    assert RiderMessage.objects.get(kind="evening").created_at == at("18:00", eve)
    assert RiderMessage.objects.get(kind="before").created_at == at("8:00", day)
    post(at("8:00", day))
    assert "zwischen 8:30 und 8:40 Uhr" in left()[-1][2]


def test_a_ride_after_midnight_belongs_to_the_evening_before_its_own_date() -> None:
    an_account(a_district(BusOnDuty(start="20:00", end="26:00")), phone=MOBILE)
    code = a_ride(at("22:30"), at("9:00"))
    offer = Booking.objects.get(code=code).offer
    shift_s = 7200 + 1800  # its window now begins at 1:00 on the 25th, on the service day of the 24th
    offer.pickup_earliest_s += shift_s
    offer.pickup_latest_s += shift_s
    offer.delivery_latest_s += shift_s
    offer.save()
    assert remind(at("18:30", "2026-11-23")) == 0
    assert remind(at("18:30")) == 1
    post(at("18:30"))
    assert "morgen zwischen 1:00 und 1:10 Uhr" in left()[-1][2]
