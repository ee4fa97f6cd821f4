"""Where each address leads."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

handler400 = "backend.web.views.pages.bad_request"
handler403 = "backend.web.views.pages.forbidden"
handler404 = "backend.web.views.pages.not_found"
handler500 = "backend.web.views.pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("backend.web.urls")),
]
