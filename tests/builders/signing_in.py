"""How a test signs in: it reads the code where the rider would, in the message."""

from __future__ import annotations

import re
from typing import Any

from django.core import mail
from django.test import Client

from backend.notifications.models import MailboxMessage

CODE = re.compile(r"\b\d{6}\b")


def ask_for_code(client: Client, contact: str, **more: str) -> Any:
    """Step 1; the answer."""
    return client.post("/konto/anmelden/", {"contact": contact, **more})


def sent_code() -> str:
    """The code in the newest message, by whichever way it left."""
    texts = [str(mail.outbox[-1].body)] if mail.outbox else []
    texts += list(MailboxMessage.objects.order_by("-pk").values_list("text", flat=True)[:1])
    found = CODE.search(texts[0])
    assert found, texts
    return found[0]


def sign_in(client: Client, contact: str, **more: str) -> Any:
    """The whole way; the answer to the right code."""
    mail.outbox.clear()
    answer = ask_for_code(client, contact, **more)
    assert answer.status_code == 302, answer.content.decode()
    return client.post("/konto/code/", {"code": sent_code()})
