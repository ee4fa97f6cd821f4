"""`manage.py worker`: betters plans in the background."""

from __future__ import annotations

import os
import threading
import warnings
from argparse import ArgumentParser

from celery.exceptions import SecurityWarning
from celery.signals import worker_ready
from django.core.management.base import BaseCommand

from backend.config.celery import app, make_queue_folders, queue_of
from backend.config.health import beat
from backend.districts.models import District

BEAT_EVERY_S = 10.0


class Command(BaseCommand):
    """Runs until it is stopped, or until its parent is gone."""

    help = "Betters plans in the background (Celery), for all districts or for those named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("districts", nargs="*", help="ids of districts; without any: all")
        parser.add_argument("--child-of", type=int, default=0, help="end when this process is no longer the parent")

    def handle(self, *args: str, **options: object) -> None:
        named: list[str] = options["districts"]  # type: ignore[assignment]  # argparse knows, Django's signature does not
        districts = named or list(District.objects.order_by("pk").values_list("pk", flat=True))
        parent = options["child_of"]
        # The warning is for queues that carry pickles; ours carries JSON, whoever runs it.
        warnings.filterwarnings("ignore", category=SecurityWarning)
        make_queue_folders()

        @worker_ready.connect(weak=False)
        def begin(**signal: object) -> None:
            threading.Thread(target=_live, args=(parent,), daemon=True).start()

        app.worker_main(
            [
                "--quiet",
                "worker",
                "--pool=solo",
                "--loglevel=WARNING",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                f"--queues={','.join(queue_of(name) for name in districts)}",
            ]
        )


def _live(parent: object) -> None:
    """Say every ten seconds that the worker lives; end it when its parent has died without a word."""
    waiting = threading.Event()
    while not parent or os.getppid() == parent:
        beat()
        waiting.wait(BEAT_EVERY_S)
    os._exit(0)
