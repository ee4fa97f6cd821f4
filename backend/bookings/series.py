"""Series: one wish on many days, answered as one list and booked as one. Each day stays a booking of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.desk import Refusal, RideWish, SeriesRule, TripKind, WayOut
from backend.bookings import rules as booking_rules
from backend.bookings.ends import End, place_refusal, resolve_ends
from backend.bookings.idempotency import Answer
from backend.bookings.localtime import day_text, service_date
from backend.bookings.models import Booking, OfferRecord, Series
from backend.bookings.party import check_party, party_refusal
from backend.bookings.plan_document import promised_request
from backend.bookings.planning import present_plan
from backend.bookings.recurrence import Recurrence, check_rule, days_refusal, recur, series_refusal, wish_on
from backend.bookings.selectors import refusal_document, wish_of
from backend.bookings.series_reading import rule_document, wish_document
from backend.bookings.services import (
    Buyer,
    Considered,
    accept_offers,
    announce,
    audit,
    cancel_bookings,
    consider_wish,
    record_wish,
)
from backend.config.kept_texts import kept_in_german
from backend.districts.models import District
from backend.districts.selectors import rules_of
from fixtures.rules import Rules

NO_DAYS = Recurrence((), (), "")
MOST_IN_VAIN = 5  # days without room for a rider whom few buses can carry; a search takes some tenths of a second
MOST_NAMED = 6  # days that a refusal names; the list shows the others


@dataclass(frozen=True, slots=True)
class ConsideredSeries:
    """A wish for many days with what each of them can be offered, before it is written."""

    wish: RideWish
    rule: SeriesRule
    found: Recurrence
    dates: tuple[Considered, ...]
    refusal: Refusal | None


@kept_in_german
def consider_series(district: District, wish: RideWish, rule: SeriesRule, now: datetime) -> ConsideredSeries:
    """What every day of a series can be offered. Takes no lock. Raises InvalidInput, before anything is written."""
    rules, local = rules_of(district), ZoneInfo(district.timezone)
    today = service_date(now, local)
    check_rule(rule, today)
    check_party(wish.party, wish.needs)
    ends = resolve_ends(district, wish)
    refusal = (
        series_refusal(rules, rule, today)
        or party_refusal(rules, wish.party, wish.needs)
        or place_refusal(district, wish, ends)
    )
    found = NO_DAYS if refusal else recur(rules, rule)
    refusal = refusal or days_refusal(rules, found)
    days = () if refusal else found.days
    dates = tuple(_consider_days(district, [wish_on(wish, day, local) for day in days], ends, now))
    return ConsideredSeries(wish, rule, found, dates, refusal)


def _consider_days(
    district: District, wishes: Sequence[RideWish], ends: tuple[End, End], now: datetime
) -> Iterator[Considered]:
    """One day after the other; where so many searches for room were in vain, the other days are looked at without."""
    in_vain = 0
    for wish in wishes:
        considered = consider_day(district, wish, ends, now, may_move_others=in_vain < MOST_IN_VAIN)
        in_vain += considered.refusal is not None and considered.refusal.code == "no_vehicle"
        yield considered


def consider_day(
    district: District, wish: RideWish, ends: tuple[End, End], now: datetime, *, may_move_others: bool = True
) -> Considered:
    """One day: the offer as wished alone, where there is one; a series is looked through faster without the others."""
    if booking_rules.is_over(wish.when, now):
        ways = (booking_rules.phone_way_out(rules_of(district), _("Rufen Sie an, wenn Sie heute noch fahren müssen.")),)
        return Considered(wish, ends, None, None, (), Refusal("time_over", _("Diese Zeit ist schon vorbei."), ways))
    considered = consider_wish(district, wish, now, in_series=True, may_move_others=may_move_others)
    if considered.drafts and considered.drafts[0].as_wished:
        return replace(considered, drafts=considered.drafts[:1])
    return considered


def record_series(district: District, considered: ConsideredSeries, now: datetime) -> Answer:
    """Keep a series with the answers of all its days. Must run inside a transaction; the answer names the series."""
    wish = considered.wish
    series = Series.objects.create(
        district=district,
        created_at=now,
        channel=wish.channel.value,
        rule=rule_document(considered.rule),
        recurrence=considered.found.text,
        left_out=[[entry.day.isoformat(), entry.reason] for entry in considered.found.left_out],
        wish=wish_document(wish),
        needs=sorted(wish.needs),
        refusal=refusal_document(considered.refusal) if considered.refusal else None,
    )
    # Keeping a wish may move other rides and lock its day: in the order of the days' rows, as everybody locks them.
    for one in sorted(considered.dates, key=lambda one: one.service_day.pk if one.service_day else 0):
        record_wish(district, one, now, series)
    return {"series": str(series.pk)}


@kept_in_german
def book_series(series_id: Any, offers: Sequence[OfferRecord], buyer: Buyer, now: datetime) -> Answer:
    """Book these offers of a series as one, or none of them; the answer names the series or the refusal.

    Must run inside a transaction. Where places have gone meanwhile, those days are asked anew, and the refusal names them.
    """
    series = Series.objects.select_for_update(of=("self",)).select_related("district").get(pk=series_id)
    rules = rules_of(series.district)
    if series.trip_id is not None:
        way = booking_rules.phone_way_out(rules, _("Rufen Sie an, wenn etwas nicht stimmt."))
        return {"refusal": refusal_document(Refusal("series_booked", _("Diese Fahrten sind schon gebucht."), (way,)))}
    answer = accept_offers(offers, buyer, now, kind=TripKind.SERIES)
    if "refusal" in answer:
        gone = [offer for offer in offers if not _holds(offer, now)]
        return _ask_again(series, rules, gone, now) if gone else answer
    series.trip = Booking.objects.select_related("trip").get(code=answer["bookings"][0]).trip
    series.state, series.booked_at = Series.State.BOOKED, now
    series.save(update_fields=["trip", "state", "booked_at"])
    audit(series.district, now, buyer.actor, buyer.channel, "series.booked", str(series.pk))
    announce(series.district, "series.booked", {"series": str(series.pk), "bookings": answer["bookings"]}, now)
    return {"series": str(series.pk)}


def _holds(offer: OfferRecord, now: datetime) -> bool:
    """Whether an offer could still be accepted alone."""
    day = offer.ride_request.service_day
    assert day is not None  # an offer belongs to a day
    day.refresh_from_db()
    return offer.expires_at >= now and present_plan(day, now).best(promised_request("?", offer)) is not None


def _ask_again(series: Series, rules: Rules, gone: Sequence[OfferRecord], now: datetime) -> Answer:
    """Fresh answers for the days whose offers are gone, and the refusal that names these days."""
    local, days = ZoneInfo(series.district.timezone), []
    for offer in gone:
        wish = wish_of(offer.ride_request)
        days.append(wish.when.astimezone(local).date())
        considered = consider_day(series.district, wish, resolve_ends(series.district, wish), now)
        record_wish(series.district, considered, now, series)
    reason = ngettext(
        "An einem Tag ist der Platz inzwischen vergeben: %(days)s. Es ist noch nichts gebucht.",
        "An %(count)d Tagen ist der Platz inzwischen vergeben: %(days)s. Es ist noch nichts gebucht.",
        len(days),
    )
    named = "; ".join(day_text(day) for day in days[:MOST_NAMED]) + ("; …" if len(days) > MOST_NAMED else "")
    if all(offer.expires_at < now for offer in gone):
        reason = _("Die Angebote gelten nicht mehr. Es ist noch nichts gebucht.")
    ways = (
        WayOut("offer_times", _("Wir haben für diese Tage neu gefragt. Prüfen Sie die Liste und buchen Sie dann.")),
        booking_rules.phone_way_out(rules, _("Oder rufen Sie an, wir suchen mit Ihnen.")),
    )
    refusal = Refusal("dates_taken", reason % {"count": len(days), "days": named}, ways)
    return {"refusal": refusal_document(refusal)}


@kept_in_german
def cancel_days(series: Series, bookings: Sequence[Booking], channel: str, actor: str, now: datetime) -> Answer:
    """Cancel these bookings of a series, all or none. Must run inside a transaction."""
    answer = cancel_bookings(bookings, channel, actor, now)
    if "refusal" in answer:
        return answer
    if not series.trip or not series.trip.bookings.filter(state__in=["booked", "aboard"]).exists():
        series.state, series.ended_at = Series.State.ENDED, now
        series.save(update_fields=["state", "ended_at"])
    if len(bookings) > 1:  # of one day, its own message says all
        audit(series.district, now, actor, channel, "series.cancelled", str(series.pk))
        announce(series.district, "series.cancelled", {"series": str(series.pk), "bookings": answer["bookings"]}, now)
    return {"series": str(series.pk)}
