"""Accepting offers: one, several as one, or one in place of a booking. All of it happens or nothing does."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Booker, Passenger, Refusal, TripKind, WayOut
from backend.bookings import rules as booking_rules
from backend.bookings.beside import rides_beside
from backend.bookings.days import locked_day
from backend.bookings.ending import end, release_refusal, release_seats
from backend.bookings.ends import resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.journal import announce, announce_plan, audit
from backend.bookings.localtime import clock_text, day_text, to_moment
from backend.bookings.models import Booker as BookerRow
from backend.bookings.models import Booking, OfferRecord, ServiceDay, Trip
from backend.bookings.offering import Offering
from backend.bookings.plan_document import promised_request
from backend.bookings.planning import DayPlan, current_plan, present_plan, without_codes, write_version
from backend.bookings.rights import follow_change
from backend.bookings.selectors import refusal_document, rules_set_aside, wish_of
from backend.bookings.suspensions import with_suspensions
from backend.bookings.ways_out import neighbour_ways
from backend.config.kept_texts import kept_in_german
from backend.districts.selectors import rules_of
from backend.riders.models import Rider
from backend.riders.services import keep_rider

CODE_ALPHABET = "ABCDEFGHKLMNPQRSTUVWXYZ23456789"  # without I, O, J, 0, 1, which sound or look like others


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who accepts, by which channel: the rider herself, or staff for her; and the language that she read."""

    passenger: Passenger  # checked
    channel: str
    actor: str
    language: str = ""
    knowing: frozenset[str] = frozenset()  # codes of her rides at the same time that are to stay


@dataclass(frozen=True, slots=True)
class _Fitted:
    """Offers of one day found room in its plan, or `left_out` is the one that did not."""

    day: ServiceDay
    before: DayPlan
    plan: DayPlan
    left_out: OfferRecord | None = None


@kept_in_german
def accept_offer(offer: OfferRecord, buyer: Buyer, now: datetime, replaced: Booking | None = None) -> Answer:
    """Book an offer, in place of another booking where one is given; the answer names the booking or the refusal.

    Must run inside a transaction.
    """
    answer = accept_offers([offer], buyer, now, replaced=replaced)
    return answer if "refusal" in answer else {"booking": answer["bookings"][0]}


@kept_in_german
def accept_offers(
    offers: Sequence[OfferRecord],
    buyer: Buyer,
    now: datetime,
    *,
    kind: TripKind | None = None,
    replaced: Booking | None = None,
    in_series: bool = False,
) -> Answer:
    """Book all of these offers or none; the answer names the bookings in the same order, or the refusal.

    Must run inside a transaction. The promises are tried on the plans as they are now, under the service days' locks.
    The days are locked in the order of their rows, so that two callers cannot wait for each other.

    Parameters
    ----------
    offers
        Of one district, each once.
    kind
        Why they belong together; None for a single ride.
    replaced
        A booking that gives its seat back in the same step, and its place in a trip to the first offer.
    in_series
        It is one of many that are changed together: whoever tells of it tells of all.
    """
    days = {_day_id(offer) for offer in offers} | ({replaced.service_day_id} if replaced else set())
    locked = {day_id: locked_day(day_id) for day_id in sorted(days)}
    for offer in offers:
        refusal = _offer_refusal(offer, locked[_day_id(offer)], now)
        if refusal:
            return _refused(refusal, offer, offers)
    if replaced:
        replaced.refresh_from_db()
        day = locked[replaced.service_day_id]
        refusal = release_refusal(replaced, day, current_plan(day), now)
        if refusal:
            return _refused(refusal, offers[0], offers)
    codes = _free_codes(offers)
    fitted = []
    for day_id in sorted({_day_id(offer) for offer in offers}):
        own = [offer for offer in offers if _day_id(offer) == day_id]
        fit = _fit(locked[day_id], own, codes, replaced, now)
        if fit.left_out:
            return _refused(_taken(fit.left_out, fit.day, fit.plan, now), fit.left_out, offers)
        fitted.append(fit)
    _write_bookings(offers, codes, buyer, now, kind, replaced, in_series=in_series)
    released = frozenset({replaced.code} if replaced else ())
    for fit in fitted:
        reason = "change" if replaced else "booking"
        version = write_version(
            fit.day, fit.before, fit.plan.plan, reason, now, released - fit.plan.plan.requests.keys()
        )
        announce_plan(fit.day, version.version, now)
    if replaced and replaced.service_day_id not in {fit.day.pk for fit in fitted}:
        release_seats(locked[replaced.service_day_id], [replaced.code], now)
    return {"bookings": [codes[offer] for offer in offers]}


