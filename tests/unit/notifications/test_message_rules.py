"""When, to whom and by which way: the rules alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.notifications.kinds import MANNERS, Kind
from backend.notifications.rules import (
    CALL,
    EMAIL,
    SMS,
    TRUE_WHILE,
    Reach,
    RideTimes,
    Tried,
    Way,
    is_at_usual_price,
    is_true,
    is_wanted,
    may_wait,
    next_way,
    takes_sms,
    useful_until,
    wait_after,
    wakes_at,
    ways,
)
from fixtures.rules import MessageRules
from tests.builders.district import BERLIN, at

RULES = MessageRules()
EVERYWHERE = Reach("+493901304031", "+491713920001", "testfahrgast@example.org")


def ride(clock: str, day: str = "2026-11-24") -> RideTimes:
    begins = at(clock, day)
    return RideTimes(begins, begins + timedelta(minutes=10), begins + timedelta(minutes=40))


@pytest.mark.parametrize(
    ("number", "takes"),
    [
        ("+491713920001", True),
        ("+493901304031", False),  # a landline
        ("+49900123456", False),  # a number that costs
        ("+12025550123", False),  # a country that we do not write to
        ("nonsense", False),
        ("", False),
    ],
)
def test_sms_go_to_mobile_numbers_of_countries_that_we_write_to(number: str, takes: bool) -> None:
    assert takes_sms(number, [49, 43]) is takes


def test_the_wished_way_comes_first_and_calls_only_to_who_chose_them_or_cannot_be_reached_otherwise() -> None:
    def channels(reach: Reach, kind: Kind) -> list[str]:
        return [way.channel for way in ways(reach, MANNERS[kind])]

    assert channels(EVERYWHERE, Kind.BOOKED) == [SMS, EMAIL]
    assert channels(EVERYWHERE, Kind.DELAY) == [SMS, EMAIL, CALL]
    by_call = Reach(EVERYWHERE.phone, EVERYWHERE.sms_to, EVERYWHERE.email, prefers=CALL)
    assert channels(by_call, Kind.BEFORE) == [CALL, SMS, EMAIL]
    assert channels(by_call, Kind.BOOKED) == [SMS, EMAIL], "nobody is rung up to hear what she has just said"
    by_mail = Reach(EVERYWHERE.phone, EVERYWHERE.sms_to, EVERYWHERE.email, prefers=EMAIL)
    assert channels(by_mail, Kind.BOOKED) == [EMAIL, SMS]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("quiet", [{"may_be_called": False}, {"reads_only": True}])
def test_who_must_not_be_called_is_not_called_whatever_happens(kind: Kind, quiet: dict[str, bool]) -> None:
    for prefers in ("", SMS, EMAIL, CALL):
        reach = Reach(EVERYWHERE.phone, "", EVERYWHERE.email, prefers=prefers, **quiet)  # type: ignore[arg-type]
        assert CALL not in [way.channel for way in ways(reach, MANNERS[kind])]


def test_a_landline_that_nobody_may_ring_is_written_to() -> None:
    reach = Reach("+493901304031", may_be_called=False, reads_only=True)
    assert ways(reach, MANNERS[Kind.DELAY]) == (Way(SMS, "+493901304031"),)


def test_guests_get_what_a_ride_cannot_do_without_and_one_reminder() -> None:
    wanted = {kind for kind in Kind if is_wanted(kind, Reach("+491713920001"))}
    assert wanted == set(Kind) - {Kind.EVENING, Kind.NEAR, Kind.THERE, Kind.RECEIPT}


def test_who_does_not_hear_is_told_that_the_bus_comes() -> None:
    for wishes in (None, frozenset[str]()):
        reach = Reach(sms_to="+491713920001", wishes=wishes, reads_only=True)
        assert is_wanted(Kind.NEAR, reach)
        assert is_wanted(Kind.THERE, reach)
    assert not is_wanted(Kind.THERE, Reach(sms_to="+491713920001", wishes=frozenset({"before"})))
    assert is_wanted(Kind.RECEIPT, Reach(sms_to="+491713920001", wishes=frozenset({"receipt"})))


@pytest.mark.parametrize(
    ("now", "wakes"),
    [
        ("2026-11-24T20:59:59", None),
        ("2026-11-24T21:00:00", "2026-11-25T07:00:00+01:00"),
        ("2026-11-24T23:59:59", "2026-11-25T07:00:00+01:00"),
        ("2026-11-25T00:00:00", "2026-11-25T07:00:00+01:00"),
        ("2026-11-25T06:59:59", "2026-11-25T07:00:00+01:00"),
        ("2026-11-25T07:00:00", None),
        ("2026-03-28T23:30:00", "2026-03-29T07:00:00+02:00"),  # an hour less to sleep
        ("2026-10-24T23:30:00", "2026-10-25T07:00:00+01:00"),  # an hour more
        ("2026-12-31T22:00:00", "2027-01-01T07:00:00+01:00"),
    ],
)
def test_the_quiet_hours_end_by_the_clock_on_the_wall(now: str, wakes: str | None) -> None:
    found = wakes_at(datetime.fromisoformat(now).replace(tzinfo=BERLIN), RULES)
    assert (found.isoformat() if found else None) == wakes


def test_in_the_repeated_hour_it_is_still_night() -> None:
    for fold in (0, 1):
        moment = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=fold)
        found = wakes_at(moment, RULES)
        assert found is not None
        assert found.isoformat() == "2026-10-25T07:00:00+01:00"


def test_at_night_goes_what_would_come_too_late_in_the_morning() -> None:
    wakes = at("7:00", "2026-11-25")
    early, late = ride("5:30", "2026-11-25"), ride("9:30", "2026-11-25")
    for kind, times, waits in (
        (Kind.BEFORE, early, False),
        (Kind.BOOKED, early, False),
        (Kind.BOOKED, late, True),
        (Kind.SUSPENDED, late, True),
        (Kind.SUSPENDED, ride("7:40", "2026-11-25"), False),
        (Kind.NO_SHOW, ride("21:30"), True),
        (Kind.RETURN_UNSERVED, ride("21:30"), False),
    ):
        until = useful_until(kind, at("22:00"), times)
        assert may_wait(kind, until, wakes, times) is waits, (kind, times)


def test_what_happened_to_the_booking_since_makes_a_message_untrue() -> None:
    assert set(TRUE_WHILE) | {
        Kind.SERIES_BOOKED,
        Kind.SERIES_CHANGED,
        Kind.RETURN_UNSERVED,
        Kind.NOTE,
    } == set(Kind)
    assert is_true(Kind.BEFORE, "booked", is_replaced=False)
    for state in ("aboard", "cancelled", "completed", "no_show"):
        assert not is_true(Kind.NEAR, state, is_replaced=False)
    assert not is_true(Kind.CANCELLED, "cancelled", is_replaced=True), "the change says it"
    assert is_true(Kind.SUSPENDED, "cancelled", is_replaced=False)


def test_a_way_is_tried_less_often_where_it_is_urgent_and_then_the_next_one() -> None:
    found = (Way(SMS, "1"), Way(EMAIL, "2"))
    assert next_way(found, Tried(), is_urgent=True) == found[0]
    assert next_way(found, Tried({SMS: 3}), is_urgent=True) == found[0]
    assert next_way(found, Tried({SMS: 4}), is_urgent=True) == found[1]
    assert next_way(found, Tried({SMS: 4}), is_urgent=False) == found[0]
    assert next_way(found, Tried(closed=frozenset({SMS, EMAIL})), is_urgent=False) is None
    assert [wait_after(tries).total_seconds() for tries in (1, 2, 3, 20)] == [2, 4, 8, 300]


@pytest.mark.parametrize(
    ("number", "is_usual"),
    [
        ("+493023125001", True),
        ("+491713920001", True),
        ("+49900123456", False),  # a service number: its owner gets what the caller pays
        ("+491805123456", False),
        ("+8821612345678", False),  # by satellite
        ("+2348012345678", False),
        ("+88", False),
        ("", False),
    ],
)
def test_nobody_makes_us_ring_up_a_dear_number(number: str, is_usual: bool) -> None:
    assert is_at_usual_price(number, [49, 43]) is is_usual
