"""An intervention fitted to a service day: what the plan would become, who is affected and how. Writes nothing.

The same function answers the preview and the act itself, so that nothing can happen which a preview would not have said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal, WayOut
from backend.bookings.closures import closed_on
from backend.bookings.interventions import (
    AddTaxi,
    BreakDown,
    ChangeShift,
    CloseRoad,
    Keep,
    Move,
    Restore,
    Suspend,
    SwapVehicles,
)
from backend.bookings.localtime import as_clock, to_seconds
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.plan_document import booked_request, engine_shift, only_on, promised_request
from backend.bookings.planning import DayPlan, UnderWay, travel_of
from backend.bookings.rearranging import Allowed, NoBreak, Rearranged, Rearranging, Wanted, times_of
from backend.bookings.rules import zone_for
from backend.bookings.working_time import breaks_for, hours_refusal
from backend.districts.models import Stop, Vehicle
from backend.districts.selectors import rules_of, stop_by_code
from dispatch.layout import I32
from dispatch.model import EventKind, Request, Route, Shift
from fixtures.rules import Rules
from routing.errors import RoadError

LIVE = (Booking.State.BOOKED, Booking.State.ABOARD)
SOON_S = 5400  # who was aboard a vehicle that broke down is fetched within this time, or a taxi must be called


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

    def __init__(self, day: ServiceDay, before: DayPlan, now: datetime, travel_s: I32 | None = None) -> None:
        self.day, self.before, self.now = day, before, now
        self.zone = ZoneInfo(day.district.timezone)
        self.now_s = to_seconds(now, day.date, self.zone)
        self.work = Rearranging(before, self.now_s, travel_s)
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
        free = replace(request, features=_without_lock(request))
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


def rearrange(day: ServiceDay, before: DayPlan, intervention: Any, now: datetime) -> Outcome | Refusal:
    """What an intervention would make of a day's plan, or why it cannot be done. Raises InvalidInput."""
    try:
        situation = Situation(day, before, now, _travel_after(day, intervention))
    except RoadError:
        raise InvalidInput("target", _("Zwischen diesen Haltestellen gibt es keine Straße.")) from None
    try:
        return ACTS[type(intervention)](situation, intervention)
    except UnderWay as error:
        return _under_way(situation, str(error))
    except NoBreak:
        reason = _("In dieser Schicht ist kein Platz mehr für die Pause, die das Arbeitszeitgesetz verlangt.")
        return Refusal("no_break", reason, (_other(_("Wählen Sie ein früheres Ende, oder bestellen Sie ein Taxi.")),))


def _travel_after(day: ServiceDay, intervention: Any) -> I32 | None:
    """Driving seconds from now on, where an intervention alters them."""
    if isinstance(intervention, CloseRoad):
        ends = [stop_by_code(day.district, code) for code in (intervention.origin, intervention.target)]
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            name = "origin" if ends[0] is None else "target"
            raise InvalidInput(name, _("Nennen Sie zwei verschiedene Haltestellen."))
        return travel_of(day, closed_on(day) | {(ends[0].number, ends[1].number, intervention.both_ways)})
    if isinstance(intervention, Restore) and intervention.closure:
        return travel_of(day, closed_on(day, without=intervention.closure))
    return None


def _under_way(situation: Situation, code: str) -> Refusal:
    if code in situation.rows:
        reason = _("Die Schicht %(shift)s hat schon begonnen.") % {"shift": code}
        return Refusal("shift_begun", reason, (_other(_("Legen Sie einzelne Fahrten um.")),))
    reason = _("Der Bus ist schon auf dem Weg zu Fahrt %(code)s, oder der Fahrgast ist an Bord.") % {"code": code}
    return Refusal("already_under_way", reason, (_other(_("Rufen Sie den Fahrer an.")),))


def _other(text: str) -> WayOut:
    return WayOut("dispatcher", text)


# -- the acts ------------------------------------------------------------------------------------------------------


