"""Shifts and vehicles by hand: swapped, longer, a taxi, out of service. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.interventions import (
    AddTaxi,
    BreakDown,
    ChangeShift,
    SwapVehicles,
)
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.plan_document import engine_shift
from backend.bookings.rearranged import Wanted
from backend.bookings.situation import (
    Outcome,
    ShiftRow,
    Situation,
    busy_refusal,
    day_shift_for_engine,
    not_begun,
    other_way,
    row_of,
    told_request,
    without_lock,
)
from backend.bookings.working_time import breaks_for, hours_refusal
from backend.districts.models import Stop, Vehicle
from dispatch.model import EventKind, Request

LATEST_END_S = 30 * 3600  # of a service day, as of every shift
SOON_S = 5400  # who was aboard a vehicle that broke down is fetched within this time, or a taxi must be called


def swap(at: Situation, act: SwapVehicles) -> Outcome | Refusal:
    one, other = at.shift(act.shift), at.shift(act.other, "other")
    if one.vehicle_id == other.vehicle_id:
        reason = _("Beide Schichten fahren mit demselben Fahrzeug.")
        return Refusal("same_vehicle", reason, (other_way(_("Wählen Sie Schichten mit zwei Fahrzeugen.")),))
    for row in (one, other):
        not_begun(at, row.code)
    rows = (row_of(one, vehicle=other.vehicle.code), row_of(other, vehicle=one.vehicle.code))
    busy = busy_refusal(at, rows)
    if busy:
        return busy
    shifts = {}
    for row, vehicle in ((one, other.vehicle), (other, one.vehicle)):
        shifts[row.code] = day_shift_for_engine(at, row, vehicle, row.start_s, row.end_s, row.breaks)
    at.reseat(at.work.reshape(shifts))
    return at.outcome(rows)


def change_shift(at: Situation, act: ChangeShift) -> Outcome | Refusal:
    row = at.shift(act.shift)
    start_s = row.start_s if act.start_s is None else act.start_s
    end_s = row.end_s if act.end_s is None else act.end_s
    if (start_s, end_s) == (row.start_s, row.end_s):
        reason = _("Die Schicht hat schon diese Zeiten.")
        return Refusal("as_it_is", reason, (other_way(_("Wählen Sie eine andere Zeit.")),))
    if start_s >= end_s:
        raise InvalidInput("end_s", _("Das Ende muss nach dem Beginn liegen."))
    if start_s != row.start_s:
        not_begun(at, row.code)
        if start_s < at.now_s:
            raise InvalidInput("start_s", _("Der Beginn liegt schon in der Vergangenheit."))
    if end_s != row.end_s and end_s < at.now_s:
        raise InvalidInput("end_s", _("Das Ende liegt schon in der Vergangenheit."))
    breaks = breaks_for(start_s, end_s, tuple(tuple(rest) for rest in row.breaks), at.now_s)
    refusal = hours_refusal(start_s, end_s, breaks)
    if refusal:
        return refusal
    rows = (row_of(row, start_s=start_s, end_s=end_s, breaks=breaks),)
    busy = busy_refusal(at, rows)
    if busy:
        return busy
    shift = day_shift_for_engine(at, row, row.vehicle, start_s, end_s, breaks)
    at.reseat(at.work.reshape({row.code: shift}))
    remarks = []
    if len(breaks) > len(row.breaks):
        rest = breaks[-1]
        text = _("Das Arbeitszeitgesetz verlangt eine Pause von %(minutes)d Minuten. Sie ist jetzt eingeplant.")
        remarks.append(text % {"minutes": rest[2] // 60})
    return at.outcome(rows, remarks=tuple(remarks))


def add_taxi(at: Situation, act: AddTaxi) -> Outcome | Refusal:
    stop = at.stop(act.stop)
    if act.end_s <= max(act.start_s, at.now_s):
        raise InvalidInput("end_s", _("Das Ende muss nach dem Beginn und in der Zukunft liegen."))
    if act.end_s > LATEST_END_S:
        raise InvalidInput("end_s", _("Ein Taxi fährt bis spätestens 6 Uhr am nächsten Morgen."))
    if not (0 < act.seats <= 60 and 0 <= act.wheelchairs <= 6 and 0 <= act.storage <= 60):
        raise InvalidInput("seats", _("Ein Taxi hat mindestens einen Sitzplatz."))
    vehicle = hired_vehicle(at.day, act, stop)
    taken = [code for code in at.rows if code.startswith(f"{vehicle.code}-")]
    row = ShiftRow(f"{vehicle.code}-{len(taken) + 1}", vehicle.code, act.start_s, act.end_s, (), act)
    busy = busy_refusal(at, (row,))
    if busy:
        return busy
    shift = engine_shift(DayShift(code=row.code, vehicle=vehicle, start_s=act.start_s, end_s=act.end_s, breaks=[]))
    at.work.reshape({row.code: shift})
    text = _(
        "Rufen Sie %(firm)s an, bevor Sie bestätigen: %(phone)s. Das Taxi hat keine App, sagen Sie die Fahrten durch."
    )
    return at.outcome((row,), remarks=(text % {"firm": act.firm, "phone": act.phone},))


def break_down(at: Situation, act: BreakDown) -> Outcome | Refusal:
    row, stop = at.shift(act.shift), at.stop(act.stop)
    if not row.start_s <= at.now_s <= row.end_s:
        reason = _("Die Schicht fährt gerade nicht.")
        way = other_way(_("Steht das Fahrzeug für eine spätere Schicht nicht bereit, tauschen Sie es."))
        return Refusal("not_on_duty", reason, (way,))
    route = at.route_of(act.shift)
    if route.locked >= len(route.events):
        reason = _("Dieses Fahrzeug fährt heute nicht mehr.")
        return Refusal("as_it_is", reason, (other_way(_("Es ist nichts zu tun.")),))
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
    outcome = at.outcome(transferred=tuple(aboard))
    stuck = [code for code in aboard if code in outcome.rearranged.dropped]
    there = [code for code in aboard if requests[code].delivery_location == stop.number]
    remarks = (*((_stuck_remark(stuck, live),) if stuck else ()), *((_there_remark(there),) if there else ()))
    return replace(outcome, remarks=remarks) if remarks else outcome


def _there_remark(codes: list[str]) -> str:
    """Who sits in a bus that stands where she wanted to go: a tap of the driver's, and no other bus need come for her."""
    text = _("Hier am Ziel: %(codes)s. Das Fahrpersonal meldet „ausgestiegen“, dann kommt dafür kein anderer Bus.")
    return text % {"codes": ", ".join(codes)}


