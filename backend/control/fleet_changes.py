"""From what a dispatcher wants of fleet and rosters to the records that a change sets, with its title."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.bookings.days import service_day
from backend.bookings.localtime import clock_to_seconds, day_text
from backend.bookings.models import DayShift
from backend.control.duties import duties_of, duty_of, duty_roster, replacement, rows_between
from backend.control.models import ShiftDriver
from backend.control.permits import may_drive, permits_of
from backend.control.roster_records import Record, day_key
from backend.control.rosters import LOOKED_AHEAD, Change
from backend.districts.models import District, Shift, Vehicle, VehicleOutage
from backend.districts.outages import PART, breaks_in, gap_on, left_of
from backend.driving.models import Driver
from backend.driving.selectors import drivers_of

WEEK = range(7)


def vehicle_changed(code: str, values: dict[str, Any], is_new: bool) -> Change:
    """Another equipment, arrangement, plate or name."""
    title = _("Neues Fahrzeug: %(name)s") if is_new else _("Fahrzeug geändert: %(name)s")
    return Change(title % {"name": values["name"]}, (("vehicle", code, values),))


@dataclass(frozen=True, slots=True)
class Out:
    """When a vehicle is out of service: days, and of the first and the last perhaps only some hours (clock seconds)."""

    first: date
    last: date | None = None
    from_s: int | None = None
    until_s: int | None = None

    @property
    def text(self) -> str:
        """ "ab Mo, 30.11.2026, 10:00 Uhr bis auf Weiteres"."""
        if self.from_s is None and self.until_s is None:
            return span_text(self.first, self.last)
        begin = day_text(self.first) + ("" if self.from_s is None else f", {_hour(self.from_s)}")
        if self.last is None:
            return _("ab %(day)s bis auf Weiteres") % {"day": begin}
        same_day = self.last == self.first and self.until_s is not None
        end = "" if same_day else day_text(self.last) + ("" if self.until_s is None else ", ")
        return _("%(first)s bis %(last)s") % {
            "first": begin, "last": end + ("" if self.until_s is None else _hour(self.until_s)),
        }  # fmt: skip


def _hour(second: int) -> str:
    return _("%(time)s Uhr") % {"time": f"{second // 3600}:{second % 3600 // 60:02d}"}


def vehicle_out(district: District, vehicle: Vehicle, out: Out, note: str) -> Change:
    """Out of service. Shifts of that vehicle that were put on for a date lose that time, too, or fall out."""
    values: dict[str, Any] = {
        "vehicle": vehicle.code,
        "first": out.first.isoformat(),
        "last": out.last.isoformat() if out.last else None,
        "note": note,
    }
    values |= {
        name: second for name, second in (("from_s", out.from_s), ("until_s", out.until_s)) if second is not None
    }
    outage = VehicleOutage(vehicle=vehicle, first=out.first, last=out.last, from_s=out.from_s, until_s=out.until_s)
    rows = DayShift.objects.filter(
        service_day__district=district, service_day__date__gte=out.first, vehicle=vehicle
    ).select_related("service_day", "shift", "vehicle")
    zone = ZoneInfo(district.timezone)
    dated = [record for row in rows if _is_by_hand(row) for record in _without_gap(row, outage, zone)]
    title = _("%(name)s außer Betrieb, %(span)s") % {"name": vehicle.name, "span": out.text}
    return Change(title, (("outage", str(uuid.uuid4()), values), *dated))


def _without_gap(row: DayShift, outage: VehicleOutage, zone: ZoneInfo) -> Iterator[Record]:
    """What becomes of a shift of one date whose vehicle is not there for a while."""
    day = row.service_day.date
    gap = gap_on(outage, day)
    if gap is None:
        return
    begin_s, end_s = (clock_to_seconds(second, day, zone) for second in gap)
    parts = left_of(row.start_s, row.end_s, [(begin_s, end_s)])
    if parts == [(row.start_s, row.end_s)]:
        return
    if not parts:
        yield "day", day_key(day, row.code), None
    for number, (start_s, until_s) in enumerate(parts, start=1):
        code = row.code if number == 1 else f"{row.code}{PART}{number}"
        values = {"vehicle": row.vehicle.code, "start_s": start_s, "end_s": until_s}
        yield "day", day_key(day, code), values | {"breaks": breaks_in(row.breaks, start_s, until_s)}


def vehicle_back(outage: VehicleOutage) -> Change:
    """Back in service: the days of an outage that lie ahead are driven again."""
    title = _("%(name)s wieder im Betrieb") % {"name": outage.vehicle.name}
    return Change(title, (("outage", str(outage.pk), None),))


def _is_by_hand(row: DayShift) -> bool:
    """Whether a shift of a date is not of the week's roster, or drives another vehicle than that says."""
    return row.shift is None or row.shift.dropped or row.shift.vehicle_id != row.vehicle_id


