"""What the relay does for calls: forgets those that have ended."""

from __future__ import annotations

from backend.channels_in.calls import forget_calls
from backend.channels_in.forgetting import forget_waiting
from backend.notifications import chores

FORGET_EVERY_S = 300.0


def serve_calls() -> None:
    """Register with the relay."""
    chores.every(FORGET_EVERY_S, forget_calls)
    chores.every(FORGET_EVERY_S, forget_waiting)
