"""The open way back: keep it open, call it in with one tap, give it up."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accessibility.desk import (
    Access,
    BookingState,
    BookingView,
    Channel,
    OpenReturnView,
    Refusal,
    ReturnState,
    TripKind,
)
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk, get_desk
from backend.bookings.return_reading import is_way_back
from backend.bookings.rewording import reword
from backend.bookings.selectors import booking_by_code
from backend.operations.dayclock import now_on
from backend.web.district import current_district
from backend.web.limits import limited
from backend.web.news import led_to
from backend.web.return_forms import ReadyForm
from backend.web.sending import own_word, renew_key, status_of
from backend.web.views.steps import followable
from backend.web.visitor import access_to, unlock_booking

TICK = "rueckfahrt_offen"  # the box beside a rider's name


@dataclass(frozen=True, slots=True)
class ReturnCard:
    """What a booking's page says of the way back. `is_time`: the way there has begun, so the rider may be done."""

    right: OpenReturnView | None
    is_time: bool
    key: str

    @property
    def is_callable(self) -> bool:
        if self.right is None or self.right.ride is not None:
            return False
        return self.is_time and self.right.state in (ReturnState.WAITING, ReturnState.CALLED)


def return_card(booking: BookingView, access: Access) -> ReturnCard | None:
    """The card of a booking; None where there is nothing to say."""
    desk = desk_on_day(booking.code)
    answer = desk.return_status(booking.code, access)
    right, now = None if isinstance(answer, Refusal) else answer, desk.clock.now()
    if right is None and (
        not current_district().open_returns
        or booking.state not in (BookingState.BOOKED, BookingState.ABOARD)
        or booking.offer.arrive_by <= now
        or (booking.trip is not None and booking.trip.kind is TripKind.RETURN)
        or is_way_back(booking.code)
    ):
        return None
    return ReturnCard(right, now >= booking.offer.pickup_from, uuid.uuid4().hex)


def desk_on_day(code: str) -> Desk:
    """The desk at the time of a booking's day: the machine's, or that of a day played in a demonstration."""
    booking = booking_by_code(code)
    return Desk(SetClock(now_on(booking.service_day))) if booking else get_desk()


def ask_with_booking(request: HttpRequest, code: str, contact: str) -> None:
    """The box was ticked while booking: the way back stays open, or the next page says why not."""
    if request.POST.get(TICK):
        answer = get_desk().ask_return(code, Access(contact=contact, channel=Channel.WEB), key=f"web:return:{code}")
        if isinstance(answer, Refusal):
            messages.warning(request, reword(answer.reason))


@require_POST
@limited("booking")
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the way back open."""
    access = access_to(request, code)
    if access is None:
        return redirect("web:lookup")
    answer = get_desk().ask_return(code, access, key=f"web:{_key(request)}")
    if isinstance(answer, Refusal):
        messages.warning(request, reword(answer.reason))
    return _to_booking(code)


@require_POST
@limited("booking")
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """The rider gets home in another way."""
    access = access_to(request, code)
    if access is None:
        return redirect("web:lookup")
    get_desk().drop_return(code, access, key=f"web:{_key(request)}")
    return _to_booking(code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("book")
def call(request: HttpRequest, code: str) -> HttpResponse:
    """ "I am done": one tap books the first bus. The page itself also takes a time to be ready at."""
    access = access_to(request, code)
    desk = desk_on_day(code)
    right = desk.return_status(code, access) if access else None
    if access is None or right is None or isinstance(right, Refusal):
        return redirect("web:booking", code=code)
    form = ReadyForm(request.POST or None, day=right.valid_until.date(), now=desk.clock.now())
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        ready_at = form.ready_at
        key = f"web:{form.cleaned_data['key']}:{ready_at and ready_at.isoformat()}"
        answer = desk.call_return(code, access, ready_at, key=key)
        if not isinstance(answer, Refusal):
            if access.contact:
                unlock_booking(request, answer.code, access.contact)
            return led_to("web:booking", answer.code, news="gebucht")
        refusal = answer
        renew_key(form)
    context = {
        "code": code,
        "right": right,
        "form": form,
        "section": "booking",
        "refusal": refusal,
        "ways_out": followable(refusal.way_out) if refusal else [],
    }
    return render(request, "web/return/call.html", context, status=HTTPStatus.CONFLICT if refusal else status_of(form))


def _key(request: HttpRequest) -> str:
    return own_word(request.POST.get("key", ""))


def _to_booking(code: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("web:booking", args=[code], fragment="rueckfahrt"))
