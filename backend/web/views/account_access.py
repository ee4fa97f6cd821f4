"""How I sign in: numbers and addresses, passkeys, the identity provider; and how the pages look to me."""

from __future__ import annotations

from http import HTTPStatus

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accessibility.desk import InvalidInput
from backend.riders.models import Account
from backend.riders.selectors import account_of, contacts_of
from backend.riders.services import remove_contact, save_appearance
from backend.web.account_forms import AppearanceForm, ContactForm
from backend.web.appearance import Appearance, appearance_of, remember_appearance
from backend.web.signin import proved_lately
from backend.web.views.account_passkeys import passkeys_of
from backend.web.views.account_signin import begin_new_contact, confirm_first, with_account


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: HttpRequest, account: Account) -> HttpResponse:
    """The list; posting adds a contact, by a code that is sent to it."""
    contacts = contacts_of(account)
    if request.method == "POST" and contacts and not proved_lately(request):
        return confirm_first(request)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = begin_new_contact(request, form)
        if answer:
            return answer
    context = {
        "section": "account",
        "form": form,
        "contacts": contacts,
        "passkeys": [(key.pk, key.wrap().name, key.created_at) for key in passkeys_of(account)],
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "connected": SocialAccount.objects.filter(user=account.user).exists(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "web/account/access.html", context, status=status)


@with_account(fresh=True)
@require_POST
def forget_contact(request: HttpRequest, account: Account) -> HttpResponse:
    """Forget a number or an address, but not the last one."""
    try:
        remove_contact(account, request.POST.get("contact", ""))
    except InvalidInput as problem:
        messages.error(request, problem.problem)
    else:
        messages.success(request, _("Gelöscht."))
    return redirect("web:account-access")


@with_account(fresh=True)
@require_POST
def disconnect(request: HttpRequest, account: Account) -> HttpResponse:
    """Forget the identity provider, where there is another way to sign in."""
    if contacts_of(account):
        SocialAccount.objects.filter(user=account.user).delete()
        messages.success(request, _("Getrennt."))
    else:
        messages.error(request, _("Geben Sie zuerst eine Telefonnummer oder E-Mail-Adresse an."))
    return redirect("web:account-access")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    """Type size, contrast, language: kept with the account, or in a cookie for who has none."""
    account, look = account_of(request.user), appearance_of(request)
    initial = {"large_type": look.large_type, "high_contrast": look.high_contrast, "language": get_language()}
    form = AppearanceForm(
        request.POST if request.method == "POST" else None, languages=list(settings.LANGUAGES), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        look = Appearance(chosen["large_type"], chosen["high_contrast"])
        if account:
            save_appearance(account, chosen["language"], look.large_type, look.high_contrast)
        with override(chosen["language"]):
            messages.success(request, _("So sehen die Seiten jetzt aus."))
            response = redirect(reverse("web:appearance"))
        remember_appearance(response, look, request.is_secure())
        return response
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "web/account/appearance.html", {"form": form, "section": "account"}, status=status)
