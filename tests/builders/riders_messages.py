"""Messages to riders as tests see them: what has left, and a postman whose clock a test sets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import async_to_sync

from accessibility.desk import Passenger
from backend.bookings.clock import SetClock
from backend.notifications.models import MailboxMessage, RiderMessage
from backend.notifications.postman import Postman
from backend.notifications.relay import Relay
from tests.builders.district import a_passenger

MOBILE = "+491713920001"
ADDRESS = "testfahrgast@example.org"


def mobile_rider(number: int = 1, email: str = "") -> Passenger:
    """Somebody whose number takes an SMS."""
    return a_passenger("Testfahrgast 1", f"0171 3920{number:03d}", email)


def hear_all(now: datetime) -> None:
    """Carry the whole outbox out, at this moment."""
    relay = Relay(SetClock(now))
    while async_to_sync(relay.deliver_due)():
        pass


def post(now: datetime, *, after: timedelta = timedelta(seconds=5)) -> int:
    """Carry the outbox out and let the postman work, once what is held has come together."""
    hear_all(now)
    return Postman(SetClock(now + after)).deliver_due()


def left() -> list[tuple[str, str, str]]:
    """What has left: kind, receiver, text; the oldest first."""
    return [(row.kind, row.to, row.text) for row in MailboxMessage.objects.order_by("pk")]


def states(**chosen: Any) -> list[tuple[str, str]]:
    """Kinds and states of the messages, the oldest first."""
    return list(RiderMessage.objects.filter(**chosen).order_by("pk").values_list("kind", "state"))
