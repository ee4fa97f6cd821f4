"""Days, times and people as short German texts, the same for reading and for speaking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
NEAR_DAYS = {0: "heute", 1: "morgen", 2: "übermorgen"}
# After "für".
_PARTY = {
    "adults": ("einen Erwachsenen", "Erwachsene"),
    "children": ("ein Kind", "Kinder"),
    "wheelchairs": ("einen Rollstuhl", "Rollstühle"),
    "walking_frames": ("einen Rollator", "Rollatoren"),
    "prams": ("einen Kinderwagen", "Kinderwagen"),
    "guide_dogs": ("einen Assistenzhund", "Assistenzhunde"),
    "bicycles": ("ein Fahrrad", "Fahrräder"),
    "luggage": ("ein Gepäckstück", "Gepäckstücke"),
    "parcels": ("ein Paket", "Pakete"),
}
NEEDS = {
    "ramp": "mit Rampe",
    "child_seat": "mit Kindersitz",
    "blind": "Hilfe für Blinde",
    "deaf": "Hilfe für Gehörlose",
    "arm": "mit Hilfe beim Einsteigen",
    "slow": "mit mehr Zeit",
}


def clock_text(moment: str, zone: ZoneInfo) -> str:
    """ "8:05 Uhr" of an ISO moment."""
    local = datetime.fromisoformat(moment).astimezone(zone)
    return f"{local.hour}:{local.minute:02d} Uhr"


def window_text(begin: str, end: str, zone: ZoneInfo) -> str:
    """ "zwischen 8:05 und 8:15 Uhr"."""
    return f"zwischen {clock_text(begin, zone).removesuffix(' Uhr')} und {clock_text(end, zone)}"


def day_text(day: date, today: date) -> str:
    """ "morgen, Dienstag, 24. November"."""
    near = NEAR_DAYS.get((day - today).days)
    named = f"{WEEKDAYS[day.weekday()]}, {day.day}. {MONTHS[day.month - 1]}"
    if day.year != today.year and day - today > timedelta(days=60):
        named = f"{named} {day.year}"
    return f"{near}, {named}" if near else named


def day_of_moment(moment: str, zone: ZoneInfo) -> date:
    """The local day of an ISO moment."""
    return datetime.fromisoformat(moment).astimezone(zone).date()


def party_text(party: Mapping[str, Any], needs: Sequence[str]) -> str:
    """ "2 Erwachsene, einen Rollator", as it stands after "für"; one adult alone is "eine Person"."""
    told = {name: int(count) for name, count in party.items() if int(count)}
    parts = []
    if told == {"adults": 1} or not told:
        parts.append("eine Person")
    else:
        parts = [
            one if told[name] == 1 else f"{told[name]} {many}" for name, (one, many) in _PARTY.items() if name in told
        ]
    return ", ".join([*parts, *(NEEDS[need] for need in needs if need in NEEDS)])


def money_text(cents: int) -> str:
    """ "3,50 €"; "kostenlos"."""
    return f"{cents // 100},{cents % 100:02d} €" if cents else "kostenlos"
