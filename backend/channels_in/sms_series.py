"""The words of a series in a short message: its rule, what holds on each of its days, the days without a bus, one price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accessibility.dialogue.state import SeriesHeard

Facts = Mapping[str, Any]
MOST_NAMED = 4  # days without a bus that are named one by one


class Words(Protocol):
    """What a series needs of the wording of a day."""

    def day(self, moment: datetime | date) -> str: ...

    def clock(self, moment: datetime) -> str: ...

    def window(self, earliest: datetime, latest: datetime) -> str: ...


def rule_text(weekdays: Sequence[int], every_weeks: int = 1) -> str:
    """ "jeden Di", "jeden Di, Fr", "Mo bis Fr", "täglich", "alle 2 Wochen Di"."""
    if every_weeks == 1 and list(weekdays) == [0, 1, 2, 3, 4]:
        return pgettext("SMS", "Mo bis Fr")
    if every_weeks == 1 and len(weekdays) == 7:
        return pgettext("SMS", "täglich")
    names = (_("Mo"), _("Di"), _("Mi"), _("Do"), _("Fr"), _("Sa"), _("So"))
    days = ", ".join(names[day] for day in weekdays)
    if every_weeks == 1:
        return pgettext("SMS", "jeden %(days)s") % {"days": days}
    return pgettext("SMS", "alle %(weeks)d Wochen %(days)s") % {"weeks": every_weeks, "days": days}


def ask_until(words: Words, facts: Facts) -> str:
    """How long it runs."""
    rule = rule_text(facts["weekdays"])
    return _("%(rule)s: Bis wann? Zum Beispiel: bis Weihnachten, oder: 4 Wochen.") % {"rule": capfirst(rule)}


def offer_text(
    words: Words,
    series: SeriesHeard,
    weekdays: Sequence[int],
    every_weeks: int,
    people: str,
    fare: str,
    *,
    is_change: bool = False,
) -> str:
    """The whole series, read back: what is said of the times holds on each of its days."""
    values = {
        "rule": capfirst(rule_text(weekdays, every_weeks)),
        "first": _short(series.first),
        "last": _short(series.last),
        "rides": _rides(series.count),
        "window": words.window(series.pickup_from, series.pickup_until),
        "stop": series.pickup_stop,
        "goal": series.delivery_stop,
        "time": words.clock(series.arrive_by),
        "people": people,
        "fare": fare,
    }
    text = pgettext(
        "SMS",
        "%(rule)s, %(first)s-%(last)s, %(rides)s: %(window)s ab %(stop)s, an %(goal)s bis %(time)s Uhr, %(people)s, "
        "zusammen %(fare)s.",
    )
    return f"{text % values} {_kept(series.missing) if is_change else _missing(series.missing)}".strip()


def booked_text(words: Words, facts: Facts) -> str:
    """It is booked: the first ride, the last day, and the one code that opens all of them."""
    start, end = datetime.fromisoformat(facts["pickup_from"]), datetime.fromisoformat(facts["pickup_until"])
    text = _(
        "Gebucht: %(rides)s, %(rule)s. Die erste: %(day)s %(window)s ab %(stop)s. Die letzte: %(last)s Code für alle: %(code)s. "
        "Einen Tag absagen: %(other)s NICHT. Alle absagen: STORNO SERIE."
    )
    return text % {
        "rides": _rides(facts["count"]), "rule": rule_text(facts["weekdays"], facts["every_weeks"]), "day": words.day(start),
        "window": words.window(start, end), "stop": facts["pickup_stop"], "last": _short(facts["last"]),
        "code": facts["code"], "other": _as_one_writes(facts["other"]),
    }  # fmt: skip


def changed_text(words: Words, facts: Facts) -> str:
    """They have another time: the first ride, the last day, the one code that opens all of them, and the days that stay."""
    start, end = datetime.fromisoformat(facts["pickup_from"]), datetime.fromisoformat(facts["pickup_until"])
    text = _(
        "Geändert: %(rides)s. Die erste: %(day)s %(window)s ab %(stop)s. Die letzte: %(last)s Neuer Code für alle: %(code)s."
    ) % {
        "rides": _rides(facts["count"]), "day": words.day(start), "window": words.window(start, end),
        "stop": facts["pickup_stop"], "last": _short(facts["last"]), "code": facts["code"],
    }  # fmt: skip
    return f"{text} {_kept(facts['kept'])}".strip()


def left_text(words: Words, ride: Facts) -> str:
    """What is left of a series: "5 Fahrten Di 24.11. bis Di 22.12. 9:00 Klötze, Rathaus - Gardelegen, Krankenhaus"."""
    start, last = datetime.fromisoformat(ride["pickup_from"]), datetime.fromisoformat(ride["last"])
    values = {
        "rides": _rides(ride["count"]), "first": words.day(start), "last": words.day(last), "time": words.clock(start),
        "stop": ride["pickup_stop"], "goal": ride["delivery_stop"],
    }  # fmt: skip
    return pgettext("SMS", "%(rides)s %(first)s bis %(last)s %(time)s %(stop)s - %(goal)s") % values


def _rides(count: int) -> str:
    return ngettext("%(count)d Fahrt", "%(count)d Fahrten", count) % {"count": count}


def _missing(days: Sequence[str]) -> str:
    if not days:
        return ""
    if len(days) > MOST_NAMED:
        return _("An %(count)d Tagen ist kein Bus frei. Diese Tage sind nicht dabei.") % {"count": len(days)}
    return _("Kein Bus ist frei am: %(days)s") % {"days": ", ".join(_short(day) for day in days)}


def _kept(days: Sequence[str]) -> str:
    if not days:
        return ""
    if len(days) > MOST_NAMED:
        return _("An %(count)d Tagen bleibt die alte Zeit.") % {"count": len(days)}
    return _("Die alte Zeit bleibt am: %(days)s") % {"days": ", ".join(_short(day) for day in days)}


def _short(iso: str) -> str:
    day = date.fromisoformat(iso[:10])
    return pgettext("SMS", "%(day)s.%(month)s.") % {"day": day.day, "month": day.month}


def _as_one_writes(iso: str) -> str:
    """A day as it is understood when it comes back, in every language."""
    day = date.fromisoformat(iso[:10])
    return f"{day.day}.{day.month}."
