"""A cancelled ride driven after all: whether there is room for its promise, and the same promise booked anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accessibility.desk import Anchor, Channel
from backend.bookings.acceptance import Buyer, accept_offer
from backend.bookings.ends import resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.instead_offers import SAME
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, OfferRecord, RideRequest, RuleOverride, ServiceDay
from backend.bookings.plan_document import promised_request
from backend.bookings.planning import present_plan
from backend.bookings.selectors import passenger_of, wish_of
from backend.bookings.services import Considered, record_wish
from backend.config.kept_texts import kept_in_german

PROMISE = (  # what was promised, to the second and the cent
    "pickup_earliest_s", "pickup_latest_s", "delivery_latest_s", "pickup_reserve_s", "delivery_reserve_s", "max_ride_s",
    "direct_s", "fare", "vehicle_kind",
)  # fmt: skip
LIFTED = ("too_late", "after_deadline")  # she had ordered in time


def room_for(day: ServiceDay, rides: Sequence[Booking], now: datetime) -> frozenset[str]:
    """Which of these rides the day's plan could take again as they were promised, one beside the other. Writes nothing."""
    plan, found = present_plan(day, now), set()
    for ride in sorted(rides, key=lambda one: (one.offer.pickup_earliest_s, one.code)):
        wider = plan.with_request(promised_request(ride.code, ride.offer))
        if wider is not None:
            plan = wider
            found.add(ride.code)
    return frozenset(found)


@kept_in_german
def promise_again(booking: Booking, actor: str, reason: str, now: datetime) -> Answer:
    """Book what was promised with a cancelled ride once more, as a booking of its own; the answer names it, or why not.

    The deadlines for ordering are set aside, which is kept with the reason. Must run inside a transaction.
    Raises InvalidInput for a stop that is served no more.
    """
    was, day = booking.offer, booking.service_day
    moment = to_moment(was.pickup_earliest_s, day.date, ZoneInfo(booking.district.timezone))
    wish = wish_of(was.ride_request)
    wish = replace(wish, when=moment, anchor=Anchor.DEPART, channel=Channel.DISPATCHER, replaces=None)
    with transaction.atomic():
        considered = Considered(wish, resolve_ends(booking.district, wish), day, was.direct_s, (), None)
        request = RideRequest.objects.get(pk=record_wish(booking.district, considered, now)["request"])
        RuleOverride.objects.create(ride_request=request, codes=sorted(LIFTED), reason=reason, by=actor, at=now)
        offer = OfferRecord.objects.create(
            ride_request=request, created_at=now, expires_at=now, rank=0, as_wished=True,
            **{name: getattr(was, name) for name in (*SAME, *PROMISE)},
        )  # fmt: skip
        buyer = Buyer(passenger_of(booking), Channel.DISPATCHER.value, actor, booking.language)
        answer = accept_offer(offer, buyer, now)
        if "refusal" in answer:
            transaction.set_rollback(True)  # a ride that is not booked leaves no wish behind: nobody had one
    return answer
