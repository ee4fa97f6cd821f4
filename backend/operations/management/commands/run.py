"""`manage.py run`: sets everything up, books a day in the Altmark through the REST API, and leaves the server running."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from knox.models import get_token_model
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from backend.bookings.models import ServiceDay
from backend.config.serving import CannotServe, bound_socket, prepare, serve, worker_beside
from backend.districts.models import District
from backend.districts.selectors import get_district, rules_of
from backend.operations.demo import demo_user
from backend.operations.demo_day import RestClient, Tally, book_day, demo_date
from backend.operations.summary import DaySummary, day_summary, refusal_word
from fixtures.make.demand import DEFAULT_SEED, read_demand, sample_day
from fixtures.package import read_package
from fixtures.toml_tables import PackageError
from routing.errors import RoadError

PAUSE_EVERY = 60  # wishes between two pauses in which the worker may better the plan
PAUSE_MOST_S = 20.0
PORT = 8123


class Command(BaseCommand):
    """Sets up, books the demo day once, serves."""

    help = "A day in the Altmark: booked wish by wish through the REST API, planned, shown. Keeps what was booked."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--fresh", action="store_true", help="forget the data folder's database and begin anew")
        parser.add_argument("--seed", type=int, default=None, help="another weekday's demand")
        parser.add_argument("--until-booked", action="store_true", help="end after the day is booked (for measuring)")

    def handle(self, *args: str, **options: object) -> None:
        console = Console()
        port, seed = int(str(options["port"])), options["seed"]
        begun = time.perf_counter()
        try:
            with bound_socket("127.0.0.1", port) as holder:
                if options["fresh"]:
                    _forget(Path(settings.DATA_DIR))
                console.print("[bold]Rufbus[/bold] richtet sich ein")
                prepare(lambda step: console.print(f"  {step}"))
                day = _Day(console, f"http://127.0.0.1:{port}", None if seed is None else int(str(seed)), begun)
                stop = bool(options["until_booked"])
                with worker_beside():
                    serve(holder, lambda: threading.Thread(target=day.live, args=(stop,), daemon=True).start())
        except (CannotServe, PackageError, RoadError) as error:
            raise CommandError(str(error)) from error


def _forget(folder: Path) -> None:
    """Delete the embedded database and the queue of a data folder, and nothing else in it."""
    for name in ("rufbus.sqlite3", "rufbus.sqlite3-wal", "rufbus.sqlite3-shm", "demo-day.json"):
        (folder / name).unlink(missing_ok=True)
    for queued in (folder / "queue").glob("*"):
        queued.unlink(missing_ok=True)


class _Day:
    """The demo day of one data folder."""

    def __init__(self, console: Console, address: str, seed: int | None, begun: float) -> None:
        self.console, self.address, self.seed, self.begun = console, address, seed, begun
        self.note = Path(settings.DATA_DIR) / "demo-day.json"
        port, folder = address.rsplit(":", 1)[1], Path(settings.DATA_DIR)
        self.given = f" PORT={port}" if port != str(PORT) else ""
        self.given += f" DATA={folder}" if folder != settings.ROOT / ".data" else ""

    def live(self, stop_afterwards: bool) -> None:
        """Book the day unless that was done before; then say where to look."""
        try:
            self._book_once()
            self._say_where_to_look()
        except Exception:  # noqa: BLE001 - the server goes on; the reason must be seen
            self.console.print_exception()
        finally:
            connections.close_all()
            if stop_afterwards:
                os.kill(os.getpid(), signal.SIGTERM)

    def _say_where_to_look(self) -> None:
        """The last lines: what to open, and how to see the day being driven."""
        lines = [
            ("Fahrgast", f"{self.address}/"),
            ("Leitstelle", f"{self.address}/leitstelle/  („Als Vorführung anmelden“)"),
            ("Fahrer-App", f"{self.address}/fahrer/"),
            ("REST", f"{self.address}/api/docs/"),
            ("Busse fahren sehen", f"in einem zweiten Terminal: make live{self.given}"),
            ("Anrufen, SMS schreiben", f"make phone{self.given}, make sms{self.given}"),
        ]
        self.console.print()
        for name, text in lines:
            self.console.print(f"  {name:<24}{text}", soft_wrap=True, highlight=False)
        self.console.print("Strg-C beendet.")

    def _book_once(self) -> None:
        if self.note.exists():
            known = json.loads(self.note.read_text(encoding="utf-8"))
            self.console.print(
                f"Der Beispieltag {known['date']} ist schon gebucht ({known['booked']} Fahrten). "
                "Neu beginnen: make run FRESH=1"
            )
            return
        district = get_district(settings.SITE_DISTRICT)
        assert district is not None  # prepare() imported it
        rules = rules_of(district)
        zone = ZoneInfo(rules.timezone)
        day = demo_date(datetime.now(zone).date(), rules.booking.horizon_days)
        package = read_package(Path(settings.DISTRICT_FOLDER))
        seed = DEFAULT_SEED if self.seed is None else self.seed
        rows = read_demand(package.folder / rules.files["demand"]) if self.seed is None else sample_day(package, seed)
        _stored, token = get_token_model().objects.create(user=demo_user())
        client = RestClient(self.address, token)
        self.console.print(
            f"{len(rows)} Fahrtwünsche für {day:%d.%m.%Y}, einer nach dem anderen über die REST-Schnittstelle",
            soft_wrap=True,
        )
        with _bar(self.console) as bar:
            task = bar.add_task("buchen", total=len(rows))

            def watch(tally: Tally) -> None:
                bar.update(task, completed=tally.asked)
                if tally.asked % PAUSE_EVERY == 0:
                    bar.update(task, description="verbessern")
                    _let_the_worker_think(district, day)
                    bar.update(task, description="buchen")

            tally = book_day(client, rows, day, zone, f"demo-{day}-{seed}", watch)
        inserted = day_summary(district, day)
        with self.console.status("Der Planer verbessert den Tag im Hintergrund"):
            for _round in range(3):
                _let_the_worker_think(district, day)
        summary = day_summary(district, day)
        show_summary(self.console, tally, inserted, summary)
        self.console.print(f"Von Anfang bis hier: {time.perf_counter() - self.begun:.0f} s")
        note = {"date": day.isoformat(), "seed": seed, "booked": tally.booked, "summary": summary.as_dict()}
        self.note.write_text(json.dumps(note, ensure_ascii=False, indent=1), encoding="utf-8")


def _let_the_worker_think(district: District, day: date) -> None:
    """Wait until the worker has looked at the newest plan, or for at most PAUSE_MOST_S."""
    deadline = time.perf_counter() + PAUSE_MOST_S
    while time.perf_counter() < deadline:
        row = ServiceDay.objects.filter(district=district, date=day).first()
        if row is None or row.improved_version >= row.plan_version:
            return
        time.sleep(0.2)


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description:>11}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def show_summary(console: Console, tally: Tally, before: DaySummary, after: DaySummary) -> None:
    """The day in the terminal."""
    table = Table(title=f"Der Tag {after.date:%d.%m.%Y}", show_header=False, min_width=60)
    refused = ", ".join(f"{count} ({refusal_word(code)})" for code, count in sorted(tally.refused.items())) or "keine"
    ride, direct = _decimal(after.ride_min_mean), _decimal(after.direct_min_mean)
    rows = [
        ("gewünscht", f"{tally.asked}"),
        ("gefahren", f"{after.served} Fahrten, {after.persons} Menschen, {after.vehicles} Fahrzeuge"),
        ("abgelehnt", refused),
        (
            "Warten an der Haltestelle",
            f"im Mittel {_decimal(after.wait_min_mean)} min, 95 % unter {_decimal(after.wait_min_p95)} min",
        ),
        ("Fahrzeit", f"{ride} min statt direkt {direct} min (× {_decimal(after.ride_ratio)})"),
        ("gemeinsam gefahren", f"{after.pooled_share * 100:.0f} % der Fahrten"),
        ("Fahrzeug-km", f"{_decimal(after.driven_km)} km, davon leer {_decimal(after.empty_km)} km"),
        ("Lenkzeit", f"{_decimal(after.driving_h)} h; vor der letzten Verbesserung {_decimal(before.driving_h)} h"),
        ("je Anfrage (REST)", f"{tally.quote_ms(50):.0f} ms, 95 % unter {tally.quote_ms(95):.0f} ms"),
        ("je Buchung (REST)", f"{tally.book_ms(50):.0f} ms, 95 % unter {tally.book_ms(95):.0f} ms"),
    ]
    for name, text in rows:
        table.add_row(name, text)
    console.print(table)


def _decimal(value: float) -> str:
    """A figure with the comma that Germans write."""
    return str(value).replace(".", ",")
