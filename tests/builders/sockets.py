"""A browser's end of a websocket, spoken to the application without a network (ASGI)."""

from __future__ import annotations

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator


class Socket:
    """`user` is put into the scope as the session would; without one the application finds out itself."""

    def __init__(self, application: Any, path: str, *, user: Any = None, kwargs: dict[str, str] | None = None,
                 origin: str = "http://localhost") -> None:  # fmt: skip
        scope: dict[str, Any] = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [(b"origin", origin.encode())],
            "subprotocols": [],
        }
        if user is not None:
            scope["user"] = user
        if kwargs is not None:
            scope["url_route"] = {"args": (), "kwargs": kwargs}
        self.wire = ApplicationCommunicator(application, scope)

    async def connect(self) -> bool:
        """Whether the application lets this browser in."""
        await self.wire.send_input({"type": "websocket.connect"})
        return bool((await self.wire.receive_output(timeout=5))["type"] == "websocket.accept")

    async def hear(self, timeout: float = 1.0) -> Any:
        """The next message. Raises TimeoutError."""
        return json.loads((await self.wire.receive_output(timeout=timeout))["text"])

    async def hears_nothing(self) -> bool:
        """Whether nothing has come."""
        return bool(await self.wire.receive_nothing())

    async def leave(self) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wire.wait(timeout=2)
