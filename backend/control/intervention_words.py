"""What was done, in one line: so that two closed roads of a day can be told apart when one of them is to be opened."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backend.bookings.localtime import as_clock, to_seconds
from backend.bookings.models import RoadClosure, ServiceDay, Suspension
from backend.control.models import InterventionRecord
from backend.districts.selectors import rules_of, stops_by_number


class InterventionWords:
    """Words for the interventions of one day; what they need is read once."""

    def __init__(self, day: ServiceDay) -> None:
        self.day, self.zone = day, ZoneInfo(day.district.timezone)
        self.stops = {stop.code: str(stop) for stop in stops_by_number(day.district).values()}
        self.vehicles = dict(day.district.vehicles.values_list("code", "name"))
        rows = day.day_shifts.select_related("vehicle")
        self.shifts = {row.code: row.vehicle.name for row in rows}
        self.zones = {zone.id: zone.name for zone in rules_of(day.district).zones}
        self.over = {
            str(pk)
            for model in (RoadClosure.objects.filter(service_day=day), Suspension.objects.filter(district=day.district))
            for pk in model.filter(lifted_at__isnull=False).values_list("pk", flat=True)
        }

    def what(self, record: InterventionRecord) -> str:
        """The line; "" for what is taken back, which its original names."""
        words = getattr(self, f"_{record.kind}", None)
        return words(record.document) if words else ""

    def is_over(self, record: InterventionRecord) -> bool:
        """Whether a road or the service is open again."""
        return str(record.former.get("closure") or record.former.get("suspension") or "-") in self.over

    def is_of_another_day(self, record: InterventionRecord) -> bool:
        """Whether it was done on a day before: a road that stays closed."""
        return to_seconds(record.at, self.day.date, self.zone) < 0

    def _clock(self, second: Any) -> str:
        return as_clock(int(second), self.day.date, self.zone)

    def _span(self, begin: Any, end: Any) -> str:
        """ "10:00 bis 11:00 Uhr"; None: it had begun, or nobody knows the end."""
        if end is None:
            return _("bis auf Weiteres") if not begin else _("ab %(begin)s") % {"begin": self._clock(begin)}
        if begin is None:
            return _("bis %(end)s") % {"end": self._clock(end)}
        return _("%(begin)s bis %(end)s") % {
            "begin": self._clock(begin).removesuffix(" Uhr"), "end": self._clock(end),
        }  # fmt: skip

    def _move(self, told: dict[str, Any]) -> str:
        vehicle = self.vehicles.get(told.get("vehicle", ""), "")
        if vehicle:
            return _("Fahrt %(code)s auf %(vehicle)s") % {"code": told["booking"], "vehicle": vehicle}
        return _("Fahrt %(code)s auf ein anderes Fahrzeug") % {"code": told["booking"]}

    def _keep(self, told: dict[str, Any]) -> str:
        text = _("Fahrt %(code)s festgelegt") if told.get("on", True) else _("Fahrt %(code)s wieder freigegeben")
        return text % {"code": told["booking"]}

    def _swap(self, told: dict[str, Any]) -> str:
        one, other = (self.shifts.get(told[name], told[name]) for name in ("shift", "other"))
        return _("Schichten von %(one)s und %(other)s") % {"one": one, "other": other}

    def _shift(self, told: dict[str, Any]) -> str:
        vehicle = self.shifts.get(told["shift"], told["shift"])
        return f"{vehicle}, {self._span(told.get('start_s'), told.get('end_s'))}"

    def _taxi(self, told: dict[str, Any]) -> str:
        return f"{told['firm']}, {self._span(told['start_s'], told['end_s'])}"

    def _breakdown(self, told: dict[str, Any]) -> str:
        vehicle = self.shifts.get(told["shift"], told["shift"])
        return _("%(vehicle)s bei %(stop)s") % {"vehicle": vehicle, "stop": self.stops.get(told["stop"], told["stop"])}

    def _suspend(self, told: dict[str, Any]) -> str:
        zones = ", ".join(self.zones.get(zone, zone) for zone in told.get("zones", ())) or _("überall")
        if told.get("within") and told.get("zones"):
            zones = _("nur innerhalb: %(zones)s") % {"zones": zones}
        return f"{told['why']}, {zones}, {self._span(told['from_s'], told['until_s'])}"

    def _road(self, told: dict[str, Any]) -> str:
        ends = (self.stops.get(told[name], told[name]) for name in ("origin", "target"))
        text = _("%(one)s bis %(other)s") % dict(zip(("one", "other"), ends, strict=True))
        return f"{text}, {self._span(told.get('from_s'), told.get('until_s'))}"
