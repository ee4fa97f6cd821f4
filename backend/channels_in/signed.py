"""Requests that Twilio has signed. Who else sends one is turned away before anything of it is read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

View = Callable[..., HttpResponse]


def called_address(request: HttpRequest) -> str:
    """The address that Twilio called: behind a proxy the public one, which the signature is made over."""
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{request.get_full_path()}"
    return request.build_absolute_uri()


def is_signed(request: HttpRequest) -> bool:
    """Whether the signature fits the address and every posted value, as they came and untrimmed."""
    signature = request.headers.get(SIGNATURE_HEADER, "")
    if not (settings.TWILIO_TOKEN and signature):
        return False
    return bool(RequestValidator(settings.TWILIO_TOKEN).validate(called_address(request), request.POST, signature))


def signature_of(address: str, values: dict[str, str], token: str = "") -> str:
    """The signature that Twilio would send: for the terminal, the simulator page and tests."""
    return str(RequestValidator(token or settings.TWILIO_TOKEN).compute_signature(address, values))


def signed_by_twilio(view: View) -> View:
    """Let only signed POSTs in; a form of a browser is none, so that no CSRF token is asked for."""

    @wraps(view)
    def checked(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if not is_signed(request):
            return HttpResponseForbidden("not signed\n", content_type="text/plain")
        return view(request, *arguments, **named)

    return never_cache(csrf_exempt(require_POST(checked)))
