"""What one dispatcher leaves for the next."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backend.districts.models import District
from backend.riders.fields import EncryptedJSONField


class HandoverEntry(models.Model):
    """A line of the handover log. Open points stay open until somebody ticks them.

    The text may name people, so it is stored encrypted; what it is about (`vehicle`, `booking`) is named by code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="handover")
    day = models.DateField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    text = EncryptedJSONField(default=str)
    vehicle = models.CharField(max_length=40, blank=True, default="")
    booking = models.CharField(max_length=12, blank=True, default="")
    is_point = models.BooleanField(default=False)  # to be done, not only to be known
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True, default="")
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["district", "day"], name="handover_by_day"),
            models.Index(fields=["district"], condition=Q(is_point=True, done_at__isnull=True), name="handover_open"),
        ]

    def __str__(self) -> str:
        return f"handover entry {self.pk}"
