"""The addresses of a ride under way, and of the stops."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import follow, follow_share, follow_stop

follow_urls: list[URLPattern] = [
    path("fahrt/buchung/<str:code>/verfolgen/", follow.follow, name="follow"),
    path("fahrt/buchung/<str:code>/verfolgen/karte.json", follow.follow_map, name="follow-map"),
    path("fahrt/buchung/<str:code>/verspaetung/", follow.late, name="late"),
    path("fahrt/buchung/<str:code>/teilen/", follow_share.share, name="share"),
    path("fahrt/buchung/<str:code>/haltestelle/", follow_stop.booked_stop, name="booked-stop"),
    path("fahrt/buchung/<str:code>/ausdruck/", follow_stop.paper, name="paper"),
    path("fahrt/buchung/<str:code>/kalender.ics", follow_stop.ics, name="calendar"),
    path("fahrt/karte.json", follow.map_ground, name="ride-map-ground"),
    path("unterwegs/<str:token>/", follow_share.shared, name="shared"),
    path("unterwegs/<str:token>/karte.json", follow_share.shared_map, name="shared-map"),
    path("haltestelle/<str:stop_id>/", follow_stop.stop, name="stop"),
]
