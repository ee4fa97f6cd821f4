"""Sends into the demo's mailbox, which a page shows, so that nobody needs a telephone or a mail server to try Rufbus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from backend.notifications.models import MailboxMessage
from backend.notifications.sending import Attachment, Message

MOST_KEPT = 100


class MailboxSender:
    """Keeps the message, once a key; the oldest go."""

    reports_delivery = False

    def send(self, message: Message) -> str:
        values = {
            "kind": message.kind, "to": message.to, "subject": message.subject[:200], "text": message.text,
            "attachments": [file.name for file in message.attachments],
        }  # fmt: skip
        if message.key:
            MailboxMessage.objects.get_or_create(key=message.key, defaults=values)
        else:
            MailboxMessage.objects.create(**values)
        kept = MailboxMessage.objects.order_by("-pk").values_list("pk", flat=True)[:MOST_KEPT]
        MailboxMessage.objects.filter(pk__lt=min(kept)).delete()
        return ""

    def taken(self, message: Message) -> bool:
        return MailboxMessage.objects.filter(key=message.key).exists()


class EmailBackend(BaseEmailBackend):
    """Django's mails into the mailbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            for receiver in mail.recipients():
                files = tuple(_attachment(file) for file in mail.attachments)
                key = str(mail.extra_headers.get("Message-ID", ""))
                message = Message("email", receiver, str(mail.body), str(mail.subject), key=key, attachments=files)
                MailboxSender().send(message)
        return len(email_messages)


def _attachment(file: Any) -> Attachment:
    name, content, media_type = file
    return Attachment(str(name), content if isinstance(content, bytes) else str(content).encode(), str(media_type))


def last_messages() -> list[MailboxMessage]:
    """What was sent, the newest first."""
    return list(MailboxMessage.objects.order_by("-pk")[:MOST_KEPT])
