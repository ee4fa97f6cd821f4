"""Clock time and seconds of a service day, on ordinary days and on both clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.bookings.localtime import as_clock, clock_to_seconds, service_date, to_moment, to_seconds
from tests.builders.district import BERLIN, at

ORDINARY = date(2026, 11, 24)
AUTUMN = date(2026, 10, 25)  # 3:00 becomes 2:00: 25 hours
SPRING = date(2027, 3, 28)  # 2:00 becomes 3:00: 23 hours


@pytest.mark.parametrize(
    ("day", "clock", "second"),
    [
        (ORDINARY, "8:05", 8 * 3600 + 300),
        (AUTUMN, "1:30", 5400),
        (AUTUMN, "8:00", 9 * 3600),
        (SPRING, "1:30", 5400),
        (SPRING, "8:00", 7 * 3600),
    ],
)
def test_seconds_are_elapsed_time_since_midnight(day: date, clock: str, second: int) -> None:
    hours, minutes = (int(part) for part in clock.split(":"))
    assert clock_to_seconds(hours * 3600 + minutes * 60, day, BERLIN) == second
    assert to_seconds(at(clock, day.isoformat()), day, BERLIN) == second
    assert as_clock(second, day, BERLIN) == f"{clock} Uhr"


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert to_seconds(second, AUTUMN, BERLIN) - to_seconds(first, AUTUMN, BERLIN) == 3600
    assert as_clock(to_seconds(second, AUTUMN, BERLIN), AUTUMN, BERLIN) == "2:30 Uhr"


def test_a_service_day_may_run_past_midnight() -> None:
    assert clock_to_seconds(25 * 3600, ORDINARY, BERLIN) == 25 * 3600
    assert to_moment(25 * 3600, ORDINARY, BERLIN) == at("1:00", "2026-11-25")
    assert to_seconds(at("23:00", "2026-11-23"), ORDINARY, BERLIN) == -3600
    # The night in which the clock goes back: one o'clock after midnight is 25 hours after the day began.
    assert clock_to_seconds(25 * 3600, date(2026, 10, 24), BERLIN) == 25 * 3600
    assert clock_to_seconds(29 * 3600, date(2026, 10, 24), BERLIN) == 30 * 3600


def test_the_service_date_is_the_local_one() -> None:
    assert service_date(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), BERLIN) == ORDINARY


@given(
    moment=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1), timezones=st.just(UTC)).map(
        lambda moment: moment.replace(microsecond=0)
    )
)
def test_there_and_back_is_the_same_moment(moment: datetime) -> None:
    day = service_date(moment, BERLIN)
    second = to_seconds(moment, day, BERLIN)
    assert 0 <= second < 25 * 3600
    assert to_moment(second, day, BERLIN) == moment
