"""Mends words of time and people that were misheard, misspelled or torn apart: "Mittwosch", "Fre itag", "Rolls tuhl".

Names of places are left alone: whoever calls says what is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rapidfuzz import fuzz, process

from accessibility.language.ends import DESTINATION_WORDS, FILLERS, IDLE_WORDS, NEUTRAL_WORDS, ORIGIN_WORDS, SOFT_WORDS
from accessibility.language.gazetteer import sound_of
from accessibility.language.numbers import NUMBER_WORDS, ordinal_value, word_value
from accessibility.language.said import fold, words_of

LEAST_LIKENESS = 78.0
LEAST_LIKENESS_BY_SOUND = 62.0
LIKE_ENOUGH_TO_WORRY = 62.0
MOST_MENDED = 40  # words that are looked at: a bound on time
SHORTEST = 4

TIME_WORDS = words_of(
    """
    nachts nacht montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar maerz april juni juli
    august september oktober november dezember heute morgen uebermorgen woche wochen naechste naechster
    naechsten kommenden kommende uhr halb viertel dreiviertel mittag mittags abend abends nachmittag nachmittags
    vormittag vormittags frueh morgens spaetestens fruehestens gegen punkt stunde stunden minuten tagen zwei
    drei vier fuenf sechs sieben acht neun zehn elf zwoelf dreizehn vierzehn fuenfzehn sechzehn siebzehn
    achtzehn neunzehn zwanzig dreissig vierzig fuenfzig ankunft abfahrt
    """
)
PEOPLE_WORDS = words_of(
    """
    person personen leute erwachsene erwachsener erwachsenen kind kinder kindern rollstuhl rollator kinderwagen
    fahrrad fahrraeder fahrraedern begleitperson begleitung frau mann zweit dritt viert allein alleine gepaeck
    koffer blindenhund einer eine
    """
)
_OTHER_WORDS = words_of(
    """
    storno stornieren absagen abbestellen umbuchen verschieben hilfe mensch menschen mitarbeiter sprechen
    verbinden wiederholen verstanden abholen arzt nicht nein kein mehr stimmt passt richtig falsch genau spaeter
    frueher verspaetung bleibt einsteigen sein eins
    """
)
_VOCABULARY = TIME_WORDS | PEOPLE_WORDS | _OTHER_WORDS | NUMBER_WORDS
_CHOICES = sorted(_VOCABULARY)
_TIME_CHOICES, _PEOPLE_CHOICES = sorted(TIME_WORDS | NUMBER_WORDS | {"sein"}), sorted(PEOPLE_WORDS)
# Whole words that mean something elsewhere and look like one of the vocabulary.
_LOOKALIKES = words_of(
    """
    einsteigen aendern helfen neuen neue neuer neues kochen lieben ziehen achten halben halbe weit keinen keine
    kein keiner kindersitz kindersitze linden feine sache fall problem alle allen alles niemals mein nie problem
    kinderheim kindergarten half past quarter people from tomorrow today person next seven eight nine ten eleven
    twelve two three four five six monday friday sunday noon train erst zeitig wochenende minute mein dein sein
    taube blind hunde hund wiederhoeren wiedersehen tschuess
    """
)
_ANSWERS = words_of(
    """
    jawohl jawoll klar natuerlich korrekt okay ordnung prima super einverstanden sicher freilich
    selbstverstaendlich unbedingt jederzeit machen mache nehme nehmen bestaetigen perfekt wunderbar meinetwegen
    sure correct right positiv abgemacht keinesfalls quatsch stopp abbruch abbrechen ungern negativ yeah danke
    warum wieso fahrten fahrt please thanks gut gute denke glaube waere geht alles dass auch bleibt kommt lange
    dauert noch bus bitte mein weit gegangen anders besser lieber jeden auf alle that waere nichts dagegen
    schlecht
    """
)
_KNOWN = (
    _VOCABULARY
    | FILLERS
    | ORIGIN_WORDS
    | DESTINATION_WORDS
    | NEUTRAL_WORDS
    | SOFT_WORDS
    | IDLE_WORDS
    | _LOOKALIKES
    | _ANSWERS
)
_SHORT = {
    "ur": "uhr",
    "auz": "aus",
    "auss": "aus",
    "aos": "aus",
    "fom": "vom",
    "fon": "von",
    "naach": "nach",
    "nahc": "nach",
    "nch": "nach",
    "anch": "nach",
    "vn": "von",
    "vno": "von",
    "vun": "von",
    "ovn": "von",
    "zwo": "zwei",
    "halp": "halb",
    "half": "halb",
    "achd": "acht",
    "elv": "elf",
}
_PART = re.compile(r"[a-z]+|[^a-z]+")

IsName = Callable[[str], bool]


def mended(text: str, is_name: IsName) -> tuple[str, bool]:
    """The folded text with broken words of time and people made whole; and whether a number is among what was mended."""
    parts = _PART.findall(fold(text))
    looked_at = 0
    has_number = False
    position = 0
    while position < len(parts):
        word = parts[position]
        if not word or not word[0].isalpha() or is_known(word) or looked_at >= MOST_MENDED:
            position += 1
            continue
        looked_at += 1
        if not _join(parts, position, is_name) and not _is_part_of_name(parts, position, is_name):
            parts[position] = _whole(word, is_name)
            has_number |= parts[position] != word and word_value(parts[position]) is not None
        position += 1
    return "".join(parts), has_number


def is_known(word: str) -> bool:
    """Whether a folded word is one of the language's own, so that it needs no mending."""
    return word in _KNOWN or word_value(word) is not None or ordinal_value(word) is not None


