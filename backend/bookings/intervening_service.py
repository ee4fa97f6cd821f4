"""Roads and the service itself by hand: closed for a while. Writes nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.interventions import (
    CloseRoad,
    Suspend,
)
from backend.bookings.models import Booking
from backend.bookings.planning import UnderWay
from backend.bookings.rearranging import times_of
from backend.bookings.rules import zone_for
from backend.bookings.situation import (
    Outcome,
    Situation,
)
from backend.districts.selectors import rules_of
from fixtures.rules import Rules


def suspend(at: Situation, act: Suspend) -> Outcome | Refusal:
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


def close_road(at: Situation, act: CloseRoad) -> Outcome | Refusal:
    if act.until_s <= at.now_s:
        raise InvalidInput("until_s", _("Das Ende muss in der Zukunft liegen."))
    at.reseat(at.work.mend_all())
    # The engine knows one driving time for a pair of stops, all day long (decisions/0811).
    text = _(
        "Ab sofort rechnen alle Fahrten dieses Tages mit dem Umweg, auch die nach %(time)s. Um %(time)s geben wir die Straße "
        "wieder frei. Danach gilt der kurze Weg."
    )
    return at.outcome(remarks=(text % {"time": at.clock(act.until_s)},), closes=act)
