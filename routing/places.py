"""What a rider names -> stops and places: by prefix, by likeness and by sound, the likeliest first.

One finder for the web's completion, SMS and speech. Nothing a person types or a recogniser hears is an error: whatever
matches nothing gives no hits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import cologne_phonetics
import numpy as np
from rapidfuzz import fuzz, process

LONGEST_QUERY = 80
LEAST_LIKENESS = 72.0
LEAST_ALIKE_BY_SOUND = 50.0  # short codes of Cologne phonetics coincide: "qqzz" and "Kusey" would sound alike
WALK_FACTOR = 1.3  # metres on foot per metre as the crow flies (assumed)
METRES_PER_DEGREE = 111_195.0

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ë": "e"})
_SPELLINGS = (
    (r"str\b", "strasse"), (r"\bbhf\b", "bahnhof"), (r"\bhbf\b", "bahnhof"), (r"\bkh\b", "krankenhaus"),
    (r"\bgr\b", "gross"), (r"\bkl\b", "klein"), (r"\bst\b", "sankt"), (r"\babzw\b", "abzweig"),
)  # fmt: skip
_FILLERS = {
    "nach",
    "von",
    "zum",
    "zur",
    "in",
    "im",
    "am",
    "an",
    "der",
    "die",
    "das",
    "den",
    "bei",
    "beim",
    "bitte",
    "ort",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Something a rider may name. `population` stands for how often it is meant."""

    id: str
    kind: str  # "stop", "village", "station", "hospital", ...
    name: str
    village: str
    lat: float
    lon: float
    population: int = 0
    aliases: tuple[str, ...] = ()
    stop_ids: tuple[str, ...] = ()  # where a vehicle stops for it


@dataclass(frozen=True, slots=True)
class Hit:
    """A named thing with how well it matches, 0 to 1."""

    named: Named
    score: float


@dataclass(frozen=True, slots=True)
class NearStop:
    """A stop with the way to it on foot, metres."""

    named: Named
    walk_m: int


@dataclass(frozen=True, slots=True)
class _Label:
    text: str
    words: tuple[str, ...]
    sound: str
    index: int
    trust: float  # an alias made up from the kind of a place says less than its own name


@dataclass(slots=True)
class PlaceFinder:
    """Finds among named things. Built once; asking changes nothing."""

    everything: tuple[Named, ...]
    _labels: list[_Label] = field(init=False)
    _texts: list[str] = field(init=False)
    _stops: list[Named] = field(init=False)
    _stop_at: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self._labels = [
            _Label(text, tuple(text.split()), sound_of(text), index, trust)
            for index, named in enumerate(self.everything)
            for text, trust in _texts_of(named).items()
        ]
        self._texts = [label.text for label in self._labels]
        self._stops = [named for named in self.everything if named.kind == "stop"]
        self._stop_at = np.array([(stop.lat, stop.lon) for stop in self._stops]).reshape(-1, 2)

    def find(
        self,
        text: str,
        *,
        limit: int = 8,
        near: tuple[float, float] | None = None,
        favourites: Iterable[str] = (),
        kinds: frozenset[str] | None = None,
    ) -> list[Hit]:
        """The likeliest meanings of a text, best first.

        Parameters
        ----------
        text
            As typed or heard; only the first 80 characters count.
        near
            (lat, lon) in degrees: of two equal matches the nearer comes first.
        favourites
            Ids that this rider uses: they come before equal matches.
        kinds
            Only these kinds.
        """
        query = normalised(text[: 4 * LONGEST_QUERY])[:LONGEST_QUERY].strip()
        if len(query) < 2:
            return []
        best: dict[int, float] = {}
        words = tuple(word for word in query.split() if word not in _FILLERS) or tuple(query.split())
        sound = sound_of(" ".join(words))
        for label in self._labels:
            score = label.trust * _literal_score(query, words, sound, label)
            if score > best.get(label.index, 0.0):
                best[label.index] = score
        for _, likeness, position in process.extract(
            " ".join(words), self._texts, scorer=fuzz.token_sort_ratio, limit=40, score_cutoff=LEAST_LIKENESS
        ):
            index = self._labels[position].index
            best[index] = max(best.get(index, 0.0), 0.88 * likeness / 100.0)
        liked = set(favourites)
        hits = [
            Hit(named, min(1.0, score + self._bonus(named, near, liked)))
            for index, score in best.items()
            if kinds is None or self.everything[index].kind in kinds
            for named in (self.everything[index],)
        ]
        hits.sort(key=lambda hit: (-round(hit.score, 4), hit.named.village, hit.named.name, hit.named.id))
        return _without_doubles(hits)[:limit]

    @staticmethod
    def _bonus(named: Named, near: tuple[float, float] | None, liked: set[str]) -> float:
        bonus = 0.03 * min(1.0, np.log10(1 + named.population) / 4.5)
        if named.kind == "village":
            bonus += 0.015
        if named.id in liked:
            bonus += 0.06
        if near is not None:
            bonus += 0.03 * float(np.exp(-_metres(near, (named.lat, named.lon)) / 10_000.0))
        return float(bonus)

    def nearest_stops(self, lat: float, lon: float, within_m: float, limit: int = 5) -> list[NearStop]:
        """Stops that can be reached on foot from a point (degrees), nearest first; walking metres."""
        if not self._stops:
            return []
        north = (self._stop_at[:, 0] - lat) * METRES_PER_DEGREE
        east = (self._stop_at[:, 1] - lon) * METRES_PER_DEGREE * np.cos(np.radians(lat))
        walk = np.hypot(north, east) * WALK_FACTOR
        order = np.argsort(walk, kind="stable")[:limit]
        return [NearStop(self._stops[i], round(float(walk[i]))) for i in order if walk[i] <= within_m]


