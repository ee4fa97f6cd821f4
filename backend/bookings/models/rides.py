"""Accepted offers: bookings, what belongs together, who booked for whom, and the right to be fetched."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.bookings.models.days import ServiceDay
from backend.bookings.models.wishes import OfferRecord
from backend.districts.models import District
from backend.riders.models import Rider


class Trip(models.Model):
    """Bookings that belong together: there and back, or a series. Each can still be changed and cancelled alone."""

    class Kind(models.TextChoices):
        RETURN = "return"
        SERIES = "series"

    district = models.ForeignKey(District, models.CASCADE, related_name="trips")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=["return", "series"]), name="trip_kind_is_known")]

    def __str__(self) -> str:
        return f"trip {self.pk}"


class Booking(models.Model):
    """An accepted offer, with the contact as it was given: whoever knows it may see the booking."""

    class State(models.TextChoices):
        BOOKED = "booked"
        ABOARD = "aboard"
        COMPLETED = "completed"
        CANCELLED = "cancelled"
        NO_SHOW = "no_show"

    district = models.ForeignKey(District, models.CASCADE, related_name="bookings")
    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="bookings")
    code = models.CharField(max_length=12, unique=True)  # in all districts: riders name no district
    state = models.CharField(max_length=12, choices=State.choices, default=State.BOOKED)
    offer = models.OneToOneField(OfferRecord, models.PROTECT, related_name="booking")
    rider = models.ForeignKey(Rider, models.PROTECT, related_name="bookings")
    contact_name = models.CharField(max_length=120)
    contact_phone = models.CharField(max_length=20, blank=True)  # E.164
    contact_email = models.EmailField(blank=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=20, blank=True)  # in which it was booked: messages to guests speak it
    booked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, related_name="bookings")
    leg = models.PositiveSmallIntegerField(null=True)  # its place in the trip, from 0; what replaces it keeps the place
    kept_on = models.ForeignKey(
        "districts.Vehicle", models.PROTECT, null=True, related_name="+"
    )  # no other may fetch it
    amended = models.JSONField(
        null=True
    )  # what an incident made of the promise (`plan_document.AMENDABLE`); null: as offered

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(trip__isnull=True, leg__isnull=True) | Q(trip__isnull=False, leg__isnull=False),
                name="booking_leg_is_of_a_trip",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["booked", "aboard", "completed", "cancelled", "no_show"]),
                name="booking_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, state__in=["booked", "aboard"])
                | Q(ended_at__isnull=False, state__in=["completed", "cancelled", "no_show"]),
                name="booking_ends_once",
            ),
        ]
        indexes = [models.Index(fields=["service_day", "state"])]

    def __str__(self) -> str:
        return f"booking {self.code}"


class Booker(models.Model):
    """Who booked for somebody else, and when she said that the rider knows and agrees."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="booker")
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)  # E.164
    email = models.EmailField(blank=True)
    consented_at = models.DateTimeField()
    gets_messages = models.BooleanField()  # instead of the rider

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="booker_can_be_reached"),
        ]

    def __str__(self) -> str:
        return f"booker of {self.booking_id}"  # a name does not belong in a log


class OpenReturn(models.Model):
    """A right to be fetched: "bring me home when I am done". Where from and to, who and what they need, its booking says.

    It holds no seat. `ride` is the booking that a call made of it; a call that found none leaves `called_at` without a ride.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        CALLED = "called"
        ENDED = "ended"

    district = models.ForeignKey(District, models.CASCADE, related_name="open_returns")
    booking = models.OneToOneField(Booking, models.CASCADE, related_name="open_return")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    ride = models.OneToOneField(Booking, models.SET_NULL, null=True, related_name="return_of")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "ended"]) | Q(state="called", called_at__isnull=False),
                name="open_return_is_called_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ride__isnull=True) | Q(state__in=["called", "ended"]), name="open_return_rides_once_called"
            ),
        ]

    def __str__(self) -> str:
        return f"open return {self.pk}"
