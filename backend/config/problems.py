"""Every error of the REST interface as a problem document (RFC 9457): this is the one place that makes them.

`code` is stable and for programs, `detail` is German and for people, `errors` names the fields. `/api/v1/problems` lists
the kinds.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accessibility.desk import InvalidInput, Refusal

logger = logging.getLogger("rufbus.api")
MEDIA_TYPE = "application/problem+json"
PAGE = "/api/v1/problems"

# code -> (HTTP status, title)
KINDS = {
    "malformed": (400, _("Die Anfrage ist nicht lesbar.")),
    "not_authenticated": (401, _("Bitte melden Sie sich an.")),
    "forbidden": (403, _("Das dürfen Sie nicht.")),
    "device_locked": (403, _("Dieses Gerät ist gesperrt.")),
    "not_found": (404, _("Das gibt es nicht.")),
    "method_not_allowed": (405, _("Das geht an dieser Adresse nicht.")),
    "not_acceptable": (406, _("Die Antwort gibt es nur als JSON.")),
    "refused": (409, _("Das geht jetzt nicht.")),
    "key_conflict": (409, _("Der Schlüssel wurde schon für etwas anderes benutzt.")),
    "body_too_large": (413, _("Die Anfrage ist zu groß.")),
    "unsupported_media_type": (415, _("Die Anfrage muss JSON sein.")),
    "invalid_input": (422, _("Eine Angabe stimmt nicht.")),
    "throttled": (429, _("Zu viele Anfragen.")),
    "internal_error": (500, _("Bei uns ist ein Fehler passiert.")),
    "busy": (503, _("Gerade ist zu viel los.")),
}
OF_EXCEPTION: dict[type[Exception], str] = {
    exceptions.ParseError: "malformed",
    exceptions.AuthenticationFailed: "not_authenticated",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.PermissionDenied: "forbidden",
    PermissionDenied: "forbidden",
    exceptions.NotFound: "not_found",
    Http404: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "throttled",
}


class Refused(Exception):
    """A lawful "no" on its way out as a problem document."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def as_problem(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to an exception that a view raised; undoes what its transaction has done so far."""
    set_rollback()
    request = context.get("request")
    response = _response(error, frozenset(context.get("kwargs") or ()))
    response.data["instance"] = request.path if request is not None else ""
    return response


def _response(error: Exception, in_address: frozenset[str] = frozenset()) -> Response:
    if isinstance(error, Refused):
        return _refused(error.refusal)
    if isinstance(error, InvalidInput):
        return _invalid_input(error, in_address)
    if isinstance(error, exceptions.ValidationError):
        return problem("invalid_input", errors=list(_field_errors(error.detail, "")))
    if isinstance(error, OperationalError):
        logger.warning("the database is busy: %s", error)
        return problem("busy", _("Bitte versuchen Sie es gleich noch einmal."), headers={"Retry-After": "2"})
    for kind, code in OF_EXCEPTION.items():
        if isinstance(error, kind):
            return problem(code, _detail(error), headers=_headers(error))
    if isinstance(error, exceptions.APIException) and error.default_code in KINDS:
        return problem(error.default_code, _detail(error))
    logger.error("a request failed", exc_info=error)
    return problem("internal_error", _("Wir sehen uns das an. Bitte versuchen Sie es später noch einmal."))


def problem(code: str, detail: Any = "", *, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """A problem document of a known kind."""
    status, title = KINDS[code]
    document = {
        "type": f"{PAGE}#{code}",
        "title": str(title),
        "status": status,
        "detail": str(detail) or str(title),
        "code": code,
        **more,
    }
    return Response(document, status=status, headers=headers, content_type=MEDIA_TYPE)


def _refused(refusal: Refusal) -> Response:
    missing = refusal.code == "not_found"
    response = problem(
        "not_found" if missing else "refused",
        refusal.reason,
        reason=refusal.reason,
        way_out=[asdict(way) for way in refusal.way_out],
    )
    response.data["code"] = refusal.code
    if refusal.concerns:
        response.data["concerns"] = refusal.concerns
    return response


def _invalid_input(error: InvalidInput, in_address: frozenset[str]) -> Response:
    code = error.code if error.code in ("key_conflict", "not_found") else "invalid_input"
    if code == "not_found" and error.field_name not in in_address:
        code = "invalid_input"  # the address exists, what the body names does not
    entry = {"field": error.field_name, "problem": error.problem, "code": error.code}
    return problem(code, error.problem, errors=[entry])


def _field_errors(detail: Any, path: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _field_errors(inner, own)
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, (dict, list))
            if not nested or inner:
                yield from _field_errors(inner, f"{path}.{position}".lstrip(".") if nested else path)
    else:
        yield {"field": path, "problem": str(detail), "code": getattr(detail, "code", "invalid")}


def _detail(error: Exception) -> str:
    if isinstance(error, exceptions.Throttled):
        return str(_("Bitte warten Sie %(seconds)d Sekunden.") % {"seconds": _wait_s(error)})
    return str(error.detail) if isinstance(error, exceptions.APIException) else ""


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(_wait_s(error))
    return headers


def _wait_s(error: exceptions.Throttled) -> int:
    return math.ceil(getattr(error, "wait", None) or 1)
