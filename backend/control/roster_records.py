"""Fleet and rosters as plain records: what stands there, and setting it to something else.

A record is (kind, key, values); values None: there is none. Every change of the fleet is a list of records to be set, and
taking it back is setting what stood there before. A record of kind "day" is one shift of one date: it is read here and
written with the day's plan (`rosters`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from backend.bookings.models import DayShift
from backend.control.models import Absence, DayDriver, DriverPermit, ShiftDriver
from backend.districts.models import District, Shift, Stop, Vehicle, VehicleOutage
from backend.driving.models import Driver

Values = dict[str, Any] | None
Record = tuple[str, str, Values]

VEHICLE_FIELDS = ("name", "kind_name", "features", "configurations", "plate", "colour", "recognise")
SHIFT_FIELDS = ("days", "start_s", "end_s", "breaks", "on_holidays")
DAY_FIELDS = ("start_s", "end_s", "breaks")


def day_key(day: date, code: str) -> str:
    """The key of a shift of one date."""
    return f"{day.isoformat()}|{code}"


def split_key(key: str) -> tuple[date, str]:
    """The date and the shift of such a key."""
    day, _bar, code = key.partition("|")
    return date.fromisoformat(day), code


def read(district: District, kind: str, key: str) -> Values:
    """What stands there now."""
    return _READERS[kind](district, key)


def before(district: District, records: Iterable[Record]) -> list[Record]:
    """What these records would replace."""
    return [(kind, key, read(district, kind, key)) for kind, key, _values in records]


def write(district: District, records: Iterable[Record]) -> None:
    """Set everything but shifts of single dates. Must run inside a transaction."""
    for kind, key, values in records:
        if kind != "day":
            _WRITERS[kind](district, key, values)


def _read_vehicle(district: District, key: str) -> Values:
    row = Vehicle.objects.filter(district=district, code=key).select_related("depot").first()
    return {**{name: getattr(row, name) for name in VEHICLE_FIELDS}, "depot": row.depot.code} if row else None


def _write_vehicle(district: District, key: str, values: Values) -> None:
    if values is None:  # was added and is taken back
        Vehicle.objects.filter(district=district, code=key).delete()
        return
    own = {name: values[name] for name in VEHICLE_FIELDS}
    depot = Stop.objects.get(district=district, code=values["depot"])
    Vehicle.objects.update_or_create(
        district=district, code=key, defaults={**own, "depot": depot, "planned_here": True}
    )


def is_planned_with(district: District, code: str) -> bool:
    """Whether a vehicle has shifts, in the week or on any date."""
    rows = Vehicle.objects.filter(district=district, code=code)
    return DayShift.objects.filter(vehicle__in=rows).exists() or Shift.objects.filter(vehicle__in=rows).exists()


def _read_outage(district: District, key: str) -> Values:
    row = VehicleOutage.objects.filter(pk=key, vehicle__district=district).select_related("vehicle").first()
    if row is None:
        return None
    last = row.last.isoformat() if row.last else None
    hours = {name: second for name, second in (("from_s", row.from_s), ("until_s", row.until_s)) if second is not None}
    return {"vehicle": row.vehicle.code, "first": row.first.isoformat(), "last": last, "note": row.note, **hours}


def _write_outage(district: District, key: str, values: Values) -> None:
    if values is None:
        VehicleOutage.objects.filter(pk=key, vehicle__district=district).delete()
        return
    vehicle = Vehicle.objects.get(district=district, code=values["vehicle"])
    last = date.fromisoformat(values["last"]) if values["last"] else None
    VehicleOutage.objects.update_or_create(
        pk=uuid.UUID(key),
        defaults={
            "vehicle": vehicle,
            "first": date.fromisoformat(values["first"]),
            "last": last,
            "from_s": values.get("from_s"),
            "until_s": values.get("until_s"),
            "note": values["note"],
        },
    )


def _read_shift(district: District, key: str) -> Values:
    row = Shift.objects.filter(district=district, code=key, dropped=False).select_related("vehicle").first()
    return {**{name: getattr(row, name) for name in SHIFT_FIELDS}, "vehicle": row.vehicle.code} if row else None


def _write_shift(district: District, key: str, values: Values) -> None:
    if values is None:
        Shift.objects.filter(district=district, code=key).update(dropped=True, planned_here=True)
        return
    own = {name: values[name] for name in SHIFT_FIELDS}
    vehicle = Vehicle.objects.get(district=district, code=values["vehicle"])
    Shift.objects.update_or_create(
        district=district, code=key, defaults={**own, "vehicle": vehicle, "planned_here": True, "dropped": False}
    )


def _read_day(district: District, key: str) -> Values:
    day, code = split_key(key)
    rows = DayShift.objects.filter(service_day__district=district, service_day__date=day, code=code)
    row = rows.select_related("vehicle").first()
    return day_values(row) if row else None


def day_values(row: DayShift) -> dict[str, Any]:
    """A shift of one date as a record keeps it."""
    return {**{name: getattr(row, name) for name in DAY_FIELDS}, "vehicle": row.vehicle.code}


def _read_shift_driver(district: District, key: str) -> Values:
    code, _bar, weekday = key.rpartition("|")
    row = ShiftDriver.objects.filter(shift__district=district, shift__code=code, weekday=int(weekday)).first()
    return {"driver": row.driver_id} if row else None


def _write_shift_driver(district: District, key: str, values: Values) -> None:
    code, _bar, weekday = key.rpartition("|")
    shift = Shift.objects.get(district=district, code=code)
    if values is None:
        ShiftDriver.objects.filter(shift=shift, weekday=int(weekday)).delete()
        return
    driver = Driver.objects.get(district=district, pk=values["driver"])
    ShiftDriver.objects.update_or_create(shift=shift, weekday=int(weekday), defaults={"driver": driver})


def _read_day_driver(district: District, key: str) -> Values:
    day, code = split_key(key)
    row = DayDriver.objects.filter(district=district, day=day, shift_code=code).first()
    return {"driver": row.driver_id} if row else None


def _write_day_driver(district: District, key: str, values: Values) -> None:
    day, code = split_key(key)
    rows = DayDriver.objects.filter(district=district, day=day, shift_code=code)
    if values is None:
        rows.delete()
        return
    known = values["driver"]
    driver = Driver.objects.get(district=district, pk=known) if known else None
    DayDriver.objects.update_or_create(district=district, day=day, shift_code=code, defaults={"driver": driver})


def _read_absence(district: District, key: str) -> Values:
    row = Absence.objects.filter(pk=key, driver__district=district).first()
    return {"driver": row.driver_id, "first": row.first.isoformat(), "last": row.last.isoformat()} if row else None


def _write_absence(district: District, key: str, values: Values) -> None:
    if values is None:
        Absence.objects.filter(pk=key, driver__district=district).delete()
        return
    driver = Driver.objects.get(district=district, pk=values["driver"])
    first, last = date.fromisoformat(values["first"]), date.fromisoformat(values["last"])
    Absence.objects.update_or_create(pk=uuid.UUID(key), defaults={"driver": driver, "first": first, "last": last})


def _read_permit(district: District, key: str) -> Values:
    row = DriverPermit.objects.filter(driver__district=district, driver=int(key)).first()
    if row is None:
        return None
    until = row.passengers_until.isoformat() if row.passengers_until else None
    return {"classes": row.classes, "passengers_until": until, "wheelchairs": row.wheelchairs}


def _write_permit(district: District, key: str, values: Values) -> None:
    driver = Driver.objects.get(district=district, pk=int(key))
    if values is None:
        DriverPermit.objects.filter(driver=driver).delete()
        return
    until = date.fromisoformat(values["passengers_until"]) if values["passengers_until"] else None
    own = {"classes": values["classes"], "passengers_until": until, "wheelchairs": values["wheelchairs"]}
    DriverPermit.objects.update_or_create(driver=driver, defaults=own)


_READERS: dict[str, Callable[[District, str], Values]] = {
    "vehicle": _read_vehicle,
    "outage": _read_outage,
    "shift": _read_shift,
    "day": _read_day,
    "shift_driver": _read_shift_driver,
    "day_driver": _read_day_driver,
    "absence": _read_absence,
    "permit": _read_permit,
}
_WRITERS: dict[str, Callable[[District, str, Values], None]] = {
    "vehicle": _write_vehicle,
    "outage": _write_outage,
    "shift": _write_shift,
    "shift_driver": _write_shift_driver,
    "day_driver": _write_day_driver,
    "absence": _write_absence,
    "permit": _write_permit,
}
