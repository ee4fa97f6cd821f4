"""The end of a day: rides of which nothing was reported stay as they are until somebody says what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings import driven
from backend.bookings.days import locked_day
from backend.bookings.journal import audit
from backend.bookings.localtime import to_moment, to_seconds
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.planning import current_plan
from backend.bookings.progress import Progress
from dispatch.model import EventKind

COMPLETED, NO_SHOW = Booking.State.COMPLETED, Booking.State.NO_SHOW


def unreported(day: ServiceDay, shown: datetime) -> QuerySet[Booking]:
    """Rides that should be over by now and of which nobody has said that they are, the earliest first."""
    second = to_seconds(shown, day.date, ZoneInfo(day.district.timezone))
    rows = day.bookings.filter(
        state__in=(Booking.State.BOOKED, Booking.State.ABOARD), offer__delivery_latest_s__lt=second
    )
    return rows.select_related(
        "service_day__district", "district", "offer__pickup_stop", "offer__delivery_stop", "driven"
    ).order_by("offer__pickup_earliest_s", "pk")


def settle_day(
    day: ServiceDay, codes: Sequence[str], state: str, actor: str, reason: str, shown: datetime, now: datetime
) -> list[str]:
    """Say of rides that are over what became of them: "completed" or "no_show"; the codes that were settled by this call.

    Raises InvalidInput for a code that is not among `unreported`, for another state, and without a reason: nothing is done
    then. What has been settled already is left as it is.
    """
    if state not in (COMPLETED, NO_SHOW):
        raise InvalidInput("state", _("Möglich sind „gefahren“ und „nicht da“."))
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("reason", _("Bitte geben Sie einen Grund an."))
    with transaction.atomic():
        locked = locked_day(day.pk)
        known = {row.code: row.state for row in locked.bookings.filter(code__in=codes)}
        rows = {row.code: row for row in unreported(locked, shown).filter(code__in=codes)}
        for code in codes:
            aboard = code in rows and rows[code].state == Booking.State.ABOARD
            if (code not in rows and known.get(code) != state) or (aboard and state == NO_SHOW):
                problem = _("Zu %(code)s kann das nicht gesagt werden.") % {"code": code}
                raise InvalidInput("bookings", problem)
        progress = Progress(locked, shown)
        for row in rows.values():
            _settle(locked, row, state, progress, actor, reason, now)
        progress.write(now, "settled")
    return list(rows)


def _settle(
    day: ServiceDay, booking: Booking, state: str, progress: Progress, actor: str, reason: str, now: datetime
) -> None:
    boards, leaves, vehicle_code = _planned(day, booking)
    if state == NO_SHOW:
        driven.miss(booking, boards, actor, now, reason)
        progress.drops(booking.code, boards)
        return
    if booking.state == Booking.State.BOOKED:
        vehicle = day.district.vehicles.get(code=vehicle_code)
        driven.board(booking, vehicle, boards, actor, now)
        progress.boards(vehicle_code, booking, boards)
    driven.complete(booking, max(leaves, boards), actor, now)
    progress.alights(booking, max(leaves, boards))
    audit(day.district, now, actor, "dispatcher", "booking.settled", booking.code, reason)


def _planned(day: ServiceDay, booking: Booking) -> tuple[datetime, datetime, str]:
    """When a booking boards and leaves by plan, and in which vehicle; as promised, where no plan carries it."""
    plan, zone = current_plan(day).plan, ZoneInfo(day.district.timezone)
    for shift, route in zip(plan.shifts, plan.routes, strict=True):
        own = {event.kind: event for event in route.events if event.request_id == booking.code}
        if own:
            boards, leaves = own[EventKind.PICKUP], own[EventKind.DELIVERY]
            return (
                to_moment(boards.start_s + boards.dwell_s, day.date, zone),
                to_moment(leaves.start_s + leaves.dwell_s, day.date, zone),
                shift.vehicle.id,
            )
    offer = booking.offer
    return (
        to_moment(offer.pickup_earliest_s, day.date, zone),
        to_moment(offer.delivery_latest_s, day.date, zone),
        plan.shifts[0].vehicle.id,
    )
