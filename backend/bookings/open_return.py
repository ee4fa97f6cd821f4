"""Open returns: "bring me home when I am done". A right without a seat; a call books the first ride that can be had."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Anchor, Channel, Fare, FareLine, InvalidInput, Refusal, RideWish, WayOut
from backend.bookings import rules as booking_rules
from backend.bookings.ends import resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.localtime import as_clock, clock_text, to_moment, to_seconds
from backend.bookings.models import Booking, OfferRecord, OpenReturn, ServiceDay
from backend.bookings.offering import Draft, Offering
from backend.bookings.planning import DayPlan, present_plan
from backend.bookings.rights import valid_until
from backend.bookings.selectors import offer_of, passenger_of, refusal_document, wish_of
from backend.bookings.services import Buyer, Considered, accept_offer, announce, audit, locked_day, record_wish
from backend.bookings.ways_out import with_lines
from backend.config.kept_texts import kept_in_german
from backend.districts.selectors import rules_of
from dispatch.model import EventKind
from fixtures.rules import Rules

UNDER_THE_RIGHT = (Booking.State.BOOKED, Booking.State.ABOARD, Booking.State.COMPLETED)


@kept_in_german
def grant_return(booking: Booking, channel: str, actor: str, now: datetime) -> Answer:
    """Give a booking the right to a ride home; again gives the same right. Must run inside a transaction."""
    locked_day(booking.service_day_id)
    booking.refresh_from_db()
    until = valid_until(booking)
    refusal = _grant_refusal(booking, until, now)
    if refusal or until is None:
        assert refusal is not None  # where there are no hours, there is a refusal
        return {"refusal": refusal_document(refusal)}
    right, created = OpenReturn.objects.get_or_create(
        booking=booking,
        defaults={"district": booking.district, "created_at": now, "valid_until": until},
    )
    if created or right.state == OpenReturn.State.ENDED:
        right.state = OpenReturn.State.WAITING
        right.save(update_fields=["state"])
        announce(booking.district, "return.granted", {"booking": booking.code}, now)
        audit(booking.district, now, actor, channel, "return.granted", booking.code)
    return {"booking": booking.code}


def _grant_refusal(booking: Booking, until: datetime | None, now: datetime) -> Refusal | None:
    rules, offer = rules_of(booking.district), booking.offer
    phone = booking_rules.phone_way_out(rules, _("Rufen Sie an, wir suchen mit Ihnen."))
    if rules.open_return is None:
        return Refusal("return_not_offered", _("Eine offene Rückfahrt gibt es hier noch nicht."), (phone,))
    if booking.state not in UNDER_THE_RIGHT:
        return Refusal(
            "no_way_there", _("Zu dieser Fahrt gibt es keine Rückfahrt, denn sie findet nicht statt."), (phone,)
        )
    if OpenReturn.objects.filter(ride=booking).exists():
        return Refusal("is_a_return", _("Diese Fahrt ist selbst eine Rückfahrt."), (phone,))
    local, day = ZoneInfo(booking.district.timezone), booking.service_day.date
    arrival = to_moment(offer.delivery_latest_s, day, local)
    if until is None or max(arrival, now) >= until:
        reason = _("Nach Ihrer Ankunft fährt an diesem Tag kein Rufbus mehr zurück.")
        text = _("Bestellen Sie eine frühere Hinfahrt, oder für den nächsten Tag eine Rückfahrt.")
        return Refusal("return_after_hours", reason, (WayOut("offer_times", text), phone))
    return None


@kept_in_german
def drop_return(right: OpenReturn, channel: str, actor: str, now: datetime) -> Answer:
    """The rider gets home in another way. A ride that was called stays booked. Must run inside a transaction."""
    locked_day(right.booking.service_day_id)
    right.refresh_from_db()
    if right.state != OpenReturn.State.ENDED:
        right.state = OpenReturn.State.ENDED
        right.save(update_fields=["state"])
        audit(right.district, now, actor, channel, "return.dropped", right.booking.code)
    return {"booking": right.booking.code}


@kept_in_german
def call_return(right: OpenReturn, channel: str, actor: str, ready_at: datetime | None, now: datetime) -> Answer:
    """Book the first ride home from `ready_at` on; a second call gives the same ride. Must run inside a transaction.

    The search goes as far as that for any offer, then on to the end of the day's hours: a late ride home is better than
    none, and the dispatcher hears of either in `return.unserved`.
    """
    day = locked_day(right.booking.service_day_id)
    right.refresh_from_db()
    if right.ride_id is not None and right.ride and right.ride.state in UNDER_THE_RIGHT:
        return {"booking": right.ride.code}
    ready = _checked_ready(ready_at, now)
    rules = rules_of(right.district)
    refusal = _call_refusal(right, rules, day, ready)
    if refusal:
        return {"refusal": refusal_document(refusal)}
    considered, is_late = _search(right, rules, day, ready, channel, now)
    right.called_at, right.state = now, OpenReturn.State.CALLED
    request_id = record_wish(right.district, considered, now, open_return=right)["request"]
    code = None
    if considered.drafts:
        offer = offer_of(str(OfferRecord.objects.get(ride_request=request_id).pk))
        answer = accept_offer(offer, Buyer(passenger_of(right.booking), channel, actor, right.booking.language), now)
        if "refusal" in answer:
            raise RuntimeError(f"an offer of {right} does not hold under the lock: {answer['refusal']['code']}")
        code = answer["booking"]
        right.ride = Booking.objects.get(code=code)
    right.save(update_fields=["called_at", "state", "ride"])
    audit(right.district, now, actor, channel, "return.called", right.booking.code)
    if code is None or is_late:
        told = {"booking": right.booking.code, "ready_at": ready.isoformat(), "ride": code}
        announce(right.district, "return.unserved", told, now)
    if code is None:
        assert considered.refusal is not None
        return {"refusal": refusal_document(considered.refusal)}
    return {"booking": code}


def _checked_ready(ready_at: datetime | None, now: datetime) -> datetime:
    """When the rider is ready, not before now. Raises InvalidInput for a time that cannot be meant."""
    if ready_at is None:
        return now
    if ready_at.tzinfo is None:
        raise InvalidInput("ready_at", _("Bitte geben Sie die Zeit mit Zeitzone an."))
    if booking_rules.is_over(ready_at, now):
        raise InvalidInput("ready_at", _("Diese Zeit ist schon vorbei. Bitte wählen Sie eine spätere."))
    return max(ready_at, now)


def _call_refusal(right: OpenReturn, rules: Rules, day: ServiceDay, ready: datetime) -> Refusal | None:
    booking, local = right.booking, ZoneInfo(right.district.timezone)
    phone = booking_rules.phone_way_out(rules, _("Rufen Sie an, wir bringen Sie nach Hause."))
    if right.state == OpenReturn.State.ENDED or booking.state not in UNDER_THE_RIGHT or rules.open_return is None:
        return Refusal("return_ended", _("Diese offene Rückfahrt gilt nicht mehr."), (phone,))
    if ready >= right.valid_until:
        last = clock_text(right.valid_until.astimezone(local))
        reason = _("Die offene Rückfahrt galt bis %(time)s.") % {"time": last}
        return Refusal("return_expired", reason, (phone,))
    begin = to_moment(booking.offer.pickup_earliest_s, day.date, local)
    if booking.state == Booking.State.BOOKED and ready < begin:
        reason = _("Ihre Hinfahrt beginnt erst um %(time)s.") % {"time": clock_text(begin)}
        text = _("Melden Sie sich, wenn Sie fertig sind. Das geht ab %(time)s.")
        arrival = as_clock(booking.offer.delivery_latest_s, day.date, local)
        return Refusal("not_there_yet", reason, (WayOut("offer_times", text % {"time": arrival}), phone))
    return None


def _search(
    right: OpenReturn, rules: Rules, day: ServiceDay, ready: datetime, channel: str, now: datetime
) -> tuple[Considered, bool]:
    """The first ride home and whether it is later than any offer would be; or why there is none."""
    district, local = right.district, ZoneInfo(right.district.timezone)
    wish = way_back(right.booking, ready, channel)
    ends = resolve_ends(district, wish)
    assert rules.open_return is not None  # else the call was refused
    own_zone = booking_rules.zone_for(rules, ends[0].village, ends[1].village)
    zone = booking_rules.for_open_return(own_zone, rules.open_return)
    plan = present_plan(day, now)
    offering = Offering(district, day.date, plan, wish, ends, now, rules, zone)
    first_s = max(
        to_seconds(ready, day.date, local),
        to_seconds(now, day.date, local) + rules.open_return.lead_s,
        _there_s(plan, right.booking.code),  # who calls on the way there cannot be fetched before she is there
    )
    reach_s = first_s + rules.booking.search_later_s
    last_s = to_seconds(right.valid_until, day.date, local)
    draft = offering.soonest(first_s, min(reach_s, last_s))
    late = None if draft else offering.soonest(reach_s, last_s)
    found = draft or late
    if found:
        drafts = (_at_the_same_fare(found, right.booking),)
        return Considered(wish, ends, day, offering.direct_s, drafts, None), draft is None
    ways = (booking_rules.phone_way_out(rules, _("Rufen Sie bitte an. Die Leitstelle weiß schon, dass Sie warten.")),)
    refusal = Refusal("return_unserved", _("Heute ist auf dem Rückweg kein Platz mehr frei."), ways)
    return Considered(wish, ends, day, offering.direct_s, (), with_lines(refusal, rules, ends)), True


def _there_s(plan: DayPlan, code: str) -> int:
    """When a booking's riders have left the bus by plan, in seconds of the service day; 0 where they are not in it."""
    for route in plan.plan.routes:
        for event in route.events:
            if event.request_id == code and event.kind is EventKind.DELIVERY:
                return event.start_s + event.dwell_s
    return 0


def way_back(booking: Booking, ready: datetime, channel: str) -> RideWish:
    """The wish of a booking, turned round."""
    there = wish_of(booking.offer.ride_request)
    return replace(
        there,
        origin=there.destination,
        destination=there.origin,
        when=ready.astimezone(ZoneInfo(booking.district.timezone)),
        anchor=Anchor.DEPART,
        channel=Channel(channel),
        replaces=None,
    )


def _at_the_same_fare(draft: Draft, booking: Booking) -> Draft:
    """The way back costs what the way there did, also where the road makes it a few metres longer."""
    fare = booking.offer.fare
    return replace(draft, fare=Fare(fare["total_cents"], tuple(FareLine(**line) for line in fare["lines"])))
