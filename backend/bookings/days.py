"""Service days as rows: made once with their roster, locked by whoever changes their plan."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from backend.bookings.closures import carry_over
from backend.bookings.models import ServiceDay
from backend.bookings.plan_document import copy_roster
from backend.districts.models import District


def service_day(district: District, day: date) -> ServiceDay:
    """The service day's row, made with its roster when it is first needed."""
    days = ServiceDay.objects.select_related("district")
    found = days.filter(district=district, date=day).first()
    if found:
        return found
    with transaction.atomic():
        # The district's row is the lock under which a day is made once.
        District.objects.select_for_update(no_key=True).get(pk=district.pk)
        found, created = days.get_or_create(district=district, date=day)
        if created:
            copy_roster(found, ZoneInfo(district.timezone))
            carry_over(found)
    return found


def locked_day(day_id: int) -> ServiceDay:
    """The service day's row, locked until the transaction ends, as it is now."""
    # `of` keeps the lock to this one row; the joined district may be read by anybody. `no_key`: two who have written wishes
    # of this day, whose foreign keys hold its row, and now want to change its plan would otherwise wait for each other.
    return ServiceDay.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=day_id)
