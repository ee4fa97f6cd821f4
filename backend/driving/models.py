"""Devices in vehicles, who drives with them, and what they report: facts that are added and not changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backend.bookings.models import ServiceDay
from backend.districts.models import District, Vehicle


class PairingCode(models.Model):
    """A code that makes one device known, once, within a quarter of an hour. Only its hash is stored."""

    district = models.ForeignKey(District, models.CASCADE, related_name="pairing_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"pairing code {self.pk}"


class Device(models.Model):
    """A telephone or tablet that may report from a vehicle, by a secret of which only the hash is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=60)
    secret_hash = models.CharField(max_length=64)
    paired_at = models.DateTimeField()
    paired_by = models.CharField(max_length=150)  # who made the code at the board
    seen_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    locked_by = models.CharField(max_length=150, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)  # tried since `wrong_since`
    wrong_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"device {self.name}"


class Driver(models.Model):
    """Who drives. The short code is known by its keyed hash only; without a hash nobody can sign in with it."""

    district = models.ForeignKey(District, models.CASCADE, related_name="drivers")
    name = models.CharField(max_length=80)
    code_hash = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code_hash"], condition=~Q(code_hash=""), name="driver_code_once_a_district"
            )
        ]

    def __str__(self) -> str:
        return f"driver {self.pk}"  # a name does not belong in a log


class Duty(models.Model):
    """A driver with a device in a vehicle on a service day, until signed out or relieved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="duties")
    vehicle = models.ForeignKey(Vehicle, models.PROTECT, related_name="duties")
    driver = models.ForeignKey(Driver, models.PROTECT, related_name="duties")
    device = models.ForeignKey(Device, models.PROTECT, related_name="duties")
    began_at = models.DateTimeField()  # by the service day's clock, like `ended_at`
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=[name], condition=Q(ended_at__isnull=True), name=f"one_open_duty_a_{name}")
            for name in ("vehicle", "driver", "device")
        ]

    def __str__(self) -> str:
        return f"duty {self.pk}"


class DriverEvent(models.Model):
    """What a driver reported. `id` comes from the device, so that what is sent twice counts once.

    `device_at` is what the device's clock showed, `at` the same moment by the service day's clock. `settled_at`: since when
    a dispatcher has dealt with a conflict.
    """

    class Kind(models.TextChoices):
        SHIFT_BEGIN = "shift_begin"
        ARRIVED = "arrived"
        BOARDED = "boarded"
        NO_SHOW = "no_show"
        ALIGHTED = "alighted"
        LEFT = "left"
        BREAK_BEGIN = "break_begin"
        BREAK_END = "break_end"
        FUEL = "fuel"
        DELAY = "delay"
        HELP = "help"
        WALK_UP = "walk_up"
        ANSWER = "answer"
        SHIFT_END = "shift_end"
        TAKE_BACK = "take_back"  # an earlier report was a slip; `detail` names it

    class Outcome(models.TextChoices):
        TAKEN = "taken"
        CONFLICT = "conflict"
        REFUSED = "refused"
        TAKEN_BACK = "taken_back"  # it was a slip, and counts for nothing

    id = models.UUIDField(primary_key=True)
    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="driver_events")
    vehicle = models.ForeignKey(Vehicle, models.CASCADE, related_name="driver_events")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    device_at = models.DateTimeField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    booking_code = models.CharField(max_length=12, blank=True)
    stop_code = models.CharField(max_length=40, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    detail = models.JSONField(default=dict)
    undo = models.JSONField(null=True)  # what it changed (`bookings.footprint`), while it may still be taken back
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["service_day", "vehicle", "at"], name="driver_events_of_a_vehicle"),
            models.Index(
                fields=["service_day"], condition=Q(outcome="conflict", settled_at__isnull=True), name="open_conflicts"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["taken", "conflict", "refused", "taken_back"]),
                name="driver_event_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="taken") | ~Q(reason=""), name="driver_event_says_why_it_was_not_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DriverMessage(models.Model):
    """Something that the control room tells a vehicle's driver; `choices` are the answers that one tap gives."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="driver_messages")
    vehicle = models.ForeignKey(Vehicle, models.CASCADE, related_name="driver_messages")
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=150)
    text = models.CharField(max_length=300)
    choices = models.JSONField(default=list)
    booking_code = models.CharField(max_length=12, blank=True)
    answer = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"message {self.pk}"
