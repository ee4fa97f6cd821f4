"""A text as the readers of this package want it: folded, numbers as digits, and each found part taken out only once.

"Morgen, fünf vor halb zehn" -> "morgen , 5 vor halb 10". Readers `take` what they understand; what nobody took is left for
the next: after times and people, the rest are places.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from accessibility.language.numbers import read_number

LONGEST = 600  # characters that count: four text messages; nobody says more in one breath
TAKEN = "#"

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "⁄": "/", "’": "'"})
_TOKEN = re.compile(r"[a-z]+|\d+|[.:/,;?!+-]")
_GLUE = frozenset(".:/-")


def fold(text: str) -> str:
    """Lower case, umlauts written out, other accents dropped, digits of every script as 0-9."""
    composed = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    spelled = unicodedata.normalize("NFC", composed).translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(letter))
    return "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() and not letter.isascii() else letter for letter in bare
    )[:LONGEST]


def words_of(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Piece:
    """One word, number or mark of the text: as it was said, and as it is read."""

    said: str
    read: str
    start: int  # in `Said.text`
    end: int


@dataclass(slots=True)
class Said:
    """A folded text with numbers as digits. `left` is the text with everything taken so far blotted out."""

    pieces: tuple[Piece, ...]
    text: str
    left: str = field(init=False)
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.text
        self._starts = [piece.start for piece in self.pieces]

    def take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """All places where a pattern stands in what is left; they are taken out."""
        found = list(pattern.finditer(self.left))
        for match in found:
            self.blot(match.start(), match.end())
        return found

    def blot(self, start: int, end: int) -> None:
        """Take a span out."""
        self.left = self.left[:start] + re.sub(r"[^ ]", TAKEN, self.left[start:end]) + self.left[end:]

    def pieces_between(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces that begin inside a span."""
        return self.pieces[bisect_left(self._starts, start) : bisect_right(self._starts, end - 1)]

    def runs_left(self) -> Iterator[tuple[Piece, ...]]:
        """The pieces that nobody took, in runs between what was taken."""
        run: list[Piece] = []
        for piece in self.pieces:
            if self.left[piece.start] != TAKEN:
                run.append(piece)
            elif run:
                yield tuple(run)
                run = []
        if run:
            yield tuple(run)


def listen(text: str) -> Said:
    """Read a text of any length or script; only the first 600 characters count."""
    folded = fold(text)
    tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(folded)]
    words = [token for token, _start, _end in tokens]
    pieces: list[Piece] = []
    written = ""
    position = last_end = 0
    while position < len(tokens):
        word, start, _end = tokens[position]
        number = read_number(words, position)
        length = number.length if number else 1
        read = (f"{number.value}." if number.is_ordinal else str(number.value)) if number else word
        is_glued = bool(pieces) and start == last_end and _sticks(pieces[-1].read, read)
        if pieces and not is_glued:
            written += " "
        pieces.append(
            Piece(" ".join(words[position : position + length]), read, len(written), len(written) + len(read))
        )
        written += read
        last_end = tokens[position + length - 1][2]
        position += length
    return Said(tuple(pieces), written)


def _sticks(before: str, after: str) -> bool:
    """Whether two neighbours belong to one figure: "8" ":" "05", "3" "."."""
    return (before[-1].isdigit() and after in _GLUE) or (before in _GLUE and after.isdigit())
