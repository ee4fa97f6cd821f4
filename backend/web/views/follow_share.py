"""A ride shown to somebody else: a signed link that the rider opens and withdraws, and the page behind it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accessibility.desk import Refusal
from accessibility.following import RideForecast
from backend.bookings.selectors import booking_by_code
from backend.operations import maps
from backend.operations.chain import newest_of
from backend.operations.followdesk import get_follower
from backend.operations.sharing import expires_at, open_share, shared_booking, token_of
from backend.web.forms import CancelForm
from backend.web.limits import limited
from backend.web.news import led_to
from backend.web.views.follow import forecast_context, reloading
from backend.web.views.staff import own_district
from backend.web.visitor import access_to


@never_cache
@limited("booking")
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, code: str) -> HttpResponse:
    """Open the link, give it away, withdraw it."""
    access = access_to(request, code)
    forecast = get_follower().where(code, access) if access else None
    if access is None or not isinstance(forecast, RideForecast):
        return redirect("web:lookup")
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        follower, key = get_follower(), f"web:{form.cleaned_data['key']}"
        withdraws = "zurueckziehen" in request.POST
        done = follower.withdraw(code, access, key=key) if withdraws else follower.share(code, access, key=key)
        if isinstance(done, Refusal):
            return redirect("web:lookup")
        return led_to("web:share", code, news="zurueckgezogen" if withdraws else "geteilt")
    booking = booking_by_code(code)
    assert booking is not None  # the desk has just shown it
    row = open_share(booking)
    link = request.build_absolute_uri(reverse("web:shared", args=[token_of(row)])) if row else ""
    context = {
        "code": code,
        "ride": forecast,
        "form": form,
        "link": link,
        "ends_at": expires_at(newest_of(booking)),
        "news": next((name for name in ("geteilt", "zurueckgezogen") if name in request.GET), ""),
        "section": "booking",
    }
    return render(request, "web/follow/share.html", context)


@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The ride behind a link: where the bus is, and nothing of who rides."""
    forecast = _shared_forecast(token)
    if forecast is None:
        gone = render(request, "web/follow/shared_gone.html", {"section": ""}, status=HTTPStatus.GONE)
        gone["X-Robots-Tag"] = "noindex"
        return gone
    context = {
        **forecast_context(forecast),
        "heading": _("Wo ist der Bus?"),
        "token": token,
        "map_url_name": "web:shared-map",
        "map_key": token,
    }
    response = reloading(request, render(request, "web/follow/shared.html", context), context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_safe
def shared_map(request: HttpRequest, token: str) -> HttpResponse:
    """The map of a shared ride."""
    forecast = _shared_forecast(token)
    if forecast is None:
        raise Http404
    return JsonResponse(maps.ride(own_district(), forecast))


def _shared_forecast(token: str) -> RideForecast | None:
    """What may be told by a link; None once it is withdrawn or the ride is over."""
    booking = shared_booking(token)
    if booking is None:
        return None
    forecast = get_follower().forecast(booking, for_rider=False)
    return None if forecast.now > expires_at(booking) else forecast
