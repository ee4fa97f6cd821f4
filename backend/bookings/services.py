"""What changes bookings and plans. One use case, one function, one transaction.

Whoever changes a plan locks the service day's row, checks the whole plan, writes version n + 1 and its outbox messages.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accessibility.desk import Anchor, InvalidInput, Passenger, Refusal, RideWish, WayOut
from backend.bookings import rules as booking_rules
from backend.bookings.localtime import service_date, to_moment, to_seconds
from backend.bookings.models import (
    AuditEntry,
    Booking,
    IdempotencyRecord,
    OfferRecord,
    OutboxMessage,
    RideRequest,
    ServiceDay,
)
from backend.bookings.offering import Draft, End, Offering, Wish, place_refusal, resolve_end
from backend.bookings.planning import (
    DayPlan,
    copy_roster,
    current_plan,
    promised_request,
    write_version,
)
from backend.districts.models import District
from backend.districts.selectors import rules_of
from backend.riders.services import keep_rider
from dispatch.model import Plan
from dispatch.objective import objective
from dispatch.state import DayState, insert, remove

CODE_ALPHABET = "ABCDEFGHKLMNPQRSTUVWXYZ23456789"  # without I, O, J, 0, 1, which sound or look like others
LONGEST_KEY = 200


class KeyConflict(InvalidInput):
    """An idempotency key that was used for something else."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key",
            _("Dieser Schlüssel wurde schon für etwas anderes benutzt. Nehmen Sie einen neuen."),
            "key_conflict",
        )


class FirstAnswerExists(Exception):
    """Somebody else answered the same key at the same moment."""


def service_day(district: District, day: date) -> ServiceDay:
    """The service day's row, made with its roster when it is first needed."""
    found = ServiceDay.objects.select_related("district").filter(district=district, date=day).first()
    if found:
        return found
    with transaction.atomic():
        # The district's row is the lock under which a day is made once.
        District.objects.select_for_update().get(pk=district.pk)
        found, created = ServiceDay.objects.select_related("district").get_or_create(district=district, date=day)
        if created:
            copy_roster(found, ZoneInfo(district.timezone))
    return found


def locked_day(day_id: int) -> ServiceDay:
    """The service day's row, locked until the transaction ends, as it is now."""
    # `of` keeps the lock to this one row; the joined district may be read by anybody.
    return ServiceDay.objects.select_for_update(of=("self",)).select_related("district").get(pk=day_id)


def fingerprint(content: Any) -> str:
    """Tells one content from another."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def once(scope: str, key: str, content: Any, now: datetime, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The first answer to a key: act and remember in one transaction, or give back what is remembered.

    Raises KeyConflict where the key was used for another content, InvalidInput for an empty or overlong key.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput("Idempotency-Key", _("Bitte geben Sie einen Schlüssel von 1 bis 200 Zeichen an."))
    print_ = fingerprint(content)
    for _attempt in range(2):
        record = IdempotencyRecord.objects.filter(scope=scope, key=key).first()
        if record:
            if record.fingerprint != print_:
                raise KeyConflict()
            return dict(record.answer)
        try:
            with transaction.atomic():
                answer = act()
                IdempotencyRecord.objects.create(
                    scope=scope, key=key, fingerprint=print_, answer=answer, created_at=now
                )
                return answer
        except IntegrityError:
            if not IdempotencyRecord.objects.filter(scope=scope, key=key).exists():
                raise
    raise FirstAnswerExists(key)


def refusal_document(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is remembered."""
    return {
        "refusal": {"code": refusal.code, "reason": refusal.reason, "way_out": [asdict(way) for way in refusal.way_out]}
    }


def refusal_from(document: dict[str, Any]) -> Refusal:
    """A remembered refusal."""
    stored = document["refusal"]
    return Refusal(stored["code"], stored["reason"], tuple(WayOut(**way) for way in stored["way_out"]))


