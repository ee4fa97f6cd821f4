"""A telephone line between browser and server that a test can cut, or let lose an answer on its way back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """Passes bytes from a port of its own to the server, and back."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.is_cut = False
        self.loses_answers = False  # to forms: what is posted arrives, what comes back does not
        self.lost = threading.Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.open: set[socket.socket] = set()
        threading.Thread(target=self._answer, daemon=True).start()

    def cut(self) -> None:
        """Nothing passes any more, also what is under way."""
        self.is_cut = True
        for end in list(self.open):
            _hang_up(end)

    def mend(self) -> None:
        self.is_cut = self.loses_answers = False

    def _answer(self) -> None:
        while True:
            try:
                caller, _address = self.door.accept()
            except OSError:
                return
            if self.is_cut:
                caller.close()
                continue
            callee = socket.create_connection(("127.0.0.1", self.server_port))
            self.open |= {caller, callee}
            call = _Call()
            threading.Thread(target=self._pass, args=(caller, callee, call, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(callee, caller, call, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, call: _Call, is_asking: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if is_asking and data.startswith((b"POST ", b"GET ", b"HEAD ")):
                    call.sends_a_form = data.startswith(b"POST ")
                if not is_asking and call.sends_a_form and self.loses_answers:
                    self.lost.set()
                    break
                target.sendall(data)
        for end in (source, target):
            _hang_up(end)
            self.open.discard(end)


class _Call:
    """What one connection carries at the moment."""

    sends_a_form = False


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def a_line(server_url: str) -> Iterator[Line]:
    """A line to the server, closed at the end."""
    line = Line(int(server_url.rsplit(":", 1)[1]))
    try:
        yield line
    finally:
        line.cut()
        line.door.close()
