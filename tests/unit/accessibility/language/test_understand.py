"""Whole utterances in the Altmark: what is certain, what is asked, what is missing; and the command that shows it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accessibility.desk import Anchor, PlaceHit
from accessibility.language.__main__ import main
from accessibility.language.district import read_names
from accessibility.language.gazetteer import Gazetteer
from accessibility.language.intents import Intent
from accessibility.language.report import place_text
from accessibility.language.understand import Understood, understand

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
ALTMARK = Path(__file__).resolve().parents[4] / "fixtures" / "altmark"
GAZETTEER = Gazetteer(read_names(ALTMARK)[0])


def hear(text: str, **more: object) -> Understood:
    return understand(text, now=NOW, zone=BERLIN, find=GAZETTEER.find, **more)  # type: ignore[arg-type]


def places(understood: Understood) -> tuple[str | None, str | None]:
    ends = (understood.origin, understood.destination)
    return tuple(place_text(end.best) if end is not None and end.best else None for end in ends)  # type: ignore[return-value]


def test_a_whole_wish() -> None:
    heard = hear("morgen halb neun von Kalbe ZOB nach Salzwedel zum Arzt, wir sind zu zweit, eine im Rollstuhl")
    assert heard.is_sure
    assert places(heard) == ("Kalbe, ZOB", "Salzwedel")
    assert heard.destination is not None
    assert heard.destination.purpose == "doctor"
    assert heard.missing == heard.to_ask == ()


@pytest.mark.parametrize(
    ("text", "origin", "destination"),
    [
        ("von Salz wedel nach Garde legen", "Salzwedel", "Gardelegen"),
        ("von Gardeleben nach Ahrendsee", "Gardelegen", "Arendsee"),
        ("vom Bahnhof in Salzwedel nach Kalbe an der Milde", "Salzwedel, Bahnhof", "Kalbe"),
        ("Salzwedel, Zum Bartelskamp nach Letzlingen, Schule", "Salzwedel, Zum Bartelskamp", "Letzlingen, Schule"),
        ("zum Rathaus in Klötze aus Wistedt", "Wistedt", "Klötze, Rathaus"),
        ("holen Sie mich in Kuhfelde ab, ich will zum Kaufland", "Kuhfelde", "Salzwedel, Kaufland"),
    ],
)  # fmt: skip
def test_places_also_misheard(text: str, origin: str, destination: str) -> None:
    heard = hear(text)
    assert places(heard) == (origin, destination)
    assert "from" not in heard.to_ask
    assert "to" not in heard.to_ask


def test_names_that_sound_alike_are_asked_on_the_phone_only() -> None:
    assert "to" not in hear("von Kalbe nach Zienau").to_ask
    spoken = hear("von Kalbe nach Zienau", is_speech=True)
    assert "to" in spoken.to_ask
    assert spoken.destination is not None
    assert {hit.village for hit in spoken.destination.hits} >= {"Zienau", "Sienau"}


@pytest.mark.parametrize("text", ["zum Bahnhof", "Kalbe Markt", "zum Krankenhaus Salzwedel", "Kalbe Salzwedel"])
def test_a_place_that_may_be_two_is_asked(text: str) -> None:
    assert "to" in hear(text).to_ask


def test_a_place_that_nobody_knows_is_missing_not_the_nearest_likeness() -> None:
    heard = hear("morgen um neun von Kalbe nach Berlin")
    assert places(heard) == ("Kalbe", None)
    assert heard.missing == ("to",)


def test_home_is_where_the_rider_says() -> None:
    assert "to" in hear("nach Hause").missing
    home = PlaceHit("jeetze", "village", "Jeetze", "Jeetze", 52.7, 11.3, 1.0)
    heard = hear("nach Hause", known_places={"home": home})
    assert heard.destination is not None
    assert heard.destination.best == home
    assert "to" not in heard.missing


def test_a_bare_name_is_the_answer_to_what_was_asked() -> None:
    assert places(hear("Salzwedel", expects="from")) == ("Salzwedel", None)
    assert places(hear("Salzwedel", expects="to")) == (None, "Salzwedel")


def test_a_mended_number_is_asked() -> None:
    assert "when" in hear("morgen um achtzhen Uhr").to_ask


def test_a_lost_not_does_not_turn_an_answer_round() -> None:
    heard = hear("passt mir nkcht", is_speech=True)
    assert heard.intent is not Intent.YES or "intent" in heard.to_ask


def test_the_command_prints_what_was_understood(capsys: pytest.CaptureFixture[str]) -> None:
    text = "morgen halb neun von Kalbe Markt nach Salzwedel zum Arzt, wir sind zu zweit, eine im Rollstuhl"
    assert main([text, "--district", str(ALTMARK), "--now", "2026-11-23T10:00", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["intent"] == "book"
    assert shown["from"]["id"] == "kalbe"
    assert not shown["from"]["is_sure"], "there is no market stop in Kalbe"
    assert shown["from"]["alternatives"]
    assert (shown["to"]["id"], shown["to"]["purpose"]) == ("salzwedel", "doctor")
    assert shown["when"]["time"] == "2026-11-24T08:30:00+01:00"
    assert (shown["when"]["anchor"], shown["when"]["precision"]) == ("depart", "minute")
    assert shown["party"] == {"adults": 2, "wheelchairs": 1, "is_said": True}
    assert shown["to_ask"] == ["from"]
    assert shown["missing"] == []
    assert 0 < shown["confidence"] < 0.8


def test_the_command_names_what_it_cannot_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["morgen", "--district", "no/such/folder"]) == 2
    assert "no/such/folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "origin", "destination"),
    [
        ("Klötze-Gardelegen morgen 9 Uhr", "Klötze", "Gardelegen"),
        ("morgen 9 Klötze→Kalbe", "Klötze", "Kalbe"),
        ("klötze rathaus-gardelegen krankenhaus morgen 9", "Klötze, Rathaus", "Gardelegen, Krankenhaus"),
        ("von Klötze zur Karl-Marx-Schule", "Klötze", "Gardelegen, Karl-Marx-Schule"),
        ("Groß-Chüden nach Salzwedel", "Groß Chüden", "Salzwedel"),
        ("Bahnhof-Klötze um 9 nach Kalbe", "Klötze, Bahnhof (Bus)", "Kalbe"),
    ],
)
def test_a_hyphen_between_two_places_is_a_way(text: str, origin: str, destination: str) -> None:
    assert places(hear(text)) == (origin, destination)


@pytest.mark.parametrize(
    ("text", "adults", "children"),
    [
        ("ich und meine tochter (3) mit kindersitz", 1, 1),
        ("meine kleine Tochter und ich", 1, 1),
        ("ich und mein Sohn, 7 Jahre", 1, 1),
    ],
)
def test_a_small_child_is_a_child(text: str, adults: int, children: int) -> None:
    people = hear(text).people
    assert (people.party.adults, people.party.children, people.is_sure) == (adults, children, True)


def test_a_grown_up_son_is_asked_about() -> None:
    assert not hear("ich und mein Sohn (25)").people.is_sure


def test_where_somebody_is_now_is_where_the_ride_begins() -> None:
    heard = hear("ich jetzt in Klötze")
    assert places(heard) == ("Klötze", None)
    assert not heard.when.names_time


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("morgen um halb zehn statt um acht nach Kalbe", "09:30"),
        ("morgen statt um 8 um halb zehn nach Kalbe", "09:30"),
        ("morgen um acht, nein, um halb zehn nach Kalbe", "09:30"),
        ("morgen um neun nein halt um zehn ach was um halb elf nach Kalbe", "10:30"),
        ("morgen um halb neun von Klötze nein halt von Kalbe", "08:30"),
    ],
)
def test_what_was_taken_back_in_the_same_sentence_does_not_count(text: str, clock: str) -> None:
    heard = hear(text)
    assert heard.when.best is not None
    assert f"{heard.when.best.moment:%H:%M}" == clock
    assert "Kalbe" in places(heard)


def test_who_says_her_name_rides_alone() -> None:
    assert hear("ich bin die Frau Schulze aus Kalbe ich bin 90").people.party.adults == 1
    assert hear("ich bin die Frau Schulze und mein Mann kommt mit").people.party.adults == 2


@pytest.mark.parametrize("text", ["um elf bin ich bestellt", "ich bin um elf beim Augenarzt bestellt"])
def test_who_is_expected_at_a_time_arrives_by_then(text: str) -> None:
    best = hear(f"morgen {text}").when.best
    assert best is not None
    assert best.anchor is Anchor.ARRIVE


def test_a_bus_that_was_ordered_leaves_then() -> None:
    best = hear("ich habe morgen um 9 einen Bus bestellt").when.best
    assert best is not None
    assert best.anchor is not Anchor.ARRIVE
