"""How often a guest may send a form: the rates of the REST interface, counted together with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from backend.config.throttles import GuestThrottle

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Counted:
    """What the throttle wants to know of a view."""

    throttle_scope: str


def limited(scope: str) -> Callable[[View], View]:
    """Posts beyond the rate of `scope` (settings.THROTTLE_RATES) get a page that keeps the form and says how long to wait."""

    def decorated(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and (wait_s := seconds_to_wait(request, scope)):
                from backend.web.views.again import too_many  # views know limits, and this one answer is a view

                return too_many(request, wait_s)
            return view(request, *args, **kwargs)

        return counted

    return decorated


def seconds_to_wait(request: HttpRequest, scope: str) -> int:
    """Count this request; how many seconds until the next one is welcome, 0 if this one is."""
    throttle = GuestThrottle()
    # The throttle reads `user` and `META`, which both kinds of request have.
    if throttle.allow_request(cast(Request, request), Counted(scope)):
        return 0
    return max(1, math.ceil(throttle.wait() or 1))
