"""A whole utterance -> who wants what: intent, ends, time, people; what is missing, and how certain it is.

Never guesses: what may mean two things is kept with all its meanings, is named in `to_ask`, and lowers `confidence`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accessibility.desk import PlaceHit
from accessibility.language.answers import Answer, figures_said, is_bare_answer, understand_answer
from accessibility.language.ends import End, Ends, FindPlaces, understand_ends
from accessibility.language.intents import Intent, understand_intent
from accessibility.language.mend import has_strangers, like_people, like_time, mended
from accessibility.language.people import PartySaid, understand_people
from accessibility.language.said import LONGEST, listen
from accessibility.language.times import TimeSaid, understand_time

SURE_CONFIDENCE = 0.8
SURE_INTENT = 0.65
NAME_SCORE = 0.86  # so like a name that it is not mended into another word
MOST_HYPHENS = 4  # of one text are looked at: a bound on time


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood. `missing` names what a booking still needs, `to_ask` what may mean several things."""

    text: str
    intent: Intent | None
    origin: End | None
    destination: End | None
    when: TimeSaid
    people: PartySaid
    answer: Answer | None
    figures: str | None
    missing: tuple[str, ...]
    to_ask: tuple[str, ...]
    confidence: float

    @property
    def is_sure(self) -> bool:
        return not self.to_ask and self.confidence >= SURE_CONFIDENCE


def understand(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    find: FindPlaces,
    known_places: Mapping[str, PlaceHit] | None = None,
    expects: str = "",
    is_speech: bool = False,
    day: date | None = None,
) -> Understood:
    """Read one utterance.

    Parameters
    ----------
    text
        As typed or heard; any length or script.
    now, zone
        The moment (aware) and the district's time zone.
    find
        The place finder.
    known_places
        The rider's own places by purpose ("home", "doctor", ...).
    expects
        What was asked for: "from", "to", "when", "party", "answer" or nothing.
    is_speech
        It was heard by a recogniser, so names that sound alike are asked.
    day
        The day that is known already, for a text that names none.
    """
    whole, has_mended_number = mended(from_to(without_denied(text), find), lambda words: _is_name(words, find))
    said = listen(whole)
    figures = figures_said(said)
    answer = understand_answer(said)
    if figures is not None and expects != "when":
        return _only_figures(text, figures)
    wanted = listen(text) if _INSTEAD_OF.search(text[:LONGEST]) else said  # "statt" tells of a change
    intent, certainty = understand_intent(wanted, has_content=False)
    if intent in (Intent.YES, Intent.NO) and is_bare_answer(said) and expects not in ("from", "to"):
        return Understood(text, intent, None, None, TimeSaid(), PartySaid(), answer, None, (), (), certainty)
    time_said = understand_time(said, now, zone, day=day)
    people = understand_people(said)
    ends = understand_ends(said, find, expects=expects, is_speech=is_speech)
    ends = _at_home(ends, known_places or {})
    has_ends = any(
        end is not None and (end.hits or end.purpose or end.heard) for end in (ends.origin, ends.destination)
    )
    has_content = bool(has_ends or time_said.names_time or time_said.names_day or time_said.problem or people.is_said)
    if has_content and intent in (None, Intent.BOOK, Intent.YES, Intent.NO):
        intent, certainty = Intent.BOOK, 0.9
    unexplained = (*ends.unexplained, "0") if has_mended_number else ends.unexplained
    if is_speech or any(word.isdigit() for word in unexplained):
        time_said, people = _doubted(time_said, people, unexplained)
    if not has_content and intent in (Intent.YES, Intent.NO, Intent.BOOK) and has_strangers(said.text):
        certainty = min(certainty, 0.5)  # a lost "nicht" turns an answer round
    missing, to_ask = _open_points(intent, certainty, ends, time_said, people)
    confidence = _confidence(intent, certainty, ends, time_said, people)
    return Understood(
        text, intent, ends.origin, ends.destination, time_said, people, answer, None, missing, to_ask, confidence
    )


_DENIED = re.compile(
    r"\bnicht (?P<how>nach|vom|von|aus|zum|zur|um|am|ab|in) (?P<what>(?:(?!\bnicht\b).){1,40}?)"
    r"(?:\s*,)?\s+(?:sondern\s+|(?=(?P=how)\b))",
    re.IGNORECASE,
)


_INSTEAD_OF = re.compile(
    r",?\s*\b(?:an)?statt\s+(?:(?:wie )?bisher\s+)?"
    r"(?:(?:um|auf)\s+(?:(?:halb|viertel|drei ?viertel)\s+(?:(?:nach|vor)\s+)?)?\S+(?:\s+uhr(?:\s+\S+)?)?"
    r"|(?:nach|von|vom|zum|zur|ab)\s+\S+(?:\s\S+)?|(?:am|mit|im)\s+\S+|\d{1,2}(?:[:.]\d{2})?(?:\s*uhr)?)"
    r"(?=\s*(?:$|[,.!?]|(?:nach|von|vom|zum|zur|ab|um|am|auf|bitte|und|mit|fahren|los)\b))",
    re.IGNORECASE,
)


