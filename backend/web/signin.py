"""Signing in: who proves a contact by a code has an account. Known and unknown contacts go the very same way.

django-allauth counts tries, knows when a code is over, limits how often codes are sent, and logs in; what it would tell
apart, a known contact and an unknown one, is one flow here (docs/decisions/0602-sign-in-by-code.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import get_authentication_records, perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from backend.districts.selectors import get_district
from backend.notifications.sending import Message, send
from backend.riders.selectors import account_of, account_with_contact, contacts_of
from backend.riders.services import Reached, add_contact, open_account
from backend.web.district import current_district

SESSION_KEY = "account_code"
SIGN_IN, ADD, CONFIRM = "sign-in", "add", "confirm"
REMEMBERED_S = 90 * 86_400
PROOF_LASTS_S = 15 * 60  # for what needs a fresh proof: contacts, passkeys, own data


class TooManyCodes(RuntimeError):
    """Too many codes were asked for, by this address of the network or for this contact."""


class NoMoreSms(TooManyCodes):
    """So many codes have left by SMS that it costs too much; an e-mail costs nothing."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a code is for, and where to go afterwards."""

    name: str
    next_url: str = ""
    remember: bool = False


class CodeProcess(AbstractCodeVerificationProcess):
    """One code under way, in the session of whoever asked for it. The session keeps a digest, not the code."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
        )
        self.request = request

    @classmethod
    def begin(cls, request: HttpRequest, reached: Reached, purpose: Purpose) -> Self:
        """Send a code. Raises TooManyCodes or CannotSend, without a look at whose contact it is."""
        state = cls.initial_state(None)
        state |= {"kind": reached.kind, "value": reached.value, "purpose": purpose.name}
        state |= {"next": purpose.next_url, "remember": purpose.remember}
        process = cls(request, state)
        process.send()
        process.persist()
        return process

    @classmethod
    def under_way(cls, request: HttpRequest) -> Self | None:
        """The code that this session waits for; None where there is none, or its time is over."""
        state = request.session.get(SESSION_KEY)
        process: Self | None = cls(request, state).abort_if_invalid() if isinstance(state, dict) else None
        return process

    @property
    def reached(self) -> Reached:
        return Reached(self.state["kind"], self.state["value"])

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.state["purpose"], self.state["next"], self.state["remember"])

    @property
    def can_resend(self) -> bool:
        return not self.is_resend_quota_reached(app_settings.LOGIN_BY_CODE_MAX_RESEND_COUNT)

    def send(self) -> None:
        if not ratelimit.consume(self.request, action="request_login_code", key=self.state["value"]):
            raise TooManyCodes
        by_sms = self.state["kind"] == "phone"
        if by_sms and not ratelimit.consume(self.request, action="send_code_sms", key="all"):
            raise NoMoreSms
        code = AccountAdapter(self.request).generate_login_code()
        self.state["digest"] = _digest(code)
        send(code_message(self.reached, code, self.request.get_host()))

    def resend(self) -> None:
        """Another code; the one before is void. Raises TooManyCodes or CannotSend."""
        self.send()
        self.record_resend()
        self.persist()

    def is_right(self, text: str) -> bool:
        """Whether this is the code. A wrong one is counted; after the last try the code is void. Raises TooManyCodes."""
        if not ratelimit.consume(self.request, action="confirm_login_code"):
            raise TooManyCodes
        if constant_time_compare(_digest(text), self.state["digest"]):
            return True
        self.record_invalid_attempt()
        return False

    @property
    def is_void(self) -> bool:
        return SESSION_KEY not in self.request.session

    def persist(self) -> None:
        self.request.session[SESSION_KEY] = self.state

    def abort(self) -> None:
        self.request.session.pop(SESSION_KEY, None)

    def finish(self) -> HttpResponse:
        """What the right code is for: signed in, a new contact kept, or a fresh proof. Raises InvalidInput."""
        self.abort()
        purpose, reached = self.purpose, self.reached
        if purpose.name == SIGN_IN:
            return self._sign_in(reached, purpose)
        account = account_of(self.request.user)
        if account is None:
            return redirect("web:account-signin")
        if purpose.name == ADD:
            add_contact(account, reached, timezone.now())
            messages.success(self.request, _("Gespeichert."))
        record_authentication(self.request, account.user, "code")
        return redirect(purpose.next_url or "web:account")

    def _sign_in(self, reached: Reached, purpose: Purpose) -> HttpResponse:
        district = get_district(current_district().id)
        assert district is not None  # current_district() has found it
        user = open_account(district, timezone.now(), reached, language=get_language() or "").user
        record_authentication(self.request, user, "code")
        response = perform_login(self.request, Login(user=user, redirect_url=purpose.next_url or None))
        if purpose.remember and self.request.user.is_authenticated:
            self.request.session.set_expiry(REMEMBERED_S)
        return response


def _digest(code: str) -> str:
    return salted_hmac("rufbus.code", normalize_user_code(code), algorithm="sha256").hexdigest()


def code_message(reached: Reached, code: str, host: str) -> Message:
    """The code in words. The last line of the SMS lets a telephone fill in the code by itself."""
    if reached.kind == "email":
        text = _(
            "Guten Tag,\n\nIhr Code für den Rufbus: %(code)s\n\nEr gilt 15 Minuten. Geben Sie ihn nur auf unserer Seite ein. "
            "Niemand vom Rufbus fragt Sie danach.\n\nSie haben keinen Code bestellt? Dann müssen Sie nichts tun."
        )
        return Message("email", reached.value, text % {"code": code}, _("Ihr Code für den Rufbus"))
    text = _("Ihr Code für den Rufbus: %(code)s. Er gilt 15 Minuten. Geben Sie ihn niemandem weiter.")
    return Message("phone", reached.value, text % {"code": code} + f"\n\n@{host.partition(':')[0]} #{code}")


def proved_lately(request: HttpRequest) -> bool:
    """Whether this session has shown within the last quarter of an hour who it is."""
    records = get_authentication_records(request, request.user if request.user.is_authenticated else None)
    return bool(records) and timezone.now().timestamp() - records[-1]["at"] < PROOF_LASTS_S


class AccountAdapter(DefaultAccountAdapter):
    """What django-allauth asks us: how to reach people, and who may not come in this way."""

    def get_login_stages(self) -> list[str]:
        return []  # a code or a passkey is the whole proof; a passkey is a second way in, not a second lock

    def pre_login(self, request: HttpRequest, user: Any, **context: Any) -> HttpResponse | None:
        """Riders only: members of staff have their own door, and no rider's proof opens it."""
        if user.is_staff or user.is_superuser or not user.is_active or account_of(user) is None:
            messages.error(request, _("Mit diesem Zugang können Sie sich hier nicht anmelden."))
            return redirect("web:account-signin")
        return None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("web:account")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("web:account")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only what we say ourselves; allauth's own sentences are in another tone."""

    def post_login(self, request: HttpRequest, user: Any, **context: Any) -> HttpResponse:
        """On in the account's language, wherever the signing in began."""
        response = super().post_login(request, user, **context)
        account = account_of(user)
        if account:
            response["Location"] = translate_url(response["Location"], account.language)
            with override(account.language):
                messages.success(request, _("Sie sind angemeldet."))
        return response

    # allauth asks for these of whoever signs in by telephone; our own flow does the rest.
    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        account = account_of(user)
        phones = contacts_of(account, "phone") if account else ()
        return (phones[0], True) if phones else None

    def get_user_by_phone(self, phone: str) -> Any:
        account = account_with_contact("phone", phone)
        return account.user if account else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        raise NotImplementedError("a contact is kept only once it is proved: add_contact")

    def set_phone_verified(self, user: Any, phone: str) -> None:
        raise NotImplementedError("a contact is kept only once it is proved: add_contact")

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        send(code_message(Reached("phone", phone), code, self.request.get_host()))


class ProviderAdapter(DefaultSocialAccountAdapter):
    """An identity provider says who somebody is, and we keep no more of it than that it is the same person again."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        sociallogin.email_addresses = []  # a contact is proved to us by a code, not by hearsay
        sociallogin.account.extra_data = {}
        if sociallogin.account.pk:
            sociallogin.account.save(update_fields=["extra_data"])

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        name = data.get("name") or " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))
        sociallogin.user.first_name = name or ""
        return sociallogin.user

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """A new account for somebody whom the provider knows and we did not."""
        district = get_district(current_district().id)
        assert district is not None
        name = sociallogin.user.first_name
        name = name if name.isprintable() else ""
        sociallogin.user = open_account(district, timezone.now(), name=name, language=get_language() or "").user
        sociallogin.save(request, connect=True)
        return sociallogin.user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        messages.success(request, _("Verbunden."))
        return reverse("web:account-access")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **context: Any) -> None:
        messages.error(
            request, _("Die Anmeldung hat nicht geklappt. Versuchen Sie es noch einmal oder auf anderem Weg.")
        )
        raise ImmediateHttpResponse(redirect("web:account-signin"))
