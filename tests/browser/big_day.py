"""Makes a data folder with a large day, fifty vehicles and eight hundred bookings, and keeps it moving: for measuring the board.

    python -m tests.browser.big_day make                      # prints {"day": ..., "bookings": ...}
    python -m tests.browser.big_day show                      # ten o'clock again
    python -m tests.browser.big_day answer                    # what the board's answers cost the processor
    python -m tests.browser.big_day move --url ... --seconds 60

The folder is RUFBUS_DATA. The day shows ten o'clock and goes on at the speed of life; `move` sends ten changes a second, nine
positions and one booking made or cancelled.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from backend.bookings.models import ServiceDay
    from backend.operations.demo_day import RestClient
    from backend.operations.virtual_drive import VirtualDrive

BERLIN = ZoneInfo("Europe/Berlin")
VEHICLES, BOOKINGS, MOST_WISHES = 50, 800, 1600
SHOWS, HISTORY_FROM_S = clock_time(10), 6 * 3600
EVERY_S = 10
CHANGES_A_SECOND = 10
SENDERS = 8
ASKED = "asked-"  # how the points begin that only `answer` sends
STAFF = ("leitstelle", "nur-zum-testen")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("make", "show", "answer", "move"))
    parser.add_argument("--url", default="")
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    Path(os.environ["RUFBUS_DATA"]).mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    work = {"make": make, "show": show, "answer": answer, "move": lambda: move(arguments.url, arguments.seconds)}
    print(json.dumps(work[arguments.what]()))


def make() -> dict[str, Any]:
    """The day, with everything that was driven until it shows ten o'clock."""
    from django.contrib.auth.models import Group, User

    from backend.bookings.models import ServiceDay
    from backend.config.access import ROLES
    from backend.config.serving import prepare
    from backend.operations.dayclock import play

    prepare(lambda _step: None)
    person = User.objects.create_user(STAFF[0], password=STAFF[1], is_staff=True)
    person.groups.set(Group.objects.filter(name__in=ROLES))
    day = datetime.now(BERLIN).date() + timedelta(days=2)
    more_vehicles()
    booked = book_wishes(day, random.Random(20261124))
    row = ServiceDay.objects.select_related("district").get(date=day)
    play(row, datetime.combine(day, SHOWS, BERLIN), 1.0)
    return {"day": day.isoformat(), "bookings": booked, "positions": history(row)}


def show() -> dict[str, Any]:
    """Let the day show ten o'clock again."""
    from backend.bookings.models import ServiceDay
    from backend.operations.dayclock import play

    row = ServiceDay.objects.select_related("district").get(clock__isnull=False)
    play(row, datetime.combine(row.date, SHOWS, BERLIN), 1.0)
    return {"day": row.date.isoformat()}