def _move(at: Situation, act: Move) -> Outcome | Refusal:
    booking, now_on = at.booking(act.booking), at.shift_of(act.booking)
    if act.vehicle and act.vehicle not in {shift.vehicle.id for shift in at.before.plan.shifts}:
        raise InvalidInput("vehicle", _("Dieses Fahrzeug fährt an diesem Tag nicht."))
    if act.vehicle == now_on.vehicle.id:
        reason = _("Die Fahrt ist schon auf diesem Fahrzeug.")
        return Refusal("same_vehicle", reason, (_other(_("Wählen Sie ein anderes Fahrzeug.")),))
    request = at.work.take_out(act.booking)
    if booking.kept_on:
        request = replace(request, features=request.features - {only_on(booking.kept_on.code)})
        at.kept[act.booking] = ""

    def allowed(shift: Shift) -> bool:
        return shift.vehicle.id == act.vehicle if act.vehicle else shift.vehicle.id != now_on.vehicle.id

    at.work.seat([Wanted(request, told_request(booking), allowed)])
    placed = next((shift for shift, route in _pairs(at) if _serves(route, act.booking)), None)
    if placed is None:
        reason = _("Auf diesem Fahrzeug ist für die Fahrt kein Platz, auch nicht eine Stunde später.")
        if not act.vehicle:
            reason = _("Auf keinem anderen Fahrzeug ist für die Fahrt Platz, auch nicht eine Stunde später.")
        way = _other(_("Verlängern Sie eine Schicht, bestellen Sie ein Taxi, oder rufen Sie den Fahrgast an."))
        return Refusal("no_place", reason, (way,))
    if act.keep:
        at.kept[act.booking] = placed.vehicle.id
        at.work.tag([placed.vehicle.id], only_on)
        features = request.features | {only_on(placed.vehicle.id)}
        at.work.alter(replace(at.work.plan.requests[act.booking], features=features))
    elif booking.kept_on:
        at.work.alter(at.work.plan.requests[act.booking])
    return at.outcome()


def _keep(at: Situation, act: Keep) -> Outcome | Refusal:
    booking, shift = at.booking(act.booking), at.shift_of(act.booking)
    if act.on == bool(booking.kept_on):
        reason = _("Diese Fahrt ist schon festgelegt.") if act.on else _("Diese Fahrt ist nicht festgelegt.")
        return Refusal("as_it_is", reason, (_other(_("Es ist nichts zu tun.")),))
    request = at.work.plan.requests[act.booking]
    if act.on:
        at.kept[act.booking] = shift.vehicle.id
        at.work.alter(replace(request, features=request.features | {only_on(shift.vehicle.id)}))
    elif booking.kept_on:
        at.kept[act.booking] = ""
        at.work.alter(replace(request, features=request.features - {only_on(booking.kept_on.code)}))
    return at.outcome()


def _swap(at: Situation, act: SwapVehicles) -> Outcome | Refusal:
    one, other = at.shift(act.shift), at.shift(act.other, "other")
    if one.vehicle_id == other.vehicle_id:
        reason = _("Beide Schichten fahren mit demselben Fahrzeug.")
        return Refusal("same_vehicle", reason, (_other(_("Wählen Sie Schichten mit zwei Fahrzeugen.")),))
    for row in (one, other):
        _not_begun(at, row.code)
    rows = (_row_of(one, vehicle=other.vehicle.code), _row_of(other, vehicle=one.vehicle.code))
    busy = _busy(at, rows)
    if busy:
        return busy
    shifts = {}
    for row, vehicle in ((one, other.vehicle), (other, one.vehicle)):
        shifts[row.code] = _engine(at, row, vehicle, row.start_s, row.end_s, row.breaks)
    at.reseat(at.work.reshape(shifts))
    return at.outcome(rows)


