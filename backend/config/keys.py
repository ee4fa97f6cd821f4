"""Reads the `Idempotency-Key` header."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _
from rest_framework.request import Request

from accessibility.desk import InvalidInput
from backend.config.openapi import KEY_HEADER

LONGEST_KEY = 120


def key_of(request: Request, *, required: bool) -> str:
    """The caller's key, kept apart from other callers' keys. A fresh one where it is optional and missing."""
    given = request.headers.get(KEY_HEADER, "").strip()
    if not given and not required:
        given = str(uuid.uuid4())
    if not given or len(given) > LONGEST_KEY or not given.isprintable():
        raise InvalidInput(KEY_HEADER, _("Bitte senden Sie einen Schlüssel von 1 bis 120 Zeichen im Kopf der Anfrage."))
    return f"{request.user.pk or 'guest'}:{given}"
