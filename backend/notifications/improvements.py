"""Queues days with a new plan for the planners. The rows say which are behind, not the queue, which may lose one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F

from backend.bookings.models import ServiceDay
from backend.config.celery import app as celery_app
from backend.config.celery import queue_of

QUEUE_AGAIN_AFTER = timedelta(seconds=60)  # the queue may have lost it
IMPROVE_TASK = "plans.improve_service_day"


@dataclass(slots=True)
class Improvements:
    """Remembers what it asked for, so that a version is queued once a minute at most."""

    _queued: dict[tuple[int, int], datetime] = field(default_factory=dict)

    def queue(self, now: datetime) -> int:
        """Queue every day whose newest plan nobody has tried to better; how many."""
        yesterday = now.date() - timedelta(days=1)  # a service day may run past midnight
        behind = ServiceDay.objects.filter(plan_version__gt=F("improved_version"), date__gte=yesterday)
        queued = 0
        for key, version, district_id in behind.values_list("pk", "plan_version", "district_id"):
            asked_at = self._queued.get((key, version))
            if asked_at and now - asked_at < QUEUE_AGAIN_AFTER:
                continue
            celery_app.send_task(IMPROVE_TASK, [key, version], queue=queue_of(district_id))
            self._queued[key, version] = now
            queued += 1
        self._queued = {day: at for day, at in self._queued.items() if now - at < QUEUE_AGAIN_AFTER}
        return queued