def shift_name(vehicle: str, start_s: int, end_s: int) -> str:
    """How people call a shift: "Rufbus 9, 7:00 bis 16:00 Uhr". Seconds on the clock."""
    begin, end = (f"{second // 3600 % 24}:{second // 60 % 60:02d}" for second in (start_s, end_s))
    return _("%(vehicle)s, %(begin)s bis %(end)s Uhr") % {"vehicle": vehicle, "begin": begin, "end": end}


def weekly_changed(
    district: District, code: str, values: dict[str, Any] | None, drivers: dict[int, int | None], name: str
) -> Change:
    """A shift of the week's roster, and who drives it on which weekday; without values it is taken out.

    `name`: how people call it, as `shift_name` says.
    """
    if values is None:
        return Change(_("Dienst gestrichen: %(name)s") % {"name": name}, (("shift", code, None),))
    known = {
        row.weekday: row.driver_id for row in ShiftDriver.objects.filter(shift__district=district, shift__code=code)
    }
    records: list[Record] = [("shift", code, values)]
    for weekday in WEEK:
        driver = drivers.get(weekday) if values["days"] & (1 << weekday) else None
        if driver != known.get(weekday):
            records.append(("shift_driver", f"{code}|{weekday}", {"driver": driver} if driver else None))
    return Change(_("Wochenplan geändert: %(name)s") % {"name": name}, tuple(records))


def day_changed(
    day: date, code: str, values: dict[str, Any] | None, driver: int | None, *, driver_is_other: bool, name: str
) -> Change:
    """A shift of one date; without values it is not driven on that date. `name`: how people call it."""
    words = {"name": name, "day": day_text(day)}
    if values is None:
        return Change(_("Dienst fällt aus: %(name)s, %(day)s") % words, (("day", day_key(day, code), None),))
    records: list[Record] = [("day", day_key(day, code), values)]
    if driver_is_other:
        records.append(("day_driver", day_key(day, code), {"driver": driver}))
    return Change(_("Dienst geändert: %(name)s, %(day)s") % words, tuple(records))


def driver_away(
    district: District, driver: Driver, first: date, last: date, *, today: date, drops_uncovered: bool
) -> Change:
    """A driver is away. For each shift somebody else is looked for; without one it falls out, or stays without a driver."""
    away: Record = (
        "absence",
        str(uuid.uuid4()),
        {"driver": driver.pk, "first": first.isoformat(), "last": last.isoformat()},
    )
    records = [away]
    begin, end = max(first, today), min(last, today + LOOKED_AHEAD)
    if begin <= end:
        for number in range((end - begin).days + 1):
            service_day(district, begin + timedelta(days=number))
        rows = rows_between(district, begin - timedelta(days=1), end + timedelta(days=1))
        roster = duty_roster(district, begin - timedelta(days=1), end + timedelta(days=1), rows)
        duties, permits = duties_of(district, roster, rows), permits_of(district)
        for row in rows:
            day = row.service_day.date
            if not begin <= day <= end or roster.driver_of.get((day, row.code)) != driver:
                continue
            barred = [one.pk for one in drivers_of(district) if not may_drive(permits, one, row.vehicle, day)]
            other = replacement(row, district, roster, duties, barred=[driver.pk, *barred])
            if other is not None:
                duties[other].append(duty_of(row, ZoneInfo(district.timezone)))
                records.append(("day_driver", day_key(day, row.code), {"driver": other.pk}))
            elif drops_uncovered:
                records.append(("day", day_key(day, row.code), None))
    title = _("%(name)s abwesend, %(span)s") % {"name": driver.name, "span": span_text(first, last)}
    return Change(title, tuple(records))


def driver_permitted(driver: Driver, values: dict[str, Any] | None) -> Change:
    """What somebody may drive; without values nobody asks."""
    return Change(_("Fahrerlaubnis: %(name)s") % {"name": driver.name}, (("permit", str(driver.pk), values),))


def driver_back(district: District, absence_id: str, driver: Driver) -> Change:
    """An absence is taken out."""
    return Change(_("Abwesenheit gelöscht: %(name)s") % {"name": driver.name}, (("absence", absence_id, None),))


def span_text(first: date, last: date | None) -> str:
    """ "Di, 24.11.2026 bis Do, 26.11.2026"."""
    if last is None:
        return _("ab %(day)s bis auf Weiteres") % {"day": day_text(first)}
    if last == first:
        return day_text(first)
    return _("%(first)s bis %(last)s") % {"first": day_text(first), "last": day_text(last)}


def free_code(name: str, taken: Iterable[str]) -> str:
    """A code for something new, from its name; nobody else has it."""
    base = slugify(name)[:30] or "neu"
    known, number = set(taken), 1
    code = base
    while code in known:
        number += 1
        code = f"{base}-{number}"
    return code


def vehicle_codes(district: District) -> list[str]:
    return list(district.vehicles.values_list("code", flat=True))


def shift_codes(district: District) -> list[str]:
    """Codes of the week's shifts and of all that drove under one."""
    own = Shift.objects.filter(district=district).values_list("code", flat=True)
    dated = DayShift.objects.filter(service_day__district=district).values_list("code", flat=True).distinct()
    return [*own, *dated]
