"""The desk's calls about rides that we cancelled: what we offered in place of them, and taking it with one answer."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language

from accessibility.desk import Access, BookingView, Channel, InsteadView, Refusal
from backend.bookings.admission import channel_of, not_found, visible
from backend.bookings.clock import Clock
from backend.bookings.idempotency import once
from backend.bookings.instead_offers import offers_instead, take_instead
from backend.bookings.selectors import booking_by_code, booking_view, refusal_from


class InsteadDesk:
    """The part of `accessibility.desk.BookingDesk` that is about other times for rides that we cancelled."""

    clock: Clock

    def offers_instead(self, contacts: Sequence[str]) -> tuple[InsteadView, ...]:
        """What whoever has proved these contacts may answer to, the newest first; also what is taken or over, for a while."""
        return offers_instead(contacts, self.clock.now())

    def take_instead(self, code: str, access: Access, *, key: str) -> BookingView | Refusal:
        """Book what was offered in place of the cancelled ride of this code. Twice gives the same ride."""
        booking = visible(code, access)
        if booking is None:
            return not_found()
        now, channel = self.clock.now(), Channel(channel_of(access, booking.channel))
        answer = once(
            "take_instead", key, [booking.code], booking.district_id, now,
            lambda: take_instead(booking, channel, get_language() or "", now),
        )  # fmt: skip
        if "refusal" in answer:
            return refusal_from(answer["refusal"])
        ride = booking_by_code(answer["booking"])
        assert ride is not None  # bookings are never deleted
        return booking_view(ride)
