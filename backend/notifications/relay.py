"""Carries the outbox out: to websockets, and days with a new plan to the queue of the planners.

The rows are the truth. A relay claims due rows for a while, delivers them, and marks them delivered; if it dies in
between, the claim runs out and another relay delivers them again, so that receivers may hear a message twice but never
miss one. Several relays share the work (SELECT ... FOR UPDATE SKIP LOCKED).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.db.models import F

from backend.bookings.clock import Clock, SystemClock
from backend.bookings.erasure import finish_erasures, forget_ended_sessions, forget_old_rides
from backend.bookings.models import OutboxMessage, ServiceDay
from backend.config.celery import app as celery_app
from backend.config.celery import queue_of

logger = logging.getLogger("rufbus.relay")
LOOK_EVERY_S = 0.2
SWEEP_EVERY_S = 2.0
ERASE_EVERY_S = 600.0  # a kept ride's name may stay some minutes longer
CLAIM = timedelta(seconds=30)
BATCH = 100
MOST_ATTEMPTS = 8
QUEUE_AGAIN_AFTER = timedelta(seconds=60)  # the queue may have lost it
IMPROVE_TASK = "plans.improve_service_day"

Receiver = Callable[[dict[str, Any]], Awaitable[None]]


def group_of(district_id: str, day: str) -> str:
    """The channel group of those who watch a service day."""
    return f"service-day.{district_id}.{day}"


async def tell_watchers(payload: dict[str, Any]) -> None:
    """A plan has changed: say so to everybody who has the day open."""
    message = {"type": "plan.changed", "version": payload["version"]}
    await get_channel_layer().group_send(group_of(payload["district"], payload["date"]), message)


async def tell_of_delay(payload: dict[str, Any]) -> None:
    """A rider is late: the day board reads itself again."""
    await get_channel_layer().group_send(group_of(payload["district"], payload["date"]), {"type": "rider.late"})


# Who hears of what. A topic without receivers is done as soon as it is seen.
RECEIVERS: dict[str, tuple[Receiver, ...]] = {"plan.changed": (tell_watchers,), "rider.late": (tell_of_delay,)}


def wait_after(attempts: int) -> timedelta:
    """Back-off: 1, 2, 4, ... seconds, at most five minutes."""
    return timedelta(seconds=min(2 ** (attempts - 1), 300))


@dataclass(slots=True)
class Relay:
    """Delivers what is due. `receivers` by topic; the clock is an argument so that a test need not wait."""

    clock: Clock = field(default_factory=SystemClock)
    receivers: dict[str, tuple[Receiver, ...]] = field(default_factory=lambda: RECEIVERS)
    _queued: dict[tuple[int, int], datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Deliver until cancelled; a database that is away for a while is tried again."""
        looks_a_sweep = round(SWEEP_EVERY_S / LOOK_EVERY_S)
        looks_an_erasure = round(ERASE_EVERY_S / LOOK_EVERY_S)
        looks = 0
        while True:
            try:
                delivered = await self.deliver_due()
                if looks % looks_a_sweep == 0:
                    await _in_thread(self.queue_improvements)
                if looks % looks_an_erasure == 0:
                    await _in_thread(finish_erasures, self.clock.now())
                    await _in_thread(forget_ended_sessions, self.clock.now())
                    await _in_thread(forget_old_rides, self.clock.now())
            except (DatabaseError, OSError) as error:
                logger.warning("the relay waits: %s", error)
                await asyncio.sleep(2.0)
                delivered = 0
            looks += 1
            if delivered < BATCH:
                await asyncio.sleep(LOOK_EVERY_S)

    async def deliver_due(self) -> int:
        """Deliver one batch of due messages; how many were claimed."""
        claimed = await _in_thread(self._claim)
        done, failed = [], []
        for message in claimed:
            try:
                for receiver in self.receivers.get(message.topic, ()):
                    await receiver(message.payload)
            except Exception:  # whatever a receiver meets, the message stays and the others go on
                logger.warning("message %s (%s) was not delivered", message.pk, message.topic, exc_info=True)
                failed.append(message)
            else:
                done.append(message.pk)
        if claimed:
            await _in_thread(self._settle, done, failed)
        return len(claimed)

    def _claim(self) -> list[OutboxMessage]:
        now = self.clock.now()
        due = OutboxMessage.objects.filter(delivered_at__isnull=True, dead=False, next_attempt_at__lte=now)
        if not due.exists():  # a look takes no lock
            return []
        with transaction.atomic():
            rows = list(due.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
            keys = [row.pk for row in rows]
            OutboxMessage.objects.filter(pk__in=keys).update(attempts=F("attempts") + 1, next_attempt_at=now + CLAIM)
        for row in rows:
            row.attempts += 1
        return rows

    def _settle(self, done: list[int], failed: list[OutboxMessage]) -> None:
        now = self.clock.now()
        OutboxMessage.objects.filter(pk__in=done).update(delivered_at=now)
        for message in failed:
            message.dead = message.attempts >= MOST_ATTEMPTS
            message.next_attempt_at = now + wait_after(message.attempts)
            message.save(update_fields=["dead", "next_attempt_at"])
            if message.dead:
                logger.error(
                    "message %s (%s) is given up after %s attempts", message.pk, message.topic, message.attempts
                )

    def queue_improvements(self) -> int:
        """Queue every day whose newest plan nobody has tried to better; how many. The rows say which, not the queue."""
        now = self.clock.now()
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


async def _in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    return await sync_to_async(_with_fresh_connections, thread_sensitive=True)(work, *arguments)


def _with_fresh_connections(work: Callable[..., Any], *arguments: Any) -> Any:
    if not any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
        close_old_connections()
    return work(*arguments)
