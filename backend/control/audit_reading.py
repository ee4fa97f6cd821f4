"""The audit as a person reads it: who did what, when, by which channel, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.bookings.localtime import midnight
from backend.bookings.models import AuditEntry
from backend.bookings.selectors import normalised_code
from backend.districts.models import District

MOST_SHOWN = 300

ACTIONS = {
    "account.erased": _("Konto gelöscht"),
    "barrier.closed": _("Barriere erledigt"),
    "barrier.reported": _("Barriere gemeldet"),
    "booking.cancelled": _("Fahrt abgesagt"),
    "booking.changed": _("Fahrt geändert"),
    "booking.confirmed": _("Fahrt gebucht"),
    "booking.dropped": _("Fahrt aus dem Plan genommen"),
    "booking.instead": _("Andere Zeit angenommen"),
    "booking.rider_agrees": _("Fahrgast ist einverstanden"),
    "booking.settled": _("Fahrt nachgetragen"),
    "booking.taken_back": _("Fahrt: Meldung zurückgenommen"),
    "call.finish": _("Anruf erledigt"),
    "call.take": _("Anruf angenommen"),
    "call.wait": _("Anruf wartet"),
    "caller.looked_up": _("Anrufende Person nachgesehen"),
    "device.locked": _("Gerät gesperrt"),
    "device.paired": _("Gerät angemeldet"),
    "device.pairing_code": _("Code für ein Gerät erstellt"),
    "device.unlocked": _("Gerät entsperrt"),
    "driver.added": _("Fahrpersonal eingetragen"),
    "driver.conflict_settled": _("Meldung aus dem Fahrzeug geklärt"),
    "driver.message": _("Nachricht ins Fahrzeug"),
    "driver.new_code": _("Neuer Kurzcode"),
    "driver.taken_back": _("Meldung aus dem Fahrzeug zurückgenommen"),
    "driver.retired": _("Fahrpersonal ausgetragen"),
    "duty.began": _("Dienst begonnen"),
    "duty.ended": _("Dienst beendet"),
    "handover.done": _("Offener Punkt erledigt"),
    "handover.written": _("Eintrag zur Übergabe"),
    "message.settled": _("Nachricht geklärt"),
    "person.looked_up": _("Person nachgesehen"),
    "plan.room": _("Platz im Plan geschaffen"),
    "receipt.issued": _("Beleg ausgestellt"),
    "return.called": _("Offene Rückfahrt gerufen"),
    "return.dropped": _("Offene Rückfahrt aufgegeben"),
    "return.granted": _("Rückfahrt offen gelassen"),
    "ride.shared": _("Fahrt geteilt"),
    "ride.unshared": _("Teilen beendet"),
    "rider.late": _("Verspätung gemeldet"),
    "roster.changed": _("Flotte oder Schichten geändert"),
    "roster.permit_set_aside": _("Trotz fehlender Fahrerlaubnis eingeteilt"),
    "roster.ride_lost": _("Fahrt verlor ihren Platz"),
    "roster.undone": _("Änderung zurückgenommen"),
    "rule.overridden": _("Regel außer Kraft gesetzt"),
    "series.booked": _("Serie gebucht"),
    "series.cancelled": _("Serie abgesagt"),
    "text.answered": _("Nachricht beantwortet"),
    "text.closed": _("Nachrichten beendet"),
    "text.read": _("Nachrichten gelesen"),
    "trouble.noted": _("Störung zur Kenntnis genommen"),
}
CHANNELS = {
    "web": _("Internetseite"),
    "app": _("Programm"),
    "phone": _("Ansage"),
    "sms": _("SMS"),
    "email": _("E-Mail"),
    "whatsapp": _("WhatsApp"),
    "dispatcher": _("Leitstelle"),
    "phone_desk": _("Telefon der Leitstelle"),
    "partner": _("Partner"),
    "driver": _("Fahrzeug"),
}


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry in words."""

    at: datetime
    actor: str
    channel: str
    action: str
    subject: str
    reason: str
    is_booking: bool


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is looked for; empty parts do not count."""

    day: date | None = None
    actor: str = ""
    subject: str = ""
    with_reason: bool = False


def audit_lines(district: District, wanted: AuditFilter) -> list[AuditLine]:
    """The newest entries that fit."""
    return [_line(row) for row in _rows(district, wanted)[:MOST_SHOWN]]


def actors(district: District, day: date | None) -> list[str]:
    """Who stands in the audit of a day, or of the last days."""
    rows = _rows(district, AuditFilter(day=day))
    return sorted(set(rows.values_list("actor", flat=True)[:5000]))


def _rows(district: District, wanted: AuditFilter) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.filter(district=district)
    if wanted.day:
        local = ZoneInfo(district.timezone)
        rows = rows.filter(at__gte=midnight(wanted.day, local), at__lt=midnight(wanted.day + timedelta(days=1), local))
    if wanted.actor:
        rows = rows.filter(actor=wanted.actor[:150])
    if wanted.subject:
        rows = rows.filter(subject__in={wanted.subject[:60], normalised_code(wanted.subject)})
    if wanted.with_reason:
        rows = rows.exclude(reason="")
    return rows.order_by("-at", "-pk")


def _line(row: AuditEntry) -> AuditLine:
    is_booking = len(row.subject) == 7 and row.subject[3] == "-"
    return AuditLine(
        row.at, row.actor, str(CHANNELS.get(row.channel, row.channel)), str(ACTIONS.get(row.action, row.action)),
        row.subject if is_booking else row.subject[:8], row.reason, is_booking,
    )  # fmt: skip
