"""Websockets for staff: a service day tells its listeners when its plan has changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.urls import path

from backend.bookings.models import ServiceDay
from backend.channels_in.watching import group_of
from backend.config.access import is_staff


class ServiceDaySocket(AsyncJsonWebsocketConsumer):
    """`{"type": "plan.current" | "plan.changed", "version": 12}`: the first on connecting, then one a change; and
    `{"type": "rider.late"}` when a rider says so.

    The plan itself is read where the reader's rights are checked: by page or REST.
    """

    group = ""

    async def connect(self) -> None:
        day = _day(self.scope["url_route"]["kwargs"]["day"])
        district = self.scope["url_route"]["kwargs"]["district"]
        if day is None or not is_staff(self.scope["user"]):
            await self.close()
            return
        self.group = group_of(district, day.isoformat())
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send_json({"type": "plan.current", "version": await _version(district, day)})

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Listeners have nothing to say."""

    async def plan_changed(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": "plan.changed", "version": message["version"]})

    async def rider_late(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": "rider.late"})


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
