"""What a driver's report needs to say, and which reports cannot be true. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

OLDEST = timedelta(hours=36)  # a shift's whole report may come when the network is back
LONGEST_DELAY_MIN = 240
LONGEST_TEXT = 200
MOST_CENTS = 100_000
NEEDS_BOOKING = frozenset({"boarded", "no_show", "alighted"})
NEEDS_STOP = frozenset({"arrived"})
# What a driver may take back. Not a call for help, nor a party that was booked and has paid: a person sees to these.
UNDOABLE = frozenset(
    {
        "shift_begin", "arrived", "boarded", "no_show", "alighted", "left", "break_begin", "break_end", "fuel", "delay",
        "answer", "shift_end",
    }
)  # fmt: skip
HARMLESS = frozenset({"fuel", "help", "answer", "take_back"})  # nothing that comes later depends on these
FRESH = timedelta(minutes=2)  # what is older when it comes is taken back by the control room

# Why a report was not simply taken, in words for driver and dispatcher.
REASONS = {
    "was_cancelled": _("Die Fahrt war storniert. Sie wird trotzdem gezählt."),
    "was_no_show": _("Die Fahrt war als „nicht da“ gemeldet. Sie wird jetzt gezählt."),
    "moved_to_another": _("Die Fahrt gehört jetzt zu einem anderen Bus."),
    "not_there_elsewhere": _("Die Fahrt gehört jetzt zu einem anderen Bus. „Nicht da“ gilt dort nicht."),
    "never_boarded": _("Eingestiegen war nicht gemeldet. Die Fahrt wird trotzdem gezählt."),
    "aboard_another": _("Nach unserer Meldung sitzt der Fahrgast in einem anderen Bus."),
    "other_stop": _("Ausgestiegen an einer anderen Haltestelle als gebucht."),
    "too_early": _("Die Wartezeit an der Haltestelle war noch nicht vorbei."),
    "not_arrived": _("Der Bus war noch nicht als angekommen gemeldet."),
    "is_aboard": _("Der Fahrgast ist schon als eingestiegen gemeldet."),
    "left_before_arrived": _("Abgefahren, ohne angekommen zu sein."),
    "riders_waiting": _("Abgefahren, ohne dass alle eingestiegen oder als „nicht da“ gemeldet sind."),
    "duty_over": _("Der Dienst war da schon zu Ende."),
    "rides_left": _("Es sind noch Fahrten offen."),
    "riders_aboard": _("Es sitzen noch Fahrgäste im Bus."),
    "already_aboard": _("Das war schon gemeldet."),
    "already_left": _("Das war schon gemeldet."),
    "device_locked": _("Das Gerät war gesperrt, als die Meldung kam. Sie gilt nur, wenn die Leitstelle sie einträgt."),
    "already_completed": _("Die Fahrt war schon als beendet gemeldet."),
    "unknown_booking": _("Diese Buchung gibt es an diesem Tag nicht."),
    "unknown_stop": _("Diese Haltestelle gibt es nicht."),
    "unknown_message": _("Diese Nachricht gibt es nicht."),
    "invalid": _("Die Meldung ist unvollständig."),
    "too_old": _("Die Meldung ist zu alt."),
    "id_taken": _("Eine andere Meldung hat schon diese Nummer."),
    "taken_back": _("Das Fahrpersonal hat es zurückgenommen."),
    "something_followed": _("Seitdem ist etwas geschehen, das darauf beruht."),
    "too_late_to_take_back": _("Die Meldung ist zu alt, um sie hier zurückzunehmen."),
    "cannot_take_back": _("Eine solche Meldung nimmt nur die Leitstelle zurück."),
    "unknown_event": _("Diese Meldung gibt es nicht."),
    "no_walk_up": _("Hier kann man ohne Buchung nicht mitfahren."),
    "no_room": _("Für diese Fahrt ist kein Platz frei."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A report as a device sends it. `at` is what its clock showed."""

    id: UUID
    kind: str
    at: datetime
    booking: str = ""
    stop: str = ""
    lat: float | None = None
    lon: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def in_order(sent: list[Sent]) -> list[Sent]:
    """By the device's clock; what has one time stays in the order in which it was sent."""
    return sorted(sent, key=lambda event: event.at)


def fault_of(event: Sent) -> str:
    """What a report lacks to mean anything; "" if nothing."""
    if event.kind in NEEDS_BOOKING and not event.booking:
        return "invalid"
    if event.kind in NEEDS_STOP and not event.stop:
        return "invalid"
    return "" if _detail_is_right(event.kind, event.detail) else "invalid"


def _detail_is_right(kind: str, detail: Mapping[str, Any]) -> bool:
    if kind == "boarded":
        return "cash_cents" not in detail or _is_count(detail["cash_cents"], 0, MOST_CENTS)
    if kind == "delay":
        return _is_count(detail.get("minutes"), 1, LONGEST_DELAY_MIN)
    if kind == "help":
        return _is_text(detail.get("what"))
    if kind == "answer":
        return _is_text(detail.get("message")) and _is_text(detail.get("choice"))
    if kind == "take_back":
        return _is_uuid(detail.get("event"))
    if kind == "walk_up":
        return _is_text(detail.get("destination")) and isinstance(detail.get("party"), dict)
    return True


def _is_count(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def slips(sent: Iterable[Sent]) -> dict[UUID, UUID]:
    """Reports that were taken back before they came, and what takes them back: id -> id."""
    events = list(sent)
    kind_of = {event.id: event.kind for event in events}
    named = {
        UUID(event.detail["event"]): event.id for event in events if event.kind == "take_back" and not fault_of(event)
    }
    return {slip: by for slip, by in named.items() if kind_of.get(slip) in UNDOABLE}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT and value.isprintable()


def waited_long_enough(arrived_at: datetime | None, pickup_from: datetime, at: datetime, wait: timedelta) -> str:
    """Why "not there" may not be said yet; "" if it may: the wait runs from the window's start or from the arrival."""
    if arrived_at is None:
        return "not_arrived"
    return "" if at >= max(arrived_at, pickup_from) + wait else "too_early"
