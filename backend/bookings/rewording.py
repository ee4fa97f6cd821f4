"""A kept German text in the language of its reader: the catalogue read with its placeholders as what stands in the text.

Refusals, ways out and the lines of a fare are kept as German sentences. A sentence is found again by its key in the
catalogue, with whatever stands where the key has a placeholder; these pieces are said anew too. What is not found stays German.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from backend.bookings.localtime import spoken_day_text
from backend.config.catalogues import FOLDER

PLACEHOLDER = re.compile(r"%\((\w+)\)(0?\d*)([sd])")
DAY = re.compile(r"\b(?:Mo|Di|Mi|Do|Fr|Sa|So), (\d{2})\.(\d{2})\.(\d{4})")
NUMBER = r"[+-]?[0-9]+"
ANYTHING = r"(?:(?:Mo|Di|Mi|Do|Fr|Sa|So), \d{2}\.\d{2}\.\d{4}|.+?)"  # a day is one piece, with its comma
CLOCK = re.compile(r"\b(\d{1,2}:\d{2})[ \u00a0]Uhr")
SENTENCE = re.compile(r"(?<=[.!?:]) ")
FEWEST_LETTERS = 3  # of a key beside its placeholders; fewer would be found in anything
DEEPEST = 3

Key = str | list[str] | tuple[str, ...]


class Pattern(NamedTuple):
    """A key of the catalogue as it stands in a text, and how to say it in the present language."""

    finds: re.Pattern[str]
    say: Callable[[dict[str, str]], str]


def reword(text: str) -> str:
    """The text in the present language."""
    language = get_language() or settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    return text if language == settings.LANGUAGE_CODE or not text else _reworded(str(text), language)


@lru_cache(maxsize=4096)
def _reworded(text: str, language: str, depth: int = 0) -> str:
    if (whole := _(text)) != text or depth > DEEPEST:
        return whole
    for pattern in _patterns(language):
        if match := pattern.finds.fullmatch(text):
            pieces = {name: _reworded(value, language, depth + 1) for name, value in match.groupdict().items()}
            return pattern.say(pieces)
    sentences = SENTENCE.split(text)
    if len(sentences) > 1:
        return " ".join(_reworded(sentence, language, depth + 1) for sentence in sentences)
    return CLOCK.sub(_clock, DAY.sub(_day, text))


def _day(match: re.Match[str]) -> str:
    day, month, year = (int(number) for number in match.groups())
    return spoken_day_text(date(year, month, day))


def _clock(match: re.Match[str]) -> str:
    return _("%(time)s Uhr") % {"time": match[1]}


@lru_cache
def _patterns(language: str) -> list[Pattern]:
    """Every key with placeholders; the most telling first."""
    with (FOLDER / to_locale(language) / "LC_MESSAGES" / "django.mo").open("rb") as file:
        keys = [message.id for message in read_mo(file) if message.id and not message.context]
    found = [(_letters(key), pattern) for key in keys for pattern in _patterns_of(key)]
    return [pattern for letters, pattern in sorted(found, key=lambda pair: -pair[0]) if letters >= FEWEST_LETTERS]


def _letters(key: Key) -> int:
    one = key if isinstance(key, str) else key[0]
    return sum(letter.isalpha() for letter in PLACEHOLDER.sub("", one))


def _patterns_of(key: Key) -> list[Pattern]:
    if isinstance(key, str):
        return [Pattern(_regex(key), lambda pieces: _filled(_(key), pieces))] if PLACEHOLDER.search(key) else []
    singular, plural = key[0], key[1]
    number = next((name for name, _width, kind in PLACEHOLDER.findall(plural) if kind == "d"), None)

    def say(pieces: dict[str, str]) -> str:
        count = int(pieces.get(number or "", "1"))
        return _filled(ngettext(singular, plural, count), pieces)

    return [Pattern(_regex(form), say) for form in (singular, plural) if PLACEHOLDER.search(form)]


def _regex(key: str) -> re.Pattern[str]:
    known: set[str] = set()

    def group(match: re.Match[str]) -> str:
        name, _width, kind = match.groups()
        if name in known:
            return f"(?P={name})"
        known.add(name)
        return f"(?P<{name}>{NUMBER if kind == 'd' else ANYTHING})"

    pieces, end = [], 0
    for match in PLACEHOLDER.finditer(key):
        pieces += [re.escape(key[end : match.start()].replace("%%", "%")), group(match)]
        end = match.end()
    pieces.append(re.escape(key[end:].replace("%%", "%")))
    return re.compile("".join(pieces).replace(r"\ ", "[ \u00a0]"), re.DOTALL)


def _filled(translated: str, pieces: dict[str, str]) -> str:
    """The translation with its pieces, which are texts already, whatever the placeholder asked for."""
    filled = PLACEHOLDER.sub(lambda match: pieces.get(match[1], match[0]), translated)
    return filled.replace("%%", "%")
