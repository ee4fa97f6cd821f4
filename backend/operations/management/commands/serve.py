"""`manage.py serve`: the whole system in one process tree."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import nullcontext

from django.core.management.base import BaseCommand, CommandError

from backend.config.serving import CannotServe, bound_socket, prepare, serve, worker_beside
from fixtures.toml_tables import PackageError
from routing.errors import RoadError


class Command(BaseCommand):
    """Makes the data folder ready, then serves until Ctrl-C."""

    help = "Serves pages, REST and websockets, with the worker as a child; sets up what the data folder lacks."
    requires_migrations_checks = False
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8123)
        parser.add_argument("--no-worker", action="store_true", help="another process runs `manage.py worker`")

    def handle(self, *args: str, **options: object) -> None:
        host, port = str(options["host"]), int(str(options["port"]))
        try:
            with bound_socket(host, port) as holder:
                prepare(lambda step: self.stdout.write(f"  {step}"))
                with nullcontext() if options["no_worker"] else worker_beside():
                    serve(holder, lambda: self.stdout.write(f"Rufbus: http://{host}:{port}/ (Ctrl-C beendet)"))
        except (CannotServe, PackageError, RoadError) as error:
            raise CommandError(str(error)) from error
