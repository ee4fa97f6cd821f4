"""The desk's calls about series: many days asked as one list, booked as one, changed day by day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accessibility.desk import (
    Access,
    Channel,
    InvalidInput,
    Passenger,
    Refusal,
    RideWish,
    SeriesChange,
    SeriesQuote,
    SeriesRule,
    SeriesView,
)
from backend.bookings.admission import RIDER, channel_of, district_named, not_found, visible
from backend.bookings.clock import Clock
from backend.bookings.idempotency import Answer, once, remembered
from backend.bookings.localtime import day_text
from backend.bookings.models import Booking, OfferRecord, Series
from backend.bookings.rules import phone_way_out
from backend.bookings.selectors import passenger_of, refusal_from
from backend.bookings.series import book_series, cancel_days, consider_series, record_series
from backend.bookings.series_change import change_rides, consider_other_time, open_rides, record_other_time
from backend.bookings.series_reading import (
    newest_requests,
    rule_document,
    rule_from,
    series_of,
    series_quote,
    series_view,
    series_with,
)
from backend.bookings.services import Buyer
from backend.districts.selectors import rules_of
from backend.riders.services import checked_passenger


class SeriesDesk:
    """The part of `accessibility.desk.BookingDesk` that is about series."""

    clock: Clock

    def quote_series(self, wish: RideWish, rule: SeriesRule, *, key: str) -> SeriesQuote:
        """What every day of a rule is offered, or why it is not. The time of `wish.when` counts, not its day."""
        district = district_named(wish.district)
        now = self.clock.now()
        content = {**asdict(wish), "needs": sorted(wish.needs), "rule": rule_document(rule)}
        answer = remembered("quote_series", key, content)
        if answer is None:
            considered = consider_series(district, wish, rule, now)
            answer = once(
                "quote_series", key, content, district.pk, now, lambda: record_series(district, considered, now)
            )
        return self.quoted_series(answer["series"])

    def quoted_series(self, series_id: str) -> SeriesQuote:
        """A kept series with the newest answer of each day. Raises InvalidInput for an unknown id."""
        return series_quote(series_of(series_id))

    def book_series(
        self,
        series_id: str,
        passenger: Passenger,
        *,
        key: str,
        offer_ids: Sequence[str] | None = None,
        knowing: Collection[str] = (),
    ) -> SeriesView | Refusal:
        """Book the named offers of a series, or every one as wished: all of them or none."""
        series = series_of(series_id)
        person = checked_passenger(passenger)
        now = self.clock.now()
        content = [str(series.pk), None if offer_ids is None else sorted(offer_ids), asdict(person)]
        answer = remembered("book_series", key, content)
        if answer is None:
            offers = chosen_offers(series, offer_ids)  # only now: what was chosen then may have been asked again since
            buyer = Buyer(person, series.channel, RIDER, get_language() or "", frozenset(knowing))
            answer = once(
                "book_series", key, content, series.district_id, now,
                lambda: book_series(series.pk, offers, buyer, now),
            )  # fmt: skip
        return _view(answer)

    def series_status(self, code: str, access: Access) -> SeriesView | Refusal:
        """The series that a booking belongs to."""
        found = _series(code, access)
        return found if isinstance(found, Refusal) else series_view(found[0])

    def quote_series_change(self, code: str, when: datetime, access: Access, *, key: str) -> SeriesQuote | Refusal:
        """What each open ride of a series is offered at another time of day, from the day of `when` on."""
        found = _series(code, access)
        if isinstance(found, Refusal):
            return found
        series, booking = found
        now = self.clock.now()
        content = [booking.code, when.isoformat()]
        answer = remembered("quote_series_change", key, content)
        if answer is None:
            channel = Channel(channel_of(access, series.channel))
            days, wish = consider_other_time(series, when, channel, now)
            if not days:
                return _no_ride(series, None)
            answer = once(
                "quote_series_change", key, content, series.district_id, now,
                lambda: record_other_time(series, days, wish, now),
            )  # fmt: skip
        return self.quoted_series(answer["series"])

    def change_series(self, code: str, series_id: str, access: Access, *, key: str) -> SeriesChange | Refusal:
        """Accept what was quoted for another time, on every day that is offered as wished; the other days stay."""
        found = _series(code, access)
        if isinstance(found, Refusal):
            return found
        series, booking = found
        now, channel, asked = self.clock.now(), channel_of(access, series.channel), series_of(series_id)
        content = [str(series.pk), series_id]
        answer = remembered("change_series", key, content)
        if answer is None:
            offers = chosen_offers(asked, None)
            buyer = Buyer(
                passenger_of(booking), channel, access.staff or RIDER,
                "" if access.staff else get_language() or "",
            )  # fmt: skip
            answer = once(
                "change_series", key, content, series.district_id, now,
                lambda: change_rides(series, asked, offers, buyer, now),
            )  # fmt: skip
        if "refusal" in answer:
            return refusal_from(answer["refusal"])
        if "nothing" in answer:
            return _no_ride(series, None)
        view = series_view(series_of(answer["series"]))
        changed = tuple(leg for leg in view.bookings if leg.code in answer["bookings"])
        return SeriesChange(view, changed, _kept(series, asked, {leg.code for leg in changed}, now))

    def skip_date(self, code: str, day: date, access: Access, *, key: str) -> SeriesView | Refusal:
        """Leave one day of a booked series out; the others stay."""
        found = _series(code, access)
        if isinstance(found, Refusal):
            return found
        series, booking = found
        bookings = [leg for leg in open_rides(series, self.clock.now()) if _day(leg) == day]
        return self._cancel(series, bookings, _no_ride(series, day), "skip_date", [booking.code, day], access, key)

    def cancel_series(
        self, code: str, access: Access, *, key: str, from_day: date | None = None
    ) -> SeriesView | Refusal:
        """Cancel what is left of a series, all of it or from a day on."""
        found = _series(code, access)
        if isinstance(found, Refusal):
            return found
        series, booking = found
        bookings = [leg for leg in open_rides(series, self.clock.now()) if _day(leg) >= (from_day or date.min)]
        return self._cancel(
            series, bookings, _no_ride(series, from_day), "cancel_series", [booking.code, from_day], access, key
        )

    def _cancel(
        self,
        series: Series,
        bookings: list[Booking],
        nothing: Refusal,
        scope: str,
        content: list[object],
        access: Access,
        key: str,
    ) -> SeriesView | Refusal:
        now, channel = self.clock.now(), channel_of(access, series.channel)
        answer = remembered(scope, key, content)
        if answer is None and not bookings:
            return nothing
        answer = once(
            scope, key, content, series.district_id, now,
            lambda: cancel_days(series, bookings, channel, access.staff or RIDER, now),
        )  # fmt: skip
        return _view(answer)


def chosen_offers(series: Series, offer_ids: Sequence[str] | None) -> list[OfferRecord]:
    """The offers to book. Raises InvalidInput for one that is not of this series, and for two of one day."""
    requests = newest_requests(series)
    if offer_ids is None:
        chosen = [
            row.offers.all()[0].pk for row in requests.values() if row.offers.all() and row.offers.all()[0].as_wished
        ]
    else:
        known = {str(offer.pk): day for day, row in requests.items() for offer in row.offers.all()}
        days = [known.get(offer_id) for offer_id in offer_ids]
        if None in days:
            raise InvalidInput("offer_ids", _("Ein Angebot gehört nicht zu dieser Serie. Laden Sie die Liste neu."))
        if len(set(days)) < len(days):
            raise InvalidInput("offer_ids", _("Für einen Tag sind zwei Fahrten gewählt. Wählen Sie eine."))
        chosen = list(offer_ids)  # type: ignore[arg-type]  # checked above: each is the id of a row
    if not chosen:
        raise InvalidInput("offer_ids", _("Wählen Sie mindestens eine Fahrt."))
    rows = OfferRecord.objects.select_related(
        "district", "ride_request__district", "ride_request__service_day", "pickup_stop", "delivery_stop"
    )
    return list(rows.filter(pk__in=chosen).order_by("ride_request__wished_at"))


def _series(code: str, access: Access) -> tuple[Series, Booking] | Refusal:
    booking = visible(code, access)
    series = series_with(booking) if booking else None
    return not_found() if booking is None or series is None else (series, booking)


def _kept(series: Series, asked: Series, changed: set[str], now: datetime) -> tuple[date, ...]:
    """The days that were asked for and stay as they were."""
    first = rule_from(asked.rule).first
    return tuple(_day(leg) for leg in open_rides(series, now) if leg.code not in changed and _day(leg) >= first)


def _day(booking: Booking) -> date:
    return booking.service_day.date


def _no_ride(series: Series, day: date | None) -> Refusal:
    """No to cancelling what is not there."""
    ways = (phone_way_out(rules_of(series.district), _("Rufen Sie an, wenn etwas nicht stimmt.")),)
    if day is None:
        return Refusal("no_ride_left", _("In dieser Serie ist keine Fahrt mehr offen."), ways)
    reason = _("Ab diesem Tag ist in der Serie keine Fahrt mehr offen: %(day)s.") % {"day": day_text(day)}
    return Refusal("no_ride_that_day", reason, ways)


def _view(answer: Answer) -> SeriesView | Refusal:
    if "refusal" in answer:
        return refusal_from(answer["refusal"])
    return series_view(series_of(answer["series"]))
