"""Who has a service day open hears where its vehicles are: not each position, but each vehicle every few seconds.

A position is of no use a minute later. So it goes past the outbox, straight to whoever listens; what is lost, the next one
makes good.
"""

from __future__ import annotations

import threading
from datetime import date, datetime

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

EVERY_S = 2.5
_told: dict[tuple[str, str], datetime] = {}
_told_lock = threading.Lock()


def group_of(district_id: str, day: str) -> str:
    """The channel group of those who watch a service day."""
    return f"service-day.{district_id}.{day}"


def district_group(district_id: str) -> str:
    """The channel group of those who watch any day of a district."""
    return f"district.{district_id}"


def tell_position(district_id: str, day: date, vehicle_code: str, now: datetime) -> None:
    """Say that a vehicle was seen, once its rows are kept; within `EVERY_S` of the last time it is left out."""
    if not _is_due(district_id, vehicle_code, now):
        return
    message = {"type": "day.event", "event": {"type": "vehicle.moved", "vehicle": vehicle_code}}
    group = group_of(district_id, day.isoformat())
    # Positions are kept whether or not anybody can be told of them.
    transaction.on_commit(lambda: async_to_sync(get_channel_layer().group_send)(group, message), robust=True)


def _is_due(district_id: str, vehicle_code: str, now: datetime) -> bool:
    with _told_lock:
        last = _told.get((district_id, vehicle_code))
        if last is not None and 0 <= (now - last).total_seconds() < EVERY_S:
            return False
        _told[district_id, vehicle_code] = now
        return True
