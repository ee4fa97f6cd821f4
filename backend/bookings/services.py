"""What changes bookings and plans. One use case, one function, one transaction.

Whoever changes a plan locks the service day's row, checks the whole plan, writes version n + 1 and its outbox messages.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accessibility.desk import Passenger, Refusal, RideWish, WayOut
from backend.bookings import rules as booking_rules
from backend.bookings.ends import End, place_refusal, resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.localtime import clock_text, to_moment
from backend.bookings.models import AuditEntry, Booking, OfferRecord, OutboxMessage, RideRequest, ServiceDay
from backend.bookings.offering import Draft, Offering
from backend.bookings.party import check_party, party_refusal
from backend.bookings.plan_document import copy_roster, promised_request
from backend.bookings.planning import DayPlan, UnderWay, current_plan, write_version
from backend.bookings.selectors import refusal_document, wish_of
from backend.districts.models import District
from backend.districts.selectors import rules_of
from backend.riders.services import keep_rider
from dispatch.model import Plan
from dispatch.objective import objective
from fixtures.package import Rules

CODE_ALPHABET = "ABCDEFGHKLMNPQRSTUVWXYZ23456789"  # without I, O, J, 0, 1, which sound or look like others


@dataclass(frozen=True, slots=True)
class Considered:
    """A wish with the answer that the plan allows, before it is written."""

    wish: RideWish
    ends: tuple[End, End]
    service_day: ServiceDay | None
    direct_s: int | None
    drafts: tuple[Draft, ...]
    refusal: Refusal | None


def service_day(district: District, day: date) -> ServiceDay:
    """The service day's row, made with its roster when it is first needed."""
    days = ServiceDay.objects.select_related("district")
    found = days.filter(district=district, date=day).first()
    if found:
        return found
    with transaction.atomic():
        # The district's row is the lock under which a day is made once.
        District.objects.select_for_update().get(pk=district.pk)
        found, created = days.get_or_create(district=district, date=day)
        if created:
            copy_roster(found, ZoneInfo(district.timezone))
    return found


def locked_day(day_id: int) -> ServiceDay:
    """The service day's row, locked until the transaction ends, as it is now."""
    # `of` keeps the lock to this one row; the joined district may be read by anybody.
    return ServiceDay.objects.select_for_update(of=("self",)).select_related("district").get(pk=day_id)


def consider_wish(district: District, wish: RideWish, now: datetime) -> Considered:
    """What a wish can be offered on the plan as it is. Takes no lock. Raises InvalidInput, before anything is written."""
    rules, local = rules_of(district), ZoneInfo(district.timezone)
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
        return Considered(wish, ends, day, None, (), refusal)
    offering = Offering(district, day.date, _plan_for(day, wish), wish, ends, now)
    drafts = tuple(offering.drafts())
    return Considered(wish, ends, day, offering.direct_s, drafts, None if drafts else offering.refusal())


def _plan_for(day: ServiceDay, wish: RideWish) -> DayPlan:
    """The day's plan; for a change, as if the booking that it replaces had given its seat back."""
    plan = current_plan(day)
    if wish.replaces and wish.replaces in plan.plan.requests:
        try:
            return plan.without(wish.replaces)
        except UnderWay:
            return plan
    return plan


def record_wish(district: District, considered: Considered, now: datetime) -> Answer:
    """Keep a wish with its offers or its refusal. Must run inside a transaction; the answer names the ride request."""
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
    )
    expires_at = now + timedelta(seconds=rules_of(district).booking.offer_ttl_s)
    OfferRecord.objects.bulk_create(
        _offer_row(district, request, draft, rank, now, expires_at) for rank, draft in enumerate(considered.drafts)
    )
    return {"request": str(request.pk)}


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
        max_ride_s=promise.max_ride_s,
        direct_s=draft.direct_s,
        riders=promise.riders,
        seats=promise.load.seats,
        wheelchairs=promise.load.wheelchairs,
        storage=promise.load.storage,
        dwell_s=promise.pickup_dwell_s,
        fare=asdict(draft.fare),
        vehicle_kind=draft.vehicle_kind,
    )


