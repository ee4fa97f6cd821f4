"""Passkeys: a device's own lock instead of a code. The browser's part is in passkey.js; without it there is the code."""

from __future__ import annotations

import json

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.riders.models import Account
from backend.riders.selectors import account_of
from backend.web.views.account_signin import next_page, with_account

MOST_PASSKEYS, LONGEST_NAME = 10, 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """What the browser asks a passkey for (GET), and the passkey's answer (POST)."""
    if request.method != "POST":
        return JsonResponse(auth.begin_authentication(user=None))
    if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login"):
        messages.error(request, _("Das waren zu viele Versuche. Warten Sie eine Minute."))
        return redirect("web:account-signin")
    form = LoginWebAuthnForm(request.POST)
    if not _is_readable(request) or not form.is_valid():
        messages.error(request, _("Diesen Passkey kennen wir nicht. Nehmen Sie den Code."))
        return redirect("web:account-signin")
    authenticator = form.cleaned_data["credential"]
    signed_in = account_of(request.user)
    post_authentication(request, authenticator, passwordless=True)
    if signed_in and signed_in.user == authenticator.user:  # a fresh proof, not a new session
        return redirect(next_page(request) or "web:account")
    return perform_login(request, Login(user=authenticator.user, redirect_url=next_page(request) or None))


@with_account(fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, account: Account) -> HttpResponse:
    """Make a passkey on this device."""
    if request.method == "POST" and passkeys_of(account).count() < MOST_PASSKEYS:
        form = AddWebAuthnForm(request.POST, user=account.user)
        if _is_readable(request) and form.is_valid():
            name = " ".join(form.cleaned_data["name"].split())[:LONGEST_NAME] or _("Passkey")
            auth.WebAuthn.add(account.user, name, form.cleaned_data["credential"])
            messages.success(request, _("Der Passkey ist angelegt. Beim nächsten Mal brauchen Sie keinen Code."))
        else:
            messages.error(request, _("Der Passkey wurde nicht angelegt. Versuchen Sie es noch einmal."))
        return redirect("web:account-access")
    return render(request, "web/account/passkey.html", {"section": "account"})


@with_account(fresh=True)
@require_safe
def creation_options(request: HttpRequest, account: Account) -> HttpResponse:
    """What the browser makes a passkey from."""
    return JsonResponse(auth.begin_registration(account.user, True))


@with_account(fresh=True)
@require_POST
def remove(request: HttpRequest, account: Account, key: int) -> HttpResponse:
    """Forget a passkey; the code is always there."""
    passkeys_of(account).filter(pk=key).delete()
    messages.success(request, _("Der Passkey ist gelöscht."))
    return redirect("web:account-access")


def _is_readable(request: HttpRequest) -> bool:
    """Whether a passkey's answer is a JSON object at all; the library's form takes that for granted."""
    try:
        return isinstance(json.loads(request.POST.get("credential", "")), dict)
    except (ValueError, RecursionError):
        return False


def passkeys_of(account: Account) -> QuerySet[Authenticator]:
    """The account's passkeys, the oldest first."""
    return Authenticator.objects.filter(user=account.user, type=Authenticator.Type.WEBAUTHN).order_by("pk")
