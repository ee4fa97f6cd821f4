"""Changes of fleet and rosters as they were made, so that each can be looked at and taken back."""

from __future__ import annotations

import uuid

from django.db import models

from backend.districts.models import District


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
