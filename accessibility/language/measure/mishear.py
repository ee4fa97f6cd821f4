"""What a speech recogniser makes of an utterance: seeded, in three kinds.

`sounds`: letters that sound alike are swapped, mostly in names, as no recogniser knows our villages. `drops`: short unstressed
words are lost. `splits`: compounds come apart, neighbours grow together. No pauses: what it writes has no commas.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from accessibility.language.said import words_of

KINDS = ("sounds", "drops", "splits")
# Neighbours by sound: what is written for what was said.
_SOUNDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sch", ("ch", "s")), ("ch", ("sch", "k")), ("ck", ("k", "g")), ("tz", ("z", "ts")), ("ei", ("ai", "eu")),
    ("eu", ("oi", "ei")),
    ("ie", ("i", "ih")), ("ee", ("e", "eh")), ("ä", ("e", "a")), ("ö", ("e", "o")), ("ü", ("i", "u")),
    ("ß", ("ss", "s")), ("z", ("s", "ts")),
    ("s", ("z", "ss")), ("b", ("p", "w")), ("p", ("b",)), ("d", ("t",)), ("t", ("d",)), ("g", ("k", "ch")),
    ("k", ("g",)), ("w", ("v", "b")),
    ("v", ("f", "w")), ("f", ("v",)), ("m", ("n",)), ("n", ("m",)), ("h", ("",)), ("r", ("", "l")),
    ("l", ("r", "ll")), ("e", ("", "ä")),
    ("u", ("o",)), ("o", ("u",)), ("a", ("o",)), ("i", ("e", "ie")),
)  # fmt: skip
_HOMOPHONES = {
    "uhr": "ur", "vier": "für", "neun": "neu", "nach": "noch", "von": "vom", "halb": "half", "zum": "zu",
    "ja": "jaa", "acht": "achd",
    "zehn": "zähn", "drei": "dreih", "heute": "häute", "morgen": "morgn", "bus": "buss", "einer": "eine",
    "viertel": "firtel",
}  # fmt: skip
_UNSTRESSED = words_of(
    """
    ich wir sie mich uns bitte einen eine ein der die das den dem im in am an um von nach zum zur bei beim und so mal
    gern uhr ab bis mit zu
    """
)
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def misheard(text: str, kind: str, rate: float, seed: int) -> str:
    """The utterance as heard: about `rate` of its words are hit by errors of a kind ("all": each word by any of them)."""
    draw = random.Random(f"{seed}:{kind}:{rate}:{text}")
    words = re.sub(r"(?<!\d)[.,;!](?!\d)|(?<=\d)[,;!](?!\d)", " ", text).split()
    heard: list[str] = []
    for word in words:
        chosen = draw.choice(KINDS) if kind == "all" else kind
        heard.append(_ERRORS[chosen](word, draw) if draw.random() < rate else word)
    return " ".join(part for part in heard if part)


def _by_sound(word: str, draw: random.Random) -> str:
    low = word.lower()
    if low in _HOMOPHONES:
        return _HOMOPHONES[low]
    if _WORD.fullmatch(word) is None:
        return word
    places = [(low.find(said, 1), said, written) for said, written in _SOUNDS if low.find(said, 1) >= 0] or [
        (0, said, written) for said, written in _SOUNDS if low.startswith(said)
    ]
    if not places:
        return word
    position, said, written = draw.choice(places)
    return word[:position] + draw.choice(written) + word[position + len(said) :]


def _drop(word: str, _draw: random.Random) -> str:
    return "" if word.lower().strip(".,") in _UNSTRESSED else word


def _split(word: str, draw: random.Random) -> str:
    if len(word) < 7 or _WORD.fullmatch(word) is None:
        return word
    at = draw.randint(3, len(word) - 3)
    return f"{word[:at]} {word[at:]}"


_ERRORS: dict[str, Callable[[str, random.Random], str]] = {"sounds": _by_sound, "drops": _drop, "splits": _split}
