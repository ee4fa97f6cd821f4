"""What a browser or a proxy may keep of a page: nothing that belongs to a person."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]
PERSONAL = "private, no-store"
PLAIN = "private, no-cache"


def no_page_is_kept(get_response: Next) -> Next:
    """Every answer that does not say how long it may be kept gets the careful answer.

    Whoever is signed in or has asked for a ride leaves nothing in the browser's cache, also not the page that only informs
    (its header names the person). Other pages may be kept for "back", but are asked for again.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = PERSONAL if _is_somebody(request) else PLAIN
        return response

    return middleware


def _is_somebody(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and session.accessed and not session.is_empty()
