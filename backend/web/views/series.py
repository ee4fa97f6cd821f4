"""Riding regularly in three steps: wish and days, the list of days, passenger. Afterwards: the list of bookings."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accessibility.desk import InvalidInput, Refusal, SeriesQuote, SeriesView
from backend.bookings.desk import get_desk
from backend.bookings.rewording import reword
from backend.bookings.selectors import booking_by_code, booking_view, open_legs
from backend.operations.chain import changes_before
from backend.web import calendar, display, quotes
from backend.web.beside import Beside, beside, known, visitors
from backend.web.district import current_district
from backend.web.limits import limited
from backend.web.news import led_to
from backend.web.passenger_form import PassengerForm
from backend.web.sending import key_of, renew_key, status_of
from backend.web.series_days import chosen, days_context, ride_line
from backend.web.series_forms import CancelSeriesForm, SeriesForm, rule_values
from backend.web.views.booking import asked_by
from backend.web.views.steps import booking_steps, followable
from backend.web.visitor import access_to, known_passenger, may_see_request, own_request, unlock_booking

MOST_CHOICES_KEPT = 4


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("series")
def series_wish(request: HttpRequest) -> HttpResponse:
    """Step 1: one ride, and on which days."""
    form = _form(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        district = current_district()
        wish, rule = form.series_wish(district.id, ZoneInfo(district.timezone)), form.rule()
        try:
            quote = get_desk().quote_series(wish, rule, key=key_of(form.cleaned_data["key"], wish, rule))
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            own_request(request, quote.series_id)
            return redirect("web:series-dates", request_id=quote.series_id)
    context = {"form": form, "steps": booking_steps(1), "section": "ride"}
    return render(request, "web/series/wish.html", context, status=status_of(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def series_dates(request: HttpRequest, request_id: str) -> HttpResponse:
    """Step 2: every day with its ride or the reason why there is none. Posting keeps which of them are wanted."""
    quote = _quote(request, request_id)
    problem = ""
    if request.method == "POST":
        ticked = chosen(request.POST)
        if ticked:
            kept = {**request.session.get("series_choices", {}), request_id: ticked}
            request.session["series_choices"] = dict(list(kept.items())[-MOST_CHOICES_KEPT:])
            return redirect("web:series-passenger", request_id=request_id)
        problem = _("Wählen Sie mindestens eine Fahrt aus.")
    days = days_context(quote, request.session.get("series_choices", {}).get(request_id))
    context = {
        **days,
        "steps": booking_steps(2),
        "section": "ride",
        "wish_text": quotes.series_text(quote),
        "fare": days["rides"][0].offers[0].fare if days["rides"] else None,
        "refusal": quote.refusal,
        "ways_out": followable(quote.refusal.way_out) if quote.refusal else [],
        "problem": problem,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "web/series/dates.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("book")
def series_passenger(request: HttpRequest, request_id: str) -> HttpResponse:
    """Step 3: who rides. Posting books all chosen days; posting again shows the same bookings."""
    quote = _quote(request, request_id)
    ticked = request.session.get("series_choices", {}).get(request_id)
    offers = [offer for one in quote.dates for offer in one.offers if offer.id in (ticked or ())]
    if not offers:
        return redirect("web:series-dates", request_id=request_id)
    form = PassengerForm(request.POST if request.method == "POST" else None, initial=known_passenger(request))
    clash: Beside | None = None
    if request.method == "POST" and form.is_valid():
        person, ids = form.passenger(), [offer.id for offer in offers]
        key = key_of(f"series:{request_id}", person, sorted(ids))
        answer: SeriesView | Refusal | None = None
        try:
            clash = beside(request, get_desk().rides_beside(ids, person), visitors(request))
            if clash is None:
                answer = get_desk().book_series(request_id, person, key=key, offer_ids=ids, knowing=known(request))
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            if isinstance(answer, SeriesView):
                first = answer.bookings[0].code
                unlock_booking(request, first, form.contact())
                return led_to("web:series", first, news="gebucht")
            if answer is not None:
                messages.warning(request, reword(answer.reason))
                del request.session["series_choices"][request_id]
                request.session.modified = True
                return redirect("web:series-dates", request_id=request_id)
    context = {
        "form": form,
        "request_id": request_id,
        "steps": booking_steps(3),
        "section": "ride",
        "offers": offers,
        "wish_text": quotes.series_text(quote),
        "total_cents": sum(offer.fare.total_cents for offer in offers),
        "beside": clash,
    }
    status = HTTPStatus.CONFLICT if clash else status_of(form)
    return render(request, "web/series/passenger.html", context, status=status)


@never_cache
@require_safe
def series(request: HttpRequest, code: str) -> HttpResponse:
    """All bookings of a series, by the code of any of them."""
    found = _series(request, code)
    if found is None:
        return redirect("web:lookup")
    headings = {"gebucht": _("Gebucht"), "abgesagt": _("Abgesagt")}
    news = next((name for name in headings if name in request.GET), None)
    now = timezone.now()
    lines = [ride_line(leg, now) for leg in sorted(found.bookings, key=lambda leg: leg.pickup_from)]
    context = {
        "section": "booking",
        "code": code,
        "series": found,
        "heading": headings[news] if news else _("Ihre regelmäßigen Fahrten"),
        "just_booked": news == "gebucht",
        "lines": lines,
        "open_count": sum(line.is_open for line in lines),
        "rule_text": quotes.rule_text(found.rule),
    }
    return render(request, "web/series/series.html", context)


@never_cache
@require_safe
def series_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """All rides of a series that are still booked, as one calendar file; each is the same entry as in its own file."""
    booking = booking_by_code(code)
    if _series(request, code) is None or booking is None:
        return redirect("web:lookup")
    rides = [
        calendar.CalendarRide(
            booking_view(leg, with_trip=False),
            *changes_before(leg),
            request.build_absolute_uri(reverse("web:booking", args=[leg.code])),
        )
        for leg in open_legs(booking)
    ]
    response = HttpResponse(
        calendar.calendar_file(rides, current_district(), timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{calendar.file_name(f"serie-{code}")}"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("booking")
def series_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Asked once, from which day on; then done."""
    found, access = _series(request, code), access_to(request, code)
    if found is None or access is None:
        return redirect("web:lookup")
    now = timezone.now()
    coming = [leg for leg in found.bookings if ride_line(leg, now).is_open]
    coming.sort(key=lambda leg: leg.pickup_from)
    starts = [(timezone.localtime(leg.pickup_from), display.day_text(leg.pickup_from)) for leg in coming]
    form = CancelSeriesForm(request.POST or None, starts=starts)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        key = f"web:{form.cleaned_data['key']}"
        answer = get_desk().cancel_series(code, access, key=key, from_day=form.cleaned_data["from_day"])
        if not isinstance(answer, Refusal):
            return led_to("web:series", code, news="abgesagt")
        refusal = answer
        renew_key(form)
    context = {"section": "booking", "code": code, "form": form, "coming": coming, "refusal": refusal}
    context["ways_out"] = followable(refusal.way_out) if refusal else []
    return render(
        request, "web/series/cancel.html", context, status=HTTPStatus.CONFLICT if refusal else status_of(form)
    )


