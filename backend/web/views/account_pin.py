"""The PIN by which the telephone line knows a rider."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accessibility.desk import InvalidInput
from backend.riders.models import Account
from backend.riders.pins import set_pin
from backend.web.accessible_form import AccessibleForm
from backend.web.views.account_signin import with_account


class PinForm(AccessibleForm):
    phone_pin = forms.CharField(
        label=gettext_lazy("Neue PIN"),
        max_length=20,
        help_text=gettext_lazy("4 bis 6 Ziffern. Nehmen Sie nicht Ihr Geburtsdatum."),
        error_messages={"required": gettext_lazy("Schreiben Sie 4 bis 6 Ziffern.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "code-input"}),
    )


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: HttpRequest, account: Account) -> HttpResponse:
    """Set a PIN, change it, or take it away."""
    if request.method == "POST" and "forget" in request.POST:
        set_pin(account, "")
        messages.success(request, _("Die PIN ist gelöscht."))
        return redirect("web:account-pin")
    form = PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            set_pin(account, form.cleaned_data["phone_pin"])
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("web:account-pin")
    context = {"form": form, "section": "account", "has_pin": bool(account.phone_pin)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "web/account/pin.html", context, status=status)
