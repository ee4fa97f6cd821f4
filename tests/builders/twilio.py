"""Twilio as our code meets it: a REST interface on the loopback, and signed webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from django.test import Client
from twilio.http.http_client import TwilioHttpClient

from backend.channels_in.signed import signature_of

TWILIO = "https://api.twilio.com"


@dataclass(slots=True)
class TwilioOnLoopback:
    """What was asked of it, and how it answers: `status` and `code` of an error, or else each message is queued."""

    address: str = ""
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)  # path, form, authorization
    status: int = 201
    code: int = 0

    @property
    def http_client(self) -> TwilioHttpClient:
        return _Elsewhere(self.address)


class _Elsewhere(TwilioHttpClient):
    """The library's own client, with another host in front of the paths."""

    def __init__(self, address: str) -> None:
        super().__init__(timeout=5)
        self.address = address

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Any:
        return super().request(method, url.replace(TWILIO, self.address), *arguments, **named)


@contextmanager
def twilio_on_loopback() -> Iterator[TwilioOnLoopback]:
    """A server that answers like Twilio's interface for messages."""
    twilio = TwilioOnLoopback()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            twilio.asked.append((self.path, form, self.headers.get("Authorization", "")))
            if twilio.status >= 400:
                answer: dict[str, Any] = {
                    "code": twilio.code, "message": f"to {form.get('To')}", "more_info": "", "status": twilio.status,
                }  # fmt: skip
            else:
                sid = f"SM{len(twilio.asked):032x}"
                answer = {"sid": sid, "status": "queued", "to": form.get("To"), "body": form.get("Body")}
            content = json.dumps(answer).encode()
            self.send_response(twilio.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    twilio.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield twilio
    finally:
        server.shutdown()
        server.server_close()


def signed_post(client: Client, path: str, form: dict[str, str], *, signature: str | None = None) -> Any:
    """A webhook as Twilio sends it."""
    right = signature_of(f"http://testserver{path}", form) if signature is None else signature
    return client.post(path, form, headers={"X-Twilio-Signature": right})
