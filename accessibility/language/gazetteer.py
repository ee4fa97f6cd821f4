"""Names of stops and places, also misheard -> what was meant: by letters, by sound (Cologne phonetics), in any order.

Made from plain rows, so that it knows neither roads nor Django; whoever has a finder of their own hands that in instead
(`ends.FindPlaces`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import cologne_phonetics
import numpy as np
from rapidfuzz import fuzz, process

from accessibility.desk import PlaceHit
from accessibility.language.said import fold, words_of

LEAST_SCORE = 0.55
MOST_LETTERS = 60
MOST_HITS = 12  # nobody asks for more
MOST_REMEMBERED = 1024  # names as they were said
SAME_SPOT_M = 400.0  # "Bahnhof", "Bahnhof (Bus)" and "Bahnhof (Zug)" of one village are one answer
_WORD = re.compile(r"[a-z]+|\d+")
# Little words say nothing about a name: "An der Mühle" is known by its mill.
LITTLE_WORDS = words_of(
    """
    der die das des dem den an am auf in im bei beim zu zum zur und fuer von vom nach ins ans aufs haltestelle ort
    ortsteil stadt dorf
    """
)
# What many villages have: alone it names none of them.
KINDS = words_of(
    "krankenhaus bahnhof zob schule grundschule rathaus kita hort feuerwehr kirche sportplatz strand schwimmbad freibad"
    " gaststaette einkaufen"
    " pflegeheim bibliothek schulen abzweig gewerbegebiet muehle dorfplatz park sporthalle friedhof tankstelle"
)
_SPELLINGS = {
    "str": "strasse", "bhf": "bahnhof", "hbf": "bahnhof", "kh": "krankenhaus", "abzw": "abzweig", "abzweigung": "abzweig",
    "gr": "gross",
    "kl": "klein", "st": "sankt", "klinik": "krankenhaus", "klinikum": "krankenhaus", "spital": "krankenhaus",
    "hospital": "krankenhaus",
    "busbahnhof": "zob", "omnibusbahnhof": "zob", "grosse": "gross", "kleine": "klein", "grosses": "gross",
    "landstr": "landstrasse", "gemeindehaus": "dorfgemeinschaftshaus", "supermarkt": "einkaufen", "altenheim": "pflegeheim",
    "schulen": "schule",
    "badeanstalt": "schwimmbad", "rathause": "rathaus", "badestelle": "strand", "feuerwehrhaus": "feuerwehr",
    "kindergarten": "kita",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A stop or place as it may be named."""

    id: str
    kind: str  # "stop", "village", "station", ...
    name: str
    village: str
    lat: float
    lon: float
    population: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Label:
    index: int
    joined: str
    sound: str
    trust: float


