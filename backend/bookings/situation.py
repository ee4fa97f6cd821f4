"""A service day at a moment, as interventions work on it, and what they make of it. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal, WayOut
from backend.bookings.day_travel import DayTravel
from backend.bookings.interventions import (
    AddTaxi,
    CloseRoad,
    Suspend,
)
from backend.bookings.localtime import as_clock, to_seconds
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.plan_document import booked_request, engine_shift, only_on
from backend.bookings.planning import DayPlan, UnderWay
from backend.bookings.rearranged import Allowed, Rearranged, Wanted
from backend.bookings.rearranging import Rearranging
from backend.districts.models import Stop, Vehicle
from backend.districts.selectors import stop_by_code
from dispatch.model import Request, Route, Shift

LIVE = (Booking.State.BOOKED, Booking.State.ABOARD)


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift of the day as it is to be; `hired`: its vehicle belongs to another firm and may be new; `is_removed`: it is not."""

    code: str
    vehicle: str
    start_s: int
    end_s: int
    breaks: tuple[tuple[int, int, int], ...] = ()
    hired: AddTaxi | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an intervention makes of a day, before it is written.

    Attributes
    ----------
    kept
        Booking -> vehicle that it is kept on from now on; "": on none.
    transferred
        Who is aboard a vehicle that cannot go on, and boards another.
    remarks
        What the dispatcher must know or do, in whole sentences.
    suspends
        The service stands still, as this says.
    lifts
        Id of a suspension that ends now.
    closes, opens
        A road that is closed; the id of a closure that ends now.
    """

    rearranged: Rearranged
    shifts: tuple[ShiftRow, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    transferred: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    suspends: Suspend | None = None
    lifts: str = ""
    closes: CloseRoad | None = None
    opens: str = ""


class Situation:
    """A service day at a moment, with what the functions below ask of it."""

    def __init__(self, day: ServiceDay, before: DayPlan, now: datetime, travel: DayTravel | None = None) -> None:
        self.day, self.before, self.now = day, before, now
        self.zone = ZoneInfo(day.district.timezone)
        self.now_s = to_seconds(now, day.date, self.zone)
        self.work = Rearranging(before, self.now_s, travel)
        self.rows = {row.code: row for row in day.day_shifts.select_related("vehicle__depot")}
        self.kept: dict[str, str] = {}
        self.keeping = set(day.bookings.filter(kept_on__isnull=False).values_list("kept_on__code", flat=True))
        self._bookings: dict[str, Booking] = {}

    def booking(self, code: str) -> Booking:
        """A live booking of the day. Raises InvalidInput."""
        found = self.bookings([code]).get(code)
        if found is None:
            raise InvalidInput("booking", _("Diese Buchung fährt an diesem Tag nicht."))
        return found

    def bookings(self, codes: Iterable[str]) -> dict[str, Booking]:
        """Live bookings of the day by code."""
        codes = list(codes)
        missing = {code for code in codes if code not in self._bookings}
        if missing:
            rows = self.day.bookings.filter(code__in=missing, state__in=LIVE).select_related(
                "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop", "kept_on"
            )
            self._bookings |= {row.code: row for row in rows}
        return {code: self._bookings[code] for code in codes if code in self._bookings}

    def shift(self, code: str, field_name: str = "shift") -> DayShift:
        """A shift of the day. Raises InvalidInput."""
        row = self.rows.get(code)
        if row is None:
            raise InvalidInput(field_name, _("Diese Schicht gibt es an diesem Tag nicht."))
        return row

    def shift_of(self, code: str) -> Shift:
        """The shift that serves a booking."""
        for shift, route in zip(self.before.plan.shifts, self.before.plan.routes, strict=True):
            if any(event.request_id == code for event in route.events):
                return shift
        raise InvalidInput("booking", _("Diese Buchung steht nicht im Plan."))

    def route_of(self, shift_code: str) -> Route:
        """A shift's route as it is now by facts and clock."""
        (route,) = (route for route in self.work.plan.routes if route.shift_id == shift_code)
        if route.locked >= len(route.events):  # it may only be one that the clock's view takes nobody on for
            (route,) = (route for route in self.before.plan.routes if route.shift_id == shift_code)
        return route

    def stop(self, code: str) -> Stop:
        """Raises InvalidInput."""
        found = stop_by_code(self.day.district, code)
        if found is None:
            raise InvalidInput("stop", _("Diese Haltestelle gibt es nicht."))
        return found

    def clock(self, second: int) -> str:
        return as_clock(second, self.day.date, self.zone)

    def reseat(self, requests: Iterable[Request]) -> None:
        """Other places for rides that have none any more. A lock never costs a ride: what it forbids, it is taken off for."""
        requests = list(requests)
        rows = self.bookings(request.id for request in requests)
        wanted = []
        for request in sorted(requests, key=lambda one: (one.pickup_latest_s, one.id)):
            told = told_request(rows[request.id])
            if any(one.startswith(only_on("")) for one in request.features):
                if self.work.place(request):
                    continue
                request = self.let_go(request)
            wanted.append(Wanted(request, told))
        self.work.seat(wanted)

    def let_go(self, request: Request) -> Request:
        """The request, kept on no vehicle any more."""
        free = replace(request, features=without_lock(request))
        self.kept[request.id] = ""
        self.work.alter(free)
        return free

    def outcome(self, shifts: Iterable[ShiftRow] = (), **more: Any) -> Outcome:
        """The end of the work, with vehicles marked on which bookings are kept."""
        stay = self.day.bookings.filter(kept_on__isnull=False).exclude(code__in=self.kept)
        vehicles = {*stay.values_list("kept_on__code", flat=True), *self.kept.values()} - {""}
        self.work.tag(vehicles, only_on)
        return Outcome(self.work.result(), tuple(shifts), dict(self.kept), **more)


