"""Carries the outbox out to whoever registered for a topic (`receive`), and does the chores of the house (`chores`).

The rows are the truth. A relay claims due rows for a while, delivers them, and marks them delivered; if it dies in
between, the claim runs out and another relay delivers them again, so that receivers may hear a message twice but never
miss one. Several relays share the work (SELECT ... FOR UPDATE SKIP LOCKED).
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from asgiref.sync import ThreadSensitiveContext
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import F

from backend.bookings.clock import Clock, SystemClock
from backend.bookings.models import OutboxMessage
from backend.notifications.chores import CHORES, Chore, Timetable
from backend.notifications.postman import Postman
from backend.notifications.receiving import RECEIVERS, Payload, Receiver, receive
from backend.notifications.threads import in_thread

__all__ = ["RECEIVERS", "Receiver", "Relay", "receive"]

logger = logging.getLogger("rufbus.relay")
LOOK_EVERY_S = 0.2
WAIT_FOR_DATABASE_S = 2.0
CLAIM = timedelta(seconds=30)
BATCH = 100
MOST_ATTEMPTS = 8
MOST_POSTMEN = 4


def wait_after(attempts: int) -> timedelta:
    """Back-off: 1, 2, 4, ... seconds, at most five minutes."""
    return timedelta(seconds=min(2 ** (attempts - 1), 300))


@dataclass(slots=True)
class Relay:
    """Delivers what is due. `receivers` by topic; the clock is an argument so that a test need not wait."""

    clock: Clock = field(default_factory=SystemClock)
    receivers: dict[str, tuple[Receiver, ...]] = field(default_factory=lambda: RECEIVERS)
    chores: list[Chore] = field(default_factory=lambda: CHORES)

    async def run(self) -> None:
        """Deliver, send and do the chores until cancelled; none of them holds up another."""
        postmen = [_endless(self._send) for _number in range(_postmen())]
        await asyncio.gather(_endless(self._deliver), *postmen, _endless(self._keep_house))

    async def _send(self) -> None:
        postman = Postman(self.clock)
        while True:
            if not await in_thread(postman.deliver_one):
                await asyncio.sleep(LOOK_EVERY_S)

    async def _deliver(self) -> None:
        while True:
            if await self.deliver_due() < BATCH:
                await asyncio.sleep(LOOK_EVERY_S)

    async def _keep_house(self) -> None:
        timetable = Timetable(self.chores)
        while True:
            for chore in timetable.due(time.monotonic()):
                try:
                    await in_thread(chore.work, self.clock.now())
                except Exception:  # one chore that fails must not keep the others from being done
                    logger.warning("chore %s failed and is done again later", chore.name, exc_info=True)
            await asyncio.sleep(LOOK_EVERY_S)

    async def deliver_due(self) -> int:
        """Deliver one batch of due messages; how many were claimed."""
        claimed: list[OutboxMessage] = await in_thread(self._claim)
        missed: set[int] = set()
        # A database that is busy holds up whoever writes; a board that is only told that something is new does not wait for it.
        for is_quick in (True, False):
            for message in claimed:
                if not await self._told(message, is_quick):
                    missed.add(message.pk)
        if claimed:
            done = [message.pk for message in claimed if message.pk not in missed]
            await in_thread(self._settle, done, [message for message in claimed if message.pk in missed])
        return len(claimed)

    async def _told(self, message: OutboxMessage, is_quick: bool) -> bool:
        """Whether every receiver of one kind took it; one that fails keeps no other from hearing it."""
        payload = {
            **message.payload, "outbox": message.pk, "announced_at": message.created_at.isoformat(),
            "heard_at": self.clock.now().isoformat(),
        }  # fmt: skip
        took_all = True
        for receiver in self.receivers.get(message.topic, ()):
            if inspect.iscoroutinefunction(receiver) is not is_quick:
                continue
            try:
                await _tell(receiver, dict(payload))
            except Exception:  # whatever a receiver meets, the message stays and the others go on
                logger.warning("message %s (%s) was not delivered", message.pk, message.topic, exc_info=True)
                took_all = False
        return took_all

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


def _postmen() -> int:
    """How many send at once: a provider takes its time, and SQLite has one writer."""
    return MOST_POSTMEN if connection.features.has_select_for_update_skip_locked else 1


async def _tell(receiver: Receiver, payload: Payload) -> None:
    if inspect.iscoroutinefunction(receiver):
        await receiver(payload)
    else:
        await in_thread(receiver, payload)


async def _endless(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop in a thread of its own; whatever it meets, a database that is away or a bug, it begins again."""
    async with ThreadSensitiveContext():
        try:
            while True:
                try:
                    await loop()
                except (DatabaseError, OSError) as error:
                    logger.warning("the relay waits: %s", error)
                except Exception:
                    logger.exception("the relay begins again")
                await asyncio.sleep(WAIT_FOR_DATABASE_S)
        finally:
            await in_thread(connections.close_all)  # of this loop's thread, which ends with it
