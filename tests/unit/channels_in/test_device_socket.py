"""The device on duty in a bus is told when its shift has changed, nothing else, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accessibility.desk import Access
from backend.bookings.models import OutboxMessage, ServiceDay
from backend.channels_in import device_socket
from backend.channels_in.watching import TOPICS, tell_watchers
from backend.driving.devices import lock
from backend.driving.duties import sign_out
from backend.driving.messages import send_to_vehicle
from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish, at
from tests.builders.driving import Bus, a_bus
from tests.builders.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _others_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_socket, "OTHERS_S", 0.0)


def a_day() -> tuple[Bus, Bus, str]:
    """Two buses on duty, and a ride that the first one has."""
    district = a_district(BusOnDuty(), BusOnDuty())
    ride = a_booking(a_desk(), a_wish(MARKT, KLOETZE, "8:30"))
    first, second = a_bus(district, "bus-1"), a_bus(district, "bus-2")
    return first, second, ride.code


def socket_of(credential: str, cookie: bool = False) -> Socket:
    from backend.config.asgi import application

    socket = Socket(application, "/ws/fahrt/")
    header = (
        (b"cookie", f"sprache=de; rufbus_device={credential}".encode())
        if cookie
        else (b"rufbus-device", credential.encode())
    )
    socket.wire.scope["headers"].append(header)
    return socket


async def heard_by(bus: Bus, cookie: bool = False) -> Socket:
    socket = socket_of(bus.credential, cookie)
    assert await socket.connect()
    assert await socket.hear() == {"type": "shift.changed"}, "whatever was missed before"
    return socket


async def relay() -> None:
    """What the relay does with the topics of a board."""
    rows = await sync_to_async(lambda: list(OutboxMessage.objects.order_by("pk")))()
    await sync_to_async(OutboxMessage.objects.all().delete)()
    for row in rows:
        if row.topic in TOPICS:
            await tell_watchers(row.topic, row.payload)


@pytest.mark.parametrize("cookie", [False, True])
async def test_a_word_of_the_control_room_is_told_at_once_and_says_nothing_itself(cookie: bool) -> None:
    bus, _other, _code = await sync_to_async(a_day)()
    await sync_to_async(OutboxMessage.objects.all().delete)()
    socket = await heard_by(bus, cookie)

    def say() -> None:
        day = ServiceDay.objects.get()
        send_to_vehicle(
            day, bus.duty.vehicle, "Testfahrgast 1 kommt später", "leitstelle", at("8:00"), shown=at("8:00")
        )

    await sync_to_async(say)()
    await relay()
    assert await socket.hear() == {"type": "shift.changed"}
    assert await socket.hears_nothing()
    await socket.leave()


async def test_what_another_bus_does_disturbs_nobody_and_an_own_ride_that_goes_is_told() -> None:
    first, second, code = await sync_to_async(a_day)()
    sockets = {bus.duty.vehicle.code: await heard_by(bus) for bus in (first, second)}
    await sync_to_async(OutboxMessage.objects.all().delete)()
    carries = await sync_to_async(lambda: ServiceDay.objects.get().plans.latest("version").routes)()
    own = next(row["shift"][:5] for row in carries if any(event[4] == code for event in row["events"]))
    other = ({"bus-1", "bus-2"} - {own}).pop()
    bus = first if other == "bus-1" else second
    await sync_to_async(bus.says)("shift_begin", "6:00")
    await relay()
    assert await sockets[other].hear() == {"type": "shift.changed"}
    assert await sockets[own].hears_nothing(), "it is not its shift"
    await sync_to_async(lambda: a_desk(at("7:00")).cancel(code, Access(staff="leitstelle"), key=a_key()))()
    await relay()
    assert await sockets[own].hear() == {"type": "shift.changed"}
    for socket in sockets.values():
        await socket.leave()


@pytest.mark.parametrize("how", ["locked", "signed out"])
async def test_who_is_off_duty_hears_so_and_then_nothing(how: str) -> None:
    bus, _other, _code = await sync_to_async(a_day)()
    socket = await heard_by(bus)
    await sync_to_async(OutboxMessage.objects.all().delete)()
    if how == "locked":
        await sync_to_async(lock)(bus.duty.device, "leitstelle", "Im Bus vergessen", at("8:00"))
    else:
        await sync_to_async(sign_out)(bus.duty)
    await relay()
    assert await socket.hear() == {"type": "duty.over"}
    closed: Any = await socket.wire.receive_output(timeout=1)
    assert closed["type"] == "websocket.close"


async def test_nobody_else_is_let_in() -> None:
    bus, _other, _code = await sync_to_async(a_day)()
    for credential in ("", "unsinn", f"{bus.duty.device.pk}.falsch", "\x00.\x00"):
        assert not await socket_of(credential).connect(), credential
    await sync_to_async(sign_out)(bus.duty)
    assert not await socket_of(bus.credential).connect(), "known, and not on duty"
