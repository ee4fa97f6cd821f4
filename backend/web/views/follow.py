"""Following a booked ride: where the bus is, "I am late", and the map on demand."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accessibility.desk import InvalidInput, Refusal, WayOut
from accessibility.following import LateAnswer, Phase, RideForecast
from backend.operations import maps
from backend.operations.followdesk import get_follower
from backend.operations.rules import LATE_MINUTES
from backend.operations.selectors import there_at_of
from backend.web import following
from backend.web.forms import CancelForm
from backend.web.limits import limited
from backend.web.sending import renew_key
from backend.web.views.staff import own_district
from backend.web.views.steps import Button, WayOutLine, followable
from backend.web.visitor import access_to

RELOAD_S = 60  # without a script, when the reader asks for it
ENDED = {Phase.OVER, Phase.CANCELLED, Phase.NO_SHOW}
CAN_BE_LATE = {Phase.PLANNED, Phase.SILENT, Phase.COMING, Phase.LATE, Phase.THERE, Phase.EARLY}


@never_cache
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """The status line, the promise, the stop, the bus."""
    forecast = _forecast(request, code)
    if forecast is None:
        return redirect("web:lookup")
    context = {
        **forecast_context(forecast),
        "code": code,
        "section": "booking",
        "can_be_late": forecast.phase in CAN_BE_LATE,
        "said_there_at": there_at_of(code) if forecast.phase in CAN_BE_LATE else None,
        "map_url_name": "web:follow-map",
        "map_key": code,
    }
    return reloading(request, render(request, "web/follow/follow.html", context), context)


@never_cache
@limited("booking")
@require_http_methods(["GET", "HEAD", "POST"])
def late(request: HttpRequest, code: str) -> HttpResponse:
    """Three buttons; the answer says by rule what the delay means."""
    forecast, access = _forecast(request, code), access_to(request, code)
    if forecast is None or access is None:
        return redirect("web:lookup")
    form = CancelForm(request.POST or None)
    answer: LateAnswer | Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            minutes = int(request.POST.get("minutes", ""))
            answer = get_follower().late(code, minutes, access, key=f"web:{form.cleaned_data['key']}")
        except (ValueError, InvalidInput):
            answer = None
        renew_key(form)  # ten minutes later it is another delay, and perhaps no longer too early to say so
    context = {
        **forecast_context(forecast),
        "code": code,
        "section": "booking",
        "form": form,
        "choices": LATE_MINUTES,
        "answer": answer if isinstance(answer, LateAnswer) else None,
        "refusal": answer if isinstance(answer, Refusal) else None,
        "ways_out": _ways_out(answer.way_out, code) if answer else [],
        "nothing_chosen": request.method == "POST" and answer is None,
    }
    status = HTTPStatus.OK
    if context["refusal"]:
        status = HTTPStatus.CONFLICT
    elif context["nothing_chosen"]:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "web/follow/late.html", context, status=status)


@never_cache
@require_safe
def follow_map(request: HttpRequest, code: str) -> HttpResponse:
    """The bus, the two stops and the way between them, as GeoJSON."""
    forecast = _forecast(request, code)
    if forecast is None:
        raise Http404
    return JsonResponse(maps.ride(own_district(), forecast))


@require_safe
def map_ground(request: HttpRequest) -> HttpResponse:
    """Service area, roads and stops: what anybody may see."""
    response = JsonResponse(maps.ground(own_district()))
    response["Cache-Control"] = "public, max-age=86400"
    return response


def forecast_context(forecast: RideForecast) -> dict[str, Any]:
    """What the pages of a ride under way show, whoever looks."""
    return {
        "ride": forecast,
        "look": following.look_text(forecast.bus),
        "seen": following.seen_text(forecast),
        "has_ended": forecast.phase in ENDED,
        "aboard": forecast.phase in (Phase.LEFT, Phase.ABOARD),
        "heading": _("Wo ist mein Bus?"),
    }


def reloading(request: HttpRequest, response: HttpResponse, context: dict[str, Any]) -> HttpResponse:
    """Let the page come anew by itself, if the reader has asked for it and there is still something to come."""
    if "neu" in request.GET and not context["has_ended"]:
        response["Refresh"] = str(RELOAD_S)
    return response


def _forecast(request: HttpRequest, code: str) -> RideForecast | None:
    access = access_to(request, code)
    answer = get_follower().where(code, access) if access else None
    return None if isinstance(answer, Refusal) else answer


def _ways_out(ways: tuple[WayOut, ...], code: str) -> list[WayOutLine]:
    """Ways out with what to press: the change of this ride, the telephone."""
    lines = []
    for way in ways:
        if way.kind == "change":
            lines.append(WayOutLine(way.text, (Button(_("Fahrt ändern"), href=reverse("web:change", args=[code])),)))
        else:
            lines += followable([way])
    return lines
