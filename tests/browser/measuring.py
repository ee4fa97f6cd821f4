"""What a measured visit costs: taps, keys, bytes, requests, seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 250_000 // 8, "uploadThroughput": 250_000 // 8}


@dataclass
class Hand:
    """A person at the page: counts what the fingers do and how long the whole took."""

    taps: int = 0
    keys: int = 0
    begun: float = field(default_factory=time.perf_counter)

    def tap(self, target: Locator) -> None:
        target.click()
        self.taps += 1

    def write(self, target: Locator, text: str) -> None:
        self.tap(target)
        target.press_sequentially(text)
        self.keys += len(text)

    def choose(self, target: Locator, value: str) -> None:
        """From a list that opens: one tap opens it, one chooses."""
        target.select_option(value)
        self.taps += 2

    def set_time(self, target: Locator, value: str) -> None:
        """A time field takes the four digits."""
        self.tap(target)
        target.fill(value)
        self.keys += 4

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.begun


@dataclass(frozen=True)
class Weight:
    """What came over the line for one page: bytes with headers, as compressed, and the number of requests."""

    transferred: int
    requests: int
    seconds: float


class Traffic:
    """Listens to what a page loads."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.chromium = context.new_cdp_session(page)
        self.chromium.send("Network.enable")
        self.transferred = self.requests = 0
        self.chromium.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict[str, Any]) -> None:
        self.transferred += int(event["encodedDataLength"])
        self.requests += 1

    def slow_down(self) -> None:
        """As on a line of the second generation: 250 kbit/s, 300 ms."""
        self.chromium.send("Network.emulateNetworkConditions", SLOW)

    def open(self, page: Page, path: str) -> Weight:
        """Open a page and wait until it is quiet."""
        self.transferred = self.requests = 0
        begun = time.perf_counter()
        page.goto(path, wait_until="load")
        seconds = time.perf_counter() - begun
        page.wait_for_load_state("networkidle")
        return Weight(self.transferred, self.requests, seconds)
