"""The driver's pages: this device, who drives which vehicle, and the app that then works without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.clock import SystemClock
from backend.districts.models import District, Stop
from backend.driving.devices import COOKIE, credential, device_of, pair
from backend.driving.duties import PAPERS_MISSING, sign_in
from backend.driving.models import Duty
from backend.driving.selectors import relieved_by
from backend.web.accessible_form import AccessibleForm
from backend.web.district import current_district
from backend.web.driver_demo import demonstration_duty
from backend.web.driver_forms import DeviceForm, DutyForm
from backend.web.driver_samples import driver_samples
from backend.web.driver_shell import driver_worker_script
from backend.web.driver_texts import driver_texts
from backend.web.driver_vehicles import vehicles_to_choose
from backend.web.installable import GO, PAPER, worker_answer
from backend.web.limits import limited

Answer = TypeVar("Answer")
DEVICE_KEPT_S = 400 * 86_400  # the longest that browsers keep a cookie; each sign-in renews it


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The app's frame, the same for everybody: the worker keeps it. What is personal comes by the interface."""
    response = render(request, "web/driver/app.html", {"texts": driver_texts()})
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every screen of the app with its states: for whoever builds them, and for the browser test."""
    return render(request, "web/driver/components.html", {"texts": driver_texts(), "samples": driver_samples()})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The app's service worker; browsers ask whether it has changed."""
    return worker_answer(request, driver_worker_script())


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons and colours of the app on a driver's telephone."""
    district = current_district()
    document = {
        "id": "/fahrer/",
        "name": _("Rufbus Fahrer-App %(name)s") % {"name": district.name},
        "short_name": _("Fahrer-App"),
        "lang": "de",
        "dir": "ltr",
        "start_url": "/fahrer/",
        "scope": "/fahrer/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": GO,
        "icons": [
            {"src": staticfiles_storage.url(f"web/img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in (
                ("icon-192.png", "192x192", "any"),
                ("icon-512.png", "512x512", "any"),
                ("icon-maskable-512.png", "512x512", "maskable"),
            )
        ],
    }
    response = JsonResponse(document, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def stops(request: HttpRequest) -> HttpResponse:
    """Every served stop, for whoever rides along without a booking. Public data, the same for everybody."""
    rows = Stop.objects.filter(district_id=current_district().id, served=True).order_by("village", "name", "code")
    found = [{"id": row.code, "name": row.name, "village": row.village} for row in rows]
    response = JsonResponse(found, safe=False)
    response["Cache-Control"] = "public, max-age=3600"
    return response


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@limited("pairing")
def device(request: HttpRequest) -> HttpResponse:
    """Make this device known by a code from the control room."""
    known, _by_cookie = device_of(request)
    if known is not None:
        return redirect("staff:driver-sign-in")
    form = DeviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _answered(form, lambda: pair(**form.cleaned_data, now=SystemClock().now()))
        if isinstance(answer, Refusal):
            form.add_refusal(answer, "pairing_code")
        elif answer is not None:
            row, secret = answer
            return _remember(redirect("staff:driver-sign-in"), credential(row, secret))
    context = {"form": form, "is_demo": settings.DEMO_LOGIN}
    return render(request, "web/driver/device.html", context, status=_status(form))


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
@limited("duty")
def begin(request: HttpRequest) -> HttpResponse:
    """Sign in with one's code and choose the vehicle."""
    known, _by_cookie = device_of(request)
    if known is None:
        return redirect("staff:driver-device")
    if known.locked_at is not None:
        return render(request, "web/driver/locked.html", status=403)
    duty = known.duties.filter(ended_at__isnull=True).first()
    if duty is not None and request.method != "POST":
        return redirect("staff:driver-app")
    form = DutyForm(request.POST or None, vehicles=vehicles_to_choose(known.district, SystemClock().now()))
    papers: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        papers_hold = request.POST.get("papiere") == data["vehicle"]  # her word is for the bus that she was asked about
        answer = _answered(form, lambda: sign_in(known, data["code"], data["vehicle"], papers_hold=papers_hold))
        if isinstance(answer, Duty):
            signed_in = redirect("staff:driver-app")
            return _remember(signed_in, request.COOKIES[COOKIE]) if COOKIE in request.COOKIES else signed_in
        if answer is not None and answer.code == PAPERS_MISSING:
            papers = answer
        elif answer is not None:
            form.add_refusal(answer, "code")
    signed_out = "abgemeldet" in request.GET
    relief = None if signed_out or form.is_bound else relieved_by(known)
    context = {"form": form, "device_name": known.name, "signed_out": signed_out, "papers": papers, "relief": relief}
    return render(request, "web/driver/begin.html", context, status=409 if papers else _status(form))


@never_cache
@require_POST
@limited("pairing")
def demonstration(request: HttpRequest) -> HttpResponse:
    """In a demonstration: this browser drives a bus at once."""
    if not settings.DEMO_LOGIN:
        raise Http404
    district = District.objects.get(pk=current_district().id)
    value = demonstration_duty(district, SystemClock().now())
    if value is None:
        return render(request, "web/driver/device.html", {"form": DeviceForm(), "nothing_planned": True}, status=409)
    return _remember(redirect("staff:driver-app"), value)


def _answered(form: AccessibleForm, work: Callable[[], Answer | Refusal]) -> Answer | Refusal | None:
    """What a use case gave; None for bad input, and the form says which."""
    try:
        return work()
    except InvalidInput as problem:
        form.add_desk_problem(problem)
        return None


def _remember(response: HttpResponse, value: str) -> HttpResponse:
    """No script can read the device's secret, and no other site can send it."""
    response.set_cookie(
        COOKIE, value, max_age=DEVICE_KEPT_S, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
    return response


def _status(form: AccessibleForm) -> int:
    return 422 if form.is_bound and form.errors else 200
