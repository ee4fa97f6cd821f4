"""The addresses of the open way back."""

from __future__ import annotations

from django.urls import URLPattern, path

from backend.web.views import returning

return_urls: list[URLPattern] = [
    path("fahrt/buchung/<str:code>/rueckfahrt/", returning.call, name="return-call"),
    path("fahrt/buchung/<str:code>/rueckfahrt/offen/", returning.ask, name="return-ask"),
    path("fahrt/buchung/<str:code>/rueckfahrt/erledigt/", returning.drop, name="return-drop"),
]
