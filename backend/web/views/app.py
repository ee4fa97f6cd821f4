"""What makes the pages an app that can be installed: its manifest, its service worker, the page without a network."""

from __future__ import annotations

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.web import shell
from backend.web.district import current_district
from backend.web.installable import GO, PAPER, worker_answer
from backend.web.languages import html_lang
from backend.web.typed import labels


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons and colours of the app, in the language of the page that links to it."""
    district = current_district()
    wish, lookup = reverse("web:wish"), reverse("web:lookup")
    document = {
        "id": "/",
        "name": f"Rufbus {district.name}",
        "short_name": "Rufbus",
        "description": _("Fahrten bestellen, ansehen, ändern und absagen."),
        "lang": html_lang(),
        "dir": "ltr",
        "start_url": reverse("web:start"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": GO,
        "categories": ["travel"],
        "icons": [
            _icon("icon-192.png", "192x192", "any"),
            _icon("icon-512.png", "512x512", "any"),
            _icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [{"name": _("Fahrt bestellen"), "url": wish}, {"name": _("Meine Fahrt"), "url": lookup}],
    }
    response = JsonResponse(document, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _icon(name: str, sizes: str, purpose: str) -> dict[str, str]:
    url = staticfiles_storage.url(f"web/img/{name}")
    return {"src": url, "sizes": sizes, "type": "image/png", "purpose": purpose}


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the site's root so that it serves every page; browsers ask whether it has changed."""
    return worker_answer(request, shell.worker_script())


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Rides that this device remembers, and what is possible without a network. The worker keeps this page."""
    return render(request, "web/app/offline.html", {"typed": list(labels()), "section": "booking"})