_CORRECTED = re.compile(
    r"\b(?P<how>nach|vom|von|aus|zum|zur|um|am|ab)\s+(?:(?!\b(?P=how)\b).){1,40}?[\s,.]+(?:(?:ach|äh|ähm|oh)[\s,]+)?"
    r"(?:nein|nee|ne|halt|quatsch|moment|stopp?|falsch|ich meine|besser gesagt|vielmehr|ach was)"
    r"(?:[\s,.]+(?:nein|nee|halt|doch|lieber|ach|ich meine|besser|eher))*[\s,.]+(?=(?P=how)\b)",
    re.IGNORECASE,
)
MOST_CORRECTED = 4  # in one sentence


def without_denied(text: str) -> str:
    """ "Nicht nach Salzwedel, nach Gardelegen" speaks of Gardelegen alone, "um neun statt um acht" of nine, and "um neun,
    nein, um zehn" of ten.
    """
    text = _INSTEAD_OF.sub(" ", _DENIED.sub("", text[:LONGEST]))
    for _time in range(MOST_CORRECTED):
        text, count = _CORRECTED.subn("", text)
        if not count:
            break
    return text


_HYPHEN = re.compile(
    r"(?<=[^\W\d_])(?: ?[\u2010-\u2015] ?|-+>?| ?(?:[\u2192\u21d2\u27a1\u2794\u279c\u27f6]\ufe0f?|>+) ?)(?=[^\W\d_])"
)
_WORDS_BEFORE = re.compile(r"(?:[^\W\d_]+[., ]+)?[^\W\d_]+$")
_WORDS_BEHIND = re.compile(r"[^\W\d_]+(?:[., ]+[^\W\d_]+)?")


def from_to(text: str, find: FindPlaces) -> str:
    """ "Klötze-Gardelegen" is a way from one to the other, where both are places and the whole is the name of none."""
    text = text[:LONGEST]
    for match in list(_HYPHEN.finditer(text))[:MOST_HYPHENS]:
        left, right = _WORDS_BEFORE.search(text[: match.start()]), _WORDS_BEHIND.match(text[match.end() :])
        if left is None or right is None or _is_name(f"{_last(left[0])} {_first(right[0])}", find):
            continue
        if _is_end(left[0], _last(left[0]), find) and _is_end(right[0], _first(right[0]), find):
            return f"{text[: match.start()]} nach {text[match.end() :]}"
    return text


def _last(words: str) -> str:
    return re.split(r"[., ]+", words)[-1]


def _first(words: str) -> str:
    return re.split(r"[., ]+", words)[0]


def _is_end(words: str, nearest: str, find: FindPlaces) -> bool:
    """Whether the word beside a hyphen is a village, or with its neighbour a place."""
    if any(hit.kind == "village" and hit.score >= NAME_SCORE for hit in find(nearest, limit=1)):
        return True
    return words != nearest and _is_name(words, find)


def _is_name(words: str, find: FindPlaces) -> bool:
    return any(hit.score >= NAME_SCORE for hit in find(words, limit=1))


def _doubted(time_said: TimeSaid, people: PartySaid, unexplained: tuple[str, ...]) -> tuple[TimeSaid, PartySaid]:
    """A word that nobody understood and that sounds like one of time or people: what was understood may lack it."""
    if time_said.is_sure and any(like_time(word) for word in unexplained):
        time_said = replace(time_said, is_sure=False, notes=(*time_said.notes, "unexplained"))
    if people.is_sure and people.is_said and any(like_people(word) for word in unexplained):
        people = replace(people, is_sure=False)
    return time_said, people


def _only_figures(text: str, figures: str) -> Understood:
    return Understood(text, None, None, None, TimeSaid(), PartySaid(), None, figures, (), (), 1.0)


def _at_home(ends: Ends, known_places: Mapping[str, PlaceHit]) -> Ends:
    """Fill in what only the rider knows: where home is."""
    filled: list[End | None] = []
    for end in (ends.origin, ends.destination):
        own = known_places.get(end.purpose) if end is not None and end.purpose and not end.hits else None
        filled.append(
            End((own,), end.heard, is_sure=True, purpose=end.purpose) if own is not None and end is not None else end
        )
    return Ends(filled[0], filled[1], ends.unexplained)


def _open_points(
    intent: Intent | None, certainty: float, ends: Ends, when: TimeSaid, people: PartySaid
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    missing, to_ask = [], []
    for name, end in (("from", ends.origin), ("to", ends.destination)):
        if end is None or end.best is None:
            missing.append(name)
        elif not end.is_sure:
            to_ask.append(name)
    if not when.names_time or not when.readings:
        missing.append("when")
    elif not when.is_sure:
        to_ask.append("when")
    if people.is_said and not people.is_sure:
        to_ask.append("party")
    if intent is None or certainty < SURE_INTENT:
        to_ask.append("intent")
    return (tuple(missing) if intent is Intent.BOOK else ()), tuple(to_ask)


def _confidence(intent: Intent | None, certainty: float, ends: Ends, when: TimeSaid, people: PartySaid) -> float:
    """The least certain of what was said; nothing that was not said counts."""
    parts = [certainty if intent is not None else 0.0]
    parts += [
        end.best.score if end.is_sure else min(0.6, end.best.score)
        for end in (ends.origin, ends.destination)
        if end is not None and end.best is not None
    ]
    if when.readings and when.best is not None:
        parts.append(0.97 if when.is_sure else min(0.6, when.best.share))
    elif when.problem:
        parts.append(0.4)
    if people.is_said:
        parts.append(0.95 if people.is_sure else 0.5)
    return round(min(parts), 2)