def told_request(booking: Booking) -> Request:
    """What a booking's rider was told last, as a request: with what planning holds back of the promise."""
    request, offer = booked_request(booking), booking.offer
    if "pickup_location" in (booking.amended or {}):
        return request
    return replace(
        request,
        pickup_latest_s=max(request.pickup_latest_s, offer.pickup_latest_s),
        delivery_latest_s=max(request.delivery_latest_s, offer.delivery_latest_s),
    )


def other_way(text: str) -> WayOut:
    return WayOut("dispatcher", text)


def without_lock(request: Request) -> frozenset[str]:
    return frozenset(one for one in request.features if not one.startswith(only_on("")))


def on_shift(code: str) -> Allowed:
    return lambda shift: shift.id == code


def pairs_of(at: Situation) -> Iterable[tuple[Shift, Any]]:
    return zip(at.work.plan.shifts, at.work.plan.routes, strict=True)


def serves(route: Any, code: str) -> bool:
    return any(event.request_id == code for event in route.events)


def day_shift_for_engine(
    at: Situation, row: DayShift, vehicle: Vehicle, start_s: int, end_s: int, breaks: Any
) -> Shift:
    own = DayShift(code=row.code, vehicle=vehicle, start_s=start_s, end_s=end_s, breaks=[list(rest) for rest in breaks])
    return engine_shift(own, vehicle.code in at.keeping)


def row_of(row: DayShift, **changes: Any) -> ShiftRow:
    breaks = tuple((int(a), int(b), int(c)) for a, b, c in row.breaks)
    return replace(ShiftRow(row.code, row.vehicle.code, row.start_s, row.end_s, breaks), **changes)


def not_begun(at: Situation, shift_code: str) -> None:
    (route,) = (route for route in at.work.plan.routes if route.shift_id == shift_code)
    if route.done > 1 or route.locked > 1 or at.rows[shift_code].start_s <= at.now_s:
        raise UnderWay(shift_code)


def busy_refusal(at: Situation, rows: Iterable[ShiftRow]) -> Refusal | None:
    """No to a vehicle that would drive two shifts at once."""
    changed = {row.code: row for row in rows}
    all_rows = [changed.get(code) or row_of(row) for code, row in at.rows.items()]
    all_rows += [row for row in changed.values() if row.code not in at.rows]
    for row in changed.values():
        for other in all_rows:
            if (
                other.code != row.code
                and other.vehicle == row.vehicle
                and row.start_s < other.end_s
                and other.start_s < row.end_s
            ):
                values = {"shift": other.code, "begin": at.clock(other.start_s), "end": at.clock(other.end_s)}
                reason = _("Das Fahrzeug fährt schon Schicht %(shift)s, von %(begin)s bis %(end)s.") % values
                return Refusal(
                    "vehicle_busy", reason, (other_way(_("Wählen Sie eine andere Zeit oder ein anderes Fahrzeug.")),)
                )
    return None
