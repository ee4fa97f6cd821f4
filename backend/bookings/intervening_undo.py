"""The way back from an intervention, as far as the day has not moved on. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from accessibility.desk import Refusal
from backend.bookings.interventions import (
    Restore,
)
from backend.bookings.models import Booking
from backend.bookings.plan_document import booked_request, only_on, promised_request
from backend.bookings.planning import UnderWay
from backend.bookings.rearranged import Wanted
from backend.bookings.situation import (
    Outcome,
    ShiftRow,
    Situation,
    day_shift_for_engine,
    not_begun,
    on_shift,
    pairs_of,
    row_of,
    serves,
    told_request,
)
from backend.districts.models import Vehicle
from dispatch.model import Request, Shift


def restore(at: Situation, act: Restore) -> Outcome | Refusal:
    at.work.tag(at.keeping | {was["kept_on"] for was in act.bookings.values()} - {""}, only_on)
    rows, homeless = _restore_shifts(at, act)
    rides = at.bookings(act.bookings)
    gone, stays = [code for code in act.bookings if code not in rides], []
    wanted: list[Wanted] = []
    left: list[Request] = []
    for code, was in act.bookings.items():
        if code not in rides:
            continue
        asked = _as_before(at, rides[code], was)
        if code in at.work.plan.requests:
            present = next(shift.id for shift, route in pairs_of(at) if serves(route, code))
            try:
                at.work.take_out(code)
            except UnderWay:
                stays.append(code)
                continue
            at.kept[code] = was["kept_on"]
            if at.work.place(asked, on_shift(was["shift"])):
                at.work.alter(asked)
            else:
                stays.append(code)
                del at.kept[code]
                now = booked_request(rides[code])
                if not at.work.place(now, on_shift(present)):
                    left.append(now)
        elif code in homeless:
            at.kept[code] = was["kept_on"]
            at.work.alter(asked)
            wanted.append(Wanted(asked, told_request(rides[code])))
            homeless.pop(code)
    at.work.seat(wanted)
    at.reseat([*left, *homeless.values()])
    if act.closure:
        at.reseat(at.work.mend_all())  # every route is driven in less time
    return at.outcome(rows, remarks=_stays_remarks(gone, stays), lifts=act.suspension, opens=act.closure)


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
            rows.append(replace(row_of(row), is_removed=True))
            continue
        vehicle = row.vehicle
        if was["vehicle"] != vehicle.code:
            not_begun(at, code)
            vehicle = Vehicle.objects.select_related("depot").get(district=at.day.district, code=was["vehicle"])
        if was["start_s"] != row.start_s:
            not_begun(at, code)
        shifts[code] = day_shift_for_engine(at, row, vehicle, was["start_s"], was["end_s"], was["breaks"])
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


def _stays_remarks(gone: list[str], stays: list[str]) -> tuple[str, ...]:
    remarks = []
    if gone:
        text = _(
            "Das geht nicht mehr zurück, es ist abgesagt: %(codes)s. Was dieser Eingriff beendet hat, "
            "können Sie danach neu buchen, wenn noch Platz ist."
        )
        remarks.append(text % {"codes": ", ".join(sorted(gone))})
    if stays:
        text = _("Das geht nicht mehr zurück, der Tag ist schon weiter: %(codes)s.")
        remarks.append(text % {"codes": ", ".join(sorted(stays))})
    return tuple(remarks)
