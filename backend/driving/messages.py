"""Words from the control room to the driver of a vehicle; a tap answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings.journal import announce, audit
from backend.bookings.models import ServiceDay
from backend.districts.models import Vehicle
from backend.driving.models import DriverMessage

LONGEST = 300
MOST_CHOICES = 6
LONGEST_CHOICE = 60
READ = "Gelesen"  # what a tap answers to a message that offers no choice


def send_to_vehicle(
    day: ServiceDay,
    vehicle: Vehicle,
    text: str,
    actor: str,
    now: datetime,
    *,
    shown: datetime,
    choices: Sequence[str] = (),
    booking_code: str = "",
    key: UUID | None = None,
) -> DriverMessage:
    """Tell the driver of a vehicle something; the same key tells it once. Raises InvalidInput.

    `shown` is the service day's time, `now` the machine's. What is written here may name a person, so it is never part of
    the outbox: the app reads it with the shift.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise InvalidInput("text", _("Bitte schreiben Sie 1 bis 300 Zeichen."))
    if len(choices) > MOST_CHOICES or any(not choice or len(choice) > LONGEST_CHOICE for choice in choices):
        raise InvalidInput("choices", _("Höchstens sechs Antworten von je 60 Zeichen."))
    with transaction.atomic():
        values = {
            "service_day": day, "vehicle": vehicle, "sent_at": shown, "sent_by": actor[:150], "text": text,
            "choices": list(choices), "booking_code": booking_code,
        }  # fmt: skip
        if key is None:
            message, created = DriverMessage.objects.create(**values), True
        else:
            message, created = DriverMessage.objects.get_or_create(pk=key, defaults=values)
        if created:
            payload = {
                "district": day.district_id, "date": day.date.isoformat(), "vehicle": vehicle.code,
                "message": str(message.pk),
            }  # fmt: skip
            announce(day.district, "message.to_driver", payload, now)
            audit(day.district, now, actor, "dispatcher", "driver.message", vehicle.code)
    return message
