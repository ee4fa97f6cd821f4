"""From what a person typed into the time field to a moment: certain, to be asked, or not understood.

Words count as much as figures: "halb neun", "morgen 8 Uhr", "um 14 Uhr beim Arzt sein". The library that hears them
(`accessibility/language/times.py`) never guesses; what it leaves open is asked back as radio buttons, like places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Anchor
from accessibility.language.times import Precision, Reading, TimeSaid, understand_time
from backend.web import display

_FIGURES = re.compile(r"(\d{1,2})(?:[:.\s]?(\d{2}))?(?::\d{2})?(?:\s*uhr)?", re.IGNORECASE | re.ASCII)
LEAST_SHARE = 0.1  # a reading less likely than this is not worth a line


@dataclass(frozen=True, slots=True)
class Option:
    """One meaning as a radio button."""

    value: str  # ISO, local
    label: str
    remark: str


@dataclass(frozen=True, slots=True)
class When:
    """`moment` once it is known; else `problem`, and what may be meant. `is_spoken`: more than the figures of a clock."""

    moment: datetime | None = None
    anchor: Anchor | None = None
    is_spoken: bool = False
    names_day: bool = False
    problem: str = ""
    options: tuple[Option, ...] = ()


def read_when(text: str, chosen: str, day: date | None, now: datetime, zone: ZoneInfo) -> When:
    """What a typed time means on the chosen day, or on the day that it names itself.

    `chosen` is the radio button that was pressed, if any; it counts only while it is among the meanings of the text.
    """
    said = understand_time(text, now, zone, day=day, is_day_settled=False)
    today = now.astimezone(zone).date()
    options = tuple(_option(reading, today) for reading in _worth_asking(said))
    for reading in said.readings:
        if chosen == reading.moment.isoformat():
            return When(reading.moment, reading.anchor, True, said.names_day, options=options)
    if said.is_sure and said.best is not None and said.names_time:
        moment = said.best.moment
        return When(moment, said.best.anchor, not _is_as_written(text, moment, day), said.names_day)
    if said.names_time and options:
        return When(problem=_question(text, said), options=options)
    return When(problem=_complaint(said))


def _worth_asking(said: TimeSaid) -> list[Reading]:
    """The meanings to choose from, in the order of the clock; none if there is nothing to choose."""
    if said.is_sure and said.names_time:
        return []
    likely = [
        reading for reading in said.readings if reading.share >= LEAST_SHARE and reading.precision is not Precision.DAY
    ]
    return sorted(likely, key=lambda reading: reading.moment.timestamp())


def _is_as_written(text: str, moment: datetime, day: date | None) -> bool:
    """Whether the moment is nothing but the figures, on the chosen day: then there is nothing to tell."""
    match = _FIGURES.fullmatch(text.strip())
    return (
        match is not None
        and (moment.hour, moment.minute) == (int(match[1]), int(match[2] or 0))
        and moment.date() == day
    )


def _option(reading: Reading, today: date) -> Option:
    moment = reading.moment
    day = display.day_choice_text(moment.date(), today)
    label = _("%(day)s, %(time)s") % {"day": day, "time": display.clock_text(moment)}
    return Option(moment.isoformat(), label, _remark(moment))


def _remark(moment: datetime) -> str:
    """The half of the day in a word, for whoever does not count to 24."""
    if moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset():
        return _("nach der Zeitumstellung") if moment.fold else _("vor der Zeitumstellung")
    for end, word in (
        (5, _("nachts")),
        (11, _("morgens")),
        (14, _("mittags")),
        (18, _("nachmittags")),
        (22, _("abends")),
    ):
        if moment.hour < end:
            return word
    return _("nachts")


def _question(text: str, said: TimeSaid) -> str:
    if said.problem == "past":
        return _("Diese Zeit ist vorbei. Bitte wählen Sie eine neue Zeit.")
    return _("Welche Zeit meinen Sie mit „%(text)s“? Bitte wählen Sie eine aus.") % {"text": text.strip()[:60]}


def _complaint(said: TimeSaid) -> str:
    if said.problem == "no_such_date":
        return _("Diesen Tag gibt es im Kalender nicht. Bitte prüfen Sie das Datum.")
    if said.problem == "past":
        return _("Dieser Tag ist vorbei. Bitte nennen Sie einen anderen Tag.")
    if said.names_day:
        return _("Es fehlt die Uhrzeit. Schreiben Sie zum Beispiel: morgen 8 Uhr.")
    return _("Diese Uhrzeit verstehen wir nicht. Schreiben Sie zum Beispiel: 8:05, halb neun oder morgen 8 Uhr.")
