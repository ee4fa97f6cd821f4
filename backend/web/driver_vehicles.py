"""Which vehicles a driver may choose from: all of the district, those that drive today first."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backend.bookings.localtime import as_clock, service_date
from backend.bookings.models import DayShift, ServiceDay
from backend.districts.models import District
from backend.operations.dayclock import played_day


def vehicles_to_choose(district: District, now: datetime) -> list[tuple[str, str]]:
    """Code and name of every vehicle; of those that drive today also from when. By code: a name's 10 would stand before its 2."""
    zone = ZoneInfo(district.timezone)
    day = played_day(district.pk) or ServiceDay.objects.filter(district=district, date=service_date(now, zone)).first()
    shifts = DayShift.objects.filter(service_day=day) if day else DayShift.objects.none()
    begins = dict(shifts.order_by("-start_s").values_list("vehicle_id", "start_s"))  # the earliest stays
    rows = district.vehicles.order_by("code")
    today = [(row, begins[row.pk]) for row in rows if row.pk in begins]
    return [
        *((row.code, _("%(name)s, ab %(time)s") % {"name": row.name, "time": as_clock(start_s, day.date, zone)})
          for row, start_s in today if day),
        *((row.code, row.name) for row in rows if row.pk not in begins),
    ]  # fmt: skip
