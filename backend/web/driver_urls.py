"""The addresses of the driver's app, and of the manifests that the control room reads."""

from __future__ import annotations

from django.urls import path

from backend.web.views import driver_app, staff

driver_urls = [
    path("leitstelle/fahrauftraege/", staff.vehicles, name="vehicles"),
    path("leitstelle/fahrauftraege/<isodate:day>/<str:vehicle_id>/", staff.manifest, name="manifest"),
    path("fahrer/", driver_app.app, name="driver-app"),
    path("komponenten/fahrer/", driver_app.components, name="driver-components"),
    path("fahrer/sw.js", driver_app.worker, name="driver-worker"),
    path("fahrer/app.webmanifest", driver_app.manifest, name="driver-manifest"),
    path("fahrer/halte.json", driver_app.stops, name="driver-stops"),
    path("fahrer/geraet/", driver_app.device, name="driver-device"),
    path("fahrer/vorfuehrung/", driver_app.demonstration, name="driver-demonstration"),
    path("fahrer/anmelden/", driver_app.begin, name="driver-sign-in"),
]
