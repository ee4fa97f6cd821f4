"""Troubles as they were seen and seen to."""

from __future__ import annotations

from django.db import models

from backend.bookings.models import ServiceDay


class TroubleRecord(models.Model):
    """One trouble of a day while it lasts, and who has taken note of it. What it is about its key says; it names nobody.

    `acknowledged_level`: how urgent it was then; if it becomes worse, it comes back.
    """

    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="troubles")
    key = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField()
    raised_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    acknowledged_level = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service_day", "key"], name="trouble_once_a_day")]

    def __str__(self) -> str:
        return f"trouble {self.pk}"
