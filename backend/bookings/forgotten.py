"""Who else keeps something of a person or of a ride: each app forgets its own when bookings are taken out of a person's name.

An app registers in `AppConfig.ready`: `forgotten.along(forget_messages)`. What it does belongs to the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Bookings that name nobody any more, and the contacts of who wants to be forgotten: none where rides only grew old."""

    codes: frozenset[str]
    contacts: frozenset[str]
    at: datetime


Forget = Callable[[Forgotten], object]
ALONG: list[Forget] = []


def along(forget: Forget) -> None:
    """Have this done whenever bookings or contacts are forgotten."""
    if forget not in ALONG:
        ALONG.append(forget)


def tell_all(codes: Iterable[str], contacts: Iterable[str], now: datetime) -> None:
    """Let everybody forget. Must run inside a transaction."""
    what = Forgotten(frozenset(codes), frozenset(contacts) - {""}, now)
    if what.codes or what.contacts:
        for forget in ALONG:
            forget(what)
