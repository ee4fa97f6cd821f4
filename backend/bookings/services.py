"""What changes bookings and plans. One use case, one function, one transaction.

Whoever changes a plan locks the service day's row, checks the whole plan, writes version n + 1 and its outbox messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accessibility.desk import Refusal, RideWish, WayOut
from backend.bookings import rules as booking_rules
from backend.bookings.acceptance import Buyer, accept_offer, accept_offers
from backend.bookings.days import locked_day, service_day
from backend.bookings.ending import cancel_booking, cancel_bookings
from backend.bookings.ends import End, place_refusal, resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.journal import announce, announce_plan, audit
from backend.bookings.models import OfferRecord, OpenReturn, RideRequest, Series, ServiceDay
from backend.bookings.offering import Draft, Offering
from backend.bookings.party import check_party, party_refusal
from backend.bookings.planning import DayPlan, UnderWay, current_plan, present_plan, write_version
from backend.bookings.selectors import is_in_series, refusal_document
from backend.bookings.ways_out import around, neighbour_ways, other_day_way, with_lines
from backend.config.kept_texts import kept_in_german
from backend.districts.models import District
from backend.districts.selectors import rules_of
from dispatch.driven import back_to_facts
from dispatch.model import Plan
from dispatch.objective import objective

MOST_ROOM_AN_HOUR = 30  # plans of one day that make room for offers which nobody may ever book

# The use cases by their one address; what is long has a module of its own.
__all__ = [
    "Buyer", "Considered", "accept_offer", "accept_offers", "announce", "announce_plan", "audit", "cancel_booking",
    "cancel_bookings", "consider_wish", "improve_service_day", "locked_day", "record_wish", "service_day",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Considered:
    """A wish with the answer that the plan allows, before it is written."""

    wish: RideWish
    ends: tuple[End, End]
    service_day: ServiceDay | None
    direct_s: int | None
    drafts: tuple[Draft, ...]
    refusal: Refusal | None
    moved: DayPlan | None = None  # the plan in which others were moved for these offers


@kept_in_german
def consider_wish(
    district: District,
    wish: RideWish,
    now: datetime,
    *,
    in_series: bool = False,
    may_move_others: bool = True,
    set_aside: frozenset[str] = frozenset(),
) -> Considered:
    """What a wish can be offered on the plan as it is. Takes no lock. Raises InvalidInput, before anything is written.

    A ride of a series, and what replaces one, may lie farther ahead than a single ride. `may_move_others`: before a no, room
    is searched for (docs/decisions/0336); for what replaces a booking it never is. `set_aside` names rules by the
    refusals they lead to, where a dispatcher takes them out (`overriding`).
    """
    rules, local = rules_of(district), ZoneInfo(district.timezone)
    if in_series or (wish.replaces and is_in_series(wish.replaces)):
        rules = booking_rules.for_series(rules)
    rules = booking_rules.without_rules(rules, set_aside)
    booking_rules.check_moment(wish.when, now)
    check_party(wish.party, wish.needs)
    ends = resolve_ends(district, wish)
    zone = booking_rules.zone_for(rules, ends[0].village, ends[1].village)
    date_ = booking_rules.service_day_of(zone, wish.when, local)
    day = service_day(district, date_) if booking_rules.within_horizon(rules, date_, now, local) else None
    refusal = (
        party_refusal(rules, wish.party, wish.needs)
        or place_refusal(district, wish, ends)
        or booking_rules.horizon_refusal(rules, date_, now, local)
    )
    if refusal or day is None:
        return Considered(wish, ends, day, None, (), refusal and with_lines(refusal, rules, ends))
    plan = _plan_for(day, wish, now)
    own_zone = booking_rules.without_times(zone, set_aside)
    offering = Offering(district, day.date, plan, wish, ends, now, rules, own_zone)
    may_move_others = may_move_others and not wish.replaces
    drafts = tuple(offering.drafts(lambda: may_move_others and _may_make_room(day, now)))
    if not drafts:
        refusal = offering.refusal()
        if refusal.code == "no_vehicle" and not in_series:  # of a series, every other day is in the list anyway
            refusal = around(refusal, _tried(district, day.date, plan, wish, now))
        refusal = with_lines(refusal, rules, ends)
    moved = offering.plan if drafts and offering.plan is not plan else None
    return Considered(wish, ends, day, offering.direct_s, drafts, refusal, moved)


def _may_make_room(day: ServiceDay, now: datetime) -> bool:
    """Whether the day's plan may be rearranged once more for somebody who so far only asks.

    Guests may ask without booking; without a limit, asking would fill the history and keep the worker busy.
    """
    hour_ago = now - timedelta(hours=1)
    return day.plans.filter(reason="room", created_at__gt=hour_ago).count() < MOST_ROOM_AN_HOUR


def _tried(district: District, day: date, plan: DayPlan, wish: RideWish, now: datetime) -> Iterator[WayOut]:
    """Other stops and another day, as far as the ride is possible there."""
    yield from neighbour_ways(district, day, plan, wish, now)
    other_day = other_day_way(
        district,
        day,
        lambda other: _plan_for(service_day(district, other), wish, now),
        wish,
        now,
        ZoneInfo(district.timezone),
    )
    if other_day:
        yield other_day


def _plan_for(day: ServiceDay, wish: RideWish, now: datetime) -> DayPlan:
    """The day's plan as of now; for a change, as if the booking that it replaces had given its seat back."""
    plan = present_plan(day, now)
    if wish.replaces and wish.replaces in plan.plan.requests:
        try:
            return plan.without(wish.replaces)
        except UnderWay:
            return plan
    return plan


