"""Is the system well? For a proxy, a container engine, a monitor."""

from __future__ import annotations

import time

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

HEARTBEAT = "worker-heartbeat"
SILENT_AFTER_S = 60


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while people can be served, else 503. A silent worker is told and costs no ride: plans stay as booked."""
    database = "ok" if _database_answers() else "down"
    worker = "ok" if time.time() - last_heartbeat() < SILENT_AFTER_S else "silent"
    return JsonResponse({"database": database, "worker": worker}, status=200 if database == "ok" else 503)


def beat() -> None:
    """The worker says that it lives."""
    caches["between_processes"].set(HEARTBEAT, time.time(), timeout=None)


def last_heartbeat() -> float:
    """Seconds of the epoch; 0 if no worker has ever been heard."""
    return float(caches["between_processes"].get(HEARTBEAT, 0.0))


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
