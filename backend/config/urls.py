"""All addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from backend.config.health import healthz
from backend.operations.demo import demo_login
from backend.web.account_urls import library_urls

handler400 = "backend.web.views.pages.bad_request"
handler403 = "backend.web.views.pages.forbidden"
handler404 = "backend.web.views.pages.not_found"
handler500 = "backend.web.views.pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("backend.config.api")),
    path("healthz", healthz, name="healthz"),
    path("demo-anmeldung/", demo_login, name="demo-login"),
    *library_urls,
    path("", include("backend.web.urls")),
]
