"""How one message leaves for one person: an e-mail, or an SMS or WhatsApp message by whatever adapter the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from smtplib import SMTPException
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` is "phone" (an SMS to a number in E.164, without a subject), "whatsapp" (the same) or "email".

    `headers` are those of an e-mail that answers another.
    """

    kind: str
    to: str
    text: str
    subject: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class CannotSend(RuntimeError):
    """A message did not leave. Says nothing of its content or receiver.

    `is_final`: trying again is of no use, only another channel is.
    """

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Sender(Protocol):
    """Hands a message over and gives the provider's id of it ("" where there is none), or raises CannotSend.

    Takes no argument when it is made; it reads the settings.
    """

    def send(self, message: Message) -> str: ...


class EmailSender:
    """By Django's mail backend: SMTP in production."""

    def send(self, message: Message) -> str:
        headers = {name: value for name, value in message.headers.items() if value}
        try:
            EmailMessage(message.subject, message.text, to=[message.to], headers=headers).send()
        except (OSError, SMTPException) as error:
            raise CannotSend(type(error).__name__) from None
        return ""


class NoSender:
    """Where nothing is set up to send by."""

    def send(self, message: Message) -> str:
        raise CannotSend(f"no sender for {message.kind} is set up")


def sender_for(kind: str) -> Sender:
    """The sender of the settings for a kind of message."""
    sender: Sender = import_string(settings.MESSAGE_SENDERS[kind])()
    return sender


def send(message: Message) -> str:
    """Send one message now; the provider's id of it, or "". Raises CannotSend."""
    return sender_for(message.kind).send(message)