def _form(request: HttpRequest, data: QueryDict | None) -> SeriesForm:
    district = current_district()
    if district.series_days is None:
        raise Http404(_("Regelmäßige Fahrten kann man hier nicht auf einmal buchen."))
    today = timezone.localdate()
    initial: dict[str, object] = {"first": today + timedelta(days=1)}
    earlier, single = request.GET.get("serie", ""), request.GET.get("wunsch", "")
    if data is None and earlier and may_see_request(request, earlier):
        quote = _quote(request, earlier)
        initial = {**quotes.series_values(quote), **rule_values(quote.rule)}
    elif data is None and single and may_see_request(request, single):
        initial |= quotes.form_values(asked_by(request, single))
    return SeriesForm(
        data,
        find_places=lambda text: get_desk().find_places(district.id, text),
        today=today,
        last=today + timedelta(days=district.series_days),
        initial=initial,
    )


def _quote(request: HttpRequest, request_id: str) -> SeriesQuote:
    if may_see_request(request, request_id):
        try:
            return get_desk().quoted_series(request_id)
        except InvalidInput:  # one's own, but a wish for one day
            pass
    raise Http404(_("Diesen Fahrtwunsch gibt es nicht."))


def _series(request: HttpRequest, code: str) -> SeriesView | None:
    access = access_to(request, code)
    answer = get_desk().series_status(code, access) if access else None
    return None if isinstance(answer, Refusal) else answer
