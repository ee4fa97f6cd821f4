"""How people write in short messages: one word for a command, with slips, in English, with a code or a day behind it."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from accessibility.language.said import fold

# What a whole short message may begin with -> the words that the dialogue understands.
COMMANDS = {
    "storno": "storno",
    "stornieren": "storno",
    "absagen": "storno",
    "absage": "storno",
    "abbestellen": "storno",
    "cancel": "storno",
    "aendern": "ändern",
    "aenderung": "ändern",
    "umbuchen": "ändern",
    "change": "ändern",
    "wo": "wo",
    "where": "wo",
    "verspaetet": "ich verspäte mich",
    "verspaetung": "ich verspäte mich",
    "late": "ich verspäte mich",
    "hilfe": "hilfe",
    "help": "hilfe",
    "info": "hilfe",
    "mensch": "mensch",
    "leitstelle": "mensch",
    "human": "mensch",
    "rueck": "rück",
    "rueckfahrt": "rück",
    "zurueck": "rück",
    "abholen": "rück",
    "return": "rück",
    "fahrten": "meine fahrten",
    "rides": "meine fahrten",
}
LATER = "später"  # alone: the rider is late, or wants a later offer
_LEAST_LIKE = 84  # "strono" is "storno"; "Storkow" is not
_SHORTEST_SLIP = 5
_ENGLISH = {
    "the day after tomorrow": "übermorgen", "day after tomorrow": "übermorgen", "tomorrow": "morgen", "today": "heute",
    "tonight": "heute abend", "monday": "montag", "tuesday": "dienstag", "wednesday": "mittwoch", "thursday": "donnerstag",
    "friday": "freitag", "saturday": "samstag", "sunday": "sonntag", "in the morning": "vormittags",
    "in the afternoon": "nachmittags", "in the evening": "abends", "at noon": "um 12 uhr", "persons": "personen",
    "people": "personen", "person": "person", "passengers": "personen", "adults": "erwachsene", "children": "kinder",
    "wheelchair": "rollstuhl", "walker": "rollator", "hospital": "krankenhaus", "train station": "bahnhof",
    "station": "bahnhof", "earlier": "früher", "later": "später", "and": "und", "with": "mit", "at": "um", "arrive by":
    "ankunft bis", "i want to go": "ich möchte", "i need a ride": "ich brauche eine fahrt", "please": "bitte",
    "january": "januar", "february": "februar", "march": "märz", "may": "mai", "june": "juni", "july": "juli",
    "october": "oktober", "december": "dezember", "half an hour": "halbe stunde", "minutes": "minuten", "hours": "stunden",
    "hour": "stunde", "every": "jeden", "each": "jeden", "until": "bis", "weeks": "wochen", "week": "woche",
    "only once": "nur einmal", "one": "eine", "two": "zwei", "three": "drei",
}  # fmt: skip
_ENGLISH_PATTERN = re.compile(
    r"\b(" + "|".join(re.escape(words) for words in sorted(_ENGLISH, key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_IS_ENGLISH = re.compile(
    r"\b(?:tomorrow|today|tonight|from|please|at|people|persons|where|cancel|the|my|want|need|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
# "Klötze - Gardelegen", "Klötze > Gardelegen"; no stop is called so, hyphens inside names have no blanks.
_DASH = re.compile(r"(?<=[^\W\d])\s+(?:-+>?|–|—|→|>+)\s+(?=[^\W\d])")
_ENGLISH_SHIFT = re.compile(r"\b(?:hours?|minutes?) (?:later|earlier)\b", re.IGNORECASE)
_SIGNS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u200d\\s.!]")  # skin tones and joiners say nothing
_YES_SIGNS, _NO_SIGNS = (
    frozenset("\U0001f44d\u2705\U0001f44c\U0001f197\u2714\u2611"),
    frozenset("\U0001f44e\u274c\u2716\U0001f645"),
)
_TWELVE_HOURS = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))? ?([ap])\.?m\b\.?", re.IGNORECASE)
_USUAL = re.compile(
    r"\b(?:wie (?:immer|sonst|ueblich|gewohnt|(?:das )?letzte[sn]? mal|letztens|gestern|neulich)"
    r"|(?:das|die) gleiche(?: fahrt)?|dieselbe fahrt|same as (?:always|usual|last time)|as usual|like (?:always|last time))\b"
)
_LAST = re.compile(r"\b(?:letzte[sn]? mal|letztens|gestern|neulich|last time)\b")
_DAYS = (
    r"(?:mo|di|mi|do|fr|sa|so|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|heute|morgen|uebermorgen"
    r"|\d{1,2}\. ?\d{1,2}\.?(?:\d{2,4})?)"
)
_NOT_ON = re.compile(
    rf"^(?:am |den |der |kommende[nr]? |naechste[nr]? )?(?P<day>{_DAYS})"
    r" (?:nicht|not|keine? (?:bus|fahrt)|frei|faellt aus|ohne mich)(?: mehr)?$"
)
_LATE = re.compile(
    r"^(?:(?:ich|wir|i am|i m|im) )?(?:bin|sind|komme|kommen|werde|brauche|running)?[ a-z]{0,20}?(?P<count>\d{1,3})"
    r" ?(?:min|minuten|minutes)? (?:spaeter|zu spaet|verspaetung|verspaetet|laenger|late)$"
    r"|^(?:spaeter|verspaetet|verspaetung|spaet|late)(?: um| ca| etwa)? (?P<after>\d{1,3}) ?(?:min|minuten|minutes)?$"
)
_CODE = re.compile(r"\b([A-HKL-NP-Z2-9]{3})(-| ?)([A-HKL-NP-Z2-9]{3})\b", re.IGNORECASE)
_GREETING = re.compile(
    r"[\s,.!-]+(?:(?:viele|liebe|beste|schöne|herzliche|freundliche) gr(?:ü|ue)(?:ß|ss)e"
    r"|mit (?:freundlichen|besten) gr(?:ü|ue)(?:ß|ss)en"
    r"|(?:mfg|lg|vg)\b|(?:best|kind) regards).*$",
    re.IGNORECASE | re.DOTALL,
)
_YES_AND_WHAT = re.compile(
    r"^(?:ja|jo|yes|ok|okay)(?: (?:bitte|danke|gern|buchen|absagen|stornieren|storno|aendern|umbuchen|loeschen|nehmen"
    r"|machen|please|cancel|book|change|it))+$"
)
_LANGUAGES = {
    "english": "en", "englisch": "en", "in english": "en", "english please": "en", "en": "en",
    "leicht": "de-simple", "leichte sprache": "de-simple", "einfach": "de-simple", "in leichter sprache": "de-simple",
    "deutsch": "de", "german": "de", "normal": "de",
}  # fmt: skip


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9. ]+", " ", fold(text)).split()).strip(". ")


def language_wanted(text: str) -> str:
    """The language that a whole message names, or ""."""
    return _LANGUAGES.get(_plain(text), "")


def looks_english(text: str) -> bool:
    """Whether a text is in English: at least two words that German has not."""
    return len({word.lower() for word in _IS_ENGLISH.findall(text)}) >= 2


def wants_usual(text: str) -> bool:
    """ "Wie immer", "wie letztes Mal"."""
    return _USUAL.search(_plain(text)) is not None


def wants_last(text: str) -> bool:
    """ "Wie letztes Mal": the last ride, not the most frequent."""
    return _LAST.search(_plain(text)) is not None


def without_usual(text: str) -> str:
    """What else a "wie immer" says: "morgen um 10"."""
    return " ".join(_USUAL.sub(" ", _plain(text)).split())


def code_in(text: str) -> str:
    """A booking code in a text, as it is stored; "" where there is none.

    Six letters may be a word: they are a code with a hyphen, or with figures among them.
    """
    for match in _CODE.finditer(text[:300]):
        first, gap, second = match[1].upper(), match[2], match[3].upper()
        halves = (first, second) if gap == " " else (first + second,)
        if gap == "-" or any(any(c.isdigit() for c in half) and any(c.isalpha() for c in half) for half in halves):
            return f"{first}-{second}"
    return ""


def without_code(text: str) -> str:
    """The text without its code, in which nobody shall read times."""
    code = code_in(text)
    if not code:
        return text
    return re.sub(rf"{code[:3]}[- ]?{code[4:]}", " ", text, flags=re.IGNORECASE).strip()


def spelled_out(text: str) -> str:
    """A short message in the words that the dialogue understands; what is none stays as it is."""
    signs = set(_SIGNS.sub("", text))
    if signs and (signs <= _YES_SIGNS or signs <= _NO_SIGNS):
        return "ja" if signs <= _YES_SIGNS else "nein"
    text = _DASH.sub(" nach ", _GREETING.sub("", text.strip()))
    if _YES_AND_WHAT.match(_plain(text)):
        return "ja"
    if _IS_ENGLISH.search(text) or _TWELVE_HOURS.search(text) or _ENGLISH_SHIFT.search(text):
        text = in_german(text)
    plain = _plain(text)
    if match := _NOT_ON.match(plain):
        return f"storno {_full_day(match['day'])}"
    if match := _LATE.match(plain):
        return f"ich verspäte mich um {match['count'] or match['after']} minuten"
    first, _space, rest = text.partition(" ")
    command = command_of(first, is_alone=len(plain.split()) <= 3)
    if command == "ich verspäte mich" and rest.strip().isdigit():
        return f"{command} um {rest.strip()} minuten"
    return f"{command} {rest}".strip() if command and len(plain.split()) <= 8 else text


def command_of(word: str, *, is_alone: bool) -> str:
    """The command that a word is, also with a slip where the message is short."""
    plain = _plain(word)
    if plain in COMMANDS:
        return COMMANDS[plain]
    if not is_alone or len(plain) < _SHORTEST_SLIP:
        return ""
    likest = max(COMMANDS, key=lambda name: fuzz.ratio(plain, name))
    is_like = fuzz.ratio(plain, likest) >= _LEAST_LIKE or sorted(plain) == sorted(likest)
    return COMMANDS[likest] if is_like and len(likest) >= _SHORTEST_SLIP else ""


def is_command(text: str) -> bool:
    """Whether a message asks the line for one thing that it can always do: STORNO, WO, "bin 5 min später", but no person."""
    meant = _plain(spelled_out(text))
    commands = {_plain(command) for command in COMMANDS.values()} - {"mensch"}
    return any(meant == command or meant.startswith(f"{command} ") for command in commands)


def in_german(text: str) -> str:
    """The English words of a wish in German; names of places stay."""
    return _ENGLISH_PATTERN.sub(lambda match: _ENGLISH[match[0].lower()], _TWELVE_HOURS.sub(_on_24_hours, text))


def _on_24_hours(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), match[2] or "00"
    if not 1 <= hour <= 12:
        return match[0]
    hour = hour % 12 + (12 if match[3].lower() == "p" else 0)
    return f"{hour}:{minute} Uhr"


def _full_day(day: str) -> str:
    names = {
        "mo": "montag", "di": "dienstag", "mi": "mittwoch", "do": "donnerstag", "fr": "freitag", "sa": "samstag", "so": "sonntag",
    }  # fmt: skip
    bare = day.removesuffix("s") if day.endswith("tags") or day == "mittwochs" else day
    return f"am {names.get(bare, bare)}" if bare in names or bare.endswith(("tag", "mittwoch")) else bare
