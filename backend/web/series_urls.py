"""The addresses of regular rides."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import series

series_urls: list[URLPattern] = [
    path("fahrt/regelmaessig/", series.series_wish, name="series-wish"),
    path("fahrt/regelmaessig/<str:request_id>/", series.series_dates, name="series-dates"),
    path("fahrt/regelmaessig/<str:request_id>/angaben/", series.series_passenger, name="series-passenger"),
    path("fahrt/buchung/<str:code>/serie/", series.series, name="series"),
    path("fahrt/buchung/<str:code>/serie/kalender.ics", series.series_calendar, name="series-calendar"),
    path("fahrt/buchung/<str:code>/serie/absagen/", series.series_cancel, name="series-cancel"),
]
