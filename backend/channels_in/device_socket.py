"""A websocket for the device on duty in a bus: it is told that its shift has changed, and reads it where its rights are checked.

Nothing of the day goes over it but that: no code, no name. A change that names its bus is looked at once, one of the whole day
(another bus has arrived somewhere) within some seconds; it is told only if its own shift has changed
(docs/decisions/0619-the-shift-calls.md).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.urls import path

from backend.driving.devices import COOKIE, HEADER, device_by
from backend.driving.models import Duty
from backend.driving.selectors import open_duty_of, shift_tag
from backend.operations.watched import district_group, group_of

HEARTBEAT_S = 20.0
OTHERS_S = 3.0  # what other buses do is looked at so often
OF_DEVICES = ("duty.changed", "device.changed")


@dataclass(frozen=True, slots=True)
class OnDuty:
    """What a socket has to know of the duty that it is for."""

    duty: Duty
    vehicle: str
    groups: tuple[str, str]


class DeviceSocket(AsyncJsonWebsocketConsumer):
    """`{"type": "shift.changed"}`: read the shift again; `{"type": "duty.over"}`: the same, and nothing more comes. Now and then
    `{"type": "alive"}`."""

    on_duty: OnDuty | None = None
    tag = ""
    heartbeat: asyncio.Task[None] | None = None
    watch: asyncio.Task[None] | None = None
    due_s: float | None = None  # when to look at the shift, by the loop's clock

    async def connect(self) -> None:
        self.credential = _credential(self.scope)
        self.on_duty = await _on_duty(self.credential)
        if self.on_duty is None:
            await self.close()
            return
        for group in self.on_duty.groups:
            await self.channel_layer.group_add(group, self.channel_name)
        self.tag = await _tag(self.on_duty.duty)
        await self.accept()
        await self.send_json({"type": "shift.changed"})  # whatever was missed before
        self.wake = asyncio.Event()
        self.watch = asyncio.create_task(self._watch(self.on_duty.duty))
        self.heartbeat = asyncio.create_task(self._beat())

    async def disconnect(self, code: int) -> None:
        for task in (self.heartbeat, self.watch):
            if task:
                task.cancel()
        for group in self.on_duty.groups if self.on_duty else ():
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """A device speaks by the interface."""

    async def day_event(self, message: dict[str, Any]) -> None:
        """Something has happened on the day: whether it is this bus's business."""
        event = message["event"]
        if self.on_duty is None or self.watch is None or event["type"] == "vehicle.moved":
            return
        if event["type"] in OF_DEVICES:
            await self._is_still_on_duty()
            return
        named = event.get("vehicle")
        if named == self.on_duty.vehicle:
            self._look_in(0.0)
        elif named is None:
            self._look_in(OTHERS_S)

    async def _is_still_on_duty(self) -> None:
        present = await _on_duty(self.credential)
        if present is not None and self.on_duty is not None and present.duty.pk == self.on_duty.duty.pk:
            return
        await self.send_json({"type": "duty.over"})
        await self.close()

    def _look_in(self, seconds: float) -> None:
        """Look at the shift after so long; one look serves all that happens until then, and the earlier one counts."""
        due_s = asyncio.get_running_loop().time() + seconds
        if self.due_s is None or due_s < self.due_s:
            self.due_s = due_s
            self.wake.set()

    async def _watch(self, duty: Duty) -> None:
        while True:
            wait_s = None if self.due_s is None else self.due_s - asyncio.get_running_loop().time()
            if wait_s is None or wait_s > 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), wait_s)
                self.wake.clear()
                continue
            self.due_s = None
            tag = await _tag(duty)
            if tag != self.tag:
                self.tag = tag
                await self.send_json({"type": "shift.changed"})

    async def _beat(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(HEARTBEAT_S)
                await self.send_json({"type": "alive"})


def _credential(scope: dict[str, Any]) -> str:
    """As with the interface: the header, or the cookie that no script can read (then the origin was checked)."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    cookies: SimpleCookie = SimpleCookie()
    with suppress(CookieError):
        cookies.load(headers.get("cookie", ""))
    kept = cookies.get(COOKIE)
    return headers.get(HEADER.lower(), "") or (kept.value if kept else "")


@database_sync_to_async
def _on_duty(credential: str) -> OnDuty | None:
    device = device_by(credential) if credential else None
    duty = open_duty_of(device) if device and device.locked_at is None else None
    if duty is None:
        return None
    day = duty.service_day
    return OnDuty(
        duty, duty.vehicle.code, (group_of(day.district_id, day.date.isoformat()), district_group(day.district_id))
    )


@database_sync_to_async
def _tag(duty: Duty) -> str:
    return shift_tag(duty)


websocket_urlpatterns = [path("ws/fahrt/", DeviceSocket.as_asgi())]
