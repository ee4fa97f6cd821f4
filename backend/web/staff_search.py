"""One box for everything: a day, a vehicle, a booking's code, a caller, a place, a driver. What is sure comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accessibility.language.times import understand_time
from backend.bookings.models import Booking
from backend.bookings.selectors import normalised_code
from backend.districts.models import District
from backend.districts.selectors import finder_of
from backend.driving.models import Duty
from backend.operations.search import find_persons
from backend.web import display
from backend.web.staff_history import state_text

CODE = re.compile(r"\s*[A-Za-z0-9]{3}[\s-]?[A-Za-z0-9]{3}\s*\Z")
YEAR = re.compile(r"\b(19|20)\d\d\b|\d\.\d\d?\.\d\d\b")
MOST = 8
HALF_A_YEAR = 182
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the results."""

    text: str
    remark: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Results of one kind."""

    heading: str
    hits: tuple[Found, ...]


def search(district: District, text: str, day: date, *, actor: str, now: datetime) -> list[Group]:
    """Everything that a text may mean, in groups. `day` is the day that the board shows."""
    text = text.strip()[:LONGEST].replace("\x00", "")
    if not text:
        return []
    booked = tuple(_bookings(district, text))
    if booked:  # a code that is one means nothing else, whatever its letters sound like
        return [Group(_("Buchung"), booked)]
    groups = (
        Group(_("Tag"), tuple(_days(district, text, now))),
        Group(_("Fahrzeug"), tuple(_vehicles(district, text, day))),
        Group(_("Fahrgast"), tuple(_persons(district, text, actor, now))),
        Group(_("Fahrer"), tuple(_drivers(district, text, day))),
        Group(_("Ort"), tuple(_places(district, text, day))),
    )
    return [group for group in groups if group.hits]


def _bookings(district: District, text: str) -> Iterator[Found]:
    if not CODE.match(text):
        return
    row = _with_day(Booking.objects.filter(district=district, code=normalised_code(text))).first()
    if row:
        yield ride_found(row)


def _with_day(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    return rows.select_related("service_day", "offer__pickup_stop", "offer__delivery_stop")


def ride_found(row: Booking) -> Found:
    """One ride as a line, with its page of the board."""
    offer = row.offer
    way = f"{offer.pickup_stop} – {offer.delivery_stop}"
    text = f"{display.day_text(row.service_day.date)}, {display.clock_of_seconds(offer.pickup_earliest_s)}: {way}"
    url = reverse("staff:board-booking", kwargs={"day": row.service_day.date, "code": row.code})
    return Found(text, f"{row.code}, {state_text(row.state)}", url)


def _days(district: District, text: str, now: datetime) -> Iterator[Found]:
    said = understand_time(text, now, ZoneInfo(district.timezone))
    if not said.names_day or said.best is None:
        return
    day = _nearest(said.best.moment.date(), text, now)
    yield Found(display.day_long_text(day), "", reverse("staff:board", kwargs={"day": day}))


def _nearest(day: date, text: str, now: datetime) -> date:
    """The day that is looked for: who books means the next 29 November, who looks something up the one just gone."""
    if YEAR.search(text) or (day - now.date()) < timedelta(days=HALF_A_YEAR):
        return day
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day


def _vehicles(district: District, text: str, day: date) -> Iterator[Found]:
    wanted = text.casefold()
    number = wanted.split()[-1].lstrip("0") if wanted.split()[-1].isdigit() and len(wanted) <= 10 else ""
    for vehicle in district.vehicles.order_by("code"):
        own_number = re.sub(r"\D", "", vehicle.name).lstrip("0")
        names = (vehicle.name.casefold(), vehicle.code.casefold(), vehicle.plate.casefold())
        if (number and own_number == number) or (not number and any(name and wanted in name for name in names)):
            remark = ", ".join(filter(None, (vehicle.kind_name, vehicle.plate)))
            url = reverse("staff:board-vehicle", kwargs={"day": day, "vehicle_id": vehicle.code})
            yield Found(vehicle.name, remark, url)


def _persons(district: District, text: str, actor: str, now: datetime) -> Iterator[Found]:
    today = now.astimezone(ZoneInfo(district.timezone)).date()
    for person in find_persons(district, text, today, actor=actor, now=now):
        for ride in person.rides:
            found = ride_found(ride)
            phone = display.phone_text(person.phone) if person.phone else _("ohne Nummer")
            yield Found(f"{person.name}, {phone}", f"{found.text} ({found.remark})", found.url)


def _places(district: District, text: str, day: date) -> Iterator[Found]:
    if any(sign.isdigit() for sign in text) or len(text) < 3:
        return
    rides = reverse("staff:board-rides", kwargs={"day": day})
    seen = set()
    for hit in finder_of(district).find(text, limit=MOST):
        village = hit.named.village
        if village and village not in seen:
            seen.add(village)
            yield Found(village, _("Fahrten von und nach diesem Ort"), f"{rides}?ort={village}")


def _drivers(district: District, text: str, day: date) -> Iterator[Found]:
    """Drivers by name, with what they drive on the day that is shown."""
    if len(text) < 3:
        return
    duties = Duty.objects.filter(
        service_day__district=district, service_day__date=day, driver__name__icontains=text
    ).select_related("driver", "vehicle")
    for duty in duties.order_by("driver__name", "began_at")[:MOST]:
        url = reverse("staff:board-vehicle", kwargs={"day": day, "vehicle_id": duty.vehicle.code})
        since = _("fährt %(vehicle)s seit %(time)s") if duty.ended_at is None else _("fuhr %(vehicle)s ab %(time)s")
        words = {"vehicle": duty.vehicle.name, "time": display.clock_text(duty.began_at)}
        yield Found(duty.driver.name, since % words, url)
