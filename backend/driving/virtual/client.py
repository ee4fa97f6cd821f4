"""What a virtual driver's device and an onlooker in the control room need of the network: calls, and a websocket."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

TIMEOUT_S = 60


class Caller:
    """One connection to our own server that is kept open. Headers say who calls."""

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self.host, self.headers = urlsplit(address).netloc, headers
        self._connection = http.client.HTTPConnection(self.host, timeout=TIMEOUT_S)

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, str]:
        """Status, document and ETag of a call; once more on a fresh connection where the server has closed the old one."""
        sent = {**self.headers, "Content-Type": "application/json", **(headers or {})}
        raw = None if body is None else json.dumps(body)
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, raw, sent)
                answer = self._connection.getresponse()
                content = answer.read()
            except (http.client.HTTPException, OSError):
                self._connection.close()
                if attempt == 2:
                    raise
                continue
            return answer.status, json.loads(content) if content else None, answer.headers.get("ETag", "")
        raise AssertionError("unreachable")

    def close(self) -> None:
        self._connection.close()


@dataclass
class Onlooker:
    """Has a service day open as the board does, and notes when it hears of which report."""

    address: str
    cookie: str
    heard: dict[str, float] = field(default_factory=dict)  # report -> by the machine's monotonic clock
    topics: dict[str, int] = field(default_factory=dict)

    def watch(self, district: str, day: str) -> None:
        """Listen in a thread of its own until `close`."""
        url = f"ws://{urlsplit(self.address).netloc}/ws/service-days/{district}/{day}/"
        headers = {"Cookie": f"sessionid={self.cookie}", "Origin": self.address}
        self._socket = connect(url, additional_headers=headers, open_timeout=TIMEOUT_S)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for text in self._socket:
                event = json.loads(text)
                self.topics[event["type"]] = self.topics.get(event["type"], 0) + 1
                if event["type"] == "driver.event":
                    self.heard.setdefault(str(event.get("event")), time.monotonic())
        except ConnectionClosed:
            return

    def close(self) -> None:
        self._socket.close()
        self._thread.join(timeout=5)
