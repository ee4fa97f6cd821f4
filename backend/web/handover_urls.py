"""The addresses of handover and audit."""

from __future__ import annotations

from django.urls import path

from backend.web.views import control_handover

handover_urls = [
    path("leitstelle/uebergabe/", control_handover.handover_today, name="handover"),
    path("leitstelle/uebergabe/<isodate:day>/", control_handover.handover, name="handover-day"),
    path("leitstelle/uebergabe/erledigt/<uuid:entry_id>/", control_handover.handover_done, name="handover-done"),
    path("leitstelle/protokoll/", control_handover.audit, name="audit"),
]
