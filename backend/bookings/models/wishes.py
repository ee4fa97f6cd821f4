"""What riders wished and what we offered them, kept also when nothing came of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backend.bookings.models.days import ServiceDay
from backend.districts.models import District, Stop
from backend.riders.fields import EncryptedJSONField


class RideRequest(models.Model):
    """What a rider wanted, as it was said; kept also when nothing could be offered.

    `service_day` is empty for a wish beyond the booking horizon. `origin` and `destination` are the desk's `Place` as
    JSON; the stops are those that serve them best, where there are any.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="ride_requests")
    service_day = models.ForeignKey(ServiceDay, models.CASCADE, null=True, related_name="ride_requests")
    created_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    origin = models.JSONField()
    origin_stop = models.ForeignKey(Stop, models.PROTECT, null=True, related_name="+")
    destination = models.JSONField()
    destination_stop = models.ForeignKey(Stop, models.PROTECT, null=True, related_name="+")
    wished_at = models.DateTimeField()
    anchor = models.CharField(max_length=10)
    party = models.JSONField()
    needs = EncryptedJSONField(default=list)
    concession = models.CharField(max_length=40)
    max_walk_m = models.PositiveIntegerField(null=True)
    direct_s = models.PositiveIntegerField(null=True)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal = models.JSONField(null=True)  # reason and ways out, as they were told
    replaces = models.CharField(max_length=12, blank=True)
    forgotten_at = models.DateTimeField(null=True)  # since when nothing in it says whose wish it was
    series = models.ForeignKey("Series", models.CASCADE, null=True, related_name="requests")
    open_return = models.ForeignKey("OpenReturn", models.SET_NULL, null=True, related_name="requests")

    class Meta:
        indexes = [models.Index(fields=["service_day", "refusal_code"])]

    def __str__(self) -> str:
        return f"ride request {self.pk}"


class RuleOverride(models.Model):
    """That a dispatcher has set rules aside for a wish, and why. `codes` are the refusals that it would have met.

    The reason says what was decided, not who is ill: it names no person and no diagnosis.
    """

    ride_request = models.OneToOneField(RideRequest, models.CASCADE, related_name="override")
    codes = models.JSONField()
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"override of {self.ride_request_id}"


class Series(models.Model):
    """A wish for many days: asked as one, and booked as one trip of kind "series". Kept also when nothing was booked.

    `rule` is the desk's `SeriesRule` as JSON, `recurrence` the same in the words of RFC 5545 with every day left out,
    `left_out` those days with their reasons as they were told.
    """

    class State(models.TextChoices):
        QUOTED = "quoted"
        BOOKED = "booked"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="series")
    created_at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    rule = models.JSONField()
    recurrence = models.TextField(blank=True)
    left_out = models.JSONField(default=list)
    wish = models.JSONField()
    needs = EncryptedJSONField(default=list)
    refusal = models.JSONField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUOTED)
    trip = models.OneToOneField("Trip", models.PROTECT, null=True, related_name="series")
    booked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="quoted", trip__isnull=True, booked_at__isnull=True)
                | Q(state__in=["booked", "ended"], trip__isnull=False, booked_at__isnull=False),
                name="series_has_a_trip_once_booked",
            ),
        ]

    def __str__(self) -> str:
        return f"series {self.pk}"


class OfferRecord(models.Model):
    """What we would promise until `expires_at`. Seconds of the service day; the promise binds once booked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.CASCADE, related_name="offers")
    ride_request = models.ForeignKey(RideRequest, models.CASCADE, related_name="offers")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField()
    pickup_stop = models.ForeignKey(Stop, models.PROTECT, related_name="+")
    delivery_stop = models.ForeignKey(Stop, models.PROTECT, related_name="+")
    pickup_walk_m = models.PositiveIntegerField()
    delivery_walk_m = models.PositiveIntegerField()
    pickup_earliest_s = models.IntegerField()
    pickup_latest_s = models.IntegerField()
    delivery_latest_s = models.IntegerField()
    pickup_reserve_s = models.PositiveIntegerField(default=0)  # held back of the promise when planning
    delivery_reserve_s = models.PositiveIntegerField(default=0)
    max_ride_s = models.PositiveIntegerField()
    direct_s = models.PositiveIntegerField()
    riders = models.PositiveSmallIntegerField()
    seats = models.PositiveSmallIntegerField()
    wheelchairs = models.PositiveSmallIntegerField()
    storage = models.PositiveSmallIntegerField()
    dwell_s = models.PositiveIntegerField()
    fare = models.JSONField()
    vehicle_kind = models.CharField(max_length=80)
    as_wished = models.BooleanField(default=False)  # it boards when the rider said, or soon after

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pickup_latest_s__gte=models.F("pickup_earliest_s")), name="offer_window_is_one"
            ),
            models.CheckConstraint(
                condition=Q(pickup_latest_s__gte=models.F("pickup_earliest_s") + models.F("pickup_reserve_s")),
                name="offer_reserve_in_window",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"
