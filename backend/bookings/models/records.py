"""What is written with every change: outbox, audit, idempotency."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.districts.models import District


class OutboxMessage(models.Model):
    """Something that others must hear of, written with the change that caused it; a relay delivers it afterwards."""

    district = models.ForeignKey(District, models.CASCADE, related_name="outbox")
    topic = models.CharField(max_length=40)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    dead = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(delivered_at__isnull=True, dead=False), name="outbox_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class AuditEntry(models.Model):
    """Who did what, when, by which channel; and why, where staff acts by hand. No names, numbers or needs in a reason."""

    district = models.ForeignKey(District, models.CASCADE, related_name="audit")
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    channel = models.CharField(max_length=20)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["district", "at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.subject}"


class IdempotencyRecord(models.Model):
    """The first answer to a key. `fingerprint` tells whether the same was asked again."""

    district = models.ForeignKey(District, models.CASCADE, related_name="+")
    scope = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once_a_scope")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
