"""What a dispatcher declares about roads and service: closures and suspensions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backend.bookings.models.days import ServiceDay
from backend.districts.models import District, Stop


class StandingClosure(models.Model):
    """A stretch that is closed until further notice: on its first day and on all after it, until the day from which it is open.

    Each day has a `RoadClosure` of its own, which begins and ends with that day's service.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="standing_closures")
    origin = models.ForeignKey(Stop, models.PROTECT, related_name="+")
    target = models.ForeignKey(Stop, models.PROTECT, related_name="+")
    both_ways = models.BooleanField(default=True)
    first = models.DateField()
    open_from = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"standing closure {self.pk}"


class RoadClosure(models.Model):
    """A stretch of road that nobody can drive for a part of a service day, named by the two stops between which it lies.

    Plans count with it from when it is written until it is lifted. It begins (`begun_at`) and is lifted by itself at its
    seconds; `until_s` null: until further notice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="closures")
    origin = models.ForeignKey(Stop, models.PROTECT, related_name="+")
    target = models.ForeignKey(Stop, models.PROTECT, related_name="+")
    both_ways = models.BooleanField(default=True)
    from_s = models.PositiveIntegerField(default=0)
    until_s = models.PositiveIntegerField(null=True)
    standing = models.ForeignKey(StandingClosure, models.CASCADE, null=True, related_name="days")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    begun_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [models.Index(fields=["service_day"], condition=Q(lifted_at__isnull=True), name="closures_in_force")]

    def __str__(self) -> str:
        return f"road closure {self.pk}"


class Suspension(models.Model):
    """The service stands still for a while: ice, a storm, a strike. `zones`: ids of the district's zones; empty: all of them.

    It hits rides that begin or end in a zone; with `is_within` only those that do both.
    `reason` is what riders read ("Glatteis").
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="suspensions")
    zones = models.JSONField(default=list)
    is_within = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    reason = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__gt=models.F("from_at")), name="suspension_ends_after_it_began"
            ),
        ]
        indexes = [models.Index(fields=["district"], condition=Q(lifted_at__isnull=True), name="suspensions_in_force")]

    def __str__(self) -> str:
        return f"suspension {self.pk}"
