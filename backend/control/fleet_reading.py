"""Fleet and rosters as the control room sees them: vehicles, the coming days, the week, drivers, what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.desk import BookingView
from backend.bookings.days import service_day
from backend.bookings.localtime import as_clock
from backend.bookings.models import Booking, DayShift
from backend.bookings.plan_document import day_row
from backend.bookings.planning import current_plan
from backend.bookings.reshaping import MovedRide, Reshaped
from backend.bookings.selectors import booking_view, bookings, message_contact
from backend.control.duties import days_between, duty_roster, rows_between, unlawful
from backend.control.fleet_changes import Out
from backend.control.models import Absence, RosterChange, ShiftDriver
from backend.control.permits import unpermitted
from backend.control.roster_records import day_values
from backend.control.rosters import Preview
from backend.districts.models import District, Shift, Vehicle, VehicleOutage
from backend.districts.outages import END_OF_DAY_S, gap_on
from backend.districts.selectors import public_holiday, rules_of, shifts_on
from backend.driving.models import Driver

DAYS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class VehicleLine:
    """A vehicle with its places in words, and when it is not there; `is_out`: not at all today."""

    row: Vehicle
    places: tuple[str, ...]
    outages: tuple[VehicleOutage, ...]
    is_out: bool

    @property
    def spans(self) -> list[tuple[VehicleOutage, str]]:
        """Each outage with its time in words."""
        return [(one, Out(one.first, one.last, one.from_s, one.until_s).text) for one in self.outages]


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """A shift of one date. `missing` is who should drive it and is away."""

    row: DayShift
    begins: str
    ends: str
    driver: Driver | None
    missing: Driver | None
    is_by_hand: bool
    rides: int


@dataclass(frozen=True, slots=True)
class DayLine:
    """The shifts of one date; `dropped` are shifts of the week's roster that do not drive on it."""

    day: date
    holiday: str
    shifts: tuple[ShiftLine, ...]
    dropped: tuple[Shift, ...]

    @property
    def uncovered(self) -> int:
        return sum(line.driver is None for line in self.shifts)


@dataclass(frozen=True, slots=True)
class AffectedRide:
    """A ride that a change moves or strands, with whom to call. `moved` is None for who has no place."""

    view: BookingView
    phone: str
    moved: MovedRide | None
    before: str = ""
    after: str = ""


def places_text(places: Sequence[int]) -> str:
    """One arrangement in words: "6 Sitzplätze, 1 Rollstuhlplatz, 4 Stellplätze"."""
    seats, wheelchairs, storage = places
    parts = [
        (seats, ngettext("%(n)d Sitzplatz", "%(n)d Sitzplätze", seats)),
        (wheelchairs, ngettext("%(n)d Rollstuhlplatz", "%(n)d Rollstuhlplätze", wheelchairs)),
        (storage, ngettext("%(n)d Stellplatz", "%(n)d Stellplätze", storage)),
    ]
    return ", ".join(text % {"n": count} for count, text in parts if count)


def vehicles(district: District, today: date) -> list[VehicleLine]:
    """All vehicles, with outages that are not over."""
    rows = district.vehicles.select_related("depot").prefetch_related("outages").order_by("code")
    return [vehicle_line(row, today) for row in rows]


def vehicle_line(row: Vehicle, today: date) -> VehicleLine:
    outages = tuple(
        sorted(
            (outage for outage in row.outages.all() if outage.last is None or outage.last >= today),
            key=lambda outage: outage.first,
        )
    )
    places = tuple(places_text(places) for places in row.configurations)
    return VehicleLine(row, places, outages, any(gap_on(outage, today) == (0, END_OF_DAY_S) for outage in outages))


def coming_days(district: District, today: date, days: int = DAYS_SHOWN) -> list[DayLine]:
    """The shifts of the coming days with their drivers. Days that nobody has asked for yet are made with their roster."""
    zone = ZoneInfo(district.timezone)
    last = today + timedelta(days=days - 1)
    made = {day: service_day(district, day) for day in days_between(today, last)}
    rows = rows_between(district, today, last)
    roster = duty_roster(district, today, last, rows)
    rides = _rides_of(rows)
    state = rules_of(district).state
    lines = []
    for day, row_of_day in made.items():
        gives = {shift.code: shift for shift in shifts_on(district, day)}
        of_day = [row for row in rows if row.service_day.date == day]
        shifts = tuple(
            ShiftLine(
                row,
                as_clock(row.start_s, day, zone),
                as_clock(row.end_s, day, zone),
                roster.driver_of.get((day, row.code)),
                roster.missing.get((day, row.code)),
                row.code not in gives or day_values(row) != day_values(day_row(row_of_day, gives[row.code], zone)),
                rides.get((day, row.vehicle.code), 0),
            )
            for row in of_day
        )
        dropped = tuple(shift for code, shift in gives.items() if code not in {row.code for row in of_day})
        lines.append(DayLine(day, public_holiday(state, day), shifts, dropped))
    return lines


