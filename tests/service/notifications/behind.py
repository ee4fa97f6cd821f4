"""Makes a data folder whose service day waits for improvement, and queues it: run as a process of its own.

Prints "<service day> <plan version>".
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from backend.bookings.models import ServiceDay  # noqa: E402
from backend.config.celery import make_queue_folders  # noqa: E402
from backend.notifications.improvements import Improvements  # noqa: E402
from tests.builders.district import BusOnDuty, a_district  # noqa: E402
from tests.builders.rest import a_booking_by, tomorrow  # noqa: E402


def main() -> None:
    from django.test import Client

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    a_district(BusOnDuty(), BusOnDuty())
    for clock in ("8:30", "9:00", "9:30"):
        a_booking_by(Client(), when=tomorrow(clock).isoformat())
    day = ServiceDay.objects.get()
    make_queue_folders()
    Improvements().queue(datetime.now(UTC))
    print(day.pk, day.plan_version)


if __name__ == "__main__":
    main()
