"""A service day, the versions of its plan, and the shifts as they are driven on it."""

from __future__ import annotations

import uuid

from django.db import models

from backend.districts.models import District, Shift


class ServiceDay(models.Model):
    """One district's local date. Whoever changes its plan locks this row: single writer."""

    district = models.ForeignKey(District, models.CASCADE, related_name="service_days")
    date = models.DateField()
    plan_version = models.PositiveIntegerField(default=0)
    plan_token = models.UUIDField(default=uuid.uuid4)  # names the current plan's content, so that no cache mistakes it
    improved_version = models.PositiveIntegerField(default=0)
    altered_version = models.PositiveIntegerField(
        default=0
    )  # the newest plan in which a booking's promise became another
    weather = models.CharField(max_length=20, default="normal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "date"], name="service_day_once_a_district")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.date}"


class PlanVersion(models.Model):
    """One version of a service day's plan: all routes as one document (see `backend.bookings.planning`)."""

    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="plans")
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    routes = models.JSONField()
    cost = models.BigIntegerField()
    driving_s = models.PositiveIntegerField()
    wait_s = models.PositiveIntegerField()
    excess_ride_s = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service_day", "version"], name="plan_version_once_a_day")]

    def __str__(self) -> str:
        return f"plan {self.service_day} version {self.version}"


class DayShift(models.Model):
    """A shift as it is driven on one service day; copied from the roster when the day's first plan is made."""

    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="day_shifts")
    shift = models.ForeignKey(Shift, models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=80)
    vehicle = models.ForeignKey("districts.Vehicle", models.PROTECT, related_name="+")
    start_s = models.PositiveIntegerField()
    end_s = models.PositiveIntegerField()
    breaks = models.JSONField(default=list)
    # How far lateness reaches beyond the roster: {"end_s": second, "breaks": [latest second, ...]}; null: not at all.
    overrun = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service_day", "code"], name="day_shift_once_a_day")]

    def __str__(self) -> str:
        return self.code
