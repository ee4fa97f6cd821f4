"""Texts as they are read -> texts as they are heard: "8:05 Uhr" is "acht Uhr fünf", "K7M-3PX" is spelled, "3,50 €" is told.

Whatever the voice, it then says the same. Pauses stand between sentences and between the signs of a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from accessibility.language.spelling import spelled

LONGEST_SAY = 2800  # characters of one <Say>; Twilio takes 3,000
MARKUP = 60  # characters of SSML around a piece
SENTENCE_PAUSE_MS = 250
CODE_PAUSE_MS = 350
_UNITS_TEXT = """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
siebzehn achtzehn neunzehn"""
_UNITS = _UNITS_TEXT.split()
_TENS = ("", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_ODD_ORDINALS = {1: "erste", 3: "dritte", 7: "siebte", 8: "achte"}
_LETTERS = {
    "A": "A", "B": "Be", "C": "Ze", "D": "De", "E": "E", "F": "Eff", "G": "Ge", "H": "Ha", "I": "I", "J": "Jott", "K": "Ka",
    "L": "Ell", "M": "Emm", "N": "Enn", "O": "O", "P": "Pe", "Q": "Ku", "R": "Err", "S": "Ess", "T": "Te", "U": "U", "V": "Vau",
    "W": "We", "X": "Ix", "Y": "Ypsilon", "Z": "Zett",
}  # fmt: skip
_AS_WORDS = {"PIN": "Pinn", "OT": "Ortsteil", "AG": "A Ge"}
_SHORT = {
    "Str.": "Straße",
    "str.": "straße",
    "Bhf.": "Bahnhof",
    "Abzw.": "Abzweig",
    "z. B.": "zum Beispiel",
    "St.": "Sankt",
}
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"

_CODE = re.compile(r"\b[A-Z2-9]{3}-[A-Z2-9]{3}\b")
_PHONE = re.compile(r"(?<![\d:,])\+?\d{2,6}(?:[ /]\d{2,})+|\+\d{6,}|(?<![\d:,])0\d{5,}")
_MONEY = re.compile(r"\b(\d{1,4}),(\d\d) €")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)\b(?: Uhr)?")
_HOUR = re.compile(r"\b(\d{1,2}) Uhr\b")
_DATE = re.compile(
    rf"(\b(?:[Aa]m|[Vv]om|[Zz]um|[Bb]is zum|dem) (?:\w+, )?|\b(?:\w+tag|Mittwoch), )?(\d{{1,2}})\. ({_MONTHS})"
)
_SHORT_DAYS = {
    "Mo": "Montag", "Di": "Dienstag", "Mi": "Mittwoch", "Do": "Donnerstag", "Fr": "Freitag", "Sa": "Samstag", "So": "Sonntag",
}  # fmt: skip
# As pages and refusals write it: "Fr, 11.12.2026".
_FIGURED_DATE = re.compile(r"(?:\b(Mo|Di|Mi|Do|Fr|Sa|So),? )?(?<!\d)(\d{1,2})\.(\d{1,2})\.20\d\d(?!\d)")
_METRES = re.compile(r"\b(\d{1,5}) m\b")
_PERCENT = re.compile(r"\b(\d{1,3}) ?%")
_KEY = re.compile(r"(?<!\w)(\d): ")
_NUMBER = re.compile(r"\b\d{1,6}\b")
_ABBREVIATION = re.compile(r"\b[A-ZÄÖÜ]{2,5}\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words to say, and the silence after them."""

    words: str
    pause_ms: int = 0


def number_words(value: int) -> str:
    """ "einundzwanzig" of 21; up to six figures."""
    if value < 20:
        return _UNITS[value]
    if value < 100:
        tens, units = divmod(value, 10)
        return {0: "", 1: "einund"}.get(units, f"{_UNITS[units]}und") + _TENS[tens]
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return f"{'ein' if hundreds == 1 else _UNITS[hundreds]}hundert{number_words(rest) if rest else ''}"
    thousands, rest = divmod(value, 1000)
    head = "ein" if thousands == 1 else number_words(thousands)
    return f"{head}tausend{number_words(rest) if rest else ''}"


def clock_words(hour: int, minute: int) -> str:
    """ "acht Uhr fünf"; "ein Uhr"."""
    head = f"{'ein' if hour == 1 else number_words(hour)} Uhr"
    return f"{head} {number_words(minute)}" if minute else head


def ordinal_words(value: int, ending: str = "") -> str:
    """ "vierundzwanzigste" of 24."""
    if value in _ODD_ORDINALS:
        return f"{_ODD_ORDINALS[value]}{ending}"
    return f"{number_words(value)}{'te' if value < 20 else 'ste'}{ending}"


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    return clock_words(hour, minute) if hour < 25 and minute < 60 else match[0]