def has_strangers(text: str) -> bool:
    """Whether a text holds words that are none of the language's own."""
    return any(len(word) >= SHORTEST and not is_known(word) for word in re.findall("[a-z]+", text))


def like_time(word: str) -> bool:
    """Whether a word that nobody understood may have been one of time."""
    return word.isdigit() or _is_like(word, _TIME_CHOICES)


def like_people(word: str) -> bool:
    """Whether a word that nobody understood may have been one about people."""
    return word.isdigit() or _is_like(word, _PEOPLE_CHOICES)


def _is_like(word: str, choices: list[str]) -> bool:
    return (
        len(word) >= 3
        and process.extractOne(word, choices, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH_TO_WORRY) is not None
    )


def _join(parts: list[str], position: int, is_name: IsName) -> bool:
    """Put a word together with the one behind or before it, if both make a word of the vocabulary."""
    for left in (position, position - 2):
        right = left + 2
        if (
            left < 0
            or right >= len(parts)
            or parts[left + 1] not in (" ", "-")
            or not parts[right][:1].isalpha()
            or not parts[left]
        ):
            continue
        joined = parts[left] + parts[right]
        if joined in _VOCABULARY or (word_value(joined) is not None and len(joined) > SHORTEST):
            is_same = True
        else:
            is_same = (
                len(joined) > 6 and not is_known(parts[left]) and not is_known(parts[right]) and _likeness(joined) >= 88
            )
        if is_same and not is_name(f"{parts[left]} {parts[right]}"):
            parts[left], parts[left + 1], parts[right] = (
                _nearest(joined)[0] if joined not in _VOCABULARY else joined,
                "",
                " ",
            )
            if word_value(joined) is not None:
                parts[left] = joined
            return True
    return False


def _is_part_of_name(parts: list[str], position: int, is_name: IsName) -> bool:
    """ "Arend see" is a village torn apart, no evening."""
    pairs = (parts[max(0, position - 2) : position + 1], parts[position : position + 3])
    return any(
        len(pair) == 3 and pair[0][:1].isalpha() and pair[2][:1].isalpha() and is_name("".join(pair)) for pair in pairs
    )


def _whole(word: str, is_name: IsName) -> str:
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < SHORTEST:
        return word
    nearest, likeness = _nearest(word)
    least = LEAST_LIKENESS_BY_SOUND if sound_of(word) == sound_of(nearest) else LEAST_LIKENESS
    if likeness < least or is_name(word):
        return word
    return nearest


def _nearest(word: str) -> tuple[str, float]:
    found = process.extractOne(word, _CHOICES, scorer=fuzz.ratio)
    return (found[0], float(found[1])) if found else (word, 0.0)


def _likeness(word: str) -> float:
    return _nearest(word)[1]
