"""What lives as long as the web process: the relay, where no other process can reach this one's channels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.conf import settings

from backend.notifications.relay import Relay

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Lifespan:
    """Answers the server's lifespan events (ASGI): starts the relay, and stops it before the server goes."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        relay: asyncio.Task[None] | None = None
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                if settings.RELAY_IN_WEB_PROCESS:
                    relay = asyncio.create_task(Relay().run())
                await send({"type": "lifespan.startup.complete"})
            elif event["type"] == "lifespan.shutdown":
                if relay is not None:
                    relay.cancel()
                    with suppress(asyncio.CancelledError):
                        await relay
                await send({"type": "lifespan.shutdown.complete"})
                return
