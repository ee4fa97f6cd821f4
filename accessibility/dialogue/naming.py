"""What somebody answers who was asked for a name: a name, that it is nobody's business, or something else altogether."""

from __future__ import annotations

import re
from dataclasses import replace

from accessibility.dialogue import gathering, offering
from accessibility.dialogue.commands import gives_up, tells_emergency
from accessibility.dialogue.turn import Turn
from accessibility.language.answers import figures_said, is_bare_answer
from accessibility.language.intents import Intent
from accessibility.language.said import fold

_LONGEST_NAME = 60
_NO_NAMES = (Intent.HUMAN, Intent.REPEAT, Intent.HELP, Intent.CANCEL, Intent.CHANGE, Intent.WHERE, Intent.FETCH)
_NEED_SAID = re.compile(
    r"\b(?:roll ?stuhl\w*|rollator\w*|(?:fuehr|blinden|assistenz)hund\w*|kinderwagen|gehwagen|fahrrad"
    r"|ich bin (?:\w+ )?(?:blind|taub|gehoerlos|schwerhoerig|sehbehindert)|ich (?:sehe|hoere) (?:\w+ )?(?:schlecht|nichts)"
    r"|zu fuss|brauche?|benoetige|ich (?:habe|kann|moechte|will|muss))\b"
)
_NO_NAME = re.compile(
    r"\b(?:(?:sag|sage|verrate|nenne|gebe?) (?:ich )?(?:\w+ )?(?:nicht|keinen)|kein(?:en)? namen?|ohne namen?|anonym\w*"
    r"|(?:no|without) name"
    r"|(?:moechte|will) (?:ich )?(?:\w+ ){0,2}nicht (?:sagen|nennen|angeben))\b"
)
_ASKS_BACK = re.compile(
    r"^(?:aber |und |na |hm )?(?:warum|wieso|weshalb|wozu|wofuer|muss ich|muessen sie|brauchen sie|geht (?:es|das) (?:auch )?ohne"
    r"|was (?:geht|wollen)|wer (?:will|bekommt))\b"
)
_PEOPLE_SAID = re.compile(
    r"^(?:(?:nur|bloss|na|ich fahre|ich bin|wir sind|wir fahren|fuer|also) )*"
    r"(?:ich|mich|alleine?|(?:ein\w*|\d+|zwei|zwo|drei|vier|fuenf) (?:person\w*|pers|leute|erwachsene\w*|kind\w*).*"
    r"|zu (?:zweit|dritt|viert|fuenft))(?: alleine?| bitte)*$"
)
_NAME_WORDS = re.compile(
    r"^(?:(?:guten (?:tag|morgen|abend)|hallo|ja|also|äh+m?|das ist|hier ist|hier spricht"
    r"|ich heiße|ich heisse|ich bin|mein name ist"
    r"|der name ist|name ist|für|auf den namen|name)[\s,:]+)+",
    re.IGNORECASE,
)


def take_name(turn: Turn, text: str) -> bool:
    """Whether the words were an answer; if so, it is taken."""
    if tells_emergency(text):
        return False
    if _NO_NAME.search(fold(text)):
        offering.go_without(turn)
        return True
    if _ASKS_BACK.search(fold(text)):
        turn.say("name_not_needed")
        offering.ask_name(turn)
        return True
    if figures_said(text) is not None:
        return False
    if gives_up(text):
        turn.say("nothing_booked")
        offering.ask_more(turn)
        return True
    heard = turn.listen(text)
    if heard.when.names_time and heard.when.readings:  # "lieber um zehn" is no name
        gathering.take_in(turn, heard)
        gathering.go_on(turn)
        return True
    if _NEED_SAID.search(fold(text)):  # "ich bin blind und habe einen Führhund" is none either
        if not gathering.take_in(turn, replace(heard, origin=None, destination=None)):
            return False
        gathering.go_on(turn)
        return True
    if heard.people.is_said and _PEOPLE_SAID.search(fold(text).strip(" .!")):  # "allein", "zu zweit": how many, not who
        gathering.take_in(turn, replace(heard, origin=None, destination=None))
        gathering.go_on(turn)
        return True
    if heard.intent in _NO_NAMES or is_bare_answer(text):
        return False
    name = " ".join(_NAME_WORDS.sub("", text.strip()).split())[:_LONGEST_NAME].strip(" .,!?")
    name = "".join(letter for letter in name if letter.isprintable())
    if sum(letter.isalpha() for letter in name) < 2 or sum(letter.isdigit() for letter in name) > 2:
        return False
    turn.put(name=name)
    offering.ask_offer(turn)
    return True
