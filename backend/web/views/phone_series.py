"""A series at the phone desk: on which days, every day with its answer, all booked with one press; then what was booked.

The rules, offers and refusals are those of the riders' pages and of the automatic line: the same desk answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accessibility.desk import Channel, InvalidInput, Refusal, SeriesQuote, SeriesView
from accessibility.dialogue.repeating import heard_series
from backend.bookings.desk import get_desk
from backend.bookings.series_reading import code_of_series
from backend.config.access import staff_access
from backend.control.callers import caller_of
from backend.control.models import PhoneCall
from backend.web import display, quotes
from backend.web.account_forms import usual_values
from backend.web.beside import Beside, beside, known, staffs
from backend.web.district import current_district
from backend.web.phone_back import asked_back, back_query, going_on, turned
from backend.web.phone_forms import BackForm, WhoForm
from backend.web.phone_series import asked_series, series_form
from backend.web.phone_words import booked_sentence, code_said, series_sentence
from backend.web.sending import key_of, renew_key, status_of
from backend.web.series_days import chosen, days_context, ride_line
from backend.web.series_forms import CancelSeriesForm, rule_values
from backend.web.views.phone_desk import about, on_a_call
from backend.web.views.phone_ride import of_this_district
from backend.web.views.steps import followable
from backend.web.when import read_when


@on_a_call
@require_http_methods(["GET", "HEAD", "POST"])
def phone_series(request: HttpRequest, call: PhoneCall) -> HttpResponse:
    """The wish of one ride, and on which days, in fields; the line of the call takes it in words."""
    caller = caller_of(call.district, call.phone, timezone.now())
    initial = usual_values(caller.usual)
    if earlier := request.GET.get("serie", ""):
        quote = _quote(earlier)
        initial = {**quotes.series_values(quote), **rule_values(quote.rule)}
    form = series_form(request.POST if request.method == "POST" else None, initial)
    if request.method == "POST" and form.is_valid():
        try:
            return going_on(asked_series(call, form), asked_back(request))
        except InvalidInput as problem:
            form.add_desk_problem(problem)
    context = {**about(call, caller), "form": form, "back_query": back_query(asked_back(request))}
    return render(request, "web/phone/series.html", context, status=status_of(form))


@on_a_call
@require_http_methods(["GET", "HEAD", "POST"])
def phone_series_days(request: HttpRequest, call: PhoneCall, series_id: str) -> HttpResponse:
    """Every day with its ride or the reason why there is none, and who rides: one press books all that are chosen."""
    quote = _quote(series_id)
    if made := code_of_series(series_id):  # pressed again, or gone back
        return going_on(redirect("staff:phone-series-booked", call.pk, made), asked_back(request))
    caller = caller_of(call.district, call.phone, timezone.now())
    posted = request.POST if request.method == "POST" else None
    phone = display.phone_text(caller.phone) if caller.phone else ""
    form = WhoForm(posted, initial={"name": caller.name, "phone": phone, "email": caller.email})
    wanted = chosen(posted) if posted is not None else None
    refusal, problem = quote.refusal, ""
    clash: Beside | None = None
    if posted is not None and not wanted:
        problem = _("Wählen Sie mindestens eine Fahrt aus.")
    elif posted is not None and form.is_valid():
        person = form.passenger()
        key = key_of(f"series:{series_id}", person, sorted(wanted or ()))
        answer: SeriesView | Refusal | None = None
        try:
            clash = beside(request, get_desk().rides_beside(wanted or (), person), staffs(request))
            if clash is None:
                answer = get_desk().book_series(series_id, person, key=key, offer_ids=wanted, knowing=known(request))
        except InvalidInput as wrong:
            form.add_desk_problem(wrong)
        else:
            if isinstance(answer, SeriesView):
                return going_on(
                    redirect("staff:phone-series-booked", call.pk, answer.bookings[0].code), asked_back(request)
                )
            if answer is not None:
                refusal, quote, wanted = answer, _quote(series_id), None  # the days that went are asked anew
    heard = heard_series(quote)
    days = days_context(quote, wanted)
    if heard and not days["exceptions"] and not form.is_bound and not caller.name:
        form.fields["name"].widget.attrs["data-focus"] = True  # what is still missing
    context = {
        **about(call, caller),
        **days,
        "can_book_at_once": bool(heard and not days["exceptions"] and not form.is_bound and caller.name),
        "form": form,
        "wish_text": quotes.series_text(quote),
        "sentence": series_sentence(quote, heard) if heard else "",
        "refusal": refusal,
        "beside": clash,
        "ways_out": followable(way for way in refusal.way_out if way.kind != "phone") if refusal else [],
        "problem": problem,
    }
    conflict = HTTPStatus.CONFLICT if clash or (refusal and posted is not None) else None
    status = conflict or (HTTPStatus.UNPROCESSABLE_ENTITY if problem else status_of(form))
    return render(request, "web/phone/series_days.html", context, status=status)


@on_a_call
@require_POST
def phone_series_day(request: HttpRequest, call: PhoneCall, series_id: str) -> HttpResponse:
    """One day of the series alone, as a wish of its own: another time, another stop, or a rule set aside with its reason."""
    quote = _quote(series_id)
    try:
        day = date.fromisoformat(request.POST.get("einzeln", ""))
    except ValueError:
        return redirect("staff:phone-series-days", call.pk, series_id)
    wish = quote.wish
    zone = ZoneInfo(current_district().timezone)
    wish = replace(wish, when=datetime.combine(day, wish.when.astimezone(zone).time(), zone))
    key = key_of(f"phone-day:{series_id}:{timezone.now():%Y%m%d%H%M}", wish)  # twice a minute is one press
    try:
        asked = get_desk().quote(wish, key=key)
    except InvalidInput as problem:
        messages.warning(request, problem.problem)
        return redirect("staff:phone-series-days", call.pk, series_id)
    return redirect("staff:phone-offers", call.pk, asked.request_id)


@on_a_call
@require_safe
@of_this_district
def phone_series_booked(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """What to say of a booked series, by the code of any of its rides, and what can be done with it."""
    return _booked_page(request, call, code, BackForm(time=asked_back(request)))


@on_a_call
@require_POST
@of_this_district
def phone_series_back(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """The way back on the same days, asked by its time alone."""
    found = _series(request, code)
    form = BackForm(request.POST)
    if not form.is_valid():
        return _booked_page(request, call, code, form)
    zone = ZoneInfo(current_district().timezone)
    heard = read_when(form.cleaned_data["time"], "", found.wish.when.astimezone(zone).date(), timezone.now(), zone)
    if heard.moment is None:
        form.add_error("time", heard.problem)
        return _booked_page(request, call, code, form)
    there = replace(found.wish, channel=Channel.DISPATCHER)
    wish = turned(there, heard.moment.astimezone(zone), heard.anchor)
    try:
        quote = get_desk().quote_series(
            wish, found.rule, key=key_of(f"phone-back:{form.cleaned_data['key']}", wish, found.rule)
        )
    except InvalidInput as problem:
        form.add_desk_problem(problem)
        return _booked_page(request, call, code, form)
    return redirect("staff:phone-series-days", call.pk, quote.series_id)


@on_a_call
@require_POST
@of_this_district
def phone_series_cancel(request: HttpRequest, call: PhoneCall, code: str) -> HttpResponse:
    """What is left of a series, from a day on."""
    form = _cancel_form(_series(request, code), request.POST)
    if not form.is_valid():
        return _booked_page(request, call, code, BackForm(), form)
    answer = get_desk().cancel_series(
        code,
        staff_access(request.user),
        key=f"phone:{form.cleaned_data['key']}",
        from_day=form.cleaned_data["from_day"],
    )
    if isinstance(answer, Refusal):
        messages.warning(request, answer.reason)
    else:
        messages.success(request, _("Fahrten abgesagt."))
    return redirect("staff:phone-series-booked", call.pk, code)


def _quote(series_id: str) -> SeriesQuote:
    try:
        quote = get_desk().quoted_series(series_id)
    except InvalidInput:
        raise Http404(_("Diesen Fahrtwunsch gibt es nicht.")) from None
    if quote.wish.district != current_district().id:
        raise Http404(_("Diesen Fahrtwunsch gibt es nicht."))
    return quote


def _series(request: HttpRequest, code: str) -> SeriesView:
    found = get_desk().series_status(code, staff_access(request.user))
    if isinstance(found, Refusal):
        raise Http404(_("Diese Buchung gehört zu keiner Serie."))
    return found


def _cancel_form(found: SeriesView, data: Any) -> CancelSeriesForm:
    now = timezone.now()
    coming = sorted(leg.pickup_from for leg in found.bookings if ride_line(leg, now).is_open)
    starts = [(timezone.localtime(moment), display.day_text(moment)) for moment in coming]
    return CancelSeriesForm(data, starts=starts)


def _booked_page(
    request: HttpRequest, call: PhoneCall, code: str, back_form: BackForm, cancel_form: CancelSeriesForm | None = None
) -> HttpResponse:
    found, now = _series(request, code), timezone.now()
    legs = sorted(found.bookings, key=lambda leg: leg.pickup_from)
    lines = [ride_line(leg, now) for leg in legs]
    first = next((line.leg for line in lines if line.is_open), legs[0])  # whose code and time are told
    is_new = found.booked_at >= call.began_at and any(line.is_open for line in lines)
    if cancel_form is not None:
        renew_key(cancel_form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if back_form.is_bound or cancel_form else HTTPStatus.OK
    context = {
        **about(call, caller_of(call.district, call.phone, now)),
        "code": code,
        "series": found,
        "lines": lines,
        "open_count": sum(line.is_open for line in lines),
        "is_new": is_new,
        "sentence": booked_sentence_of(request, first.code) if is_new else "",
        "code_said": code_said(first.code),
        "first_code": first.code,
        "rule_text": quotes.rule_text(found.rule),
        "back_form": back_form,
        "cancel_form": cancel_form or _cancel_form(found, None),
    }
    return render(request, "web/phone/series_booked.html", context, status=status)


def booked_sentence_of(request: HttpRequest, code: str) -> str:
    """What to say of the first ride."""
    booking = get_desk().status(code, staff_access(request.user))
    return "" if isinstance(booking, Refusal) else booked_sentence(booking)