def record_wish(district: District, wish: RideWish, now: datetime) -> dict[str, Any]:
    """Keep a wish and make its offers; the answer names the ride request and, where there is no offer, the refusal."""
    rules = rules_of(district)
    zone = ZoneInfo(district.timezone)
    if wish.when.tzinfo is None:
        raise InvalidInput("when", _("Bitte geben Sie die Zeit mit Zeitzone an, zum Beispiel 2026-11-24T08:00+01:00."))
    if (now - wish.when).total_seconds() > booking_rules.LATEST_TOLERATED_S:
        raise InvalidInput("when", _("Diese Zeit ist schon vorbei. Bitte wählen Sie eine spätere."))
    if wish.when - now > timedelta(days=400):
        raise InvalidInput("when", _("Diese Zeit ist zu weit in der Zukunft."))
    booking_rules.check_party(wish.party, wish.needs)
    walk_m = rules.booking.walk_limit_m if wish.max_walk_m is None else wish.max_walk_m
    if not 0 <= walk_m <= 5000:
        raise InvalidInput("max_walk_m", _("Bitte geben Sie 0 bis 5000 Meter an."))
    ends = (
        resolve_end(district, wish.origin, "origin", walk_m),
        resolve_end(district, wish.destination, "destination", walk_m),
    )
    codes = [{stop.pk for stop, _walk in end.stops} for end in ends]
    if codes[0] and codes[0] == codes[1]:
        raise InvalidInput("destination", _("Start und Ziel sind gleich. Bitte wählen Sie ein anderes Ziel."))
    day = service_day(district, service_date(wish.when, zone))
    with transaction.atomic():
        request = _keep_request(district, day, wish, ends, zone, now)
        refusal = (
            booking_rules.group_refusal(rules, wish.party)
            or place_refusal(rules, district.area, wish, ends)
            or booking_rules.horizon_refusal(rules, day.date, now, zone)
        )
        if refusal is None:
            refusal = _make_offers(district, day, request, wish, ends, zone, now)
        if refusal:
            request.refusal_code = refusal.code
        request.save(update_fields=["refusal_code", "direct_s"])
    answer = {"request": str(request.pk)}
    return answer | refusal_document(refusal) if refusal else answer


def _keep_request(
    district: District, day: ServiceDay, wish: RideWish, ends: tuple[End, End], zone: ZoneInfo, now: datetime
) -> RideRequest:
    origin, destination = ends
    return RideRequest.objects.create(
        district=district,
        service_day=day,
        created_at=now,
        channel=wish.channel.value,
        origin_lat=origin.lat,
        origin_lon=origin.lon,
        origin_stop=origin.stops[0][0] if origin.stops else None,
        destination_lat=destination.lat,
        destination_lon=destination.lon,
        destination_stop=destination.stops[0][0] if destination.stops else None,
        wished_s=to_seconds(wish.when, day.date, zone),
        anchor=wish.anchor.value,
        party=asdict(wish.party),
        needs=sorted(wish.needs),
        concession=wish.concession.value,
        replaces=(wish.replaces or "")[:12],
    )


def _make_offers(
    district: District, day: ServiceDay, request: RideRequest, wish: RideWish, ends: tuple[End, End], zone: ZoneInfo,
    now: datetime,
) -> Refusal | None:  # fmt: skip
    wanted = Wish(
        day.date, zone, request.wished_s, Anchor(wish.anchor), wish.party, wish.needs, wish.concession, ends[0], ends[1]
    )
    offering = Offering(district, current_plan(day), wanted, now)
    request.direct_s = offering.direct_s()
    drafts = offering.drafts()
    expires_at = now + timedelta(seconds=offering.rules.booking.offer_ttl_s)
    OfferRecord.objects.bulk_create(
        _offer_row(district, request, draft, rank, now, expires_at) for rank, draft in enumerate(drafts)
    )
    return None if drafts else offering.refusal()


def _offer_row(
    district: District, request: RideRequest, draft: Draft, rank: int, now: datetime, expires_at: datetime
) -> OfferRecord:
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
        pickup_earliest_s=draft.pickup_earliest_s,
        pickup_latest_s=draft.pickup_latest_s,
        delivery_latest_s=draft.delivery_latest_s,
        max_ride_s=draft.max_ride_s,
        direct_s=draft.direct_s,
        fare={"total_cents": draft.fare.total_cents, "lines": [asdict(line) for line in draft.fare.lines]},
        vehicle_kind=draft.vehicle_kind,
    )


def accept_offer(
    offer: OfferRecord, passenger: Passenger, channel: str, actor: str, now: datetime, replaced: Booking | None = None
) -> dict[str, Any]:
    """Book an offer, in place of another booking where one is given; the answer names the booking or the refusal.

    Must run inside a transaction. The promise is tried on the plan as it is now, under the service day's lock. Of a
    change across two days, the days are locked in the order of their rows, so that two changes cannot wait for each other.
    """
    days = {offer.ride_request.service_day_id} | ({replaced.service_day_id} if replaced else set())
    locked = {day_id: locked_day(day_id) for day_id in sorted(days)}
    day = locked[offer.ride_request.service_day_id]
    refusal = _still_bookable(offer, day, now)
    if replaced:
        replaced.refresh_from_db()
        refusal = refusal or state_refusal(replaced, "cancelled", day.district)
    if refusal:
        return refusal_document(refusal)
    before = current_plan(day)
    plan, released = before.plan, frozenset[str]()
    if replaced and replaced.service_day_id == day.pk:
        plan = remove(plan, replaced.code, before.travel_s, before.weights)
        released = frozenset({replaced.code})
    code = _free_code(day.district)
    planned = _serve(before, plan, offer, day, code)
    if planned is None:
        return refusal_document(_taken(offer, day))
    rider = keep_rider(day.district, passenger)
    Booking.objects.create(
        district=day.district, service_day=day, code=code, offer=offer, rider=rider, channel=channel, booked_at=now,
        replaces=replaced,
    )  # fmt: skip
    if replaced:
        _end(replaced, Booking.State.CANCELLED, now)
        if replaced.service_day_id != day.pk:
            _release_seat(locked[replaced.service_day_id], replaced, now)
    version = write_version(day, before, planned, "change" if replaced else "booking", now, released)
    topic = "booking.changed" if replaced else "booking.confirmed"
    announce(day.district, topic, {"booking": code, "replaces": replaced.code if replaced else None}, now)
    announce_plan(day, version.version, now)
    audit(day.district, now, actor, channel, topic, code)
    return {"booking": code}


