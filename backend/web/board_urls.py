"""The addresses of the control room's board, and of what opens beside it. Included by the staff's addresses."""

from __future__ import annotations

from django.urls import path

from backend.web import days  # noqa: F401 - the addresses need its converter
from backend.web.views import (
    control_board,
    control_day_end,
    control_detail,
    control_devices,
    control_reports,
    control_search,
)

board_urls = [
    path("leitstelle/", control_board.board_today, name="board-today"),
    path("leitstelle/karte.json", control_board.map_ground, name="map-ground"),
    path("leitstelle/geraete/", control_devices.devices, name="devices"),
    path("leitstelle/geraete/<uuid:device_id>/", control_devices.device_locked, name="device-locked"),
    path("leitstelle/suche/", control_search.search, name="search"),
    path("leitstelle/buchung/<str:code>/", control_detail.booking_by_its_code, name="ride"),
    path("leitstelle/<isodate:day>/", control_board.board, name="board"),
    path("leitstelle/<isodate:day>/stand.json", control_board.board_state, name="board-state"),
    path("leitstelle/<isodate:day>/karte.json", control_board.map_routes, name="map-routes"),
    path("leitstelle/<isodate:day>/fahrten/", control_detail.rides, name="board-rides"),
    path("leitstelle/<isodate:day>/fahrzeug/<str:vehicle_id>/", control_detail.vehicle, name="board-vehicle"),
    path("leitstelle/<isodate:day>/fahrzeug/<str:vehicle_id>/nachricht/", control_detail.told_driver, name="to-driver"),
    path("leitstelle/<isodate:day>/buchung/<str:code>/", control_detail.booking, name="board-booking"),
    path("leitstelle/<isodate:day>/ohne-meldung/", control_day_end.day_end, name="day-end"),
    path("leitstelle/<isodate:day>/konflikte/", control_reports.conflicts, name="conflicts"),
    path(
        "leitstelle/<isodate:day>/konflikte/<uuid:event_id>/", control_reports.conflict_settled, name="conflict-settled"
    ),
]
