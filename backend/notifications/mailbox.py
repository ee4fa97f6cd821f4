"""Sends into the demo's mailbox, which a page shows, so that nobody needs a telephone or a mail server to try Rufbus."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from backend.notifications.models import MailboxMessage
from backend.notifications.sending import Message

MOST_KEPT = 50


class MailboxSender:
    """Keeps the message; the oldest go."""

    def send(self, message: Message) -> str:
        MailboxMessage.objects.create(
            kind=message.kind, to=message.to, subject=message.subject[:200], text=message.text
        )
        kept = MailboxMessage.objects.order_by("-pk").values_list("pk", flat=True)[:MOST_KEPT]
        MailboxMessage.objects.filter(pk__lt=min(kept)).delete()
        return ""


class EmailBackend(BaseEmailBackend):
    """Django's mails into the mailbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            for receiver in mail.recipients():
                MailboxSender().send(Message("email", receiver, str(mail.body), str(mail.subject)))
        return len(email_messages)


def last_messages() -> list[MailboxMessage]:
    """What was sent, the newest first."""
    return list(MailboxMessage.objects.order_by("-pk")[:MOST_KEPT])