def _rides_of(rows: Iterable[DayShift]) -> dict[tuple[date, str], int]:
    """How many rides each vehicle has on each date, by the plans as they are."""
    found: dict[tuple[date, str], int] = {}
    for day in {row.service_day_id: row.service_day for row in rows}.values():
        if day.plan_version == 0:
            continue
        plan = current_plan(day).plan
        for shift, route in zip(plan.shifts, plan.routes, strict=True):
            key = (day.date, shift.vehicle.id)
            found[key] = found.get(key, 0) + len({event.request_id for event in route.events if event.request_id})
    return found


def weekly(district: District) -> list[tuple[Shift, dict[int, str]]]:
    """The week's roster: each shift with the names of its drivers by weekday."""
    rows = Shift.objects.filter(district=district, dropped=False).select_related("vehicle").order_by("code")
    drivers: dict[int, dict[int, str]] = {}
    for row in ShiftDriver.objects.filter(shift__district=district).select_related("driver"):
        drivers.setdefault(row.shift_id, {})[row.weekday] = row.driver.name
    return [(row, drivers.get(row.pk, {})) for row in rows]


def law_says(district: District, today: date) -> list[str]:
    """What the law and drivers' permits have against the coming days."""
    last = today + timedelta(days=DAYS_SHOWN)
    return [*unlawful(district, today, last), *unpermitted(district, today, last)]


def absences(district: District, today: date) -> list[Absence]:
    """Absences that are not over, the next one first."""
    rows = Absence.objects.filter(driver__district=district, last__gte=today)
    return list(rows.select_related("driver").order_by("first", "driver__name"))


def changes(district: District, limit: int = 50) -> list[RosterChange]:
    """What was changed, the newest first."""
    return list(RosterChange.objects.filter(district=district).select_related("undone_by").order_by("-at")[:limit])


def affected(found: Preview) -> tuple[list[AffectedRide], list[AffectedRide]]:
    """The rides that a change moves, and those it leaves without a place, each with its rider's telephone."""
    moved = [ride for day in found.days for ride in _moved(day)]
    stranded = [
        AffectedRide(booking_view(row, with_trip=False), message_contact(row)[0], None)
        for row in bookings().filter(code__in=found.stranded).order_by("service_day__date", "offer__pickup_earliest_s")
    ]
    return moved, stranded


def _moved(day: Reshaped) -> list[AffectedRide]:
    zone = ZoneInfo(day.day.district.timezone)
    rows: dict[str, Booking] = {row.code: row for row in bookings().filter(code__in=[ride.code for ride in day.moved])}
    names: dict[str, str] = dict(Vehicle.objects.filter(district=day.day.district).values_list("code", "name"))
    return [
        AffectedRide(
            booking_view(rows[ride.code], with_trip=False),
            message_contact(rows[ride.code])[0],
            ride,
            f"{names.get(ride.vehicle_before, ride.vehicle_before)}, {as_clock(ride.pickup_before_s, day.day.date, zone)}",
            f"{names.get(ride.vehicle_after, ride.vehicle_after)}, {as_clock(ride.pickup_after_s, day.day.date, zone)}",
        )
        for ride in day.moved
        if ride.code in rows
    ]


def days_text(bits: int) -> str:
    """Weekdays of a bit mask: "Mo bis Fr"."""
    names = (_("Mo"), _("Di"), _("Mi"), _("Do"), _("Fr"), _("Sa"), _("So"))
    days = [number for number in range(7) if bits & (1 << number)]
    if days == list(range(7)):
        return _("täglich")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s bis %(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    return ", ".join(names[day] for day in days)


def summary_of(row: RosterChange) -> dict[str, Any]:
    """What a change meant for rides, counted."""
    effects = row.effects or {}
    return {"days": len(effects.get("days", [])), "moved": len(effects.get("moved", [])),
            "cancelled": effects.get("cancelled", [])}  # fmt: skip


def now_date(district: District, now: datetime) -> date:
    """Today in the district."""
    return now.astimezone(ZoneInfo(district.timezone)).date()
