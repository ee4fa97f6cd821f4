"""Guessing the contact of a known booking code must not pay, from however many addresses somebody tries."""

from __future__ import annotations

from django.core.cache import BaseCache, caches

WRONG_AT_MOST = 20
WITHIN_S = 3600


def is_locked(code: str) -> bool:
    """Whether so many wrong contacts were given for a code that no contact opens it for a while."""
    return int(_cache().get(_name(code), 0)) >= WRONG_AT_MOST


def count_wrong(code: str) -> None:
    """One more wrong contact for an existing code."""
    _cache().add(_name(code), 0, WITHIN_S)
    _cache().incr(_name(code))


def _cache() -> BaseCache:
    return caches["between_processes"]


def _name(code: str) -> str:
    return f"wrong-contacts:{code}"
