"""Which of the offered answers is meant: by its key, by its place in the row, by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from accessibility.dialogue.commands import wants_shift
from accessibility.dialogue.saying import Choice
from accessibility.language.answers import Answer, figures_said, is_bare_answer, understand_answer
from accessibility.language.said import fold, listen

_ROW = ("erst", "zweit", "dritt", "viert", "fuenft", "sechst")
_LIKE_NAME = 88.0
_NONE = re.compile(
    r"^(?:nein|nee|(?:etwas|was) anderes|kein\w*(?: davon)?|nichts davon|weder noch|andere[rs]?|falsch)(?: \w+){0,2}$"
)


def numbered(what: str, facts: Sequence[Mapping[str, object]], first: int = 1) -> tuple[Choice, ...]:
    """Choices of one kind, keyed from `first` on."""
    return tuple(Choice(str(first + number), what, dict(one)) for number, one in enumerate(facts))


def chosen(choices: Sequence[Choice], text: str) -> Choice | None:
    """The choice that words name; None where none or several fit."""
    figures = figures_said(text)
    if figures is not None:
        return by_key(choices, figures)
    plain = listen(text).text
    match = re.search(r"\b(?:taste|nummer|ziffer) (\d)\b", plain)
    if match:
        return by_key(choices, match[1])
    answer = _by_answer(choices, text)
    if answer is not None:
        return answer
    rows = [number for number, word in enumerate(_ROW) if re.search(rf"\b(?:{word}\w*|{number + 1}\.)(?= |$)", plain)]
    own = [choice for choice in choices if choice.what in ("place", "time", "ride", "usual", "stop")]
    if len(rows) == 1 and rows[0] < len(own) and len(plain.split()) <= 4:
        return own[rows[0]]
    return _by_name(choices, text)


def by_key(choices: Sequence[Choice], key: str) -> Choice | None:
    """The choice of a key."""
    return next((choice for choice in choices if choice.key == key), None)


def of(choices: Sequence[Choice], what: str) -> Choice | None:
    """The first choice of a kind."""
    return next((choice for choice in choices if choice.what == what), None)


def _by_answer(choices: Sequence[Choice], text: str) -> Choice | None:
    """Yes or no, and nothing else: "etwas später bitte" is no yes."""
    none = of(choices, "none") or of(choices, "other")
    if none is not None and _NONE.search(listen(text).text):
        return none
    ways = [choice for choice in choices if choice.what == "way"]
    if (of(choices, "yes") is None and not ways) or wants_shift(text) or not is_bare_answer(text):
        return None
    answer = understand_answer(text)
    if ways:  # one way out alone is what a yes takes
        if answer is Answer.NO:
            return of(choices, "give_up")
        return ways[0] if answer is Answer.YES and len(ways) == 1 else None
    return None if answer is None else of(choices, "yes" if answer is Answer.YES else "no")


def _by_name(choices: Sequence[Choice], text: str) -> Choice | None:
    """The one whose name is in the text, or nearly so."""
    said = fold(text)
    scores = []
    for choice in choices:
        name = str(choice.facts.get("text", ""))
        if name:
            scores.append((max(fuzz.ratio(fold(name), said), _likeness(fold(name), said)), choice))
    scores.sort(key=lambda pair: -pair[0])
    if scores and scores[0][0] >= 100.0:
        return scores[0][1]
    if not scores or scores[0][0] < _LIKE_NAME or (len(scores) > 1 and scores[1][0] > scores[0][0] - 5):
        return None
    return scores[0][1]


def _likeness(name: str, said: str) -> float:
    return float(fuzz.token_set_ratio(name, said)) - 1.0 if len(said) >= 4 else 0.0
