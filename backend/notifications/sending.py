"""How one message leaves for one person: an e-mail, or an SMS through whatever adapter the settings name."""

from __future__ import annotations

from dataclasses import dataclass
from smtplib import SMTPException
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` is "phone" (an SMS to a number in E.164, without a subject) or "email"."""

    kind: str
    to: str
    text: str
    subject: str = ""


class CannotSend(RuntimeError):
    """A message did not leave. Says nothing of its content or receiver."""


class Sender(Protocol):
    """Hands a message over, or raises CannotSend. Takes no argument when it is made; it reads the settings."""

    def send(self, message: Message) -> None: ...


class EmailSender:
    """By Django's mail backend: SMTP in production."""

    def send(self, message: Message) -> None:
        try:
            EmailMessage(message.subject, message.text, to=[message.to]).send()
        except (OSError, SMTPException) as error:
            raise CannotSend(type(error).__name__) from None


class NoSender:
    """Where nothing is set up to send by."""

    def send(self, message: Message) -> None:
        raise CannotSend(f"no sender for {message.kind} is set up")


def sender_for(kind: str) -> Sender:
    """The sender of the settings for "phone" or "email"."""
    sender: Sender = import_string(settings.MESSAGE_SENDERS[kind])()
    return sender


def send(message: Message) -> None:
    """Send one message now. Raises CannotSend."""
    sender_for(message.kind).send(message)
