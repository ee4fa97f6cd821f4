"""Reads messages: what was told to whom, what waits too long, what a dispatcher has to see to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from backend.bookings.models import Booking, OutboxMessage
from backend.bookings.of_contacts import bookings_of
from backend.districts.models import District
from backend.notifications.models import RiderMessage

OVERDUE_AFTER = timedelta(minutes=1)
MOST_SHOWN = 200
State = RiderMessage.State


def overdue(now: datetime) -> int:
    """Messages that should have left a minute ago, and announcements that nobody has carried out."""
    late = now - OVERDUE_AFTER
    waiting = RiderMessage.objects.filter(state__in=(State.QUEUED, State.SENDING), due_at__lt=late)
    unheard = OutboxMessage.objects.filter(delivered_at__isnull=True, dead=False, next_attempt_at__lt=late)
    return waiting.count() + unheard.count()


def undelivered(district: District) -> QuerySet[RiderMessage]:
    """What reached nobody and no dispatcher has seen to, the newest first."""
    rows = RiderMessage.objects.filter(district=district, state=State.UNDELIVERABLE, settled_at__isnull=True)
    return _whole(rows).order_by("-created_at")


def messages_of(booking: Booking) -> list[RiderMessage]:
    """All messages about a booking, also those that it shares with others of its trip; the newest first."""
    about = Q(booking=booking)
    if booking.trip is not None:
        about |= Q(booking__trip=booking.trip)
    rows = _whole(RiderMessage.objects.filter(about)).order_by("-created_at", "-pk")
    return [row for row in rows if row.booking_id == booking.pk or booking.code in row.also]


def latest(district: District) -> QuerySet[RiderMessage]:
    """The newest messages of a district that had to be said."""
    said = RiderMessage.objects.filter(district=district).exclude(state=State.DROPPED)
    return _whole(said).order_by("-created_at", "-pk")[:MOST_SHOWN]


def messages_to(contacts: Sequence[str]) -> list[dict[str, Any]]:
    """What was told to who has these contacts (Art. 15 DSGVO). Of texts only a dispatcher's own words are kept."""
    of_nobody = RiderMessage.objects.filter(booking__isnull=True).only("pk", "contact")
    to_her = [row.pk for row in of_nobody if {row.contact.get("phone"), row.contact.get("email")} & set(contacts)]
    about = Q(booking__in=bookings_of(contacts)) | Q(pk__in=to_her)
    rows = RiderMessage.objects.filter(about).prefetch_related("ways")
    return [
        {
            "kind": row.kind,
            "about": row.booking.code if row.booking else None,
            "created_at": row.created_at.isoformat(),
            "words": row.context,
            "noted": row.note,
            "state": row.state,
            "ways": [
                {"channel": way.channel, "at": way.began_at.isoformat(), "outcome": way.outcome}
                for way in row.ways.all()
            ],
        }
        for row in rows.select_related("booking").order_by("created_at")
    ]


def _whole(rows: QuerySet[RiderMessage]) -> QuerySet[RiderMessage]:
    return rows.select_related("district", "booking__service_day", "booking__booker").prefetch_related("ways")
