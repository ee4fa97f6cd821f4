"""Websockets for staff: a service day tells its watchers what has happened on it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.urls import path

from backend.bookings.models import ServiceDay
from backend.config.access import DISPATCHER, OPERATOR, ROLES, has_role, is_staff, works_for
from backend.operations.watched import district_group, group_of

HEARTBEAT_S = 20.0
FOR_ALL_STAFF = ("plan.changed",)


class ServiceDaySocket(AsyncJsonWebsocketConsumer):
    """First `{"type": "plan.current", "version": 12}`, then one message for each thing that happens, such as
    `{"type": "booking.cancelled", "booking": "K7M-3PX"}`; and `{"type": "alive"}` now and then, so that a browser knows a
    silent line from a quiet day.

    A message names topics and codes. What has become of them is read where the reader's rights are checked: by page or
    REST. Drivers hear that the plan has changed, the control room hears everything.
    """

    groups_of_day: tuple[str, ...] = ()
    heartbeat: asyncio.Task[None] | None = None
    hears_all = False

    async def connect(self) -> None:
        day = _day(self.scope["url_route"]["kwargs"]["day"])
        district = self.scope["url_route"]["kwargs"]["district"]
        user = self.scope["user"]
        if day is None or not is_staff(user) or not await database_sync_to_async(works_for)(user, district, *ROLES):
            await self.close()
            return
        self.hears_all = await database_sync_to_async(has_role)(user, DISPATCHER, OPERATOR)
        self.groups_of_day = (group_of(district, day.isoformat()), district_group(district))
        for group in self.groups_of_day:
            await self.channel_layer.group_add(group, self.channel_name)
        await self.accept()
        await self.send_json({"type": "plan.current", "version": await _version(district, day)})
        self.heartbeat = asyncio.create_task(self._beat())

    async def disconnect(self, code: int) -> None:
        if self.heartbeat:
            self.heartbeat.cancel()
        for group in self.groups_of_day:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Watchers have nothing to say."""

    async def day_event(self, message: dict[str, Any]) -> None:
        """Pass on what happened."""
        event = message["event"]
        if self.hears_all or event["type"] in FOR_ALL_STAFF:
            await self.send_json(event)

    async def _beat(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(HEARTBEAT_S)
                await self.send_json({"type": "alive"})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@database_sync_to_async
def _version(district: str, day: date) -> int:
    row = ServiceDay.objects.filter(district_id=district, date=day).first()
    return row.plan_version if row else 0


websocket_urlpatterns = [path("ws/service-days/<slug:district>/<str:day>/", ServiceDaySocket.as_asgi())]
