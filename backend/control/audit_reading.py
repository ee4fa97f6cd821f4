"""The audit as a person reads it: who did what, when, by which channel, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from backend.bookings.localtime import midnight
from backend.bookings.models import AuditEntry
from backend.bookings.selectors import normalised_code
from backend.districts.models import District
from backend.driving.models import Driver

MOST_SHOWN = 300
DRIVER = re.compile(r"driver (\d{1,9})")

ACTIONS = {
    "account.erased": _("Konto gelöscht"),
    "barrier.closed": _("Barriere erledigt"),
    "barrier.reported": _("Barriere gemeldet"),
    "booking.amended": _("Zusage geändert"),
    "booking.boarded": _("Fahrgast eingestiegen"),
    "booking.cancelled": _("Fahrt abgesagt"),
    "booking.changed": _("Fahrt geändert"),
    "booking.completed": _("Fahrgast ausgestiegen"),
    "booking.confirmed": _("Fahrt gebucht"),
    "booking.dropped": _("Fahrt aus dem Plan genommen"),
    "booking.instead": _("Andere Zeit angenommen"),
    "booking.locked": _("Fahrt auf ihrem Fahrzeug festgelegt"),
    "booking.missed": _("Fahrgast nicht angetroffen"),
    "booking.moved": _("Fahrt auf ein anderes Fahrzeug gelegt"),
    "booking.rider_agrees": _("Fahrgast ist einverstanden"),
    "booking.settled": _("Fahrt nachgetragen"),
    "booking.taken_back": _("Fahrt: Meldung zurückgenommen"),
    "booking.unlocked": _("Fahrt wieder für jedes Fahrzeug frei"),
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
    "booking.again": _("Ausgefallene Fahrt neu gebucht"),
    "driver.retired": _("Fahrpersonal ausgetragen"),
    "duty.began": _("Dienst begonnen"),
    "duty.despite_papers": _("Trotz fehlender Papiere angemeldet"),
    "duty.ended": _("Dienst beendet"),
    "handover.done": _("Offener Punkt erledigt"),
    "handover.written": _("Eintrag zur Übergabe"),
    "intervention.breakdown": _("Eingriff: Fahrzeug ausgefallen"),
    "intervention.keep": _("Eingriff: Fahrt festgelegt oder freigegeben"),
    "intervention.move": _("Eingriff: Fahrt auf ein anderes Fahrzeug"),
    "intervention.road": _("Eingriff: Straße gesperrt"),
    "intervention.shift": _("Eingriff: Schicht geändert"),
    "intervention.suspend": _("Eingriff: Betrieb eingestellt"),
    "intervention.swap": _("Eingriff: Fahrzeuge getauscht"),
    "intervention.taxi": _("Eingriff: Taxi eingesetzt"),
    "intervention.undo": _("Eingriff zurückgenommen"),
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
    "staff.change": _("Rechte von Mitarbeitenden geändert"),
    "roster.changed": _("Flotte oder Schichten geändert"),
    "roster.permit_set_aside": _("Trotz fehlender Fahrerlaubnis eingeteilt"),
    "roster.ride_lost": _("Fahrt verlor ihren Platz"),
    "roster.undone": _("Änderung zurückgenommen"),
    "rule.overridden": _("Regel außer Kraft gesetzt"),
    "series.booked": _("Serie gebucht"),
    "series.cancelled": _("Serie abgesagt"),
    "series.changed": _("Serie geändert"),
    "text.answered": _("Nachricht beantwortet"),
    "text.closed": _("Nachrichten beendet"),
    "text.read": _("Nachrichten gelesen"),
    "trouble.noted": _("Störung zur Kenntnis genommen"),
}
ACTORS = {"rider": _("Fahrgast"), "desk": _("Rufbus"), "line": _("Ansage")}
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
    actor: str  # as people call them
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
    rows = list(_rows(district, wanted)[:MOST_SHOWN])
    names = actor_names(district, {row.actor for row in rows})
    return [_line(row, names) for row in rows]


def audit_count(district: District, wanted: AuditFilter) -> int:
    """How many entries fit, also those that are not among the newest."""
    return _rows(district, wanted).count()


def actors(district: District, day: date | None) -> list[tuple[str, str]]:
    """Who stands in the audit of a day, or of the last days: as it is kept, and as people say."""
    rows = _rows(district, AuditFilter(day=day))
    found = set(rows.values_list("actor", flat=True)[:5000])
    return sorted(actor_names(district, found).items(), key=lambda pair: (pair[1].casefold(), pair[0]))


def actor_names(district: District, actors: Iterable[str]) -> dict[str, str]:
    """How people call whom the audit keeps in few letters: a driver by number, riders without a name."""
    numbers = {actor: int(match[1]) for actor in actors if (match := DRIVER.fullmatch(actor))}
    drivers = dict(Driver.objects.filter(district=district, pk__in=numbers.values()).values_list("pk", "name"))
    names = {}
    for actor in actors:
        if actor in numbers:
            names[actor] = drivers.get(numbers[actor]) or str(_("ehemaliger Fahrer"))
        elif actor.startswith("device "):
            names[actor] = str(_("Gerät %(name)s")) % {"name": actor.removeprefix("device ")}
        else:
            names[actor] = str(ACTORS.get(actor, actor))
    return names


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


def _line(row: AuditEntry, names: Mapping[str, str]) -> AuditLine:
    is_booking = len(row.subject) == 7 and row.subject[3] == "-"
    return AuditLine(
        row.at, names[row.actor], str(CHANNELS.get(row.channel, row.channel)), str(ACTIONS.get(row.action, row.action)),
        row.subject if is_booking else row.subject[:8], row.reason, is_booking,
    )  # fmt: skip
