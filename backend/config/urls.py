"""All addresses."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from backend.config.health import healthz
from backend.operations.demo import demo_login
from backend.web.account_urls import library_urls
from backend.web.views.app import worker

handler400 = "backend.web.views.pages.bad_request"
handler403 = "backend.web.views.pages.forbidden"
handler404 = "backend.web.views.pages.not_found"
handler500 = "backend.web.views.pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("backend.config.api")),
    path("healthz", healthz, name="healthz"),
    path("demo-anmeldung/", demo_login, name="demo-login"),
    path("sw.js", worker, name="worker"),
    path("telefon/", include("backend.channels_in.voice")),
    path("", include("backend.channels_in.sms_webhooks")),
    path("", include("backend.web.staff_urls")),
    # A rider's language stands in the address: nothing for German, else /en/ or /de-simple/.
    *i18n_patterns(path("", include("backend.web.urls")), prefix_default_language=False),
    *library_urls,
]
