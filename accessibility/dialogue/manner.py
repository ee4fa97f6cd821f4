"""How a channel talks: what it asks for, how much it reads out at once; and how the district's names are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from accessibility.desk import Channel, PlaceHit
from accessibility.language.ends import FindPlaces
from accessibility.language.understand import Understood, understand


class Keypad(Protocol):
    """Places by telephone keys."""

    def villages(self, digits: str) -> tuple[PlaceHit, ...]: ...

    def spells(self, hit: PlaceHit, digits: str) -> bool: ...

    def stops_of(self, village: str) -> tuple[PlaceHit, ...]: ...


@dataclass(frozen=True, slots=True)
class Ears:
    """A district as a dialogue knows it: data, no calls out."""

    district: str
    zone: ZoneInfo
    find: FindPlaces
    keypad: Keypad | None = None

    def listen(
        self, text: str, now: datetime, *, expects: str = "", is_speech: bool, known: Mapping[str, PlaceHit]
    ) -> Understood:
        """What a text means here."""
        return understand(
            text, now=now, zone=self.zone, find=self.find, known_places=known, expects=expects, is_speech=is_speech
        )


@dataclass(frozen=True, slots=True)
class Manner:
    """The channel's ways. The defaults are those of written dialogues."""

    channel: Channel = Channel.SMS
    is_speech: bool = False
    needs_proof: bool = False  # own rides only after a PIN or a booking code
    asks_who: bool = False  # asks for people where the wish came step by step
    asks_name: bool = True
    most_choices: int = 5
    misses_to_person: int = 3
    silences_to_person: int = 40  # long: an interpreter of a relay may be silent for minutes
    greets: bool = True
    words: dict[str, str] = field(default_factory=dict)  # whole messages that stand for a command: {"storno": "cancel"}


VOICE = Manner(Channel.PHONE, is_speech=True, needs_proof=True, asks_who=True, most_choices=6)
WRITTEN = Manner()
