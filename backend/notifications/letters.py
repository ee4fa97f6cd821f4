"""Gives a message the shape of its way: an SMS of at most two segments, an e-mail, or what is read out on the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accessibility.sms.fitting import within
from backend.districts.selectors import rules_of
from backend.notifications.calendars import calendar_of
from backend.notifications.models import RiderMessage
from backend.notifications.rides import Ride
from backend.notifications.rules import CALL, EMAIL, SMS, Reach, Way
from backend.notifications.sending import Message
from backend.notifications.texts import Facts, Said, phone_words, said
from fixtures.rules import Rules

MOST_SEGMENTS = 2
SENDER_OF = {SMS: "phone", EMAIL: "email", CALL: "call"}


def letter(row: RiderMessage, rides: Sequence[Ride], way: Way, reach: Reach, now: datetime) -> Message:
    """A message as it leaves by one way, in its reader's language. `now` is a moment of the rides' day."""
    rules = rules_of(row.district)
    local = now.astimezone(ZoneInfo(rules.timezone))
    with translation.override(reach.language):
        facts = Facts(row, rides, rules, local, way.channel == SMS, reach.reads_only)
        text = said(facts)
        return Message(
            kind=SENDER_OF[way.channel],
            to=way.to,
            text=_SHAPES[way.channel](text, rules),
            subject=text.subject if way.channel == EMAIL else "",
            headers=_headers(row, way) if way.channel == EMAIL else {},
            key=key_of(row.pk, way.channel),
            language=reach.language,
            attachments=calendar_of([ride.code for ride in rides], now)
            if text.has_calendar and way.channel == EMAIL
            else (),
        )


def key_of(message_id: int, channel: str) -> str:
    """What a sender knows a message by; tried again by the same way, it is the same message."""
    return f"rider-message.{message_id}.{channel}"


def _headers(row: RiderMessage, way: Way) -> dict[str, str]:
    """The same id whenever it is sent: mail programs show an e-mail that came twice once."""
    digest = sha256(f"{settings.SECRET_KEY}:{key_of(row.pk, way.channel)}".encode()).hexdigest()[:32]
    host = urlsplit(settings.PUBLIC_URL).hostname or settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return {"Message-ID": f"<{digest}@{host}>", "Auto-Submitted": "auto-generated"}


def _as_sms(text: Said, rules: Rules) -> str:
    link = (text.link,) if text.link else ()
    first = (_("Rufbus: %(text)s") % {"text": text.needed[0]},) if text.needed else ()
    # The link before what can be had by asking, since a page says all of it.
    return within(
        (*first, *text.needed[1:], *text.more[:1], *link, *text.more[1:]), MOST_SEGMENTS, needed=len(text.needed)
    )


def _as_email(text: Said, rules: Rules) -> str:
    greeting = _("Guten Tag,")
    link = (_("Mehr dazu: %(link)s") % {"link": text.link},) if text.link else ()
    district = _("Rufbus %(district)s") % {"district": rules.name}
    phone = _("Telefon %(phone)s") % {"phone": phone_words(rules.phone)}
    paragraphs = (greeting, "\n".join(text.needed), "\n".join((*text.more, *link)), f"{district}\n{phone}")
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _as_call(text: Said, rules: Rules) -> str:
    """Without links; a code is of no use to who hears it once."""
    greeting = _("Guten Tag. Hier ist der Rufbus.")
    return " ".join((greeting, *text.needed, *text.more))


_SHAPES = {SMS: _as_sms, EMAIL: _as_email, CALL: _as_call}