def accept_offer(
    offer: OfferRecord, passenger: Passenger, channel: str, actor: str, now: datetime, replaced: Booking | None = None
) -> Answer:
    """Book an offer, in place of another booking where one is given; the answer names the booking or the refusal.

    Must run inside a transaction. The promise is tried on the plan as it is now, under the service day's lock. Of a
    change across two days, the days are locked in the order of their rows, so that two changes cannot wait for each other.
    """
    if offer.ride_request.service_day_id is None:
        raise ValueError(f"{offer} belongs to no service day")  # only wishes within the horizon get offers
    days = {offer.ride_request.service_day_id} | ({replaced.service_day_id} if replaced else set())
    locked = {day_id: locked_day(day_id) for day_id in sorted(days)}
    day = locked[offer.ride_request.service_day_id]
    refusal = _offer_refusal(offer, day, now)
    if replaced and not refusal:
        replaced.refresh_from_db()
        refusal = _release_refusal(replaced, locked[replaced.service_day_id], now)
    if refusal:
        return {"refusal": refusal_document(refusal)}
    before = plan = current_plan(day)
    if replaced and replaced.service_day_id == day.pk:
        plan = before.without(replaced.code)
    code = _free_code()
    planned = plan.with_request(promised_request(code, offer))
    if planned is None:
        return {"refusal": refusal_document(_taken(offer, day, plan, now))}
    Booking.objects.create(
        district=day.district,
        service_day=day,
        code=code,
        offer=offer,
        rider=keep_rider(day.district, passenger),
        contact_name=passenger.name,
        contact_phone=passenger.phone,
        contact_email=passenger.email,
        channel=channel,
        booked_at=now,
        replaces=replaced,
    )
    released = frozenset[str]()
    if replaced:
        _end(replaced, Booking.State.CANCELLED, now)
        if plan is before:
            _release_seat(locked[replaced.service_day_id], replaced, now)
        else:
            released = frozenset({replaced.code})
    version = write_version(day, before, planned, "change" if replaced else "booking", now, released)
    topic = "booking.changed" if replaced else "booking.confirmed"
    announce(day.district, topic, {"booking": code, "replaces": replaced.code if replaced else None}, now)
    announce_plan(day, version.version, now)
    audit(day.district, now, actor, channel, topic, code)
    return {"booking": code}


def _offer_refusal(offer: OfferRecord, day: ServiceDay, now: datetime) -> Refusal | None:
    rules = rules_of(day.district)
    again = WayOut("offer_times", _("Fragen Sie die Fahrt bitte neu an. Das dauert nur einen Augenblick."))
    if Booking.objects.filter(offer=offer).exists():
        return Refusal("offer_used", _("Dieses Angebot ist schon gebucht."), (again,))
    if offer.expires_at < now:
        return Refusal("offer_expired", _("Dieses Angebot gilt nicht mehr."), (again,))
    local = ZoneInfo(day.district.timezone)
    zone = booking_rules.zone_for(rules, offer.pickup_stop.village, offer.delivery_stop.village)
    # The rules hold as of the quote: who took less than an offer's life to decide does not lose it to the lead time.
    return booking_rules.time_refusal(rules, zone, day.date, offer.pickup_earliest_s, offer.created_at, local)


def _taken(offer: OfferRecord, day: ServiceDay, plan: DayPlan, now: datetime) -> Refusal:
    """No to an offer whose place is gone, with the times that are free now."""
    rules, local = rules_of(day.district), ZoneInfo(day.district.timezone)
    wish = wish_of(offer.ride_request)
    offering = Offering(day.district, day.date, plan, wish, resolve_ends(day.district, wish), now)
    ways = []
    for draft in offering.drafts():
        moment = to_moment(draft.request.pickup_earliest_s, day.date, local)
        text = _("Frei ist noch %(time)s. Fragen Sie die Fahrt dafür neu an.")
        text %= {"time": clock_text(moment)}
        ways.append(WayOut("offer_times", text, offering.asking_for(draft).isoformat()))
    if not ways:
        ways += [way for way in offering.refusal().way_out if way.kind == "offer_times"]
    ways.append(booking_rules.phone_way_out(rules, _("Oder rufen Sie an, wir suchen mit Ihnen.")))
    return Refusal("no_longer_available", _("Dieser Platz wurde gerade vergeben."), tuple(ways))


