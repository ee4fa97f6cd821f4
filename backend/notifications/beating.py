"""The relay says that it lives."""

from __future__ import annotations

from datetime import datetime

from backend.config.health import RELAY_HEARTBEAT, beat


def beat_relay(now: datetime) -> None:
    """For `/healthz`."""
    beat(RELAY_HEARTBEAT)
