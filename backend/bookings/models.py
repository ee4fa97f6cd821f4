"""Wishes, offers, bookings, plans; with the models of incidents and of the journal, so that all are found here."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backend.bookings.incident_models import RoadClosure, Suspension
from backend.bookings.instead_models import InsteadOffer
from backend.bookings.journal_models import AuditEntry, IdempotencyRecord, OutboxMessage
from backend.districts.models import District, Shift, Stop
from backend.riders.fields import EncryptedJSONField
from backend.riders.models import Rider


class ServiceDay(models.Model):
    """One district's local date. Whoever changes its plan locks this row: single writer."""

    district = models.ForeignKey(District, models.CASCADE, related_name="service_days")
    date = models.DateField()
    plan_version = models.PositiveIntegerField(default=0)
    plan_token = models.UUIDField(default=uuid.uuid4)  # names the current plan's content, so that no cache mistakes it
    improved_version = models.PositiveIntegerField(default=0)
    altered_version = models.PositiveIntegerField(
        default=0
    )  # the newest plan in which a booking's promise became another
    weather = models.CharField(max_length=20, default="normal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "date"], name="service_day_once_a_district")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.date}"


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


class DrivenRide(models.Model):
    """What really happened on a ride: by which vehicle, when it stood at the stop, when people boarded and left, what was paid.

    The moments are those of the service day's clock. A ride to which no vehicle has come has no row.
    """

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="driven")
    vehicle = models.ForeignKey("districts.Vehicle", models.PROTECT, related_name="+")
    vehicle_at = models.DateTimeField(null=True)  # since when the vehicle stood at the pick-up
    boarded_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    cash_cents = models.PositiveIntegerField(null=True)  # what the driver took; null: nothing was said

    def __str__(self) -> str:
        return f"driven ride {self.booking_id}"


class BrokenPromise(models.Model):
    """A limit of a booking's promise that could not, or will not, be kept; `by_s` grows while the vehicle falls behind."""

    class Limit(models.TextChoices):
        PICKUP = "pickup"
        DELIVERY = "delivery"
        RIDE = "ride"

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="broken")
    limit = models.CharField(max_length=12, choices=Limit.choices)
    by_s = models.PositiveIntegerField()
    known_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "limit"], name="promise_breaks_once_a_limit"),
            models.CheckConstraint(condition=Q(limit__in=["pickup", "delivery", "ride"]), name="broken_limit_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.limit} of booking {self.booking_id}"


class Receipt(models.Model):
    """What a driven ride cost, for whoever settles it: small-amount invoice (§ 33 UStDV). Names no person.

    `number` counts up without gaps in each district. Amount and rate are those of the day it was issued.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="receipts")
    booking = models.OneToOneField(Booking, models.PROTECT, related_name="receipt")
    number = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    gross_cents = models.PositiveIntegerField()
    tax_percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="receipt_number_once_a_district")]

    def __str__(self) -> str:
        return f"receipt {self.number}"


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


class PlanVersion(models.Model):
    """One version of a service day's plan: all routes as one document (see `backend.bookings.planning`)."""

    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="plans")
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    routes = models.JSONField()
    cost = models.BigIntegerField()
    driving_s = models.PositiveIntegerField()
    wait_s = models.PositiveIntegerField()
    excess_ride_s = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service_day", "version"], name="plan_version_once_a_day")]

    def __str__(self) -> str:
        return f"plan {self.service_day} version {self.version}"


class DayShift(models.Model):
    """A shift as it is driven on one service day; copied from the roster when the day's first plan is made."""

    service_day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="day_shifts")
    shift = models.ForeignKey(Shift, models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=80)
    vehicle = models.ForeignKey("districts.Vehicle", models.PROTECT, related_name="+")
    start_s = models.PositiveIntegerField()
    end_s = models.PositiveIntegerField()
    breaks = models.JSONField(default=list)
    # How far lateness reaches beyond the roster: {"end_s": second, "breaks": [latest second, ...]}; null: not at all.
    overrun = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service_day", "code"], name="day_shift_once_a_day")]

    def __str__(self) -> str:
        return self.code


__all__ = [
    "AuditEntry", "Booker", "Booking", "BrokenPromise", "DayShift", "DrivenRide", "IdempotencyRecord", "InsteadOffer",
    "OfferRecord", "OpenReturn", "OutboxMessage", "PlanVersion", "Receipt", "RideRequest", "RoadClosure", "RuleOverride",
    "Series", "ServiceDay", "Suspension", "Trip",
]  # fmt: skip
