"""Tells whoever has a service day open that something happened on it: what kind of thing, and to whom by code alone."""

from __future__ import annotations

from functools import partial
from typing import Any

from channels.layers import get_channel_layer

from backend.notifications.receiving import receive
from backend.operations.watched import district_group, group_of

# What a board shows. Without a date in its payload, a topic concerns whoever watches any day of the district.
TOPICS = (
    "plan.changed",
    "rider.late",
    "booking.confirmed",
    "booking.changed",
    "booking.cancelled",
    "booking.boarded",
    "booking.completed",
    "booking.missed",
    "series.booked",
    "series.cancelled",
    "series.changed",
    "return.granted",
    "return.unserved",
    "vehicle.arrived",
    "vehicle.near",
    "vehicle.broken_down",
    "driver.event",
    "driver.help",
    "report.taken_back",
    "promise.at_risk",
    "promise.broken",
    "duty.changed",
    "device.changed",
    "service.suspended",
    "message.undelivered",
    "message.to_driver",
    "call.waiting",
    "call.changed",
    "text.waiting",
    "intervention.done",
    "trouble.changed",
    "handover.changed",
)
# What may be said of it. Names, numbers and needs are read where the reader's rights are checked.
SAID = ("version", "booking", "bookings", "vehicle", "kind", "outcome", "call", "text", "message", "event")


def watch_everything() -> None:
    """Register for every topic that a board shows."""
    for topic in TOPICS:
        receive(topic, partial(tell_watchers, topic))


async def tell_watchers(topic: str, payload: dict[str, Any]) -> None:
    """Say to everybody who has the day open that something happened."""
    event = {"type": topic, **{name: payload[name] for name in SAID if name in payload}}
    day = payload.get("date")
    group = group_of(payload["district"], day) if day else district_group(payload["district"])
    await get_channel_layer().group_send(group, {"type": "day.event", "event": event})
