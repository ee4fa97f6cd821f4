"""One ride by hand: on another vehicle, or kept on its own. Writes nothing."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.interventions import (
    Keep,
    Move,
)
from backend.bookings.plan_document import only_on
from backend.bookings.rearranged import Wanted
from backend.bookings.situation import (
    Outcome,
    Situation,
    other_way,
    pairs_of,
    serves,
    told_request,
)
from dispatch.model import Shift


def move(at: Situation, act: Move) -> Outcome | Refusal:
    booking, now_on = at.booking(act.booking), at.shift_of(act.booking)
    if act.vehicle and act.vehicle not in {shift.vehicle.id for shift in at.before.plan.shifts}:
        raise InvalidInput("vehicle", _("Dieses Fahrzeug fährt an diesem Tag nicht."))
    if act.vehicle == now_on.vehicle.id:
        reason = _("Die Fahrt ist schon auf diesem Fahrzeug.")
        return Refusal("same_vehicle", reason, (other_way(_("Wählen Sie ein anderes Fahrzeug.")),))
    request = at.work.take_out(act.booking)
    if booking.kept_on:
        request = replace(request, features=request.features - {only_on(booking.kept_on.code)})
        at.kept[act.booking] = ""

    def allowed(shift: Shift) -> bool:
        return shift.vehicle.id == act.vehicle if act.vehicle else shift.vehicle.id != now_on.vehicle.id

    at.work.seat([Wanted(request, told_request(booking), allowed)])
    placed = next((shift for shift, route in pairs_of(at) if serves(route, act.booking)), None)
    if placed is None:
        reason = _("Auf diesem Fahrzeug ist für die Fahrt kein Platz, auch nicht eine Stunde später.")
        if not act.vehicle:
            reason = _("Auf keinem anderen Fahrzeug ist für die Fahrt Platz, auch nicht eine Stunde später.")
        way = other_way(_("Verlängern Sie eine Schicht, bestellen Sie ein Taxi, oder rufen Sie den Fahrgast an."))
        return Refusal("no_place", reason, (way,))
    if act.keep:
        at.kept[act.booking] = placed.vehicle.id
        at.work.tag([placed.vehicle.id], only_on)
        features = request.features | {only_on(placed.vehicle.id)}
        at.work.alter(replace(at.work.plan.requests[act.booking], features=features))
    elif booking.kept_on:
        at.work.alter(at.work.plan.requests[act.booking])
    return at.outcome()


def keep(at: Situation, act: Keep) -> Outcome | Refusal:
    booking, shift = at.booking(act.booking), at.shift_of(act.booking)
    if act.on == bool(booking.kept_on):
        reason = _("Diese Fahrt ist schon festgelegt.") if act.on else _("Diese Fahrt ist nicht festgelegt.")
        return Refusal("as_it_is", reason, (other_way(_("Es ist nichts zu tun.")),))
    request = at.work.plan.requests[act.booking]
    if act.on:
        at.kept[act.booking] = shift.vehicle.id
        at.work.alter(replace(request, features=request.features | {only_on(shift.vehicle.id)}))
    elif booking.kept_on:
        at.kept[act.booking] = ""
        at.work.alter(replace(request, features=request.features - {only_on(booking.kept_on.code)}))
    return at.outcome()
