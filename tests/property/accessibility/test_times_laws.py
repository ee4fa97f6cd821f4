"""Laws of hearing times: what is said in any form is what is understood, and nothing that is said does harm."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.language.times import Precision, understand_time
from tests.builders.spoken import exact_forms, face_forms, number_word, part_words

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
MORNING = NOW.replace(hour=4)
TOMORROW = date(2026, 11, 24)


@pytest.mark.parametrize("hour", range(24))
def test_every_time_of_day_on_24_hours_reads_back(hour: int) -> None:
    for minute in range(60):
        meant = datetime.combine(TOMORROW, time(hour, minute), BERLIN)
        for form in exact_forms(hour, minute):
            heard = understand_time(f"morgen {form}", NOW, BERLIN)
            assert meant in [reading.moment for reading in heard.readings], form
            if hour >= 7:
                assert heard.is_sure, form
                assert heard.readings[0].moment == meant, form
                assert heard.readings[0].precision is Precision.MINUTE, form


@pytest.mark.parametrize("hour", range(5, 23))
def test_every_time_on_the_face_reads_back_or_is_asked(hour: int) -> None:
    for minute in range(60):
        meant = datetime.combine(TOMORROW, time(hour, minute), BERLIN)
        for form in face_forms(hour, minute):
            heard = understand_time(f"morgen {form}", NOW, BERLIN)
            assert meant in [reading.moment for reading in heard.readings], form
            if 7 <= hour < 17:
                assert heard.readings[0].moment == meant, form
            if 13 <= hour < 17 or 7 <= hour < 12:
                assert heard.is_sure, form


@pytest.mark.parametrize("hour", range(5, 23))
def test_with_its_part_of_day_a_time_on_the_face_is_certain(hour: int) -> None:
    for part in part_words(hour):
        for minute in range(60):
            meant = datetime.combine(TOMORROW, time(hour, minute), BERLIN)
            for form in face_forms(hour, minute):
                for text in (f"morgen {part} {form}", f"{form} {part} am 24.11."):
                    heard = understand_time(text, NOW, BERLIN)
                    assert heard.is_sure, text
                    assert heard.readings[0].moment == meant, text


@given(st.integers(0, 13), st.integers(7, 22), st.sampled_from([0, 15, 30, 45]))
def test_every_day_of_the_horizon_reads_back_by_its_date(ahead: int, hour: int, minute: int) -> None:
    day = MORNING.date() + timedelta(days=ahead)
    meant = datetime.combine(day, time(hour, minute), BERLIN)
    weekday = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")[day.weekday()]
    for said_day in (
        f"am {day.day}.{day.month}.",
        f"{day:%d.%m.%Y}",
        f"{weekday}, {day:%d.%m.}",
        f"in {number_word(ahead)} Tagen" if ahead > 1 and ahead != 8 else day.isoformat(),
        f"am {day.day}. {('November', 'Dezember')[day.month - 11]}",
    ):
        heard = understand_time(f"{said_day} um {hour}:{minute:02d} Uhr", MORNING, BERLIN)
        assert heard.is_sure, said_day
        assert heard.readings[0].moment == meant, said_day


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_a_time_without_a_day_is_never_past_and_within_a_day(wall: datetime, hour: int, minute: int) -> None:
    now = wall.replace(tzinfo=UTC)
    heard = understand_time(f"{hour}:{minute:02d} Uhr", now, BERLIN)
    for reading in heard.readings:
        assert reading.moment >= now.replace(second=0, microsecond=0)
        assert reading.moment - now <= timedelta(hours=26)
        assert reading.moment.utcoffset() == reading.moment.astimezone(UTC).astimezone(BERLIN).utcoffset()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(1, 12))
def test_hours_from_now_are_elapsed_hours_also_on_clock_changes(wall: datetime, hours: int) -> None:
    now = wall.replace(tzinfo=UTC, second=0, microsecond=0)
    heard = understand_time(f"in {hours} Stunden", now, BERLIN)
    assert heard.is_sure
    assert heard.readings[0].moment.astimezone(UTC) - now == timedelta(hours=hours)


SAID = """halb viertel drei vor nach um uhr morgen heute früh abends in einer stunde tagen woche nächsten dienstag 8 0805 8:05
3.12. am zwischen und bis spätestens mittag mitternacht so gegen 25 99:99 31.2. ein nacht jetzt ¾ , . ?"""
WORDS = st.sampled_from(SAID.split())


@given(
    st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=30).map(" ".join)),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
)
def test_nothing_that_is_said_raises_and_what_is_sure_is_one_thing(text: str, wall: datetime) -> None:
    heard = understand_time(text, wall.replace(tzinfo=UTC), BERLIN)
    assert sum(reading.share for reading in heard.readings) <= 1.02
    assert all(reading.moment.tzinfo is BERLIN for reading in heard.readings)
    if heard.is_sure:
        assert heard.readings[0].share >= 0.8
        assert not heard.problem


@pytest.mark.parametrize(
    "text",
    [
        "8 " * 100_000,
        "halb " * 50_000,
        "um 8:00 " * 20_000,
        "Ä" * 1_000_000,
        "in 1 " * 9_000,
        "ein und " * 9_000,
        "1." * 50_000,
        "am di " * 900,
    ],
)
def test_length_costs_no_time(text: str) -> None:
    start = perf_counter()
    understand_time(text, NOW, BERLIN)
    assert perf_counter() - start < 0.5