def normalised(text: str) -> str:
    """Lower case, umlauts written out, abbreviations spelled, one blank between words."""
    folded = text.lower().translate(_UMLAUTS)
    folded = re.sub(r"[^a-z0-9]+", " ", folded).strip()
    for pattern, full in _SPELLINGS:
        folded = re.sub(pattern, full, folded)
    return folded


def sound_of(text: str) -> str:
    """The Cologne phonetics of a text: German words that sound alike have the same code."""
    return "".join(code for _, code in cologne_phonetics.encode(text)) if text else ""


def _texts_of(named: Named) -> dict[str, float]:
    """What a thing is called, and how much each name is to be trusted."""
    village, name = normalised(named.village), normalised(named.name)
    trust = 1.0 if named.kind == "village" else 0.94
    aliases = {normalised(alias): trust for alias in named.aliases}
    if named.kind == "village":
        return aliases | {name: 1.0}
    if name in (village, "ort"):
        return aliases | {village: 1.0, f"{village} ort": 1.0}
    return aliases | {f"{village} {name}": 1.0, f"{name} {village}": 1.0}


def _without_doubles(hits: list[Hit]) -> list[Hit]:
    """A place that is nothing but a stop of the same name is said once, as the stop."""
    stops = {hit.named.id: hit.named.name for hit in hits if hit.named.kind == "stop"}
    return [
        hit
        for hit in hits
        if hit.named.kind in ("stop", "village")
        or len(hit.named.stop_ids) != 1
        or stops.get(hit.named.stop_ids[0]) != hit.named.name
    ]


def _literal_score(query: str, words: tuple[str, ...], sound: str, label: _Label) -> float:
    if label.text == query or label.words == words:
        return 0.97
    if label.text.startswith(query):
        return 0.86 + 0.08 * len(query) / len(label.text)
    if all(any(own.startswith(word) for own in label.words) for word in words):
        return 0.78 + 0.1 * sum(map(len, words)) / len(label.text)
    if len(sound) >= 3 and sound == label.sound and fuzz.ratio(query, label.text) >= LEAST_ALIKE_BY_SOUND:
        return 0.84
    return 0.0


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    north = (a[0] - b[0]) * METRES_PER_DEGREE
    east = (a[1] - b[1]) * METRES_PER_DEGREE * np.cos(np.radians(a[0]))
    return float(np.hypot(north, east))
