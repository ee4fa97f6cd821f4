"""A message leaves by the sender of its kind, or says that it did not; the demo's mailbox keeps the last ones."""

from __future__ import annotations

import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from backend.notifications.mailbox import MOST_KEPT, last_messages
from backend.notifications.sending import CannotSend, Message, send

pytestmark = pytest.mark.django_db
SMS = Message("phone", "+493901304031", "Guten Tag")
EMAIL = Message("email", "testfahrgast@example.org", "Guten Tag", "Ein Gruß")


class BrokenBackend(BaseEmailBackend):
    """A mail server that refuses."""

    def send_messages(self, email_messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({"testfahrgast@example.org": (550, b"no such user")})


def test_an_email_leaves_by_the_mail_server_and_an_sms_by_its_adapter(settings) -> None:
    send(EMAIL)
    send(SMS)
    assert [(one.to, one.subject, one.body) for one in mail.outbox] == [([EMAIL.to], "Ein Gruß", "Guten Tag")]
    assert [(one.kind, one.to, one.text) for one in last_messages()] == [("phone", SMS.to, "Guten Tag")]


def test_on_the_loopback_emails_lie_in_the_mailbox_too(settings) -> None:
    settings.EMAIL_BACKEND = "backend.notifications.mailbox.EmailBackend"
    send(EMAIL)
    assert [(one.kind, one.to, one.subject) for one in last_messages()] == [("email", EMAIL.to, "Ein Gruß")]


def test_a_message_that_did_not_leave_says_nothing_of_its_receiver(settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    with pytest.raises(CannotSend) as failure:
        send(EMAIL)
    assert str(failure.value) == "SMTPRecipientsRefused"
    settings.MESSAGE_SENDERS = {"phone": settings.NO_SENDER}
    with pytest.raises(CannotSend, match="no sender for phone"):
        send(SMS)


def test_the_mailbox_does_not_grow_without_end() -> None:
    for number in range(MOST_KEPT + 5):
        send(Message("phone", "+493901304031", f"Nachricht {number}"))
    kept = last_messages()
    assert len(kept) == MOST_KEPT
    assert kept[0].text == f"Nachricht {MOST_KEPT + 4}"
