"""The app's shell: what the service worker keeps on the device, and the version that tells one shell from the next."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse

from backend.config.catalogues import FOLDER as CATALOGUES
from backend.web.district import current_district
from backend.web.languages import NAMES, in_language

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "static" / "web" / "js" / "worker.js"
STATIC = (
    "web/css/rufbus.css",
    "web/js/page.js",
    "web/js/rides.js",
    "web/js/offline.js",
    "web/js/combobox.js",
    "web/img/favicon.svg",
    "web/img/icon-192.png",
)
PAGES = ("web/app/offline.html", "web/base.html")
# Pages that the worker lets pass: staff's own, and what is no page.
LEAVES = ("/leitstelle/", "/fahrer/", "/auswertung/", "/api/", "/static/", "/healthz")


def worker_script() -> str:
    """The service worker with the names of this version's files in front."""
    page = reverse("web:offline")
    # The first fitting start counts, so the default language, whose start fits everything, comes last.
    codes = sorted(NAMES, key=lambda code: code == settings.LANGUAGE_CODE)
    offline = [{"start": in_language("/", code), "page": in_language(page, code)} for code in codes]
    shell = {
        "files": [*(staticfiles_storage.url(name) for name in STATIC), *(entry["page"] for entry in offline)],
        "offline": offline,
        "leaves": LEAVES,
    }
    source = SOURCE.read_text(encoding="utf-8")
    version = _version(json.dumps(shell), source, _words_of_pages(), repr(current_district()))
    return f"const SHELL = {json.dumps({'version': version, **shell})};\n{source}"


def _version(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@cache
def _words_of_pages() -> str:
    """A digest of the templates and catalogues of the kept pages: a changed word is a new version. Read once a process."""
    sources = [HERE / "templates" / name for name in PAGES]
    sources += sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    return _version(*(source.read_text(encoding="utf-8") for source in sources))
