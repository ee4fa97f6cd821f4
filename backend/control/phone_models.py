"""Calls that somebody of the control room is on."""

from __future__ import annotations

import uuid

from django.db import models

from backend.districts.models import District
from backend.riders.fields import EncryptedJSONField


class PhoneCall(models.Model):
    """A call that a dispatcher is on. While it lasts she sees who calls; with it the number goes.

    `waiting` is the id of the call that the automatic line has handed over, if it has.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="phone_calls")
    by = models.CharField(max_length=150)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    phone = EncryptedJSONField(default=str)  # E.164, or "" where the number is withheld
    waiting = models.CharField(max_length=40, blank=True, default="")
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["by"], condition=models.Q(ended_at__isnull=True), name="phone_call_open")]

    def __str__(self) -> str:
        return f"call {self.pk}"  # a number does not belong in a log