def _date(match: re.Match[str]) -> str:
    before, day, month = match[1] or "", int(match[2]), match[3]
    if re.match(r"(?i:am|vom|zum|bis zum|dem) ", before):
        return f"{before}{ordinal_words(day, 'n')} {month}"
    return f"{before}der {ordinal_words(day)} {month}"


def _figured_date(match: re.Match[str]) -> str:
    months, month = _MONTHS.split("|"), int(match[3])
    if not 1 <= month <= len(months):
        return match[0]
    day = f"{_SHORT_DAYS[match[1]]}, " if match[1] else ""
    return f"{day}{int(match[2])}. {months[month - 1]}"


def _money(match: re.Match[str]) -> str:
    euros, cents = int(match[1]), int(match[2])
    head = f"{'ein' if euros == 1 else number_words(euros)} Euro"
    return f"{head} {number_words(cents)}" if cents else head


def _figures(match: re.Match[str]) -> str:
    groups = re.split(r"[ /]", match[0].replace("+", "00"))
    return ", ".join(" ".join(_UNITS[int(figure)] for figure in group) for group in groups if group)


def _abbreviation(match: re.Match[str]) -> str:
    word = match[0]
    return _AS_WORDS.get(word) or " ".join(_LETTERS.get(letter, letter) for letter in word)


def spoken_text(text: str) -> str:
    """One text without figures and abbreviations; codes stay."""
    for short, full in _SHORT.items():
        text = text.replace(short, full)
    text = re.sub(r"[„“”\"()<>&\[\]{}|~^_*#]", " ", text)
    text = _PHONE.sub(_figures, text)
    text = _MONEY.sub(_money, text)
    text = _FIGURED_DATE.sub(_figured_date, text)
    text = _DATE.sub(_date, text)
    text = _CLOCK.sub(_clock, text)
    text = _HOUR.sub(lambda match: clock_words(int(match[1]), 0), text)
    text = _METRES.sub(lambda match: f"{number_words(int(match[1]))} Meter", text)
    text = _PERCENT.sub(lambda match: f"{number_words(int(match[1]))} Prozent", text)
    text = _KEY.sub(lambda match: f"Taste {number_words(int(match[1]))}: ", text)
    text = _NUMBER.sub(_number, text)
    text = _ABBREVIATION.sub(_abbreviation, text)
    return re.sub(r" +([.,?!:])", r"\1", " ".join(text.split()))


def _number(match: re.Match[str]) -> str:
    figures = match[0]
    if len(figures) > 1 and figures.startswith("0"):
        return " ".join(_UNITS[int(figure)] for figure in figures)
    return number_words(int(figures))


def spoken(text: str) -> tuple[Piece, ...]:
    """What is said, in pieces with pauses between them."""
    pieces: list[Piece] = []
    position = 0
    for match in _CODE.finditer(text):
        pieces += _sentences(text[position : match.start()])
        pieces += [Piece(f"{sign},", CODE_PAUSE_MS) for sign in spelled(match[0])]
        position = match.end()
    pieces += _sentences(text[position:])
    return tuple(pieces)


def plain_pieces(text: str) -> tuple[Piece, ...]:
    """A text of another language: its sentences as they stand."""
    sentences = (" ".join(sentence.split()) for sentence in re.split(r"(?<=[.?!])\s+", text))
    return tuple(Piece(part, SENTENCE_PAUSE_MS) for sentence in sentences if sentence for part in _parts(sentence))


def _sentences(text: str) -> Iterator[Piece]:
    for sentence in re.split(r"(?<=[.?!])\s+", spoken_text(text)):
        words = sentence.strip()
        if any(letter.isalnum() for letter in words):
            yield from (Piece(part, SENTENCE_PAUSE_MS) for part in _parts(words))


def _parts(words: str) -> Iterator[str]:
    """A sentence that no voice takes at once, cut between words."""
    most = LONGEST_SAY - MARKUP
    while len(words) > most:
        at = words.rfind(" ", 0, most)
        at = at if at > 0 else most
        yield words[:at]
        words = words[at:].strip()
    yield words


def portions(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], ...]:
    """The pieces in as few portions as possible, none longer than one <Say> takes."""
    result: list[list[Piece]] = [[]]
    length = 0
    for piece in pieces:
        if length + len(piece.words) + MARKUP > LONGEST_SAY and result[-1]:
            result.append([])
            length = 0
        result[-1].append(piece)
        length += len(piece.words) + MARKUP
    return tuple(tuple(portion) for portion in result if portion)
