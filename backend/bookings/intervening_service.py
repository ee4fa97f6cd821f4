"""Roads and the service itself by hand: closed for a while. Writes nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.closures import Stretch
from backend.bookings.day_travel import NO_END_S, Span
from backend.bookings.interventions import (
    CloseRoad,
    Suspend,
)
from backend.bookings.localtime import day_text
from backend.bookings.models import Booking
from backend.bookings.planning import UnderWay
from backend.bookings.rearranged import times_of
from backend.bookings.situation import (
    Outcome,
    Situation,
)
from backend.bookings.suspensions import place_that_stands
from backend.districts.models import District
from backend.districts.selectors import rules_of, stop_by_code
from fixtures.rules import Rules


def suspend(at: Situation, act: Suspend) -> Outcome | Refusal:
    rules = rules_of(at.day.district)
    unknown = set(act.zones) - {zone.id for zone in rules.zones}
    if unknown:
        raise InvalidInput("zones", _("Diese Zone gibt es nicht: %(zone)s.") % {"zone": min(unknown)})
    if act.within and not act.zones:
        raise InvalidInput("zones", _("Wählen Sie die Zone, in der nichts fährt."))
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


def _hit(at: Situation, rules: Rules, code: str, act: Suspend) -> bool:
    """Whether a ride would be under way while the service stands still."""
    row = at.bookings([code]).get(code)
    if row is None or row.state == Booking.State.ABOARD:
        return False
    offer = row.offer
    ends = [offer.pickup_stop.village], [offer.delivery_stop.village]
    if place_that_stands(rules, act.zones, act.within, *ends) is None:
        return False
    pickup_s, delivery_s = times_of(at.before.plan, code)
    return pickup_s < act.until_s and delivery_s > act.from_s


def close_road(at: Situation, act: CloseRoad) -> Outcome | Refusal:
    from_s, until_s = span_of(act, at.now_s)
    if until_s <= at.now_s:
        raise InvalidInput("until_s", _("Das Ende muss in der Zukunft liegen."))
    if until_s <= from_s:
        raise InvalidInput("until_s", _("Das Ende muss nach dem Beginn liegen."))
    at.reseat(at.work.mend_all())
    remarks = [_closed_remark(at, act, from_s)]
    vehicles = {shift.id: shift.vehicle.id for shift in at.work.plan.shifts}
    for shift_id, code in at.work.cut_off.items():
        text = _(
            "Für %(vehicle)s führt kein Weg um die Sperrung, unterwegs ist Fahrt %(code)s. Rufen Sie den Fahrer an. Bis Sie "
            "entscheiden, bleibt der Plan dieses Busses, wie er ist."
        )
        name = at.rows[shift_id].vehicle.name or vehicles[shift_id]
        remarks.append(text % {"vehicle": name, "code": code})
    return at.outcome(remarks=tuple(remarks), closes=act)


def stretch_of(district: District, act: CloseRoad) -> Stretch:
    """The stretch that an intervention closes. Raises InvalidInput."""
    origin, target = (stop_by_code(district, code) for code in (act.origin, act.target))
    if origin is None or target is None or origin == target:
        name = "origin" if origin is None else "target"
        raise InvalidInput(name, _("Nennen Sie zwei verschiedene Haltestellen."))
    return (origin.number, target.number, act.both_ways)


def span_of(act: CloseRoad, now_s: int) -> Span:
    """When a road is closed, in seconds of the service day; not before now."""
    from_s = now_s if act.from_s is None else max(now_s, act.from_s)
    return from_s, NO_END_S if act.until_s is None else act.until_s


def _closed_remark(at: Situation, act: CloseRoad, from_s: int) -> str:
    """From when to when which way is planned with."""
    begin = _("Ab sofort") if from_s <= at.now_s else _("Ab %(time)s") % {"time": at.clock(from_s)}
    if max(from_s, at.now_s) < 0:
        begin = _("Ab %(day)s") % {"day": day_text(at.day.date)}
    if act.until_s is None:
        text = _(
            "%(begin)s rechnen alle Fahrten mit dem Umweg, auch an den folgenden Tagen. Ist die Straße frei, nehmen Sie den "
            "Eingriff zurück."
        )
        return text % {"begin": begin}
    text = _(
        "%(begin)s und bis %(end)s rechnen die Fahrten mit dem Umweg, auch solche, die nur zum Teil in diese Zeit fallen. "
        "Davor und danach gilt der kurze Weg. Um %(end)s endet die Sperrung von selbst."
    )
    return text % {"begin": begin, "end": at.clock(act.until_s)}
