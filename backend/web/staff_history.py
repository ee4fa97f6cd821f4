"""What was done with a ride, in words: the audit's entries as lines that a dispatcher reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backend.control.audit_reading import ACTIONS
from backend.operations.board_rides import Happened


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, what, by whom, why."""

    at: datetime
    what: str
    who: str
    reason: str
    code: str


def history_lines(history: Iterable[Happened]) -> list[Line]:
    """The entries in their order."""
    return [
        Line(entry.at, action_text(entry.action), who_text(entry.actor, entry.channel), entry.reason, entry.code)
        for entry in history
    ]


def action_text(action: str) -> str:
    """An action of the audit in a few words: those of a ride in one, all others as the audit itself calls them."""
    texts = {
        "booking.confirmed": _("gebucht"),
        "booking.changed": _("geändert"),
        "booking.cancelled": _("abgesagt"),
        "booking.dropped": _("von uns abgesagt"),
        "booking.instead": _("andere Zeit angenommen"),
        "booking.boarded": _("eingestiegen"),
        "booking.completed": _("ausgestiegen"),
        "booking.missed": _("nicht angetroffen"),
        "booking.taken_back": _("Meldung aus dem Fahrzeug zurückgenommen"),
        "booking.moved": _("auf ein anderes Fahrzeug gelegt"),
        "booking.locked": _("an ein Fahrzeug gebunden"),
        "booking.unlocked": _("wieder frei für jedes Fahrzeug"),
        "booking.amended": _("Zusage geändert"),
        "booking.seen": _("angesehen"),
        "booking.rider_agrees": _("Fahrgast weiß von der Buchung"),
        "rider.late": _("Verspätung gemeldet"),
        "return.granted": _("Rückfahrt offen gelassen"),
        "return.called": _("zur Rückfahrt gerufen"),
        "return.dropped": _("auf die Rückfahrt verzichtet"),
        "ride.shared": _("Fahrt geteilt"),
        "ride.unshared": _("Teilen beendet"),
        "receipt.issued": _("Beleg ausgestellt"),
        "rule.overridden": _("Regel ausgesetzt"),
        "conflict.settled": _("Meldung aus dem Fahrzeug geklärt"),
    }
    return texts.get(action) or str(ACTIONS.get(action, action))


def who_text(actor: str, channel: str) -> str:
    """Who did it, by which way. What was given as contact is not repeated here."""
    channels = {
        "web": _("Internet"),
        "app": _("App"),
        "phone": _("Telefon"),
        "sms": _("SMS"),
        "email": _("E-Mail"),
        "whatsapp": _("WhatsApp"),
        "dispatcher": _("Leitstelle"),
        "driver": _("Fahrzeug"),
        "partner": _("Partner"),
        "worker": _("System"),
        "system": _("System"),
    }
    way = channels.get(channel, channel)
    is_person = bool(actor) and not set(actor) & set("@+0123456789 ")
    return f"{actor}, {way}" if is_person and channel == "dispatcher" else way


def state_text(state: str) -> str:
    """The state of a booking in a word."""
    texts = {
        "booked": _("gebucht"),
        "aboard": _("an Bord"),
        "completed": _("gefahren"),
        "cancelled": _("abgesagt"),
        "no_show": _("nicht angetroffen"),
    }
    return texts.get(state, state)
