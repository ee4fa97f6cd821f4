"""Another time for a ride that we cancelled, offered of our own accord: what it would be, and taking it with one answer.

The message about the cancellation names the time and a number; whoever answers the number books exactly what was named, or
hears why not and what is free now. A seat is not held: who answers first has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accessibility.desk import Anchor, Channel, Fare, FareLine, InsteadView, InvalidInput, Offer, Refusal, WayOut
from backend.bookings.acceptance import Buyer, accept_offer
from backend.bookings.ends import resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.instead import wish_instead
from backend.bookings.journal import audit
from backend.bookings.localtime import clock_text, day_text, to_moment
from backend.bookings.models import Booking, InsteadOffer, OfferRecord, RideRequest
from backend.bookings.of_contacts import bookings_of
from backend.bookings.offering import Draft
from backend.bookings.rules import phone_way_out
from backend.bookings.selectors import contacts_that_open, passenger_of, refusal_document, stop_view
from backend.bookings.services import Considered, consider_wish, record_wish
from backend.config.kept_texts import kept_in_german
from backend.districts.selectors import rules_of

LASTS = timedelta(hours=24)  # an answer after a night still counts
REMEMBERED = timedelta(days=2)  # so long afterwards whoever answers hears that it is too late
SAME = (  # what the new offer takes over from the one of the cancelled ride
    "district", "pickup_stop", "pickup_walk_m", "delivery_stop", "delivery_walk_m", "riders", "seats", "wheelchairs",
    "storage", "dwell_s",
)  # fmt: skip


def offer_instead(booking: Booking, now: datetime) -> InsteadView | None:
    """The next time at which we could drive a cancelled ride; None where we find none. Asked again, the same offer."""
    known = InsteadOffer.objects.filter(booking=booking).first()
    if known:
        return view_of(known)
    if booking.state != Booking.State.CANCELLED or booking.offer.ride_request.forgotten_at:
        return None
    found = _next_free(booking, now)
    if found is None:
        return None
    try:
        with transaction.atomic():
            row = InsteadOffer(booking=booking, number=_free_number(booking, now))
            _name(row, *found, now)
    except IntegrityError:  # somebody else has just offered the same
        row = InsteadOffer.objects.get(booking=booking)
    return view_of(row)


def offers_instead(contacts: Sequence[str], now: datetime) -> tuple[InsteadView, ...]:
    """What whoever has these contacts may answer to, the newest first; also what is taken or over, for a while."""
    rides = bookings_of(contacts).filter(instead__expires_at__gt=now - REMEMBERED)
    rows = InsteadOffer.objects.filter(booking__in=rides.values("pk")).order_by("-offered_at", "number")
    return tuple(view_of(row) for row in rows)


def view_of(row: InsteadOffer) -> InsteadView:
    """An offer as its rider sees it."""
    was, day = row.booking.offer, row.service_day.date
    zone = ZoneInfo(row.booking.district.timezone)
    fare = row.promise["fare"]
    offer = Offer(
        id="",
        pickup_stop=stop_view(was.pickup_stop),
        pickup_walk_m=was.pickup_walk_m,
        pickup_from=to_moment(row.promise["pickup_earliest_s"], day, zone),
        pickup_until=to_moment(row.promise["pickup_latest_s"], day, zone),
        delivery_stop=stop_view(was.delivery_stop),
        delivery_walk_m=was.delivery_walk_m,
        arrive_by=to_moment(row.promise["delivery_latest_s"], day, zone),
        max_ride_minutes=row.promise["max_ride_s"] // 60,
        fare=Fare(fare["total_cents"], tuple(FareLine(**line) for line in fare["lines"])),
        vehicle_kind=row.promise["vehicle_kind"],
        expires_at=row.expires_at.astimezone(zone),
    )
    return InsteadView(row.booking.code, row.number, offer, row.offered_at, row.taken_as.code if row.taken_as else "")


@kept_in_german
def take_instead(booking: Booking, channel: Channel, language: str, now: datetime) -> Answer:
    """Book what was offered in place of a cancelled ride; the answer names the booking, or why not.

    Taken twice, it is the same booking. Where the place is gone, the next free time is offered under the same number, and
    the refusal names it. Must run inside a transaction.
    """
    rows = InsteadOffer.objects.select_for_update(of=("self",)).select_related("service_day", "taken_as")
    row = rows.filter(booking=booking).first()
    if row is None:
        return _no(booking, "no_offer", _("Zu dieser Fahrt haben wir keine andere Zeit angeboten."))
    if row.taken_as:
        return {"booking": row.taken_as.code}
    if now >= row.expires_at or booking.offer.ride_request.forgotten_at:
        return _no(booking, "offer_expired", _("Dieses Angebot gilt nicht mehr."))
    other = _booked_meanwhile(row)
    if other:
        text = _(
            "Sie haben dafür schon eine andere Fahrt gebucht, Code %(code)s. Noch eine buchen wir nicht von selbst."
        )
        return _no(booking, "already_booked", text % {"code": other.code})
    with transaction.atomic():
        answer = _book(row, channel, language, now)
        if "refusal" in answer:
            transaction.set_rollback(True)  # a ride that is not booked leaves no wish behind: nobody had one
    if "refusal" in answer:
        return _offered_anew(row, answer, now)
    row.taken_as = Booking.objects.get(code=answer["booking"])
    row.save(update_fields=["taken_as"])
    audit(booking.district, now, "rider", channel.value, "booking.instead", booking.code)
    return answer


def _booked_meanwhile(row: InsteadOffer) -> Booking | None:
    """The same way on the same day, booked by the same person since we cancelled: by the link, or on the telephone."""
    contacts = [contact for pair in contacts_that_open(row.booking) for contact in pair if contact]
    was, since = row.booking.offer, row.booking.ended_at
    return bookings_of(contacts).filter(
        service_day=row.service_day, state=Booking.State.BOOKED, booked_at__gte=since,
        offer__pickup_stop=was.pickup_stop, offer__delivery_stop=was.delivery_stop,
    ).first()  # fmt: skip


def _book(row: InsteadOffer, channel: Channel, language: str, now: datetime) -> Answer:
    booking, was = row.booking, row.booking.offer
    pickup = _moment(booking, row.service_day.date, row.promise["pickup_earliest_s"])
    wish = replace(wish_instead(booking, now)[0], when=pickup, anchor=Anchor.DEPART, channel=channel)
    ends = resolve_ends(booking.district, wish)
    considered = Considered(wish, ends, row.service_day, row.promise["direct_s"], (), None)
    request = RideRequest.objects.get(pk=record_wish(booking.district, considered, now)["request"])
    offer = OfferRecord.objects.create(
        ride_request=request, created_at=now, expires_at=now, rank=0, as_wished=True,
        **{name: getattr(was, name) for name in SAME}, **row.promise,
    )  # fmt: skip
    return accept_offer(offer, Buyer(passenger_of(booking), channel.value, "rider", language), now)


def _offered_anew(row: InsteadOffer, answer: Answer, now: datetime) -> Answer:
    """The place is gone, or the time has come too near: what is free now, under the same number."""
    found = _next_free(row.booking, now)
    if found is None:
        return answer
    _name(row, *found, now)
    view = view_of(row)
    words = {
        "day": day_text(view.offer.pickup_from.date()), "from": clock_text(view.offer.pickup_from),
        "number": row.number,
    }  # fmt: skip
    text = _("Frei ist %(day)s ab %(from)s. Antworten Sie noch einmal %(number)d, dann ist die Fahrt gebucht.") % words
    way = WayOut("offer_times", text, view.offer.pickup_from.isoformat())
    phone = phone_way_out(rules_of(row.booking.district), _("Oder rufen Sie an, wir suchen mit Ihnen."))
    reason = str(answer["refusal"]["reason"])
    return {"refusal": refusal_document(Refusal("no_longer_available", reason, (way, phone)))}


def _no(booking: Booking, code: str, reason: str) -> Answer:
    ways = (
        WayOut("offer_times", _("Bestellen Sie die Fahrt bitte neu. Sagen Sie uns, wann Sie fahren möchten.")),
        phone_way_out(rules_of(booking.district), _("Oder rufen Sie an, wir suchen mit Ihnen.")),
    )
    return {"refusal": refusal_document(Refusal(code, reason, ways))}


def _next_free(booking: Booking, now: datetime) -> tuple[Considered, Draft] | None:
    """The first free place between the same stops at or after the next time that the rules allow. Takes no lock."""
    wish, is_possible = wish_instead(booking, now)
    if not is_possible:
        return None
    for _attempt in range(2):
        try:
            considered = consider_wish(booking.district, wish, now, may_move_others=False)
        except InvalidInput:
            return None
        fits = [draft for draft in considered.drafts if _is_between_its_stops(draft, booking)]
        if fits:
            return considered, fits[0]
        later = _proposed(considered.refusal)
        if later is None or later <= wish.when:
            return None
        wish = replace(wish, when=later)
    return None


def _is_between_its_stops(draft: Draft, booking: Booking) -> bool:
    offer = booking.offer
    return (draft.pickup.pk, draft.delivery.pk) == (offer.pickup_stop_id, offer.delivery_stop_id)


def _proposed(refusal: Refusal | None) -> datetime | None:
    """The first moment that a "no" proposes."""
    for way in refusal.way_out if refusal else ():
        if way.kind == "offer_times" and "T" in way.value:
            return datetime.fromisoformat(way.value)
    return None


def _name(row: InsteadOffer, considered: Considered, draft: Draft, now: datetime) -> None:
    """Let a row offer this. `considered` has a day, or there would be no draft."""
    day = considered.service_day
    assert day is not None
    row.service_day, row.promise, row.offered_at = day, _promise(draft), now
    row.expires_at = min(now + LASTS, _moment(row.booking, day.date, draft.request.pickup_earliest_s))
    row.save()


def _promise(draft: Draft) -> dict[str, Any]:
    request = draft.request
    return {
        "pickup_earliest_s": request.pickup_earliest_s,
        "pickup_latest_s": request.pickup_latest_s,
        "delivery_latest_s": request.delivery_latest_s,
        "pickup_reserve_s": draft.pickup_reserve_s,
        "delivery_reserve_s": draft.delivery_reserve_s,
        "max_ride_s": request.max_ride_s,
        "direct_s": draft.direct_s,
        "fare": asdict(draft.fare),
        "vehicle_kind": draft.vehicle_kind,
    }


def _moment(booking: Booking, day: date, second: int) -> datetime:
    return to_moment(second, day, ZoneInfo(booking.district.timezone))


def _free_number(booking: Booking, now: datetime) -> int:
    """The smallest number that nothing else has which the same person may answer to."""
    contacts = [contact for pair in contacts_that_open(booking) for contact in pair if contact]
    taken = {one.number for one in offers_instead(contacts, now)}
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
