"""Being fetched, on the pages: who hears a "no" and presses again later is looked for anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from backend.bookings.models import Booking, ServiceDay
from backend.operations.models import DayClock
from tests.builders.pages import OWN_ORIGIN, ask, book, choose, code_in, hidden_fields


def it_is(clock: str) -> None:
    """A time on tomorrow's service day, that stands still."""
    hour, minute = clock.split(":")
    day = ServiceDay.objects.get()
    shown = datetime.combine(day.date, datetime.min.time()) + timedelta(hours=int(hour), minutes=int(minute))
    values = {"shows_at": timezone.make_aware(shown), "set_at": timezone.now(), "speed": 0}
    DayClock.objects.update_or_create(service_day=day, defaults=values)


def test_pressed_again_later_the_same_page_looks_for_a_bus_anew(visitor: Client) -> None:
    code = book(visitor, *choose(visitor, ask(visitor)))
    path = f"/fahrt/buchung/{code}/rueckfahrt/"
    token = hidden_fields(visitor.get(f"/fahrt/buchung/{code}/absagen/"))
    visitor.post(f"{path}offen/", token, headers=OWN_ORIGIN)
    it_is("13:00")  # the only bus has gone home
    page = visitor.get(path)
    unserved = visitor.post(path, hidden_fields(page), headers=OWN_ORIGIN)
    assert unserved.status_code == 409
    it_is("10:00")  # as if it had come out again
    ride = code_in(visitor.post(path, hidden_fields(unserved), headers=OWN_ORIGIN))
    assert Booking.objects.get(code=ride).offer.pickup_stop.code == "104"
