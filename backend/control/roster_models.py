"""Who drives when, and changes of fleet and rosters as they were made, so that each can be looked at and taken back."""

from __future__ import annotations

import uuid

from django.db import models

from backend.districts.models import District, Shift
from backend.driving.models import Driver


class RosterChange(models.Model):
    """One change that was written, with what stood there before and after: [[kind, key, values or null], ...].

    `effects` says what it meant for rides: {"days", "moved", "cancelled"}, codes only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="roster_changes")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    title = models.CharField(max_length=160)
    reason = models.CharField(max_length=300)
    before = models.JSONField()
    after = models.JSONField()
    effects = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    key = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"roster change {self.pk}"


class ShiftDriver(models.Model):
    """Who drives a shift of the weekly roster on one day of the week (0 is Monday)."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="drivers")
    weekday = models.PositiveSmallIntegerField()
    driver = models.ForeignKey(Driver, models.CASCADE, related_name="shifts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "weekday"], name="shift_has_one_driver_a_weekday")]

    def __str__(self) -> str:
        return f"driver of {self.shift_id} on {self.weekday}"


class DayDriver(models.Model):
    """Who drives a shift on one date, whatever the week says; nobody where `driver` is empty."""

    district = models.ForeignKey(District, models.CASCADE, related_name="day_drivers")
    day = models.DateField()
    shift_code = models.CharField(max_length=80)
    driver = models.ForeignKey(Driver, models.CASCADE, null=True, related_name="days")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "day", "shift_code"], name="day_driver_once_a_shift"),
        ]

    def __str__(self) -> str:
        return f"driver of {self.shift_code} on {self.day}"


class Absence(models.Model):
    """Days on which a driver does not drive. Why is nobody's business here: it would be health data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    driver = models.ForeignKey(Driver, models.CASCADE, related_name="absences")
    first = models.DateField()
    last = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="absence_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"absence {self.pk}"


class DriverPermit(models.Model):
    """What somebody may drive, as far as it is written down; without a row nobody asks."""

    driver = models.OneToOneField(Driver, models.CASCADE, related_name="permit")
    classes = models.JSONField(default=list)  # of `permits.CLASSES`
    passengers_until = models.DateField(null=True)
    wheelchairs = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"permit of driver {self.driver_id}"
