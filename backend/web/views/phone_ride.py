"""One ride at the phone desk: where the bus is, change, cancel, late, the way back. All without leaving the call."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accessibility.desk import BookingState, BookingView, Channel, InvalidInput, Refusal, TripKind
from backend.bookings.desk import get_desk
from backend.bookings.selectors import booking_by_code, wish_of
from backend.config.access import staff_access
from backend.control.callers import caller_of
from backend.control.models import PhoneCall
from backend.operations.followdesk import get_follower
from backend.operations.rules import LATE_MINUTES
from backend.web.legs import STATES
from backend.web.phone_back import asked_back, turned
from backend.web.phone_forms import BackForm, LateForm
from backend.web.phone_words import booked_sentence, code_said
from backend.web.sending import key_of, own_word
from backend.web.staff_board import forecast_text
from backend.web.views.phone_desk import View, about, desk_for, on_a_call
from backend.web.views.returning import desk_on_day, return_card
from backend.web.when import read_when


def of_this_district(view: View) -> View:
    """Rides of another district are not spoken of here."""

    @wraps(view)
    def guarded(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
        booking = booking_by_code(code)
        if booking is None or booking.district_id != call.district_id:
            raise Http404(_("Diese Buchung gibt es nicht."))
        return view(request, call, booking.code)

    return guarded


@on_a_call
@require_safe
@of_this_district
def phone_ride(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """What to say of a ride, and what can be done with it."""
    return _page(request, call, code)


@on_a_call
@require_POST
@of_this_district
def phone_cancel(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """Cancelled; the seat is free at once."""
    return _done(
        request,
        call,
        code,
        lambda key: get_desk().cancel(code, staff_access(request.user), key=key),
        _("Fahrt abgesagt."),
    )


@on_a_call
@require_POST
@of_this_district
def phone_late(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """The rider comes later: what that means, by rule."""
    form = LateForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Wählen Sie 5, 10 oder 15 Minuten."))
        return redirect("staff:phone-ride", call.pk, code)
    answer = get_follower().late(
        code, form.cleaned_data["minutes"], staff_access(request.user), key=f"phone:{form.cleaned_data['key']}"
    )
    messages.info(request, answer.reason if isinstance(answer, Refusal) else answer.text)
    return redirect("staff:phone-ride", call.pk, code)


@on_a_call
@require_POST
@of_this_district
def phone_keep_return(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """The way back stays open: one call fetches."""
    said = _("Die Rückfahrt bleibt offen. Ein Anruf genügt.")
    return _done(
        request, call, code, lambda key: get_desk().ask_return(code, staff_access(request.user), key=key), said
    )


@on_a_call
@require_POST
@of_this_district
def phone_call_return(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """The rider is ready: the next bus that is free."""
    answer = desk_on_day(code).call_return(
        code, staff_access(request.user), None, key=f"phone:{own_word(request.POST.get('key', ''))}"
    )
    if isinstance(answer, Refusal):
        messages.warning(request, answer.reason)
        return redirect("staff:phone-ride", call.pk, code)
    return redirect("staff:phone-ride", call.pk, answer.code)


@on_a_call
@require_POST
@of_this_district
def phone_back(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """Offers for the way back, asked by its time alone."""
    booking = booking_by_code(code)
    form = BackForm(request.POST)
    if booking is not None and form.is_valid():
        zone = ZoneInfo(booking.district.timezone)
        heard = read_when(form.cleaned_data["time"], "", booking.service_day.date, timezone.now(), zone)
        if heard.moment is None:
            form.add_error("time", heard.problem)
        else:
            there = replace(wish_of(booking.offer.ride_request), channel=Channel.DISPATCHER)
            wish = turned(there, heard.moment, heard.anchor)
            try:
                quote = desk_for(wish).quote(wish, key=key_of(f"phone-back:{form.cleaned_data['key']}", wish))
            except InvalidInput as problem:
                form.add_desk_problem(problem)
            else:
                return redirect("staff:phone-offers", call.pk, quote.request_id)
    return _page(request, call, code, back_form=form)


def _page(request: HttpRequest, call: PhoneCall, code: str, back_form: BackForm | None = None) -> HttpResponse:
    staff = staff_access(request.user)
    found = get_desk().status(code, staff)
    if isinstance(found, Refusal):
        raise Http404(found.reason)
    forecast = get_follower().where(code, staff)
    is_new = found.state is BookingState.BOOKED and found.booked_at >= call.began_at
    context = {
        **about(call, caller_of(call.district, call.phone, timezone.now())),
        "booking": found,
        "is_new": is_new,
        "sentence": booked_sentence(found) if is_new else "",
        "code_said": code_said(found.code),
        "state_text": STATES[found.state][0],
        "state_kind": STATES[found.state][1],
        "is_open": found.state is BookingState.BOOKED,
        "is_to_cancel": "absagen" in request.GET,
        "where": "" if isinstance(forecast, Refusal) else forecast_text(forecast),
        "late_minutes": LATE_MINUTES,
        "card": return_card(found, staff),
        "back_form": back_form or BackForm(time=asked_back(request)),
        "in_series": found.trip is not None and found.trip.kind is TripKind.SERIES,
        "can_go_back": _can_go_back(found),
        "request_id": _request_behind(code),
        "key": uuid.uuid4().hex,
    }
    status = 422 if back_form is not None else 200
    return render(request, "web/phone/ride.html", context, status=status)


def _request_behind(code: str) -> str:
    """The wish that a booking came from, to be asked anew; "" where it is forgotten."""
    row = booking_by_code(code)
    return str(row.offer.ride_request_id) if row and row.offer.ride_request.forgotten_at is None else ""


def _can_go_back(booking: BookingView) -> bool:
    return booking.state is not BookingState.CANCELLED and booking.trip is None


def _done(request: HttpRequest, call: PhoneCall, code: str, act: Callable[[str], Any], said: str) -> HttpResponse:
    answer = act(f"phone:{own_word(request.POST.get('key', ''))}")
    if isinstance(answer, Refusal):
        messages.warning(request, answer.reason)
    else:
        messages.success(request, said)
    return redirect("staff:phone-ride", call.pk, code)
