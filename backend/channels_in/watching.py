"""Tells whoever has a service day open that something happened on it."""

from __future__ import annotations

from typing import Any

from channels.layers import get_channel_layer


def group_of(district_id: str, day: str) -> str:
    """The channel group of those who watch a service day."""
    return f"service-day.{district_id}.{day}"


async def tell_watchers(payload: dict[str, Any]) -> None:
    """A plan has changed: say so to everybody who has the day open."""
    message = {"type": "plan.changed", "version": payload["version"]}
    await get_channel_layer().group_send(group_of(payload["district"], payload["date"]), message)


async def tell_of_delay(payload: dict[str, Any]) -> None:
    """A rider is late: the day board reads itself again."""
    await get_channel_layer().group_send(group_of(payload["district"], payload["date"]), {"type": "rider.late"})
