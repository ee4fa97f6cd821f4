"""Messages in the words of the control room: what was to be said, to whom, what was tried, how to reach the person now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override

from backend.bookings.clock import SetClock
from backend.bookings.models import Booking
from backend.bookings.selectors import bookings, passenger_of
from backend.districts.selectors import rules_of
from backend.notifications.kinds import Kind
from backend.notifications.models import RiderMessage, SendingAttempt
from backend.notifications.reaching import reach_of_booking, reach_of_person
from backend.notifications.rides import rides_of
from backend.notifications.rules import Reach
from backend.notifications.texts import Facts, said
from backend.operations.dayclock import now_on

State, Outcome = RiderMessage.State, SendingAttempt.Outcome
MOST_WAYS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a dispatcher reads it.

    `phone` is empty where the person wishes no calls: then only writing is left.
    """

    row: RiderMessage
    kind: str
    state: str
    is_bad: bool
    reason: str
    code: str
    name: str
    text: str
    phone: str
    sms_to: str
    email: str
    never_call: bool
    ways: tuple[str, ...]


def line_of(row: RiderMessage, now: datetime) -> Line:
    """A message with everything that its page shows."""
    booking = bookings().filter(pk=row.booking_id).first() if row.booking_id else None
    reach = reach_of_booking(booking) if booking else reach_of_person(row.contact)
    never_call = not reach.may_be_called
    return Line(
        row=row,
        kind=kind_text(Kind(row.kind)),
        state=state_text(row),
        is_bad=row.state == State.UNDELIVERABLE and row.settled_at is None,
        reason=reason_text(row.reason),
        code=booking.code if booking else "",
        name=_name(booking),
        text=_text(row, booking, reach, now),
        phone="" if never_call else reach.phone,
        sms_to=reach.sms_to or (reach.phone if never_call else ""),
        email=reach.email,
        never_call=never_call,
        ways=tuple(_way_text(way, ZoneInfo(row.district.timezone)) for way in list(row.ways.all())[-MOST_WAYS_SHOWN:]),
    )


def _name(booking: Booking | None) -> str:
    """Whom the message is for."""
    if booking is None:
        return ""
    person = passenger_of(booking)
    to_booker = person.booked_by and person.booked_by.gets_messages
    return person.booked_by.name if person.booked_by and to_booker else person.name


def _text(row: RiderMessage, booking: Booking | None, reach: Reach, now: datetime) -> str:
    """What the person should hear, in German, without how to answer an SMS."""
    if booking is None and Kind(row.kind) is not Kind.NOTE:
        return ""
    rules = rules_of(row.district)
    day_now = now_on(booking.service_day, SetClock(now)) if booking else now
    rides = rides_of(booking, row.also) if booking else []
    with override("de"):
        facts = Facts(row, rides, rules, day_now.astimezone(ZoneInfo(rules.timezone)), False, reach.reads_only)
        text = said(facts)
        return " ".join((*text.needed, *text.more))


def kind_text(kind: Kind) -> str:
    """A kind as a heading."""
    texts = {
        Kind.BOOKED: _("Bestätigung"),
        Kind.CHANGED: _("Änderung"),
        Kind.CANCELLED: _("Absage"),
        Kind.SERIES_BOOKED: _("Bestätigung regelmäßiger Fahrten"),
        Kind.BESIDE: _("Zwei Fahrten zur selben Zeit"),
        Kind.SERIES_CHANGED: _("Änderung regelmäßiger Fahrten"),
        Kind.RETURN_GRANTED: _("Offene Rückfahrt"),
        Kind.RETURN_UNSERVED: _("Rückfahrt ohne Bus"),
        Kind.EVENING: _("Erinnerung am Abend"),
        Kind.BEFORE: _("Erinnerung vor der Fahrt"),
        Kind.NEAR: _("Bus ist nah"),
        Kind.THERE: _("Bus ist da"),
        Kind.WINDOW: _("Neue Zeit"),
        Kind.DELAY: _("Verspätung"),
        Kind.BREAKDOWN: _("Bus ausgefallen"),
        Kind.SUSPENDED: _("Fahrt findet nicht statt"),
        Kind.NO_SHOW: _("Nicht angetroffen"),
        Kind.CORRECTION: _("Richtigstellung"),
        Kind.RECEIPT: _("Quittung"),
        Kind.NOTE: _("Nachricht der Leitstelle"),
    }
    return texts[kind]


def state_text(row: RiderMessage) -> str:
    if row.state == State.UNDELIVERABLE and row.settled_at is not None:
        return _("von der Leitstelle erledigt")
    if row.reason == "no_way":
        return _("nicht geschrieben")
    texts = {
        State.QUEUED: _("wartet"),
        State.SENDING: _("wird gesendet"),
        State.SENT: _("gesendet"),
        State.DELIVERED: _("angekommen"),
        State.UNDELIVERABLE: _("nicht angekommen"),
        State.DROPPED: _("nicht mehr nötig"),
    }
    return texts[State(row.state)]


def reason_text(reason: str) -> str:
    """Why a message was not sent."""
    texts = {
        "erased": _("Die Person hat ihre Daten löschen lassen."),
        "not_true": _("Es stimmt nicht mehr."),
        "overtaken": _("Eine neuere Nachricht sagt die Zeit, die gilt."),
        "made_up": _("Als sie hinausgehen sollte, stimmte es nicht mehr."),
        "too_late": _("Die Zeit dafür war vorbei."),
        "no_way": _("Die Person hat dafür keine Handynummer und keine E-Mail-Adresse genannt."),
        "no_way_left": _("Auf keinem Weg war die Person zu erreichen."),
        "taken_back": _("Es wurde zurückgenommen."),
        "cannot_be_made": _("Der Text ließ sich nicht schreiben."),
    }
    return texts.get(reason, "")


def _way_text(way: SendingAttempt, zone: ZoneInfo) -> str:
    channel = {"sms": _("SMS"), "email": _("E-Mail"), "call": _("Anruf")}[way.channel]
    outcome = {
        Outcome.OPEN: _("läuft"),
        Outcome.SENT: _("gesendet"),
        Outcome.DELIVERED: _("angekommen"),
        Outcome.FAILED: _("ging nicht hinaus"),
        Outcome.REFUSED: _("kommt dort nicht an"),
        Outcome.SILENT: _("ohne Rückmeldung"),
    }[Outcome(way.outcome)]
    local = way.began_at.astimezone(zone)
    words = {"time": f"{local.hour}:{local.minute:02d}", "channel": channel, "outcome": outcome}
    return _("%(time)s Uhr, %(channel)s: %(outcome)s") % words
