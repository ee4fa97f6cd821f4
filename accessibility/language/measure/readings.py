"""What was understood, slot by slot, in one form for whatever understood it, so that both can be scored alike."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from accessibility.desk import PlaceHit
from accessibility.language.ends import End, FindPlaces
from accessibility.language.times import Precision, Reading
from accessibility.language.understand import Understood, understand

SLOTS = ("intent", "from", "to", "when", "party", "purpose", "figures")


@dataclass(frozen=True, slots=True)
class TimeRead:
    month: int
    day: int
    minute: int | None
    anchor: str


@dataclass(frozen=True, slots=True)
class PlaceRead:
    village: str
    name: str  # "" for the village itself


@dataclass(frozen=True, slots=True)
class PartyRead:
    counts: tuple[tuple[str, int], ...]
    needs: frozenset[str]


Value = str | TimeRead | PlaceRead | PartyRead


@dataclass(frozen=True, slots=True)
class SlotRead:
    """The likeliest meaning of a slot first; `is_sure`: it would be taken without a question."""

    values: tuple[Value, ...] = ()
    is_sure: bool = True


class Reader(Protocol):
    """Understands an utterance; `is_speech`: it was heard by a recogniser."""

    def __call__(self, text: str, *, is_speech: bool) -> dict[str, SlotRead]: ...


def place_read(hit: PlaceHit) -> PlaceRead:
    """ "Bahnhof (Bus)" and "Bahnhof" of a village are one spot, and its stop "Ort" is the village."""
    name = re.sub(r"\s*\(.*?\)", "", hit.name)
    return PlaceRead(hit.village, "" if hit.kind == "village" or name == "Ort" else name)


def our_reader(now: datetime, zone: ZoneInfo, find: FindPlaces) -> Reader:
    """The library as a reader."""

    def read(text: str, *, is_speech: bool) -> dict[str, SlotRead]:
        return slots_of(understand(text, now=now, zone=zone, find=find, is_speech=is_speech))

    return read


def slots_of(understood: Understood) -> dict[str, SlotRead]:
    """An understood utterance, slot by slot."""
    slots: dict[str, SlotRead] = {}
    if understood.intent is not None:
        slots["intent"] = SlotRead((understood.intent.value,), "intent" not in understood.to_ask)
    for name, end in (("from", understood.origin), ("to", understood.destination)):
        if end is not None and end.hits:
            slots[name] = SlotRead(tuple(place_read(hit) for hit in end.hits), end.is_sure)
    if understood.when.readings:
        values = tuple(_time_read(reading) for reading in understood.when.readings)
        slots["when"] = SlotRead(values, understood.when.is_sure)
    if understood.people.is_said:
        counts = tuple(sorted((name, n) for name, n in asdict(understood.people.party).items() if n))
        slots["party"] = SlotRead((PartyRead(counts, understood.people.needs),), understood.people.is_sure)
    purpose = _purpose(understood.destination) or _purpose(understood.origin)
    if purpose:
        slots["purpose"] = SlotRead((purpose,))
    if understood.figures is not None:
        slots["figures"] = SlotRead((understood.figures,))
    return slots


def _purpose(end: End | None) -> str:
    return end.purpose if end is not None else ""


def _time_read(reading: Reading) -> TimeRead:
    moment = reading.moment
    minute = None if reading.precision is Precision.DAY else moment.hour * 60 + moment.minute
    return TimeRead(moment.month, moment.day, minute, reading.anchor.value if reading.anchor else "")
