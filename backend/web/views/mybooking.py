"""A booking afterwards: see it, change it, cancel it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accessibility.desk import Access, BookingState, BookingView, Channel, InvalidInput, Refusal, TripKind
from backend.bookings.desk import get_desk
from backend.bookings.selectors import booking_by_code
from backend.operations.forecasts import bus_of
from backend.riders.selectors import account_of
from backend.web.district import current_district
from backend.web.following import look_text
from backend.web.forms import CancelForm, LookupForm
from backend.web.kept import kept_ride
from backend.web.legs import STATES, legs_of, others_open
from backend.web.limits import limited
from backend.web.news import led_to
from backend.web.sending import renew_key
from backend.web.views.booking import asked_by, offer_of, wish
from backend.web.views.returning import return_card
from backend.web.views.steps import followable
from backend.web.visitor import access_to, own_booking_from, unlock_booking


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("booking")
def lookup(request: HttpRequest) -> HttpResponse:
    """By code and contact. A wrong pair gets one answer, whatever of the two was wrong."""
    form = LookupForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        code, contact = form.cleaned_data["code"].strip().upper(), form.cleaned_data["contact"]
        try:
            answer = get_desk().status(code, Access(contact=contact, channel=Channel.WEB))
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            if not isinstance(answer, Refusal):
                unlock_booking(request, answer.code, contact)
                return redirect("web:booking", code=answer.code)
            refusal = answer
    context = {"form": form, "section": "booking", "refusal": refusal}
    context["ways_out"] = followable(refusal.way_out) if refusal else []
    failed = refusal is not None or (form.is_bound and form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "web/booking/lookup.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD"])
def booking(request: HttpRequest, code: str) -> HttpResponse:
    found = _booking(request, code)
    if found is None:
        return redirect("web:lookup")
    headings = {"gebucht": _("Gebucht"), "geaendert": _("Geändert"), "abgesagt": _("Abgesagt")}
    news = next((name for name in headings if name in request.GET), None)
    state_text, state_kind = STATES[found.state]
    context = {
        "booking": found,
        "heading": headings[news] if news else _("Ihre Fahrt"),
        "just_booked": news == "gebucht" and found.state == BookingState.BOOKED,
        "just_cancelled": news == "abgesagt" and found.state == BookingState.CANCELLED,
        "state_text": state_text,
        "state_kind": state_kind,
        "is_open": found.state == BookingState.BOOKED,
        "section": "booking",
        "legs": legs_of(found),
        "can_keep_favourite": account_of(request.user) is not None,
    }
    access = access_to(request, code)
    if found.trip and found.trip.kind is TripKind.RETURN and access is not None and access.contact:
        for leg in found.trip.legs:  # whoever may see one of a trip may see all
            unlock_booking(request, leg.code, access.contact)
    context["way_back"] = return_card(found, access) if access else None
    if context["is_open"] and access is not None and access.contact:  # staff's devices remember nobody's ride
        row = booking_by_code(found.code)
        look = look_text(bus_of(row) if row else None)
        context["kept_ride"] = kept_ride(found, current_district(), look)
    return render(request, "web/booking/booking.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("booking")
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Asked once, then done; the seat is free at once."""
    found, access = _booking(request, code), access_to(request, code)
    if found is None or access is None:
        return redirect("web:lookup")
    form = CancelForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        key = f"web:{form.cleaned_data['key']}"
        together = "alle" in request.POST and others_open(found)
        answer = (
            get_desk().cancel_together(code, access, key=key) if together else get_desk().cancel(code, access, key=key)
        )
        if not isinstance(answer, Refusal):
            return led_to("web:booking", code, news="abgesagt")
        refusal = answer
        renew_key(form)
    context = {
        "booking": found,
        "form": form,
        "section": "booking",
        "refusal": refusal,
        "other_open": others_open(found),
    }
    context["ways_out"] = followable(refusal.way_out) if refusal else []
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "web/booking/cancel.html", context, status=status)


def change(request: HttpRequest, code: str) -> HttpResponse:
    """The first step of a change: a new wish that knows which booking it replaces."""
    if _booking(request, code) is None:
        return redirect("web:lookup")
    return wish(request, replaces=code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("booking")
def confirm_change(request: HttpRequest, code: str, request_id: str, offer_id: str) -> HttpResponse:
    """The last step of a change: old and new beside each other, then one press."""
    found, access = _booking(request, code), access_to(request, code)
    if found is None or access is None:
        return redirect("web:lookup")
    offer = offer_of(asked_by(request, request_id).quote, offer_id)
    if made := own_booking_from(request, offer.id):
        return led_to("web:booking", made, news="geaendert")
    form = CancelForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        answer = get_desk().change(code, offer_id, access, key=f"web:{form.cleaned_data['key']}")
        if not isinstance(answer, Refusal):
            if access.contact:
                unlock_booking(request, answer.code, access.contact)
            return led_to("web:booking", answer.code, news="geaendert")
        refusal = answer
        renew_key(form)
    context = {
        "booking": found,
        "offer": offer,
        "form": form,
        "section": "booking",
        "refusal": refusal,
        "request_id": request_id,
    }
    context["ways_out"] = followable(refusal.way_out, can_ask_again=True) if refusal else []
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "web/booking/confirm_change.html", context, status=status)


def _booking(request: HttpRequest, code: str) -> BookingView | None:
    access = access_to(request, code)
    answer = get_desk().status(code, access) if access else None
    return None if isinstance(answer, Refusal) else answer
