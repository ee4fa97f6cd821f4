"""Is a text easy? What a machine can check of the rules of Leichte Sprache (Netzwerk Leichte Sprache; DIN SPEC 33429).

It finds long sentences, long words without a hyphen, forbidden constructions and hard words. It cannot tell whether a text
is understood, whether it says enough, or whether a word is known: only people with learning difficulties can, and a text
is Leichte Sprache in the sense of the rules after they have tested it. German grammar is guessed from endings, so that a
genitive without an ending or a passive without its verb nearby goes by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

MOST_WORDS = 12
MOST_LETTERS = 12  # of a word, or of its part between hyphens
MOST_COMMAS = 2

TAG = re.compile(r"<[^>]+>|&\w+;")
PLACEHOLDER = re.compile(r"%{1,2}\(\w+\)0?\d*[sd]|\{\w*\}")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\bwww\.\S+")
ABBREVIATION = re.compile(
    r"\b(?:z\. ?B|d\. ?h|u\. ?a|usw|bzw|ggf|ca|inkl|zzgl|max|min|Nr|Tel|Std|Min|etc|evtl|vgl|Str)\."
)
SENTENCE_END = re.compile(r"[.!?:…]+(?=\s|$|“)|\n")
WORD = re.compile(r"[A-Za-zÄÖÜäöüßé]+(?:[-·’'][A-Za-zÄÖÜäöüß]+)*|\d+(?:[.,:]\d+)*")
SIGNS = re.compile(r"[;§&/%()\[\]→<>]")

PARTICIPLE = re.compile(
    r"\b(?:[a-zäöüß]*ge[a-zäöüß]{3,}(?:t|en)|(?:be|ver|er|ent|zer|über|unter)[a-zäöüß]{3,}t|[a-zäöüß]{3,}iert)\b"
)
PASSIVE = re.compile(r"\b(?:wird|werden|wurden?|worden)\b", re.IGNORECASE)
SUBJUNCTIVE = re.compile(
    r"\b(?:würden?|wären?|hätten?|könnten?|müssten?|sollten?|dürften?|gäbe|käme[n]?|sei|seien)\b",
    re.IGNORECASE,
)
GENITIVE = re.compile(
    r"\b(?:des|eines|Ihres|unseres|dieses|jedes)\s+(?:[a-zäöüß]+en\s+)?[A-ZÄÖÜ][\wäöüß-]+s\b"
    r"|\b(?:wegen|während|trotz|innerhalb|außerhalb|anhand|mithilfe|aufgrund|bezüglich|hinsichtlich)\b",
    re.IGNORECASE,
)
RELATIVE = re.compile(r",\s+(?:auf |mit |in |an |von |für )?(?:der|die|das|den|dem|deren|dessen|denen|welche\w*)\b")
SUBORDINATE = re.compile(
    r"\b(?:obwohl|sodass|sofern|falls|damit wir|nachdem|bevor|indem|solange|sobald|soweit|sowie|jedoch|als ob|um \w+ zu)\b"
)
NUMBER_WORD = re.compile(
    r"\b(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|hundert|tausend)\b", re.IGNORECASE
)
IMPERSONAL = re.compile(r"\bman\b")

# Words that people in tests of easy texts often did not know, or that have an easier neighbour.
HARD_WORDS_TEXT = """
stornieren storniert stornierung verbindlich gültig ungültig freiwillig spätestens frühestens höchstens mindestens
inzwischen gegebenenfalls beziehungsweise erforderlich entsprechend maximal minimal mitunter angeben angegeben
kennung schreibweise bestätigung berichtigung löschung auskunft betreiber lizenz konformität navigation javascript
browser schnittstelle synthetisch künstlich plausibel vermessen nachfrage betreffend wertmarke zuschlag
grundpreis ermäßigung folgetag vortag zeitraum anliegen
"""
HARD_WORDS = frozenset(HARD_WORDS_TEXT.split())
# Compounds of this subject that stay below the limit, and are easier with a hyphen.
COMPOUNDS_TEXT = """
haltestelle haltestellen telefonnummer buchungscode buchungsnummer startseite fahrgast fahrgäste fahrpreis uhrzeit
rückfahrt hinfahrt fahrzeug fahrzeuge rollstuhl abholzeit ankunftszeit fahrplan wochentag wochentage feiertag
leitstelle landkreis kleinbus assistenzhund kinderwagen kindersitz gepäckstück straßennetz datenschutz passwort
postfach sprachwahl anrufliste
"""
COMPOUNDS = frozenset(COMPOUNDS_TEXT.split())
HYPHEN_FREE = frozenset({"openstreetmap", "gebärdensprache", "informationen", "verantwortlich"})  # long, but known


def problems(text: str) -> list[str]:
    """Why a text is not easy; empty where nothing was found. Placeholders count as one short word, tags as nothing."""
    plain = ADDRESS.sub("X", PLACEHOLDER.sub("8", TAG.sub("", text)))
    found = [problem for check in CHECKS for problem in check(plain)]
    return list(dict.fromkeys(found))


def is_easy(text: str) -> bool:
    """Whether nothing was found."""
    return not problems(text)


def sentences(text: str) -> list[str]:
    """Its sentences; what stands after a colon is one of its own."""
    return [part.strip() for part in SENTENCE_END.split(text) if WORD.search(part)]


def _long_sentences(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        count = len(WORD.findall(sentence))
        if count > MOST_WORDS:
            yield f"{count} words in a sentence, at most {MOST_WORDS}"
        if sentence.count(",") > MOST_COMMAS:
            yield f"{sentence.count(',')} commas in a sentence: make a list"


def _long_words(text: str) -> Iterator[str]:
    for word in WORD.findall(text):
        parts = re.split(r"[-·]", word)
        if any(len(part) > MOST_LETTERS and part.casefold() not in HYPHEN_FREE for part in parts):
            yield f"long word: {word}"
        elif any(part.casefold() in COMPOUNDS for part in parts):
            yield f"compound without a hyphen: {word}"
        elif word.casefold() in HARD_WORDS:
            yield f"hard word: {word}"


def _constructions(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        if PASSIVE.search(sentence) and (participle := PARTICIPLE.search(sentence)):
            yield f"passive: {participle.group()}"
    for name, pattern in (
        ("subjunctive", SUBJUNCTIVE),
        ("genitive", GENITIVE),
        ("relative clause", RELATIVE),
        ("subordinate clause", SUBORDINATE),
        ("number as a word", NUMBER_WORD),
        ("nobody is addressed", IMPERSONAL),
        ("abbreviation", ABBREVIATION),
        ("sign", SIGNS),
    ):
        if match := pattern.search(text):
            yield f"{name}: {match.group().strip()}"


CHECKS: tuple[Callable[[str], Iterator[str]], ...] = (_long_sentences, _long_words, _constructions)