def _release_refusal(booking: Booking, day: ServiceDay, now: datetime) -> Refusal | None:
    """No to giving a seat back: the booking has ended, its time is over, or the vehicle is under way to it."""
    rules = rules_of(day.district)
    if Booking.State.CANCELLED not in booking_rules.TRANSITIONS[booking.state]:
        return _state_refusal(booking, rules)
    if now > to_moment(booking.offer.pickup_latest_s, day.date, ZoneInfo(day.district.timezone)):
        return booking_rules.ride_over_refusal(rules)
    try:
        current_plan(day).without(booking.code)
    except UnderWay:
        return booking_rules.under_way_refusal(rules)
    return None


def _state_refusal(booking: Booking, rules: Rules) -> Refusal:
    reasons = {
        "cancelled": _("Diese Fahrt ist schon storniert."),
        "aboard": _("Diese Fahrt hat schon begonnen."),
        "completed": _("Diese Fahrt ist schon gefahren."),
        "no_show": _("Zu dieser Fahrt war niemand an der Haltestelle."),
    }
    way = booking_rules.phone_way_out(rules, _("Wenn etwas nicht stimmt, rufen Sie uns an."))
    return Refusal(f"already_{booking.state}", reasons[booking.state], (way,))


def cancel_booking(booking: Booking, channel: str, actor: str, now: datetime) -> Answer:
    """Cancel: the seat is free at once. Must run inside a transaction."""
    day = locked_day(booking.service_day_id)
    booking.refresh_from_db()
    refusal = _release_refusal(booking, day, now)
    if refusal:
        return {"refusal": refusal_document(refusal)}
    _end(booking, Booking.State.CANCELLED, now)
    _release_seat(day, booking, now)
    announce(day.district, "booking.cancelled", {"booking": booking.code}, now)
    audit(day.district, now, actor, channel, "booking.cancelled", booking.code)
    return {"booking": booking.code}


def _end(booking: Booking, state: str, now: datetime) -> None:
    booking.state = state
    booking.ended_at = now
    booking.save(update_fields=["state", "ended_at"])


def _release_seat(day: ServiceDay, booking: Booking, now: datetime) -> None:
    """Take an ended booking out of its day's plan."""
    before = current_plan(day)
    after = before.without(booking.code)
    version = write_version(day, before, after.plan, "cancellation", now, frozenset({booking.code}))
    announce_plan(day, version.version, now)


def improve_service_day(day_id: int, improve: Callable[[DayPlan], Plan], now: datetime) -> bool:
    """Try to better a day's plan: think on a snapshot without a lock, commit only what still fits and is cheaper.

    `improve` gets the snapshot and returns a plan for the same requests. Whether a new version was written.
    """
    before = current_plan(ServiceDay.objects.select_related("district").get(pk=day_id))
    plan = improve(before)
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


def announce(district: District, topic: str, payload: dict[str, Any], now: datetime) -> None:
    """Put a message into the outbox, in the transaction of what it tells of."""
    OutboxMessage.objects.create(district=district, topic=topic, payload=payload, created_at=now, next_attempt_at=now)


def announce_plan(day: ServiceDay, version: int, now: datetime) -> None:
    """Say that a service day has a new plan."""
    payload = {"service_day": day.pk, "district": day.district_id, "date": day.date.isoformat(), "version": version}
    announce(day.district, "plan.changed", payload, now)


def audit(district: District, now: datetime, actor: str, channel: str, action: str, subject: str) -> None:
    """Record who did what."""
    AuditEntry.objects.create(
        district=district, at=now, actor=actor[:150], channel=channel, action=action, subject=subject
    )


def _free_code() -> str:
    while True:
        letters = "".join(secrets.choice(CODE_ALPHABET) for _number in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if not Booking.objects.filter(code=code).exists():
            return code