def _still_bookable(offer: OfferRecord, day: ServiceDay, now: datetime) -> Refusal | None:
    rules = rules_of(day.district)
    again = WayOut("offer_times", _("Fragen Sie die Fahrt bitte neu an. Das dauert nur einen Augenblick."))
    if Booking.objects.filter(offer=offer).exists():
        return Refusal("offer_used", _("Dieses Angebot ist schon gebucht."), (again,))
    if offer.expires_at < now:
        return Refusal("offer_expired", _("Dieses Angebot gilt nicht mehr."), (again,))
    zone = ZoneInfo(day.district.timezone)
    place = booking_rules.zone_for(rules, offer.pickup_stop.village, offer.delivery_stop.village)
    # The rules hold as of the quote: who took less than an offer's life to decide does not lose it to the lead time.
    return booking_rules.time_refusal(rules, place, day.date, offer.pickup_earliest_s, offer.created_at, zone)


def _serve(before: DayPlan, plan: Plan, offer: OfferRecord, day: ServiceDay, code: str) -> Plan | None:
    state = before.state if plan is before.plan else DayState(plan, before.travel_s, before.weights)
    request = promised_request(code, offer, day)
    found, _effort = state.quote(request)
    if not found:
        return None
    return insert(plan, request, found[0], before.travel_s, before.weights)


def _taken(offer: OfferRecord, day: ServiceDay) -> Refusal:
    ways = [WayOut("offer_times", _("Fragen Sie die Fahrt bitte neu an. Wir suchen die nächste freie Zeit."))]
    ways.append(booking_rules.phone_way_out(rules_of(day.district), _("Oder rufen Sie an.")))
    return Refusal("no_longer_available", _("Dieser Platz wurde gerade vergeben."), tuple(ways))


def state_refusal(booking: Booking, target: str, district: District) -> Refusal | None:
    """No to a change of state that is not allowed any more."""
    if target in booking_rules.TRANSITIONS[booking.state]:
        return None
    reasons = {
        "cancelled": _("Diese Fahrt ist schon storniert."),
        "aboard": _("Diese Fahrt hat schon begonnen."),
        "completed": _("Diese Fahrt ist schon gefahren."),
        "no_show": _("Zu dieser Fahrt war niemand an der Haltestelle."),
    }
    way = booking_rules.phone_way_out(rules_of(district), _("Wenn etwas nicht stimmt, rufen Sie uns an."))
    return Refusal(f"already_{booking.state}", reasons.get(booking.state, _("Das geht nicht mehr.")), (way,))


def cancel_booking(booking: Booking, channel: str, actor: str, now: datetime) -> dict[str, Any]:
    """Cancel: the seat is free at once. Must run inside a transaction."""
    day = locked_day(booking.service_day_id)
    booking.refresh_from_db()
    refusal = state_refusal(booking, "cancelled", day.district)
    if refusal:
        return refusal_document(refusal)
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
    plan = remove(before.plan, booking.code, before.travel_s, before.weights)
    version = write_version(day, before, plan, "cancellation", now, frozenset({booking.code}))
    announce_plan(day, version.version, now)


def improve_service_day(day_id: int, improve: Callable[[DayPlan], Plan], now: datetime) -> bool:
    """Try to better a day's plan: think on a snapshot without a lock, commit only what still fits and is cheaper.

    `improve` gets the snapshot and returns a plan for the same requests. Whether a new version was written.
    """
    day = ServiceDay.objects.select_related("district").get(pk=day_id)
    before = current_plan(day)
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


def _free_code(district: District) -> str:
    while True:
        letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if not Booking.objects.filter(district=district, code=code).exists():
            return code


def moment_of(day: ServiceDay, second: int) -> datetime:
    """The local moment of a second of a service day."""
    return to_moment(second, day.date, ZoneInfo(day.district.timezone))
