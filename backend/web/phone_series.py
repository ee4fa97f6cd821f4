"""The same ride on many days at the phone desk: its form, and the question to the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from backend.bookings.desk import get_desk
from backend.control.models import PhoneCall
from backend.web.district import current_district
from backend.web.phone_forms import PhoneSeriesForm
from backend.web.sending import key_of

A_YEAR = 366  # days, where the district names no limit: its desk says what is possible


def series_form(data: Any, initial: dict[str, Any] | None = None) -> PhoneSeriesForm:
    """The form; `data` None: unfilled."""
    district = current_district()
    today = timezone.localdate()
    return PhoneSeriesForm(
        data,
        find_places=lambda text: get_desk().find_places(district.id, text),
        now=timezone.now(),
        last=today + timedelta(days=district.series_days or A_YEAR),
        initial={"first": today + timedelta(days=1), **(initial or {})},
    )


def asked_series(call: PhoneCall, form: PhoneSeriesForm) -> HttpResponse:
    """Ask for every day, and lead to the list of them. The form is valid. Raises InvalidInput."""
    district = current_district()
    wish, rule = form.series_wish(district.id, ZoneInfo(district.timezone)), form.rule()
    quote = get_desk().quote_series(wish, rule, key=key_of(f"phone:{form.cleaned_data['key']}", wish, rule))
    return redirect("staff:phone-series-days", call.pk, quote.series_id)
