"""The phone desk: a number, who it is, one line for the ride. One screen, and the keyboard is enough."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accessibility.desk import BookingState, InvalidInput, RideWish
from backend.bookings.desk import Desk
from backend.bookings.localtime import service_date
from backend.bookings.selectors import booking_by_code
from backend.channels_in.waiting import finish_call, take_call
from backend.config.access import DISPATCHER
from backend.control.callers import Caller, caller_of
from backend.control.calls import begin_call, end_call, open_call, open_calls
from backend.control.models import PhoneCall
from backend.operations.board_rides import riders_named
from backend.operations.dayclock import desk_on, now_on, played_day
from backend.operations.selectors import RiderView
from backend.web.district import current_district
from backend.web.guards import for_roles
from backend.web.phone_back import asked_back, back_query, going_on
from backend.web.phone_forms import LineForm, NumberForm, PhoneWishForm
from backend.web.phone_line import Line
from backend.web.phone_reading import end_text, filled, read_line, time_of_back, wish_form
from backend.web.phone_series import asked_series, series_form
from backend.web.phone_waiting import said_before, waiting_case, waiting_lines
from backend.web.sending import key_of, own_word, status_of
from backend.web.views.staff import own_district

View = Callable[..., HttpResponse]
LANGUAGES = {"en": gettext_lazy("spricht Englisch"), "de-simple": gettext_lazy("Leichte Sprache")}


def dispatchers_only(view: View) -> View:
    """For dispatchers; kept by no cache, since people stand on these pages."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    allowed = for_roles(DISPATCHER)
    return never_cache(allowed(guarded))