def _change_shift(at: Situation, act: ChangeShift) -> Outcome | Refusal:
    row = at.shift(act.shift)
    start_s = row.start_s if act.start_s is None else act.start_s
    end_s = row.end_s if act.end_s is None else act.end_s
    if (start_s, end_s) == (row.start_s, row.end_s):
        reason = _("Die Schicht hat schon diese Zeiten.")
        return Refusal("as_it_is", reason, (_other(_("Wählen Sie eine andere Zeit.")),))
    if start_s >= end_s:
        raise InvalidInput("end_s", _("Das Ende muss nach dem Beginn liegen."))
    if start_s != row.start_s:
        _not_begun(at, row.code)
        if start_s < at.now_s:
            raise InvalidInput("start_s", _("Der Beginn liegt schon in der Vergangenheit."))
    if end_s != row.end_s and end_s < at.now_s:
        raise InvalidInput("end_s", _("Das Ende liegt schon in der Vergangenheit."))
    breaks = breaks_for(start_s, end_s, tuple(tuple(rest) for rest in row.breaks), at.now_s)
    refusal = hours_refusal(start_s, end_s, breaks)
    if refusal:
        return refusal
    rows = (_row_of(row, start_s=start_s, end_s=end_s, breaks=breaks),)
    busy = _busy(at, rows)
    if busy:
        return busy
    shift = _engine(at, row, row.vehicle, start_s, end_s, breaks)
    at.reseat(at.work.reshape({row.code: shift}))
    remarks = []
    if len(breaks) > len(row.breaks):
        rest = breaks[-1]
        text = _("Das Arbeitszeitgesetz verlangt eine Pause von %(minutes)d Minuten. Sie ist jetzt eingeplant.")
        remarks.append(text % {"minutes": rest[2] // 60})
    return at.outcome(rows, remarks=tuple(remarks))


def _add_taxi(at: Situation, act: AddTaxi) -> Outcome | Refusal:
    stop = at.stop(act.stop)
    if act.end_s <= max(act.start_s, at.now_s):
        raise InvalidInput("end_s", _("Das Ende muss nach dem Beginn und in der Zukunft liegen."))
    if not (0 < act.seats <= 60 and 0 <= act.wheelchairs <= 6 and 0 <= act.storage <= 60):
        raise InvalidInput("seats", _("Ein Taxi hat mindestens einen Sitzplatz."))
    vehicle = hired_vehicle(at.day, act, stop)
    taken = [code for code in at.rows if code.startswith(f"{vehicle.code}-")]
    row = ShiftRow(f"{vehicle.code}-{len(taken) + 1}", vehicle.code, act.start_s, act.end_s, (), act)
    busy = _busy(at, (row,))
    if busy:
        return busy
    shift = engine_shift(DayShift(code=row.code, vehicle=vehicle, start_s=act.start_s, end_s=act.end_s, breaks=[]))
    at.work.reshape({row.code: shift})
    text = _(
        "Rufen Sie %(firm)s an, bevor Sie bestätigen: %(phone)s. Das Taxi hat keine App, sagen Sie die Fahrten durch."
    )
    return at.outcome((row,), remarks=(text % {"firm": act.firm, "phone": act.phone},))


def _break_down(at: Situation, act: BreakDown) -> Outcome | Refusal:
    row, stop = at.shift(act.shift), at.stop(act.stop)
    if not row.start_s <= at.now_s <= row.end_s:
        reason = _("Die Schicht fährt gerade nicht.")
        way = _other(_("Steht das Fahrzeug für eine spätere Schicht nicht bereit, tauschen Sie es."))
        return Refusal("not_on_duty", reason, (way,))
    route = at.route_of(act.shift)
    if route.locked >= len(route.events):
        reason = _("Dieses Fahrzeug fährt heute nicht mehr.")
        return Refusal("as_it_is", reason, (_other(_("Es ist nichts zu tun.")),))
    boarded = [event.request_id for event in route.events[: route.done] if event.kind is EventKind.PICKUP]
    left = {event.request_id for event in route.events[: route.done] if event.kind is EventKind.DELIVERY}
    codes = list(dict.fromkeys(event.request_id for event in route.events if event.request_id not in {None, *left}))
    live = at.bookings(code for code in codes if code)
    if act.aboard is None:
        aboard = [code for code in codes if code in live and _is_aboard(live[code], code in boarded)]
    else:
        unknown = set(act.aboard) - live.keys()
        if unknown:
            raise InvalidInput("aboard", _("Fahrt %(code)s fährt nicht mit diesem Bus.") % {"code": min(unknown)})
        aboard = list(act.aboard)
    waiting = [code for code in codes if code in live and code not in aboard]
    requests = {request.id: request for request in at.work.withdraw(act.shift, aboard, waiting)}
    wanted = [_onward(at, requests[code], live[code], stop) for code in aboard]
    for code in waiting:
        request = requests[code]
        if live[code].kept_on_id == row.vehicle_id:
            request = at.let_go(request)
        wanted.append(Wanted(request, told_request(live[code])))
    for one in wanted[: len(aboard)]:
        at.work.alter(one.request)
        if live[one.request.id].kept_on_id:
            at.kept[one.request.id] = ""
    at.work.seat(wanted)
    return at.outcome(transferred=tuple(aboard))


def _is_aboard(booking: Booking, boarded: bool) -> bool:
    """By the driver's events; where there are none of this shift, by the plan."""
    return booking.state == Booking.State.ABOARD or boarded


def _onward(at: Situation, request: Request, booking: Booking, stop: Stop) -> Wanted:
    """The rest of a ride: from where the vehicle stands, as soon as possible, to where it was to go."""
    features = _without_lock(request)
    travel_s = int(at.before.travel_s[stop.number, request.delivery_location])
    until_s = max(request.delivery_latest_s, at.now_s + travel_s + request.pickup_dwell_s)
    rest = replace(
        request, pickup_location=stop.number, pickup_earliest_s=at.now_s, pickup_latest_s=at.now_s + SOON_S,
        delivery_latest_s=until_s, max_ride_s=max(request.max_ride_s, travel_s), features=features,
    )  # fmt: skip
    return Wanted(rest, replace(rest, delivery_latest_s=max(until_s, told_request(booking).delivery_latest_s)))


def _suspend(at: Situation, act: Suspend) -> Outcome | Refusal:
    rules = rules_of(at.day.district)
    unknown = set(act.zones) - {zone.id for zone in rules.zones}
    if unknown:
        raise InvalidInput("zones", _("Diese Zone gibt es nicht: %(zone)s.") % {"zone": min(unknown)})
    if not act.why.strip():
        raise InvalidInput("why", _("Schreiben Sie, was die Fahrgäste lesen sollen, zum Beispiel „Glatteis“."))
    if act.until_s <= max(act.from_s, at.now_s):
        raise InvalidInput("until_s", _("Das Ende muss nach dem Beginn und in der Zukunft liegen."))
    going, kept = [], []
    for code in sorted(at.before.plan.requests):
        if not _hit(at, rules, code, act):
            continue
        if code in act.keep:
            kept.append(code)
            continue
        try:
            at.work.drop(code)
        except UnderWay:
            going.append(code)
    remarks = []
    if going:
        text = _("Schon unterwegs, entscheiden Sie mit dem Fahrer: %(codes)s.")
        remarks.append(text % {"codes": ", ".join(going)})
    if kept:
        remarks.append(_("Fährt trotzdem, weil Sie es so wollen: %(codes)s.") % {"codes": ", ".join(kept)})
    return at.outcome(remarks=tuple(remarks), suspends=act)


def _close_road(at: Situation, act: CloseRoad) -> Outcome | Refusal:
    if act.until_s <= at.now_s:
        raise InvalidInput("until_s", _("Das Ende muss in der Zukunft liegen."))
    at.reseat(at.work.mend_all())
    remarks = [_("Ab sofort bis %(time)s planen alle um die Sperrung herum.") % {"time": at.clock(act.until_s)}]
    return at.outcome(remarks=tuple(remarks), closes=act)


def _hit(at: Situation, rules: Rules, code: str, act: Suspend) -> bool:
    """Whether a ride would be under way while the service stands still."""
    row = at.bookings([code]).get(code)
    if row is None or row.state == Booking.State.ABOARD:
        return False
    offer = row.offer
    zone = zone_for(rules, offer.pickup_stop.village, offer.delivery_stop.village)
    if act.zones and zone.id not in act.zones:
        return False
    pickup_s, delivery_s = times_of(at.before.plan, code)
    return pickup_s < act.until_s and delivery_s > act.from_s


def _restore(at: Situation, act: Restore) -> Outcome | Refusal:
    at.work.tag(at.keeping | {was["kept_on"] for was in act.bookings.values()} - {""}, only_on)
    rows, homeless = _restore_shifts(at, act)
    rides = at.bookings(act.bookings)
    stays = [code for code in act.bookings if code not in rides]
    wanted: list[Wanted] = []
    left: list[Request] = []
    for code, was in act.bookings.items():
        if code not in rides:
            continue
        asked = _as_before(at, rides[code], was)
        if code in at.work.plan.requests:
            present = next(shift.id for shift, route in _pairs(at) if _serves(route, code))
            try:
                at.work.take_out(code)
            except UnderWay:
                stays.append(code)
                continue
            at.kept[code] = was["kept_on"]
            if at.work.place(asked, _on_shift(was["shift"])):
                at.work.alter(asked)
            else:
                stays.append(code)
                del at.kept[code]
                now = booked_request(rides[code])
                if not at.work.place(now, _on_shift(present)):
                    left.append(now)
        elif code in homeless:
            at.kept[code] = was["kept_on"]
            at.work.alter(asked)
            wanted.append(Wanted(asked, told_request(rides[code])))
            homeless.pop(code)
    at.work.seat(wanted)
    at.reseat([*left, *homeless.values()])
    return at.outcome(rows, remarks=_stays_remarks(at, stays), lifts=act.suspension, opens=act.closure)


def _restore_shifts(at: Situation, act: Restore) -> tuple[list[ShiftRow], dict[str, Request]]:
    """Shifts as they were, and the rides that then have no place."""
    rows: list[ShiftRow] = []
    homeless: dict[str, Request] = {}
    shifts: dict[str, Shift] = {}
    for code, was in act.shifts.items():
        row = at.rows.get(code)
        if row is None:
            continue
        if was is None:
            homeless |= {request.id: request for request in at.work.remove_shift(code)}
            rows.append(replace(_row_of(row), is_removed=True))
            continue
        vehicle = row.vehicle
        if was["vehicle"] != vehicle.code:
            _not_begun(at, code)
            vehicle = Vehicle.objects.select_related("depot").get(district=at.day.district, code=was["vehicle"])
        if was["start_s"] != row.start_s:
            _not_begun(at, code)
        shifts[code] = _engine(at, row, vehicle, was["start_s"], was["end_s"], was["breaks"])
        breaks = tuple((int(a), int(b), int(c)) for a, b, c in was["breaks"])
        rows.append(ShiftRow(code, vehicle.code, was["start_s"], was["end_s"], breaks))
    homeless |= {request.id: request for request in at.work.reshape(shifts)}
    for code, driven in act.withdrawn.items():
        at.work.reopen(code, driven)
    return rows, homeless


def _as_before(at: Situation, booking: Booking, was: Mapping[str, Any]) -> Request:
    request = replace(promised_request(booking.code, booking.offer), **(was["amended"] or {}))
    if was["kept_on"]:
        request = replace(request, features=request.features | {only_on(was["kept_on"])})
    return request


def _stays_remarks(at: Situation, stays: list[str]) -> tuple[str, ...]:
    if not stays:
        return ()
    text = _("Das geht nicht mehr zurück: %(codes)s. Der Tag ist schon weiter, oder die Fahrt ist abgesagt.")
    return (text % {"codes": ", ".join(sorted(stays))},)


# -- small things --------------------------------------------------------------------------------------------------


def hired_vehicle(day: ServiceDay, act: AddTaxi, depot: Stop) -> Vehicle:
    """The vehicle of another firm: the one that is known, or a new row that is not saved yet."""
    name = slugify(act.firm)[:24] or "firma"
    code = f"taxi-{name}-{act.seats}-{act.wheelchairs}-{act.storage}"[:40]
    known = Vehicle.objects.filter(district=day.district, code=code).select_related("depot").first()
    if known:
        known.depot, known.firm_phone = depot, act.phone
        return known
    return Vehicle(
        district=day.district, code=code, name=act.firm[:80], kind_name=str(_("Taxi")), depot=depot, firm=act.firm[:80],
        firm_phone=act.phone, configurations=_configurations(act), features=["ramp"] if act.wheelchairs else [],
    )  # fmt: skip


def _configurations(act: AddTaxi) -> list[list[int]]:
    return [[act.seats, act.wheelchairs, act.storage]]


def _engine(at: Situation, row: DayShift, vehicle: Vehicle, start_s: int, end_s: int, breaks: Any) -> Shift:
    own = DayShift(code=row.code, vehicle=vehicle, start_s=start_s, end_s=end_s, breaks=[list(rest) for rest in breaks])
    return engine_shift(own, vehicle.code in at.keeping)


def _row_of(row: DayShift, **changes: Any) -> ShiftRow:
    breaks = tuple((int(a), int(b), int(c)) for a, b, c in row.breaks)
    return replace(ShiftRow(row.code, row.vehicle.code, row.start_s, row.end_s, breaks), **changes)


def _not_begun(at: Situation, shift_code: str) -> None:
    (route,) = (route for route in at.work.plan.routes if route.shift_id == shift_code)
    if route.done > 1 or route.locked > 1 or at.rows[shift_code].start_s <= at.now_s:
        raise UnderWay(shift_code)


def _busy(at: Situation, rows: Iterable[ShiftRow]) -> Refusal | None:
    """No to a vehicle that would drive two shifts at once."""
    changed = {row.code: row for row in rows}
    all_rows = [changed.get(code) or _row_of(row) for code, row in at.rows.items()]
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
                    "vehicle_busy", reason, (_other(_("Wählen Sie eine andere Zeit oder ein anderes Fahrzeug.")),)
                )
    return None


def _without_lock(request: Request) -> frozenset[str]:
    return frozenset(one for one in request.features if not one.startswith(only_on("")))


def _on_shift(code: str) -> Allowed:
    return lambda shift: shift.id == code


def _pairs(at: Situation) -> Iterable[tuple[Shift, Any]]:
    return zip(at.work.plan.shifts, at.work.plan.routes, strict=True)


def _serves(route: Any, code: str) -> bool:
    return any(event.request_id == code for event in route.events)


ACTS: dict[type[Any], Callable[[Situation, Any], Outcome | Refusal]] = {
    Move: _move,
    Keep: _keep,
    SwapVehicles: _swap,
    ChangeShift: _change_shift,
    AddTaxi: _add_taxi,
    BreakDown: _break_down,
    Suspend: _suspend,
    CloseRoad: _close_road,
    Restore: _restore,
}
