"""Yes and no in all their forms, and figures said or keyed."""

from __future__ import annotations

import re
from enum import StrEnum

from accessibility.language.said import Said, listen


class Answer(StrEnum):
    YES = "yes"
    NO = "no"


_NO = re.compile(
    r"\b(?:nein|nee+|ne|noe|no|nope|nicht|falsch|niemals|nie|keinesfalls|keineswegs|auf keinen fall|lieber nicht"
    r"|besser nicht|quatsch|lass(?:en)?(?: sie| wir)?(?: es| das)? (?:mal|sein|stecken|gut sein)"
    r"|stopp?|abbruch|abbrechen|doch nicht|bloss nicht|kein(?:e[rmn]?)?|nix|ungern|negativ|nix da|passt nicht"
    r"|stimmt nicht)\b"
)
_YES = re.compile(
    r"\b(?:ja+|jo+|joa|jep|jup|yes|yep|yeah|jawohl|jawoll|klar|natuerlich|genau|richtig|korrekt|stimmt|passt|okay"
    r"|okee|okey|ok|in ordnung|gut|prima|super"
    r"|gern(?:e)?|bitte(?: schoen)?|einverstanden|sicher|freilich|selbstverstaendlich|unbedingt|auf jeden fall"
    r"|jederzeit|so ist es"
    r"|mach(?:en)?(?: sie| wir)?(?: das| es)?|nehme? ich|nehm ich|das nehme|buchen|bestaetig\w*|doch|alles klar"
    r"|perfekt|wunderbar|mhm|hm ?hm|aha|meinetwegen|von mir aus|sure"
    r"|correct|right|positiv|abgemacht|nu|na klar)\b"
)
# Two words that turn the other around, looked at before all others.
_NO_FIRST = re.compile(
    r"\b(?:doch nicht|stimmt (?:so |das |leider )?nicht|passt (?:mir |so |leider )?nicht|nicht (?:richtig|gut|so gut"
    r"|genau|korrekt|in ordnung|einverstanden|okay|ok|buchen)"
    r"|nein danke|kein(?:e)? gut\w*|das ist (?:ja )?falsch)\b"
)
_YES_FIRST = re.compile(
    r"\b(?:warum nicht|wieso nicht|kein(?:e)? (?:problem|frage|einwaende)|nichts dagegen|na ja klar|nicht schlecht"
    r"|stimmt genau)\b"
)
_FILLERS = re.compile(
    r"\b(?:das|ist|es|so|die|der|den|also|na|ach|oh|aeh+m?|hm+|ich|mir|sie|danke(?: schoen)?|schoen|vielen|dank|dann"
    r"|wir|denke|glaube|will|moechte|fahrt"
    r"|doch|bitte|mal|aber|ganz|alles|machen|wird|waere|wenn|geht|dass|auch|schon?|sehr|leider|sein|habe?|nehmen"
    r"|nehme|zu|in|auf|von|aus|uns|war|uhr|yes|please|thanks|that|is)\b"
)
LONGEST_ANSWER_WORDS = 8


def understand_answer(text: str | Said) -> Answer | None:
    """Yes or no; None where neither or both was said, so that it is asked again."""
    said = listen(text) if isinstance(text, str) else text
    words = re.sub(r"[^a-z0-9 ]+", " ", said.text)
    if _YES_FIRST.search(words):
        return Answer.YES
    if _NO_FIRST.search(words):
        return Answer.NO
    without_no = _NO.sub(" ", words)
    says_no = without_no != words
    strong_yes = re.search(
        r"\b(?:ja+|jo+|joa|jep|jup|yes|yep|jawohl|jawoll|genau|richtig|korrekt|stimmt|passt|okay|ok|einverstanden)\b",
        without_no,
    )
    if says_no:
        return None if strong_yes else Answer.NO
    return Answer.YES if _YES.search(words) else None


def is_bare_answer(text: str | Said) -> bool:
    """Whether a text is an answer and nothing else: "ja, das passt so"."""
    said = listen(text) if isinstance(text, str) else text
    words = re.sub(r"[^a-z0-9 ]+", " ", said.text)
    if len(words.split()) > LONGEST_ANSWER_WORDS:
        return False
    rest = _FILLERS.sub(" ", _NO.sub(" ", _YES.sub(" ", _NO_FIRST.sub(" ", _YES_FIRST.sub(" ", words)))))
    return not rest.strip()


_SPELLED = re.compile(r"[^0-9]+")
_TIMES = {"doppel": 2}


def figures_said(text: str | Said) -> str | None:
    """The digits of a text that holds nothing but figures, said or keyed: "null drei neun null eins" -> "03901".

    Numbers above nine are written one after the other, as telephone numbers are told: "neununddreißig null eins" -> "3901".
    """
    said = listen(text) if isinstance(text, str) else text
    digits: list[str] = []
    for piece in said.pieces:
        if piece.read.isdigit():
            digits.append(piece.read)
        elif piece.read in ("ein", "eine"):
            digits.append("1")
        elif piece.read not in (
            ".",
            ",",
            "-",
            "/",
            "+",
            "und",
            "nummer",
            "die",
            "taste",
            "ziffer",
            "punkt",
            "bitte",
            "aehm",
            "aeh",
        ):
            return None
    return "".join(digits) or None
