"""The calendar file that goes with an e-mail about rides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from backend.bookings.selectors import booking_view, bookings
from backend.notifications.links import link_to
from backend.notifications.sending import Attachment
from backend.operations.chain import changes_before
from backend.operations.forecasts import bus_of
from backend.web.calendar import CalendarRide, calendar_file, file_name
from backend.web.district import current_district
from backend.web.following import look_text


def calendar_of_message(codes: Sequence[str], made_at: datetime) -> Attachment | None:
    """The rides of these codes, in the active language; None for another district's, whose pages are elsewhere."""
    rows = list(bookings().filter(code__in=codes, district=settings.SITE_DISTRICT).order_by("service_day__date", "pk"))
    if not rows:
        return None
    rides = [
        CalendarRide(booking_view(row), *changes_before(row), link_to("web:booking", row.code), look_text(bus_of(row)))
        for row in rows
    ]
    content = calendar_file(rides, current_district(), made_at)
    return Attachment(file_name(rows[0].code), content, "text/calendar")
