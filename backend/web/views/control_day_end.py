"""Rides that should be over and of which no driver has said a word: driven, or nobody there? Somebody who knows says so."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accessibility.desk import InvalidInput
from backend.bookings.localtime import as_clock
from backend.bookings.models import Booking, ServiceDay
from backend.config.access import DISPATCHER, OPERATOR
from backend.driving.day_end import COMPLETED, NO_SHOW, unreported
from backend.driving.services import settle_day
from backend.operations.dayclock import now_on
from backend.web.accessible_form import AccessibleForm
from backend.web.views.staff import own_district, staff_acting


class DayEndForm(AccessibleForm):
    """Which rides, what became of them, and how one knows."""

    rides = forms.MultipleChoiceField(
        label=gettext_lazy("Welche Fahrten?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Wählen Sie wenigstens eine Fahrt.")},
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Was ist geschehen?"),
        choices=[
            (COMPLETED, gettext_lazy("Gefahren")),
            (NO_SHOW, gettext_lazy("Niemand war an der Haltestelle")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Wählen Sie, was geschehen ist.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Woher wissen Sie das?"),
        max_length=300,
        help_text=gettext_lazy("Zum Beispiel: Fahrer angerufen. Ohne Namen und Nummern."),
        error_messages={"required": gettext_lazy("Schreiben Sie kurz, woher Sie das wissen.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def offer(self, rows: list[Booking]) -> None:
        """Let these rides be chosen."""
        field = self.fields["rides"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(row.code, _label(row)) for row in rows]


def _label(row: Booking) -> str:
    """ "K7M-3PX, 8:30 Uhr, Salzwedel, Markt – Klötze, Busbahnhof": what one asks the driver by."""
    offer, day = row.offer, row.service_day
    at = as_clock(offer.pickup_earliest_s, day.date, ZoneInfo(day.district.timezone))
    aboard = _(", eingestiegen") if row.state == Booking.State.ABOARD else ""
    return f"{row.code}, {at}, {offer.pickup_stop} – {offer.delivery_stop}{aboard}"


@staff_acting(DISPATCHER, OPERATOR)
def day_end(request: HttpRequest, day: date) -> HttpResponse:
    """The open rides of a day that should be over; what is said of them is done with its reason, or nothing is."""
    row = ServiceDay.objects.select_related("district").filter(district=own_district(), date=day).first()
    shown = now_on(row) if row else timezone.now()
    rows = list(unreported(row, shown)) if row else []
    form = DayEndForm(request.POST or None)
    form.offer(rows)
    if request.method == "POST" and row is not None and form.is_valid():
        said = form.cleaned_data
        try:
            settled = settle_day(
                row, said["rides"], said["state"], request.user.get_username(), said["reason"], shown, timezone.now()
            )
        except InvalidInput as error:
            form.add_error("rides", error.problem)
        else:
            text = ngettext("%(number)d Fahrt ist erledigt.", "%(number)d Fahrten sind erledigt.", len(settled))
            messages.success(request, text % {"number": len(settled)})
            return redirect("staff:day-end", day=day)
    context = {"day": day, "rows": rows, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "web/staff/day_end.html", context, status=status)
