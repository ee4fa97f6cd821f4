"""There and back in one step: two wishes beside each other, one ride of each, one booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import product
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accessibility.desk import BookingView, Fare, FareLine, InvalidInput, Offer, Passenger, Refusal, WayOut
from backend.bookings.desk import get_desk
from backend.bookings.rewording import reword
from backend.web import display, quotes
from backend.web.beside import Beside, beside, known, visitors
from backend.web.limits import limited
from backend.web.news import led_to
from backend.web.passenger_form import PassengerForm
from backend.web.sending import key_of, status_of
from backend.web.views.booking import asked_by, has_expired, offer_of
from backend.web.views.steps import WayOutLine, booking_steps, followable
from backend.web.visitor import known_passenger, own_booking_from, own_request, unlock_booking

NOTHING = "keine"  # the radio button of whoever takes only one of the two


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two directions as the page shows it."""

    name: str  # of its radio buttons: "hin" or "rueck"
    title: str
    without: str
    request_id: str
    wish_text: str
    offers: tuple[Offer, ...]
    refusal: Refusal | None
    ways_out: list[WayOutLine]
    is_off: bool  # none of the offers is what was wished


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("quote")
def offers(request: HttpRequest, there_id: str, back_id: str) -> HttpResponse:
    """Step 2: the offers of both directions as two groups to choose from. Posting asks for both anew."""
    if request.method == "POST":
        try:
            fresh = [_ask_again(request, request_id) for request_id in (there_id, back_id)]
        except InvalidInput as problem:  # its time has passed meanwhile
            messages.info(request, reword(problem.problem))
            return redirect(_edit_url(request, there_id, back_id))
        return redirect("web:offers-both", *fresh)
    there, back = asked_by(request, there_id), asked_by(request, back_id)
    sides = [_side(there, back.wish.when, is_back=False), _side(back, there.wish.when, is_back=True)]
    both = [side for side in sides if side.offers]
    context = {
        "steps": booking_steps(2),
        "section": "ride",
        "there_id": there_id,
        "back_id": back_id,
        "sides": sides,
        "only": both[0] if len(both) == 1 else None,
        "none": not both,
        "expired": any(has_expired(offer) for side in sides for offer in side.offers),
        "problem": request.GET.get("fehlt", ""),
        "total_text": _total_text(sides) if len(both) == 2 else "",
        "valid_until": min((offer.expires_at for side in sides for offer in side.offers), default=None),
        "edit_url": _edit_url(request, there_id, back_id),
    }
    return render(request, "web/booking/offers_both.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("book")
def passenger(request: HttpRequest, there_id: str, back_id: str) -> HttpResponse:
    """Step 3 for both rides; the chosen offers stand in the address, so that reload and back button are safe."""
    there, back = (asked_by(request, request_id) for request_id in (there_id, back_id))
    chosen = request.GET.get("hin", NOTHING), request.GET.get("rueck", NOTHING)
    if chosen[0] == NOTHING or chosen[1] == NOTHING:
        return _only_one(there_id, back_id, chosen)
    rides = (offer_of(there.quote, chosen[0]), offer_of(back.quote, chosen[1]))
    if made := own_booking_from(request, rides[0].id):
        return led_to("web:booking", made, news="gebucht")
    form = PassengerForm(request.POST if request.method == "POST" else None, initial=known_passenger(request))
    refusal: Refusal | None = None
    clash: Beside | None = None
    if request.method == "POST" and form.is_valid():
        ids = [ride.id for ride in rides]
        try:
            clash, answer = _booked(request, form.passenger(), ids)
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            if isinstance(answer, tuple):
                for view in answer:
                    unlock_booking(request, view.code, form.contact())
                return led_to("web:booking", answer[0].code, news="gebucht")
            refusal = answer
    context = {
        "form": form,
        "rides": [(_("Hinfahrt"), rides[0]), (_("Rückfahrt"), rides[1])],
        "total": _together(rides),
        "there_id": there_id,
        "back_id": back_id,
        "request_id": back_id if refusal and refusal.concerns == rides[1].id else there_id,
        "steps": booking_steps(3),
        "section": "ride",
        "refusal": refusal,
        "beside": clash,
        "ways_out": followable(refusal.way_out, can_ask_again=True) if refusal else [],
    }
    status = HTTPStatus.CONFLICT if refusal or clash else status_of(form)
    return render(request, "web/booking/passenger_both.html", context, status=status)


def _booked(
    request: HttpRequest, person: Passenger, offer_ids: list[str]
) -> tuple[Beside | None, tuple[BookingView, ...] | Refusal | None]:
    """Both bookings, or what has to be asked before."""
    desk = get_desk()
    clash = beside(request, desk.rides_beside(offer_ids, person), visitors(request))
    if clash is not None:
        return clash, None
    key = key_of(f"offers:{':'.join(offer_ids)}", person)
    return None, desk.book_together(offer_ids, person, key=key, knowing=known(request))


def _only_one(there_id: str, back_id: str, chosen: tuple[str, str]) -> HttpResponse:
    """Whoever takes one ride goes on as with one wish; whoever takes none is told."""
    for request_id, offer_id in zip((there_id, back_id), chosen, strict=True):
        if offer_id != NOTHING:
            return redirect("web:passenger", request_id=request_id, offer_id=offer_id)
    return redirect(reverse("web:offers-both", args=[there_id, back_id]) + "?fehlt=1")


def _side(asked: quotes.Asked, other_when: datetime, *, is_back: bool) -> Side:
    """One direction; no way out proposes a time that would turn both around."""
    refusal = asked.quote.refusal
    ways: list[WayOutLine] = []
    if refusal:
        proposed = [way for way in refusal.way_out if in_order(time_of(way), other_when, is_back=is_back)]
        times = [moment for moment in quotes.times_to_try(asked) if in_order(moment, other_when, is_back=is_back)]
        ways = followable(proposed, can_ask_again=True, times_to_try=times)
    return Side(
        name="rueck" if is_back else "hin",
        title=_("Rückfahrt") if is_back else _("Hinfahrt"),
        without=_("Keine Rückfahrt") if is_back else _("Keine Hinfahrt"),
        request_id=asked.request_id,
        wish_text=quotes.wish_text(asked),
        offers=asked.quote.offers,
        refusal=refusal,
        ways_out=ways,
        is_off=quotes.is_off(asked),
    )


def time_of(way: WayOut) -> datetime | None:
    """The time that a way out proposes; None where it proposes something else."""
    return datetime.fromisoformat(way.value) if way.kind == "offer_times" and "T" in way.value else None


def in_order(proposed: datetime | None, other_when: datetime, *, is_back: bool) -> bool:
    """Whether the way back still comes after the way there."""
    return proposed is None or (proposed > other_when if is_back else proposed < other_when)


def _edit_url(request: HttpRequest, there_id: str, back_id: str) -> str:
    """The first form with both wishes in it."""
    return f"{quotes.edit_url(asked_by(request, there_id))}&{urlencode({'zurueck': back_id})}"


def _ask_again(request: HttpRequest, request_id: str) -> str:
    asked = asked_by(request, request_id)
    key = key_of(f"again:{request_id}:{timezone.now():%Y%m%d%H%M}", asked.wish)
    quote = get_desk().quote(asked.wish, key=key)
    own_request(request, quote.request_id)
    return quote.request_id


def _together(rides: tuple[Offer, Offer]) -> Fare:
    """Both fares in one table, each line under its direction."""
    lines = [
        FareLine(f"{title}: {line.text}", line.amount_cents)
        for title, ride in zip((_("Hinfahrt"), _("Rückfahrt")), rides, strict=True)
        for line in ride.fare.lines
    ]
    return Fare(sum(line.amount_cents for line in lines), tuple(lines))


def _total_text(sides: list[Side]) -> str:
    totals = sorted(
        {there.fare.total_cents + back.fare.total_cents for there, back in product(sides[0].offers, sides[1].offers)}
    )
    if len(totals) == 1:
        return _("Beide Fahrten zusammen kosten %(total)s.") % {"total": display.money_text(totals[0])}
    words = {"least": display.money_text(totals[0]), "most": display.money_text(totals[-1])}
    return _("Beide Fahrten zusammen kosten %(least)s bis %(most)s.") % words
