"""`manage.py relay`: carries the outbox out, where channels are on Redis."""

from __future__ import annotations

import asyncio
import signal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.notifications.relay import Relay


class Command(BaseCommand):
    """Runs until it is stopped."""

    help = "Delivers the outbox's messages. Only with RUFBUS_REDIS; without, the web process does it itself."

    def handle(self, *args: str, **options: object) -> None:
        if settings.RELAY_IN_WEB_PROCESS:
            raise CommandError(
                "without RUFBUS_REDIS the web process delivers messages itself; nobody else could reach it"
            )
        asyncio.run(_until_stopped())


async def _until_stopped() -> None:
    work = asyncio.create_task(Relay().run())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    await asyncio.wait([work])
    if not work.cancelled():
        work.result()
