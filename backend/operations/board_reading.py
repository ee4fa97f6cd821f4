"""Reads a service day for the board in a handful of queries, however many bookings there are.

The plan comes ready from `backend.bookings.planning`, arrivals from `board_forecast`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from backend.bookings.localtime import to_seconds
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.planning import current_plan
from backend.districts.models import District, Stop
from backend.districts.selectors import stops_by_number
from backend.operations.board import Board, BoardRow, BoardVisit, Seen, worst_of
from backend.operations.board_forecast import RouteForecast, forecasts_of_day
from backend.operations.eta import Arrival, is_at_risk
from backend.operations.models import RiderNote
from backend.operations.track import Visit
from dispatch.model import Request, Route

LATE_FROM_S = 180  # a smaller delay is play
EXPECTED_AFTER_S = 300  # so long after its shift's beginning a vehicle should have been heard of


def board_of(district: District, day: date, now: datetime) -> Board:
    """A day at a moment; a day nobody has booked yet has no rows."""
    row = ServiceDay.objects.filter(district=district, date=day).first()
    if row is None:
        return Board(day, 0, None, "", 0)
    now_s = to_seconds(now, day, ZoneInfo(district.timezone))
    row.district = district
    counts = row.ride_requests.aggregate(asked=Count("pk"), refused=Count("pk", filter=~Q(refusal_code="")))
    version = row.plans.filter(version=row.plan_version).only("created_at", "reason").first()
    if version is None:
        return Board(day, 0, None, "", now_s, requests=counts["asked"], refused=counts["refused"])
    plan = current_plan(row)
    forecasts = forecasts_of_day(row, now, plan)
    reader = _Reader(row, plan.plan.requests, now_s)
    shifts = {shift.code: shift for shift in row.day_shifts.select_related("vehicle")}
    routes = sorted(plan.plan.routes, key=lambda route: (shifts[route.shift_id].vehicle.code, route.shift_id))
    rows = tuple(reader.row(route, shifts[route.shift_id], forecasts[route.shift_id]) for route in routes)
    return Board(
        day=day,
        version=row.plan_version,
        planned_at=version.created_at,
        reason=version.reason,
        now_s=now_s,
        rows=rows,
        seen=tuple(_seen(shifts, forecasts)),
        rides=_phases(rows),
        marks=_marks(rows),
        late_riders=frozenset(_late_riders(row)),
        requests=counts["asked"],
        refused=counts["refused"],
        ended=Counter(row.bookings.filter(ended_at__isnull=False).values_list("state", flat=True)),
    )


@dataclass(frozen=True, slots=True)
class _Promise:
    pickup_latest_s: int
    delivery_latest_s: int
    state: str


class _Reader:
    """Turns a route with its forecast into a row."""

    def __init__(self, day: ServiceDay, requests: Mapping[str, Request], now_s: int) -> None:
        self.requests, self.now_s = requests, now_s
        self.stops: Mapping[int, Stop] = stops_by_number(day.district)
        live = day.bookings.filter(state__in=(Booking.State.BOOKED, Booking.State.ABOARD, Booking.State.COMPLETED))
        self.promises = {
            code: _Promise(
                max(pickup_latest_s, (amended or {}).get("pickup_latest_s", 0)),
                max(delivery_latest_s, (amended or {}).get("delivery_latest_s", 0)),
                state,
            )
            for code, state, amended, pickup_latest_s, delivery_latest_s in live.values_list(
                "code", "state", "amended", "offer__pickup_latest_s", "offer__delivery_latest_s"
            )
        }

    def row(self, route: Route, shift: DayShift, forecast: RouteForecast) -> BoardRow:
        late_s = forecast.late_s()
        newest = forecast.newest
        return BoardRow(
            shift_code=shift.code,
            vehicle_code=shift.vehicle.code,
            vehicle_name=shift.vehicle.name,
            vehicle_kind=shift.vehicle.kind_name,
            seats=max(configuration[0] for configuration in shift.vehicle.configurations),
            start_s=shift.start_s,
            end_s=shift.end_s,
            visits=tuple(self._visits(route, forecast)),
            late_minutes=late_s // 60 if late_s is not None and late_s >= LATE_FROM_S else None,
            line=self._line(shift, forecast),
            heard_s=int(newest.at_s) if newest is not None and not forecast.is_fresh else None,
        )

    def _line(self, shift: DayShift, forecast: RouteForecast) -> str:
        if self.now_s >= shift.end_s and forecast.done >= len(forecast.visits) - 1:
            return ""  # its day is over, wherever it stands
        if forecast.is_fresh:
            return "live"
        if not shift.start_s + EXPECTED_AFTER_S <= self.now_s < shift.end_s:
            return ""
        return "silent" if forecast.newest else "unheard"

    def _visits(self, route: Route, forecast: RouteForecast) -> Iterator[BoardVisit]:
        locked = _locked_visits(route, forecast.visits)
        persons = wheelchairs = 0
        for number, visit in enumerate(forecast.visits):
            boarding = sum(self.requests[code].riders for code in visit.boards)
            leaving = sum(self.requests[code].riders for code in visit.leaves)
            persons += boarding - leaving
            wheelchairs += sum(self.requests[code].load.wheelchairs for code in visit.boards)
            wheelchairs -= sum(self.requests[code].load.wheelchairs for code in visit.leaves)
            arrival = forecast.arrivals.get(number)
            likely_s = max(visit.start_s, round(arrival.likely_s)) if arrival else visit.start_s
            state = self._state(number, visit, forecast, number < locked)
            stop = self.stops[visit.location]
            yield BoardVisit(
                number=number,
                kind=visit.kind,
                place=f"{stop.village}, {stop.name}",
                start_s=visit.start_s,
                end_s=visit.end_s,
                expected_s=likely_s - likely_s % 60,
                boards=tuple(sorted(visit.boards)),
                leaves=tuple(sorted(visit.leaves)),
                boarding=boarding,
                leaving=leaving,
                persons_after=persons,
                wheelchairs_after=wheelchairs,
                state=state,
                marks=() if state in ("done", "past") else tuple(self._marks(visit, likely_s, arrival)),
            )

    def _state(self, number: int, visit: Visit, forecast: RouteForecast, is_locked: bool) -> str:
        if number < forecast.done:
            return "done"
        if number == forecast.standing and forecast.is_fresh:
            return "here"
        if not forecast.is_fresh and visit.end_s <= self.now_s:
            return "past"
        return "locked" if is_locked else ""

    def _marks(self, visit: Visit, likely_s: int, arrival: Arrival | None) -> Iterator[tuple[str, str]]:
        """ "late" where the promise likely breaks, "tight" where it may: from the chance on at which it is a trouble."""
        latest = {code: self.promises[code].pickup_latest_s for code in visit.boards if self._is_open(code)}
        latest |= {code: self.promises[code].delivery_latest_s for code in visit.leaves if code in self.promises}
        for code, latest_s in sorted(latest.items()):
            if likely_s > latest_s:
                yield code, "late"
            elif arrival and is_at_risk(arrival, latest_s, self.now_s):
                yield code, "tight"

    def _is_open(self, code: str) -> bool:
        return code in self.promises and self.promises[code].state == Booking.State.BOOKED


def _locked_visits(route: Route, visits: tuple[Visit, ...]) -> int:
    """How many of the visits lie within the events that keep their place."""
    codes = {event.request_id for event in route.events[: route.locked] if event.request_id}
    kept = [number for number, visit in enumerate(visits) if codes & visit.boards]
    return max(kept, default=0) + 1 if route.locked > 1 else 0


def _phases(rows: tuple[BoardRow, ...]) -> dict[str, str]:
    phases: dict[str, str] = {}
    for row in rows:
        for visit in row.visits:
            phases |= dict.fromkeys(visit.boards, "riding" if visit.is_over else "open")
            if visit.is_over:
                phases |= dict.fromkeys(visit.leaves, "over")
    return phases


def _marks(rows: tuple[BoardRow, ...]) -> dict[str, str]:
    """Which bookings are at risk; of one that is so at both ends, the worse."""
    marks: dict[str, str] = {}
    for code, mark in (said for row in rows for visit in row.visits for said in visit.marks):
        marks[code] = worst_of((mark, marks.get(code, "")))
    return marks


def _late_riders(day: ServiceDay) -> Iterator[str]:
    """Who has said to be late and is not yet aboard."""
    notes = RiderNote.objects.filter(booking__service_day=day, booking__state=Booking.State.BOOKED)
    yield from notes.values_list("booking__code", flat=True).distinct()


def _seen(shifts: Mapping[str, DayShift], forecasts: Mapping[str, RouteForecast]) -> Iterator[Seen]:
    """Each vehicle once: where two shifts of one have been heard of, the newer."""
    newest: dict[str, RouteForecast] = {}
    for forecast in forecasts.values():
        before = newest.get(forecast.vehicle_code)
        if forecast.newest and (before is None or before.newest is None or before.newest.at_s < forecast.newest.at_s):
            newest[forecast.vehicle_code] = forecast
    for code in sorted(newest):
        forecast = newest[code]
        point, shift = forecast.newest, shifts[forecast.shift_code]
        assert point is not None
        yield Seen(
            code, shift.vehicle.name, shift.code, round(point.lat, 5), round(point.lon, 5), forecast.bearing,
            int(point.at_s), forecast.is_fresh,
        )  # fmt: skip
