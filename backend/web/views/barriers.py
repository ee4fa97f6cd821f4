"""Reported barriers, for those who run the service."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.config.access import DISPATCHER, OPERATOR
from backend.feedback.selectors import reports
from backend.feedback.services import close_report
from backend.web.guards import for_roles
from backend.web.views.staff import own_district, staff_only


@staff_only(DISPATCHER, OPERATOR)
def barriers(request: HttpRequest) -> HttpResponse:
    """All reports, the open ones first."""
    return render(request, "web/staff/barriers.html", {"section": "barriers", "reports": reports(own_district())})


@require_POST
@for_roles(DISPATCHER, OPERATOR)
def barrier_closed(request: HttpRequest, number: str) -> HttpResponse:
    """Dealt with."""
    if close_report(number, request.user.get_username(), timezone.now()):
        messages.success(request, _("Meldung %(number)s ist erledigt.") % {"number": number})
    return redirect("staff:barriers")
