"""Who rides, yes and no, figures, and what somebody wants, each as people say it."""

from __future__ import annotations

import pytest

from accessibility.desk import Party
from accessibility.language.answers import Answer, figures_said, understand_answer
from accessibility.language.intents import Intent, understand_intent
from accessibility.language.people import understand_people
from accessibility.language.said import listen


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("wir sind zu dritt, einer mit Rollator", Party(adults=3, walking_frames=1)),
        ("wir sind zu zweit, eine im Rollstuhl", Party(adults=2, wheelchairs=1)),
        ("meine Frau und ich", Party(adults=2)),
        ("ich und mein Mann im Rollstuhl", Party(adults=2, wheelchairs=1)),
        ("zwei Erwachsene und ein Kind", Party(adults=2, children=1)),
        ("zu viert, davon zwei Kinder", Party(adults=2, children=2)),
        ("2 Pers", Party(adults=2)),
        ("ohne Rollator", Party()),
        ("mit zwei Kindern und Kinderwagen", Party(adults=1, children=2, prams=1)),
        ("wir sind fünf, zwei davon im Rollstuhl", Party(adults=5, wheelchairs=2)),
    ],
)
def test_who_rides(text: str, party: Party) -> None:
    heard = understand_people(listen(text))
    assert heard.party == party
    assert heard.is_said
    assert heard.is_sure


@pytest.mark.parametrize(
    "text", ["drei Personen und ein Kind", "mit meiner Tochter", "zwei Personen, drei Leute", "9 Fahrräder"]
)
def test_who_rides_may_mean_two_things(text: str) -> None:
    assert not understand_people(listen(text)).is_sure


def test_needs_are_heard() -> None:
    heard = understand_people(listen("ich bin blind und brauche Hilfe beim Einsteigen, bitte die Rampe"))
    assert heard.needs == {"blind", "arm", "ramp"}


@pytest.mark.parametrize(
    "text", ["ja", "Ja, bitte!", "genau", "passt", "warum nicht", "kein Problem", "von mir aus", "mhm", "yes please"]
)
def test_yes(text: str) -> None:
    assert understand_answer(text) is Answer.YES


@pytest.mark.parametrize(
    "text", ["nein", "nö", "das stimmt nicht", "auf keinen Fall", "lieber nicht", "doch nicht", "passt mir nicht"]
)
def test_no(text: str) -> None:
    assert understand_answer(text) is Answer.NO


@pytest.mark.parametrize("text", ["ja nein", "ja, oder nein", "Salzwedel", "", "???"])
def test_neither_is_asked_again(text: str) -> None:
    assert understand_answer(text) is None


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("1", "1"),
        ("eins", "1"),
        ("null drei neun null eins", "03901"),
        ("zwo fünf acht", "258"),
        ("ja", None),
        ("", None),
    ],
)
def test_figures_said_or_keyed(text: str, figures: str | None) -> None:
    assert figures_said(text) == figures


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("STORNO", Intent.CANCEL),
        ("ich sage die Fahrt morgen ab", Intent.CANCEL),
        ("ÄNDERN", Intent.CHANGE),
        ("wo bleibt der Bus", Intent.WHERE),
        ("HILFE", Intent.HELP),
        ("ich will mit einem Menschen sprechen", Intent.HUMAN),
        ("ich bin fertig", Intent.FETCH),
        ("wie bitte?", Intent.REPEAT),
        ("nicht stornieren", None),
    ],
)
def test_what_is_wanted(text: str, intent: Intent | None) -> None:
    assert understand_intent(listen(text), has_content=False)[0] is intent


@pytest.mark.parametrize("age", ["ich bin 82", "ich bin schon 90 Jahre alt", "ich werde 100"])
def test_an_age_is_no_number_of_people(age: str) -> None:
    heard = understand_people(said := listen(f"{age} und habe einen Rollator"))
    assert heard.is_sure
    assert (heard.party.adults, heard.party.walking_frames) == (1, 1)
    assert not any(sign.isdigit() for sign in said.left)
