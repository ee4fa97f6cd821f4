"""Messages to riders for the dispatcher: what reached nobody first, then what was told lately; all of one booking."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accessibility.desk import InvalidInput
from backend.bookings.selectors import booking_by_code
from backend.config.access import DISPATCHER, OPERATOR
from backend.notifications.models import RiderMessage
from backend.notifications.selectors import latest, messages_of, undelivered
from backend.notifications.settling import LONGEST_NOTE, settle
from backend.notifications.staff_words import line_of
from backend.web.accessible_form import AccessibleForm
from backend.web.guards import for_roles
from backend.web.views.staff import own_district, staff_only

dispatchers = for_roles(DISPATCHER, OPERATOR)
MOST_LATELY = 50


class SettleForm(AccessibleForm):
    """How it ended."""

    note = forms.CharField(
        label=gettext_lazy("Wie ging es aus?"),
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy("Zum Beispiel: angerufen, weiß Bescheid. Schreiben Sie keine Diagnosen auf."),
        error_messages={
            "required": gettext_lazy("Schreiben Sie kurz, wie es ausging. Zum Beispiel: angerufen, weiß Bescheid."),
            "max_length": gettext_lazy("Die Notiz ist zu lang. Höchstens 500 Zeichen passen."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@staff_only(DISPATCHER, OPERATOR)
def overview(request: HttpRequest) -> HttpResponse:
    """What is to be done first."""
    now, district = timezone.now(), own_district()
    context = {
        "section": "messages",
        "undelivered": [line_of(row, now) for row in undelivered(district)],
        "lately": [line_of(row, now) for row in latest(district)[:MOST_LATELY]],
    }
    return render(request, "web/control/messages.html", context)


@require_safe
@never_cache
@dispatchers
def of_booking(request: HttpRequest, code: str) -> HttpResponse:
    """All messages of one booking."""
    booking = booking_by_code(code)
    if booking is None or booking.district_id != own_district().pk:
        raise Http404
    lines = [line_of(row, timezone.now()) for row in messages_of(booking)]
    return render(
        request, "web/control/messages_of_booking.html", {"section": "messages", "code": booking.code, "lines": lines}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@dispatchers
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message that reached nobody: whom to tell what, and by which way; then done, with a note."""
    row = RiderMessage.objects.select_related("district").filter(pk=message_id, district=own_district()).first()
    if row is None:
        raise Http404
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            settle(row, form.cleaned_data["note"], request.user.get_username(), timezone.now())
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            messages.success(request, _("Erledigt."))
            return redirect("staff:messages")
    context = {"section": "messages", "line": line_of(row, timezone.now()), "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/control/message.html", context, status=status)
