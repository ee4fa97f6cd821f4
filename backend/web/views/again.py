"""A form that could not be taken now: it is shown with what was typed, and one press sends it again.

For a session that ended, for the other tab that signed in meanwhile, and for whoever sends too often.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.typed import has_secret, hidden_fields, typed_lines


def send_again(request: HttpRequest, heading: str, text: str, status: HTTPStatus) -> HttpResponse:
    """The page with the kept form. What was typed stands in it, so it is kept by no cache."""
    context = {
        "heading": heading,
        "text": text,
        "typed": typed_lines(request.POST),
        "hidden": hidden_fields(request.POST),
        "address": request.get_full_path(),
        "section": "ride",
    }
    response = render(request, "web/again.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def may_be_sent_again(request: HttpRequest) -> bool:
    """Whether a form without a valid token came from a page of ours, and holds no secret.

    A form that another site sent in a visitor's name must not come back with a button under it.
    """
    own = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin")
    if origin is None:
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(request.headers.get("Referer", "")))
    return origin == own and bool(request.POST) and not has_secret(request.POST)


def token_lost(request: HttpRequest) -> HttpResponse:
    """The session has ended, or somebody signed in on another page of this browser."""
    text = _("Die Seite war lange offen, oder Sie haben sich inzwischen angemeldet. Ihre Angaben sind noch da.")
    return send_again(request, _("Bitte noch einmal senden"), text, HTTPStatus.FORBIDDEN)


def too_many(request: HttpRequest, wait_s: int) -> HttpResponse:
    """More than one person sends by hand."""
    wait = ngettext("Bitte warten Sie %(n)d Sekunde.", "Bitte warten Sie %(n)d Sekunden.", wait_s) % {"n": wait_s}
    text = _("Von Ihrem Anschluss kamen gerade viele Anfragen. %(wait)s Ihre Angaben sind noch da.") % {"wait": wait}
    response = send_again(request, _("Einen Moment bitte"), text, HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(wait_s)
    return response
