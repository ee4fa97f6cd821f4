"""The server dies in the middle of a call, and the call goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from backend.channels_in.carrier import Telephone, post_over_http
from tests.load.calls import free_port, server

ROOT = Path(__file__).resolve().parents[3]
COUNT = "from backend.bookings.models import Booking; print(Booking.objects.count())"


def bookings_in(folder: Path) -> int:
    environment = {**os.environ, "RUFBUS_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-v0", "-c", COUNT]
    return int(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout.split()[-1])


def test_a_call_outlives_its_server(tmp_path: Path) -> None:
    port = free_port()
    telephone = Telephone(post_over_http(f"http://127.0.0.1:{port}"), "+493023125777")
    with server(tmp_path, port) as first:
        telephone.ring()
        assert (
            "Wie heißen Sie"
            in telephone.say("übermorgen um neun Uhr von Klötze Rathaus nach Gardelegen Krankenhaus").text
        )
        first.kill()
        first.wait()
    with server(tmp_path, port) as second:
        assert "Soll ich buchen" in telephone.say("Testfahrgast Eins").text
        before = telephone.heard
        assert "Gebucht" in telephone.press("1").text
        second.kill()
        second.wait()
    told = telephone.heard.text
    with server(tmp_path, port):
        telephone.heard = before  # the webhook comes again, since its answer may not have arrived
        assert telephone.press("1").text == told
    assert bookings_in(tmp_path) == 1