def book_walk_up(offer: OfferRecord, buyer: Buyer, now: datetime) -> Booking:
    """Book an offer of whoever stands at the stop, without a place in the plan: the caller says next that they have boarded.

    Must run inside a transaction, under the service day's lock.
    """
    codes = _free_codes([offer])
    # Nobody asked who it is, so it is nobody that could be reached.
    rider = Rider.objects.create(district=offer.district, name="", erased_at=now)
    _write_bookings([offer], codes, buyer, now, None, None, rider)
    return Booking.objects.get(code=codes[offer])


def _day_id(offer: OfferRecord) -> int:
    day_id = offer.ride_request.service_day_id
    if day_id is None:
        raise ValueError(f"{offer} belongs to no service day")  # only wishes within the horizon get offers
    return day_id


def _fit(
    day: ServiceDay,
    offers: Sequence[OfferRecord],
    codes: dict[OfferRecord, str],
    replaced: Booking | None,
    now: datetime,
) -> _Fitted:
    """Find room for all of a day's offers, each in its cheapest place beside those before it."""
    before, plan = current_plan(day), present_plan(day, now)
    if replaced and replaced.service_day_id == day.pk:
        plan = without_codes(day, [replaced.code], now)
    for offer in offers:
        wider = plan.with_request(promised_request(codes[offer], offer))
        if wider is None:
            return _Fitted(day, before, plan, offer)
        plan = wider
    return _Fitted(day, before, plan)


def _write_bookings(
    offers: Sequence[OfferRecord],
    codes: dict[OfferRecord, str],
    buyer: Buyer,
    now: datetime,
    kind: TripKind | None,
    replaced: Booking | None,
    rider: Rider | None = None,
    *,
    in_series: bool = False,
) -> None:
    district, person = offers[0].district, buyer.passenger
    rider = rider or keep_rider(district, person)
    trip, first_leg = (replaced.trip, replaced.leg) if replaced else (None, None)
    if kind:
        trip, first_leg = Trip.objects.create(district=district, kind=kind.value, created_at=now), 0
    topic = "booking.changed" if replaced else "booking.confirmed"
    beside = _unknown_beside(offers, buyer, replaced)
    for number, offer in enumerate(offers):
        booking = Booking.objects.create(
            district=district,
            service_day_id=_day_id(offer),
            code=codes[offer],
            offer=offer,
            rider=rider,
            contact_name=person.name,
            contact_phone=person.phone,
            contact_email=person.email,
            channel=buyer.channel,
            language=buyer.language or (replaced.language if replaced else ""),
            booked_at=now,
            replaces=replaced,
            trip=trip,
            leg=None if first_leg is None else first_leg + number,
        )
        told = {
            "date": booking.service_day.date.isoformat(),
            "booking": codes[offer],
            "replaces": replaced.code if replaced else None,
            "trip": trip.pk if trip else None,
            "beside": beside.get(str(offer.pk), []),
            "in_series": in_series,
        }
        announce(district, topic, told, now)
        audit(district, now, buyer.actor, buyer.channel, topic, codes[offer])
        if person.booked_by:
            _write_booker(booking, person.booked_by, buyer, now, replaced)
        if replaced:
            follow_change(replaced, booking)
    if replaced:
        end(replaced, Booking.State.CANCELLED, now)


