"""Booking a ride in three steps: wish, offer, passenger. Each step is posted, then redirected to an address of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accessibility.desk import BookingView, InvalidInput, Offer, Quote, Refusal
from backend.bookings.desk import get_desk
from backend.bookings.rewording import reword
from backend.bookings.selectors import booking_by_code
from backend.web import quotes
from backend.web.back import OPEN, back_values, back_wish
from backend.web.beside import INSTEAD, Beside, beside, known, visitors
from backend.web.district import current_district
from backend.web.forms import WishForm, bookable_days
from backend.web.limits import limited
from backend.web.news import led_to
from backend.web.passenger_form import PassengerForm
from backend.web.sending import key_of, status_of
from backend.web.views.returning import ask_with_booking
from backend.web.views.steps import WayOutLine, booking_steps, followable
from backend.web.visitor import (
    access_to,
    is_back_open,
    keep_back_open,
    known_passenger,
    may_see_request,
    own_booking_from,
    own_request,
    unlock_booking,
)

DAYS_AROUND = 3


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("quote")
def wish(request: HttpRequest, replaces: str | None = None) -> HttpResponse:
    """Step 1. Also the first step of a change, when `replaces` names the booking."""
    form = wish_form(request, request.POST if request.method == "POST" else None, replaces)
    if request.method == "POST" and form.is_valid():
        district = current_district()
        ride_wish = form.wish(district.id, ZoneInfo(district.timezone), replaces)
        key = key_of(form.cleaned_data["key"], ride_wish)
        try:
            quote = get_desk().quote(ride_wish, key=key)
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            own_request(request, quote.request_id)
            back = back_wish(ride_wish, form.cleaned_data)
            if back:
                back_quote = get_desk().quote(back, key=key_of(f"back:{form.cleaned_data['key']}", back))
                own_request(request, back_quote.request_id)
                return redirect("web:offers-both", quote.request_id, back_quote.request_id)
            if form.cleaned_data["back"] == OPEN:
                keep_back_open(request, quote.request_id)
            page = reverse("web:offers", args=[quote.request_id])
            return redirect(f"{page}?verstanden=1" if form.is_spoken else page)
    context = {"form": form, "steps": booking_steps(1), "section": "ride", "replaces": replaces}
    return render(request, "web/booking/wish.html", context, status=status_of(form))


@never_cache
@require_http_methods(["GET", "HEAD"])
def offers(request: HttpRequest, request_id: str) -> HttpResponse:
    """Step 2: the offers, or the reason why there is none and what is possible."""
    asked = asked_by(request, request_id)
    quote = asked.quote
    context = {
        "steps": booking_steps(2),
        "section": "ride",
        "request_id": request_id,
        "replaces": asked.wish.replaces,
        "wish_text": quotes.wish_text(asked),
        "understood": quotes.when_text(asked.wish) if "verstanden" in request.GET else "",
        "offers": quote.offers,
        "expired": bool(quote.offers) and all(has_expired(offer) for offer in quote.offers),
        "is_off": quotes.is_off(asked),
        "refusal": quote.refusal,
        "ways_out": _ways_out(quote.refusal, asked),
        "edit_url": quotes.edit_url(asked),
        "back_is_open": is_back_open(request, request_id),
    }
    about, typed, problem = request.session.pop("time_problem", ("", "", ""))
    if about == request_id:
        context |= {"time_typed": typed, "time_problem": problem}
    return render(request, "web/booking/offers.html", context)


@require_POST
@limited("quote")
def wish_again(request: HttpRequest, request_id: str) -> HttpResponse:
    """Ask anew for the same wish, as it was, at a proposed time, or from or to a proposed stop."""
    asked = asked_by(request, request_id)
    ride_wish = quotes.at_other_time(asked.wish, request.POST.get("um", ""))
    typed = request.POST.get("zeit", "").strip()[:120]
    if typed:
        moment, problem = quotes.typed_time(asked.wish, typed, timezone.now())
        if moment is None:
            request.session["time_problem"] = [request_id, typed, problem]
            return redirect(reverse("web:offers", args=[request_id]) + "#andere-zeit")
        ride_wish = replace(ride_wish, when=moment)
    ride_wish = quotes.at_other_stop(ride_wish, request.POST.get("ende", ""), request.POST.get("halt", "")[:20])
    key = key_of(f"again:{request_id}:{timezone.now():%Y%m%d%H%M}", ride_wish)  # twice a minute is one press
    try:
        quote = get_desk().quote(ride_wish, key=key)
    except InvalidInput as problem:  # the wished time has passed meanwhile
        messages.info(request, reword(problem.problem))
        return redirect(quotes.edit_url(asked))
    own_request(request, quote.request_id)
    if is_back_open(request, request_id):
        keep_back_open(request, quote.request_id)
    pair = [request.POST.get(name, "")[:40] for name in ("hin", "rueck")]
    if request_id in pair and all(may_see_request(request, other) for other in pair):
        return redirect("web:offers-both", *(quote.request_id if other == request_id else other for other in pair))
    return redirect("web:offers", request_id=quote.request_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("book")
def passenger(request: HttpRequest, request_id: str, offer_id: str) -> HttpResponse:
    """Step 3: who rides. Posting books; posting again shows the same booking, also from a form that was filled in anew."""
    asked = asked_by(request, request_id)
    offer = offer_of(asked.quote, offer_id)
    if made := own_booking_from(request, offer.id):  # the answer was lost on the way, or the rider went back
        return led_to("web:booking", made, news="gebucht")
    form = PassengerForm(request.POST if request.method == "POST" else None, initial=known_passenger(request))
    refusal: Refusal | None = None
    clash: Beside | None = None
    if request.method == "POST" and form.is_valid():
        try:
            clash, answer = _booked(request, form, offer)
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            if isinstance(answer, BookingView):
                unlock_booking(request, answer.code, form.contact())
                ask_with_booking(request, answer.code, form.contact())
                return led_to("web:booking", answer.code, news="gebucht")
            refusal = answer
    context = {
        "form": form,
        "offer": offer,
        "request_id": request_id,
        "steps": booking_steps(3),
        "section": "ride",
        "refusal": refusal,
        "beside": clash,
        "ways_out": followable(refusal.way_out, can_ask_again=True) if refusal else [],
        "back_is_open": is_back_open(request, request_id),
    }
    status = HTTPStatus.CONFLICT if refusal or clash else status_of(form)
    return render(request, "web/booking/passenger.html", context, status=status)


def _booked(
    request: HttpRequest, form: PassengerForm, offer: Offer
) -> tuple[Beside | None, BookingView | Refusal | None]:
    """The booking, or what has to be asked before it; in place of her other ride at that time, if so pressed."""
    desk, person = get_desk(), form.passenger()
    replaced = request.POST.get(INSTEAD, "")[:12]
    access = access_to(request, replaced) if replaced else None
    if access is not None:
        return None, desk.change(replaced, offer.id, access, key=f"web:instead:{form.cleaned_data['key']}")
    clash = beside(request, desk.rides_beside([offer.id], person), visitors(request), can_replace=True)
    if clash is not None:
        return clash, None
    return None, desk.book(offer.id, person, key=key_of(f"offer:{offer.id}", person), knowing=known(request))


def wish_form(
    request: HttpRequest, data: QueryDict | None, replaces: str | None, initial: dict[str, object] | None = None
) -> WishForm:
    """The form of the wish: empty, as sent, or filled in with `initial` or with a wish that the address names."""
    district = current_district()
    today = timezone.localdate()
    earlier = request.GET.get("wunsch", "")
    if data is None and (earlier or replaces):
        asked = asked_by(request, earlier) if earlier else quotes.behind_booking(str(replaces))
        initial = quotes.form_values(asked) if asked else None
        way_back = request.GET.get("zurueck", "")
        if initial and way_back:
            initial |= back_values(asked_by(request, way_back).wish)
        elif initial and is_back_open(request, earlier):
            initial["back"] = OPEN
    return WishForm(
        data,
        find_places=lambda text: get_desk().find_places(district.id, text),
        days=_days(today, district.horizon_days, replaces),
        today=today,
        now=timezone.now(),
        may_stay_open=district.open_returns and not replaces,
        initial=initial,
    )


def _days(today: date, horizon_days: int, replaces: str | None) -> list[date]:
    """The days to choose from; of a ride of a series that lies farther ahead, also those around it."""
    days = bookable_days(today, horizon_days)
    replaced = booking_by_code(replaces) if replaces else None
    if replaced and replaced.service_day.date > days[-1]:
        around = (replaced.service_day.date + timedelta(days=offset) for offset in range(-DAYS_AROUND, DAYS_AROUND + 1))
        days += [day for day in around if day > days[-1]]
    return days


def _ways_out(refusal: Refusal | None, asked: quotes.Asked) -> list[WayOutLine]:
    if refusal is None:
        return []
    return followable(refusal.way_out, can_ask_again=True, times_to_try=quotes.times_to_try(asked))


def asked_by(request: HttpRequest, request_id: str) -> quotes.Asked:
    """The wish and its answer, for whoever asked; for anybody else there is no such page."""
    if may_see_request(request, request_id):
        try:
            return quotes.load(request_id)
        except InvalidInput:  # one's own, but a wish for many days
            pass
    raise Http404(_("Diesen Fahrtwunsch gibt es nicht."))


def offer_of(quote: Quote, offer_id: str) -> Offer:
    """One of the quote's offers."""
    for offer in quote.offers:
        if offer.id == offer_id:
            return offer
    raise Http404(_("Dieses Angebot gibt es nicht."))


def has_expired(offer: Offer) -> bool:
    """Whether an offer no longer stands."""
    return offer.expires_at <= timezone.now()
