"""Handover from shift to shift, and the audit: who did what, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accessibility.desk import InvalidInput
from backend.bookings.models import ServiceDay
from backend.channels_in.waiting import waiting_calls
from backend.control.audit_reading import AuditFilter, actors, audit_count, audit_lines
from backend.control.handover import LONGEST_ENTRY, add_entry, tick
from backend.control.handover_reading import ShiftSummary, entries_of, neighbours, open_points, search, shift_summary
from backend.control.intervention_words import InterventionWords
from backend.districts.models import District
from backend.web.accessible_form import AccessibleForm
from backend.web.phone_words import RULES
from backend.web.sending import KeyField, status_of
from backend.web.views.control_fleet import planners_only
from backend.web.views.control_interventions import told
from backend.web.views.staff import own_district


class EntryForm(AccessibleForm):
    """One line of the log."""

    text = forms.CharField(
        label=_("Eintrag"),
        max_length=LONGEST_ENTRY,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Schreiben Sie, was die nächste Schicht wissen soll.")},
    )
    vehicle = forms.ChoiceField(label=_("Fahrzeug"), required=False)
    booking = forms.CharField(
        label=_("Buchungscode"), max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    is_point = forms.BooleanField(label=_("Offener Punkt: Jemand muss noch etwas tun"), required=False)
    key = KeyField()

    def __init__(self, *args: Any, vehicles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vehicle"].choices = [("", _("keins")), *vehicles]  # type: ignore[attr-defined]


@planners_only
@require_safe
def handover_today(request: HttpRequest) -> HttpResponse:
    """Today's log; or, with words to look for, what was found."""
    words = request.GET.get("suche", "").strip()[:100]
    if not words:
        try:
            return redirect("staff:handover-day", date.fromisoformat(request.GET.get("tag", "")))
        except ValueError:
            return redirect("staff:handover-day", timezone.localdate())
    found = search(own_district(), words, timezone.localdate())
    return render(request, "web/control/handover_search.html", {"section": "handover", "words": words, "found": found})


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, day: date) -> HttpResponse:
    """The log of a day, what is open, and what the program has seen."""
    district = own_district()
    vehicles = list(district.vehicles.order_by("code").values_list("code", "name"))
    form = EntryForm(request.POST if request.method == "POST" else None, vehicles=vehicles)
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            add_entry(
                district, day, cleaned["text"], request.user.get_username(), timezone.now(),
                key=f"web:{request.user.pk}:{cleaned['key']}"[:64], vehicle=cleaned["vehicle"],
                booking=cleaned["booking"], is_point=cleaned["is_point"],
            )  # fmt: skip
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            messages.success(request, _now("Eingetragen."))
            return redirect("staff:handover-day", day)
    summary = shift_summary(district, day)
    before, after = neighbours(day)
    is_today = day == timezone.localdate()
    context = {
        "section": "handover",
        "day": day,
        "before": before,
        "after": None if is_today else after,
        "is_today": is_today,
        "form": form,
        "entries": entries_of(district, day),
        "points": open_points(district),
        "summary": summary,
        "done": _interventions(district, day, summary),
        "overridden": [(RULES.get(code, code), count) for code, count in summary.overridden.items()],
        "waiting": waiting_calls(district).count() if is_today else 0,
        "vehicle_names": dict(vehicles),
    }
    return render(request, "web/control/handover.html", context, status=status_of(form))


def _interventions(district: District, day: date, summary: ShiftSummary) -> list[dict[str, Any]]:
    """The interventions of a day as every page names them."""
    if not summary.interventions:
        return []
    words = InterventionWords(ServiceDay.objects.get(district=district, date=day))
    return [told(record, words) for record in summary.interventions]


@planners_only
@require_POST
def handover_done(request: HttpRequest, entry_id: Any) -> HttpResponse:
    """An open point is ticked."""
    entry = tick(own_district(), str(entry_id), request.user.get_username(), timezone.now())
    if entry is None:
        messages.info(request, _now("Diesen Punkt gibt es nicht mehr."))
        return redirect("staff:handover")
    messages.success(request, _now("Erledigt."))
    try:
        return redirect("staff:handover-day", date.fromisoformat(request.POST.get("tag", "")))
    except ValueError:
        return redirect("staff:handover")


@planners_only
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why; by day, person and booking."""
    district = own_district()
    asked = request.GET
    day: date | None
    try:
        day = date.fromisoformat(asked.get("tag", ""))
    except ValueError:
        day = None if asked.get("fahrt") else timezone.localdate()
    wanted = AuditFilter(day, asked.get("person", "")[:150], asked.get("fahrt", "").strip()[:60], "gruende" in asked)
    context = {
        "section": "handover",
        "wanted": wanted,
        "lines": audit_lines(district, wanted),
        "count": audit_count(district, wanted),
        "actors": actors(district, day),
    }
    return render(request, "web/control/audit.html", context)
