"""Devices in vehicles: a code that makes one known, which there are, and a lock for one that was lost."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.config.access import DISPATCHER, OPERATOR
from backend.driving.devices import lock, make_pairing_code, unlock
from backend.driving.models import Device, Duty
from backend.driving.selectors import devices_of
from backend.web.accessible_form import AccessibleForm
from backend.web.views.staff import own_district, staff_acting


class ReasonForm(AccessibleForm):
    """Why; kept with the audit."""

    reason = forms.CharField(
        label=gettext_lazy("Grund"),
        min_length=3,
        max_length=200,
        help_text=gettext_lazy("Zum Beispiel: verloren, gestohlen, wiedergefunden."),
        error_messages={
            "required": gettext_lazy("Schreiben Sie kurz den Grund."),
            "min_length": gettext_lazy("Schreiben Sie wenigstens ein Wort."),
            "max_length": gettext_lazy("Höchstens 200 Zeichen passen."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@staff_acting(DISPATCHER, OPERATOR)
def devices(request: HttpRequest) -> HttpResponse:
    """All devices. Sent as a form: a fresh code for one more, shown this once."""
    fresh = None
    if request.method == "POST":
        fresh = make_pairing_code(own_district(), request.user.get_username(), timezone.now())
    return _shown(request, fresh=fresh)


@staff_acting(DISPATCHER, OPERATOR)
def device_locked(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Lock a device, or let a locked one report again."""
    device = Device.objects.filter(pk=device_id, district=own_district()).first()
    if device is None:
        raise Http404(_("Dieses Gerät gibt es nicht."))
    if request.method != "POST":
        return redirect("staff:devices")
    form = ReasonForm(request.POST, auto_id=f"f-{device.pk}-%s")
    if not form.is_valid():
        return _shown(request, wrong={device.pk: form}, status=422)
    wanted = request.POST.get("tun")
    work = unlock if wanted == "freigeben" else lock
    work(device, request.user.get_username(), form.cleaned_data["reason"], timezone.now())
    text = _("%(name)s darf wieder melden.") if work is unlock else _("%(name)s ist gesperrt.")
    messages.success(request, text % {"name": device.name})
    return redirect("staff:devices")


def _shown(
    request: HttpRequest, fresh: object = None, wrong: dict[UUID, ReasonForm] | None = None, status: int = 200
) -> HttpResponse:
    district = own_district()
    rows = list(devices_of(district))
    duties = Duty.objects.filter(device__in=rows, ended_at__isnull=True).select_related("vehicle", "driver")
    in_use = {duty.device_id: duty for duty in duties}
    context = {
        "section": "devices",
        "fresh": fresh,
        "devices": [
            (row, in_use.get(row.pk), (wrong or {}).get(row.pk) or ReasonForm(auto_id=f"f-{row.pk}-%s")) for row in rows
        ],
        "wrong": next(iter((wrong or {}).values()), None),
    }
    return render(request, "web/staff/devices.html", context, status=status)