def answer() -> dict[str, Any]:
    """What the board's answers cost this process: milliseconds of the processor, whatever else the machine does, and queries."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from backend.operations.models import VehiclePosition

    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(User.objects.get(username=STAFF[0]))
    path = f"/leitstelle/{show()['day']}/"
    state = json.loads(browser.get(f"{path}stand.json").content)
    known = ".".join([key for _code, key in state["rows"]] + [part["digest"] for part in state["parts"]])
    costs = {}
    state_path = f"{path}stand.json?kennt={known}"
    for name, address in (("page", path), ("state", state_path), ("moved", state_path)):
        times, queries = [], 0
        for attempt in range(20):
            if name == "moved":
                move_nine(attempt)
            begun = time.process_time()
            with CaptureQueriesContext(connection) as seen:
                browser.get(address)
            times.append((time.process_time() - begun) * 1000)
            queries = len(seen)
        costs |= {f"{name}_ms": round(sorted(times)[10]), f"{name}_queries": queries}
    VehiclePosition.objects.filter(point_id__startswith=ASKED).delete()
    return costs


def move_nine(attempt: int) -> None:
    """Nine buses report from a little farther on, others each time."""
    from backend.bookings.models import ServiceDay
    from backend.operations.dayclock import now_on
    from backend.operations.models import VehiclePosition

    day = ServiceDay.objects.get(clock__isnull=False)
    now = now_on(day)
    heard: dict[int, VehiclePosition] = {}
    for row in VehiclePosition.objects.filter(service_day=day, at__lte=now).order_by("-at")[:1000]:
        heard.setdefault(row.vehicle_id, row)
    buses = sorted(heard)
    for number in range(9):
        row = heard[buses[(attempt * 9 + number) % len(buses)]]
        VehiclePosition.objects.create(
            service_day=day, vehicle_id=row.vehicle_id, point_id=f"{ASKED}{attempt}-{number}", device_at=now, at=now,
            received_at=now, lat=row.lat + 0.0003, lon=row.lon, accuracy_m=5,
        )  # fmt: skip


def more_vehicles() -> None:
    """Copies of the district's vehicles with their shifts, until there are fifty."""
    from backend.districts.models import Shift, Vehicle

    own = list(Vehicle.objects.order_by("code"))
    for number in range(len(own) + 1, VEHICLES + 1):
        like = own[number % len(own)]
        shifts = list(like.shifts.all())
        copy = Vehicle.objects.get(pk=like.pk)
        copy.pk, copy.code, copy.name, copy.plate = (
            None,
            f"bus-{number:02d}",
            f"Rufbus {number}",
            f"SAW-RB {900 + number}",
        )
        copy.save()
        for shift in shifts:
            Shift.objects.create(
                district=copy.district, code=shift.code.replace(like.code, copy.code), vehicle=copy, days=127,
                start_s=shift.start_s, end_s=shift.end_s, breaks=shift.breaks,
            )  # fmt: skip


def book_wishes(day: date, chance: random.Random) -> int:
    """Rides between the larger villages, spread over the day, until there are eight hundred."""
    from accessibility.desk import Party, Passenger, Place, RideWish
    from backend.bookings.desk import get_desk
    from backend.districts.models import Place as PlaceRow

    desk, booked = get_desk(), 0
    villages = list(PlaceRow.objects.filter(kind="village").order_by("-population", "code")[:40])
    for number in range(MOST_WISHES):
        if booked == BOOKINGS:
            break
        origin, destination = chance.sample(villages, 2)
        when = datetime.combine(day, clock_time(6), BERLIN) + timedelta(minutes=chance.randrange(0, 16 * 60))
        party = Party(adults=chance.choice((1, 1, 1, 2)), wheelchairs=int(number % 25 == 3))
        wish = RideWish("altmark", Place(place_id=origin.code), Place(place_id=destination.code), when, party=party)
        quote = desk.quote(wish, key=f"big-{number}")
        if quote.offers:
            phone = f"+493023125{number % 1000:03d}"
            desk.book(quote.offers[0].id, Passenger(f"Testfahrgast {number}", phone), key=f"big-{number}")
            booked += 1
    return booked


@dataclass(frozen=True, slots=True)
class Driven:
    """One shift's vehicle as it drives."""

    code: str
    drive: VirtualDrive
    begin_s: int
    end_s: int


def fleet_of(row: ServiceDay) -> list[Driven]:
    """The vehicles with what they drive; every fifth six minutes behind its plan."""
    from backend.bookings.planning import current_plan
    from backend.districts.selectors import roads_of, stops_by_number
    from backend.operations.route_reading import visits_of
    from backend.operations.virtual_drive import VirtualDrive

    plan, stops, roads = current_plan(row).plan, stops_by_number(row.district), roads_of(row.district)
    shifts = {shift.code: shift for shift in row.day_shifts.select_related("vehicle")}
    fleet = []
    for number, route in enumerate(plan.routes):
        shift = shifts[route.shift_id]
        visits, _done = visits_of(route, plan.requests, stops)
        drive = VirtualDrive(visits, roads.way, 0 if number % 5 else 360)
        fleet.append(Driven(shift.vehicle.code, drive, shift.start_s, shift.end_s))
    return fleet


