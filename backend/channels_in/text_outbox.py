"""Sends answers of written conversations: through the outbox, by the channel they came by; by e-mail where SMS fails."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accessibility.sms.fitting import tidy
from backend.bookings.journal import announce
from backend.channels_in.models import TextMessage, TextThread
from backend.notifications.sending import CannotSend, Message, send
from backend.riders.selectors import account_with_contact, contacts_of

logger = logging.getLogger("rufbus.texts")
TOPIC = "text.answer"
DELIVERED, FAILED = ("delivered", "read"), ("failed", "undelivered")


def queue_answer(
    thread: TextThread,
    text: str,
    now: datetime,
    *,
    author: str = "",
    answers: TextMessage | None = None,
    key: str = "",
) -> TextMessage:
    """Keep an answer and put it into the outbox, in the transaction of what it tells of."""
    last = answers or thread.messages.filter(is_ours=False).order_by("-pk").first()
    kind, to = (last.kind, _address_of(last)) if last else (thread.kind, thread.address)
    message = TextMessage.objects.create(
        thread=thread, is_ours=True, at=now, text=tidy(text), author=author, kind=kind, to=to, answers=last, key=key,
        subject=_subject(last) if kind == TextThread.Kind.EMAIL else "",
    )  # fmt: skip
    thread.last_out_at = now
    thread.save(update_fields=["last_out_at"])
    announce(thread.district, TOPIC, {"district": thread.district_id, "text": message.pk}, now)
    return message


def deliver(payload: dict[str, Any]) -> None:
    """Send a queued answer (a receiver of the outbox). Raises CannotSend where it is to be tried again."""
    message = TextMessage.objects.select_related("thread", "answers").filter(pk=payload["text"]).first()
    if message is None or message.state != TextMessage.State.WAITING:
        return  # forgotten, or sent before
    letter = _letter(message)
    try:
        provider_id = send(letter.message)
    except CannotSend as failure:
        message.attempts += 1
        message.save(update_fields=["attempts"])
        if not failure.is_final and message.attempts < 8:
            raise
        fail(message)
        return
    message.state = TextMessage.State.DONE
    message.external_id = letter.message_id or provider_id
    message.save(update_fields=["state", "external_id"])


def reported(provider_id: str, status: str) -> bool:
    """Take down what became of an answer; False where it is none of ours."""
    message = TextMessage.objects.filter(is_ours=True, external_id=provider_id).exclude(external_id="").first()
    if message is None:
        return False
    if status in DELIVERED:
        TextMessage.objects.filter(pk=message.pk).update(state=TextMessage.State.DELIVERED)
    elif status in FAILED and message.state != TextMessage.State.FAILED:
        fail(message)
    return True


@transaction.atomic
def fail(message: TextMessage) -> None:
    """An answer did not arrive: it goes by e-mail where her account has an address, else staff sees that it is lost."""
    message.state = TextMessage.State.FAILED
    message.save(update_fields=["state"])
    thread = message.thread
    email = other_way(thread)
    now = timezone.now()
    if message.kind != TextThread.Kind.EMAIL and email:
        other = TextMessage.objects.create(
            thread=thread, is_ours=True, at=now, text=message.text, author=message.author, kind=TextThread.Kind.EMAIL,
            to=email, answers=message.answers, subject=_("Ihre Nachricht an den Rufbus"),
        )  # fmt: skip
        announce(thread.district, TOPIC, {"district": thread.district_id, "text": other.pk}, now)
    else:
        logger.warning("text message %s reached nobody", message.pk)


def other_way(thread: TextThread) -> str:
    """The e-mail address of whoever owns the number of a thread, or ""."""
    if thread.kind == TextThread.Kind.EMAIL:
        return ""
    account = account_with_contact("phone", thread.address)
    return next(iter(contacts_of(account, "email")), "") if account else ""


@dataclass(frozen=True, slots=True)
class _Letter:
    message: Message
    message_id: str = ""


def _letter(message: TextMessage) -> _Letter:
    """The message as it is handed over; a letter says that a machine wrote it, and what it answers."""
    if message.kind != TextThread.Kind.EMAIL:
        return _Letter(Message(message.kind, message.to, message.text))
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message_id = make_msgid(domain=domain)
    before = message.answers.external_id if message.answers and message.answers.kind == TextThread.Kind.EMAIL else ""
    headers = {
        "Message-ID": message_id,
        "Auto-Submitted": "no" if message.author else "auto-replied",
        "In-Reply-To": before,
        "References": before,
    }
    return _Letter(Message("email", message.to, message.text, message.subject, headers), message_id)


def _address_of(message: TextMessage) -> str:
    """Where an answer to a message goes."""
    return message.to or message.thread.address


def _subject(last: TextMessage | None) -> str:
    subject = " ".join(last.subject.split()) if last else ""
    if not subject:
        return _("Ihre Nachricht an den Rufbus")
    return subject if subject.lower().startswith(("re:", "aw:")) else f"Re: {subject}"
