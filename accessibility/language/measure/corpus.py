"""Reads utterances with their meaning, as tests/scenario/language/von_hand.txt explains them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

INTENTS = {
    "buchen": "book", "absagen": "cancel", "ändern": "change", "wo": "where", "hilfe": "help", "mensch": "human",
    "fertig": "fetch", "wiederholen": "repeat", "ja": "yes", "nein": "no",
}  # fmt: skip
PURPOSES = {
    "zuhause": "home", "arzt": "doctor", "dialyse": "dialysis", "therapie": "therapy", "einkaufen": "shopping",
    "friseur": "hairdresser", "arbeit": "work", "besuch": "visit",
}  # fmt: skip
NEEDS = {"rampe": "ramp", "blind": "blind", "taub": "deaf", "arm": "arm", "langsam": "slow", "kindersitz": "child_seat"}
RIDERS = {
    "erwachsener": "adults", "erwachsene": "adults", "kind": "children", "kinder": "children", "rollstuhl": "wheelchairs",
    "rollator": "walking_frames", "kinderwagen": "prams", "hund": "guide_dogs", "fahrrad": "bicycles", "gepäck": "luggage",
}  # fmt: skip
SLOTS = {"will": "intent", "von": "from", "nach": "to", "wann": "when", "wer": "party"}
_WHEN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(?: (\d{1,2}):(\d{2}))?(?: (an|ab))?")


class CorpusError(ValueError):
    """A line that nobody can read: where, and what is wrong."""


@dataclass(frozen=True, slots=True)
class MeantTime:
    month: int
    day: int
    minute: int | None  # of the day; None: only the day was said
    anchor: str  # "arrive", "depart" or ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said and what it means; slots in `to_ask` must not be taken for certain."""

    text: str
    where: str  # file and line
    intent: str | None = None
    origin: str | None = None  # "Village" or "Village, Name"
    destination: str | None = None
    when: MeantTime | None = None
    party: dict[str, int] | None = None
    needs: frozenset[str] = frozenset()
    purpose: str | None = None
    to_ask: frozenset[str] = frozenset()
    figures: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


def read_corpus(folder: Path) -> tuple[Utterance, ...]:
    """Every utterance of the text files of a folder. Raises CorpusError, OSError."""
    return tuple(
        _utterance(line, f"{path.name}:{number}")
        for path in sorted(folder.glob("*.txt"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    )


def _utterance(line: str, where: str) -> Utterance:
    text, *parts = (part.strip() for part in line.split("|"))
    values = {}
    for part in parts:
        key, separator, value = part.partition(":")
        if not separator or key not in (*SLOTS, "braucht", "wofür", "fragen", "ziffern"):
            raise CorpusError(f"{where}: nobody knows {part!r}")
        values[key] = value.strip()
    try:
        return Utterance(
            text,
            where,
            intent=INTENTS[values["will"]] if "will" in values else None,
            origin=values.get("von"),
            destination=values.get("nach"),
            when=_when(values["wann"]) if "wann" in values else None,
            party=_party(values["wer"]) if "wer" in values else None,
            needs=frozenset(NEEDS[need] for need in _listed(values.get("braucht", ""))),
            purpose=PURPOSES[values["wofür"]] if "wofür" in values else None,
            to_ask=frozenset(SLOTS[slot] for slot in _listed(values.get("fragen", ""))),
            figures=values.get("ziffern"),
        )
    except (KeyError, ValueError) as error:
        raise CorpusError(f"{where}: {error}") from error


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _when(value: str) -> MeantTime:
    match = _WHEN.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is no time; right would be: 24.11. 8:30")
    minute = int(match[3]) * 60 + int(match[4]) if match[3] else None
    return MeantTime(int(match[2]), int(match[1]), minute, {"an": "arrive", "ab": "depart"}.get(match[5] or "", ""))


def _party(value: str) -> dict[str, int]:
    counts = {}
    for part in _listed(value):
        number, who = part.split(" ", 1)
        counts[RIDERS[who.lower()]] = int(number)
    return counts
