"""Who drives which shift on which day: the week's roster, single dates, absences; and what the law says to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from backend.bookings.localtime import to_moment
from backend.bookings.models import DayShift, ServiceDay
from backend.control.models import Absence, DayDriver, ShiftDriver
from backend.control.working_time import Duty, duty_faults
from backend.districts.models import District
from backend.districts.outages import whole_code
from backend.driving.models import Driver
from backend.driving.selectors import drivers_of
from fixtures.working_time import work_of


@dataclass(frozen=True, slots=True)
class DutyRoster:
    """Drivers of all shifts between two days, and who is away."""

    driver_of: dict[tuple[date, str], Driver]
    away: frozenset[tuple[date, int]]
    # Whom the roster names although they are away, so that the shift has nobody.
    missing: dict[tuple[date, str], Driver]


def rows_between(
    district: District, first: date, last: date, instead: Mapping[int, Sequence[DayShift]] | None = None
) -> list[DayShift]:
    """The shifts of all dates between two days; of some service days (by primary key) others, that are not saved yet."""
    instead = instead or {}
    days = ServiceDay.objects.filter(district=district, date__gte=first, date__lte=last)
    saved = DayShift.objects.filter(service_day__in=days).exclude(service_day__in=list(instead))
    rows = list(saved.select_related("service_day", "vehicle").order_by("service_day__date", "code"))
    return rows + [row for of_day in instead.values() for row in of_day if first <= row.service_day.date <= last]


def duty_roster(district: District, first: date, last: date, rows: Sequence[DayShift] | None = None) -> DutyRoster:
    """Who drives from one day to another, both included; of these shifts, or of those that stand there."""
    rows = rows_between(district, first, last) if rows is None else rows
    weekly = {
        (row.shift_id, row.weekday): row.driver
        for row in ShiftDriver.objects.filter(shift__district=district).select_related("driver")
    }
    dated = {
        (row.day, row.shift_code): row.driver
        for row in DayDriver.objects.filter(district=district, day__gte=first, day__lte=last).select_related("driver")
    }
    away = frozenset(
        (day, absence.driver_id)
        for absence in Absence.objects.filter(driver__district=district, first__lte=last, last__gte=first)
        for day in days_between(max(first, absence.first), min(last, absence.last))
    )
    driver_of, missing = {}, {}
    for row in rows:
        day, code = row.service_day.date, row.code
        named = next((key for key in ((day, code), (day, whole_code(code))) if key in dated), None)
        driver = dated[named] if named else weekly.get((row.shift_id or 0, day.weekday()))
        if driver is None or not driver.is_active:
            continue
        if (day, driver.pk) in away:
            missing[day, code] = driver
        else:
            driver_of[day, code] = driver
    return DutyRoster(driver_of, away, missing)


def days_between(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def duties_of(district: District, roster: DutyRoster, rows: Sequence[DayShift]) -> dict[Driver, list[Duty]]:
    """The duties of every driver among these shifts."""
    zone = ZoneInfo(district.timezone)
    duties: dict[Driver, list[Duty]] = defaultdict(list)
    for row in rows:
        driver = roster.driver_of.get((row.service_day.date, row.code))
        if driver:
            duties[driver].append(duty_of(row, zone))
    return duties


def duty_of(row: DayShift, zone: ZoneInfo) -> Duty:
    """A shift of one date as its driver's duty."""
    day = row.service_day.date
    begins, ends = to_moment(row.start_s, day, zone), to_moment(row.end_s, day, zone)
    return Duty(day, row.code, begins, ends, work_of(row.start_s, row.end_s, [tuple(rest) for rest in row.breaks]))


def unlawful(
    district: District, first: date, last: date, instead: Mapping[int, Sequence[DayShift]] | None = None
) -> list[str]:
    """What the law has against the roster between two days, a sentence each, with the driver's name."""
    first, last = first - timedelta(days=1), last + timedelta(days=1)
    rows = rows_between(district, first, last, instead)
    duties = duties_of(district, duty_roster(district, first, last, rows), rows)
    by_name = sorted(duties.items(), key=lambda pair: (pair[0].name, pair[0].pk))
    return [f"{driver.name}, {fault}" for driver, of_driver in by_name for fault in duty_faults(of_driver)]


def replacement(
    row: DayShift, district: District, roster: DutyRoster, duties: dict[Driver, list[Duty]], barred: Iterable[int] = ()
) -> Driver | None:
    """A driver who may lawfully take a shift: who has the fewest duties in the days around, first."""
    day, zone = row.service_day.date, ZoneInfo(district.timezone)
    candidates = [
        driver
        for driver in drivers_of(district)
        if driver.pk not in set(barred) and (day, driver.pk) not in roster.away
    ]
    for driver in sorted(candidates, key=lambda driver: (len(duties.get(driver, [])), driver.name)):
        if not list(duty_faults([*duties.get(driver, []), duty_of(row, zone)])):
            return driver
    return None
