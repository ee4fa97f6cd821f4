"""Whatever comes, in whatever order: no exception, always something to say, and nothing booked without a yes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from accessibility.desk import (
    BookingState,
    BookingView,
    Fare,
    InvalidInput,
    Offer,
    Party,
    Passenger,
    Quote,
    Refusal,
    RideBeside,
    StopView,
    TripLeg,
    WayOut,
)
from accessibility.dialogue import actions, party_keys
from accessibility.dialogue.caller import Caller, Known, KnownRide, Spot, UsualRide, Wished
from accessibility.dialogue.dialogue import Dialogue
from accessibility.dialogue.heard import GONE, IGNORED, SILENCE, Done, Heard, keys, words
from accessibility.dialogue.keypad import NameKeys
from accessibility.dialogue.manner import VOICE, WRITTEN, Ears
from accessibility.dialogue.state import State
from accessibility.dialogue.stored import from_document, to_document
from accessibility.language.district import read_names
from accessibility.language.gazetteer import Gazetteer
from accessibility.voice.choices import CHOICES
from accessibility.voice.spoken import portions, spoken
from accessibility.voice.wording import Wording

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Berlin"))
ZONE = ZoneInfo("Europe/Berlin")
STOP = StopView("1", "Rathaus", "Klötze", 52.6, 11.1)
OTHER = StopView("2", "Krankenhaus", "Gardelegen", 52.5, 11.4)


@lru_cache
def ears() -> Ears:
    names, _zone = read_names(Path(__file__).resolve().parents[3] / "fixtures" / "altmark")
    return Ears("altmark", ZONE, Gazetteer(names).find, NameKeys(names))


def offer(number: int) -> Offer:
    begin = NOW + timedelta(hours=number + 2)
    return Offer(
        f"offer-{number}", STOP, 0, begin, begin + timedelta(minutes=10), OTHER, 120, begin + timedelta(hours=1), 60,
        Fare(350, ()), "Kleinbus", NOW + timedelta(minutes=5),
    )  # fmt: skip


def ride(number: int) -> KnownRide:
    begin = NOW + timedelta(hours=number + 1)
    wish = Wished(Spot("1", "stop", "Klötze, Rathaus"), Spot("2", "stop", "Gardelegen, Krankenhaus"), when=begin)
    return KnownRide(
        f"ABC-DE{number + 2}", "Klötze, Rathaus", "Gardelegen, Krankenhaus", begin, begin + timedelta(minutes=10),
        begin + timedelta(hours=1), wish, in_series=number == 1, in_return_trip=number == 2, can_be_fetched=number == 0,
    )  # fmt: skip


REFUSAL = Refusal(
    "too_late", "Dafür ist es zu spät.", (WayOut("offer_times", "Ab 12 Uhr.", "2026-11-23T12:00:00+01:00"),)
)
PERSON = Known("Testfahrgast 1", tuple(ride(number) for number in range(3)), (UsualRide("", ride(0).wish),))
PHRASES_TEXT = """ja|nein|bitte|später|früher|etwas anderes|morgen um neun|von Klötze Rathaus nach Gardelegen Krankenhaus
nach Sienau|Kalbe|wo ist mein Bus|stornieren|ändern|ich komme später|Mensch|Hilfe|wie bitte|langsam|abbrechen|tschüss
ich rufe für jemanden an|Testfahrgast Eins|zwei Personen|zu dritt mit Rollstuhl|übermorgen|acht drei neun zwei|ABC DE2
fertig, bitte abholen|am Dienstag fahre ich nicht|gestern um acht"""
PHRASES = PHRASES_TEXT.replace("\n", "|").split("|")
INPUTS = st.one_of(
    st.sampled_from(PHRASES).map(words),
    st.sampled_from(PHRASES).map(lambda text: words(text, 0.1)),
    st.text(alphabet="0123456789*#", max_size=12).map(keys),
    st.sampled_from("0123456789*#").map(keys),
    st.text(max_size=80).map(words),
    st.text(min_size=500, max_size=3000).map(words),
    st.sampled_from([SILENCE, IGNORED]),
)
RESULTS = st.sampled_from(["good", "refusal", "invalid", "gone"])


def result(action: actions.Action, kind: str) -> object:
    """What a desk may answer, good or bad."""
    if isinstance(action, actions.Prove):
        return actions.Proof(is_proved=kind == "good", is_locked=kind == "gone", known=PERSON)
    if isinstance(action, actions.LookUp):
        return PERSON if kind == "good" else Known()
    if isinstance(action, actions.Beside):
        leg = TripLeg("ABC-DE9", BookingState.BOOKED, STOP, NOW, NOW, OTHER, NOW)
        return (RideBeside("offer-0", leg),) if kind == "good" else ()
    if isinstance(action, actions.HandOver | actions.CallBack):
        return actions.HandedOver(kind == "good", isinstance(action, actions.CallBack), kind == "refusal", "immer")
    if kind == "invalid":
        return InvalidInput("when", "Diese Zeit ist schon vorbei.")
    if kind != "good":
        return Refusal("offer_expired", "Weg.") if kind == "gone" and not isinstance(action, actions.Ask) else REFUSAL
    if isinstance(action, actions.Ask):
        return Quote("q", (offer(0), offer(1)))
    if isinstance(action, actions.Book | actions.Change):
        return BookingView(
            "ABC-DEF", BookingState.BOOKED, offer(0), Party(), frozenset(), Passenger("Testfahrgast 1"), NOW, None, ""
        )
    return REFUSAL  # what the other calls give is played in the transcripts


@given(
    st.lists(st.tuples(INPUTS, RESULTS), max_size=14),
    st.sampled_from([VOICE, WRITTEN]),
    st.sampled_from([Caller(), Caller("+493023125001"), Caller("+493023125001", has_pin=True)]),
)
def test_no_input_in_no_order_ends_in_an_error(turns, manner, caller) -> None:  # type: ignore[no-untyped-def]
    dialogue = Dialogue(ears(), manner)
    wording = Wording("Altmarkkreis Salzwedel", ZONE, NOW.date())
    step = dialogue.begin(caller, NOW)
    for heard, kind in turns:
        was, asked = step.state.is_over, step.state.asked.value
        step = dialogue.step(step.state, heard, NOW)
        for _number in range(6):
            if step.action is None:
                break
            if isinstance(step.action, actions.Book | actions.Change):
                assert asked in ("offer", "beside"), f"booked after {asked}"
            if isinstance(step.action, actions.Cancel | actions.SkipDate):
                assert asked == "cancel", f"cancelled after {asked}"
            step = dialogue.step(step.state, Done(result(step.action, kind)), NOW)
            kind = "good"
        assert step.action is None, "asks on and on"
        kept = from_document(State, json.loads(json.dumps(to_document(step.state))))
        assert kept == step.state
        text = wording.text(step.reply)
        assert text.strip() or was or heard == GONE
        assert len(text) < 3000
        assert portions(spoken(text)) or not text.strip()


@given(st.lists(INPUTS, max_size=6))
def test_the_same_input_gives_the_same_step(turns: list[Heard]) -> None:
    dialogue = Dialogue(ears(), VOICE)
    first = second = dialogue.begin(Caller("+493023125001"), NOW)
    for heard in turns:
        first, second = dialogue.step(first.state, heard, NOW), dialogue.step(second.state, heard, NOW)
        assert first == second


@given(st.lists(INPUTS, max_size=8))
def test_hanging_up_ends_and_asks_nothing_of_the_desk(turns: list[Heard]) -> None:
    dialogue = Dialogue(ears(), VOICE)
    step = dialogue.begin(Caller("+493023125001"), NOW)
    for heard in turns:
        step = dialogue.step(step.state, heard, NOW)
    end = dialogue.step(step.state, GONE, NOW)
    assert end.action is None
    assert end.state.is_over


@given(st.text(max_size=400))
def test_any_text_can_be_spoken(text: str) -> None:
    for portion in portions(spoken(text)):
        assert sum(len(piece.words) for piece in portion) <= 3000


def test_no_menu_of_keys_alone_has_more_than_six_answers() -> None:
    """And each of them has its word: a caller who cannot speak hears all of it."""
    wording = Wording("Altmarkkreis Salzwedel", ZONE, NOW.date())
    for menu in (party_keys.AIDS, party_keys.THINGS, party_keys.NEEDS, party_keys.FARES):
        assert len(menu) <= VOICE.most_choices
        for answer in menu:
            assert CHOICES["aid"](wording, {"aid": answer})
    said = {*party_keys.AIDS, *party_keys.THINGS, *party_keys.NEEDS, *party_keys.FARES}
    assert {"wheelchairs", "walking_frames", "guide_dogs", "luggage", "blind", "deaf"} <= said
