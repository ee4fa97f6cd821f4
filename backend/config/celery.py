"""The background queue: Celery, on Redis or on files (docs/decisions/0501-queue-without-a-server.md)."""

from __future__ import annotations

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
app = Celery("rufbus")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def queue_of(district_id: str) -> str:
    """Districts queue apart, so that each can have its own workers."""
    return f"plans-{district_id}"


def make_queue_folders() -> None:
    """The file queue's folders; with Redis there are none."""
    for name in ("data_folder_in", "control_folder"):
        folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(name)
        if folder:
            Path(str(folder)).mkdir(parents=True, exist_ok=True)
