"""The demo's mailbox: what would have gone to telephones and mail servers."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.notifications.mailbox import last_messages


@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Only where the demo login is, which is never in production."""
    if not settings.DEMO_LOGIN:
        raise Http404
    return render(request, "web/account/mailbox.html", {"sent": last_messages()})
