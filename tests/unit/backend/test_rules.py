"""The booking rules one by one, on their edges."""

from __future__ import annotations

import tomllib
from datetime import date, datetime

import pytest

from accessibility.desk import InvalidInput, Party
from backend.bookings import party as party_rules
from backend.bookings import rules as booking_rules
from backend.bookings.localtime import clock_to_seconds
from dispatch.model import Load
from fixtures.rules import Rules, Zone
from fixtures.rules_reading import read_rules
from tests.builders.district import BERLIN, RULES, at

TUESDAY = date(2026, 11, 24)


def the_rules(text: str = RULES) -> Rules:
    return read_rules(tomllib.loads(text))


def zone_of(name: str = "kreis", text: str = RULES) -> Zone:
    return next(zone for zone in the_rules(text).zones if zone.id == name)


def answer(clock: str, now: datetime, day: date = TUESDAY, zone: Zone | None = None) -> str | None:
    """The code of the refusal of a pick-up at a time, ordered now."""
    hours, minutes = (int(part) for part in clock.split(":"))
    second = clock_to_seconds(hours * 3600 + minutes * 60, day, BERLIN)
    refusal = booking_rules.time_refusal(the_rules(), zone or zone_of(), day, second, now, BERLIN)
    if refusal:
        assert refusal.reason
        assert refusal.way_out
    return refusal.code if refusal else None


def test_lead_time_to_the_second() -> None:
    assert answer("8:00", at("7:00")) is None
    assert answer("8:00", at("7:00").replace(second=1)) == "too_late"


def test_service_hours_of_weekday_and_weekend() -> None:
    assert answer("5:00", at("3:00")) is None
    assert answer("4:59", at("3:00")) == "outside_hours"
    assert answer("23:00", at("12:00")) == "outside_hours"
    saturday = date(2026, 11, 28)
    assert answer("5:30", at("3:00"), saturday) == "outside_hours"
    assert answer("6:00", at("3:00"), saturday) is None


def test_the_evenings_deadline() -> None:
    assert answer("21:30", at("20:00")) is None
    assert answer("21:30", at("20:00").replace(second=1)) == "after_deadline"
    assert answer("20:59", at("19:59")) is None
    assert answer("21:30", at("21:00")) == "too_late"


def test_the_day_before_is_in_time_for_everything() -> None:
    assert answer("5:00", at("23:59", "2026-11-23")) is None
    assert answer("22:59", at("23:59", "2026-11-23")) is None


def test_lead_time_across_midnight() -> None:
    open_all_night = RULES.replace('from = "05:00", to = "23:00"', 'from = "00:00", to = "24:00"')
    zone = zone_of("stadt", open_all_night)
    assert answer("0:20", at("23:50", "2026-11-23"), zone=zone) is None
    assert answer("0:19", at("23:50", "2026-11-23"), zone=zone) == "too_late"


@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-28"])
def test_clock_changes_move_neither_hours_nor_lead_time(day: str) -> None:
    sunday = date.fromisoformat(day)
    assert answer("6:00", at("5:00", day), sunday) is None
    assert answer("6:00", at("5:00", day).replace(second=1), sunday) == "too_late"
    assert answer("5:59", at("0:30", day), sunday) == "outside_hours"
    assert answer("22:59", at("12:00", day), sunday) is None
    assert answer("23:00", at("12:00", day), sunday) == "outside_hours"
    # An hour is an hour, also while the clock jumps: between 1:59 and 4:00 Uhr lie one in spring and three in autumn.
    open_all_night = zone_of("stadt", RULES.replace('from = "05:00"', 'from = "00:00"'))
    assert answer("4:00", at("1:59", day), sunday, open_all_night) is None
    assert answer("4:00", at("3:31", day), sunday, open_all_night) == "too_late"


def test_in_spring_the_lost_hour_does_not_count_as_lead_time() -> None:
    sunday = date(2027, 3, 28)
    zone = zone_of("stadt", RULES.replace('from = "05:00"', 'from = "00:00"'))
    assert answer("3:15", at("1:45", "2027-03-28"), sunday, zone) is None  # half an hour by the watch
    assert answer("3:14", at("1:45", "2027-03-28"), sunday, zone) == "too_late"


def test_the_first_zone_that_holds_both_ends_decides() -> None:
    rules = the_rules()
    assert booking_rules.zone_for(rules, "Salzwedel", "Salzwedel").id == "stadt"
    assert booking_rules.zone_for(rules, "Salzwedel", "Kuhfelde").id == "kreis"
    assert booking_rules.zone_for(rules, "Anderswo", "Nirgends").id == "kreis"


