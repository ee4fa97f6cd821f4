"""Pages that only inform, the page of components, and the pages for what went wrong."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accessibility.desk import BookingState, Fare, FareLine, Offer, Refusal, StopView, TripLeg
from backend.riders.selectors import account_of
from backend.web.account_forms import SignInForm
from backend.web.again_rides import again_rides
from backend.web.beside import Beside
from backend.web.forms import WishForm
from backend.web.languages import html_lang, links
from backend.web.staff_samples import sample_board
from backend.web.views.again import may_be_sent_again, token_lost
from backend.web.views.steps import Button, WayOutLine, booking_steps


def start(request: HttpRequest) -> HttpResponse:
    """Also where a known ride begins with one press."""
    context = {
        "api_docs_url": _api_docs_url(),
        "once_more": again_rides(request),
        "can_forget": account_of(request.user) is None,
    }
    return render(request, "web/start.html", context)


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "web/pages/privacy.html")


def imprint(request: HttpRequest) -> HttpResponse:
    return render(request, "web/pages/imprint.html")


def attribution(request: HttpRequest) -> HttpResponse:
    return render(request, "web/pages/attribution.html")


def components(request: HttpRequest) -> HttpResponse:
    """Every component with its states: for whoever builds pages, and for the browser test."""
    today = timezone.localdate()
    days = [today, today + timedelta(days=1)]
    form = WishForm(find_places=lambda _text: (), days=days, today=today, auto_id="f-%s")
    wrong_form = WishForm(
        {"origin": "Xyz", "time": "25:00", "day": today.isoformat(), "key": "sample"},
        find_places=lambda _text: (),
        days=days,
        today=today,
        auto_id="x-%s",
    )
    context = {
        "form": form,
        "wrong_form": wrong_form,
        "sample_check": SignInForm(auto_id="c-%s"),
        "sample_steps": booking_steps(2),
        "sample_refusal": Refusal("lead_time", _("Für diese Abfahrt ist es zu spät. Bestellen Sie 60 Minuten vorher.")),
        "sample_ways_out": [
            WayOutLine(_("Fragen Sie unsere Leitstelle."), (Button("03901 304030", "tel:+493901304030"),)),
            WayOutLine(_("Oder nehmen Sie die Linie 100 um 9:05 Uhr.")),
        ],
        "sample_offer": _sample_offer(),
        "sample_beside": _sample_beside(_sample_offer()),
        **sample_board(),
    }
    return render(request, "web/components.html", context)


def _sample_beside(offer: Offer) -> Beside:
    leg = TripLeg(
        "K7M-3PX", BookingState.BOOKED, offer.pickup_stop, offer.pickup_from, offer.pickup_until, offer.delivery_stop,
        offer.arrive_by,
    )  # fmt: skip
    return Beside((leg,), leg.code)


def _sample_offer() -> Offer:
    pickup = timezone.localtime().replace(hour=8, minute=5, second=0, microsecond=0)
    return Offer(
        id="sample",
        pickup_stop=StopView("1", "Busbahnhof", "Klötze", 52.63, 11.16),
        pickup_walk_m=180,
        pickup_from=pickup,
        pickup_until=pickup + timedelta(minutes=10),
        delivery_stop=StopView("2", "Bahnhof", "Gardelegen", 52.53, 11.39),
        delivery_walk_m=0,
        arrive_by=pickup + timedelta(minutes=45),
        max_ride_minutes=40,
        fare=Fare(350, (FareLine(_("Grundpreis"), 200), FareLine(_("Zuschlag Rufbus"), 150))),
        vehicle_kind=_("Kleinbus"),
        expires_at=pickup,
    )


def _api_docs_url() -> str:
    try:
        return reverse("api-docs")
    except NoReverseMatch:
        return "/api/docs/"


def _error(request: HttpRequest, status: HTTPStatus, heading: str, text: str) -> HttpResponse:
    """A page that needs neither database nor session, since these may be what is broken."""
    context = {
        "heading": heading,
        "text": text,
        "sheet": staticfiles_storage.url("web/css/rufbus.css"),
        "html_lang": html_lang(),
        "languages": links(request),
        "way_out": _("Zur Startseite"),
        "way_out_url": reverse("web:start"),
    }
    return HttpResponse(loader.render_to_string("web/error.html", context), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("Vielleicht ist die Adresse falsch geschrieben, oder es gibt die Seite nicht mehr.")
    return _error(request, HTTPStatus.NOT_FOUND, _("Diese Seite gibt es nicht"), text)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("Für diese Seite fehlt Ihnen das Recht.")
    return _error(request, HTTPStatus.FORBIDDEN, _("Kein Zugang"), text)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    text = _("Wir konnten die Anfrage nicht lesen. Gehen Sie bitte zur Startseite und beginnen Sie neu.")
    return _error(request, HTTPStatus.BAD_REQUEST, _("Anfrage nicht lesbar"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token. If it is ours, it keeps what was typed."""
    if may_be_sent_again(request):
        return token_lost(request)
    text = _("Es wurde nichts gespeichert. Öffnen Sie die Seite neu und senden Sie noch einmal.")
    return _error(request, HTTPStatus.FORBIDDEN, _("Bitte noch einmal senden"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    text = _("Bei uns ist etwas schiefgegangen. Versuchen Sie es in einigen Minuten noch einmal oder rufen Sie uns an.")
    return _error(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Das hat nicht geklappt"), text)
