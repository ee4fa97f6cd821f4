"""Who rides. As little as booking needs; what a rider needs is stored encrypted, with the booking it serves."""

from __future__ import annotations

from django.db import models

from backend.districts.models import District


class Rider(models.Model):
    """A person who books, known by a telephone number or an e-mail address."""

    district = models.ForeignKey(District, models.CASCADE, related_name="riders")
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)  # E.164
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "phone"], condition=~models.Q(phone=""), name="rider_phone_once_a_district"
            ),
            models.CheckConstraint(condition=~models.Q(phone="") | ~models.Q(email=""), name="rider_can_be_reached"),
        ]

    def __str__(self) -> str:
        return f"rider {self.pk}"  # a name does not belong in a log
