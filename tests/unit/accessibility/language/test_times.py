"""Times as people say them, each with what is understood on Monday, 23.11.2026, at 10:00."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from accessibility.desk import Anchor
from accessibility.language.times import Precision, TimeSaid, understand_time

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)


def hear(text: str, now: datetime = MONDAY, **more: date) -> TimeSaid:
    return understand_time(text, now, BERLIN, **more)


def told(heard: TimeSaid) -> list[str]:
    return [f"{reading.moment:%d.%m. %H:%M}" for reading in heard.readings if reading.share >= 0.1]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("morgen 8 Uhr", "24.11. 08:00"),
        ("morgen halb neun", "24.11. 08:30"),
        ("morgen Viertel neun", "24.11. 08:15"),
        ("morgen drei viertel neun", "24.11. 08:45"),
        ("morgen ¾ 9", "24.11. 08:45"),
        ("morgen um fünf vor halb zehn", "24.11. 09:25"),
        ("morgen zehn nach halb zehn", "24.11. 09:40"),
        ("Viertel nach drei", "23.11. 15:15"),
        ("halb drei", "23.11. 14:30"),
        ("gegen Mittag", "23.11. 12:00"),
        ("Dienstag morgen um acht", "24.11. 08:00"),
        ("morgen früh um sechs", "24.11. 06:00"),
        ("heute Abend halb acht", "23.11. 19:30"),
        ("am Dienstag in einer Woche um 9", "01.12. 09:00"),
        ("nächste Woche Dienstag um 9", "01.12. 09:00"),
        ("Sonnabend um neun", "28.11. 09:00"),
        ("am 3.12. um 9", "03.12. 09:00"),
        ("3.12 um 9", "03.12. 09:00"),
        ("am dritten Dezember halb drei", "03.12. 14:30"),
        ("dritten zwölften 9 Uhr", "03.12. 09:00"),
        ("Di 8:30", "24.11. 08:30"),
        ("in einer Stunde", "23.11. 11:00"),
        ("in anderthalb Stunden", "23.11. 11:30"),
        ("in einer Dreiviertelstunde", "23.11. 10:45"),
        ("in zwei Stunden und zehn Minuten", "23.11. 12:10"),
        ("übermorgen um acht Uhr dreißig", "25.11. 08:30"),
        ("morgen 0805", "24.11. 08:05"),
        ("morgen 8.05 Uhr", "24.11. 08:05"),
        ("morgen um achte", "24.11. 08:00"),
        ("acht Uhr abends", "23.11. 20:00"),
        ("zwanzig Uhr fünfzehn", "23.11. 20:15"),
        ("zwölf Uhr mittags", "23.11. 12:00"),
        ("halb eins", "23.11. 12:30"),
        ("Mitternacht", "24.11. 00:00"),
        ("24 Uhr", "24.11. 00:00"),
        ("heute Nacht um eins", "24.11. 01:00"),
        ("tomorrow half past eight", "24.11. 08:30"),
        ("next Wednesday at 2 pm", "25.11. 14:00 / 02.12. 14:00"),
        ("Guten Morgen, ich möchte heute um 15 Uhr fahren", "23.11. 15:00"),
        ("so bald wie möglich", "23.11. 10:00"),
    ],
)
def test_what_is_meant(text: str, meant: str) -> None:
    heard = hear(text)
    if " / " in meant:
        assert not heard.is_sure
        assert [reading.moment.strftime("%d.%m. %H:%M") for reading in heard.readings] == meant.split(" / ")
    else:
        assert heard.is_sure, heard
        assert f"{heard.readings[0].moment:%d.%m. %H:%M}" == meant


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("halb neun", ["24.11. 08:30", "23.11. 20:30"]),  # this morning's is past
        ("morgen um sechs", ["24.11. 06:00", "24.11. 18:00"]),
        ("heute 8 Uhr", ["23.11. 20:00", "24.11. 08:00"]),
        ("nächsten Dienstag 14 Uhr", ["24.11. 14:00", "01.12. 14:00"]),
        ("Montag 14 Uhr", ["23.11. 14:00", "30.11. 14:00"]),  # said on a Monday
        ("in acht Tagen um 14 Uhr", ["30.11. 14:00", "01.12. 14:00"]),
        ("Dienstag, 3.12. um 14 Uhr", ["24.11. 14:00", "03.12. 14:00"]),  # the 3rd is a Thursday
        ("übermorgen früh", ["25.11. 08:00", "25.11. 07:00", "25.11. 09:00", "25.11. 06:00"]),
        ("um 14 Uhr oder um 16 Uhr", ["23.11. 14:00", "23.11. 16:00"]),
        ("morgen half eight", ["24.11. 07:30", "24.11. 08:30"]),  # half past for the English, half to for Germans
    ],
)
def test_what_may_mean_two_things_is_never_guessed(text: str, readings: list[str]) -> None:
    heard = hear(text)
    assert not heard.is_sure
    assert told(heard) == readings


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("um 14 Uhr beim Arzt sein", Anchor.ARRIVE),
        ("spätestens 10", Anchor.ARRIVE),
        ("bis 11 Uhr", Anchor.ARRIVE),
        ("ich habe um 14 Uhr einen Termin", Anchor.ARRIVE),
        ("Ankunft 14:00", Anchor.ARRIVE),
        ("ich muss um 14 Uhr in Salzwedel sein", Anchor.ARRIVE),
        ("ab 14 Uhr", Anchor.DEPART),
        ("frühestens um 14 Uhr", Anchor.DEPART),
        ("Abfahrt 14 Uhr", Anchor.DEPART),
        ("bitte um 14 Uhr abholen", Anchor.DEPART),
        ("nach 14 Uhr", Anchor.DEPART),
        ("um 14 Uhr", None),
    ],
)
def test_which_end_is_meant(text: str, anchor: Anchor | None) -> None:
    heard = hear(text)
    assert heard.readings
    assert heard.readings[0].anchor is anchor


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31.11. um 8", "no_such_date"),
        ("am 30. Februar um 8", "no_such_date"),
        ("25 Uhr", "no_such_time"),
        ("8:75", "no_such_time"),
        ("8:5", "no_such_time"),
        ("gestern um 8", "past"),
        ("1.11.2026 8 Uhr", "past"),
        ("", ""),
        ("nach Salzwedel", ""),
        ("zwei Personen", ""),
    ],
)
def test_what_cannot_be(text: str, problem: str) -> None:
    heard = hear(text)
    assert heard.problem == problem
    assert not heard.is_sure


def test_a_time_past_today_is_tomorrows_and_says_so() -> None:
    heard = hear("9:15 Uhr am Abend".replace(" am Abend", ""), MONDAY.replace(hour=22))
    assert told(heard)[0] == "24.11. 09:15"
    assert "next_day" in heard.notes


def test_a_chosen_day_counts_until_the_text_names_another() -> None:
    assert told(hear("halb neun", day=date(2026, 11, 26)))[0] == "26.11. 08:30"
    assert told(hear("morgen halb neun", day=date(2026, 11, 26)))[0] == "24.11. 08:30"
    assert not hear("halb neun", day=date(2026, 11, 26)).names_day


def test_after_midnight_nobody_knows_which_day_is_tomorrow() -> None:
    heard = hear("morgen 8 Uhr", datetime(2026, 11, 24, 0, 30, tzinfo=BERLIN))
    assert not heard.is_sure
    assert told(heard)[:2] == ["24.11. 08:00", "25.11. 08:00"]


@pytest.mark.parametrize(
    "said", ["am 25.11. um 8 Uhr", "2026-11-25 8 Uhr", "am Mittwoch 8 Uhr", "morgen, Mittwoch, 8 Uhr"]
)
def test_after_midnight_a_date_is_the_date_that_it_names(said: str) -> None:
    heard = hear(said, datetime(2026, 11, 24, 0, 30, tzinfo=BERLIN))
    assert told(heard)[0] == "25.11. 08:00"
    assert "after_midnight" not in heard.notes


def test_the_hour_that_comes_twice_is_asked_and_the_one_that_never_comes_is_moved() -> None:
    autumn = hear("25.10.2026 um 2:30 Uhr nachts", datetime(2026, 10, 24, 12, tzinfo=BERLIN))
    assert not autumn.is_sure
    twice = [reading.moment.isoformat() for reading in autumn.readings if reading.moment.day == 25]
    assert {"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"} <= set(twice)
    spring = hear("28.3.2027 02:30 Uhr", datetime(2027, 3, 27, 12, tzinfo=BERLIN))
    assert not spring.is_sure
    assert "clock_change" in spring.notes
    assert spring.readings[0].moment.isoformat() == "2027-03-28T03:30:00+02:00"


def test_precision_and_range() -> None:
    assert hear("gegen 14 Uhr").readings[0].precision is Precision.ABOUT
    between = hear("morgen zwischen 14 und 15:30 Uhr").readings[0]
    assert between.precision is Precision.ABOUT
    assert between.until is not None
    assert (between.moment.hour, between.until.hour, between.until.minute) == (14, 15, 30)
    only_day = hear("am Samstag")
    assert only_day.readings[0].precision is Precision.DAY
    assert (only_day.names_day, only_day.names_time) == (True, False)


def test_in_a_whole_sentence() -> None:
    heard = hear("morgen 9:30 Kalbe Markt nach Klinikum Gardelegen, 2 Pers")
    assert heard.is_sure
    assert told(heard)[0] == "24.11. 09:30"
