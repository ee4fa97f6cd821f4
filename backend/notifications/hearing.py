"""What the outbox tells of bookings and buses becomes messages to riders, once each: the keys say what has been said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accessibility.desk import WRITTEN_CHANNELS, Refusal
from backend.bookings.instead_offers import offer_instead
from backend.bookings.models import AuditEntry, Booking, Trip
from backend.bookings.of_contacts import OPEN
from backend.bookings.receipts import issue_receipt
from backend.bookings.selectors import booking_by_code, bookings, contacts_that_open, message_contact
from backend.notifications.coming import delay_key, look_at
from backend.notifications.corrections import still_stands, tell_of_taking_back
from backend.notifications.endings import drop
from backend.notifications.kinds import MANNERS, Kind
from backend.notifications.messages import tell
from backend.notifications.models import RiderMessage
from backend.notifications.reaching import reach_of_booking
from backend.notifications.rules import is_wanted

Payload = dict[str, Any]
STAFF = "dispatcher"


def _now(payload: Payload) -> datetime:
    """When the relay heard it, by its clock."""
    return datetime.fromisoformat(payload["heard_at"])


@transaction.atomic
def confirm(payload: Payload) -> None:
    """booking.confirmed: there and back in one message; a series has its own."""
    tell_of_beside(payload)
    booking = booking_by_code(payload["booking"])
    if booking is None or (booking.trip and booking.trip.kind == Trip.Kind.SERIES) or _was_written(booking):
        return
    legs = list(booking.trip.bookings.order_by("leg")) if booking.trip else [booking]
    first, *others = [leg for leg in legs if leg.replaces_id is None] or [booking]
    tell(
        first, Kind.BOOKED, key=f"booked:{first.code}", now=_now(payload), also=[leg.code for leg in others],
        answers_reader=_is_readers_own(first),
    )  # fmt: skip


@transaction.atomic
def confirm_series(payload: Payload) -> None:
    """series.booked: all of them in one message."""
    rows = sorted(bookings().filter(code__in=payload["bookings"]), key=lambda row: (row.service_day.date, row.leg or 0))
    if rows and not _was_written(rows[0]):
        others = [row.code for row in rows[1:]]
        key = f"series-booked:{payload['series']}"
        tell(
            rows[0],
            Kind.SERIES_BOOKED,
            key=key,
            now=_now(payload),
            also=others,
            answers_reader=_is_readers_own(rows[0]),
        )


def tell_of_beside(payload: Payload) -> None:
    """booking.confirmed and booking.changed: another ride at the same time, that nobody has been asked about.

    It is told to the rider's contact that both have in common, and not to a booker who knows of one of them alone. Of a
    trip the first such ride is told.
    """
    booking = booking_by_code(payload["booking"])
    others = bookings().filter(code__in=payload.get("beside") or [], state__in=OPEN).order_by("pk")
    if booking is None or booking.state not in OPEN:
        return
    for other in others:
        for one, also in ((booking, other), (other, booking)):
            reached = {contact for contact in message_contact(one) if contact}
            if reached & {contact for pair in contacts_that_open(also) for contact in pair}:
                key = f"beside:{f'trip-{booking.trip_id}' if booking.trip_id else booking.code}"
                tell(one, Kind.BESIDE, key=key, now=_now(payload), also=[also.code])
                return


@transaction.atomic
def tell_of_change(payload: Payload) -> None:
    """booking.changed."""
    tell_of_beside(payload)
    if payload.get("in_series"):
        return  # told with the others
    booking = booking_by_code(payload["booking"])
    if booking and not _was_written(booking):
        own = _is_readers_own(booking) and _by_rider(booking, "booking.changed")
        tell(booking, Kind.CHANGED, key=f"changed:{booking.code}", now=_now(payload), answers_reader=own)


@transaction.atomic
def tell_of_changed_series(payload: Payload) -> None:
    """series.changed: all of its rides that have another time, in one message."""
    rows = sorted(bookings().filter(code__in=payload["bookings"]), key=lambda row: (row.service_day.date, row.leg or 0))
    if rows and not _was_written(rows[0]):
        own = _is_readers_own(rows[0]) and _by_rider(rows[0], "booking.changed")
        key = f"series-changed:{rows[0].code}"
        others = [row.code for row in rows[1:]]
        tell(rows[0], Kind.SERIES_CHANGED, key=key, now=_now(payload), also=others, answers_reader=own)


@transaction.atomic
def tell_of_cancellation(payload: Payload) -> None:
    """booking.cancelled: what is cancelled together is said in one message."""
    booking = booking_by_code(payload["booking"])
    if booking is None:
        return
    if payload.get("by") == "service":
        if payload.get("cause") != "suspend":  # a suspension says more itself
            _tell_of_end(booking, payload)
        return
    if booking.trip:
        Trip.objects.select_for_update().get(pk=booking.trip.pk)  # two relays must not each begin a message
        told = RiderMessage.objects.filter(kind=Kind.CANCELLED, booking__trip=booking.trip).select_related("booking")
        for row in told.select_for_update(of=("self",)):
            if row.booking_id == booking.pk or booking.code in row.also:
                return
        waiting = told.select_for_update(of=("self",)).filter(state=RiderMessage.State.QUEUED, attempts=0).first()
        if waiting:
            waiting.also = [*waiting.also, booking.code]
            waiting.due_at = _now(payload) + MANNERS[Kind.CANCELLED].hold
            waiting.save(update_fields=["also", "due_at"])
            return
    own = _is_readers_own(booking) and _by_rider(booking, "booking.cancelled")
    if own and _channel_of(booking, "booking.cancelled") in WRITTEN_CHANNELS:
        return  # the dialogue's answer was that message
    tell(booking, Kind.CANCELLED, key=f"cancelled:{booking.code}", now=_now(payload), answers_reader=own)


def tell_of_suspension(payload: Payload) -> None:
    """service.suspended."""
    for booking in _named(payload):
        _tell_of_end(booking, payload)


def _tell_of_end(booking: Booking, payload: Payload) -> None:
    """We cannot drive a ride: with the next time at which we could, if there is one. Who sits in the bus needs no other time."""
    context: dict[str, Any] = _context(payload)
    if payload.get("stranded"):
        context["stranded"] = True
    elif other := offer_instead(booking, _now(payload)):
        context |= {
            "answer": other.number,
            "from": other.offer.pickup_from.isoformat(),
            "until": other.offer.pickup_until.isoformat(),
        }
    tell(booking, Kind.SUSPENDED, context, key=f"suspended:{booking.code}:{payload['outbox']}", now=_now(payload))


def tell_of_return(payload: Payload) -> None:
    """return.granted."""
    booking = booking_by_code(payload["booking"])
    if booking:
        tell(booking, Kind.RETURN_GRANTED, key=f"return-granted:{booking.code}", now=_now(payload), answers_reader=True)


def tell_of_missing_return(payload: Payload) -> None:
    """return.unserved: a ride that was found is confirmed as any other; this is for who stands there without one."""
    booking = booking_by_code(payload["booking"])
    if booking and payload.get("ride") is None:
        key = f"return-unserved:{booking.code}:{payload.get('ready_at', '')}"
        tell(booking, Kind.RETURN_UNSERVED, key=key, now=_now(payload))


def about_each(kind: Kind, *, each_time: bool = False) -> Callable[[Payload], None]:
    """A receiver that tells every booking of the payload, once, or once for each time that it is announced."""

    def tell_each(payload: Payload) -> None:
        for booking in _named(payload):
            key = f"{kind.value}:{booking.code}" + (f":{payload['outbox']}" if each_time else "")
            tell(booking, kind, _context(payload), key=key, now=_now(payload))

    tell_each.__qualname__ = f"tell_each_{kind.value}"
    return tell_each


def tell_of_bus(payload: Payload) -> None:
    """vehicle.arrived: once for each bus, since a ride may have been moved to another after the first stood there.

    Of a report that lay on a device without a network nobody is told who could run for a bus that has gone.
    """
    for booking in _named(payload):
        if not still_stands(booking, payload["vehicle"], _now(payload)):
            continue
        key = f"{Kind.THERE.value}:{booking.code}:{payload['vehicle']}"
        tell(booking, Kind.THERE, _context(payload), key=key, now=_now(payload))


@transaction.atomic
def tell_of_undoing(payload: Payload) -> None:
    """intervention.done: whom an intervention that was taken back had told another time hears the one that holds again."""
    if payload.get("kind") != "undo":
        return
    for booking in bookings().filter(code__in=payload.get("touched", ()), state=Booking.State.BOOKED):
        told = booking.messages.filter(kind=Kind.WINDOW).select_for_update()
        for row in told.filter(state=RiderMessage.State.QUEUED, attempts=0):
            drop(row, "taken_back", _now(payload))
        if told.filter(attempts__gt=0).exists():
            tell(booking, Kind.WINDOW, key=f"window:{booking.code}:{payload['outbox']}", now=_now(payload))


def tell_of_broken_promise(payload: Payload) -> None:
    """promise.broken: of a bus that is late at the stop; the forecast says when it comes, if there is one."""
    booking = booking_by_code(payload["booking"])
    if booking is None or payload.get("limit") != "pickup" or booking.state != Booking.State.BOOKED:
        return
    if not booking.broken.filter(limit=payload["limit"]).exists():
        return  # it was a slip, and is taken back
    look_at([booking.code], _now(payload))
    if not booking.messages.filter(kind=Kind.DELAY).exclude(state=RiderMessage.State.DROPPED).exists():
        tell(booking, Kind.DELAY, key=delay_key(booking, timedelta(seconds=payload["by_s"])), now=_now(payload))


def tell_of_receipt(payload: Payload) -> None:
    """booking.completed: for who wishes receipts it is issued at once, so that the link opens one."""
    booking = booking_by_code(payload["booking"])
    if booking is None or not is_wanted(Kind.RECEIPT, reach_of_booking(booking)):
        return
    if not isinstance(issue_receipt(booking, "relay", _now(payload)), Refusal):
        tell(booking, Kind.RECEIPT, key=f"receipt:{booking.code}", now=_now(payload))


def look_again(payload: Payload) -> None:
    """promise.at_risk: whether the rider has to know is seen from the forecast as it is now."""
    look_at(payload.get("bookings") or [], _now(payload))


def _named(payload: Payload) -> Iterable[Booking]:
    codes = payload.get("bookings") or ([payload["booking"]] if payload.get("booking") else [])
    return bookings().filter(code__in=codes).order_by("pk")


def _context(payload: Payload) -> dict[str, Any]:
    """What the text may need; everything else of a payload is for others."""
    return {name: payload[name] for name in ("from", "until", "text") if payload.get(name)}


def _is_readers_own(booking: Booking) -> bool:
    """Whether who hears of a booking is who made it."""
    booker = getattr(booking, "booker", None)
    return booker is None or bool(booker.gets_messages)


def _was_written(booking: Booking) -> bool:
    """Whether it was booked in writing by who hears of it: the dialogue has then said all of it. Who rides because
    somebody else wrote has read nothing.
    """
    return booking.channel in WRITTEN_CHANNELS and _is_readers_own(booking)


def _by_rider(booking: Booking, action: str) -> bool:
    """Whether it was done by a rider's channel and not by staff on their own."""
    return _channel_of(booking, action) not in ("", STAFF)


def _channel_of(booking: Booking, action: str) -> str:
    """By which channel it was done last, "" where it never was."""
    entry = AuditEntry.objects.filter(district=booking.district, subject=booking.code, action=action).last()
    return entry.channel if entry else ""


TOPICS: dict[str, Callable[[Payload], None]] = {
    "booking.confirmed": confirm,
    "booking.changed": tell_of_change,
    "booking.cancelled": tell_of_cancellation,
    "booking.missed": about_each(Kind.NO_SHOW),
    "booking.completed": tell_of_receipt,
    "series.booked": confirm_series,
    "series.changed": tell_of_changed_series,
    "return.granted": tell_of_return,
    "return.unserved": tell_of_missing_return,
    "vehicle.arrived": tell_of_bus,
    "vehicle.broken_down": about_each(Kind.BREAKDOWN, each_time=True),
    "intervention.done": tell_of_undoing,
    "report.taken_back": tell_of_taking_back,
    "promise.broken": tell_of_broken_promise,
    "promise.at_risk": look_again,
    "service.suspended": tell_of_suspension,
}
