"""Messages to riders as tests see them: what has left, and a postman whose clock a test sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import async_to_sync

from accessibility.desk import Passenger
from backend.bookings.clock import SetClock
from backend.notifications.models import MailboxMessage, RiderMessage
from backend.notifications.postman import Postman
from backend.notifications.relay import Relay
from backend.notifications.sending import CannotSend, Message
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


@dataclass(slots=True)
class Carrier:
    """A carrier of messages that a test steers: what it took, and how it answers the next ones."""

    took: list[Message] = field(default_factory=list)
    answers: list[CannotSend | Exception] = field(default_factory=list)
    reports: bool = False


CARRIER = Carrier()


class CarrierSender:
    """Hands over to `CARRIER`, as the settings name it."""

    @property
    def reports_delivery(self) -> bool:
        return CARRIER.reports

    def send(self, message: Message) -> str:
        if CARRIER.answers:
            raise CARRIER.answers.pop(0)
        CARRIER.took.append(message)
        return f"SM{len(CARRIER.took)}" if CARRIER.reports else ""


class RememberingSender(CarrierSender):
    """The same, and it can say what it took."""

    def taken(self, message: Message) -> bool:
        return any(one.key == message.key for one in CARRIER.took)


def use_carrier(settings: Any, *kinds: str, remembers: bool = False) -> Carrier:
    """Let messages of these kinds leave by a fresh `CARRIER`."""
    CARRIER.__init__()  # type: ignore[misc]  # fresh for each test, under the one name that settings can say
    name = "RememberingSender" if remembers else "CarrierSender"
    senders = dict.fromkeys(kinds or ("phone", "email", "call"), f"{__name__}.{name}")
    settings.MESSAGE_SENDERS = {**settings.MESSAGE_SENDERS, **senders}
    return CARRIER
