"""`manage.py drive`: virtual vehicles drive a planned day and send their positions to the real API, to be watched."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from knox.models import get_token_model

from backend.bookings.localtime import clock_to_seconds, to_moment
from backend.bookings.models import ServiceDay
from backend.bookings.planning import current_plan
from backend.districts.selectors import get_district, roads_of, stops_by_number
from backend.driving.serializers import MOST_POINTS
from backend.operations.dayclock import play, stop_playing
from backend.operations.demo import demo_user
from backend.operations.demo_day import RestClient
from backend.operations.route_reading import visits_of
from backend.operations.selectors import day_to_show
from backend.operations.virtual_drive import VirtualDrive
from fixtures.toml_tables import clock_s

LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERY_S = 10  # a position each so many seconds of the played day
TICK_S = 1.0
BEFORE_S = 300  # a vehicle is heard of so long before its shift


@dataclass(slots=True)
class _Vehicle:
    """A vehicle's drive with the last second that was sent."""

    code: str
    drive: VirtualDrive
    begin_s: int
    end_s: int
    sent_s: int


class Command(BaseCommand):
    """Plays a day. Needs a running server on this machine, on the same data folder."""

    help = "Drives a planned day with virtual vehicles on the running server (loopback only, demonstrations only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8123", help="where the server answers")
        parser.add_argument(
            "--day", default="", help="the planned day (2026-11-24); without: the next one that is planned"
        )
        parser.add_argument("--from", dest="begin", default="07:30", help="the time at which the played day begins")
        parser.add_argument("--until", default="23:30")
        parser.add_argument("--speed", type=float, default=20.0, help="played seconds a second")
        parser.add_argument("--late", type=int, default=0, help="minutes by which all vehicles are behind their plan")
        parser.add_argument(
            "--at", default="", help="only show this moment: send what led to it, and let the clock stand"
        )
        parser.add_argument("--vehicle", default="", help="only this one, by its id")
        parser.add_argument("--stop", action="store_true", help="back to the real time of the day")

    def handle(self, *args: str, **options: object) -> None:
        url = str(options["url"]).rstrip("/")
        if urlsplit(url).hostname not in LOOPBACK or not settings.DEMO_LOGIN:
            raise CommandError("virtual vehicles drive on this machine only, and only where the demo login is allowed")
        day = _planned_day(str(options["day"]))
        if options["stop"]:
            stop_playing(day)
            return
        fleet = _fleet(day, 60 * int(str(options["late"])), str(options["vehicle"]))
        token_row, token = get_token_model().objects.create(user=demo_user())
        client = RestClient(url, token)
        try:
            if options["at"]:
                self._show(day, fleet, client, _second(day, str(options["begin"])), _second(day, str(options["at"])))
            else:
                begin_s, until_s = _second(day, str(options["begin"])), _second(day, str(options["until"]))
                self._drive(day, fleet, client, begin_s, until_s, float(str(options["speed"])))
        except OSError as error:
            raise CommandError(f"{url} does not answer ({error}); start it with make run") from error
        finally:
            token_row.delete()

    def _show(self, day: ServiceDay, fleet: list[_Vehicle], client: RestClient, begin_s: int, at_s: int) -> None:
        play(day, _moment(day, at_s), 0.0)
        sent = _send(day, fleet, client, min(begin_s, at_s), at_s)
        self.stdout.write(f"{day.date}, {_moment(day, at_s):%H:%M}: {sent} positions of {len(fleet)} vehicles")

    def _drive(
        self, day: ServiceDay, fleet: list[_Vehicle], client: RestClient, begin_s: int, until_s: int, speed: float
    ) -> None:
        """Play until Ctrl-C or the end of the day; then the day has its real time again."""
        play(day, _moment(day, begin_s), speed)
        self.stdout.write(f"{day.date} from {_moment(day, begin_s):%H:%M}, {speed:g} seconds a second (Ctrl-C ends)")
        begun = time.monotonic()
        now_s = begin_s
        try:
            while now_s < until_s:
                now_s = begin_s + int((time.monotonic() - begun) * speed)
                _send(day, fleet, client, begin_s, now_s)
                time.sleep(TICK_S)
        except KeyboardInterrupt:
            pass
        finally:
            stop_playing(day)


def _planned_day(text: str) -> ServiceDay:
    district = get_district(settings.SITE_DISTRICT)
    if district is None:
        raise CommandError("no district is imported; make run does it")
    try:
        chosen = (
            date.fromisoformat(text)
            if text
            else day_to_show(district, datetime.now(ZoneInfo(district.timezone)).date())
        )
    except ValueError as error:
        raise CommandError(f"--day is {text!r}; right would be 2026-11-24") from error
    row = (
        ServiceDay.objects.select_related("district").filter(district=district, date=chosen, plan_version__gt=0).first()
    )
    if row is None:
        raise CommandError(f"{chosen} has no plan")
    return row


def _fleet(day: ServiceDay, late_s: int, only: str) -> list[_Vehicle]:
    """The vehicles that carry somebody, or the one that is named, each with its route."""
    plan, stops, roads = current_plan(day).plan, stops_by_number(day.district), roads_of(day.district)
    shifts = {row.code: row for row in day.day_shifts.select_related("vehicle")}
    fleet = []
    for route in plan.routes:
        shift = shifts[route.shift_id]
        if any(event.request_id for event in route.events) and only in ("", shift.vehicle.code):
            visits, _done = visits_of(route, plan.requests, stops)
            begin_s = shift.start_s - BEFORE_S
            drive = VirtualDrive(visits, roads.way, late_s)
            fleet.append(_Vehicle(shift.vehicle.code, drive, begin_s, shift.end_s, begin_s - EVERY_S))
    return fleet


def _send(day: ServiceDay, fleet: list[_Vehicle], client: RestClient, begin_s: int, now_s: int) -> int:
    """Send what each vehicle has driven since it was last heard of."""
    sent = 0
    for vehicle in fleet:
        first_s = max(vehicle.sent_s + EVERY_S, vehicle.begin_s, begin_s - begin_s % EVERY_S)
        seconds = range(first_s, min(now_s, vehicle.end_s) + 1, EVERY_S)
        points = [_point(day, vehicle, second) for second in seconds]
        for start in range(0, len(points), MOST_POINTS):
            _post(client, vehicle.code, points[start : start + MOST_POINTS], _moment(day, now_s))
        if points:
            vehicle.sent_s = seconds[-1]
        sent += len(points)
    return sent


def _post(client: RestClient, code: str, points: list[dict[str, object]], sent_at: datetime) -> None:
    body = {"sent_at": sent_at.isoformat(), "points": points}
    status, answer = client.post(f"/api/v1/vehicles/{code}/positions", body, "")
    if status != 200:
        raise CommandError(f"{code}: the server answers {status}: {answer.get('detail')}")


def _point(day: ServiceDay, vehicle: _Vehicle, second: int) -> dict[str, object]:
    lat, lon = vehicle.drive.place_at(second)
    name = f"virtual-{day.date}-{vehicle.code}-{second}-{vehicle.drive.late_s}"
    return {"id": name, "at": _moment(day, second).isoformat(), "lat": lat, "lon": lon, "accuracy_m": 5}


def _moment(day: ServiceDay, second: int) -> datetime:
    return to_moment(second, day.date, ZoneInfo(day.district.timezone))


def _second(day: ServiceDay, clock: str) -> int:
    return clock_to_seconds(clock_s(clock, "drive", "time"), day.date, ZoneInfo(day.district.timezone))
