"""The addresses that people see."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter

from backend.web.account_urls import account_urls
from backend.web.days import IsoDateConverter
from backend.web.views import app, booking, mybooking, pages, places, report, staff

register_converter(IsoDateConverter, "isodate")

app_name = "web"
urlpatterns = [
    path("", pages.start, name="start"),
    path("app.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.worker, name="worker"),
    path("ohne-internet/", app.offline, name="offline"),
    path("fahrt/", booking.wish, name="wish"),
    path("fahrt/orte/", places.suggestions, name="places"),
    path("fahrt/angebote/<str:request_id>/", booking.offers, name="offers"),
    path("fahrt/angebote/<str:request_id>/neu/", booking.wish_again, name="wish-again"),
    path("fahrt/angebote/<str:request_id>/<str:offer_id>/", booking.passenger, name="passenger"),
    path("fahrt/meine/", mybooking.lookup, name="lookup"),
    path("fahrt/buchung/<str:code>/", mybooking.booking, name="booking"),
    path("fahrt/buchung/<str:code>/absagen/", mybooking.cancel, name="cancel"),
    path("fahrt/buchung/<str:code>/aendern/", mybooking.change, name="change"),
    path(
        "fahrt/buchung/<str:code>/aendern/<str:request_id>/<str:offer_id>/",
        mybooking.confirm_change,
        name="confirm-change",
    ),
    *account_urls,
    path("leitstelle/", staff.board_today, name="board-today"),
    path("leitstelle/karte.json", staff.map_ground, name="map-ground"),
    path("leitstelle/<isodate:day>/karte.json", staff.map_routes, name="map-routes"),
    path("leitstelle/<isodate:day>/", staff.board, name="board"),
    path("fahrer/", staff.vehicles, name="vehicles"),
    path("fahrer/<isodate:day>/<str:vehicle_id>/", staff.manifest, name="manifest"),
    path("auswertung/", report.summary_today, name="summary-today"),
    path("auswertung/<isodate:day>/", report.summary, name="summary"),
    path("anmelden/", staff.Login.as_view(), name="login"),
    path("abmelden/", LogoutView.as_view(next_page="web:start"), name="logout"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("impressum/", pages.imprint, name="imprint"),
    path("datenquellen/", pages.attribution, name="attribution"),
    path("komponenten/", pages.components, name="components"),
]
