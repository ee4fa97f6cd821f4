"""The phone desk after the wish: offers to read out, booked with one key; or the "no", and what a dispatcher may set aside."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accessibility.desk import BookingView, InvalidInput, Offer, Refusal
from backend.bookings.desk import get_desk
from backend.bookings.overriding import OVERRIDABLE, override_of, quote_against_rules
from backend.bookings.selectors import code_of_offer
from backend.config.access import staff_access
from backend.control.callers import Caller, caller_of
from backend.control.models import PhoneCall
from backend.web import display, quotes
from backend.web.beside import INSTEAD, Beside, beside, known, staffs
from backend.web.district import current_district
from backend.web.phone_back import asked_back, back_query, going_on
from backend.web.phone_forms import ChangeForm, OfferForm, OverrideForm
from backend.web.phone_words import offer_sentence, rule_names
from backend.web.sending import key_of, status_of
from backend.web.views.phone_desk import about, desk_for, on_a_call
from backend.web.views.steps import WayOutLine, followable


@on_a_call
@require_http_methods(["GET", "HEAD", "POST"])
def phone_offers(request: HttpRequest, call: PhoneCall, request_id: str) -> HttpResponse:
    """Up to three offers by digit, and who rides: one press books."""
    asked = _asked(request_id)
    caller = caller_of(call.district, call.phone, timezone.now())
    offers = [offer for offer in asked.quote.offers if offer.expires_at > timezone.now()]
    form, refusal = None, asked.quote.refusal
    if asked.quote.offers:
        made = next((code for offer in asked.quote.offers if (code := code_of_offer(offer.id))), None)
        if made:  # pressed again, or gone back
            return going_on(redirect("staff:phone-ride", call.pk, made), asked_back(request))
        form = _offer_form(request, caller, offers, asked.wish.replaces)
    clash: Beside | None = None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            clash, answer = _book(request, form, asked.wish.replaces)
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            if isinstance(answer, BookingView):
                return going_on(redirect("staff:phone-ride", call.pk, answer.code), asked_back(request))
            refusal = answer
    context = {
        **about(call, caller),
        "back_query": back_query(asked_back(request)),
        "request_id": request_id,
        "asked": asked,
        "wish_text": quotes.wish_text(asked),
        "offers": [(number, offer, offer_sentence(offer, asked.wish.party)) for number, offer in enumerate(offers, 1)],
        "is_off": quotes.is_off(asked),
        "expired": bool(asked.quote.offers) and not offers,
        "form": form,
        "refusal": refusal,
        "beside": clash,
        "ways_out": _ways_out(refusal, asked),
        "override_form": OverrideForm() if refusal and _may_be_set_aside(asked, refusal) else None,
        **_set_aside(request_id),
    }  # fmt: skip
    is_no = clash or (refusal and request.method == "POST")
    status = HTTPStatus.CONFLICT if is_no else status_of(form) if form else HTTPStatus.OK
    return render(request, "web/phone/offers.html", context, status=status)


@on_a_call
@require_POST
def phone_again(request: HttpRequest, call: PhoneCall, request_id: str) -> HttpResponse:
    """The same wish at another time or stop, as a "no" has proposed it; or the same once more."""
    asked = _asked(request_id)
    wish = quotes.at_other_time(asked.wish, request.POST.get("um", ""))
    if typed := request.POST.get("zeit", "").strip()[:120]:
        moment, problem = quotes.typed_time(asked.wish, typed, timezone.now())
        if moment is None:
            messages.warning(request, problem)
            return going_on(redirect("staff:phone-offers", call.pk, request_id), asked_back(request))
        wish = replace(wish, when=moment)
    wish = quotes.at_other_stop(wish, request.POST.get("ende", ""), request.POST.get("halt", "")[:20])
    key = key_of(f"phone-again:{request_id}:{timezone.now():%Y%m%d%H%M}", wish)  # twice a minute is one press
    try:
        quote = desk_for(wish).quote(wish, key=key)
    except InvalidInput as problem:
        messages.warning(request, problem.problem)
        return going_on(redirect("staff:phone-offers", call.pk, request_id), asked_back(request))
    return going_on(redirect("staff:phone-offers", call.pk, quote.request_id), asked_back(request))


@on_a_call
@require_POST
def phone_override(request: HttpRequest, call: PhoneCall, request_id: str) -> HttpResponse:
    """Offer it nevertheless: the rule is set aside for this wish, with a reason that is kept."""
    asked = _asked(request_id)
    refusal = asked.quote.refusal
    if refusal is None or not _may_be_set_aside(asked, refusal):
        return going_on(redirect("staff:phone-offers", call.pk, request_id), asked_back(request))
    form = OverrideForm(request.POST)
    if form.is_valid():
        key = key_of(f"phone-override:{form.cleaned_data['key']}", asked.wish, form.cleaned_data["reason"])
        try:
            quote = quote_against_rules(
                asked.wish, form.cleaned_data["reason"], request.user, key=key, desk=desk_for(asked.wish)
            )
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            return going_on(redirect("staff:phone-offers", call.pk, quote.request_id), asked_back(request))
    caller = caller_of(call.district, call.phone, timezone.now())
    context = {
        **about(call, caller),
        "back_query": back_query(asked_back(request)),
        "request_id": request_id,
        "asked": asked,
        "wish_text": quotes.wish_text(asked),
        "refusal": refusal,
        "ways_out": _ways_out(refusal, asked),
        "override_form": form,
    }
    return render(request, "web/phone/offers.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _asked(request_id: str) -> quotes.Asked:
    try:
        asked = quotes.load(request_id)
    except InvalidInput:
        raise Http404(_("Diesen Fahrtwunsch gibt es nicht.")) from None
    if asked.wish.district != current_district().id:
        raise Http404(_("Diesen Fahrtwunsch gibt es nicht."))
    return asked


def _offer_form(request: HttpRequest, caller: Caller, offers: list[Offer], replaces: str | None) -> ChangeForm:
    choices = [(offer.id, display.window_text(offer.pickup_from, offer.pickup_until)) for offer in offers]
    data = request.POST if request.method == "POST" else None
    if replaces:
        return ChangeForm(data, offers=choices)
    phone = display.phone_text(caller.phone) if caller.phone else ""
    return OfferForm(data, offers=choices, initial={"name": caller.name, "phone": phone, "email": caller.email})


def _book(
    request: HttpRequest, form: ChangeForm, replaces: str | None
) -> tuple[Beside | None, BookingView | Refusal | None]:
    """The booking, or what the caller has to be asked before it: she has a ride at that time."""
    desk, staff, offer_id = get_desk(), staff_access(request.user), form.cleaned_data["offer"]
    replaces = replaces or request.POST.get(INSTEAD, "")[:12]
    if replaces or not isinstance(form, OfferForm):
        return None, desk.change(str(replaces), offer_id, staff, key=f"phone:{form.cleaned_data['key']}")
    person = form.passenger()
    clash = beside(request, desk.rides_beside([offer_id], person), staffs(request), can_replace=True)
    if clash is not None:
        return clash, None
    key = key_of(f"offer:{offer_id}", person)
    return None, desk.book(offer_id, person, key=key, knowing=known(request))


def _ways_out(refusal: Refusal | None, asked: quotes.Asked) -> list[WayOutLine]:
    """What is possible instead; that one may telephone, nobody need be told here."""
    ways = [way for way in refusal.way_out if way.kind != "phone"] if refusal else []
    return followable(ways, can_ask_again=True, times_to_try=quotes.times_to_try(asked))


def _may_be_set_aside(asked: quotes.Asked, refusal: Refusal) -> bool:
    return refusal.code in OVERRIDABLE and not asked.quote.offers


def _set_aside(request_id: str) -> dict[str, Any]:
    override = override_of(request_id)
    return {"override": override, "override_rules": rule_names(override.codes) if override else ""}
