"""A call's line on its way into the fields: who rides where it does not say, and what it says of the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accessibility.desk import Place
from backend.bookings.desk import get_desk
from backend.control.callers import Caller
from backend.riders.selectors import UsualRide
from backend.web import quotes
from backend.web.account_forms import usual_values
from backend.web.district import current_district
from backend.web.phone_back import back_time
from backend.web.phone_forms import PhoneWishForm
from backend.web.phone_line import Line, Reader

TO_READ_OUT = timedelta(minutes=3)  # on top of the lead time, for the next time that can still be ordered


def reader_of(caller: Caller, asked: quotes.Asked | None = None) -> Reader:
    """What reads a line of this caller's; `asked`: a booking to be changed, whose party and day hold unless said."""
    district = current_district()
    zone = ZoneInfo(district.timezone)
    return Reader(
        caller=caller,
        usual=UsualRide(asked.wish.party, asked.wish.needs, asked.wish.concession) if asked else caller.usual,
        find=lambda text, *, limit=8: get_desk().find_places(district.id, text, limit=limit),
        end_text=end_text,
        now=timezone.now(),
        zone=zone,
        lead=timedelta(seconds=district.longest_lead_s) + TO_READ_OUT,
        day=asked.wish.when.astimezone(zone).date() if asked else None,
    )


def end_text(place: Place) -> str:
    """An end of a ride by its name."""
    return quotes.end_text(current_district().id, place)


def wish_form(data: Any, caller: Caller, replaces: str | None) -> PhoneWishForm:
    """The fields, with who usually rides; or, where a booking is changed, as it was asked for."""
    district = current_district()
    asked = quotes.behind_booking(replaces) if replaces else None
    initial = quotes.form_values(asked) if asked else usual_values(caller.usual)
    return PhoneWishForm(
        data,
        find_places=lambda text: get_desk().find_places(district.id, text),
        now=timezone.now(),
        initial=initial,
    )


def read_line(text: str, caller: Caller, replaces: str | None) -> Line:
    """What a line says. What a change does not say stays as it was booked; it is never about many days."""
    asked = quotes.behind_booking(replaces) if replaces else None
    return reader_of(caller, asked).read(text, of_one_ride=asked is not None)


def filled(line: Line, key: str, caller: Caller, replaces: str | None) -> PhoneWishForm:
    """The fields as the line fills them."""
    base: dict[str, Any] = {"anchor": "depart", "day": timezone.localdate().isoformat(), "concession": "none"}
    fields = line.fields
    asked = quotes.behind_booking(replaces) if replaces else None
    if asked:
        base = quotes.form_values(asked)
        fields = {name: value for name, value in fields.items() if value != ""}
    form = wish_form({**base, **fields, "key": key}, caller, replaces)
    for name, problem in line.problems.items():
        form.add_error(name, problem)
    return form


def time_of_back(back: str, form: PhoneWishForm) -> str:
    """What a line says of the way back, beside the time of the ride there."""
    form.is_valid()  # hears the time
    there = form.cleaned_data.get("moment")
    return back_time(back, there, timezone.now(), ZoneInfo(current_district().timezone)) if there else ""