def test_the_horizon_ends_after_its_last_day() -> None:
    rules = the_rules()
    assert booking_rules.horizon_refusal(rules, date(2026, 12, 8), at("7:00"), BERLIN) is None
    late = booking_rules.horizon_refusal(rules, date(2026, 12, 9), at("7:00"), BERLIN)
    assert late
    assert "08.12.2026" in late.reason


@pytest.mark.parametrize(
    ("party", "load"),
    [
        (Party(), Load(1, 0, 0)),
        (Party(adults=2, children=3), Load(5, 0, 0)),
        (Party(adults=2, wheelchairs=1), Load(1, 1, 0)),
        (Party(walking_frames=1), Load(1, 0, 1)),
        (Party(prams=1), Load(1, 0, 2)),
        (Party(bicycles=1), Load(1, 0, 3)),
        (Party(guide_dogs=1, luggage=2, parcels=3), Load(1, 0, 6)),
    ],
)
def test_the_places_that_a_party_takes(party: Party, load: Load) -> None:
    assert party_rules.load_of(party) == load


def test_a_wheelchair_needs_a_ramp_and_three_minutes() -> None:
    rules = the_rules()
    wheelchair = Party(wheelchairs=1)
    assert party_rules.features_of(wheelchair, frozenset()) == {"ramp"}
    assert party_rules.features_of(Party(), frozenset({"blind"})) == frozenset()
    assert party_rules.features_of(Party(), frozenset({"child_seat"})) == {"child_seat"}
    assert party_rules.dwell_s(rules, Party(), frozenset()) == 45
    assert party_rules.dwell_s(rules, wheelchair, frozenset()) == 45 + 180


def test_the_longest_ride_is_whole_minutes_and_never_less_than_direct() -> None:
    rules = the_rules()
    for direct_s in (0, 1, 59, 600, 3599):
        longest_s = party_rules.max_ride_s(rules, direct_s)
        assert longest_s % 60 == 0
        assert longest_s >= 1.5 * direct_s + 900


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, 51])
def test_a_count_is_a_small_whole_number(value: object) -> None:
    with pytest.raises(InvalidInput) as raised:
        party_rules.check_party(Party(children=value), frozenset())  # type: ignore[arg-type]
    assert raised.value.field_name == "party.children"


def test_a_deadline_of_the_evening_before_reaches_into_the_morning() -> None:
    text = RULES.replace('trips_to = "29:00"', 'trips_to = "31:00"')
    zone = zone_of("kreis", text)
    assert answer("6:59", at("20:00", "2026-11-23"), zone=zone) is None
    assert answer("6:59", at("20:00", "2026-11-23").replace(second=1), zone=zone) == "after_deadline"
    assert answer("7:00", at("20:00", "2026-11-23").replace(second=1), zone=zone) is None
    assert answer("6:30", at("5:00"), zone=zone) == "after_deadline"
    assert answer("6:30", at("5:45"), zone=zone) == "too_late"


def test_a_night_bus_belongs_to_the_evening_before() -> None:
    night = zone_of("stadt", RULES.replace('from = "05:00", to = "23:00"', 'from = "05:00", to = "25:30"', 1))
    assert booking_rules.service_day_of(night, at("0:30", "2026-11-25"), BERLIN) == TUESDAY
    assert booking_rules.service_day_of(night, at("1:30", "2026-11-25"), BERLIN) == date(2026, 11, 25)
    assert booking_rules.service_day_of(night, at("5:00", "2026-11-25"), BERLIN) == date(2026, 11, 25)
    assert answer("24:30", at("23:59"), zone=night) is None
    assert answer("24:30", at("0:01", "2026-11-25"), zone=night) == "too_late"


def test_the_next_possible_time_is_named_across_days() -> None:
    second = clock_to_seconds(22 * 3600 + 1800, TUESDAY, BERLIN)
    refusal = booking_rules.time_refusal(the_rules(), zone_of(), TUESDAY, second, at("22:10"), BERLIN)
    assert refusal
    way = refusal.way_out[0]
    assert way.text == "Möglich ist es ab Mi, 25.11.2026, 5:00 Uhr."
    assert datetime.fromisoformat(way.value) == at("5:00", "2026-11-25")


def test_nobody_leaves_an_end_state() -> None:
    for state in ("completed", "cancelled", "no_show"):
        assert booking_rules.TRANSITIONS[state] == set()
    assert set(booking_rules.TRANSITIONS) == {
        target for ends in booking_rules.TRANSITIONS.values() for target in ends
    } | {"booked"}
