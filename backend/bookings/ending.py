"""How a booking ends before its ride: whether its seat may still be given back, and giving it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Refusal
from backend.bookings import rules as booking_rules
from backend.bookings.days import locked_day
from backend.bookings.idempotency import Answer
from backend.bookings.journal import announce, announce_plan, audit
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.planning import DayPlan, UnderWay, current_plan, without_codes, write_version
from backend.bookings.progress import Progress
from backend.bookings.rights import end_right, free_right
from backend.bookings.selectors import refusal_document
from backend.config.kept_texts import kept_in_german
from backend.districts.selectors import rules_of
from fixtures.rules import Rules


def release_refusal(
    booking: Booking, day: ServiceDay, plan: DayPlan, now: datetime, *, may_turn: bool = False
) -> Refusal | None:
    """No to giving a seat back: the booking has ended, its time is over, or the vehicle is under way to it.

    `may_turn`: a dispatcher, who can tell the driver, may also call a ride off to which the vehicle is under way.
    """
    rules = rules_of(day.district)
    if Booking.State.CANCELLED not in booking_rules.TRANSITIONS[booking.state]:
        return _state_refusal(booking, rules)
    if now > to_moment(booking.offer.pickup_latest_s, day.date, ZoneInfo(day.district.timezone)):
        return booking_rules.ride_over_refusal(rules)
    if may_turn and is_under_way(plan, booking.code):
        return None
    try:
        plan.without(booking.code)
    except UnderWay:
        return booking_rules.under_way_refusal(rules)
    return None


def is_under_way(plan: DayPlan, code: str) -> bool:
    """Whether a vehicle drives towards a booking's pick-up, or stands there, and nothing else has happened of the ride."""
    for route in plan.plan.routes:
        done = [event.request_id for event in route.events[: route.done]]
        if code in [event.request_id for event in route.events[: route.locked]]:
            return code not in done
    return False


def _state_refusal(booking: Booking, rules: Rules) -> Refusal:
    reasons = {
        "cancelled": _("Diese Fahrt ist schon storniert."),
        "aboard": _("Diese Fahrt hat schon begonnen."),
        "completed": _("Diese Fahrt ist schon gefahren."),
        "no_show": _("Zu dieser Fahrt war niemand an der Haltestelle."),
    }
    way = booking_rules.phone_way_out(rules, _("Wenn etwas nicht stimmt, rufen Sie uns an."))
    return Refusal(f"already_{booking.state}", reasons[booking.state], (way,))


@kept_in_german
def cancel_booking(booking: Booking, channel: str, actor: str, now: datetime, *, may_turn: bool = False) -> Answer:
    """Cancel: the seat is free at once. `may_turn`: also with the vehicle under way. Must run inside a transaction."""
    answer = cancel_bookings([booking], channel, actor, now, may_turn=may_turn)
    return answer if "refusal" in answer else {"booking": booking.code}


@kept_in_german
def cancel_bookings(
    bookings: Sequence[Booking], channel: str, actor: str, now: datetime, *, may_turn: bool = False
) -> Answer:
    """Cancel all or none; the answer names them, or the refusal. Must run inside a transaction."""
    locked = {day_id: locked_day(day_id) for day_id in sorted({booking.service_day_id for booking in bookings})}
    plans = {day_id: current_plan(day) for day_id, day in locked.items()}
    for booking in bookings:
        day_id = booking.service_day_id
        booking.refresh_from_db()
        refusal = release_refusal(booking, locked[day_id], plans[day_id], now, may_turn=may_turn)
        if refusal:
            if len(bookings) > 1:
                refusal = replace(refusal, concerns=booking.code)
            return {"refusal": refusal_document(refusal)}
        if not is_under_way(plans[day_id], booking.code):
            plans[day_id] = plans[day_id].without(booking.code)
    for booking in bookings:
        end(booking, Booking.State.CANCELLED, now)
        end_right(booking)
        free_right(booking)
        told = {"date": booking.service_day.date.isoformat(), "booking": booking.code}
        announce(booking.district, "booking.cancelled", told, now)
        audit(booking.district, now, actor, channel, "booking.cancelled", booking.code)
    for day_id, day in locked.items():
        release_seats(day, [booking.code for booking in bookings if booking.service_day_id == day_id], now)
    return {"bookings": [booking.code for booking in bookings]}


def end(booking: Booking, state: str, now: datetime) -> None:
    booking.state = state
    booking.ended_at = now
    booking.save(update_fields=["state", "ended_at"])


def release_seats(day: ServiceDay, codes: Sequence[str], now: datetime) -> None:
    """Take ended bookings of a day out of its plan."""
    if any(is_under_way(current_plan(day), code) for code in codes):
        progress = Progress(day, now)
        for code in codes:
            progress.drops(code, now)
        progress.write(now, "cancellation")
        return
    after = without_codes(day, codes, now)
    version = write_version(day, current_plan(day), after.plan, "cancellation", now, frozenset(codes))
    announce_plan(day, version.version, now)
