"""`manage.py phone`: talk with the line in a terminal, through the same signed webhooks as Twilio's."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backend.channels_in.carrier import NoAnswer, Spoken, Telephone, post_over_http

HOW = (
    "Schreiben Sie, was Sie sagen. #12 drückt die Tasten 1 und 2, #* den Stern, ## nur die Raute. Eine leere Zeile ist Stille, "
    "Strg-D legt auf."
)
READY_WITHIN_S = 120.0
SPEAKER = "espeak-ng"


class Command(BaseCommand):
    """Rings up, prints what is said, sends what is typed."""

    help = "Talks with the automatic line in the terminal: text is said, #12 are keys, an empty line is silence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="", help="a running server; without one, a server of its own is started")
        parser.add_argument("--beside", type=int, default=0, help="talk with the server on this port where one runs")
        parser.add_argument("--port", type=int, default=8124, help="of the server of its own")
        parser.add_argument("--number", default="+493023125001", help='who calls, E.164; "" for a withheld number')
        parser.add_argument("--speak", action="store_true", help=f"also say it, by {SPEAKER}")

    def handle(self, *args: str, **options: object) -> None:
        if options["speak"] and not shutil.which(SPEAKER):
            raise CommandError(f"{SPEAKER} is not installed")
        if not settings.TWILIO_TOKEN:
            raise CommandError("RUFBUS_TWILIO_TOKEN is not set: nothing can be signed")
        url, beside = str(options["url"]), f"http://127.0.0.1:{options['beside']}"
        if not url and options["beside"] and _answers(f"{beside}/healthz"):
            url = beside  # two servers on one data folder would not hear of each other
        try:
            if url:
                self._talk(url, options)
            else:
                with self._server(int(str(options["port"]))) as url:
                    self._talk(url, options)
        except NoAnswer as error:
            raise CommandError(str(error)) from error

    @contextmanager
    def _server(self, port: int) -> Iterator[str]:
        """A server as a child, on the data folder of the settings."""
        self.stdout.write("Der Server startet ...")
        command = [sys.executable, str(settings.ROOT / "manage.py"), "serve", "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            give_up = time.monotonic() + READY_WITHIN_S
            while not _answers(f"{url}/healthz"):
                if server.poll() is not None or time.monotonic() > give_up:
                    raise CommandError(f"no server on port {port}; try --port, or --url of one that runs")
                time.sleep(0.3)
            yield url
        finally:
            server.terminate()
            server.wait()

    def _talk(self, url: str, options: dict[str, object]) -> None:
        telephone = Telephone(post_over_http(url), str(options["number"]))
        self.stdout.write(HOW + "\n")
        self._print(telephone.ring(), options)
        while not telephone.heard.is_over:
            if telephone.heard.dialled:
                self.stdout.write(f"(es klingelt bei {telephone.heard.dialled}, niemand nimmt ab)")
                self._print(telephone.not_picked_up(), options)
                continue
            try:
                typed = input("> ")
            except EOFError:
                with suppress(NoAnswer):
                    telephone.hang_up()
                self.stdout.write("\n(aufgelegt)")
                return
            if not typed.strip():
                self._print(telephone.be_silent(), options)
            elif typed.startswith("#"):
                self._print(telephone.press(typed.strip()[1:] or "#"), options)
            else:
                self._print(telephone.say(typed), options)
        self.stdout.write("(das Gespräch ist zu Ende)")

    def _print(self, heard: Spoken, options: dict[str, object]) -> None:
        self.stdout.write(f"Rufbus: {heard.text}")
        if options["speak"]:
            speed = "110" if heard.is_slow else "150"
            subprocess.run([SPEAKER, "-v", "de", "-s", speed, heard.text], check=False)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - the loopback
            return True
    except urllib.error.HTTPError as error:
        return error.code == 503  # it is there, and says that something else is not
    except OSError:
        return False
