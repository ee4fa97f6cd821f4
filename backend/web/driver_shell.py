"""What the driver's service worker keeps, so that the app opens where there is no network (docs/decisions/0615)."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse

from backend.web.district import current_district
from backend.web.driver_texts import driver_texts

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "static" / "web" / "js" / "driver"
WORKER = SCRIPTS / "worker.js"
PAGE = HERE / "templates" / "web" / "driver" / "app.html"
OTHERS = ("web/css/rufbus.css", "web/css/driver.css", "web/img/favicon.svg", "web/img/icon-192.png")


def driver_worker_script() -> str:
    """The service worker with the names of this version's files in front."""
    scripts = sorted(path.name for path in SCRIPTS.glob("*.js") if path != WORKER)
    files = [staticfiles_storage.url(name) for name in (*OTHERS, *(f"web/js/driver/{name}" for name in scripts))]
    shell = {"page": reverse("staff:driver-app"), "files": files, "stops": reverse("staff:driver-stops")}
    parts = (json.dumps(shell), _sources(), json.dumps(driver_texts()), repr(current_district()))
    version = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    return f"const SHELL = {json.dumps({'version': version, **shell})};\n{WORKER.read_text(encoding='utf-8')}"


@cache
def _sources() -> str:
    """The texts whose change is a new version though no name tells it. Read once a process."""
    return WORKER.read_text(encoding="utf-8") + PAGE.read_text(encoding="utf-8")
