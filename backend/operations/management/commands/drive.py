"""`manage.py drive`: virtual drivers drive a planned day through the real interface; or a moment of it is shown."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from knox.models import get_token_model

from backend.bookings.models import ServiceDay
from backend.districts.models import District
from backend.districts.selectors import get_district, rules_of
from backend.driving.virtual.day import DrivenDay
from backend.operations.dayclock import stop_playing
from backend.operations.demo import demo_user
from backend.operations.demo_day import RestClient, Tally, book_day, demo_date
from backend.operations.management.announced_risks import AnnouncedRisks
from backend.operations.management.drive_figures import verdict
from backend.operations.management.riders_ears import RidersEars
from backend.operations.management.shown_moment import show_moment
from backend.operations.selectors import day_to_show
from backend.riders.models import Account, Contact
from fixtures.make.demand import DEFAULT_SEED, DemandRow, read_demand
from fixtures.package import read_package

LOOPBACK = ("127.0.0.1", "localhost", "::1")
STARTS_WITHIN_S = 300.0
ENDS_WITHIN_S = 20.0
# Twelve devices of one machine at once are no attack.
MANY = {"RUFBUS_RATE_DUTY": "10000/min", "RUFBUS_RATE_BOOKING": "100000/min"}

# Where an hour passes in seconds, four seconds of thought about a plan are a quarter of an hour.
HURRIED = {"RUFBUS_IMPROVE_SECONDS": "0.5"}


class Command(BaseCommand):
    """Drives a day: that of a running server, or one of its own."""

    help = "Drives a planned day with virtual drivers on this machine's server (loopback only, demonstrations only)."
    requires_migrations_checks = False
    requires_system_checks = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ears = RidersEars()
        self.risks = AnnouncedRisks()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--own", action="store_true", help="a server and a freshly booked day of its own")
        parser.add_argument("--url", default="http://127.0.0.1:8123", help="where the server answers")
        parser.add_argument("--day", default="", help="the planned day (2026-11-24); without: the next that is planned")
        parser.add_argument("--from", dest="begin", default="", help="the time at which the played day begins")
        parser.add_argument("--until", default="", help="the time at which it ends; without: when all are home")
        parser.add_argument("--speed", type=float, default=20.0, help="played seconds a second")
        parser.add_argument("--fast", action="store_true", help="as fast as it goes")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--wishes", type=int, default=0, help="with --own: book so many of the day's wishes only")
        parser.add_argument(
            "--at", default="", help="only show this moment: positions that led to it; the clock stands"
        )
        parser.add_argument("--vehicle", default="", help="with --at: only this vehicle")
        parser.add_argument("--late", type=int, default=0, help="with --at: minutes by which all are behind their plan")
        parser.add_argument("--stop", action="store_true", help="back to the real time of the day")

    def handle(self, *args: str, **options: object) -> None:
        if options["own"]:
            with _own_server(self.stdout.write, bool(options["fast"])) as url:
                day = _booked_day(url, int(str(options["wishes"])), self.stdout.write)
                run = self._drive(url, day, options)
            self._report(run)
            return
        url = str(options["url"]).rstrip("/")
        if urlsplit(url).hostname not in LOOPBACK or not settings.DEMO_LOGIN:
            raise CommandError("virtual drivers drive on this machine only, and only where the demo login is allowed")
        day = _planned_day(str(options["day"]))
        if options["stop"]:
            stop_playing(day)
        elif options["at"]:
            begin, late = str(options["begin"]) or "07:30", int(str(options["late"]))
            sent = show_moment(url, day, begin, str(options["at"]), str(options["vehicle"]), late)
            self.stdout.write(f"{day.date}, {options['at']}: {sent} positions")
        else:
            self._report(self._drive(url, day, options))

    def _drive(self, url: str, day: ServiceDay, options: dict[str, object]) -> DrivenDay | None:
        speed = 0.0 if options["fast"] else float(str(options["speed"]))
        run = DrivenDay(
            url, day, int(str(options["seed"])), speed, self.stdout.write, str(options["begin"]), str(options["until"])
        )
        try:
            run.on_arrival = self.ears.listen
            run.on_look = self.risks.look
            run.run()
        except OSError as error:
            raise CommandError(f"{url} does not answer ({error}); start it with make run") from error
        except KeyboardInterrupt:
            self.stdout.write("Abgebrochen.")
            return None
        return run

    def _report(self, run: DrivenDay | None) -> None:
        """The day's figures, the closing line last; ends with 1 where something was lost or broken in silence."""
        if run is None:
            sys.exit(130)
        found = verdict(run, self.ears, self.risks)
        for name, text in found.lines:
            self.stdout.write(f"  {name + ':':<22} {text}")
        for fault in found.faults[:20]:
            self.stdout.write(f"  FEHLER: {fault}")
        self.stdout.write(found.closing)
        if found.faults:
            sys.exit(1)


