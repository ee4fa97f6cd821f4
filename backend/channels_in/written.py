"""What the relay does for written conversations: sends answers, forgets the old."""

from __future__ import annotations

from backend.channels_in.text_outbox import TOPIC, deliver
from backend.channels_in.text_threads import forget_old_texts
from backend.notifications import chores
from backend.notifications.receiving import receive

FORGET_EVERY_S = 600.0


def serve_written() -> None:
    """Register with the relay."""
    receive(TOPIC, deliver)
    chores.every(FORGET_EVERY_S, forget_old_texts)
