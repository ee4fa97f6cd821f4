"""What is wrong with a planned shift, or with the days of one driver (§ 5 ArbZG: eleven hours between two), for who plans.

The figures of §§ 3 and 4 are those of `fixtures.working_time`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from backend.bookings.localtime import clock_text, day_text
from fixtures.working_time import (
    HOUR_S,
    LONGEST_STRETCH_S,
    MOST_WORK_S,
    SHORTEST_BREAK_S,
    Breaks,
    longest_stretch,
    needed_rest,
    rest_of,
    work_of,
)

REST_BETWEEN_DAYS = timedelta(hours=11)
LATEST_END_S = 30 * HOUR_S


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a shift, and at which question of the form."""

    field_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift that one driver drives on one day."""

    day: date
    shift: str
    begins: datetime
    ends: datetime
    work_s: int


def shift_faults(start_s: int, end_s: int, breaks: Breaks) -> Iterator[Fault]:
    """What the law, or the clock, has against a shift. `breaks`: (begins earliest, begins latest, lasts)."""
    breaks = sorted(breaks)
    if end_s <= start_s:
        yield Fault("end", _("Das Ende liegt vor dem Beginn. Nach Mitternacht zählen Sie weiter: 25:00 ist 1 Uhr."))
        return
    if end_s > LATEST_END_S:
        yield Fault("end", _("Ein Dienst endet spätestens um 30:00, das ist 6 Uhr am nächsten Morgen."))
    for earliest_s, latest_s, duration_s in breaks:
        if not start_s <= earliest_s <= latest_s or latest_s + duration_s > end_s:
            yield Fault("breaks", _("Eine Pause liegt nicht im Dienst. Prüfen Sie ihre Zeiten."))
            return
        if duration_s < SHORTEST_BREAK_S:
            yield Fault("breaks", _("Eine Pause dauert mindestens 15 Minuten, sonst zählt sie nicht."))
    if any(one[1] + one[2] > other[0] for one, other in pairwise(breaks)):
        yield Fault("breaks", _("Zwei Pausen können sich überschneiden. Lassen Sie Zeit dazwischen."))
    work_s, rest_s = work_of(start_s, end_s, breaks), rest_of(breaks)
    if work_s > MOST_WORK_S:
        yield Fault(
            "end", _("Das sind %(hours)s Arbeit. Erlaubt sind 10 Stunden am Tag.") % {"hours": hours_text(work_s)}
        )
    needed_s = needed_rest(work_s)
    if rest_s < needed_s:
        text = _("Bei %(hours)s Arbeit braucht es %(minutes)d Minuten Pause. Geplant sind %(planned)d.")
        words = {"hours": hours_text(work_s), "minutes": needed_s // 60, "planned": rest_s // 60}
        yield Fault("breaks", text % words)
    elif longest_stretch(start_s, end_s, breaks) > LONGEST_STRETCH_S:
        yield Fault("breaks", _("Zwischen zwei Pausen können mehr als 6 Stunden Arbeit liegen. Verschieben Sie eine."))


def duty_faults(duties: Iterable[Duty]) -> Iterator[str]:
    """What the law has against the duties of one driver."""
    days: dict[date, list[Duty]] = defaultdict(list)
    for duty in sorted(duties, key=lambda duty: duty.begins):
        days[duty.day].append(duty)
    for day, of_day in sorted(days.items()):
        for one, other in pairwise(of_day):
            if one.ends > other.begins:
                words = {"day": day_text(day), "one": one.shift, "other": other.shift}
                yield _("%(day)s: Die Dienste %(one)s und %(other)s überschneiden sich.") % words
        work_s = sum(duty.work_s for duty in of_day)
        if work_s > MOST_WORK_S:
            words = {"day": day_text(day), "hours": hours_text(work_s)}
            yield _("%(day)s: zusammen %(hours)s Arbeit. Erlaubt sind 10 Stunden.") % words
    for before, after in pairwise(of_day for _day, of_day in sorted(days.items())):
        ends, begins = max(duty.ends for duty in before), after[0].begins
        if begins - ends < REST_BETWEEN_DAYS:
            words = {"day": day_text(after[0].day), "end": clock_text(ends), "begin": clock_text(begins)}
            yield _("%(day)s: Zwischen %(end)s und %(begin)s liegen keine 11 Stunden Ruhe.") % words


def hours_text(seconds: int) -> str:
    """ "9 Stunden 15 Minuten"."""
    hours, minutes = divmod(seconds // 60, 60)
    if minutes == 0:
        return _("%(hours)d Stunden") % {"hours": hours}
    return _("%(hours)d Stunden %(minutes)d Minuten") % {"hours": hours, "minutes": minutes}