def _planned_day(text: str) -> ServiceDay:
    district = get_district(settings.SITE_DISTRICT)
    if district is None:
        raise CommandError("no district is imported; make run does it")
    try:
        today = datetime.now(ZoneInfo(district.timezone)).date()
        chosen = date.fromisoformat(text) if text else day_to_show(district, today)
    except ValueError as error:
        raise CommandError(f"--day is {text!r}; right would be 2026-11-24") from error
    days = ServiceDay.objects.select_related("district").filter(district=district, date=chosen, plan_version__gt=0)
    row = days.first()
    if row is None:
        raise CommandError(f"{chosen} has no plan")
    return row


@contextmanager
def _own_server(say, fast: bool) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """A server on a free port, on an empty database in this process's own data folder; stopped on the way out."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("rufbus.sqlite3", "rufbus.sqlite3-wal", "rufbus.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    for queued in (folder / "queue").glob("*"):
        queued.unlink(missing_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(settings.ROOT / "manage.py"), "serve", "--port", str(port)]
    log = folder / "drive-server.log"
    say(f"Ein eigener Server richtet sich ein ({log})")
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            env={**os.environ, **MANY, **(HURRIED if fast else {})},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for(url, server)
        say(f"Der Server antwortet: {url}/")
        yield url
    finally:
        connections.close_all()
        server.terminate()
        try:
            server.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - our own server
                return
        except urllib.error.HTTPError:
            return  # it answers, if only to say that something is still to come
        except OSError:
            time.sleep(0.3)
    raise CommandError("the server did not start")


def _booked_day(url: str, most: int, say) -> ServiceDay:  # type: ignore[no-untyped-def]
    """The demo's day, booked wish by wish over the real interface."""
    district = get_district(settings.SITE_DISTRICT)
    assert district is not None  # the server has imported it
    rules = rules_of(district)
    zone = ZoneInfo(rules.timezone)
    day = demo_date(datetime.now(zone).date(), rules.booking.horizon_days)
    package = read_package(Path(settings.DISTRICT_FOLDER))
    rows = read_demand(package.folder / rules.files["demand"])
    stored, token = get_token_model().objects.create(user=demo_user())
    last = Tally()

    def watch(tally: Tally) -> None:
        nonlocal last
        last = tally

    chosen = rows[: most or None]
    _accounts(district, {_mobile(row) for row in chosen})
    try:
        book_day(RestClient(url, token), chosen, day, zone, f"drive-{day}-{DEFAULT_SEED}", watch, _person)
    finally:
        stored.delete()
    say(f"{day:%d.%m.%Y}: {last.asked} Wünsche, {last.booked} gebucht")
    return _planned_day(day.isoformat())


def _person(row: DemandRow) -> dict[str, str]:
    """An invented person with a mobile telephone, so that messages have a way; the numbers are kept free for fiction."""
    return {"name": f"Testperson {row.request_no}", "phone": _mobile(row)}


def _mobile(row: DemandRow) -> str:
    return f"+491713920{row.request_no % 100:03d}"


def _accounts(district: District, numbers: set[str]) -> None:
    """Accounts with these numbers that wish to hear all there is to hear: that the bus is near, and that it is there."""
    users, now = get_user_model(), datetime.now(UTC)
    for number in sorted(numbers):
        user = users.objects.create(username=f"drive-{number}")
        user.set_unusable_password()
        user.save()
        account = Account.objects.create(
            user=user, district=district, name="Testperson", created_at=now, messages=Account.MessageWish.values
        )
        Contact.objects.create(account=account, kind=Contact.Kind.PHONE, value=number, verified_at=now)
