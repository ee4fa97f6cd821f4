"""Another time for what is left of a series: asked as one list of days, changed with one yes, each day where it is possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accessibility.desk import Channel, RideWish
from backend.bookings.acceptance import Buyer, accept_offers
from backend.bookings.ends import resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.journal import announce, audit
from backend.bookings.localtime import service_date, to_moment
from backend.bookings.models import Booking, OfferRecord, Series
from backend.bookings.recurrence import wish_on
from backend.bookings.selectors import legs_of, passenger_of, wish_of
from backend.bookings.series import consider_day
from backend.bookings.series_reading import rule_document, rule_from, wish_document, wish_from
from backend.bookings.services import Considered, record_wish
from backend.config.kept_texts import kept_in_german


def open_rides(series: Series, now: datetime) -> list[Booking]:
    """The bookings whose pick-up is still to come, the first one first."""
    local = ZoneInfo(series.district.timezone)
    legs = legs_of(series.trip) if series.trip else []
    still = [
        leg
        for leg in legs
        if leg.state == Booking.State.BOOKED
        and now <= to_moment(leg.offer.pickup_latest_s, leg.service_day.date, local)
    ]
    return sorted(still, key=lambda leg: (leg.service_day.date, leg.offer.pickup_earliest_s))


@kept_in_german
def consider_other_time(
    series: Series, when: datetime, channel: Channel, now: datetime
) -> tuple[list[tuple[Booking, Considered]], RideWish]:
    """What each open ride of a series, from the day of `when` on, is offered at its time; as if it gave its seat back."""
    local = ZoneInfo(series.district.timezone)
    rides = [leg for leg in open_rides(series, now) if leg.service_day.date >= when.astimezone(local).date()]
    found = []
    for leg in rides:
        asked = replace(wish_of(leg.offer.ride_request), when=when.astimezone(local), channel=channel)
        wish = replace(wish_on(asked, _day(leg, local), local), replaces=leg.code)
        ends = resolve_ends(series.district, wish)
        found.append((leg, consider_day(series.district, wish, ends, now, may_move_others=False)))
    return found, replace(wish_from(series), when=when.astimezone(local), channel=channel)


def _day(leg: Booking, local: ZoneInfo) -> date:
    return leg.offer.ride_request.wished_at.astimezone(local).date()


def record_other_time(
    series: Series, found: Sequence[tuple[Booking, Considered]], wish: RideWish, now: datetime
) -> Answer:
    """Keep the answers of all its days as a series of their own that waits for a yes. Must run inside a transaction."""
    local = ZoneInfo(series.district.timezone)
    days = sorted(_day(leg, local) for leg, _considered in found)
    rule = replace(rule_from(series.rule), first=days[0], until=days[-1], left_out=frozenset())
    asked = Series.objects.create(
        district=series.district,
        created_at=now,
        channel=wish.channel.value,
        rule=rule_document(rule),
        recurrence="",
        wish=wish_document(wish_on(wish, days[0], local)),
        needs=sorted(wish.needs),
    )
    for _leg, one in sorted(found, key=lambda pair: pair[1].service_day.pk if pair[1].service_day else 0):
        record_wish(series.district, one, now, asked)
    return {"series": str(asked.pk)}


@kept_in_german
def change_rides(series: Series, asked: Series, offers: Sequence[OfferRecord], buyer: Buyer, now: datetime) -> Answer:
    """Put these offers in the place of the rides of their days. Must run inside a transaction.

    A day that is not possible any more keeps its ride, and the answer names it; where none is possible, the refusal is the
    first day's.
    """
    rides = {leg.code: leg for leg in open_rides(series, now)}
    codes, refused = [], []
    # In the order of the days' rows, as everybody locks them.
    for offer in sorted(offers, key=lambda one: one.ride_request.service_day_id or 0):
        replaced = rides.get(offer.ride_request.replaces)
        if replaced is None:
            continue
        with transaction.atomic():
            own = replace(buyer, passenger=passenger_of(replaced))
            answer = accept_offers([offer], own, now, replaced=replaced, in_series=True)
        if "refusal" in answer:
            refused.append(answer)
        else:
            codes += answer["bookings"]
    if not codes:
        return refused[0] if refused else {"nothing": True}
    local = ZoneInfo(series.district.timezone)
    series.wish = {**series.wish, "when": wish_on(wish_from(asked), service_date(now, local), local).when.isoformat()}
    series.save(update_fields=["wish"])
    audit(series.district, now, buyer.actor, buyer.channel, "series.changed", str(series.pk))
    announce(series.district, "series.changed", {"series": str(series.pk), "bookings": codes}, now)
    return {"series": str(series.pk), "bookings": codes}
