"""What the riders' pages and the driver's app have in common as apps that a device can install."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse

GO, PAPER = "#0a5c4c", "#fbfaf6"  # tokens.css: --go and --paper


def worker_answer(request: HttpRequest, script: str) -> HttpResponse:
    """A service worker's script, or that it is still the one which the browser has; it asks each time."""
    tag = f'"{hashlib.sha256(script.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    return response
