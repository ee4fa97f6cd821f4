"""Somebody stands at the stop and has not booked: quoted, booked and boarded in one go, by the rules and by this bus only.

No promise of anybody else may break for it; what it costs is what a booking would cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accessibility.desk import Anchor, Channel, Concession, InvalidInput, Party, Passenger, Place, RideWish
from backend.bookings.acceptance import Buyer, book_walk_up
from backend.bookings.ends import resolve_ends
from backend.bookings.localtime import to_seconds
from backend.bookings.models import Booking, OfferRecord, ServiceDay
from backend.bookings.offering import Offering
from backend.bookings.party import check_party, party_refusal
from backend.bookings.planning import DayPlan, current_plan
from backend.bookings.rules import zone_for
from backend.bookings.services import Considered, record_wish
from backend.districts.models import Stop
from backend.districts.selectors import rules_of

NAME = "Fahrgast ohne Buchung"
BOARDS_WITHIN_S = 900


@dataclass(frozen=True, slots=True)
class WalkUp:
    """Who wants to go where, from the stop where the bus stands."""

    stop: Stop
    destination: str
    party: Party
    concession: Concession


def party_of(said: dict[str, object]) -> Party:
    """A party as a device sends it. Raises InvalidInput."""
    known = set(Party.__slots__)
    if not set(said) <= known or not all(isinstance(value, int) for value in said.values()):
        raise InvalidInput("party", "")
    party = Party(**said)  # type: ignore[arg-type]  # whole numbers, as was just seen
    check_party(party, frozenset())
    return party


def take_along(
    day: ServiceDay, vehicle_code: str, asked: WalkUp, at: datetime, actor: str, now: datetime
) -> Booking | None:
    """A booking for who stands at the stop; None where this bus has no room for it. The caller holds the day's lock."""
    district, rules = day.district, rules_of(day.district)
    zone = ZoneInfo(district.timezone)
    wish = RideWish(
        district=district.pk, origin=Place(stop_id=asked.stop.code), destination=Place(stop_id=asked.destination),
        when=at.astimezone(zone), anchor=Anchor.DEPART, party=asked.party, needs=frozenset(),
        concession=asked.concession, channel=Channel.DISPATCHER,
    )  # fmt: skip
    ends = resolve_ends(district, wish)
    if party_refusal(rules, wish.party, wish.needs):
        return None
    own = zone_for(rules, ends[0].village, ends[1].village)
    second = to_seconds(at, day.date, zone)
    # Whoever is at the stop needs no time in advance and no deadline; the hours hold.
    at_once = replace(own, lead_time_s=0, deadlines=())
    plan = only_this_bus(current_plan(day).as_of(second), vehicle_code)
    offering = Offering(district, day.date, plan, wish, ends, at - timedelta(seconds=1), rules, at_once)
    draft = offering.soonest(second, second + BOARDS_WITHIN_S)
    if draft is None:
        return None
    considered = Considered(wish, ends, day, offering.direct_s, (draft,), None)
    request = record_wish(district, considered, now)["request"]
    offer = OfferRecord.objects.select_related(
        "district", "ride_request__service_day", "pickup_stop", "delivery_stop"
    ).get(ride_request=request)
    return book_walk_up(offer, Buyer(Passenger(NAME), "driver", actor), now)


def only_this_bus(plan: DayPlan, vehicle_code: str) -> DayPlan:
    """The plan in which only one vehicle takes anybody on."""
    routes = tuple(
        route if shift.vehicle.id == vehicle_code else replace(route, done=len(route.events), locked=len(route.events))
        for shift, route in zip(plan.plan.shifts, plan.plan.routes, strict=True)
    )
    return DayPlan(plan.version, replace(plan.plan, routes=routes), plan.travel, plan.weights)
