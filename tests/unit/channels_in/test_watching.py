"""Whoever watches a day hears what happens on it, by codes alone, and where its vehicles are every few seconds."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from backend.channels_in.sockets import ServiceDaySocket
from backend.channels_in.watching import TOPICS, tell_watchers
from backend.notifications.receiving import RECEIVERS
from backend.operations.watched import group_of
from tests.builders.district import a_district, at
from tests.builders.rest import a_user, works_elsewhere
from tests.builders.sockets import Socket
from tests.builders.tracks import a_point, report

pytestmark = pytest.mark.django_db(transaction=True)
DAY = "2026-11-24"


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_DISTRICT = "probe"


async def a_watcher(*roles: str) -> Socket:
    user = await sync_to_async(a_user)(*roles)
    socket = Socket(ServiceDaySocket.as_asgi(), "/ws/", user=user, kwargs={"district": "probe", "day": DAY})
    assert await socket.connect()
    assert (await socket.hear())["type"] == "plan.current"
    return socket


def payload(**more: Any) -> dict[str, Any]:
    return {"district": "probe", "date": DAY, **more}


def test_every_topic_of_the_board_is_registered_once() -> None:
    assert set(TOPICS) <= RECEIVERS.keys()
    assert len(set(TOPICS)) == len(TOPICS)


async def test_a_watcher_hears_codes_and_never_what_else_a_message_carries() -> None:
    socket = await a_watcher("dispatcher")
    await tell_watchers("booking.cancelled", payload(booking="K7M-3PX", name="Testfahrgast 1", outbox=4))
    assert await socket.hear() == {"type": "booking.cancelled", "booking": "K7M-3PX"}
    await socket.leave()


async def test_what_belongs_to_no_day_reaches_whoever_watches_any() -> None:
    socket = await a_watcher("operator")
    await tell_watchers("call.waiting", {"district": "probe", "call": 7})
    await tell_watchers("call.waiting", {"district": "elsewhere", "call": 8})
    assert await socket.hear() == {"type": "call.waiting", "call": 7}
    assert await socket.hears_nothing()
    await socket.leave()


async def test_who_works_for_another_district_hears_nothing_of_this_one() -> None:
    user = await sync_to_async(a_user)("dispatcher")
    await sync_to_async(works_elsewhere)(user)
    socket = Socket(ServiceDaySocket.as_asgi(), "/ws/", user=user, kwargs={"district": "probe", "day": DAY})
    assert not await socket.connect()


async def test_a_driver_hears_of_the_plan_alone() -> None:
    socket = await a_watcher("driver")
    await tell_watchers("booking.cancelled", payload(booking="K7M-3PX"))
    await tell_watchers("plan.changed", payload(version=4))
    assert await socket.hear() == {"type": "plan.changed", "version": 4}
    await socket.leave()


async def test_positions_are_told_once_in_some_seconds() -> None:
    await sync_to_async(a_district)()
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of("probe", DAY), channel)
    for second in (0, 1, 2, 3):
        moment = at("8:00") + timedelta(seconds=second)
        await sync_to_async(report)([await sync_to_async(a_point)(moment, "100")], moment)
    await tell_watchers("driver.event", payload(vehicle="bus-1"))
    async with asyncio.timeout(30):
        heard = [(await layer.receive(channel))["event"]["type"] for _ in range(3)]
    assert heard == ["vehicle.moved", "vehicle.moved", "driver.event"]
