"""The driver's app in a demonstration: one press makes this browser a device in a bus with a whole shift before it."""

from __future__ import annotations

from datetime import datetime, timedelta

from accessibility.desk import Refusal
from backend.bookings.models import ServiceDay
from backend.districts.models import District
from backend.driving.devices import credential, make_pairing_code, pair
from backend.driving.duties import add_driver, sign_in
from backend.driving.models import Duty
from backend.operations.dayclock import play, played_day
from backend.operations.selectors import VehicleRoute, day_board, day_to_show

BEFORE = timedelta(minutes=10)
ACTOR = "demo"


def demonstration_duty(district: District, now: datetime) -> str | None:
    """The credential of a device on duty in the bus with most rides; None where nothing is planned.

    Where no day is played yet, the next planned one begins to be: ten minutes before the bus's first stop.
    """
    day = played_day(district.pk)
    if day is None:
        shown = day_to_show(district, now.date())
        day = ServiceDay.objects.filter(district=district, date=shown, plan_version__gt=0).first()
    if day is None:
        return None
    route = _busiest(day)
    if route is None:
        return None
    if played_day(district.pk) is None:
        first = next(visit.at for visit in route.visits if visit.kind == "stop")
        play(day, first - BEFORE, 1.0)
    code, _until = make_pairing_code(district, ACTOR, now)
    answer = pair(code, "Vorführung", now)
    _driver, driver_code = add_driver(district, "Vorführung", ACTOR, now)
    if isinstance(answer, Refusal):
        return None
    device, secret = answer
    duty = sign_in(device, driver_code, route.vehicle_code, papers_hold=True)  # nobody asks a demonstration for papers
    return credential(device, secret) if isinstance(duty, Duty) else None


def _busiest(day: ServiceDay) -> VehicleRoute | None:
    routes = [route for route in day_board(day.district, day.date).routes if route.bookings]
    return max(routes, key=lambda route: (route.bookings, route.vehicle_code), default=None)
