"""What vehicles report and riders say on the day: facts that are added and not changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backend.bookings.models import Booking, ServiceDay
from backend.districts.models import Vehicle


class VehiclePosition(models.Model):
    """One point that a vehicle sent, believed or not: `backend.operations.track` judges when it is read.

    `point_id` comes from the device, so that a batch sent twice counts once. `device_at` is what its clock showed, `at`
    the same moment by our clock: a batch says when it was sent, which tells how wrong the device's clock is.
    """

    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="positions")
    vehicle = models.ForeignKey(Vehicle, models.CASCADE, related_name="positions")
    point_id = models.CharField(max_length=64)
    device_at = models.DateTimeField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    lat = models.FloatField()
    lon = models.FloatField()
    accuracy_m = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vehicle", "point_id"], name="position_once_a_vehicle"),
        ]
        indexes = [models.Index(fields=["service_day", "vehicle", "at"], name="positions_of_a_vehicle")]

    def __str__(self) -> str:
        return f"{self.vehicle} {self.at:%H:%M:%S}"


class RiderNote(models.Model):
    """What a rider tells the driver about a booked ride; the newest of a kind counts."""

    class Kind(models.TextChoices):
        LATE = "late"

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    minutes = models.PositiveSmallIntegerField()
    there_at = models.DateTimeField()  # when the rider says to be at the stop
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["late"]), name="rider_note_kind_is_known"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="rider_note_says_how_late"),
        ]
        indexes = [models.Index(fields=["booking", "created_at"])]

    def __str__(self) -> str:
        return f"{self.booking} {self.kind} {self.minutes}"


class SharedRide(models.Model):
    """A link that shows a ride to somebody else until it is withdrawn or the ride is over.

    The link is the signed id; the row knows nothing of who has it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="shares")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking"], condition=Q(withdrawn_at__isnull=True), name="one_open_share_a_booking"
            )
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"


class DayClock(models.Model):
    """What time it is on a service day that is played, in a demonstration only: virtual time runs from `shows_at`.

    `speed` 0: it stands still.
    """

    service_day = models.OneToOneField(ServiceDay, models.CASCADE, related_name="clock")
    shows_at = models.DateTimeField()
    set_at = models.DateTimeField()
    speed = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"{self.service_day} {self.shows_at:%H:%M} x{self.speed}"
