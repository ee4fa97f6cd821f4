"""Who may open the staff's pages, their login; a vehicle's manifest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.config.access import DISPATCHER
from backend.districts.models import District
from backend.operations.dayclock import now_for, played_day
from backend.operations.selectors import day_board, day_now, day_to_show, planned_days
from backend.web.accessible_form import AccessibleForm
from backend.web.district import current_district
from backend.web.guards import for_roles
from backend.web.limits import seconds_to_wait

View = Callable[..., HttpResponse]


def staff_only(*roles: str) -> Callable[[View], View]:
    """For staff with one of these roles; everybody else is asked to log in. Personal pages are kept by no cache."""

    def guarded(view: View) -> View:
        allowed = for_roles(*roles)
        return never_cache(require_safe(allowed(view)))

    return guarded


def staff_acting(*roles: str) -> Callable[[View], View]:
    """Like `staff_only`, for what may also be sent: a form, or a search whose words must stand in no address."""

    def guarded(view: View) -> View:
        allowed = for_roles(*roles)
        return never_cache(require_http_methods(["GET", "HEAD", "POST"])(allowed(view)))

    return guarded


class LoginForm(AccessibleForm, AuthenticationForm):
    """Django's login with our labels, hints and error summary."""

    error_messages = {
        "invalid_login": gettext_lazy(
            "Benutzername und Passwort passen nicht zusammen. Achten Sie auf Groß und klein."
        ),
        "inactive": gettext_lazy("Dieses Konto ist gesperrt."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("Benutzername")
        self.fields["password"].label = gettext_lazy("Passwort")
        self.fields["username"].error_messages["required"] = gettext_lazy("Schreiben Sie Ihren Benutzernamen.")
        self.fields["password"].error_messages["required"] = gettext_lazy("Schreiben Sie Ihr Passwort.")

    def clean(self) -> dict[str, Any]:
        """Passwords cannot be tried without end: counted together with the tokens of the REST interface."""
        if self.request is not None and seconds_to_wait(self.request, "login"):
            raise ValidationError(_("Das waren zu viele Versuche. Warten Sie eine Minute."))
        return super().clean()


class Login(LoginView):
    template_name = "web/login.html"
    authentication_form = LoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["forbidden"] = self.request.user.is_authenticated
        context["demo_login_url"] = reverse("demo-login") if settings.DEMO_LOGIN else ""
        context["next"] = self.get_redirect_url() or reverse("staff:board-today")
        return context


@staff_only(DISPATCHER)
def vehicles(request: HttpRequest) -> HttpResponse:
    """The vehicles of a day, each with its manifest."""
    district = own_district()
    day = chosen_day(request)
    shown = day_board(district, day)
    context = {"section": "manifests", "board": shown, "days": days_around(district, day)}
    return render(request, "web/staff/vehicles.html", context)


@staff_only(DISPATCHER)
def manifest(request: HttpRequest, day: date, vehicle_id: str) -> HttpResponse:
    """What the driver sees, to be read by the control room: the next stop large, then the rest of the day."""
    shown = day_board(own_district(), day)
    routes = shown.routes_of(vehicle_id)
    if not routes:
        raise Http404(_("Dieses Fahrzeug fährt an diesem Tag nicht."))
    now = now_for(own_district().pk, day)
    visits = [visit for route in routes for visit in route.visits]
    coming = [visit for visit in visits if not visit.is_done and visit.until > now]
    context = {
        "section": "manifests",
        "board": shown,
        "routes": routes,
        "next": coming[0] if coming else None,
        "later": coming[1:],
        "earlier": [visit for visit in visits if visit not in coming],
        "vehicle_name": routes[0].vehicle_name,
        "vehicle_kind": routes[0].vehicle_kind,
    }
    return render(request, "web/staff/manifest.html", context)


def own_district() -> District:
    """The district of these pages as its row."""
    return District.objects.get(pk=current_district().id)


def chosen_day(request: HttpRequest) -> date:
    """The day named in the address, else the one that matters now."""
    return day_or_chosen(request.GET.get("tag", ""))


def day_or_chosen(text: str) -> date:
    """A day in ISO 8601, else the one that matters now: in a demonstration, the one that is played."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        district = own_district()
        played = played_day(district.pk)
        return played.date if played else day_to_show(district, day_now(district, timezone.now()))


def days_around(district: District, day: date) -> list[date]:
    """Days to choose from: those with a plan, today, and the one shown."""
    return sorted({*planned_days(district), day, timezone.localdate()})
