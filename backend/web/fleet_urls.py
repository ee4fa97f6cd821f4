"""The addresses of fleet and rosters."""

from __future__ import annotations

from django.urls import path

from backend.web.views import control_fleet, control_fleet_change, control_shifts

fleet_urls = [
    path("leitstelle/flotte/", control_fleet.fleet, name="fleet"),
    path("leitstelle/flotte/fahrzeug/neu/", control_fleet.vehicle_new, name="fleet-vehicle-new"),
    path("leitstelle/flotte/fahrzeug/<str:code>/", control_fleet.vehicle, name="fleet-vehicle"),
    path("leitstelle/flotte/ausfall/<uuid:outage_id>/ende/", control_fleet.outage_over, name="fleet-outage-over"),
    path("leitstelle/flotte/dienste/", control_shifts.days, name="fleet-days"),
    path("leitstelle/flotte/dienste/<isodate:day>/neu/", control_shifts.day_shift_new, name="fleet-day-new"),
    path("leitstelle/flotte/dienste/<isodate:day>/<str:code>/", control_shifts.day_shift, name="fleet-day-shift"),
    path("leitstelle/flotte/woche/", control_shifts.week, name="fleet-week"),
    path("leitstelle/flotte/woche/neu/", control_shifts.weekly_new, name="fleet-weekly-new"),
    path("leitstelle/flotte/woche/<str:code>/", control_shifts.weekly, name="fleet-weekly"),
    path("leitstelle/flotte/fahrpersonal/", control_fleet.drivers, name="fleet-drivers"),
    path("leitstelle/flotte/fahrpersonal/<int:driver_id>/", control_fleet.driver, name="fleet-driver"),
    path("leitstelle/flotte/fahrpersonal/<int:driver_id>/code/", control_fleet.driver_code, name="fleet-driver-code"),
    path("leitstelle/flotte/abwesend/<uuid:absence_id>/ende/", control_fleet.absence_over, name="fleet-absence-over"),
    path("leitstelle/flotte/aendern/", control_fleet_change.confirm, name="fleet-confirm"),
    path("leitstelle/flotte/aenderungen/", control_fleet.changes, name="fleet-changes"),
    path("leitstelle/flotte/aenderungen/<uuid:change_id>/zurueck/", control_fleet_change.undo, name="fleet-undo"),
]
