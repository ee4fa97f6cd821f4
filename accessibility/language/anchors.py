"""Which end of the ride a time means: "um 14 Uhr beim Arzt sein" is an arrival, "ab 8" a departure."""

from __future__ import annotations

import re

from accessibility.desk import Anchor

_ARRIVE = re.compile(
    r"\b(?:ankomm\w*|ankunft\w*|anzukommen|komm\w* .{0,30}\ban\b|da ?sein|dort sein|arriv\w*|termin\w*|verabredet|rechtzeitig"
    r"|(?:bin|sind) (?:[^\s,.]+ ){0,6}(?:ein)?bestellt"  # "um elf bin ich bestellt", at the doctor's
    r"|hin muss|zum zug|puenktlich|faengt .{0,30}\ban\b|faehrt (?:der|mein) (?:zug|bus)|(?:mein|der|den) zug"
    r"|(?:zug|bus|praxis|dienst|schule|arbeit|unterricht) (?:geht|faehrt|beginnt|faengt)|be there|get there|appointment"
    r"|(?:muss|muessen|moecht\w*|woll\w*|will|soll\w*|haette|sollte|must|want to|need to|have to) .{0,160}?"
    r"\b(?:sein|be at|be in))\b"
)
_SEIN_LAST = re.compile(r"\b(?:beim|bei|in|im|am|an|zu|zur|auf|da|dort|there) [^.?!]{0,60}?\bsein\b|\bsein$")
_DEPART = re.compile(
    r"\b(?:abfahr\w*|losfahr\w*|los|loszufahren|abhol\w*|abgeholt\w*|abzuholen|hol\w* .{0,30}\bab\b|fahr\w* .{0,30}\bab\b"
    r"|start\w*|wegfahr\w*|(?:muss|will|moechte) weg|depart\w*|leav\w*|pick\w* .{0,20}\bup)\b"
)


def anchor_said(text: str) -> Anchor | None:
    """The end that the words of a folded text name; None where they name neither or both."""
    arrive = _ARRIVE.search(text) is not None or _SEIN_LAST.search(text) is not None
    depart = _DEPART.search(text) is not None
    if arrive == depart:
        return None
    return Anchor.ARRIVE if arrive else Anchor.DEPART
