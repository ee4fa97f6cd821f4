"""Which vehicles somebody may drive: licence class, licence to carry passengers (§ 48 FeV), instruction in wheelchairs.

An operator that keeps papers elsewhere writes none down, and plans as before. Where those of anybody are, it is a gap that those
of somebody else are not (decisions/0861).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from backend.bookings.localtime import day_text
from backend.bookings.models import DayShift, ServiceDay
from backend.control.duties import duty_roster, rows_between
from backend.control.models import DriverPermit
from backend.districts.models import District, Vehicle
from backend.driving.models import Driver

# § 6 FeV: how many passengers a vehicle of each class carries beside its driver.
MOST_PASSENGERS = {"B": 8, "D1": 16, "D": 1_000}
CLASSES = tuple(MOST_PASSENGERS)
BUS_CLASSES = {"D1", "D"}  # who holds one needs no licence of § 48 FeV


@dataclass(frozen=True, slots=True)
class Permit:
    """What is written down of somebody. `passengers_until`: the last day of the licence to carry passengers."""

    classes: frozenset[str]
    passengers_until: date | None
    wheelchairs: bool


def permits_of(district: District) -> dict[int, Permit]:
    """What is known, by the driver's primary key."""
    rows = DriverPermit.objects.filter(driver__district=district)
    return {row.driver_id: Permit(frozenset(row.classes), row.passengers_until, row.wheelchairs) for row in rows}


def needed_class(vehicle: Vehicle) -> str:
    """The smallest class for all places that a vehicle can be set up with."""
    most = max((places[0] + places[1] for places in vehicle.configurations), default=0)
    return next(name for name in CLASSES if most <= MOST_PASSENGERS[name])


def permit_faults(permit: Permit | None, vehicle: Vehicle, day: date) -> Iterator[str]:
    """What speaks against somebody driving a vehicle on a day, in words that follow her name."""
    if permit is None or vehicle.firm:
        return
    needs = needed_class(vehicle)
    able = {name for held in permit.classes for name in CLASSES[: CLASSES.index(held) + 1]}
    if needs not in able:
        words = {"vehicle": vehicle.name, "needs": needs}
        yield _("für %(vehicle)s fehlt die Klasse %(needs)s") % words
    elif not permit.classes & BUS_CLASSES:
        until = permit.passengers_until
        if until is None:
            yield _("der Schein zur Fahrgastbeförderung fehlt")
        elif until < day:
            yield _("der Schein zur Fahrgastbeförderung gilt nur bis %(day)s") % {"day": day_text(until)}
    if not permit.wheelchairs and any(places[1] for places in vehicle.configurations):
        yield _("für %(vehicle)s fehlt die Einweisung für Rollstühle") % {"vehicle": vehicle.name}


def faults_of(permits: Mapping[int, Permit], driver: Driver, vehicle: Vehicle, day: date) -> Iterator[str]:
    """What speaks against somebody driving a vehicle, among all whose papers are kept; nothing where none are."""
    if driver.pk in permits:
        yield from permit_faults(permits[driver.pk], vehicle, day)
    elif permits and not vehicle.firm:
        yield _nothing_known()


def faults_at_sign_in(driver: Driver, vehicle: Vehicle, day: date) -> list[str]:
    """The same for one who stands before the bus."""
    return list(faults_of(permits_of(vehicle.district), driver, vehicle, day))


def _nothing_known() -> str:
    return _("es sind keine Papiere eingetragen")


def may_drive(permits: Mapping[int, Permit], driver: Driver, vehicle: Vehicle, day: date) -> bool:
    """Whether nothing speaks against it."""
    return not any(faults_of(permits, driver, vehicle, day))


def unpermitted(
    district: District, first: date, last: date, instead: Mapping[int, Sequence[DayShift]] | None = None
) -> list[str]:
    """Who is put on a vehicle between two days that she may not drive, a sentence each; `instead` as in `rows_between`."""
    permits = permits_of(district)
    if not permits:
        return []
    rows = rows_between(district, first, last, instead)
    roster = duty_roster(district, first, last, rows)
    return list(dict.fromkeys(_sentences(permits, rows, roster.driver_of)))


def without_papers(district: District, first: date, last: date) -> list[str]:
    """Who drives between two days without any papers written down, a sentence each, also where those of nobody are."""
    permits, roster = permits_of(district), duty_roster(district, first, last)
    return [_gap(driver) for driver in set(roster.driver_of.values()) if driver.pk not in permits]


def _gap(driver: Driver) -> str:
    return _("%(name)s: %(fault)s.") % {"name": driver.name, "fault": _nothing_known()}  # no matter of a day or a bus


def _sentences(
    permits: Mapping[int, Permit], rows: Iterable[DayShift], driver_of: Mapping[tuple[date, str], Driver]
) -> Iterator[str]:
    for row in rows:
        day = row.service_day.date
        driver = driver_of.get((day, row.code))
        for fault in faults_of(permits, driver, row.vehicle, day) if driver else ():
            assert driver is not None
            if driver.pk not in permits:
                yield _gap(driver)
                continue
            yield _("%(name)s, %(day)s: %(fault)s.") % {"name": driver.name, "day": day_text(day), "fault": fault}


def after_swap(day: ServiceDay, shift: str, other: str) -> tuple[str, ...]:
    """What speaks against two drivers exchanging their vehicles."""
    rows = {
        row.code: row for row in day.day_shifts.select_related("vehicle", "service_day") if row.code in (shift, other)
    }
    if len(rows) != 2:
        return ()
    permits, roster = permits_of(day.district), duty_roster(day.district, day.date, day.date)
    one, two = rows[shift], rows[other]
    one.vehicle, two.vehicle = two.vehicle, one.vehicle
    return tuple(_sentences(permits, (one, two), roster.driver_of))
