"""Who hears of what leaves the outbox. Each app says so in its `AppConfig.ready`:

    relay.receive("booking.confirmed", tell_rider)

A receiver may hear a message twice, never in a transaction, and never too late to matter; it must bear all three.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Payload = dict[str, Any]
Receiver = Callable[[Payload], Awaitable[None]] | Callable[[Payload], None]

# A topic without receivers is done as soon as it is seen.
RECEIVERS: dict[str, tuple[Receiver, ...]] = {}


def receive(topic: str, receiver: Receiver) -> None:
    """Let a receiver hear a topic from now on.

    Parameters
    ----------
    topic
        As in `journal.announce`.
    receiver
        Gets the payload, with three entries more: `outbox`, the number of the message; `announced_at`, when it was
        written, and `heard_at`, the relay's now, both in ISO 8601. A coroutine function is awaited in the relay's loop
        and must not touch the database; a plain function runs in a thread where it may. What it raises lets the message
        come again to all receivers of the topic.
    """
    heard = RECEIVERS.get(topic, ())
    if receiver not in heard:
        RECEIVERS[topic] = (*heard, receiver)
