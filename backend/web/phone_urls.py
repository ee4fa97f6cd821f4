"""The addresses of the phone desk. None names a number: they stand in logs."""

from __future__ import annotations

from django.urls import path

from backend.web.views import phone_desk, phone_offers, phone_ride, phone_series, phone_simulator

phone_urls = [
    path("leitstelle/telefon/", phone_desk.phone_desk, name="phone-desk"),
    path("leitstelle/telefon/annehmen/<int:case_id>/", phone_desk.phone_take, name="phone-take"),
    path("leitstelle/telefon/zu/<str:code>/", phone_desk.phone_about, name="phone-about"),
    path("leitstelle/telefon/probe/", phone_simulator.simulator, name="phone-simulator"),
    path("leitstelle/telefon/<uuid:call_id>/", phone_desk.phone_call, name="phone-call"),
    path("leitstelle/telefon/<uuid:call_id>/ende/", phone_desk.phone_end, name="phone-end"),
    path("leitstelle/telefon/<uuid:call_id>/wunsch/<str:request_id>/", phone_offers.phone_offers, name="phone-offers"),
    path(
        "leitstelle/telefon/<uuid:call_id>/wunsch/<str:request_id>/neu/", phone_offers.phone_again, name="phone-again"
    ),
    path(
        "leitstelle/telefon/<uuid:call_id>/wunsch/<str:request_id>/trotzdem/",
        phone_offers.phone_override,
        name="phone-override",
    ),
    path("leitstelle/telefon/<uuid:call_id>/serie/", phone_series.phone_series, name="phone-series"),
    path(
        "leitstelle/telefon/<uuid:call_id>/serie/<str:series_id>/",
        phone_series.phone_series_days,
        name="phone-series-days",
    ),
    path(
        "leitstelle/telefon/<uuid:call_id>/serie/<str:series_id>/tag/",
        phone_series.phone_series_day,
        name="phone-series-day",
    ),
    path(
        "leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/serie/",
        phone_series.phone_series_booked,
        name="phone-series-booked",
    ),
    path(
        "leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/serie/zurueck/",
        phone_series.phone_series_back,
        name="phone-series-back",
    ),
    path(
        "leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/serie/absagen/",
        phone_series.phone_series_cancel,
        name="phone-series-cancel",
    ),
    path("leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/", phone_ride.phone_ride, name="phone-ride"),
    path("leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/absagen/", phone_ride.phone_cancel, name="phone-cancel"),
    path("leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/spaeter/", phone_ride.phone_late, name="phone-late"),
    path("leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/zurueck/", phone_ride.phone_back, name="phone-back"),
    path(
        "leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/rueckfahrt-offen/",
        phone_ride.phone_keep_return,
        name="phone-keep-return",
    ),
    path(
        "leitstelle/telefon/<uuid:call_id>/fahrt/<str:code>/holen/",
        phone_ride.phone_call_return,
        name="phone-call-return",
    ),
]
