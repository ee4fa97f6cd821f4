"""The first answer to a key is the answer to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings.models import IdempotencyRecord

LONGEST_KEY = 200
Answer = dict[str, Any]


class KeyConflict(InvalidInput):
    """An idempotency key that was used for something else."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key",
            _("Dieser Schlüssel wurde schon für etwas anderes benutzt. Nehmen Sie einen neuen."),
            "key_conflict",
        )


def fingerprint(content: Any) -> str:
    """Tells one content from another, and nothing of it: keyed, so that a telephone number cannot be tried out."""
    text = json.dumps(content, sort_keys=True, default=str)
    return salted_hmac("rufbus.idempotency", text, algorithm="sha256").hexdigest()


def remembered(scope: str, key: str, content: Any) -> Answer | None:
    """The first answer to a key, if there was one.

    Raises KeyConflict where the key was used for another content, InvalidInput for an empty or overlong key.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput("Idempotency-Key", _("Bitte geben Sie einen Schlüssel von 1 bis 200 Zeichen an."))
    record = IdempotencyRecord.objects.filter(scope=scope, key=key).first()
    if record is None:
        return None
    if record.fingerprint != fingerprint(content):
        raise KeyConflict()
    return dict(record.answer)


def once(scope: str, key: str, content: Any, district_id: str, now: datetime, act: Callable[[], Answer]) -> Answer:
    """Act and remember the answer in one transaction, or give back what is remembered.

    Of two callers with the same key at the same moment, one acts; what the other did is undone, and it gets the same
    answer. An answer must hold no personal data: it names rows.
    """
    answer = remembered(scope, key, content)
    if answer is not None:
        return answer
    try:
        with transaction.atomic():
            answer = act()
            IdempotencyRecord.objects.create(
                district_id=district_id, scope=scope, key=key, fingerprint=fingerprint(content), answer=answer,
                created_at=now,
            )  # fmt: skip
    except IntegrityError:
        answer = remembered(scope, key, content)
        if answer is None:
            raise
    return answer
