"""A shift that a driver can drive, on the data folder of a server: python driver_day.py make | play 8:05 | code | lock | ...

Run by the browser tests beside the server that serves the same folder (RUFBUS_DATA). Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
BERLIN = ZoneInfo("Europe/Berlin")
# From, to, when, whom: all small enough for one bus.
RIDES: tuple[tuple[str, str, str, dict[str, int], tuple[str, ...]], ...] = (
    ("Klötze, ZOB", "Gardelegen, Krankenhaus", "8:00", {"adults": 1}, ("blind", "arm")),
    ("Klötze, ZOB", "Gardelegen, Krankenhaus", "8:00", {"adults": 1, "wheelchairs": 1}, ("ramp",)),
    ("Klötze, ZOB", "Gardelegen, Krankenhaus", "8:00", {"adults": 1, "walking_frames": 1}, ("deaf",)),
    ("Gardelegen, Krankenhaus", "Klötze, ZOB", "10:00", {"adults": 1}, ()),
)


def main(action: str, *arguments: str) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    Path(os.environ["RUFBUS_DATA"]).mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    print(json.dumps(ACTIONS[action](*arguments)))


def make() -> dict[str, Any]:
    """A small day, booked; a driver with her code; the vehicle that has the first ride."""
    from django.contrib.auth.models import Group, User
    from django.utils import timezone

    from accessibility.desk import Party, Passenger, RideWish
    from backend.bookings.desk import get_desk
    from backend.config.access import ROLES
    from backend.config.serving import prepare
    from backend.districts.models import District
    from backend.driving.duties import add_driver
    from backend.operations.selectors import day_board
    from tests.browser.booked_day import as_place

    prepare(lambda _step: None)
    person = User.objects.create_user("leitstelle", password="nur-zum-testen", is_staff=True)
    person.groups.set(Group.objects.filter(name__in=ROLES))
    day = datetime.now(BERLIN).date() + timedelta(days=2)
    desk, bookings = get_desk(), []
    for number, (origin, destination, at, party, needs) in enumerate(RIDES):
        ends = [as_place(desk.find_places("altmark", name)[0].id) for name in (origin, destination)]
        hour, minute = (int(part) for part in at.split(":"))
        when = datetime.combine(day, time(hour, minute), BERLIN)
        wish = RideWish("altmark", ends[0], ends[1], when, party=Party(**party), needs=frozenset(needs))
        offer = desk.quote(wish, key=f"driver-wish-{number}").offers[0]
        phone = f"+4917139200{number:02d}"
        view = desk.book(offer.id, Passenger(f"Testfahrgast {number + 1}", phone), key=f"driver-{number}")
        bookings.append({"code": view.code, "phone": phone, "name": f"Testfahrgast {number + 1}"})
    district = District.objects.get()
    board = day_board(district, day)
    routes = {rider.code: route for route in board.routes for visit in route.visits for rider in visit.boards}
    for booking in bookings:
        booking["vehicle"] = routes[booking["code"]].vehicle_code
    _driver, code = add_driver(district, "Testfahrerin 1", "leitstelle", timezone.now())
    return {"day": day.isoformat(), "bookings": bookings, "driver_code": code, "vehicle": bookings[0]["vehicle"]}


def play(at: str, speed: str = "1") -> dict[str, str]:
    """Let the booked day show a time."""
    from backend.bookings.models import ServiceDay
    from backend.operations.dayclock import play as play_day

    day = ServiceDay.objects.filter(plan_version__gt=0).latest("date")
    hour, minute = (int(part) for part in at.split(":"))
    play_day(day, datetime.combine(day.date, time(hour, minute), BERLIN), float(speed))
    return {"shows": at}


def code() -> dict[str, str]:
    """A fresh code that makes one device known."""
    from django.utils import timezone

    from backend.districts.models import District
    from backend.driving.devices import make_pairing_code

    return {"code": make_pairing_code(District.objects.get(), "leitstelle", timezone.now())[0]}


def lock() -> dict[str, int]:
    """Every device is lost."""
    from django.utils import timezone

    from backend.driving.devices import lock as lock_device
    from backend.driving.models import Device

    rows = list(Device.objects.filter(locked_at__isnull=True))
    for row in rows:
        lock_device(row, "leitstelle", "Im Bus vergessen", timezone.now())
    return {"locked": len(rows)}


def cancel(code_of_booking: str) -> dict[str, str]:
    """A rider cancels while the driver has no network."""
    from accessibility.desk import Access
    from backend.bookings.desk import get_desk

    get_desk().cancel(code_of_booking, Access(staff="leitstelle"), key=f"driver-cancel-{code_of_booking}")
    return {"cancelled": code_of_booking}


def events() -> list[dict[str, Any]]:
    """What the server knows of the driver's reports."""
    from backend.driving.models import DriverEvent

    rows = DriverEvent.objects.order_by("at", "received_at")
    return [
        {"id": str(row.pk), "kind": row.kind, "booking": row.booking_code, "outcome": row.outcome, "reason": row.reason,
         "detail": row.detail, "at": row.at.isoformat(), "device_at": row.device_at.isoformat()}
        for row in rows
    ]  # fmt: skip


def message(text: str, *choices: str) -> dict[str, str]:
    """The control room says something to the vehicle on duty."""
    from django.utils import timezone

    from backend.driving.messages import send_to_vehicle
    from backend.driving.models import Duty
    from backend.operations.dayclock import now_on

    duty = Duty.objects.select_related("service_day__district", "vehicle").filter(ended_at__isnull=True).get()
    day = duty.service_day
    row = send_to_vehicle(
        day, duty.vehicle, text, "leitstelle", timezone.now(), shown=now_on(day), choices=choices
    )  # fmt: skip
    return {"message": str(row.pk)}


def messages() -> list[str]:
    """What the driver has answered."""
    from backend.driving.models import DriverMessage

    return list(DriverMessage.objects.order_by("sent_at").values_list("answer", flat=True))


def states() -> dict[str, str]:
    """The state of every booking."""
    from backend.bookings.models import Booking

    return dict(Booking.objects.values_list("code", "state"))


def positions() -> dict[str, int]:
    """How many points the server has kept, by service day."""
    from collections import Counter

    from backend.operations.models import VehiclePosition

    days = VehiclePosition.objects.values_list("service_day__date", flat=True)
    return dict(Counter(day.isoformat() for day in days))


ACTIONS: dict[str, Any] = {
    "make": make, "play": play, "code": code, "lock": lock, "cancel": cancel, "events": events, "states": states,
    "positions": positions, "message": message, "messages": messages,
}  # fmt: skip

if __name__ == "__main__":
    main(*sys.argv[1:])