def _unknown_beside(offers: Sequence[OfferRecord], buyer: Buyer, replaced: Booking | None) -> dict[str, list[str]]:
    """The codes of rides that clash with an offer and that nobody has been asked about, by the offer's id."""
    found: dict[str, list[str]] = {}
    for one in rides_beside(offers, buyer.passenger, {replaced.code} if replaced else ()):
        if one.ride.code not in buyer.knowing:
            found.setdefault(one.offer_id, []).append(one.ride.code)
    return found


def _write_booker(booking: Booking, booker: Booker, buyer: Buyer, now: datetime, replaced: Booking | None) -> None:
    """Keep who books for the rider. That the rider agrees is said once; a change does not ask for it again."""
    BookerRow.objects.create(
        booking=booking,
        name=booker.name,
        phone=booker.phone,
        email=booker.email,
        consented_at=replaced.booker.consented_at if replaced else now,
        gets_messages=booker.gets_messages,
    )
    if replaced is None:
        audit(booking.district, now, buyer.actor, buyer.channel, "booking.rider_agrees", booking.code)


def _refused(refusal: Refusal, offer: OfferRecord, offers: Sequence[OfferRecord]) -> Answer:
    """The answer of a refusal; where there were several offers, it says which one it is about."""
    if len(offers) > 1:
        day = offer.ride_request.service_day
        assert day is not None  # an offer belongs to a day
        begin = to_moment(offer.pickup_earliest_s, day.date, ZoneInfo(offer.district.timezone))
        values = {"stop": offer.pickup_stop.village, "day": day_text(begin.date()), "time": clock_text(begin)}
        ride = _("Fahrt ab %(stop)s am %(day)s um %(time)s:") % values
        refusal = replace(refusal, reason=f"{ride} {refusal.reason}", concerns=str(offer.pk))
    return {"refusal": refusal_document(refusal)}


def _offer_refusal(offer: OfferRecord, day: ServiceDay, now: datetime) -> Refusal | None:
    rules = rules_of(day.district)
    again = WayOut("offer_times", _("Fragen Sie die Fahrt bitte neu an. Das dauert nur einen Augenblick."))
    if Booking.objects.filter(offer=offer).exists():
        return Refusal("offer_used", _("Dieses Angebot ist schon gebucht."), (again,))
    if offer.expires_at < now:
        return Refusal("offer_expired", _("Dieses Angebot gilt nicht mehr."), (again,))
    local = ZoneInfo(day.district.timezone)
    zone = booking_rules.zone_for(rules, offer.pickup_stop.village, offer.delivery_stop.village)
    if offer.ride_request.open_return_id is not None and rules.open_return:
        zone = booking_rules.for_open_return(zone, rules.open_return)
    zone = booking_rules.without_times(zone, rules_set_aside(offer.ride_request))
    ends = [offer.pickup_stop.village], [offer.delivery_stop.village]
    zone = with_suspensions(day.district, zone, *ends, offer.direct_s)
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
        ways += neighbour_ways(day.district, day.date, plan, wish, now)
    ways.append(booking_rules.phone_way_out(rules, _("Oder rufen Sie an, wir suchen mit Ihnen.")))
    return Refusal("no_longer_available", _("Dieser Platz wurde gerade vergeben."), tuple(ways))


def _free_codes(offers: Sequence[OfferRecord]) -> dict[OfferRecord, str]:
    codes: dict[OfferRecord, str] = {}
    for offer in offers:
        codes[offer] = _free_code(set(codes.values()))
    return codes


def _free_code(taken: set[str]) -> str:
    while True:
        letters = "".join(secrets.choice(CODE_ALPHABET) for _number in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if code not in taken and not Booking.objects.filter(code=code).exists():
            return code
