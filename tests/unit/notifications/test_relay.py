"""The outbox's relay: everything due is delivered, what fails comes again later, and no watcher waits a second."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from backend.bookings.clock import SetClock
from backend.bookings.models import OutboxMessage
from backend.channels_in.sockets import ServiceDaySocket, websocket_urlpatterns
from backend.config.asgi import application
from backend.districts.models import District
from backend.notifications.chores import Chore, Timetable
from backend.notifications.relay import MOST_ATTEMPTS, RECEIVERS, Relay
from tests.builders.district import a_district
from tests.builders.rest import a_booking_by, a_user, tomorrow
from tests.builders.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_DISTRICT = "probe"


def a_message(district: District, topic: str = "probe.heard", **payload: Any) -> OutboxMessage:
    return OutboxMessage.objects.create(
        district=district, topic=topic, payload=payload, created_at=NOON, next_attempt_at=NOON
    )


def a_relay(*receivers: Any, at: datetime = NOON) -> Relay:
    return Relay(SetClock(at), {"probe.heard": receivers})


async def test_messages_are_delivered_once_in_the_order_they_were_written() -> None:
    district = await sync_to_async(a_district)()
    for number in range(3):
        await sync_to_async(a_message)(district, number=number)
    heard: list[int] = []

    async def hear(payload: dict[str, Any]) -> None:
        heard.append(payload["number"])

    relay = a_relay(hear)
    assert await relay.deliver_due() == 3
    assert await relay.deliver_due() == 0
    assert heard == [0, 1, 2]
    assert await OutboxMessage.objects.filter(delivered_at=NOON, attempts=1).acount() == 3


async def test_a_receiver_that_fails_is_tried_again_later_and_given_up_at_last() -> None:
    district = await sync_to_async(a_district)()
    message = await sync_to_async(a_message)(district)
    await sync_to_async(a_message)(district, "nobody.listens")
    clock = SetClock(NOON)
    tries: list[datetime] = []

    async def fail(payload: dict[str, Any]) -> None:
        tries.append(clock.moment)
        raise ConnectionError("nobody there")

    relay = Relay(clock, {"probe.heard": (fail,)})
    await relay.deliver_due()
    assert await relay.deliver_due() == 0, "not again at once"
    for _ in range(MOST_ATTEMPTS + 2):
        clock.moment += timedelta(minutes=10)
        await relay.deliver_due()
    await message.arefresh_from_db()
    assert (message.dead, message.delivered_at, len(tries)) == (True, None, MOST_ATTEMPTS)
    assert await OutboxMessage.objects.filter(topic="nobody.listens", delivered_at__isnull=False).acount() == 1


async def test_what_a_relay_claimed_and_dropped_another_delivers() -> None:
    district = await sync_to_async(a_district)()
    await sync_to_async(a_message)(district)
    heard: list[dict[str, Any]] = []

    async def hear(payload: dict[str, Any]) -> None:
        heard.append(payload)

    assert len(await sync_to_async(a_relay(hear)._claim)()) == 1, "this relay dies now"
    assert await a_relay(hear, at=NOON + timedelta(seconds=5)).deliver_due() == 0, "the claim still stands"
    assert await a_relay(hear, at=NOON + timedelta(seconds=31)).deliver_due() == 1
    assert len(heard) == 1


async def test_one_receiver_that_fails_keeps_no_other_from_hearing_and_both_hear_again() -> None:
    district = await sync_to_async(a_district)()
    message = await sync_to_async(a_message)(district, number=1)
    fails, heard = [True], []

    async def fail_once(payload: dict[str, Any]) -> None:
        if fails.pop():
            fails.append(False)
            raise ConnectionError("nobody there")
        fails.append(False)

    def note(payload: dict[str, Any]) -> None:
        heard.append((payload["number"], payload["outbox"], payload["announced_at"], District.objects.count()))

    assert await a_relay(fail_once, note).deliver_due() == 1
    assert await a_relay(fail_once, note, at=NOON + timedelta(seconds=2)).deliver_due() == 1
    assert heard == [(1, message.pk, NOON.isoformat(), 1)] * 2, "a plain function may use the database"
    await message.arefresh_from_db()
    assert message.payload == {"number": 1}


async def test_whoever_only_watches_waits_for_nobody_who_writes() -> None:
    """A receipt that waits for a busy database holds up no board: all watchers of a batch hear first."""
    district = await sync_to_async(a_district)()
    for number in (1, 2):
        await sync_to_async(a_message)(district, number=number)
    heard: list[tuple[str, int]] = []

    async def watch(payload: dict[str, Any]) -> None:
        heard.append(("watches", payload["number"]))

    def write(payload: dict[str, Any]) -> None:
        heard.append(("writes", payload["number"]))

    assert await a_relay(write, watch).deliver_due() == 2
    assert heard == [("watches", 1), ("watches", 2), ("writes", 1), ("writes", 2)]


def test_every_app_has_registered_what_it_listens_to() -> None:
    assert {"plan.changed", "rider.late"} <= RECEIVERS.keys()


def test_chores_are_done_at_the_start_and_then_in_their_own_intervals() -> None:
    def often(now: datetime) -> None: ...
    def seldom(now: datetime) -> None: ...

    timetable = Timetable([Chore(2, often), Chore(600, seldom)])
    begun = [[chore.work.__name__ for chore in timetable.due(second)] for second in (100, 101, 102, 103.9, 104, 700)]
    assert begun == [["often", "seldom"], [], ["often"], [], ["often"], ["often", "seldom"]]


async def test_a_chore_that_fails_keeps_no_other_from_being_done() -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def fail(now: datetime) -> None:
        raise ValueError("a bug")

    def work(now: datetime) -> None:
        assert now == NOON
        loop.call_soon_threadsafe(done.set)

    running = asyncio.create_task(Relay(SetClock(NOON), {}, [Chore(600, fail), Chore(600, work)]).run())
    await asyncio.wait_for(done.wait(), 10)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def watcher(user: Any, day: str | None = None) -> Socket:
    """A browser that has the service day open."""
    kwargs = {"district": "probe", "day": day or tomorrow().date().isoformat()}
    return Socket(ServiceDaySocket.as_asgi(), "/ws/", user=user, kwargs=kwargs)


async def test_a_booking_reaches_a_watcher_within_a_second() -> None:
    await sync_to_async(a_district)()
    user = await sync_to_async(a_user)("dispatcher")
    socket = watcher(user)
    assert await socket.connect()
    assert await socket.hear() == {"type": "plan.current", "version": 0}
    other_day = watcher(user, day="2030-01-01")
    await other_day.connect()
    await other_day.hear()
    await sync_to_async(a_booking_by)(Client())
    begun = time.perf_counter()
    await Relay().deliver_due()
    heard = [await socket.hear(timeout=1) for _ in range(2)]
    assert time.perf_counter() - begun < 1.0
    assert {"type": "plan.changed", "version": 1} in heard
    assert "booking.confirmed" in {event["type"] for event in heard}
    assert await other_day.hears_nothing(), "who watches another day hears nothing"
    await socket.leave()
    await other_day.leave()


async def test_only_staff_may_watch() -> None:
    await sync_to_async(a_district)()
    rider = await sync_to_async(a_user)(name="rider", is_staff=False)
    for user in (AnonymousUser(), rider):
        assert not await watcher(user).connect()
    staff = await sync_to_async(a_user)("driver")
    assert not await watcher(staff, day="heute").connect(), "a date that is none"


async def test_the_web_process_knows_the_sockets_and_refuses_other_origins() -> None:
    assert websocket_urlpatterns
    path = "/ws/service-days/probe/2026-11-24/"
    assert not await Socket(application, path, origin="https://elsewhere.example").connect()
    assert not await Socket(application, path).connect(), "at home, but not logged in"
