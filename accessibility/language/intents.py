"""What somebody wants: book, cancel, change, where, help, human, fetch, repeat, yes, no."""

from __future__ import annotations

import re
from enum import StrEnum

from accessibility.language.answers import Answer, is_bare_answer, understand_answer
from accessibility.language.said import Said


class Intent(StrEnum):
    BOOK = "book"
    CANCEL = "cancel"
    CHANGE = "change"
    WHERE = "where"
    HELP = "help"
    HUMAN = "human"
    FETCH = "fetch"  # an open return is called in: "ich bin fertig"
    REPEAT = "repeat"
    YES = "yes"
    NO = "no"


_NOT = r"(?:nicht|kein\w*|nie)"
_RIDE = r"(?:fahrt(?:en)?|bus|rufbus|buchung|termin|tour|reservierung|bestellung|rueckfahrt)"
# In this order: the first that fits counts. To lose a ride by mishearing is worst, so cancelling needs its own word.
_PATTERNS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (Intent.HUMAN, re.compile(
        r"\b(?:mensch(?:en)?|mitarbeiter(?:in)?|zentrale|leitstelle|operator|berater(?:in)?|sachbearbeiter(?:in)?"
        r"|vermittlung|disponent(?:in)?|kollegin|human"
        r"|(?:mit )?jemand\w* (?:richtig\w* |echt\w* )?(?:sprechen|reden)|(?:richtige[nr]?|echte[nr]?"
        r"|lebende[nr]?) (?:person|frau|mann|mensch)\w*|verbinde[n]? sie mich"
        r"|(?:mit )?(?:ein\w* )?(?:person|frau|mann) (?:sprechen|reden)|real person|agent"
        r"|beschwer(?:en|de)|reklamation|reklamieren"  # what only a person settles: a complaint, something left in the bus
        r"|(?:verloren|liegen ?(?:ge)?lassen|vergessen) .{0,30}\bbus|bus .{0,40}(?:verloren|liegen ?(?:ge)?lassen|vergessen)"
        r"|fundsache\w*|fundbuero)\b")),
    (Intent.REPEAT, re.compile(
        r"\b(?:wiederhol\w*|(?:noch ?mal|nochmals|noch einmal)(?: bitte)?$|wie bitte|was haben sie gesagt"
        r"|(?:noch ?mal|noch einmal) (?:bitte )?(?:den|die|das) (?:\w+ )?(?:buchungs)?"
        r"(?:code|nummer|uhrzeit|zeit|haltestelle)|wie (?:war|ist|lautet|hiess) (?:der|mein) (?:buchungs)?code|(?:nicht"
        r"|schlecht) verstanden|habe? (?:das|sie) nicht (?:ganz )?verstanden"
        r"|bitte noch ?(?:ein)?mal|langsamer|repeat)\b|^(?:bitte|was|hae)\s?\?$")),
    (Intent.CANCEL, re.compile(
        rf"\b(?:storno|stornier\w*|abbestell\w*|absag\w*|abzusagen|cancel\w*|annullier\w*|loesch\w*|(?:sag\w*"
        rf"|bestell\w*) .{{0,40}}\bab\b|faellt (?:leider )?(?:aus|weg)"
        rf"|(?:brauche?|benoetige|nehme|moechte|will|koennen|kann|fahre?) (?:\w+ ){{0,5}}{_NOT}(?: mehr)?"
        rf"(?: (?:mit\w*|fahren|wahrnehmen))?$"
        rf"|(?:brauche|benoetige|brauchen) (?:\w+ ){{0,4}}{_NOT} mehr|{_NOT} mehr (?:mit|fahren)|(?:den"
        rf"|die) {_RIDE} (?:\w+ ){{0,2}}{_NOT} mehr"
        rf"|{_RIDE} (?:\w+ ){{0,3}}(?:abmelden|streichen))\b")),
    (Intent.CHANGE, re.compile(
        rf"\b(?:aender[en]{{0,3}}|umbuch\w*|verschieb\w*|verleg\w*|umaendern|geaendert|aenderung|vorverleg\w*|umzubuchen"
        rf"|zu verschieben|anders?(?:e|er|en)? (?:zeit|tag|uhrzeit|haltestelle)"
        rf"|(?:statt|anstatt|lieber|doch erst|doch schon|eher) .{{0,40}}(?:um|uhr|am|morgen|heute|spaeter|frueher)"
        rf"|(?:an)?statt \d|{_RIDE} .{{0,30}}(?:spaeter|frueher)|(?:spaeter|frueher) (?:fahren|abgeholt|los)"
        rf"|change|reschedule)\b")),
    (Intent.FETCH, re.compile(
        r"\b(?:(?:ich bin|wir sind|bin) (?:\w+ ){0,4}?(?:fertig|so weit|soweit)|(?:dialyse|arzt|termin|behandlung|einkauf)"
        r" (?:ist |bin |jetzt )*(?:fertig|vorbei|zu ende|aus)|(?:kann|koennen"
        r"|koennt) (?:\w+ ){0,3}(?:jetzt|nun) (?:\w+ ){0,2}ab(?:geholt|holen)"
        r"|holen sie mich (?:bitte )?(?:jetzt )?(?:wieder )?ab$"
        r"|jetzt abholen|offene rueckfahrt)\b")),
    (Intent.WHERE, re.compile(
        rf"\b(?:wo (?:ist|bleibt|steckt|steht|faehrt|befindet|seid|sind)|wo\b.{{0,20}}\bbus|wann (?:kommt|ist|faehrt"
        rf"|holt|werde ich|bin ich|trifft)|wie lange|wie weit"
        rf"|(?:kommt|hat) (?:der|mein|unser) {_RIDE} .{{0,20}}(?:noch|bald|verspaetung|gleich)|verspaetung"
        r"|bus (?:(?:ist|kommt|kam|war) )?(?:(?:immer|noch|wieder|schon|hier|gar|einfach) )*(?:nicht|nie)"
        r"(?: (?:da|hier|gekommen))?$"
        rf"|(?:kein|keinen) bus (?:da|hier|gekommen|zu sehen|in sicht)|warte\w* .{{0,20}}auf (?:den|meinen|euren|ihren) {_RIDE}"
        rf"|verspaetet|wie spaet kommt|(?:ist|kommt) (?:der|mein) bus (?:schon|bald)?|where)\b|^wo\b")),
    (Intent.HELP, re.compile(
        r"\b(?:hilfe(?! (?:bei|zum))|help|wie (?:geht|funktioniert|mache ich) (?:das|es|man)|wie geht das"
        r"|was (?:kann|soll|muss) ich (?:sagen|tun|machen|hier)|anleitung|erklaer\w*|weiss nicht (?:wie|was)"
        r"|kenne mich nicht aus)\b")),
)  # fmt: skip
_BOOK = re.compile(
    rf"\b(?:buch\w*|bestell\w*|reservier\w*|fahr(?:e|en)?|mitfahr\w*|brauche?n?|moecht\w*|wuerde|hol\w*|abhol\w*"
    rf"|will|wollen|muss|{_RIDE}|book|ride|go)\b"
)
# "Wann fährt der nächste Bus nach Salzwedel?" asks for a ride, not for the bus that one has booked.
_TIMETABLE = re.compile(
    r"\b(?:wann|wo) (?:faehrt|geht|kommt|gibt es|ist)(?: denn| dann)? (?:der naechste|die naechste|naechster|ein|eine|was"
    r"|etwas|heute|morgen)\b"
)
_NOT_CANCEL = re.compile(
    r"\b(?:nicht|keinesfalls|auf keinen fall) (?:\w+ )?(?:stornier\w*|absag\w*|abbestell\w*|loesch\w*|cancel\w*)"
)


def understand_intent(said: Said, *, has_content: bool) -> tuple[Intent | None, float]:
    """What is wanted, and how certain that is. `has_content`: a place, a time or people were understood too."""
    words = " ".join(re.sub(r"[^a-z0-9? ]+", " ", said.text).split())
    for intent, pattern in _PATTERNS:
        if pattern.search(words):
            if intent is Intent.CANCEL and _NOT_CANCEL.search(words):
                return None, 0.3
            if intent is Intent.WHERE and _TIMETABLE.search(words):
                return Intent.BOOK, 0.8
            return intent, 0.95
    if is_bare_answer(said):
        answer = understand_answer(said)
        if answer is not None:
            return Intent(answer.value), 0.95
    if has_content:
        return Intent.BOOK, 0.9
    if _BOOK.search(words):
        return Intent.BOOK, 0.7
    answer = understand_answer(said)
    if answer is not None:
        return Intent(answer.value), 0.6 if answer is Answer.YES else 0.7
    return None, 0.0
