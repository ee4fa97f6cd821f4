"""Signing in: a contact, then a code. Also the codes for a new contact and for a fresh proof; and signing out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accessibility.desk import InvalidInput
from backend.notifications.sending import CannotSend
from backend.riders.models import Account
from backend.riders.selectors import account_of, contacts_of
from backend.riders.services import read_contact
from backend.web.account_forms import CodeForm, ContactForm, SignInForm
from backend.web.signin import ADD, CONFIRM, SIGN_IN, CodeProcess, NoMoreSms, Purpose, TooManyCodes, proved_lately
from backend.web.views.again import may_be_sent_again, send_again

PROVIDER = "ausweis"
AccountView = Callable[..., HttpResponse]


def with_account(view: AccountView | None = None, *, fresh: bool = False) -> Any:
    """For signed-in riders: `view(request, account, …)`. `fresh`: who has proved within a quarter of an hour who they are.

    Personal pages are kept by no cache.
    """

    def guard(guarded: AccountView) -> AccountView:
        @wraps(guarded)
        def guarding(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            account = account_of(request.user)
            here = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("web:account")
            if account is None and may_be_sent_again(request) and request.method == "POST":
                return send_again(request, _("Sie sind abgemeldet"), _signed_out_text(), HTTPStatus.FORBIDDEN)
            if account is None:
                return redirect(f"{reverse('web:account-signin')}?{urlencode({'next': here})}")
            if fresh and not proved_lately(request):
                return confirm_first(request)
            return guarded(request, account, *args, **kwargs)

        return never_cache(guarding)

    return guard if view is None else guard(view)


def _signed_out_text() -> str:
    return _(
        "Ihre Angaben sind noch da. Melden Sie sich in einem neuen Fenster an. Kommen Sie dann hierher zurück und senden "
        "Sie noch einmal."
    )


def confirm_first(request: HttpRequest) -> HttpResponse:
    """On to a fresh proof. What was to be posted is asked again afterwards, on the page that it belongs to."""
    target = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("web:account-access")
    return redirect(f"{reverse('web:account-confirm')}?{urlencode({'next': target})}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """Step 1: whose code? The answer is the same whether or not somebody has an account."""
    if account_of(request.user):
        return redirect(next_page(request) or "web:account")
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        remember = form.cleaned_data["remember"]
        answer = _begin(request, form, Purpose(SIGN_IN, next_page(request), remember))
        if answer:
            return answer
    context = {
        "form": form,
        "next": next_page(request),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "mailbox": settings.DEMO_LOGIN,
        "section": "account",
    }
    return render(request, "web/account/signin.html", context, status=_status(form))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Step 2: the code. After five wrong ones, or fifteen minutes, it is void."""
    process = CodeProcess.under_way(request)
    if process is None:
        messages.info(request, _("Der Code gilt nicht mehr. Fordern Sie einen neuen an."))
        return redirect("web:account-signin")
    if request.method == "POST" and "resend" in request.POST:
        return _resend(request, process)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if process.is_right(form.cleaned_data["code"]):
                return process.finish()
        except TooManyCodes:
            form.add_error("code", _("Das waren zu viele Versuche. Warten Sie eine Minute."))
        except InvalidInput as problem:
            messages.error(request, problem.problem)
            return redirect("web:account-access")
        else:
            if process.is_void:
                messages.error(request, _("Das waren zu viele falsche Codes. Fordern Sie einen neuen an."))
                return redirect("web:account-signin")
            form.add_error("code", _("Dieser Code stimmt nicht. Schauen Sie noch einmal in unsere Nachricht."))
    context = {
        "form": form,
        "reached": process.reached,
        "can_resend": process.can_resend,
        "again_url": _again_url(process),
        "mailbox": settings.DEMO_LOGIN,
        "section": "account",
    }
    return render(request, "web/account/code.html", context, status=_status(form))


def _resend(request: HttpRequest, process: CodeProcess) -> HttpResponse:
    try:
        if process.can_resend:
            process.resend()
            messages.success(request, _("Ein neuer Code ist unterwegs. Der alte gilt nicht mehr."))
        else:
            messages.info(request, _("Mehr Codes senden wir jetzt nicht. Beginnen Sie neu."))
    except TooManyCodes as problem:
        messages.error(request, _too_many(problem))
    except CannotSend:
        messages.error(request, _cannot_send())
    return redirect("web:account-code")


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, account: Account) -> HttpResponse:
    """Are you still you? Before contacts, passkeys and data are touched."""
    contacts = contacts_of(account)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.cleaned_data["contact"] in contacts:
        answer = _begin(request, form, Purpose(CONFIRM, next_page(request)))
        if answer:
            return answer
    context = {"form": form, "contacts": contacts, "next": next_page(request), "section": "account"}
    context["provider"] = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
    return render(request, "web/account/confirm.html", context, status=_status(form))


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Sie sind abgemeldet."))
    return redirect("web:start")


@require_POST
def provider(request: HttpRequest) -> HttpResponse:
    """On to the identity provider. Connecting it with an account needs a fresh proof that the account is one's own."""
    if not settings.OIDC_ISSUER:
        raise Http404
    if request.GET.get("process") == "connect" and not (account_of(request.user) and proved_lately(request)):
        return confirm_first(request)
    answer: HttpResponse = openid_connect.login(request, PROVIDER)
    return answer


def begin_new_contact(request: HttpRequest, form: ContactForm) -> HttpResponse | None:
    """Send a code to a contact that is to be added to the account."""
    return _begin(request, form, Purpose(ADD, reverse("web:account-access")))


def _begin(request: HttpRequest, form: ContactForm, purpose: Purpose) -> HttpResponse | None:
    try:
        CodeProcess.begin(request, read_contact(form.cleaned_data["contact"]), purpose)
    except InvalidInput as problem:
        form.add_desk_problem(problem)
    except TooManyCodes as problem:
        form.add_error("contact", _too_many(problem))
    except CannotSend:
        form.add_error("contact", _cannot_send())
    else:
        return redirect("web:account-code")
    return None


def _too_many(problem: TooManyCodes) -> str:
    if isinstance(problem, NoMoreSms):
        return _(
            "Im Moment können wir keinen Code per SMS senden. Nehmen Sie Ihre E-Mail-Adresse, oder rufen Sie uns an."
        )
    return _("So viele Codes senden wir nicht auf einmal. Versuchen Sie es in einer Viertelstunde noch einmal.")


def _cannot_send() -> str:
    return _("Wir können gerade keine Nachricht senden. Versuchen Sie es auf anderem Weg, oder rufen Sie uns an.")


def _again_url(process: CodeProcess) -> str:
    purpose = process.purpose
    name = {SIGN_IN: "web:account-signin", ADD: "web:account-access", CONFIRM: "web:account-confirm"}[purpose.name]
    extra = f"?{urlencode({'next': purpose.next_url})}" if purpose.next_url and purpose.name != ADD else ""
    return reverse(name) + extra


def next_page(request: HttpRequest) -> str:
    """Where to go afterwards, if it is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    inside = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    # Without a slash it is no address but, to `redirect`, the name of a view.
    return target if inside and "/" in target else ""


def _status(form: ContactForm | CodeForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
