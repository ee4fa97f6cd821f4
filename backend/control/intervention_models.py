"""What dispatchers did to a day by hand."""

from __future__ import annotations

import uuid

from django.db import models

from backend.bookings.models import ServiceDay


class InterventionRecord(models.Model):
    """One intervention that was carried out, with what stood before it. Names no rider: bookings stand by their codes.

    `document` is the intervention (`backend.bookings.interventions`), `former` what an undo leads back to, `effects` who was
    touched and how. `undoes`: this one took that one back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="interventions")
    kind = models.CharField(max_length=20)
    document = models.JSONField()
    former = models.JSONField()
    effects = models.JSONField()
    reason = models.CharField(max_length=300)
    actor = models.CharField(max_length=150)
    at = models.DateTimeField()
    version = models.PositiveIntegerField()
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        indexes = [models.Index(fields=["service_day", "at"])]

    def __str__(self) -> str:
        return f"intervention {self.pk} {self.kind}"
