"""Districts and what lies in them. Rules are kept as the one document they were imported from."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class District(models.Model):
    """A tenant. `document` is its district.toml as JSON; `backend.districts.selectors.rules_of` reads it."""

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=60)
    folder = models.CharField(max_length=300)
    document = models.JSONField()
    area = models.JSONField()  # ring of the service area, [[lon, lat], ...]
    imported_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class StaffDistrict(models.Model):
    """A district that a member of staff works for. Who is named here for none works for the site's own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_districts")
    district = models.ForeignKey(District, models.CASCADE, related_name="staff")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "district"], name="staff_once_a_district")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.district_id}"


class Stop(models.Model):
    """A place where a vehicle may stop. `number` is its index in the district's travel matrix.

    `equipment` says what is known of it (`fixtures.package.EQUIPMENT`), `note` where it is, in the district's words.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="stops")
    code = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    village = models.CharField(max_length=120)
    municipality = models.CharField(max_length=120)
    lat = models.FloatField()
    lon = models.FloatField()
    served = models.BooleanField(default=True)
    equipment = models.JSONField(default=dict)
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="stop_code_once_a_district"),
            models.UniqueConstraint(fields=["district", "number"], name="stop_number_once_a_district"),
        ]

    def __str__(self) -> str:
        return f"{self.village}, {self.name}"


class Place(models.Model):
    """Anything else that a rider may name; `stop_codes` are the stops that serve it, the best first."""

    district = models.ForeignKey(District, models.CASCADE, related_name="places")
    code = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    village = models.CharField(max_length=120)
    lat = models.FloatField()
    lon = models.FloatField()
    population = models.PositiveIntegerField(default=0)
    aliases = models.JSONField(default=list)
    stop_codes = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="place_code_once_a_district")]

    def __str__(self) -> str:
        return self.name


class Vehicle(models.Model):
    """A bus. `configurations`: [[seats, wheelchairs, storage], ...], each a lawful arrangement of its places.

    `plate`, `colour` and `recognise` tell a rider which bus it is. What the control room has changed or added
    (`planned_here`) an import of the district's package leaves alone.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="vehicles")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    kind_name = models.CharField(max_length=80)
    features = models.JSONField(default=list)
    configurations = models.JSONField()
    depot = models.ForeignKey(Stop, models.PROTECT, related_name="+")
    plate = models.CharField(max_length=20, blank=True, default="")
    colour = models.CharField(max_length=60, blank=True, default="")
    recognise = models.CharField(max_length=200, blank=True, default="")
    planned_here = models.BooleanField(default=False)
    firm = models.CharField(max_length=80, blank=True, default="")  # another firm's, hired for a day; it has no app
    firm_phone = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="vehicle_code_once_a_district")]

    def __str__(self) -> str:
        return self.name


class VehicleOutage(models.Model):
    """When a vehicle is not there: workshop, inspection. Without `last` nobody knows yet when it comes back.

    Whole days, or from a clock second of the first day, until one of the last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vehicle = models.ForeignKey(Vehicle, models.CASCADE, related_name="outages")
    first = models.DateField()
    from_s = models.PositiveIntegerField(null=True)
    last = models.DateField(null=True)
    until_s = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__isnull=True) | models.Q(last__gte=models.F("first")),
                name="outage_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle_id} from {self.first}"


class Shift(models.Model):
    """A vehicle and a driver on some days of the week, `days` a bit mask (Monday 1). Clock seconds of the service day.

    `breaks`: [[from second, to second, duration], ...]. `planned_here` as of a vehicle.
    """

    class OnHolidays(models.TextChoices):
        """What a public holiday is to a shift."""

        AS_WEEKDAY = "as_weekday"
        AS_SUNDAY = "as_sunday"

    district = models.ForeignKey(District, models.CASCADE, related_name="shifts")
    code = models.CharField(max_length=80)
    vehicle = models.ForeignKey(Vehicle, models.CASCADE, related_name="shifts")
    days = models.PositiveSmallIntegerField()
    start_s = models.PositiveIntegerField()
    end_s = models.PositiveIntegerField()
    breaks = models.JSONField(default=list)
    on_holidays = models.CharField(max_length=12, choices=OnHolidays.choices, default=OnHolidays.AS_WEEKDAY)
    planned_here = models.BooleanField(default=False)
    dropped = models.BooleanField(default=False)  # the control room has taken it out; the package may still name it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "code"], name="shift_code_once_a_district"),
            models.CheckConstraint(condition=models.Q(end_s__gt=models.F("start_s")), name="shift_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.code
