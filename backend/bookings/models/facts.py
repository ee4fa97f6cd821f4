"""What became of a booking: how it was driven, what was not kept, what it cost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.bookings.models.rides import Booking
from backend.districts.models import District


class DrivenRide(models.Model):
    """What really happened on a ride: by which vehicle, when it stood at the stop, when people boarded and left, what was paid.

    The moments are those of the service day's clock. A ride to which no vehicle has come has no row.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="driven")
    vehicle = models.ForeignKey("districts.Vehicle", models.PROTECT, related_name="+")
    vehicle_at = models.DateTimeField(null=True)  # since when the vehicle stood at the pick-up
    boarded_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    cash_cents = models.PositiveIntegerField(null=True)  # what the driver took; null: nothing was said

    def __str__(self) -> str:
        return f"driven ride {self.booking_id}"


class BrokenPromise(models.Model):
    """A limit of a booking's promise that could not, or will not, be kept; `by_s` grows while the vehicle falls behind."""

    class Limit(models.TextChoices):
        PICKUP = "pickup"
        DELIVERY = "delivery"
        RIDE = "ride"

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="broken")
    limit = models.CharField(max_length=12, choices=Limit.choices)
    by_s = models.PositiveIntegerField()
    known_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "limit"], name="promise_breaks_once_a_limit"),
            models.CheckConstraint(condition=Q(limit__in=["pickup", "delivery", "ride"]), name="broken_limit_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} of booking {self.booking_id}"


class Receipt(models.Model):
    """What a driven ride cost, for whoever settles it: small-amount invoice (§ 33 UStDV). Names no person.

    `number` counts up without gaps in each district. Amount and rate are those of the day it was issued.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="receipts")
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="receipt")
    number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    gross_cents = models.PositiveIntegerField()
    tax_percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="receipt_number_once_a_district")]

    def __str__(self) -> str:
        return f"receipt {self.number}"
