"""Rides on many days, in the district of `tests.builders.district`."""

from __future__ import annotations

from datetime import date

from accessibility.desk import Access, RideWish, SeriesQuote, SeriesRule, SeriesView
from backend.bookings.desk import Desk
from tests.builders.district import a_key, a_passenger, a_wish

MO, TU, WE, TH, FR, SA, SU = range(7)
CONTACT = Access(contact="03901 304031")


def a_rule(*weekdays: int, first: str = "2026-11-24", until: str = "2026-12-24", **changes: object) -> SeriesRule:
    """Tuesdays and Thursdays, from today until Christmas Eve."""
    days = frozenset(weekdays or (TU, TH))
    return SeriesRule(days, date.fromisoformat(first), date.fromisoformat(until), **changes)  # type: ignore[arg-type]


def a_series_quote(desk: Desk, rule: SeriesRule | None = None, wish: RideWish | None = None) -> SeriesQuote:
    return desk.quote_series(wish or a_wish(), rule or a_rule(), key=a_key())


def a_series(desk: Desk, rule: SeriesRule | None = None, wish: RideWish | None = None) -> SeriesView:
    """A booked series of all the days that can be had as wished."""
    quote = a_series_quote(desk, rule, wish)
    answer = desk.book_series(quote.series_id, a_passenger(), key=a_key())
    assert isinstance(answer, SeriesView), answer
    return answer