def _stuck_remark(codes: list[str], live: Mapping[str, Booking]) -> str:
    """Whom no vehicle of the day can fetch from where the broken one stands, and what to do about it first."""
    wheels = any(live[code].offer.wheelchairs for code in codes)
    taxi = _("ein Taxi mit Rollstuhlplatz") if wheels else _("ein Taxi")
    text = _(
        "An Bord, und kein anderes Fahrzeug kann sie holen: %(codes)s. Setzen Sie zuerst %(taxi)s ein, dann sehen Sie sich die "
        "Folgen neu an. Sonst rufen Sie sofort an."
    )
    return text % {"codes": ", ".join(codes), "taxi": taxi}


def _is_aboard(booking: Booking, boarded: bool) -> bool:
    """By the driver's events; where there are none of this shift, by the plan."""
    return booking.state == Booking.State.ABOARD or boarded


def _onward(at: Situation, request: Request, booking: Booking, stop: Stop) -> Wanted:
    """The rest of a ride: from where the vehicle stands, as soon as possible, to where it was to go."""
    features = without_lock(request)
    travel_s = int(at.before.travel_s[stop.number, request.delivery_location])
    until_s = max(request.delivery_latest_s, at.now_s + travel_s + request.pickup_dwell_s)
    rest = replace(
        request, pickup_location=stop.number, pickup_earliest_s=at.now_s, pickup_latest_s=at.now_s + SOON_S,
        delivery_latest_s=until_s, max_ride_s=max(request.max_ride_s, travel_s), features=features,
    )  # fmt: skip
    return Wanted(rest, replace(rest, delivery_latest_s=max(until_s, told_request(booking).delivery_latest_s)))


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