def record_wish(
    district: District,
    considered: Considered,
    now: datetime,
    series: Series | None = None,
    open_return: OpenReturn | None = None,
) -> Answer:
    """Keep a wish with its offers or its refusal. Must run inside a transaction; the answer names the ride request."""
    rules = rules_of(district)
    wish, (origin, destination), refusal = considered.wish, considered.ends, considered.refusal
    request = RideRequest.objects.create(
        district=district,
        service_day=considered.service_day,
        created_at=now,
        channel=wish.channel.value,
        origin=asdict(wish.origin),
        origin_stop=origin.stops[0][0] if origin.stops else None,
        destination=asdict(wish.destination),
        destination_stop=destination.stops[0][0] if destination.stops else None,
        wished_at=wish.when,
        anchor=wish.anchor.value,
        party=asdict(wish.party),
        needs=sorted(wish.needs),
        concession=wish.concession.value,
        max_walk_m=wish.max_walk_m,
        direct_s=considered.direct_s,
        refusal_code=refusal.code if refusal else "",
        refusal=refusal_document(refusal) if refusal else None,
        replaces=(wish.replaces or "")[:12],
        series=series,
        open_return=open_return,
    )
    ttl_s = rules.series.offer_ttl_s if series and rules.series else rules.booking.offer_ttl_s
    expires_at = now + timedelta(seconds=ttl_s)
    OfferRecord.objects.bulk_create(
        _offer_row(district, request, draft, rank, now, expires_at) for rank, draft in enumerate(considered.drafts)
    )
    if considered.moved and considered.service_day and _write_moved(considered.service_day, considered.moved, now):
        audit(district, now, "desk", wish.channel.value, "plan.room", str(request.pk))
    return {"request": str(request.pk)}


def _write_moved(day: ServiceDay, moved: DayPlan, now: datetime) -> bool:
    """Write the plan that has room for what is offered; if another was written meanwhile, the offer must find its own."""
    locked = locked_day(day.pk)
    if locked.plan_version != moved.version:
        return False
    version = write_version(locked, current_plan(locked), moved.plan, "room", now)
    announce_plan(locked, version.version, now)
    return True


def _offer_row(
    district: District, request: RideRequest, draft: Draft, rank: int, now: datetime, expires_at: datetime
) -> OfferRecord:
    promise = draft.request
    return OfferRecord(
        district=district,
        ride_request=request,
        created_at=now,
        expires_at=expires_at,
        rank=rank,
        pickup_stop=draft.pickup,
        delivery_stop=draft.delivery,
        pickup_walk_m=draft.pickup_walk_m,
        delivery_walk_m=draft.delivery_walk_m,
        pickup_earliest_s=promise.pickup_earliest_s,
        pickup_latest_s=promise.pickup_latest_s,
        delivery_latest_s=promise.delivery_latest_s,
        pickup_reserve_s=draft.pickup_reserve_s,
        delivery_reserve_s=draft.delivery_reserve_s,
        max_ride_s=promise.max_ride_s,
        direct_s=draft.direct_s,
        riders=promise.riders,
        seats=promise.load.seats,
        wheelchairs=promise.load.wheelchairs,
        storage=promise.load.storage,
        dwell_s=promise.pickup_dwell_s,
        fare=asdict(draft.fare),
        vehicle_kind=draft.vehicle_kind,
        as_wished=draft.as_wished,
    )


def improve_service_day(day_id: int, improve: Callable[[DayPlan], Plan], now: datetime) -> bool:
    """Try to better a day's plan: think on a snapshot without a lock, commit only what still fits and is cheaper.

    `improve` gets the snapshot and returns a plan for the same requests. Whether a new version was written.
    """
    day = ServiceDay.objects.select_related("district").get(pk=day_id)
    before, seen = current_plan(day), present_plan(day, now)
    plan = back_to_facts(before.plan, improve(seen))
    gain = (
        objective(before.plan, before.travel_s, before.weights).cost
        - objective(plan, before.travel_s, before.weights).cost
    )
    with transaction.atomic():
        locked = locked_day(day_id)
        if locked.plan_version != before.version:
            return False
        if gain > 0:
            version = write_version(locked, before, plan, "improvement", now)
            announce_plan(locked, version.version, now)
        locked.improved_version = locked.plan_version
        locked.save(update_fields=["improved_version"])
    return gain > 0
