"""Twenty riders who write in the same second, to a server of their own: python -m tests.load.texts --riders 20

Each books a ride of her own by SMS in three texts (wish, name, JA), all of them at the same moment each time: worse than
any real minute. The figures are of the webhooks, by the clock of who sends them; the answer is kept when a webhook returns.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from tests.load.calls import ENDS, WORDS, Figures, free_port, percentile, server

PATH = "/sms/eingang/"
STEPS = ("wish", "name", "book")
DAYS = ("morgen", "übermorgen")


def write(url: str, number: str, text: str) -> None:
    """One signed webhook, as Twilio sends it. Raises for any answer but 200."""
    from backend.channels_in.signed import signature_of

    form = {"MessageSid": f"SM{secrets.token_hex(16)}", "From": number, "Body": text, "NumMedia": "0"}
    signature = signature_of(f"{url}{PATH}", form)
    request = urllib.request.Request(f"{url}{PATH}", urlencode(form).encode(), {"X-Twilio-Signature": signature})
    with urllib.request.urlopen(request, timeout=60) as response:
        response.read()


def rider(number: int, url: str, together: threading.Barrier, figures: Figures) -> None:
    origin, destination = ENDS[number % len(ENDS)]
    sender = f"+4917139200{number:02d}"
    wish = f"{DAYS[number % len(DAYS)]} {7 + number % 11}:{number % 4 * 15:02d} von {origin} nach {destination}"
    for what, text in zip(STEPS, (wish, f"Testfahrgast {WORDS[number % len(WORDS)]}", "JA"), strict=True):
        together.wait()
        begin = time.perf_counter()
        try:
            write(url, sender, text)
        except OSError as error:
            with figures.lock:
                figures.failed.append(f"{sender}: {error!r}")
        figures.add(what, time.perf_counter() - begin)


def processor_s(pid: int) -> float:
    """The processor time of a process so far, whatever else the machine does; 0 where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check(riders: int, figures: Figures) -> list[str]:
    """What is not as it should be: everybody has one ride, and was told its code."""
    import django

    django.setup()
    from backend.bookings.models import Booking
    from backend.channels_in.models import TextMessage

    wrong = list(figures.failed)
    codes = dict(Booking.objects.values_list("contact_phone", "code"))
    if len(codes) != riders or Booking.objects.count() != riders:
        wrong.append(f"{Booking.objects.count()} bookings of {len(codes)} numbers for {riders} riders")
    for number, code in codes.items():
        told = TextMessage.objects.filter(is_ours=True, thread__address=number).order_by("-pk").first()
        if told is None or code not in str(told.text):
            wrong.append(f"{number} was not told {code}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--riders", type=int, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rufbus-texts-"))
    os.environ["RUFBUS_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    port, figures = free_port(), Figures()
    try:
        with server(folder, port) as process:
            url = f"http://127.0.0.1:{port}"
            write(url, "+493023125999", "morgen 9:00 von Klötze nach Gardelegen")  # roads and loops are read once
            used_before = processor_s(process.pid)
            together = threading.Barrier(options.riders)
            threads = [
                threading.Thread(target=rider, args=(number, url, together, figures))
                for number in range(options.riders)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            used_s = processor_s(process.pid) - used_before
        wrong = check(options.riders, figures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    everything = [second for seconds in figures.seconds.values() for second in seconds]
    for what, seconds in {**figures.seconds, "all": everything}.items():
        median, p95 = (round(1000 * percentile(seconds, share)) for share in (0.5, 0.95))
        print(f"  {what:<8} {len(seconds):>5} webhooks   median {median:>6} ms   p95 {p95:>6} ms")
    each_ms = round(1000 * used_s / len(everything))
    print(f"  the server's own processor time, sending the answers included: {each_ms} ms a text")
    print("everybody has a ride of her own" if not wrong else "WRONG:\n  " + "\n  ".join(wrong[:20]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
