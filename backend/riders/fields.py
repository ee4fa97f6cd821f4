"""A model field whose value the database sees only encrypted (Fernet), for special-category data."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode()) for key in keys])


def cipher() -> MultiFernet:
    """Encrypts with the first of RUFBUS_FIELD_KEYS and reads with all, so that keys can be changed."""
    return _cipher(tuple(settings.FIELD_KEYS))


class EncryptedJSONField(models.TextField):
    """Any JSON value, stored as a Fernet token."""

    if TYPE_CHECKING:  # how the stubs say what such an attribute takes and gives
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(cipher().decrypt(value.encode()))

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        return cipher().encrypt(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).decode()
