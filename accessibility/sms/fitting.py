"""Keeps a text short: one message if it can be, at most three; what is longer is parted or cut between words."""

from __future__ import annotations

import re

from accessibility.sms.gsm7 import plain, segments

MOST_SEGMENTS = 3  # of one message: more and telephones show it in pieces, and it is dear
CUT = "..."
_BLANKS = re.compile(r"[ \t]+")
_PIECES = re.compile(r"\S+\s*|\s+")

_TWO_STOPS = re.compile(r"(?<=[^\W\d])\.\.(?!\.)")  # a sentence that ends with "Bahnhofstr."


def tidy(text: str) -> str:
    """A text as it is sent: in the alphabet of SMS where it can be, without blanks that say nothing."""
    lines = (_BLANKS.sub(" ", line).strip() for line in plain(text).split("\n"))
    told = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return _TWO_STOPS.sub(".", told)


def cut(text: str, most: int = MOST_SEGMENTS) -> str:
    """A text of at most so many segments, cut behind a word where it is longer."""
    text = tidy(text)
    if segments(text) <= most:
        return text
    kept = ""
    for piece in _PIECES.findall(text):
        if segments(f"{(kept + piece).rstrip()} {CUT}") > most:
            break
        kept += piece
    if not kept.strip():  # one word that is longer than all of it
        return _longest_start(text, most)
    return f"{kept.rstrip()} {CUT}"


def parts(text: str, most: int = MOST_SEGMENTS) -> tuple[str, ...]:
    """The whole text, as messages of at most so many segments each, parted between words; none for an empty text."""
    text = tidy(text)
    found: list[str] = []
    current = ""
    for piece in _PIECES.findall(text):
        if segments((current + piece).rstrip()) <= most:
            current += piece
            continue
        if current.strip():
            found.append(current.strip())
        current = piece
        while segments(current.rstrip()) > most:
            start = _longest_start(current, most)
            found.append(start)
            current = current[len(start) :]
    if current.strip():
        found.append(current.strip())
    return tuple(found)


def within(sentences: tuple[str, ...], most: int = MOST_SEGMENTS, *, needed: int = 1) -> str:
    """As many sentences as fit, those in front first; the first `needed` are kept, and cut if they must be.

    Whoever writes them puts the most important ones in front.
    """
    kept = [sentence for sentence in sentences[:needed] if sentence]
    for sentence in sentences[needed:]:
        if sentence and segments(tidy(" ".join([*kept, sentence]))) <= most:
            kept.append(sentence)
    return cut(" ".join(kept), most)


def _longest_start(text: str, most: int) -> str:
    """The longest beginning of a word that fits."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if segments(text[:middle]) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low]
