"""What comes into a dialogue: something said, typed or keyed, silence, the end; or what the desk answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    WORDS = "words"  # said or typed
    KEYS = "keys"  # digits, * and #
    SILENCE = "silence"  # nothing was heard for a while
    IGNORED = "ignored"  # a picture, a sticker: nothing to answer to
    GONE = "gone"  # hung up


@dataclass(frozen=True, slots=True)
class Heard:
    """One input. `confidence` is the recogniser's, 0 to 1; typed text is certain."""

    text: str = ""
    kind: Kind = Kind.WORDS
    confidence: float = 1.0


def words(text: str, confidence: float = 1.0) -> Heard:
    """Something said or typed; nothing but blanks is silence."""
    return Heard(text, Kind.WORDS if text.strip() else Kind.SILENCE, confidence)


def keys(digits: str) -> Heard:
    """Keys that were pressed; none, and a lone #, are kept as they are."""
    return Heard("".join(key for key in digits if key in "0123456789*#")[:40], Kind.KEYS)


SILENCE = Heard(kind=Kind.SILENCE)
GONE = Heard(kind=Kind.GONE)
IGNORED = Heard(kind=Kind.IGNORED)


@dataclass(frozen=True, slots=True)
class Done:
    """What came back for the action of the last step: a value of the desk, a `Refusal`, or an `InvalidInput`."""

    result: object
