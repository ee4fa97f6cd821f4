"""Number words, German and simple English: "fünfundvierzig", "fünf und vierzig", "twenty five", dialect's "achte".

Words come folded (lower case, umlauts written out) as `said.fold` makes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Number(NamedTuple):
    """A number that a run of words means."""

    value: int
    length: int  # how many words it took
    is_ordinal: bool


_UNITS = {
    "null": 0, "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fuenf": 5, "fuemf": 5, "fumf": 5, "sechs": 6, "sieben": 7,
    "siem": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "oelf": 11, "zwoelf": 12, "dreizehn": 13, "vierzehn": 14,
    "fuenfzehn": 15, "fuffzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
_TENS = {
    "zwanzig": 20, "dreissig": 30, "vierzig": 40, "fuenfzig": 50, "fuffzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80,
    "neunzig": 90, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
_DIALECT = {f"{word}e": value for word, value in _UNITS.items() if 2 <= value <= 12 and word not in ("five", "nine")}
_BEFORE_TEN = {"ein": 1, **{word: value for word, value in _UNITS.items() if 1 <= value <= 9}}
_HUNDREDS = {
    "hundert": 100,
    "einhundert": 100,
    **{f"{word}hundert": 100 * value for word, value in _BEFORE_TEN.items()},
}
_ORDINAL_STEMS = {
    "erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "fuenft": 5, "sechst": 6, "siebt": 7, "siebent": 7, "acht": 8, "neunt": 9,
    "zehnt": 10, "elft": 11, "zwoelft": 12,
}  # fmt: skip
_ORDINAL = re.compile(r"([a-z]{4,40}?)(en|er|em|es|e)")
_ORDINALS_EN = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


def _compounds() -> dict[str, int]:
    """Every number below a hundred that is said in one word."""
    words = {**_UNITS, **_TENS, **_DIALECT}
    for ten, tens in _TENS.items():
        for unit, units in _BEFORE_TEN.items():
            words[f"{unit}und{ten}"] = tens + units
    return words


_WORDS = _compounds()
NUMBER_WORDS = frozenset(word for word in _WORDS if len(word) > 3)


def _ordinals() -> dict[str, int]:
    stems = dict(_ORDINAL_STEMS)
    for word, value in _WORDS.items():
        if 13 <= value <= 19:
            stems[f"{word}t"] = value
        elif 20 <= value <= 99:
            stems[f"{word}st"] = value
    return stems


_STEMS = _ordinals()


def word_value(word: str) -> int | None:
    """The number of one word, or None: "ein" and "eine" are articles here, not numbers."""
    if word in _WORDS:
        return _WORDS[word]
    return _HUNDREDS.get(word)


def ordinal_value(word: str) -> int | None:
    """The number of an ordinal: "dritten" -> 3. "achte" is left to the dialect's "um achte"."""
    if word in _ORDINALS_EN:
        return _ORDINALS_EN[word]
    match = _ORDINAL.fullmatch(word)
    if match is None or word in _WORDS:
        return None
    return _STEMS.get(match[1])


def read_number(words: Sequence[str], start: int) -> Number | None:
    """The longest number that begins at a word.

    Compounds that a recogniser split are joined: "fünf und vierzig", "ein und zwanzig". "acht dreißig" stays two numbers:
    it is a time.
    """
    word = words[start]
    if word in _BEFORE_TEN and start + 2 < len(words) and words[start + 1] == "und":
        tens = _TENS.get(words[start + 2])
        if tens is not None:
            return Number(tens + _BEFORE_TEN[word], 3, is_ordinal=False)
        ordinal = ordinal_value(words[start + 2])
        if ordinal is not None and ordinal in (20, 30):
            return Number(ordinal + _BEFORE_TEN[word], 3, is_ordinal=True)
    if word in ("twenty", "thirty", "forty", "fifty") and start + 1 < len(words):
        units = _UNITS.get(words[start + 1])
        if units is not None and 1 <= units <= 9:
            return Number(_TENS[word] + units, 2, is_ordinal=False)
    value = word_value(word)
    if value is not None:
        return Number(value, 1, is_ordinal=False)
    ordinal = ordinal_value(word)
    return Number(ordinal, 1, is_ordinal=True) if ordinal is not None else None
