"""Where exactly the stop is; a booking on paper and in a calendar."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accessibility.desk import BookingView, Refusal
from backend.bookings.desk import get_desk
from backend.bookings.models import Booking
from backend.bookings.selectors import booking_by_code, wish_of
from backend.districts.selectors import rules_of, stop_by_code
from backend.districts.stop_guide import stop_guide
from backend.operations.chain import changes_before, newest_of
from backend.operations.forecasts import bus_of
from backend.web import calendar, following
from backend.web.district import current_district
from backend.web.following import StopText
from backend.web.views.staff import own_district
from backend.web.visitor import access_to


@require_safe
def stop(request: HttpRequest, stop_id: str) -> HttpResponse:
    """A stop for anybody: no booking needed."""
    district = own_district()
    found = stop_by_code(district, stop_id)
    if found is None:
        raise Http404
    context = {"stop": following.stop_text(stop_guide(district, found)), "code": ""}
    return render(request, "web/stop/stop.html", context)


@never_cache
@require_safe
def booked_stop(request: HttpRequest, code: str) -> HttpResponse:
    """The stop to board at, with the way from what the rider named."""
    booking = _booking(request, code)
    if booking is None:
        return redirect("web:lookup")
    context = {
        "stop": pickup_text(booking),
        "code": booking.code,
        "section": "booking",
    }
    return render(request, "web/stop/stop.html", context)


@never_cache
@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """A booking as one sheet: code and times large, the stop, the bus, the telephone."""
    booking, access = _booking(request, code), access_to(request, code)
    shown = get_desk().status(code, access) if access else None
    if booking is None or not isinstance(shown, BookingView):
        return redirect("web:lookup")
    waits_s = rules_of(booking.district).boarding.wait_at_stop_s
    context = {
        "booking": shown,
        "stop": pickup_text(booking),
        "look": following.look_text(bus_of(booking)),
        "leaves_from": shown.offer.pickup_from + timedelta(seconds=waits_s),
        "section": "booking",
    }
    return render(request, "web/follow/paper.html", context)


@never_cache
@require_safe
def ics(request: HttpRequest, code: str) -> HttpResponse:
    """The ride for a calendar. After a change the old code gives the new ride: it is the same entry."""
    booking, access = _booking(request, code), access_to(request, code)
    if booking is None or access is None:
        return redirect("web:lookup")
    newest = newest_of(booking)
    shown = get_desk().status(newest.code, access)
    if isinstance(shown, Refusal):
        raise Http404
    first_code, changes = changes_before(newest)
    ride = calendar.CalendarRide(
        shown,
        first_code,
        changes,
        request.build_absolute_uri(reverse("web:booking", args=[newest.code])),
        following.look_text(bus_of(newest)),
    )
    file = calendar.calendar_file([ride], current_district(), timezone.now())
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{calendar.file_name(newest.code)}"'
    return response


def pickup_text(booking: Booking) -> StopText:
    """Where the rider boards, in sentences."""
    origin = wish_of(booking.offer.ride_request).origin
    return following.stop_text(stop_guide(booking.district, booking.offer.pickup_stop, origin))


def _booking(request: HttpRequest, code: str) -> Booking | None:
    access = access_to(request, code)
    if access is None or isinstance(get_desk().status(code, access), Refusal):
        return None
    return booking_by_code(code)
