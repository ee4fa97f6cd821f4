"""Names by telephone keys: A, B and C are 2, D, E and F are 3."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from accessibility.desk import PlaceHit
from accessibility.language.gazetteer import PlaceName
from accessibility.language.said import fold, listen

_KEYS = {letter: key for key, letters in enumerate(
    ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"), start=2) for letter in letters}  # fmt: skip
_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"})
# How letters are told on the telephone (DIN 5009, the old board with its first names, and the new one with towns).
_BOARD_TEXT = """
anton berta caesar dora emil friedrich gustav heinrich ida julius kaufmann ludwig martha nordpol otto paula quelle richard
samuel siegfried theodor ulrich viktor wilhelm xanthippe ypsilon zacharias zeppelin aachen berlin chemnitz duesseldorf essen
frankfurt goslar hamburg ingelheim jena koeln leipzig muenchen nuernberg offenbach potsdam quickborn rostock salzwedel
tuebingen unna voelklingen wuppertal zwickau konrad marta siegmund
"""
BOARD = {word: word[0] for word in _BOARD_TEXT.split()} | {
    "be": "b", "ce": "c", "de": "d", "ef": "f", "ge": "g", "ha": "h", "ka": "k", "el": "l", "em": "m", "en": "n",
    "pe": "p", "ku": "q", "er": "r", "es": "s", "te": "t", "vau": "v", "we": "w", "ix": "x", "zett": "z", "zet": "z",
}  # fmt: skip


_WRITTEN_CODE = re.compile(r"(?:(?:mein )?(?:buchungs)?code(?: ist| lautet)?:? )?([a-z0-9]{3})[ -]?([a-z0-9]{3})[.!]?")


def keys_of(text: str) -> str:
    """A name as keys, umlauts as their bare letters: "Klötze" -> "556893"."""
    return _as_keys(fold(text.translate(_UMLAUTS)))


def _as_keys(folded: str) -> str:
    return "".join(str(_KEYS[letter]) if letter in _KEYS else letter for letter in folded if letter.isalnum())


def _spellings(name: str) -> set[str]:
    return {keys_of(name), _as_keys(fold(name))}


def keys_of_code(text: str) -> str | None:
    """The keys of a booking code that was said or typed, letter by letter or by the spelling board; None for other words."""
    written = _WRITTEN_CODE.fullmatch(fold(text).strip())
    if written is not None:  # before "EM" is heard as a letter's name
        return _as_keys(written[1] + written[2])
    letters = ""
    for piece in listen(text).pieces:
        word = piece.read
        if word.isdigit():
            letters += word
        elif word in BOARD:
            letters += BOARD[word]
        elif word.isalpha() and len(word) <= 3 and word not in ("wie", "und", "der", "die", "das"):
            letters += word
        elif word not in (
            "wie",
            "-",
            "und",
            "mein",
            "code",
            "buchungscode",
            "ist",
            "lautet",
            ".",
            ",",
            "der",
            "minus",
            "strich",
        ):
            return None
    plain = re.sub(r"[^a-z0-9]", "", letters)
    return _as_keys(plain) if len(plain) == 6 else None


@dataclass(slots=True)
class NameKeys:
    """Villages and stops by keys. Built once; asking changes nothing."""

    names: Iterable[PlaceName]
    _villages: list[tuple[set[str], PlaceHit]] = field(init=False)
    _stops: dict[str, list[PlaceHit]] = field(init=False)

    def __post_init__(self) -> None:
        self._villages, self._stops = [], defaultdict(list)
        for named in self.names:
            hit = PlaceHit(named.id, named.kind, named.name, named.village, named.lat, named.lon, 1.0)
            if named.kind == "village":
                self._villages.append((_spellings(named.name), hit))
            elif named.kind == "stop":
                self._stops[named.village].append(hit)
        self._villages.sort(key=lambda pair: pair[1].name)

    def villages(self, digits: str) -> tuple[PlaceHit, ...]:
        """Villages whose names begin with these keys."""
        return tuple(hit for spelled, hit in self._villages if any(one.startswith(digits) for one in spelled))

    def spells(self, hit: PlaceHit, digits: str) -> bool:
        """Whether the keys are the whole name."""
        return digits in _spellings(hit.name)

    def stops_of(self, village: str) -> tuple[PlaceHit, ...]:
        """The stops of a village."""
        return tuple(self._stops.get(village, ()))
