"""The booking desk that every channel calls: who may, once per key, in one transaction. The work is in `services`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict

from django.utils.translation import get_language

from accessibility.desk import (
    Access,
    BookingView,
    Passenger,
    PlaceHit,
    Quote,
    Refusal,
    RideWish,
    TripKind,
)
from backend.bookings import services
from backend.bookings.admission import RIDER, channel_of, district_named, not_found, visible
from backend.bookings.clock import Clock, SystemClock
from backend.bookings.desk_beside import BesideDesk
from backend.bookings.desk_instead import InsteadDesk
from backend.bookings.desk_return import ReturnDesk
from backend.bookings.desk_series import SeriesDesk
from backend.bookings.idempotency import Answer, once, remembered
from backend.bookings.selectors import (
    asked,
    booking_by_code,
    booking_view,
    offer_of,
    open_legs,
    passenger_of,
    refusal_from,
)
from backend.bookings.services import Buyer
from backend.bookings.together import checked_together
from backend.districts.selectors import finder_of
from backend.riders.services import checked_passenger
from routing.places import Hit


class Desk(SeriesDesk, ReturnDesk, InsteadDesk, BesideDesk):
    """`accessibility.desk.BookingDesk` on the database."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()

    def find_places(self, district: str, text: str, *, limit: int = 8) -> tuple[PlaceHit, ...]:
        """The likeliest meanings of what a rider typed or said."""
        hits = finder_of(district_named(district)).find(text, limit=max(1, min(limit, 50)))
        return tuple(_place_hit(hit) for hit in hits)

    def quote(self, wish: RideWish, *, key: str) -> Quote:
        """Up to three offers, or why there is none. The wish is kept."""
        district = district_named(wish.district)
        now = self.clock.now()
        content = {**asdict(wish), "needs": sorted(wish.needs)}
        answer = remembered("quote", key, content)
        if answer is None:
            # The search takes no lock; only what it found is written under one.
            considered = services.consider_wish(district, wish, now)
            answer = once(
                "quote", key, content, district.pk, now, lambda: services.record_wish(district, considered, now)
            )
        return self.quoted(answer["request"])

    def quoted(self, request_id: str) -> Quote:
        """The quote that a kept wish was answered with. Raises InvalidInput for an unknown id."""
        return asked(request_id).quote

    def book(
        self, offer_id: str, passenger: Passenger, *, key: str, knowing: Collection[str] = ()
    ) -> BookingView | Refusal:
        """Accept an offer. `knowing`: codes of the rides at the same time that are to stay beside it."""
        offer = offer_of(offer_id)
        person = checked_passenger(passenger)
        now, channel = self.clock.now(), offer.ride_request.channel
        answer = once(
            "book", key, [str(offer.pk), asdict(person)], offer.district_id, now,
            lambda: services.accept_offer(
                offer, Buyer(person, channel, RIDER, get_language() or "", frozenset(knowing)), now
            ),
        )  # fmt: skip
        return _view(answer)

    def book_together(
        self,
        offer_ids: Sequence[str],
        passenger: Passenger,
        *,
        key: str,
        kind: TripKind = TripKind.RETURN,
        knowing: Collection[str] = (),
    ) -> tuple[BookingView, ...] | Refusal:
        """Accept several offers, all or none: there and back in this order, or the days of a series."""
        offers = checked_together([offer_of(offer_id) for offer_id in offer_ids], kind)
        person = checked_passenger(passenger)
        now, channel = self.clock.now(), offers[0].ride_request.channel
        answer = once(
            "book_together", key, [kind.value, [str(offer.pk) for offer in offers], asdict(person)],
            offers[0].district_id, now,
            lambda: services.accept_offers(
                offers, Buyer(person, channel, RIDER, get_language() or "", frozenset(knowing)), now, kind=kind
            ),
        )  # fmt: skip
        return _views(answer)

    def change(
        self, code: str, offer_id: str, access: Access, *, key: str, knowing: Collection[str] = ()
    ) -> BookingView | Refusal:
        """Accept an offer in place of a booking; either both happen or neither."""
        offer = offer_of(offer_id)
        booking = visible(code, access)
        if booking is None or booking.district_id != offer.district_id:
            return not_found()
        person = passenger_of(booking)
        now, channel = self.clock.now(), offer.ride_request.channel
        answer = once(
            "change", key, [booking.code, str(offer.pk)], offer.district_id, now,
            lambda: services.accept_offer(
                offer,
                Buyer(person, channel, access.staff or RIDER, _own_language(access), frozenset(knowing)),
                now,
                booking,
            ),
        )  # fmt: skip
        return _view(answer)

    def cancel(self, code: str, access: Access, *, key: str) -> BookingView | Refusal:
        """Cancel a booking; its seat is free at once."""
        booking = visible(code, access)
        if booking is None:
            return not_found()
        now, channel = self.clock.now(), channel_of(access, booking.channel)
        answer = once(
            "cancel", key, [booking.code], booking.district_id, now,
            lambda: services.cancel_booking(
                booking, channel, access.staff or RIDER, now, may_turn=bool(access.staff)
            ),
        )  # fmt: skip
        return _view(answer)

    def cancel_together(self, code: str, access: Access, *, key: str) -> tuple[BookingView, ...] | Refusal:
        """Cancel a booking and all that belong to it and lie ahead: all or none."""
        booking = visible(code, access)
        if booking is None:
            return not_found()
        now, channel = self.clock.now(), channel_of(access, booking.channel)
        answer = once(
            "cancel_together", key, [booking.code], booking.district_id, now,
            lambda: services.cancel_bookings(open_legs(booking), channel, access.staff or RIDER, now),
        )  # fmt: skip
        return _views(answer)

    def status(self, code: str, access: Access) -> BookingView | Refusal:
        """A booking as its rider may see it."""
        booking = visible(code, access)
        return not_found() if booking is None else booking_view(booking)


def get_desk() -> Desk:
    """The desk on the machine's clock."""
    return Desk()


def _own_language(access: Access) -> str:
    """The language that a rider reads; what staff does for her leaves hers as it was."""
    return "" if access.staff else get_language() or ""


def _view(answer: Answer) -> BookingView | Refusal:
    if "refusal" in answer:
        return refusal_from(answer["refusal"])
    booking = booking_by_code(answer["booking"])
    assert booking is not None  # bookings are never deleted
    return booking_view(booking)


def _views(answer: Answer) -> tuple[BookingView, ...] | Refusal:
    if "refusal" in answer:
        return refusal_from(answer["refusal"])
    found = [booking_by_code(code) for code in answer["bookings"]]
    return tuple(booking_view(booking) for booking in found if booking)


def _place_hit(hit: Hit) -> PlaceHit:
    named = hit.named
    return PlaceHit(named.id, named.kind, named.name, named.village, named.lat, named.lon, round(hit.score, 3))
