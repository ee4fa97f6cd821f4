"""On which days a series runs."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from accessibility.desk import InvalidInput, SeriesRule
from backend.bookings.recurrence import check_rule, days_of, days_refusal, recur, series_refusal, wish_on
from fixtures.package import read_package
from fixtures.rules import Rules
from fixtures.rules_reading import read_rules
from fixtures.toml_tables import PackageError
from tests.builders.district import BERLIN, a_package, a_wish, at

ALTMARK = Path(__file__).resolve().parents[3] / "fixtures" / "altmark"
TODAY = date(2026, 11, 24)  # a Tuesday
MO, TU, WE, TH, FR = range(5)


@cache
def altmark_rules() -> Rules:
    return read_package(ALTMARK).rules


@pytest.fixture
def altmark() -> Rules:
    return altmark_rules()


def a_rule(*weekdays: int, first: str = "2026-11-24", until: str = "2026-12-24", **changes: object) -> SeriesRule:
    return SeriesRule(
        frozenset(weekdays or (TU, TH)), date.fromisoformat(first), date.fromisoformat(until), **changes  # type: ignore[arg-type]
    )  # fmt: skip


def test_dialysis_runs_on_tuesdays_and_thursdays_until_march(altmark: Rules) -> None:
    found = recur(altmark, a_rule(TU, TH, until="2027-03-01"))
    assert found.days[:3] == (date(2026, 11, 24), date(2026, 11, 26), date(2026, 12, 1))
    assert found.days[-1] == date(2027, 2, 25)
    assert {day.weekday() for day in found.days} == {TU, TH}
    assert len(found.days) == 28
    assert found.left_out == ()


def test_school_days_leave_holidays_out_and_say_which(altmark: Rules) -> None:
    rule = a_rule(MO, TU, WE, TH, FR, until="2027-04-02", on_public_holidays=False, in_school_holidays=False)
    found = recur(altmark, rule)
    reasons = {entry.day: entry.reason for entry in found.left_out}
    assert reasons[date(2026, 12, 25)] == "Feiertag: Erster Weihnachtstag"
    assert reasons[date(2026, 12, 21)] == "Weihnachtsferien"
    assert reasons[date(2027, 1, 6)] == "Feiertag: Heilige Drei Könige", "a holiday of Saxony-Anhalt"
    assert reasons[date(2027, 2, 1)] == "Winterferien"
    assert reasons[date(2027, 3, 29)] == "Feiertag: Ostermontag"
    assert date(2026, 12, 18) in found.days
    assert date(2027, 1, 4) in found.days, "school begins again on the Monday after the holidays"
    assert not set(found.days) & set(reasons)


def test_holidays_count_only_where_the_rider_says_so(altmark: Rules) -> None:
    rule = a_rule(FR, until="2026-12-31", in_school_holidays=False)
    assert [entry.reason for entry in recur(altmark, rule).left_out] == ["Weihnachtsferien"]
    assert recur(altmark, a_rule(FR, until="2026-12-31")).left_out == ()


def test_every_second_week_counts_from_the_week_of_the_first_day(altmark: Rules) -> None:
    found = recur(altmark, a_rule(TU, TH, until="2026-12-24", every_weeks=2, first="2026-11-26"))
    assert [day.isoformat() for day in found.days] == [
        "2026-11-26", "2026-12-08", "2026-12-10", "2026-12-22", "2026-12-24",
    ]  # fmt: skip


def test_the_rule_is_kept_in_the_words_of_rfc_5545(altmark: Rules) -> None:
    found = recur(altmark, a_rule(until="2026-12-03", left_out=frozenset({date(2026, 12, 1)})))
    assert found.text.splitlines() == [
        "DTSTART;VALUE=DATE:20261124",
        "RRULE:FREQ=WEEKLY;UNTIL=20261203;INTERVAL=1;BYDAY=TU,TH",
        "EXDATE;VALUE=DATE:20261201",
    ]
    assert days_of(found.text) == found.days
    assert [entry.reason for entry in found.left_out] == ["von Ihnen ausgelassen"]


@given(
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    first=st.dates(date(2026, 1, 1), date(2027, 6, 1)),
    length=st.integers(0, 200),
    every=st.integers(1, 8),
    left_out=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 1)), max_size=20),
    public=st.booleans(),
    school=st.booleans(),
)
def test_days_are_the_rule_less_the_exceptions(weekdays, first, length, every, left_out, public, school) -> None:  # type: ignore[no-untyped-def]
    rule = SeriesRule(weekdays, first, first + timedelta(days=length), every, left_out, public, school)
    found = recur(altmark_rules(), rule)
    monday = first - timedelta(days=first.weekday())
    by_hand = {
        day
        for offset in range(length + 1)
        if (day := first + timedelta(days=offset)).weekday() in weekdays and (day - monday).days // 7 % every == 0
    }
    out = {entry.day for entry in found.left_out}
    assert set(found.days) | out == by_hand
    assert not set(found.days) & out
    assert left_out & by_hand <= out
    assert list(found.days) == sorted(set(found.days))
    again = rrulestr(found.text, forceset=True)
    assert [moment.date() for moment in again] == list(found.days)


def test_eight_oclock_stays_eight_oclock_when_the_clocks_change() -> None:
    wish = a_wish(when=at("8:00", "2027-03-23"))
    spring = [wish_on(wish, day, BERLIN).when for day in (date(2027, 3, 25), date(2027, 3, 30))]
    assert [f"{when:%H:%M %z}" for when in spring] == ["08:00 +0100", "08:00 +0200"]
    autumn = wish_on(wish, date(2026, 10, 27), BERLIN).when
    assert f"{autumn:%H:%M %z}" == "08:00 +0100"


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (SeriesRule(frozenset(), TODAY, TODAY), "weekdays"),
        (SeriesRule(frozenset({7}), TODAY, TODAY), "weekdays"),
        (a_rule(first="2026-11-23"), "first"),
        (a_rule(until="2026-11-23"), "until"),
        (a_rule(every_weeks=0), "every_weeks"),
        (a_rule(every_weeks=9), "every_weeks"),
    ],
)
def test_what_cannot_be_meant_names_the_field(rule: SeriesRule, field: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        check_rule(rule, TODAY)
    assert problem.value.field_name == field


def test_a_series_reaches_beyond_the_horizon_of_one_ride_but_not_for_ever(altmark: Rules) -> None:
    assert series_refusal(altmark, a_rule(until="2027-06-02"), TODAY) is None
    refusal = series_refusal(altmark, a_rule(until="2027-06-03"), TODAY)
    assert refusal
    assert refusal.code == "beyond_horizon"
    assert [way.value for way in refusal.way_out] == ["2027-06-02", "+493901304030"]


def test_too_many_days_and_no_day_are_refused_with_a_way_out(altmark: Rules) -> None:
    every_day = recur(altmark, a_rule(*range(7), until="2027-06-01"))
    refusal = days_refusal(altmark, every_day)
    assert refusal
    assert (refusal.code, refusal.way_out[0].value) == ("too_many_dates", every_day.days[129].isoformat())
    nothing = recur(altmark, a_rule(FR, first="2026-12-21", until="2027-01-02", in_school_holidays=False))
    refusal = days_refusal(altmark, nothing)
    assert refusal
    assert refusal.code == "no_dates"
    assert days_refusal(altmark, recur(altmark, a_rule())) is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('from = "2026-12-21"', 'from = "21.12.2026"', "a day like"),
        ('from = "2026-12-21"', 'from = "2027-01-21"', "Weihnachtsferien"),
        ('from = "2027-02-01"', 'from = "2027-01-01"', "do not overlap"),
        ('ags = "15081"', 'ags = "99081"', "district.ags"),
        ("max_dates = 130", "", "series.max_dates"),
    ],
)
def test_a_package_with_wrong_holidays_says_so(tmp_path: Path, old: str, new: str, says: str) -> None:
    folder = a_package(tmp_path / "probe")
    file = folder / "district.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(PackageError) as error:
        read_package(folder)
    assert says in str(error.value)


def test_a_district_may_offer_neither_series_nor_open_returns() -> None:
    document = tomllib.loads((ALTMARK / "district.toml").read_text(encoding="utf-8"))
    rules = read_rules({key: value for key, value in document.items() if key not in ("series", "open_return")})
    assert rules.series is None
    assert rules.open_return is None
    refusal = series_refusal(rules, a_rule(), TODAY)
    assert refusal
    assert refusal.code == "series_not_offered"
