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
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ["Ilse Wieland", "Karl Bothe", "Amina Yilmaz", "Jonas Riedel", "Hanne Schulz", "Piotr Nowak", "Grete Thiede"]
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
    print(json.dumps({"day": day.isoformat(), "bookings": bookings, "driven": a_driven_ride(bookings[-1])}))


def a_driven_ride(booked: dict[str, str]) -> dict[str, str]:
    """The last booking counts as driven, so that its rider has a past."""
    from django.utils import timezone

    from backend.bookings.models import Booking

    Booking.objects.filter(code=booked["code"]).update(state=Booking.State.COMPLETED, ended_at=timezone.now())
    return booked


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
