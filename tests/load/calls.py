"""A hundred calls at once against a real server: python -m tests.load.calls --calls 100

Every call books its own ride, each with a number, a name and a time of its own; afterwards the database is looked at
whether each has got its own ride and no other. The figures are of the webhooks, by the clock of the caller. Between two
webhooks a caller talks for a while, as people do (`--think`), unless the line is to be tried at its limit (`--think 0`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENDS = (
    ("Klötze Rathaus", "Gardelegen Krankenhaus"),
    ("Salzwedel Bahnhof", "Kuhfelde"),
    ("Kalbe ZOB", "Letzlingen"),
    ("Diesdorf", "Dähre"),
    ("Arendsee", "Fleetmark"),
    ("Beetzendorf", "Rohrberg"),
)
READY_WITHIN_S = 180
DAYS = ("morgen", "übermorgen", "am Freitag", "am Samstag")


@dataclass(slots=True)
class Figures:
    """Seconds of each webhook, by what it did; and what each caller was told."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    booked: dict[str, str] = field(default_factory=dict)  # number -> what was said after the booking
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, what: str, seconds: float) -> None:
        with self.lock:
            self.seconds.setdefault(what, []).append(seconds)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server process of its own on its own data."""
    environment = {**os.environ, "RUFBUS_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    environment.pop("RUFBUS_DATABASE", None)  # on its own data, whatever database the tests use
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port), "--no-worker"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers. Raises RuntimeError if it never does."""
    give_up = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < give_up and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except urllib.error.HTTPError:
            return  # it is there
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("the server does not answer")


def one_call(number: int, url: str, think_s: float, begins: threading.Barrier, figures: Figures) -> None:
    from backend.channels_in.carrier import Telephone, post_over_http

    rng = random.Random(number)
    caller = f"+493023125{number:03d}"
    telephone = Telephone(post_over_http(url), caller)
    origin, destination = ENDS[number % len(ENDS)]
    day, hour = DAYS[number % len(DAYS)], 7 + number % 11
    steps = [
        ("ring", lambda: telephone.ring()),
        ("wish", lambda: telephone.say(f"{day} um {hour} Uhr {number % 4 * 15 or ''} von {origin} nach {destination}")),
    ]
    begins.wait()
    try:
        for what, step in steps:
            time.sleep(rng.uniform(0, 2 * think_s))
            _timed(what, step, figures)
        for _turn in range(12):
            text = telephone.heard.text
            if telephone.heard.is_over or "Gebucht" in text:
                break
            time.sleep(rng.uniform(0, 2 * think_s))
            what, step = _next(telephone, text, number)
            _timed(what, step, figures)
        with figures.lock:
            figures.booked[caller] = telephone.heard.text
        _timed("end", lambda: telephone.hang_up(), figures)
    except Exception as error:  # noqa: BLE001 - whatever went wrong is reported
        with figures.lock:
            figures.failed.append(f"{caller}: {error!r}")


def _next(telephone, text: str, number: int):  # type: ignore[no-untyped-def]
    if "Wie heißen Sie" in text:
        return "name", lambda: telephone.say(f"Testfahrgast {WORDS[number % len(WORDS)]}")
    if "Soll ich buchen" in text:
        return "book", lambda: telephone.press("1")
    if "Wer fährt mit" in text:
        return "who", lambda: telephone.say("eine Person")
    return "choice", lambda: telephone.press("1")


WORDS = ("Anton", "Berta", "Caesar", "Dora", "Emil", "Friedrich", "Gustav", "Heinrich", "Ida", "Julius")


def _timed(what, step, figures: Figures) -> None:  # type: ignore[no-untyped-def]
    begin = time.perf_counter()
    step()
    figures.add(what, time.perf_counter() - begin)


def check(folder: Path, figures: Figures) -> list[str]:
    """What does not fit between what callers were told and what is booked."""
    import django

    django.setup()
    from accessibility.language.spelling import spelled
    from backend.bookings.models import Booking
    from backend.channels_in.call_models import Call

    wrong = list(figures.failed)
    rows = {row.contact_phone: row for row in Booking.objects.all()}
    if Booking.objects.count() != len(rows):
        wrong.append("a number has more than one booking")
    for caller, text in figures.booked.items():
        row = rows.get(caller)
        if ("Gebucht" in text) != (row is not None):
            wrong.append(f"{caller}: told {text[:120]!r}, booked {row}")
        elif row is not None and not all(sign in text for sign in spelled(row.code)):
            wrong.append(f"{caller}: was told another code than {row.code}")
    wrong += [f"call {call.pk} was not ended" for call in Call.objects.filter(ended_at__isnull=True)]
    return wrong


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument(
        "--think", type=float, default=6.0, help="mean seconds a caller listens and talks between two webhooks"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rufbus-calls-"))
    os.environ["RUFBUS_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    port = free_port()
    figures = Figures()
    try:
        with server(folder, port):
            url = f"http://127.0.0.1:{port}"
            one_call(999, url, 0.0, threading.Barrier(1), Figures())  # roads and loops are read once
            begins = threading.Barrier(options.calls)
            threads = [
                threading.Thread(target=one_call, args=(number, url, options.think, begins, figures))
                for number in range(options.calls)
            ]
            begin = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took_s = time.perf_counter() - begin
        wrong = check(folder, figures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report(options, figures, wrong, took_s)
    return 1 if wrong else 0


def report(options: argparse.Namespace, figures: Figures, wrong: list[str], took_s: float) -> None:
    everything = [second for seconds in figures.seconds.values() for second in seconds]
    rows = {**figures.seconds, "all": everything}
    told = {
        what: {"n": len(s), "median_ms": round(1000 * percentile(s, 0.5)), "p95_ms": round(1000 * percentile(s, 0.95))}
        for what, s in rows.items()
    }
    booked = sum("Gebucht" in text for text in figures.booked.values())
    if options.json:
        print(
            json.dumps({"calls": options.calls, "booked": booked, "wrong": wrong, "webhooks": told, "took_s": took_s})
        )
        return
    print(
        f"{len(figures.booked)} calls in {took_s:.0f} s, {booked} booked; mean pause between webhooks {options.think:.0f} s"
    )
    for what, row in told.items():
        print(f"  {what:<8} {row['n']:>5} webhooks   median {row['median_ms']:>6} ms   p95 {row['p95_ms']:>6} ms")
    print("every call has its own ride" if not wrong else "WRONG:\n  " + "\n  ".join(wrong[:20]))


if __name__ == "__main__":
    sys.exit(main())
