"""Reports of drivers that cannot be true as they are: what happened, what to do, and how it was settled."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.bookings.models import ServiceDay
from backend.config.access import DISPATCHER, OPERATOR
from backend.districts.models import District
from backend.driving.day_end import unreported
from backend.driving.models import DriverEvent
from backend.driving.selectors import conflicts_of
from backend.driving.services import settle
from backend.operations.dayclock import now_on
from backend.web.accessible_form import AccessibleForm
from backend.web.staff_reports import report_of
from backend.web.views.control_detail import render_part
from backend.web.views.staff import days_around, own_district, staff_acting, staff_only

SHORTEST, LONGEST = 3, 200
SETTLED_SHOWN = 20


class SettleForm(AccessibleForm):
    """How it was settled; kept with the audit."""

    reason = forms.CharField(
        label=gettext_lazy("Wie ist es geklärt?"),
        min_length=SHORTEST,
        max_length=LONGEST,
        help_text=gettext_lazy("Zum Beispiel: Fahrer angerufen, Fahrgast fuhr mit. Ohne Namen und Nummern."),
        error_messages={
            "required": gettext_lazy("Schreiben Sie kurz, wie es geklärt ist."),
            "min_length": gettext_lazy("Schreiben Sie wenigstens ein Wort."),
            "max_length": gettext_lazy("Höchstens 200 Zeichen passen."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@staff_only(DISPATCHER, OPERATOR)
def conflicts(request: HttpRequest, day: date) -> HttpResponse:
    """What nobody has settled, the oldest first; below it what was settled."""
    return _shown(request, own_district(), day)


@staff_acting(DISPATCHER, OPERATOR)
def conflict_settled(request: HttpRequest, day: date, event_id: UUID) -> HttpResponse:
    """Dealt with. Sent twice, the first answer counts."""
    district = own_district()
    row = DriverEvent.objects.filter(
        pk=event_id, service_day__district=district, service_day__date=day, outcome=DriverEvent.Outcome.CONFLICT
    ).first()
    if row is None:
        raise Http404(_("Diese Meldung gibt es nicht."))
    if request.method != "POST":
        return redirect("staff:conflicts", day=day)
    form = SettleForm(request.POST, auto_id=f"f-{row.pk}-%s")
    if not form.is_valid():
        return _shown(request, district, day, {row.pk: form}, 422)
    if row.settled_at is None:
        settle(row, request.user.get_username(), form.cleaned_data["reason"], timezone.now())
        messages.success(request, _("Die Meldung ist geklärt."))
    else:
        messages.info(request, _("Diese Meldung hat schon %(name)s geklärt.") % {"name": row.settled_by})
    return redirect("staff:conflicts", day=day)


def _shown(
    request: HttpRequest, district: District, day: date, wrong: dict[UUID, SettleForm] | None = None, status: int = 200
) -> HttpResponse:
    service_day = ServiceDay.objects.filter(district=district, date=day).first()
    rows = list(conflicts_of(service_day)) if service_day else []
    forms_of = {row.pk: (wrong or {}).get(row.pk) or SettleForm(auto_id=f"f-{row.pk}-%s") for row in rows}
    settled: list[DriverEvent] = []
    if service_day:
        dealt_with = service_day.driver_events.filter(settled_at__isnull=False).select_related(
            "vehicle", "duty__driver"
        )
        settled = list(dealt_with.order_by("-settled_at")[:SETTLED_SHOWN])
    context: dict[str, Any] = {
        "day": day,
        "days": days_around(district, day),
        "open": [(report_of(district, row), forms_of[row.pk]) for row in rows],
        "settled": [report_of(district, row) for row in settled],
        "unreported": unreported(service_day, now_on(service_day)).count() if service_day else 0,
        "wrong": next(iter((wrong or {}).values()), None),
    }
    response = render_part(request, "web/staff/board_conflicts.html", context)
    response.status_code = status
    return response
