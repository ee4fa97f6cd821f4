"""Makes a data folder ready and serves from it: what `manage.py serve` and `manage.py run` share."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import uvicorn
from django.conf import settings
from django.core.management import call_command

from backend.config.celery import make_queue_folders

Say = Callable[[str], None]
STOP_WITHIN_S = 10.0


class CannotServe(RuntimeError):
    """Why the server cannot start, for a person."""


def prepare(say: Say) -> None:
    """Tables, district, roads, static files, compiled loops, demo login: whatever is missing. `say` hears each step.

    Raises PackageError or RoadError where the district's package is at fault.
    """
    from backend.districts.selectors import get_district
    from backend.districts.services import build, import_package
    from backend.operations.demo import demo_user
    from dispatch.warm_up import warm_up

    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    make_queue_folders()
    say("Tabellen")
    call_command("migrate", verbosity=0, interactive=False)
    district = get_district(settings.SITE_DISTRICT)
    if district is None or district.folder != str(settings.DISTRICT_FOLDER):
        say("Landkreis: Haltestellen, Orte, Fahrzeuge, Regeln")
        district = import_package(settings.DISTRICT_FOLDER)
    say("Straßen und Fahrzeiten")
    build(district)
    say("Dateien für den Browser")
    call_command("collectstatic", verbosity=0, interactive=False)
    say("Rechenkern")
    warm_up()
    if settings.DEMO_LOGIN:
        demo_user()


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that holds the port before anything is built. Raises CannotServe if it is taken."""
    if settings.DEMO_LOGIN and host not in ("127.0.0.1", "localhost", "::1"):
        raise CannotServe(
            f"{host} is reached from other machines, and the demo login lets anybody in. Set RUFBUS_HOSTS and the "
            "secrets of production (docs/operators.md), or RUFBUS_DEMO_LOGIN=0."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    holder = socket.socket(family, socket.SOCK_STREAM)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((host, port))
    except OSError as error:
        holder.close()
        raise CannotServe(
            f"Port {port} on {host} cannot be had ({error.strerror}). Try another one: PORT=8124"
        ) from error
    return holder


@contextmanager
def worker_beside() -> Iterator[subprocess.Popen[bytes]]:
    """The planners' worker as a child of this process; stopped on the way out, also after SIGTERM."""
    signal.signal(signal.SIGTERM, _leave)
    command = [sys.executable, str(settings.ROOT / "manage.py"), "worker", "--child-of", str(os.getpid())]
    worker = subprocess.Popen(command, start_new_session=True)
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _leave(number: int, frame: FrameType | None) -> None:
    """Leave as after Ctrl-C, so that whoever is left cleans up."""
    raise KeyboardInterrupt


def serve(holder: socket.socket, when_ready: Callable[[], None] | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM. `when_ready` is called as soon as requests are answered."""
    config = uvicorn.Config(
        "backend.config.asgi:application",
        log_level="warning",
        access_log=False,  # addresses say who asked for which booking
        lifespan="on",
        ws="websockets-sansio",
        timeout_graceful_shutdown=5,
        proxy_headers=False,
        server_header=False,
    )
    signal.signal(signal.SIGTERM, _leave)  # the server hands the signal on once it has shut down
    with suppress(KeyboardInterrupt):
        _Server(config, when_ready).run(sockets=[holder])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self.when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.when_ready:
            self.when_ready()
