"""Is the system well? For a proxy, a container engine, a monitor."""

from __future__ import annotations

import time

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.notifications.selectors import overdue

HEARTBEAT = "worker-heartbeat"
RELAY_HEARTBEAT = "relay-heartbeat"
SILENT_AFTER_S = 60


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while people can be served, else 503.

    A silent worker is told and costs no ride: plans stay as booked. A silent relay, and messages that should have left,
    are told too: riders can still book, but somebody has to look.
    """
    is_up = _database_answers()
    answer = {
        "database": "ok" if is_up else "down",
        "worker": _heard(HEARTBEAT),
        "relay": _heard(RELAY_HEARTBEAT),
        **({"messages_overdue": overdue(timezone.now())} if is_up else {}),
    }
    return JsonResponse(answer, status=200 if is_up else 503)


def beat(who: str = HEARTBEAT) -> None:
    """The worker, or the relay, says that it lives."""
    caches["between_processes"].set(who, time.time(), timeout=None)


def last_heartbeat(who: str = HEARTBEAT) -> float:
    """Seconds of the epoch; 0 if it has never been heard."""
    return float(caches["between_processes"].get(who, 0.0))


def _heard(who: str) -> str:
    return "ok" if time.time() - last_heartbeat(who) < SILENT_AFTER_S else "silent"


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
