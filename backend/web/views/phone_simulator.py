"""Try the automatic line from the control room: the webhooks of a telephone company, signed here and never in a browser."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from twilio.request_validator import SIGNATURE_HEADER

from backend.channels_in.call_models import Call
from backend.channels_in.carrier import NoAnswer, Post, Spoken, Telephone
from backend.channels_in.signed import called_address, signature_of
from backend.web.accessible_form import AccessibleForm
from backend.web.views.phone_desk import dispatchers_only

SESSION_KEY = "phone-probe"
TEST_NUMBER = "03023125001"
KEYPAD = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), ("*", "0", "#"))
KEY_NAMES = {"*": gettext_lazy("Stern"), "#": gettext_lazy("Raute")}
LONGEST = 600


class ProbeForm(AccessibleForm):
    """Who rings up."""

    number = forms.CharField(
        label=gettext_lazy("Nummer, die anruft"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Leer: Die Nummer ist unterdrückt."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )


class SayForm(AccessibleForm):
    """What is said, or keyed."""

    text = forms.CharField(
        label=gettext_lazy("Sagen"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    keys = forms.CharField(
        label=gettext_lazy("Mehrere Tasten"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Zum Beispiel 0930. Die Raute kommt von selbst."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )


@dispatchers_only
@require_http_methods(["GET", "HEAD", "POST"])
def simulator(request: HttpRequest) -> HttpResponse:
    """One call after the other, each in this session."""
    if request.method == "POST":
        problem = _act(request)
        if problem:
            return _page(request, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect("staff:phone-simulator")
    return _page(request)


def _act(request: HttpRequest) -> str:
    """Do what the button says; what went wrong, in words."""
    if not settings.TWILIO_TOKEN:
        return _("Das Telefon ist nicht eingerichtet: RUFBUS_TWILIO_TOKEN fehlt.")
    what = request.POST.get("what", "")
    telephone = _telephone(request)
    try:
        if what == "ring":
            telephone = Telephone(_inside(request), request.POST.get("number", "")[:40])
            telephone.ring()
        elif telephone is None or telephone.heard.is_over:
            return _("Das Gespräch ist zu Ende. Rufen Sie noch einmal an.")
        elif what == "hang_up":
            telephone.hang_up()
        elif telephone.heard.dialled:
            telephone.not_picked_up()
        else:
            _send(telephone, request.POST)
    except NoAnswer:
        return _("Die Leitung hat nicht geantwortet. Versuchen Sie es noch einmal.")
    heard = telephone.heard
    request.session[SESSION_KEY] = {
        "sid": telephone.sid, "number": telephone.number, "action": heard.action, "dialled": heard.dialled,
        "is_over": heard.is_over, "is_slow": heard.is_slow, "text": heard.text,
    }  # fmt: skip
    return ""


def _send(telephone: Telephone, posted: QueryDict) -> None:
    """One key of the keypad, several keys, words, or silence."""
    key, keys, text = posted.get("key", ""), posted.get("keys", "").strip(), posted.get("text", "").strip()
    if key or keys:
        telephone.press((key or keys)[:40])
    elif text:
        telephone.say(text[:LONGEST])
    else:
        telephone.be_silent()


def _telephone(request: HttpRequest) -> Telephone | None:
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    heard = Spoken(kept["text"], kept["action"], kept["dialled"], kept["is_over"], kept["is_slow"])
    return Telephone(_inside(request), kept["number"], kept["sid"], heard)


def _inside(request: HttpRequest) -> Post:
    """Webhooks to this very process: signed, and checked like those from outside."""

    def post(path: str, form: dict[str, str]) -> str:
        webhook = HttpRequest()
        webhook.method, webhook.path, webhook.path_info = "POST", path, path
        webhook.META = {
            name: value for name, value in request.META.items() if name in ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT")
        }
        webhook.POST = QueryDict(urlencode(form))
        webhook.META[f"HTTP_{SIGNATURE_HEADER.upper().replace('-', '_')}"] = signature_of(called_address(webhook), form)
        match = resolve(path)
        response = match.func(webhook, *match.args, **match.kwargs)
        if response.status_code != HTTPStatus.OK and response.status_code != HTTPStatus.NO_CONTENT:
            raise NoAnswer(str(response.status_code))
        return response.content.decode()

    return post


def _page(request: HttpRequest, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    kept: dict[str, Any] = request.session.get(SESSION_KEY) or {}
    call = Call.objects.filter(external_id=kept["sid"]).first() if kept else None
    context = {
        "section": "phone",
        "problem": problem,
        "ring": ProbeForm(initial={"number": kept.get("number", TEST_NUMBER)}),
        "say": SayForm(),
        "kept": kept,
        "is_on": bool(kept) and not kept["is_over"],
        "lines": [{"who": who, "text": text} for who, text in call.lines] if call else [],
        "keypad": [[{"key": key, "name": KEY_NAMES.get(key, key)} for key in row] for row in KEYPAD],
    }
    return render(request, "web/phone/simulator.html", context, status=status)
