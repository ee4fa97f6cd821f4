"""Reads series as the desk shows them: the list of days with their answers, and the bookings that came of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accessibility.desk import (
    Anchor,
    Channel,
    Concession,
    InvalidInput,
    Party,
    Place,
    RideWish,
    SeriesDate,
    SeriesQuote,
    SeriesRule,
    SeriesView,
)
from backend.bookings.models import Booking, OfferRecord, RideRequest, Series
from backend.bookings.recurrence import school_holidays_known_until
from backend.bookings.selectors import identity, leg_view, legs_of, offer_view, passenger_of, refusal_from
from backend.districts.selectors import rules_of


def series_of(series_id: str) -> Series:
    """A series. Raises InvalidInput for an unknown id. Who may see it is the caller's to know."""
    found = Series.objects.select_related("district", "trip").filter(pk=identity(series_id, "series_id")).first()
    if found is None:
        raise InvalidInput("series_id", _("Diese Anfrage gibt es nicht."), "not_found")
    return found


def series_with(booking: Booking) -> Series | None:
    """The series that a booking belongs to."""
    return (
        Series.objects.select_related("district", "trip").filter(trip=booking.trip_id).first()
        if booking.trip_id
        else None
    )


def code_of_series(series_id: str) -> str | None:
    """The code of a booked series' first ride; None where nothing is booked yet. Raises InvalidInput for an unknown id."""
    series = series_of(series_id)
    return legs_of(series.trip)[0].code if series.trip else None


def series_quote(series: Series) -> SeriesQuote:
    """Every day of the rule in order: what it was answered with last, or why it is left out."""
    known_until = school_holidays_known_until(rules_of(series.district))
    rule = rule_from(series.rule)
    blind = not rule.in_school_holidays and known_until is not None and known_until < rule.until
    return SeriesQuote(
        series_id=str(series.pk),
        wish=wish_from(series),
        rule=rule,
        dates=tuple(sorted([*_answered(series), *left_out_of(series)], key=lambda one: one.day)),
        refusal=refusal_from(series.refusal) if series.refusal else None,
        holidays_known_until=known_until if blind else None,
    )


def _answered(series: Series) -> list[SeriesDate]:
    return [_date(series, row) for row in newest_requests(series).values()]


def newest_requests(series: Series) -> dict[date, RideRequest]:
    """The wish of each day with its offers; of a day that was asked again, the newest."""
    local = ZoneInfo(series.district.timezone)
    offers = OfferRecord.objects.select_related("pickup_stop", "delivery_stop").order_by("rank")
    rows = series.requests.select_related("service_day").prefetch_related(Prefetch("offers", offers))
    return {row.wished_at.astimezone(local).date(): row for row in rows.order_by("wished_at", "created_at")}


def _date(series: Series, row: RideRequest) -> SeriesDate:
    offers = list(row.offers.all())
    for offer in offers:
        offer.district = series.district  # read once: a district's row carries its whole document
    return SeriesDate(
        day=row.wished_at.astimezone(ZoneInfo(series.district.timezone)).date(),
        offers=tuple(offer_view(offer) for offer in offers),
        as_wished=bool(offers) and offers[0].as_wished,
        refusal=refusal_from(row.refusal) if row.refusal else None,
    )


def left_out_of(series: Series) -> list[SeriesDate]:
    """The days that the rule leaves out, as they were when it was asked."""
    return [SeriesDate(date.fromisoformat(day), left_out=reason) for day, reason in series.left_out]


def series_view(series: Series) -> SeriesView:
    """A booked series as its rider may see it."""
    assert series.trip is not None  # only booked series are shown
    assert series.booked_at is not None
    bookings = legs_of(series.trip)
    return SeriesView(
        rule=rule_from(series.rule),
        wish=wish_from(series),
        bookings=tuple(leg_view(booking) for booking in bookings),
        left_out=tuple(left_out_of(series)),
        passenger=passenger_of(bookings[0]),
        booked_at=series.booked_at.astimezone(ZoneInfo(series.district.timezone)),
        fare_cents=sum(booking.offer.fare["total_cents"] for booking in bookings if booking.state != "cancelled"),
    )


def wish_from(series: Series) -> RideWish:
    """A series' wish as it was said, at the time of its first day."""
    kept = series.wish
    return RideWish(
        district=series.district_id,
        origin=Place(**kept["origin"]),
        destination=Place(**kept["destination"]),
        when=datetime.fromisoformat(kept["when"]).astimezone(ZoneInfo(series.district.timezone)),
        anchor=Anchor(kept["anchor"]),
        party=Party(**kept["party"]),
        needs=frozenset(series.needs),
        concession=Concession(kept["concession"]),
        channel=Channel(series.channel),
        max_walk_m=kept["max_walk_m"],
    )


def rule_document(rule: SeriesRule) -> dict[str, Any]:
    """A rule as it is kept."""
    return {
        **asdict(rule),
        "weekdays": sorted(rule.weekdays),
        "first": rule.first.isoformat(),
        "until": rule.until.isoformat(),
        "left_out": sorted(day.isoformat() for day in rule.left_out),
    }


def rule_from(document: dict[str, Any]) -> SeriesRule:
    """A kept rule."""
    return SeriesRule(
        weekdays=frozenset(document["weekdays"]),
        first=date.fromisoformat(document["first"]),
        until=date.fromisoformat(document["until"]),
        every_weeks=document["every_weeks"],
        left_out=frozenset(date.fromisoformat(day) for day in document["left_out"]),
        on_public_holidays=document["on_public_holidays"],
        in_school_holidays=document["in_school_holidays"],
    )


def wish_document(wish: RideWish) -> dict[str, Any]:
    """A series' wish as it is kept: the time is that of the first day; needs are kept beside it, encrypted."""
    document = asdict(wish)
    del document["needs"], document["replaces"], document["channel"], document["district"]
    return {**document, "when": wish.when.isoformat()}
