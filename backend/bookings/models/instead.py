"""Rides that we offered of our own accord, in place of those we had to cancel."""

from __future__ import annotations

import uuid

from django.db import models


class InsteadOffer(models.Model):
    """Another time for a ride that we cancelled, between the same stops; its rider takes it by answering `number`.

    No wish of the rider: it counts as one only when she takes it. It holds no seat. `promise` are the fields of an
    `OfferRecord` in which it differs from the offer of the cancelled ride.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField("bookings.Booking", models.CASCADE, related_name="instead")
    number = models.PositiveSmallIntegerField()  # tells apart what one person may answer to at once
    service_day = models.ForeignKey("bookings.ServiceDay", models.CASCADE, related_name="+")
    promise = models.JSONField()
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_as = models.OneToOneField("bookings.Booking", models.SET_NULL, null=True, related_name="taken_instead")

    def __str__(self) -> str:
        return f"offer instead of {self.booking_id}"