def on_a_call(view: View) -> View:
    """For the dispatcher who is on this call; once it is over, there is nothing to see."""

    @wraps(view)
    def guarded(request: HttpRequest, call_id: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        call = open_call(str(call_id), request.user.get_username(), timezone.now())
        if call is None:
            messages.info(request, _("Dieses Gespräch ist beendet. Nehmen Sie das nächste an."))
            return redirect("staff:phone-desk")
        return view(request, call, *args, **kwargs)

    return dispatchers_only(guarded)


@dispatchers_only
@require_http_methods(["GET", "HEAD", "POST"])
def phone_desk(request: HttpRequest) -> HttpResponse:
    """Who calls? A number is typed, or taken over from those who wait."""
    district, by, now = own_district(), request.user.get_username(), timezone.now()
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            call = begin_call(district, by, form.cleaned_data["phone"], now, key=form.cleaned_data["key"])
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            return redirect("staff:phone-call", call.pk)
    context = {
        "section": "phone",
        "form": form,
        "waiting_calls": waiting_lines(district, request.user),
        "calls": [(call, caller_of(district, call.phone, now)) for call in open_calls(district, by, now)],
        **watching(),
    }
    return render(request, "web/phone/desk.html", context, status=status_of(form))


@on_a_call
@require_http_methods(["GET", "HEAD", "POST"])
def phone_call(request: HttpRequest, call: PhoneCall) -> HttpResponse:
    """The caller, and the wish: in one line, or in the fields. What is complete leads on to the offers at once."""
    caller = caller_of(call.district, call.phone, timezone.now())
    replaces = _booking_to_change(request)
    line_form, form, back = LineForm(), wish_form(None, caller, replaces), asked_back(request)
    if request.method == "POST" and "line" in request.POST:
        line_form = LineForm(request.POST)
        if line_form.is_valid():
            line = read_line(line_form.cleaned_data["line"], caller, replaces)
            if line.is_series:
                return _asked_on_many_days(request, call, caller, line_form, line)
            form = filled(line, line_form.cleaned_data["key"], caller, replaces)
            back = time_of_back(line.back, form)
            if form.is_valid():
                return _asked(request, call, form, replaces, back)
    elif request.method == "POST":
        form = wish_form(request.POST, caller, replaces)
        if form.is_valid():
            return _asked(request, call, form, replaces, back)
    context = {
        **about(call, caller),
        "line_form": line_form,
        "form": form,
        "replaces": replaces,
        "fields_open": form.is_bound or replaces,
        "back_query": back_query(back),
    }
    wrong = line_form.errors if line_form.is_bound and not form.is_bound else form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" and wrong else HTTPStatus.OK
    return render(request, "web/phone/call.html", context, status=status)


@dispatchers_only
@require_POST
def phone_take(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take a caller over from the automatic line, with everything said so far."""
    district, by, now = own_district(), request.user.get_username(), timezone.now()
    try:
        with transaction.atomic():  # taken over and open, or neither
            case = take_call(district, case_id, request.user, now)
            key = f"waiting:{case.pk}:{case.since.timestamp()}"
            call = begin_call(district, by, case.number, now, key=key, waiting=str(case.pk))
    except InvalidInput as problem:
        messages.warning(request, problem.problem)
        return redirect("staff:phone-desk")
    if call.ended_at is not None:  # not reached the first time: another call in the same matter
        call = begin_call(district, by, case.number, now, key=uuid.uuid4().hex, waiting=str(case.pk))
    return redirect("staff:phone-call", call.pk)


@dispatchers_only
@require_POST
def phone_about(request: HttpRequest, code: str) -> HttpResponse:
    """Ring up the rider of a booking: a call with the number that the ride knows, opened at the ride, or at what is to be
    done with it (`ziel`)."""
    district, by, now = own_district(), request.user.get_username(), timezone.now()
    rider = riders_named(district, [code]).get(code)
    if rider is None:
        raise Http404(_("Diese Buchung gibt es nicht."))
    call = begin_call(district, by, rider.phone, now, key=f"about:{own_word(request.POST.get('key', ''))}")
    if call.ended_at is not None:  # sent once more after hanging up
        call = begin_call(district, by, rider.phone, now, key=uuid.uuid4().hex)
    return redirect(_aim(request.POST.get("ziel", ""), call, rider))


def _aim(aim: str, call: PhoneCall, rider: RiderView) -> str:
    """Where a call about a ride begins. What is no longer booked can only be looked at."""
    ride = reverse("staff:phone-ride", args=[call.pk, rider.code])
    if aim == "aendern" and rider.state == BookingState.BOOKED:
        return f"{reverse('staff:phone-call', args=[call.pk])}?{urlencode({'aendern': rider.code})}"
    return f"{ride}?absagen=1#absagen" if aim == "absagen" else ride


@on_a_call
@require_POST
def phone_end(request: HttpRequest, call: PhoneCall) -> HttpResponse:
    """Hung up: what was known of the caller is no longer shown. Who was not reached stays in the queue."""
    now = timezone.now()
    case = waiting_case(call.waiting)
    if case is not None and "later" not in request.POST:
        finish_call(case.pk, request.user, now, called_back=not case.is_on_line)
    end_call(call, now)
    messages.success(request, _("Gespräch beendet."))
    return redirect("staff:phone-desk")


def about(call: PhoneCall, caller: Caller) -> dict[str, Any]:
    """What every page of a call shows of it."""
    return {
        "section": "phone",
        "call": call,
        "caller": caller,
        "speaks": str(LANGUAGES.get(caller.language, "")),
        "again": [(ride, ride.origin_text or end_text(ride.origin), ride.destination_text or end_text(ride.destination))
                  for ride in caller.again],
        "dialogue": said_before(call.waiting),
        "from_queue": waiting_case(call.waiting) is not None,
        "played": played(),
        **watching(),
    }  # fmt: skip


def played() -> tuple[date, datetime] | None:
    """The day that is played in a demonstration, and what time it is there."""
    day = played_day(current_district().id)
    return (day.date, now_on(day)) if day else None


def watching() -> dict[str, Any]:
    """What the script needs to hear of calls that wait."""
    district = current_district()
    return {"socket": f"/ws/service-days/{district.id}/{timezone.localdate().isoformat()}/"}


def desk_for(wish: RideWish) -> Desk:
    """The desk that answers a wish: on the day of a demonstration it knows what time it is there."""
    zone = ZoneInfo(current_district().timezone)
    return desk_on(wish.district, service_date(wish.when, zone))


def _booking_to_change(request: HttpRequest) -> str | None:
    """The booking that a new wish is to replace, as the address or the form names it."""
    code = request.POST.get("aendern") or request.GET.get("aendern") or ""
    booking = booking_by_code(code) if code else None
    return booking.code if booking and booking.district_id == current_district().id else None


def _asked_on_many_days(
    request: HttpRequest, call: PhoneCall, caller: Caller, line_form: LineForm, line: Line
) -> HttpResponse:
    """A line that tells of many days: on to the list of them, or to the field that it leaves open."""
    base = {"anchor": "depart", "concession": "none"}
    form = series_form({**base, **line.fields, "key": line_form.cleaned_data["key"]})
    for name, problem in line.problems.items():
        form.add_error(name, problem)
    back = time_of_back(line.back, form)
    if form.is_valid():
        try:
            return going_on(asked_series(call, form), back)
        except InvalidInput as problem:
            form.add_desk_problem(problem)
    context = {**about(call, caller), "form": form, "line_form": line_form, "back_query": back_query(back)}
    return render(request, "web/phone/series.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _asked(
    request: HttpRequest, call: PhoneCall, form: PhoneWishForm, replaces: str | None, back: str = ""
) -> HttpResponse:
    district = current_district()
    wish = form.wish(district.id, ZoneInfo(district.timezone), replaces)
    try:
        quote = desk_for(wish).quote(wish, key=key_of(f"phone:{form.cleaned_data['key']}", wish))
    except InvalidInput as problem:
        form.add_desk_problem(problem)
        caller = caller_of(call.district, call.phone, timezone.now())
        context = {
            **about(call, caller),
            "line_form": LineForm(),
            "form": form,
            "replaces": replaces,
            "fields_open": True,
        }
        return render(request, "web/phone/call.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return going_on(redirect("staff:phone-offers", call.pk, quote.request_id), "" if replaces else back)
