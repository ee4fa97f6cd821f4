"""Scores a reader on a corpus: right, asked, missed, or wrong: taken for certain and not what was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from accessibility.language.measure.corpus import MeantTime, Utterance
from accessibility.language.measure.readings import SLOTS, PartyRead, PlaceRead, Reader, SlotRead, TimeRead, Value


class Outcome(StrEnum):
    RIGHT = "right"
    ASKED = "asked"  # not sure, and what was meant is among the answers
    ASKED_VAIN = "asked_vain"  # not sure, and it is not
    MISSED = "missed"  # nothing was understood: it is asked for
    WRONG = "wrong"


@dataclass(slots=True)
class Score:
    """Counts by slot, and of whole utterances."""

    slots: dict[str, Counter[Outcome]] = field(default_factory=lambda: {slot: Counter() for slot in SLOTS})
    whole: Counter[Outcome] = field(default_factory=Counter)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)  # (where, text as heard, slot)

    @property
    def total(self) -> int:
        return sum(self.whole.values())

    def share(self, *outcomes: Outcome) -> float:
        """The share of whole utterances with one of these outcomes."""
        return sum(self.whole[outcome] for outcome in outcomes) / max(1, self.total)


def score(reader: Reader, utterances: Iterable[tuple[Utterance, str]], *, is_speech: bool) -> Score:
    """Score a reader on utterances, each with the text that reaches it."""
    result = Score()
    for utterance, heard in utterances:
        read = reader(heard, is_speech=is_speech)
        outcomes = set()
        for slot in SLOTS:
            outcome = outcome_of(slot, utterance, read.get(slot))
            if outcome is None:
                continue
            result.slots[slot][outcome] += 1
            outcomes.add(outcome)
            if outcome is Outcome.WRONG:
                result.wrong.append((utterance.where, heard, slot))
        result.whole[_worst(outcomes)] += 1
    return result


def _worst(outcomes: set[Outcome]) -> Outcome:
    for outcome in (Outcome.WRONG, Outcome.ASKED_VAIN, Outcome.MISSED, Outcome.ASKED):
        if outcome in outcomes:
            return outcome
    return Outcome.RIGHT


def outcome_of(slot: str, utterance: Utterance, read: SlotRead | None) -> Outcome | None:
    """What became of one slot; None where nothing was meant and nothing understood."""
    if slot in utterance.to_ask:
        return Outcome.RIGHT if read is None or not read.is_sure else Outcome.WRONG
    meant = meant_value(slot, utterance)
    if meant is None:
        if read is None:
            return None
        return Outcome.WRONG if read.is_sure else Outcome.ASKED_VAIN
    if read is None:
        return Outcome.MISSED
    fits = [_fits(meant, value) for value in read.values]
    if read.is_sure and isinstance(meant, MeantTime) and _lacks_time(meant, read.values[0]):
        return Outcome.MISSED
    if read.is_sure:
        return Outcome.RIGHT if fits[0] else Outcome.WRONG
    return Outcome.ASKED if any(fits) else Outcome.ASKED_VAIN


def meant_value(slot: str, utterance: Utterance) -> Value | MeantTime | None:
    """What an utterance means in a slot."""
    if slot in ("from", "to"):
        text = utterance.origin if slot == "from" else utterance.destination
        village, _comma, name = (text or "").partition(", ")
        return PlaceRead(village, name) if text else None
    if slot == "party":
        if utterance.party is None and not utterance.needs:
            return None
        counts = utterance.party or {"adults": 1}
        return PartyRead(tuple(sorted(counts.items())), utterance.needs)
    simple = {
        "intent": utterance.intent,
        "purpose": utterance.purpose,
        "figures": utterance.figures,
        "when": utterance.when,
    }
    return simple[slot]


def _lacks_time(meant: MeantTime, value: Value) -> bool:
    """Only the day was understood: the time is asked for."""
    is_day = (
        isinstance(value, TimeRead) and (value.month, value.day) == (meant.month, meant.day) and value.minute is None
    )
    return is_day and meant.minute is not None


def _fits(meant: Value | MeantTime, value: Value) -> bool:
    if isinstance(meant, MeantTime) and isinstance(value, TimeRead):
        is_same_end = value.anchor == meant.anchor or (value.anchor or "depart") == (meant.anchor or "depart")
        return (value.month, value.day, value.minute) == (meant.month, meant.day, meant.minute) and is_same_end
    return meant == value
