"""One piece of work on a thread of its own, which is left behind if it does not end in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Aside:
    """Starts work, and hands its result over when asked; one at a time."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._hand_over: Callable[[], None] | None = None
        self._failed: BaseException | None = None

    @property
    def busy(self) -> bool:
        """Whether work has been started and not been collected."""
        return self._thread is not None

    def start(self, work: Callable[[], T], receive: Callable[[T], None]) -> None:
        """Begin. `receive` will be called by `collect`, in the thread of whoever collects."""

        def run() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - raised again by collect, where somebody sees it
                self._failed = error
                return
            self._hand_over = lambda: receive(result)

        self._hand_over = self._failed = None
        # A daemon: a solver that overruns its time must not keep the process alive.
        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def collect(self) -> None:
        """If the work has ended, hand its result over; else do nothing."""
        if self._thread is None or self._thread.is_alive():
            return
        self._thread = None
        if self._failed is not None:
            raise self._failed
        if self._hand_over is not None:
            self._hand_over()
