"""Reports of barriers (BITV 2.0, § 12b (2) no. 2 BGG): what somebody could not do, where, and how to answer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.districts.models import District
from backend.riders.fields import EncryptedJSONField


class BarrierReport(models.Model):
    """One report. `said` is {"what", "where", "contact"}: it may tell of a disability, so it is stored encrypted."""

    district = models.ForeignKey(District, models.CASCADE, related_name="barrier_reports")
    number = models.CharField(max_length=12, unique=True)  # what the reporter can ask by; says nothing
    said = EncryptedJSONField()
    language = models.CharField(max_length=20)  # of the page, so that the answer comes in it
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by="") | (Q(closed_at__isnull=False) & ~Q(closed_by="")),
                name="barrier_report_is_closed_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.number
