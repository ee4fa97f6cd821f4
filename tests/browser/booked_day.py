"""Makes a data folder with a booked day, for the server that the browser tests visit: python booked_day.py

The folder is RUFBUS_DATA. Prints what was booked as one JSON line.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from accessibility.desk import Place

ROOT = Path(__file__).resolve().parents[2]
BERLIN = ZoneInfo("Europe/Berlin")
NAMES = [f"Testfahrgast {number}" for number in range(2, 9)]
RIDES = 24


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    Path(os.environ["RUFBUS_DATA"]).mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from django.contrib.auth.models import Group, User

    from backend.config.access import ROLES
    from backend.config.serving import prepare

    prepare(lambda _step: None)
    person = User.objects.create_user("leitstelle", password="nur-zum-testen", is_staff=True)
    person.groups.set(Group.objects.filter(name__in=ROLES))
    day = datetime.now(BERLIN).date() + timedelta(days=2)
    bookings = book_rides(day)
    print(
        json.dumps(
            {
                "day": day.isoformat(),
                "bookings": bookings,
                "driven": a_driven_ride(bookings[-1]),
                "fetched": rides_to_be_fetched_from(day + timedelta(days=1)),
            }
        )
    )


def a_driven_ride(booked: dict[str, str]) -> dict[str, str]:
    """The last booking counts as driven, so that its rider has a past."""
    from django.utils import timezone

    from backend.bookings.models import Booking

    Booking.objects.filter(code=booked["code"]).update(state=Booking.State.COMPLETED, ended_at=timezone.now())
    return booked


def rides_to_be_fetched_from(day: date) -> list[dict[str, str]]:
    """Booked ways to the hospital with the way back left open, on a day that shows half past ten; two buses were there."""
    from accessibility.desk import Access, Passenger, RideWish
    from backend.bookings.desk import get_desk
    from backend.bookings.models import ServiceDay
    from backend.operations.dayclock import play

    desk, booked = get_desk(), []
    ends = [desk.find_places("altmark", name)[0].id for name in ("Klötze, ZOB", "Gardelegen, Krankenhaus")]
    for number in range(4):
        when = datetime.combine(day, time(9, 30 * (number % 2)), BERLIN)
        wish = RideWish("altmark", as_place(ends[0]), as_place(ends[1]), when)
        offer = desk.quote(wish, key=f"browser-fetched-wish-{number}").offers[0]
        phone = f"03901 5560{number:02d}"
        view = desk.book(offer.id, Passenger("Testfahrgast 1", phone), key=f"browser-fetched-{number}")
        desk.ask_return(view.code, Access(contact=phone), key=f"browser-return-{number}")
        booked.append({"code": view.code, "phone": phone})
    play(ServiceDay.objects.get(date=day), datetime.combine(day, time(10, 30), BERLIN), 0.0)
    return booked


def as_place(identity: str) -> Place:
    """A hit of the place finder as the desk takes it: a stop's id is digits."""
    from accessibility.desk import Place

    return Place(stop_id=identity) if identity.isdigit() else Place(place_id=identity)


def book_rides(day: date) -> list[dict[str, str]]:
    """Rides between the larger places, spread over the day; every seventh with a wheelchair."""
    from accessibility.desk import Anchor, Channel, Party, Passenger, Place, RideWish
    from backend.bookings.desk import get_desk
    from backend.districts.models import Place as PlaceRow

    chance = random.Random(20261124)
    desk = get_desk()
    villages = list(PlaceRow.objects.filter(kind="village").order_by("-population", "code")[:14])
    booked = []
    for number in range(RIDES):
        origin, destination = chance.sample(villages, 2)
        when = datetime.combine(day, time(6), BERLIN) + timedelta(minutes=5 * chance.randrange(0, 168))
        wheelchairs = int(number % 7 == 3)
        wish = RideWish(
            district="altmark",
            origin=Place(place_id=origin.code),
            destination=Place(place_id=destination.code),
            when=when,
            anchor=chance.choice(list(Anchor)),
            party=Party(adults=chance.choice((1, 1, 2)), wheelchairs=wheelchairs),
            needs=frozenset({"ramp", "arm"}) if wheelchairs else frozenset(),
            channel=Channel.PHONE,
        )
        quote = desk.quote(wish, key=f"browser-wish-{number}")
        if quote.offers:
            phone = f"03901 5550{number:02d}"
            view = desk.book(quote.offers[0].id, Passenger(NAMES[number % len(NAMES)], phone), key=f"browser-{number}")
            booked.append({"code": view.code, "phone": phone, "vehicle": view.vehicle_name})
    return booked


if __name__ == "__main__":
    main()
