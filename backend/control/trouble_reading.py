"""Looks for troubles on a day: in the plan and its forecasts; what others report is looked for in `trouble_reports`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.bookings.closures import roads_on
from backend.bookings.localtime import as_clock, to_moment, to_seconds
from backend.bookings.models import Booking, BrokenPromise, DayShift, ServiceDay
from backend.bookings.planning import DayPlan, current_plan
from backend.control.paper_troubles import paper_troubles
from backend.control.trouble_reports import Reported
from backend.control.troubles import (
    OVERRUN_S,
    Remedy,
    Trouble,
    TroubleKind,
    in_order,
    is_raised,
    promise_level,
    silence_level,
)
from backend.districts.selectors import roads_of
from backend.driving.selectors import open_duties
from backend.operations.board_forecast import RouteForecast, forecasts_of_day
from backend.operations.eta import AHEAD_S, chance_after
from dispatch.model import EventKind
from fixtures.working_time import needed_rest, rest_of, work_of
from routing.closures import CUT_OFF_S

NOBODY_YET_S = 300  # so long after its beginning somebody should have signed in for a shift
BREAK_GRACE_S = 600
LATER_S = 3600  # a promise that breaks later than in an hour is no matter of this minute


def troubles_of(day: ServiceDay, now: datetime, open_keys: Collection[str] = frozenset()) -> list[Trouble]:
    """Everything that is wrong on a day at a moment, the most urgent first.

    `open_keys`: of troubles that are open already; they stay open down to a lower limit than new ones are raised at.
    """
    return in_order(list(_Look(day, now, open_keys).all()))


class _Look:
    """A day at a moment, read once."""

    def __init__(self, day: ServiceDay, now: datetime, open_keys: Collection[str]) -> None:
        self.day, self.now, self.open_keys = day, now, open_keys
        self.zone = ZoneInfo(day.district.timezone)
        self.now_s = to_seconds(now, day.date, self.zone)
        self.plan: DayPlan = current_plan(day)
        self.shifts = {row.code: row for row in day.day_shifts.select_related("vehicle")}
        self.forecasts = forecasts_of_day(day, now, self.plan) if day.plan_version else {}
        live = day.bookings.filter(state__in=(Booking.State.BOOKED, Booking.State.ABOARD))
        self.live = {row.code: row for row in live.select_related("offer")}

    def all(self) -> Iterator[Trouble]:
        for code, forecast in self.forecasts.items():
            shift = self.shifts[code]
            yield from self._promises(shift, forecast)
            yield from self._line(shift, forecast)
            yield from self._overrun(shift, forecast)
            yield from self._rest(shift, forecast)
        yield from self._cut_off()
        yield from self._broken()
        yield from paper_troubles(self.day, self.now_s, self.shifts)
        yield from Reported(self.day, self.now, self.shifts).all()

    def clock(self, second: float) -> str:
        return as_clock(int(second), self.day.date, self.zone)

    # -- the plan and its forecasts --------------------------------------------------------------------------------

    def _told(self, code: str) -> tuple[int, int]:
        row = self.live[code]
        amended = row.amended or {}
        return (
            max(row.offer.pickup_latest_s, amended.get("pickup_latest_s", 0)),
            max(row.offer.delivery_latest_s, amended.get("delivery_latest_s", 0)),
        )

    def _promises(self, shift: DayShift, forecast: RouteForecast) -> Iterator[Trouble]:
        worst: dict[str, tuple[float, int, int, bool]] = {}
        for number, arrival in forecast.arrivals.items():
            visit = forecast.visits[number]
            for codes, is_pickup in ((visit.boards, True), (visit.leaves, False)):
                for code in codes:
                    if code not in self.live or (is_pickup and self.live[code].state != Booking.State.BOOKED):
                        continue
                    limit_s = self._told(code)[0 if is_pickup else 1]
                    if limit_s - self.now_s > AHEAD_S:
                        continue
                    chance = chance_after(arrival.low_s, arrival.likely_s, arrival.high_s, limit_s)
                    late_s = round(max(0.0, arrival.likely_s - limit_s))
                    if code not in worst or chance > worst[code][0]:
                        worst[code] = (chance, limit_s, late_s, is_pickup)
        for code, (chance, limit_s, late_s, is_pickup) in worst.items():
            if not is_raised(chance, f"{TroubleKind.PROMISE}:{code}", self.open_keys):
                continue
            values = {
                "code": code,
                "vehicle": shift.vehicle.name,
                "time": self.clock(limit_s),
                "percent": round(100 * chance),
            }
            title = _("Fahrt %(code)s: %(vehicle)s kommt wohl zu spät") % values
            text = _("Abholung zugesagt bis %(time)s. Das misslingt mit %(percent)d Prozent.")
            if not is_pickup:
                text = _("Ankunft zugesagt bis %(time)s. Das misslingt mit %(percent)d Prozent.")
            text %= values
            if late_s >= 60:
                text += " " + _("Voraussichtlich %(minutes)d Minuten zu spät.") % {"minutes": -(-late_s // 60)}
            yield Trouble(
                TroubleKind.PROMISE, code, promise_level(chance, limit_s - self.now_s), title, text, limit_s, chance,
                shift.vehicle.code, (code,), self._remedies_of_ride(code),
            )  # fmt: skip

    def _remedies_of_ride(self, code: str) -> tuple[Remedy, ...]:
        if self.live[code].state == Booking.State.ABOARD:
            return ()
        return (
            Remedy(_("Anderem Fahrzeug geben"), {"kind": "move", "booking": code}),
            Remedy(_("Taxi einsetzen"), {"kind": "taxi", "stop": self.live[code].offer.pickup_stop.code}),
        )

    def _line(self, shift: DayShift, forecast: RouteForecast) -> Iterator[Trouble]:
        if not shift.start_s + NOBODY_YET_S <= self.now_s < shift.end_s or shift.vehicle.firm:
            return
        ahead = [visit for visit in forecast.visits[forecast.done :] if visit.boards or visit.leaves]
        last = [visit for visit in forecast.visits if visit.end_s > self.now_s]
        if not last:
            return
        values = {"vehicle": shift.vehicle.name}
        call = Remedy(_("Fahrzeug ausgefallen"), {"kind": "breakdown", "shift": shift.code})
        if forecast.newest is None:
            if shift.vehicle_id in self._duties():
                return
            level = 3 if ahead and ahead[0].start_s - self.now_s < 1800 else 2 if ahead else 1
            yield Trouble(
                TroubleKind.NO_DEVICE, shift.code, level, _("%(vehicle)s: niemand ist angemeldet") % values,
                _("Die Schicht läuft seit %(time)s. Rufen Sie den Fahrer an.") % {"time": self.clock(shift.start_s)},
                shift.start_s, None, shift.vehicle.code, (), (call,),
            )  # fmt: skip
            return
        key = f"{TroubleKind.SILENT}:{shift.code}"
        level = silence_level(self.now_s - forecast.newest.at_s, key, self.open_keys)
        if level:
            yield Trouble(
                TroubleKind.SILENT, shift.code, level if ahead else 1, _("%(vehicle)s meldet sich nicht") % values,
                _("Zuletzt gehört um %(time)s. Rufen Sie den Fahrer an.") % {"time": self.clock(forecast.newest.at_s)},
                int(forecast.newest.at_s), None, shift.vehicle.code, (), (call,),
            )  # fmt: skip

    def _duties(self) -> set[int]:
        return set(open_duties(self.day).values_list("vehicle_id", flat=True))

    def _overrun(self, shift: DayShift, forecast: RouteForecast) -> Iterator[Trouble]:
        arrival = forecast.arrivals.get(len(forecast.visits) - 1)
        planned_s = (shift.overrun or {}).get("end_s", 0)
        end_s = max(arrival.likely_s if arrival else 0.0, planned_s)
        is_open = f"{TroubleKind.OVERRUN}:{shift.code}" in self.open_keys
        if end_s - shift.end_s < (60 if is_open else OVERRUN_S):
            return
        minutes = -(-round(end_s - shift.end_s) // 60)
        values = {"vehicle": shift.vehicle.name, "minutes": minutes, "time": self.clock(shift.end_s)}
        remedies = (
            Remedy(_("Schicht verlängern"), {"kind": "shift", "shift": shift.code, "end_s": -(-round(end_s) // 900) * 900}),
        )  # fmt: skip
        yield Trouble(
            TroubleKind.OVERRUN, shift.code, 3 if minutes > 30 else 2 if minutes > 10 else 1,
            _("%(vehicle)s wird nicht rechtzeitig fertig") % values,
            _("Dienstende %(time)s, voraussichtlich %(minutes)d Minuten später.") % values,
            shift.end_s, None, shift.vehicle.code, (), remedies,
        )  # fmt: skip

    def _rest(self, shift: DayShift, forecast: RouteForecast) -> Iterator[Trouble]:
        breaks = tuple((int(a), int(b), int(c)) for a, b, c in shift.breaks)
        end_s = max(shift.end_s, (shift.overrun or {}).get("end_s", 0))
        missing_s = needed_rest(work_of(shift.start_s, end_s, breaks)) - rest_of(breaks)
        late = [
            visit
            for number, visit in enumerate(forecast.visits)
            if visit.kind == "break" and number >= forecast.done and self._latest_rest(breaks) + BREAK_GRACE_S < self.now_s
        ]  # fmt: skip
        if self.now_s > end_s or (missing_s <= 0 and not late):
            return
        values = {"vehicle": shift.vehicle.name, "minutes": max(missing_s, 0) // 60}
        text = _("Die Pause müsste schon begonnen haben.")
        if missing_s > 0:
            text = _("Für so viel Arbeitszeit fehlen %(minutes)d Minuten Pause (Arbeitszeitgesetz).") % values
        remedies = (Remedy(_("Schicht ändern"), {"kind": "shift", "shift": shift.code, "end_s": shift.end_s}),)
        yield Trouble(
            TroubleKind.NO_BREAK, shift.code, 2, _("%(vehicle)s: Fahrer ohne Pause") % values, text, None, None,
            shift.vehicle.code, (), remedies,
        )  # fmt: skip

    @staticmethod
    def _latest_rest(breaks: tuple[tuple[int, int, int], ...]) -> int:
        return max((rest[1] for rest in breaks), default=1 << 30)

    def _cut_off(self) -> Iterator[Trouble]:
        """Vehicles under way to where no road leads any more, past what is closed now."""
        roads = roads_on(self.day)
        if roads is roads_of(self.day.district):
            return
        for shift, route in zip(self.plan.plan.shifts, self.plan.plan.routes, strict=True):
            past, ahead = route.events[: route.done], route.events[route.done :]
            under_way = {
                event.request_id for event in route.events[: max(route.done, route.locked)] if event.request_id
            }
            here, cut = past[-1].location if past else shift.start_location, []
            for event in ahead:
                origin, target = self.plan.travel.stop_of(here), self.plan.travel.stop_of(event.location)
                if roads.seconds[origin, target] >= CUT_OFF_S and event.request_id in under_way:
                    cut.append(event.request_id)
                here = event.location
            if not past or not cut:
                continue
            row = self.shifts[shift.id]
            codes = tuple(dict.fromkeys(code for code in cut if code))
            values = {"vehicle": row.vehicle.name, "codes": ", ".join(codes)}
            remedies = (
                Remedy(_("Fahrzeug ausgefallen"), {"kind": "breakdown", "shift": shift.id}),
                Remedy(_("Sperrung zurücknehmen"), None, "interventions"),
            )
            yield Trouble(
                TroubleKind.CUT_OFF, shift.id, 3, _("%(vehicle)s kommt nicht an der Sperrung vorbei") % values,
                _("Unterwegs: %(codes)s. Rufen Sie den Fahrer an, und entscheiden Sie mit ihm.") % values, None, None,
                row.vehicle.code, codes, remedies,
            )  # fmt: skip

    def _broken(self) -> Iterator[Trouble]:
        """Promises that the plan itself can keep no more."""
        shift_of = {
            event.request_id: shift
            for shift, route in zip(self.plan.plan.shifts, self.plan.plan.routes, strict=True)
            for event in route.events
            if event.request_id and event.kind is EventKind.DELIVERY
        }
        by_code: dict[str, int] = {}
        for code, by_s in BrokenPromise.objects.filter(
            booking__service_day=self.day, booking__state__in=("booked", "aboard")
        ).values_list("booking__code", "by_s"):
            by_code[code] = max(by_s, by_code.get(code, 0))
        for code, by_s in sorted(by_code.items()):
            if code not in self.live or code not in shift_of or by_s < 60:
                continue
            vehicle, due_s = shift_of[code].vehicle.id, self._told(code)[0]
            minutes = -(-by_s // 60)
            values = {"code": code, "n": minutes, "vehicle": self.shifts[shift_of[code].id].vehicle.name}
            text = ngettext(
                "%(vehicle)s: nach dem Plan fehlt %(n)d Minute.",
                "%(vehicle)s: nach dem Plan fehlen %(n)d Minuten.",
                minutes,
            )
            yield Trouble(
                TroubleKind.PROMISE, f"{code}:plan", 3 if due_s - self.now_s <= LATER_S else 2,
                _("Fahrt %(code)s: die Zusage hält nicht mehr") % values, text % values, due_s, 1.0, vehicle, (code,),
                self._remedies_of_ride(code),
            )  # fmt: skip


def moment_of(day: ServiceDay, second: int) -> datetime:
    """The local moment of a second of a day."""
    return to_moment(second, day.date, ZoneInfo(day.district.timezone))


__all__ = ["moment_of", "troubles_of"]