@dataclass(slots=True)
class Gazetteer:
    """Finds among names. Built once; asking changes nothing."""

    names: tuple[PlaceName, ...]
    _labels: list[_Label] = field(init=False)
    _joined: list[str] = field(init=False)
    _sounds: list[str] = field(init=False)
    _trust: np.ndarray = field(init=False)  # float[n_labels]
    _likeliest: Callable[[str], tuple[PlaceHit, ...]] = field(init=False)

    def __post_init__(self) -> None:
        often: dict[str, set[str]] = defaultdict(set)
        for named in self.names:
            if named.kind != "village":
                often[_key(key_words(named.name))].add(named.village)
        own = {
            _key(key_words(f"{named.village} {_bare(named.name)}")) for named in self.names if named.kind != "village"
        }
        self._labels = [
            _Label(index, joined, sound_of(joined), trust)
            for index, named in enumerate(self.names)
            for joined, trust in _labels_of(named, often, own).items()
        ]
        self._joined = [label.joined for label in self._labels]
        self._sounds = [label.sound for label in self._labels]
        self._trust = np.array([label.trust for label in self._labels])
        # One utterance asks the same names several times, and everybody's villages are the same.
        self._likeliest = lru_cache(maxsize=MOST_REMEMBERED)(self._ranked)

    def find(self, text: str, *, limit: int = 8) -> tuple[PlaceHit, ...]:
        """The likeliest meanings of a name as heard, best first; what means nothing gives none."""
        joined = _key(key_words(text))[:MOST_LETTERS]
        if len(joined) < 2 or not self._labels:
            return ()
        return self._likeliest(joined)[:limit]

    def _ranked(self, joined: str) -> tuple[PlaceHit, ...]:
        letters = process.cdist([joined], self._joined, scorer=fuzz.ratio)[0] / 100.0
        sounds = process.cdist([sound_of(joined)], self._sounds, scorer=fuzz.ratio)[0] / 100.0
        scores = np.maximum(letters, 0.6 * letters + 0.4 * sounds - 0.02) * self._trust
        best: dict[int, float] = {}
        for position in np.argsort(-scores, kind="stable")[:60]:
            if scores[position] < LEAST_SCORE:
                break
            best.setdefault(self._labels[position].index, float(scores[position]))
        return self._without_doubles(best)[:MOST_HITS]

    def _without_doubles(self, best: dict[int, float]) -> tuple[PlaceHit, ...]:
        """One answer for one spot: the place before its stop, "Bahnhof" before "Bahnhof (Bus)"."""
        ranked = sorted(best.items(), key=lambda item: (-round(item[1], 3), *_rank(self.names[item[0]])))
        seen: set[tuple[str, str]] = set()
        hits = []
        for index, score in ranked:
            named = self.names[index]
            spot = (named.village, _base(named))
            if spot not in seen:
                seen.add(spot)
                hits.append(
                    PlaceHit(named.id, named.kind, named.name, named.village, named.lat, named.lon, round(score, 3))
                )
        return tuple(hits)

    def sounds_like(self, hit: PlaceHit, *, least: float = 0.8) -> tuple[PlaceHit, ...]:
        """Other villages whose names a recogniser confuses with this one's: "Sienau" and "Zienau"."""
        if hit.kind != "village":
            return ()
        return tuple(
            other
            for other in self.find(hit.name)
            if other.kind == "village" and other.id != hit.id and other.score >= least
        )


def key_words(text: str) -> list[str]:
    """The telling words of a name, folded and with abbreviations spelled out."""
    words = [_SPELLINGS.get(word, word) for word in _WORD.findall(fold(text))]
    words = [re.sub(r"str$", "strasse", word) if len(word) > 5 else word for word in words]
    return [word for word in words if word not in LITTLE_WORDS] or words


def sound_of(joined: str) -> str:
    """The Cologne phonetics of a name without blanks."""
    letters = re.sub(r"[^a-z]", "", joined)
    return "".join(code for _word, code in cologne_phonetics.encode(letters)) if letters else ""


def _key(words: Sequence[str]) -> str:
    return "".join(words)


def _labels_of(named: PlaceName, often: dict[str, set[str]], own: set[str]) -> dict[str, float]:
    village, name = key_words(named.village), key_words(_bare(named.name))
    labels: dict[str, float] = {}

    def add(words: Iterable[str], trust: float) -> None:
        joined = _key(list(words))
        labels[joined] = max(labels.get(joined, 0.0), trust)

    if named.kind == "village":
        add(name, 1.0)
        for alias in named.aliases:
            add(key_words(alias), 1.0)
        return labels
    if _base(named) == "ort":
        add([*village, "ort"], 0.97)
        return labels
    add([*village, *name], 1.0)
    add([*name, *village], 1.0)
    if len(often[_key(name)]) == 1 and len(_key(name)) >= 5 and _key(name) not in KINDS:
        add(name, 0.97)  # there is only one of that name
    else:
        add(name, 0.88)
    for alias in named.aliases:
        kind_word = [word for word in key_words(alias) if word not in village]
        if _key(kind_word) in KINDS:
            add(kind_word, 0.88)
        # "Bahnhof Salzwedel" is an alias of its ZOB, but another place bears that name
        trust = 0.9 if _key([*village, *kind_word]) in own else 0.96
        add(key_words(alias), trust)
        add(reversed(key_words(alias)), trust)
    return labels


def _bare(name: str) -> str:
    """A name without what stands in brackets."""
    return re.sub(r"\(.*?\)", "", name)


def _base(named: PlaceName) -> str:
    return fold(_bare(named.name)).strip() if named.kind != "village" else ""


def _rank(named: PlaceName) -> tuple[int, int, str]:
    """Among equals: the village, then places, then stops; the plain name before the one in brackets."""
    return (
        {"village": 0, "stop": 2}.get(named.kind, 1),
        -named.population,
        f"{'(' in named.name}{named.name}{named.id}",
    )