def history(row: ServiceDay) -> int:
    """Every position from six until ten o'clock."""
    from backend.bookings.localtime import to_moment
    from backend.operations.models import VehiclePosition

    now_s = SHOWS.hour * 3600
    rows = []
    for vehicle in fleet_of(row):
        key = row.district.vehicles.get(code=vehicle.code).pk
        for second in range(max(HISTORY_FROM_S, vehicle.begin_s), min(now_s, vehicle.end_s), EVERY_S):
            lat, lon = vehicle.drive.place_at(second)
            at = to_moment(second, row.date, BERLIN)
            name = f"big-{vehicle.code}-{second}"
            rows.append(VehiclePosition(service_day=row, vehicle_id=key, point_id=name, device_at=at, at=at,
                                        received_at=at, lat=lat, lon=lon, accuracy_m=5))  # fmt: skip
    VehiclePosition.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def move(url: str, seconds: float) -> dict[str, Any]:
    """Ten changes a second over the real API, for a while; how many there were, and how many were refused."""
    from knox.models import get_token_model

    from backend.bookings.localtime import to_seconds
    from backend.bookings.models import ServiceDay
    from backend.operations.dayclock import now_on
    from backend.operations.demo import demo_user
    from backend.operations.demo_day import RestClient

    row = ServiceDay.objects.select_related("district").get(clock__isnull=False)
    _token, token = get_token_model().objects.create(user=demo_user())
    client, chance = RestClient(url, token), random.Random(7)
    start = now_on(row)
    fleet = [
        vehicle for vehicle in fleet_of(row) if vehicle.begin_s <= to_seconds(start, row.date, BERLIN) < vehicle.end_s
    ]
    open_codes: list[str] = []
    done: list[Future[bool]] = []
    print("moving", flush=True)
    begun = time.monotonic()
    with ThreadPoolExecutor(SENDERS) as senders, ThreadPoolExecutor(1) as booker:
        while (gone_s := time.monotonic() - begun) < seconds:
            number = len(done)
            if number % CHANGES_A_SECOND == 0:
                done.append(booker.submit(one_booking, client, row, chance, open_codes, number))
            else:
                vehicle, now = fleet[number % len(fleet)], start + timedelta(seconds=gone_s)
                second = to_seconds(now, row.date, BERLIN)
                done.append(senders.submit(one_position, client, vehicle, second, now))
            time.sleep(max(0.0, begun + (number + 1) / CHANGES_A_SECOND - time.monotonic()))
        turned_away = sum(not change.result() for change in done)
    return {"changes": len(done), "seconds": round(time.monotonic() - begun, 1), "turned_away": turned_away}


def one_position(client: RestClient, vehicle: Driven, second: int, now: datetime) -> bool:
    lat, lon = vehicle.drive.place_at(second)
    point = {"id": f"move-{os.getpid()}-{vehicle.code}-{second}", "at": now.isoformat(), "lat": lat, "lon": lon}
    body = {"sent_at": now.isoformat(), "points": [point | {"accuracy_m": 5}]}
    status, _answer = client.post(f"/api/v1/vehicles/{vehicle.code}/positions", body, "")
    return status == 200


def one_booking(client: RestClient, row: ServiceDay, chance: random.Random, open_codes: list[str], number: int) -> bool:
    """A booking for this evening, or every third time a cancellation."""
    from backend.districts.selectors import stops_by_number

    name = f"move-{os.getpid()}-{number}"
    if len(open_codes) > 2 and number % 30 == 0:
        status, _answer = client.post(f"/api/v1/bookings/{open_codes.pop(0)}/cancel", {}, name)
        return bool(status < 300)
    served = [stop for stop in stops_by_number(row.district).values() if stop.served]
    origin, destination = chance.sample(served, 2)
    when = datetime.combine(row.date, clock_time(17), BERLIN) + timedelta(minutes=chance.randrange(0, 240))
    wish = {"origin": {"stop_id": origin.code}, "destination": {"stop_id": destination.code}, "when": when.isoformat()}
    status, quote = client.post("/api/v1/ride-requests", wish, name)
    if status != 201 or not quote["offers"]:
        return False
    body = {
        "offer_id": quote["offers"][0]["id"],
        "passenger": {"name": "Testfahrgast 9", "phone": f"+493023125{number % 1000:03d}"},
    }
    status, answer = client.post("/api/v1/bookings", body, name)
    if status == 201:
        open_codes.append(answer["code"])
    return bool(status == 201)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()
