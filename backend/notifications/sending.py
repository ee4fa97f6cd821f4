"""How one message leaves for one person: an e-mail, or an SMS, call or WhatsApp message by whatever adapter the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from smtplib import SMTPException
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` is "phone" (an SMS to a number in E.164, without a subject), "whatsapp" (the same), "call" (the text is read
    out in `language`) or "email".

    `headers` are those of an e-mail that answers another. `key` names what is sent: a sender that knows it sends it once.
    """

    kind: str
    to: str
    text: str
    subject: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    language: str = "de"
    attachments: tuple[Attachment, ...] = ()


class CannotSend(RuntimeError):
    """A message did not leave. Says nothing of its content or receiver.

    `is_final`: trying again is of no use, only another channel is.
    """

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Sender(Protocol):
    """Hands a message over and gives the provider's id of it ("" where there is none), or raises CannotSend.

    Takes no argument when it is made; it reads the settings. Two attributes more may say what it can:
    `reports_delivery`, whether the provider later tells what became of a message (`notifications.services.delivery_reported`),
    and `taken(message) -> bool`, whether it took a message of this key although we died before it could say so.
    """

    def send(self, message: Message) -> str: ...


class EmailSender:
    """By Django's mail backend: SMTP in production."""

    def send(self, message: Message) -> str:
        headers = {name: value for name, value in message.headers.items() if value}
        try:
            mail = EmailMessage(message.subject, message.text, to=[message.to], headers=headers)
            for file in message.attachments:
                mail.attach(file.name, file.content, file.media_type)
            mail.send()
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
