"""The German words of a series: its days in few words, what holds on each of them, and which days have no ride."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from accessibility.voice.german import (
    MONTHS,
    WEEKDAYS,
    clock_text,
    day_of_moment,
    day_text,
    money_text,
    party_text,
    window_text,
)

Facts = Mapping[str, Any]
MOST_NAMED = 4  # days without a ride that are named one by one


class Words(Protocol):
    """What a series needs of the wording of a day."""

    @property
    def today(self) -> date: ...

    @property
    def zone(self) -> ZoneInfo: ...


def rule_text(weekdays: Sequence[int], every_weeks: int = 1) -> str:
    """ "jeden Dienstag und Freitag", "von Montag bis Freitag", "alle 2 Wochen am Dienstag"."""
    if list(weekdays) == [0, 1, 2, 3, 4] and every_weeks == 1:
        return "von Montag bis Freitag"
    if len(weekdays) == 7 and every_weeks == 1:
        return "jeden Tag"
    names = [WEEKDAYS[day] for day in weekdays]
    named = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]}"
    return f"jeden {named}" if every_weeks == 1 else f"alle {every_weeks} Wochen am {named}"


def ask_until(words: Words, facts: Facts) -> str:
    """How long the series runs."""
    rule = rule_text(facts["weekdays"])
    return f"{rule[0].upper()}{rule[1:]}. Wie lange? Sagen Sie zum Beispiel: bis Weihnachten."


def ask_series(words: Words, facts: Facts) -> str:
    """The whole series, read back; what is said of the times holds on each of its days."""
    series, wish = facts["series"], facts["wish"]
    rule = rule_text(wish["weekdays"], wish["every_weeks"])
    window = window_text(series["pickup_from"], series["pickup_until"], words.zone)
    text = f"{rule[0].upper()}{rule[1:]}, vom {_short(series['first'])} bis {_short(series['last'])}, {_rides(series['count'])}. "
    text += f"Der Bus kommt {'' if series.get('is_even') else 'je nach Tag '}{window} zur Haltestelle {series['pickup_stop']}. "
    text += f"Sie sind spätestens um {clock_text(series['arrive_by'], words.zone)} an der Haltestelle {series['delivery_stop']}. "
    text += _missing(series.get("missing", ()), is_change=bool(wish.get("replaces")))
    text += f"Für {party_text(wish['party'], wish['needs'])}. "
    fare = money_text(series["fare_cents"])
    text += "Die Fahrten sind kostenlos. " if fare == "kostenlos" else f"Preis für alle zusammen: {fare}. "
    return f"{text}{'Soll ich alle so ändern?' if wish.get('replaces') else 'Soll ich alle buchen?'}"


def booked_series(words: Words, facts: Facts) -> str:
    """It is booked: how many rides, and the first of them with its code."""
    day = day_text(day_of_moment(facts["pickup_from"], words.zone), words.today)
    window = window_text(facts["pickup_from"], facts["pickup_until"], words.zone)
    return (
        f"Gebucht: {_rides(facts['count'])}. Die erste: {day}, {window} an der Haltestelle {facts['pickup_stop']}. "
        f"Ihr Buchungscode: {facts['code']}. Stern: noch einmal."
    )


def changed_series(words: Words, facts: Facts) -> str:
    """They have another time: how many, the first of them, and the days that stay."""
    day = day_text(day_of_moment(facts["pickup_from"], words.zone), words.today)
    window = window_text(facts["pickup_from"], facts["pickup_until"], words.zone)
    kept = f"Die alte Zeit bleibt {_on_days(facts['kept'])}. " if facts["kept"] else ""
    return (
        f"Geändert: {_rides(facts['count'])}. Die erste: {day}, {window} an der Haltestelle {facts['pickup_stop']}. {kept}"
        f"Ihr neuer Buchungscode: {facts['code']}. Stern: noch einmal."
    )


def _on_days(days: Sequence[str]) -> str:
    if len(days) > MOST_NAMED:
        return f"an {len(days)} Tagen"
    return f"am {' und am '.join(_short(day) for day in days)}"


def _rides(count: int) -> str:
    return "eine Fahrt" if count == 1 else f"{count} Fahrten"


def _missing(days: Sequence[str], *, is_change: bool) -> str:
    if not days:
        return ""
    if is_change:
        return f"Kein Bus ist frei {_on_days(days)}; dort bleibt die alte Zeit. "
    if len(days) > MOST_NAMED:
        return f"An {len(days)} Tagen ist um diese Zeit kein Bus frei; diese buche ich nicht. "
    return f"Kein Bus ist frei am {' und am '.join(_short(day) for day in days)}; das buche ich nicht. "


def _short(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day}. {MONTHS[day.month - 1]}"
